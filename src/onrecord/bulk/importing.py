"""From the tables of a bulk run into a store, where they can be searched, shown and served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from onrecord.bulk.run import read_manifest
from onrecord.bulk.tables import QUARANTINE, Row, read_rows
from onrecord.bulk.work import Done
from onrecord.errors import BulkError
from onrecord.records import Article, Event, Models, Page, Reading, Rejected, Statement
from onrecord.store import Added, Store

__all__ = ["import_readings", "read_outcomes"]

Record = TypeVar("Record", bound=Struct)


def import_readings(out: Path, store: Store) -> Iterator[Added | Rejected]:
    """Add everything in a folder to a store, shard by shard; what became of each, as it is kept.

    A page that the store has is a duplicate, so that an import that was interrupted can be done again.

    Raises:
        BulkError: the folder was written without pages, or is damaged.
        StoreError: the store refuses.
    """
    for result, page in read_outcomes(out):
        if isinstance(result, Rejected):
            store.reject(result)
            yield result
        elif page is not None:
            yield store.add(page, result)


def read_outcomes(out: Path) -> Iterator[tuple[Reading | Rejected, Page | None]]:
    """Every reading in a folder, with its page, and every rejection, without.

    Raises:
        BulkError: as above.
    """
    for done in read_manifest(out):
        try:
            yield from _outcomes_of(done, out)
        except (OSError, msgspec.DecodeError, KeyError, ValueError) as error:
            told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
            raise BulkError(f"{out}: the output of shard {done.name} cannot be read ({told}).") from error


def _outcomes_of(done: Done, out: Path) -> Iterator[tuple[Reading | Rejected, Page | None]]:
    for file in done.files:
        table, _, rest = file.partition("/")
        if table == "articles":
            if f"pages/{rest}" not in done.files:
                raise BulkError(
                    f"{out}: it was written without pages, which a store needs. Run bulk without --no-pages."
                )
            yield from _readings(out, rest)
        elif table == QUARANTINE:
            for line in (out / file).read_bytes().splitlines():
                yield _record(msgspec.json.decode(line), Rejected), None


def _readings(out: Path, rest: str) -> Iterator[tuple[Reading, Page]]:
    """The readings of one shard and period. All tables have the pages in the same order."""
    statements = _by_key(out / "statements" / rest, Statement)
    events = _by_key(out / "events" / rest, Event)
    rows = zip(read_rows(out / "articles" / rest), read_rows(out / "pages" / rest), strict=True)
    for row, page_row in rows:
        key = str(row["key"])
        if page_row["key"] != key:
            raise ValueError(f"the page of {key} is missing")
        reading = Reading(
            article=_record(row, Article),
            statements=tuple(statements.pop(key, ())),
            events=tuple(events.pop(key, ())),
            models=msgspec.convert(row["models"], Models),
        )
        yield reading, _record(page_row, Page)


def _by_key(path: Path, kind: type[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for key, rows in groupby(read_rows(path), key=lambda row: str(row["key"])):
        found[key] = [_record(row, kind) for row in rows]
    return found


def _record(row: Row, kind: type[Record]) -> Record:
    """The record of a row, without the columns that were added."""
    names = kind.__struct_encode_fields__
    return msgspec.convert({name: row[name] for name in names if name in row}, kind)
