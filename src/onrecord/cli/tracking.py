"""What the commands that look at a whole store over time have in common."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.progress import shown_while_waiting
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from onrecord.records import Reading
    from onrecord.track.occurrences import Coverage, Occurrence
    from onrecord.track.periods import Days

__all__ = [
    "DEFAULT_STORE",
    "ReportFormat",
    "Since",
    "Speaker",
    "StoreFile",
    "Until",
    "bar",
    "days_between",
    "due_days",
    "observe",
    "readings_in",
    "shorten",
]

DEFAULT_STORE = Path("onrecord.db")
StoreFile = Annotated[
    Path, typer.Argument(metavar="STORE", envvar="ONRECORD_STORE", help="The store.", show_default=True)
]
Speaker = Annotated[
    str | None, typer.Option("--speaker", metavar="NAME|ID", help="Whose words and deeds: a name, or an actor's id.")
]
Since = Annotated[str | None, typer.Option("--since", metavar="DAY", help="From 2021-01-07, 2021-01 or 2021 on.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DAY", help="Up to and including that.")]
_EIGHTHS = " ▏▎▍▌▋▊▉"


class ReportFormat(StrEnum):
    """How a report over time is printed."""

    TERMINAL = "terminal"
    CSV = "csv"
    JSONL = "jsonl"


def readings_in(path: Path) -> Iterator[Reading]:
    """The newest readings of a store, by day.

    Raises:
        UsageError: there is no store.
    """
    from onrecord.store import Store  # noqa: PLC0415

    if not path.exists():
        raise UsageError(f"{path}: there is no store. Make one with: onrecord add SOURCE --store {path}")
    with Store.open(path, read_only=True) as store:
        yield from shown_while_waiting(store.each_reading(), "going through the store", prints=False)


def observe(path: Path) -> tuple[list[Occurrence], list[Coverage]]:
    """All statements and events of a store on their days, and which articles there are."""
    from onrecord.track.occurrences import coverage_of, occurrences_of  # noqa: PLC0415

    occurrences: list[Occurrence] = []
    coverage: list[Coverage] = []
    for reading in readings_in(path):
        occurrences.extend(occurrences_of(reading))
        coverage.append(coverage_of(reading.article))
    return occurrences, coverage


def due_days(path: Path) -> dict[tuple[str, str], date]:
    """The last day of every commitment of a store that has one, by article and statement."""
    from onrecord.track.periods import day_of  # noqa: PLC0415

    return {
        (reading.article.id, said.id): day
        for reading in readings_in(path)
        for said in reading.statements
        if said.deadline and (day := day_of(said.deadline.rpartition("/")[2]))
    }


def days_between(since: str | None, until: str | None, among: list[Coverage]) -> Days | None:
    """What the two options mean; an open side is that of the articles.

    Raises:
        UsageError: one is no day, or they leave nothing between.
    """
    from datetime import timedelta  # noqa: PLC0415

    from onrecord.track.periods import Days, parse_range  # noqa: PLC0415

    if since is None and until is None:
        return None
    known = [one.day for one in among if one.day]
    start = parse_range(since).start if since else min(known, default=None)
    end = parse_range(until).end if until else max(known, default=None)
    if start is None or end is None:
        return None
    end = end if until else end + timedelta(days=1)
    if end <= start:
        raise UsageError(f"--since {since or start} leaves nothing up to {until or end}. Give an earlier day.")
    return Days(start, end)


def bar(value: float, most: float, width: int = 20) -> str:
    """A bar of block characters, as long as the share of `value` in `most`.

    >>> bar(3, 4, 2)
    '█▌'
    """
    eighths = round(8 * width * value / most) if most > 0 else 0
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def shorten(text: str, width: int = 90) -> str:
    """On one line, cut where it is longer than `width` characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
