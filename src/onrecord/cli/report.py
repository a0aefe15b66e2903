"""Printing outcomes: readings on standard output, rejections and the sum on standard error."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec
import typer

from onrecord.cli.safe import safe_line
from onrecord.errors import UsageError
from onrecord.records import Article, Reading, Rejected

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = [
    "Format",
    "Tally",
    "article_printer_of",
    "new_console",
    "print_captured",
    "print_line",
    "print_note",
    "printer_of",
    "quiet_pipe",
    "write_labelled",
]

BROKEN_PIPE = 141  # what a shell reports of a command whose reader went away
_TRAILING_BLANKS = re.compile(r" +$", re.MULTILINE)  # rich fills lines up to the edge
_WIDTH = 100  # where there is no terminal to ask
Shown = TypeVar("Shown")


class Format(StrEnum):
    """How readings are printed."""

    TERMINAL = "terminal"
    JSONL = "jsonl"


class Tally:
    """Counts what came in and what became of it; tells of rejections as they come."""

    def __init__(self, *kinds: str) -> None:
        self._counts: Counter[str] = Counter(dict.fromkeys((*kinds, "rejected"), 0))

    def count(self, kind: str) -> None:
        """One more input ended as `kind`."""
        self._counts[kind] += 1

    def reject(self, rejected: Rejected) -> None:
        """One more input was refused; say so."""
        self.count("rejected")
        where = f"{rejected.path}, byte {rejected.offset}" if rejected.offset else rejected.path
        _tell(f"rejected: {where}: [{rejected.code}] {rejected.reason}")

    @property
    def rejected(self) -> int:
        """How many inputs were refused so far."""
        return self._counts["rejected"]

    def close(self, *, always: bool = False) -> int:
        """Print the sum if there was more than one input; the exit code."""
        total = self._counts.total()
        if always or total > 1:
            _tell(f"{total} in = {' + '.join(f'{count} {kind}' for kind, count in self._counts.items())}")
        return 1 if self._counts["rejected"] else 0


def printer_of(form: Format) -> Callable[[Reading], None]:
    """What prints a reading in that form."""
    return _print_json if form is Format.JSONL else _TerminalPrinter(_view_reading)


def article_printer_of(form: Format, *, whole: bool) -> Callable[[Article], None]:
    """What prints an article as its labelled page in that form; `whole` shows all of the clutter."""
    return _print_json if form is Format.JSONL else _TerminalPrinter(partial(_view_article, whole=whole))


def _view_reading(reading: Reading, console: Console) -> RenderableType:
    from onrecord.cli.view import reading_view  # noqa: PLC0415  a tenth of a second that JSON has no need of

    return reading_view(reading, colour=console.color_system is not None)


def _view_article(article: Article, console: Console, *, whole: bool) -> RenderableType:
    from onrecord.cli.labelled import labelled_view  # noqa: PLC0415  as above

    return labelled_view(article, width=console.width, whole=whole)


class _TerminalPrinter(Generic[Shown]):
    """Prints one after the other, with a line between."""

    def __init__(self, view: Callable[[Shown, Console], RenderableType]) -> None:
        self._console = new_console()
        self._view = view
        self._is_first = True

    def __call__(self, record: Shown) -> None:
        if not self._is_first:
            sys.stdout.write("\n" + "─" * min(self._console.width, _WIDTH) + "\n\n")
        self._is_first = False
        with self._console.capture() as capture:
            self._console.print(self._view(record, self._console))
        print_captured(capture.get())


def write_labelled(path: Path, articles: Iterable[Article]) -> None:
    """Write articles as one labelled web page. The file appears when it is whole.

    Raises:
        UsageError: the file cannot be written.
    """
    from onrecord.serve.labelled import labelled_page  # noqa: PLC0415  half a second that others have no need of

    part = path.with_name(f"{path.name}.part")
    try:
        file = part.open("w", encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); name another file with --html.") from error
    try:
        with file:
            file.writelines(labelled_page(articles, title=path.stem))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _print_json(record: msgspec.Struct) -> None:
    sys.stdout.write(msgspec.json.encode(record).decode() + "\n")
    sys.stdout.flush()


def new_console() -> Console:
    """Standard output as rich sees it; plain and 100 columns wide if it is not a terminal."""
    from rich.console import Console  # noqa: PLC0415

    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else _WIDTH
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)


def print_captured(text: str) -> None:
    """What rich made, without the blanks with which it fills lines."""
    sys.stdout.write(_TRAILING_BLANKS.sub("", text))
    sys.stdout.flush()


def print_line(line: str, *, indent: int = 0) -> None:
    """One line on standard output, harmless for a terminal."""
    sys.stdout.write(" " * indent + safe_line(line) + "\n")


def print_note(line: str) -> None:
    """One line on standard error: about the run, not part of what it gives."""
    _tell(line)


def _tell(line: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(safe_line(line) + "\n")
    sys.stderr.flush()


@contextmanager
def quiet_pipe() -> Iterator[None]:
    """End without a word if whoever reads our output has gone: `onrecord read ... | head`."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise typer.Exit(BROKEN_PIPE) from None
