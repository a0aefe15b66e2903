"""The ledger of a store: what came in, what became of it, what it takes up, who judged."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import apsw
import msgspec
from msgspec import Struct

from onrecord.records import Models
from onrecord.store.connection import select, version_of
from onrecord.store.reports import opened

__all__ = ["Failures", "Ledger", "Readings", "Sizes", "read_ledger"]


class Failures(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Inputs in quarantine for one reason."""

    stage: str
    code: str
    inputs: int  # as often as they came in
    kept: int  # rows whose bytes are there to be read again


class Readings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Readings by one set of models."""

    models: Models
    readings: int


class Sizes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bytes."""

    file: int  # with the write-ahead log beside it
    pages: int  # raw pages, unpacked
    pages_packed: int
    records: int
    index: int  # what is searched, and both indexes
    free: int  # left inside the file by what was taken out; used again


class Ledger(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """received = stored + duplicate + quarantined; `received` was counted as the inputs came in."""

    version: int  # of the schema
    received: int
    stored: int
    duplicate: int
    quarantined: int
    begun: int  # pages whose reading was begun and not ended: now, by another process, or by one that died
    new_versions: int  # of the stored: pages that were there with other content
    statements: int  # in the newest readings
    failures: tuple[Failures, ...]  # most first
    models: tuple[Readings, ...]  # newest first
    sizes: Sizes
    first_at: str | None  # when the first and the last article were added
    last_at: str | None

    @property
    def adds_up(self) -> bool:
        """Whether nothing is lost."""
        return self.received == self.stored + self.duplicate + self.quarantined


class _Counts(NamedTuple):
    received: int
    stored: int
    duplicate: int
    quarantined: int
    begun: int
    new_versions: int
    statements: int


def read_ledger(path: Path) -> Ledger:
    """The ledger of the store at `path`, as of one moment.

    Raises:
        StoreError: as `Store.open`.
    """
    with opened(path) as connection:
        connection.execute("BEGIN")  # so that all counts are of the same moment
        return _read(connection, path)


def _read(connection: apsw.Connection, path: Path) -> Ledger:
    counts = _count(connection)
    first_at, last_at = _times(connection)
    return Ledger(
        version=version_of(connection),
        received=counts.received,
        stored=counts.stored,
        duplicate=counts.duplicate,
        quarantined=counts.quarantined,
        begun=counts.begun,
        new_versions=counts.new_versions,
        statements=counts.statements,
        failures=_failures(connection),
        models=_models(connection),
        sizes=_sizes(connection, path),
        first_at=first_at,
        last_at=last_at,
    )


def _count(connection: apsw.Connection) -> _Counts:
    query = """SELECT (SELECT ifnull(sum(received), 0) FROM tally), (SELECT count(*) FROM article),
                      (SELECT ifnull(sum(times), 0) FROM sighting), (SELECT ifnull(sum(times), 0) FROM quarantine),
                      (SELECT count(*) FROM attempt), (SELECT count(*) FROM article WHERE version > 1),
                      (SELECT count(*) FROM statement)"""
    return select(connection, _Counts, query)[0]


def _failures(connection: apsw.Connection) -> tuple[Failures, ...]:
    query = """SELECT stage, code, sum(times), count(page.sha256) FROM quarantine LEFT JOIN page USING (sha256)
               GROUP BY stage, code ORDER BY 3 DESC, stage, code"""
    rows = select(connection, tuple[str, str, int, int], query)
    return tuple(Failures(stage=stage, code=code, inputs=inputs, kept=kept) for stage, code, inputs, kept in rows)


def _models(connection: apsw.Connection) -> tuple[Readings, ...]:
    query = "SELECT models, count(*) FROM reading GROUP BY models ORDER BY max(number) DESC"
    rows = select(connection, tuple[str, int], query)
    return tuple(Readings(models=msgspec.json.decode(models, type=Models), readings=count) for models, count in rows)


def _sizes(connection: apsw.Connection, path: Path) -> Sizes:
    """From the numbers of SQLite's pages, without reading what is on them."""
    shares = dict(
        select(
            connection,
            tuple[str, int],
            """SELECT CASE WHEN name IN ('reading', 'leaf') THEN 'records'
                   WHEN name GLOB 'words_*' OR name GLOB 'trigrams_*' OR name GLOB 'passage*'
                       OR name GLOB 'facet*' OR name GLOB 'aspect*' OR name GLOB 'named*' THEN 'index' END AS share,
                   sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND share IS NOT NULL GROUP BY share""",
        )
    )
    lengths = "SELECT ifnull(sum(length), 0), ifnull(sum(length(packed)), 0) FROM page"
    ((pages, packed),) = select(connection, tuple[int, int], lengths)
    file = sum(one.stat().st_size for one in (path, path.with_name(path.name + "-wal")) if one.exists())
    free = int(connection.pragma("freelist_count")) * int(connection.pragma("page_size"))
    return Sizes(
        file=file,
        pages=pages,
        pages_packed=packed,
        records=shares.get("records", 0),
        index=shares.get("index", 0),
        free=free,
    )


def _times(connection: apsw.Connection) -> tuple[str | None, str | None]:
    return select(connection, tuple[str | None, str | None], "SELECT min(added_at), max(added_at) FROM article")[0]
