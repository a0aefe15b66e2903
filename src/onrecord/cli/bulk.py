"""`onrecord bulk` and `onrecord import`: many inputs into tables, and tables into a store."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.progress import shown_while_waiting
from onrecord.cli.report import Tally, print_line, print_note
from onrecord.errors import UsageError
from onrecord.records import Rejected

if TYPE_CHECKING:
    from onrecord.bulk import BulkRun, Settings
    from onrecord.bulk.run import Status

__all__ = ["bulk", "import_"]

_NOTE_EVERY_S = 30.0  # where there is no terminal


class EngineName(StrEnum):
    """As `onrecord.bulk.Engine`, which takes half a second to load."""

    LOCAL = "local"
    RAY = "ray"


class FormatName(StrEnum):
    """As `onrecord.bulk.TableFormat`."""

    PARQUET = "parquet"
    JSONL = "jsonl"


class PeriodName(StrEnum):
    """As `onrecord.bulk.Period`."""

    NONE = "none"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"


def bulk(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Files and folders: WARC, WET, JSONL, ...")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the tables.")],
    workers: Annotated[int, typer.Option(min=1, max=10_000, help="Processes or actors; else one a core.")] = 0,
    engine: Annotated[EngineName, typer.Option(help="Processes of this machine, or Ray.")] = EngineName.LOCAL,
    form: Annotated[
        FormatName | None, typer.Option("--format", help="Of the tables; Parquet if pyarrow is there.")
    ] = None,
    period: Annotated[PeriodName, typer.Option(help="What tables are parted by.")] = PeriodName.MONTH,
    pages: Annotated[bool, typer.Option("--pages/--no-pages", help="Keep the raw pages, for import.")] = True,
    shard_mb: Annotated[int, typer.Option("--shard-mb", min=1, max=4096, help="Bytes of input a shard.")] = 8,
    memory_mb: Annotated[int, typer.Option("--memory-mb", min=512, help="A worker with more is replaced.")] = 2048,
    flat: Annotated[bool, typer.Option("--flat", help="Only outermost statements, one role a word.")] = False,
    as_is: Annotated[bool, typer.Option("--as-is", help="The text is clean: take it to the letter.")] = False,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", min=0.0, max=1.0, metavar="SHARE", help="Leave out what is less sure.")
    ] = 0.0,
    actors: Annotated[
        Path | None, typer.Option("--actors", metavar="FILE", envvar="ONRECORD_ACTORS", help="Your own actors.")
    ] = None,
) -> None:
    """Read any number of inputs into tables: articles, statements, events, pages.

    INPUT is what read takes, and Parquet with the columns of JSON Lines. Large files are cut between records into
    shards. Whatever happens, run the same command again: what is done is not done twice. A page that kills its worker
    ends in quarantine, beside the tables, like any input that cannot be read.

    \b
    Examples:
      onrecord bulk crawl.warc.gz --out records
      onrecord bulk news/ --out records --workers 8 --no-pages
      onrecord bulk news/ --out records --engine ray --workers 64
      onrecord import records talks.db
    """
    from onrecord.bulk import BulkRun, Engine, Period, Settings, TableFormat  # noqa: PLC0415  takes half a second
    from onrecord.bulk.settings import default_format  # noqa: PLC0415

    if actors is not None and not actors.exists():
        raise UsageError(f"{actors}: there is no such file. Make one with: onrecord actors add NAME --actors {actors}")
    settings = Settings(
        table_format=TableFormat(form) if form else default_format(),
        period=Period(period),
        keeps_pages=pages,
        shard_bytes=shard_mb * 2**20,
        flat=flat,
        as_is=as_is,
        min_confidence=min_confidence,
        actors=str(actors) if actors else None,
    )
    with BulkRun(inputs, out, settings) as run:
        try:
            _show(run.work(engine=Engine(engine), workers=workers or _cores(), memory_bytes=memory_mb * 2**20))
        except KeyboardInterrupt:
            print_note("what is done is kept; run the same command again to go on")
            raise
        raise typer.Exit(_tell_sum(run, settings))


def _cores() -> int:
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _tell_sum(run: BulkRun, settings: Settings) -> int:
    counts = run.counts
    print_line(
        f"{run.out}: {counts.received:,} in = {counts.read:,} read + {counts.rejected:,} rejected; "
        f"{counts.statements:,} statements, {counts.events:,} events; "
        f"{run.shards_done:,} shards as {settings.table_format}"
    )
    if counts.rejected:
        print_note(f"why each was rejected: {run.out}/quarantine/*.jsonl")
    return 1 if counts.rejected else 0


def _show(statuses: Iterable[Status]) -> None:
    if not sys.stderr.isatty():
        _show_as_notes(statuses)
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.percentage:>5.1f}%"), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1)
        for status in statuses:
            bar.update(task, description=_told(status), completed=status.done_bytes, total=max(status.total_bytes, 1))


def _show_as_notes(statuses: Iterable[Status], now: Callable[[], float] = time.monotonic) -> None:
    next_at = now() + _NOTE_EVERY_S
    for status in statuses:
        if now() >= next_at:
            print_note(f"{status.done_bytes / max(status.total_bytes, 1):.1%}, {_told(status)}")
            next_at = now() + _NOTE_EVERY_S


def _told(status: Status) -> str:
    left = status.left_s
    told = f"{status.pages:,} pages"
    return told if left is None else f"{told}, {_duration(left)} left"


def _duration(seconds: float) -> str:
    """As much as is worth saying.

    >>> _duration(42), _duration(600), _duration(9000), _duration(200_000)
    ('42 s', '10 min', '2 h 30 min', '2 d 7 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


def import_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Output of bulk.")],
    store: Annotated[Path, typer.Argument(metavar="STORE", help="The store; made if there is none.")],
) -> None:
    """Bring what bulk wrote into a store, to search, show and serve it.

    A page that the store has already is counted as a duplicate, so an interrupted import can be run again.

    \b
    Examples:
      onrecord import records talks.db
    """
    from onrecord.bulk import import_readings  # noqa: PLC0415
    from onrecord.bulk.run import read_manifest  # noqa: PLC0415
    from onrecord.store import AddedAs, Store  # noqa: PLC0415

    read_manifest(folder)  # tells of a wrong folder before a store is made
    tally = Tally("stored", "duplicate")
    is_duplicate = {AddedAs.DUPLICATE, AddedAs.REREAD}
    with Store.open(store) as opened:
        for added in shown_while_waiting(import_readings(folder, opened), "importing", prints=False):
            if isinstance(added, Rejected):
                tally.reject(added)
            else:
                tally.count("duplicate" if added.outcome in is_duplicate else "stored")
    raise typer.Exit(tally.close(always=True))
