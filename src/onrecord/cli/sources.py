"""Readings by what a user names: a file that is read now, or an article that the store holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onrecord.cli.report import Tally
from onrecord.errors import UsageError
from onrecord.records import Reading, Rejected

__all__ = ["readings_of"]


def readings_of(named: str, store: Path, tally: Tally) -> Iterator[Reading]:
    """The readings of a file or folder of that name, else that of the store's article with that id.

    Refused inputs are told and counted.

    Raises:
        UsageError: there is neither.
    """
    if named == "-" or Path(named).exists():
        yield from _read_now(named, tally)
        return
    if not store.exists():
        raise UsageError(f"{named}: there is no such file, and no store {store} that could hold an article of that id.")
    from onrecord.store import Store  # noqa: PLC0415

    with Store.open(store, read_only=True) as opened:
        yield opened.reading(named)
        tally.count("read")


def _read_now(named: str, tally: Tally) -> Iterator[Reading]:
    from onrecord.pipeline import ReadOptions, read_sources  # noqa: PLC0415  half a second that --help has no need of

    for outcome in read_sources([named], options=ReadOptions()):
        if isinstance(outcome.result, Rejected):
            tally.reject(outcome.result)
        else:
            yield outcome.result
            tally.count("read")
