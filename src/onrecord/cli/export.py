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


class Of(StrEnum):
    """What is exported."""

    STATEMENTS = "statements"
    ARTICLES = "articles"
    READINGS = "readings"


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
    """Write all statements or articles of the store that answer a query, newest first.

    csv and jsonl hold the rows that the API gives; parquet the same with types (needs onrecord[parquet]).
    webannotation, prov and schemaorg are linked data of statements; ninjs are the articles as news items. The same
    store and query give the same bytes.

    \b
    Examples:
      onrecord export talks.db > statements.csv
      onrecord export talks.db 'speaker:"Ada Lorne" since:2024' --format jsonl
      onrecord export talks.db act:threaten --format parquet -o threats.parquet
      onrecord export talks.db --of articles -o articles.csv
    """
    from onrecord.export import ExportFormat, Names, Subject, export_chunks  # noqa: PLC0415
    from onrecord.store import Store, parse_query  # noqa: PLC0415

    query = parse_query(" ".join(words or ()))
    names = Names.under(base) if base else Names()
    if form is Format.PARQUET and out is None and sys.stdout.isatty():
        raise UsageError("Parquet is no text for a terminal. Name a file with -o FILE.")
    if not store.exists():
        raise UsageError(f"{store}: there is no store. Make one with: onrecord add SOURCE --store {store}")
    with Store.open(store, read_only=True) as opened, quiet_pipe():
        subject = Subject(of) if of else None
        chunks = export_chunks(opened.ask(query), ExportFormat(form), subject, names=names)
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
