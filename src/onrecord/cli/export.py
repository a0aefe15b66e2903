"""`onrecord export`: everything that answers a query, in a format of other programs."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from onrecord.cli.progress import shown_while_waiting
from onrecord.cli.report import print_note, quiet_pipe
from onrecord.errors import UsageError

__all__ = ["export"]


class Format(StrEnum):
    """The formats of `onrecord.export`, told here too so that --help need not load them; a test compares."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    WEB_ANNOTATION = "webannotation"
    PROV = "prov"
    SCHEMA_ORG = "schemaorg"
    NINJS = "ninjs"
    GDELT = "gdelt"
    POLECAT = "polecat"
    PLOVER = "plover"
    SPACY = "spacy"
    WARC = "warc"


# No text for a terminal.
_BINARY = frozenset({Format.PARQUET, Format.SPACY, Format.WARC})


class Of(StrEnum):
    """What is exported."""

    STATEMENTS = "statements"
    ARTICLES = "articles"
    READINGS = "readings"
    EVENTS = "events"
    PAGES = "pages"


def export(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="The store.")],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help="Only what answers; as for search. All if left out.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="The format to write.")] = Format.CSV,
    of: Annotated[Of | None, typer.Option("--of", help="What to write; if left out, what the format is for.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write here, not to the terminal.")
    ] = None,
    base: Annotated[str, typer.Option("--base", metavar="URL", help="What names in linked data begin with.")] = "",
) -> None:
    """Write all statements, events or articles of the store that answer a query, newest first.

    csv and jsonl hold the rows that the API gives; parquet the same with types (needs onrecord[parquet]).
    webannotation, prov and schemaorg are linked data of statements; ninjs are the articles as news items, spacy is a
    DocBin of them (needs onrecord[spacy]), warc their raw pages. gdelt, polecat and plover are events in the columns of
    these; for events the query has filters of its own (type:, actor:, cameo: ...). The same store and query give the
    same bytes.

    \b
    Examples:
      onrecord export talks.db > statements.csv
      onrecord export talks.db 'speaker:"Ada Lorne" since:2024' --format jsonl
      onrecord export talks.db act:threaten --format parquet -o threats.parquet
      onrecord export talks.db --of articles -o articles.csv
      onrecord export talks.db type:assault since:2024 --format gdelt -o events.tsv
    """
    from onrecord.export import ExportFormat, Names, Subject, ask_for, export_chunks, language_of  # noqa: PLC0415
    from onrecord.store import Store, parse_query  # noqa: PLC0415

    how, subject = ExportFormat(form), Subject(of) if of else None
    query = parse_query(" ".join(words or ()), language_of(how, subject))
    names = Names.under(base) if base else Names()
    if form in _BINARY and out is None and sys.stdout.isatty():
        raise UsageError(f"{form} is no text for a terminal. Name a file with -o FILE.")
    if not store.exists():
        raise UsageError(f"{store}: there is no store. Make one with: onrecord add SOURCE --store {store}")
    with Store.open(store, read_only=True) as opened, quiet_pipe():
        chunks = export_chunks(ask_for(opened, query, how, subject), how, subject, names=names)
        if out is None:
            _write_to_stdout(chunks)
        else:
            _write_to_file(out, shown_while_waiting(chunks, "writing", prints=False))
            print_note(f"wrote {out}")


def _write_to_stdout(chunks: Iterator[bytes]) -> None:
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def _write_to_file(path: Path, chunks: Iterator[bytes]) -> None:
    """The file appears when it is whole."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with aside.open("wb") as file:
            file.writelines(chunks)
        aside.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}. Name another file with -o.") from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
