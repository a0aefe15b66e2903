"""`onrecord failed`: what is in quarantine, why, and reading it again."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.progress import shown_while_waiting
from onrecord.cli.report import Format, print_line, print_note, quiet_pipe
from onrecord.cli.safe import safe_text
from onrecord.errors import UsageError
from onrecord.records import Rejected

if TYPE_CHECKING:
    from onrecord.pipeline import Outcome
    from onrecord.store import Store
    from onrecord.store.quarantine import Failed

__all__ = ["failed_app"]

failed_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

StorePath = Annotated[
    Path, typer.Option("--store", metavar="FILE", envvar="ONRECORD_STORE", help="The store.", show_default=True)
]
OutputFormat = Annotated[Format, typer.Option("--format", help="For people, or one JSON object a line.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="As `onrecord failed list` shows it.")]
Stage = Annotated[str | None, typer.Option("--stage", help="Only of this stage: collect, clean, read.")]
Code = Annotated[str | None, typer.Option("--code", help="Only of this code, as time-limit.")]
_DEFAULT_STORE = Path("onrecord.db")
_SHOWN_CHARS = 600


@failed_app.callback()
def failed() -> None:
    """Inputs that gave no reading are kept in quarantine with stage, code, reason and their bytes.

    \b
    Examples:
      onrecord failed list
      onrecord failed show 3
      onrecord failed retry --all
    """


@failed_app.command("list")
def list_rows(
    store: StorePath = _DEFAULT_STORE,
    stage: Stage = None,
    code: Code = None,
    form: OutputFormat = Format.TERMINAL,
) -> None:
    """List what is in quarantine, oldest first.

    \b
    Examples:
      onrecord failed list --store talks.db
      onrecord failed list --code time-limit --format jsonl
    """
    from onrecord.store.quarantine import list_failed  # noqa: PLC0415  --help has no need of the database

    _require(store)
    rows = list_failed(store, stage=stage, code=code)
    with quiet_pipe():
        for row in rows:
            print_line(msgspec.json.encode(row).decode() if form is Format.JSONL else _line(row))
    if not rows and form is Format.TERMINAL:
        print_line("nothing is in quarantine" if stage is code is None else "nothing of that kind is in quarantine")


@failed_app.command()
def show(
    number: Number,
    store: StorePath = _DEFAULT_STORE,
    raw: Annotated[bool, typer.Option("--raw", help="Write its bytes to standard output, as they came.")] = False,
) -> None:
    """Show one row of the quarantine and how its page begins.

    \b
    Examples:
      onrecord failed show 3
      onrecord failed show 3 --raw > page.html
    """
    from onrecord.store.quarantine import failed_page, find_failed  # noqa: PLC0415  as above

    _require(store)
    (row,) = find_failed(store, [number])
    page = failed_page(store, row)
    if raw:
        if page is None:
            raise UsageError(f"number {number}: there were no bytes to keep. It came from {row.path}.")
        with quiet_pipe():
            sys.stdout.flush()
            sys.stdout.buffer.write(page.data)
        return
    with quiet_pipe():
        print_line(_line(row))
        print_line(f"came in {_times(row.times)}, last {row.last_at}; reading was tried {_times(row.tries)}")
        if page is None:
            print_line("no bytes were kept")
            return
        print_line(f"{row.bytes} bytes, SHA-256 {row.sha256}, taken as {page.kind}:")
        sys.stdout.write(safe_text(page.data[: _SHOWN_CHARS * 4].decode("utf-8", "replace")[:_SHOWN_CHARS]) + "\n")


@failed_app.command()
def retry(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="[NUMBER]...", help="As `onrecord failed list` shows them.")
    ] = None,
    store: StorePath = _DEFAULT_STORE,
    everything: Annotated[bool, typer.Option("--all", help="All of them, or all of --stage and --code.")] = False,
    stage: Stage = None,
    code: Code = None,
) -> None:
    """Read pages in quarantine again, from the bytes in the store. What can be read now is stored.

    \b
    Examples:
      onrecord failed retry 3 4
      onrecord failed retry --all --code time-limit
    """
    from onrecord.store.quarantine import find_failed, list_failed  # noqa: PLC0415  as above

    _require(store)
    if bool(numbers) == everything:
        raise UsageError("name the numbers to read again, or say --all.")
    rows = list_failed(store, stage=stage, code=code) if everything else find_failed(store, numbers or [])
    raise typer.Exit(_retry(store, rows))


def _retry(path: Path, rows: Sequence[Failed]) -> int:
    from onrecord.pipeline import ReadOptions, read_pages  # noqa: PLC0415  half a second that others have no need of
    from onrecord.store import Store  # noqa: PLC0415
    from onrecord.store.quarantine import failed_page  # noqa: PLC0415

    kept = [row for row in rows if row.bytes is not None]
    for row in rows:
        if row.bytes is None:
            print_note(f"{row.number}: no bytes were kept; add it again: onrecord add {row.path} --store {path}")
    pages = ((row, failed_page(path, row)) for row in kept)
    readable = [(row, page) for row, page in pages if page is not None]
    options = ReadOptions(debug=bool(os.environ.get("ONRECORD_DEBUG")))
    stored = 0
    with Store.open(path) as store, quiet_pipe():
        outcomes = read_pages((page for _, page in readable), options=options)
        shown = shown_while_waiting(outcomes, "reading", prints=sys.stdout.isatty())
        for (row, _), outcome in zip(readable, shown, strict=True):
            stored += _settle(store, row, outcome)
    print_note(f"{len(rows)} tried = {stored} stored + {len(rows) - stored} still in quarantine")
    return 0 if stored == len(rows) else 1


def _settle(store: Store, row: Failed, outcome: Outcome) -> bool:
    result, page = outcome.result, outcome.page
    if isinstance(result, Rejected) or page is None:
        assert isinstance(result, Rejected)
        store.reject(result, page=page, retried=row.number)
        print_note(f"{row.number}: still [{result.code}] {result.reason}")
        return False
    added = store.add(page, result, settles=row.number)
    print_line(f"{added.outcome}: {added.article_id} (was {row.number} in quarantine)")
    return True


def _require(path: Path) -> None:
    if not path.exists():
        raise UsageError(f"{path}: there is no store. Make one with: onrecord add SOURCE --store {path}")


def _line(row: Failed) -> str:
    where = f"{row.path}, byte {row.offset}" if row.offset else row.path
    return f"{row.number}  {row.stage}  [{row.code}]  {where}: {row.reason}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
