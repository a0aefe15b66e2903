"""Bring an older store to the newest version: first a copy of it, and only if that went well the store itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import apsw
import msgspec

from onrecord.errors import StoreError
from onrecord.records import Reading
from onrecord.store.aspects import file_aspects
from onrecord.store.connection import (
    APPLICATION_ID,
    add_functions,
    migration_scripts,
    newest_version,
    select,
    version_of,
    writing,
)
from onrecord.store.corrected import newest_reading
from onrecord.store.events import file_events
from onrecord.store.leaves import file_leaf
from onrecord.store.refiling import file_rows
from onrecord.store.seals import (
    ARTICLE_ROWS,
    FOURTH_ARTICLE_ROWS,
    SECOND_ARTICLE_ROWS,
    THIRD_ARTICLE_ROWS,
    renew_seal,
    seal_alert,
    seal_article,
    seal_failed,
    seal_of,
)

__all__ = ["upgrade"]

_COUNTED = ("page", "article", "reading", "statement", "sighting", "quarantine", "passage")
_MADE = ("statement", "passage")  # anew where something was corrected
_WITH_CORRECTIONS = 9


def upgrade(connection: apsw.Connection, path: Path) -> None:
    """All missing steps in one transaction; those of a store that holds something are tried on a copy before.

    The copy lies beside the store for as long as that takes, so there must be room for it.

    Raises:
        StoreError: the copy did not come out right; the store is as it was.
    """
    have = version_of(connection)
    if have:
        _rehearse(connection, path, have)
    _take_steps(connection)


def _rehearse(connection: apsw.Connection, path: Path, have: int) -> None:
    aside = path.with_name(f"{path.name}.upgrade-{os.getpid()}")
    try:
        with closing(apsw.Connection(str(aside))) as copy:
            with copy.backup("main", connection, "main") as backup:
                backup.step()
            copy.pragma("journal_mode", "memory")
            before = _counts(copy)
            _take_steps(copy)
            wrong = _first_wrong(copy, before)
    except (apsw.FullError, apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError):
        raise
    except apsw.Error as error:
        wrong = f"{type(error).__name__}: {error}"
    finally:
        for left in (aside, *(aside.with_name(aside.name + end) for end in ("-wal", "-shm", "-journal"))):
            with suppress(OSError):
                left.unlink()
    if wrong:
        raise StoreError(
            f"{path}: bringing this store from version {have} to {newest_version()} was tried on a copy and failed "
            f"({wrong}). The store is as it was; run `onrecord check` of the version that made it, or report this."
        )


def _first_wrong(copy: apsw.Connection, before: dict[str, int]) -> str | None:
    told = select(copy, tuple[str], "PRAGMA integrity_check(1)")[0][0]
    if told != "ok":
        return told.splitlines()[-1]
    if copy.execute("PRAGMA foreign_key_check").fetchall():
        return "a row points at none"
    facets, passages = (
        select(copy, tuple[int], query)[0][0]
        for query in ("SELECT count(*) FROM facet", "SELECT count(*) FROM passage")
    )
    after = _counts(copy)
    if facets != passages:
        return f"{facets} rows of facet for {passages} of passage"
    return next(
        (f"{after[name]} rows of {name} for {before[name]}" for name in before if after[name] != before[name]), None
    )


def _counts(connection: apsw.Connection) -> dict[str, int]:
    """How many rows there are; of corrected articles there may be others than before."""
    has_corrections = version_of(connection) >= _WITH_CORRECTIONS
    apart = " WHERE article NOT IN (SELECT article FROM correction)" if has_corrections else ""
    counted = {name: f"SELECT count(*) FROM {name}{apart if name in _MADE else ''}" for name in _COUNTED}  # noqa: S608  our own names
    return {name: select(connection, tuple[int], query)[0][0] for name, query in counted.items()}


def _take_steps(connection: apsw.Connection) -> None:
    """Another process may have taken them while we waited for the lock."""
    add_functions(connection)
    with writing(connection):
        have = version_of(connection)
        for number, script in migration_scripts():
            if number > have:
                connection.execute(script)
                _AFTERWARDS.get(number, _nothing)(connection)
                connection.pragma("user_version", number)
        connection.pragma("application_id", APPLICATION_ID)


def _nothing(connection: apsw.Connection) -> None:
    """Most steps are all SQL."""


def _plant_leaves(connection: apsw.Connection) -> None:
    """A leaf for every reading there is, in the order in which they came, and all seals of version 2."""
    for (number,) in select(connection, tuple[int], "SELECT number FROM reading ORDER BY number"):
        query = "SELECT record FROM reading WHERE number = ?"
        ((record,),) = select(connection, tuple[str], query, (number,))
        file_leaf(connection, number, msgspec.json.decode(record, type=Reading))
    for (number,) in select(connection, tuple[int], "SELECT number FROM article"):
        seal_article(connection, number, SECOND_ARTICLE_ROWS)
    for (number,) in select(connection, tuple[int], "SELECT number FROM quarantine"):
        seal_failed(connection, number)


def _seal_facets(connection: apsw.Connection) -> None:
    """Seals that hold the rows for filters as well; one that did not fit before must not fit now, and stays."""
    query = "SELECT number FROM article ORDER BY number"
    for (number,) in select(connection, tuple[int], query):
        renew_seal(connection, number, SECOND_ARTICLE_ROWS, THIRD_ARTICLE_ROWS)


def _file_aspects(connection: apsw.Connection) -> None:
    """Targets, addressees, fields and days of what is in the newest readings; and seals that hold them."""
    newest = "SELECT record FROM reading WHERE article = ? ORDER BY number DESC LIMIT 1"
    passages = "SELECT number FROM facet WHERE article = ? AND position >= 0 ORDER BY position"
    for (number,) in select(connection, tuple[int], "SELECT number FROM article ORDER BY number"):
        for (record,) in select(connection, tuple[str], newest, (number,)):
            numbers = [one for (one,) in select(connection, tuple[int], passages, (number,))]
            file_aspects(connection, msgspec.json.decode(record, type=Reading), numbers)
        renew_seal(connection, number, THIRD_ARTICLE_ROWS, FOURTH_ARTICLE_ROWS)


def _seal_alerts(connection: apsw.Connection) -> None:
    for (number,) in select(connection, tuple[int], "SELECT number FROM alert"):
        seal_alert(connection, number)


def _file_events(connection: apsw.Connection) -> None:
    """The events of the newest readings; and seals that hold them."""
    newest = "SELECT record FROM reading WHERE article = ? ORDER BY number DESC LIMIT 1"
    for (number,) in select(connection, tuple[int], "SELECT number FROM article ORDER BY number"):
        for (record,) in select(connection, tuple[str], newest, (number,)):
            file_events(connection, number, msgspec.json.decode(record, type=Reading))
        renew_seal(connection, number, FOURTH_ARTICLE_ROWS, ARTICLE_ROWS)


def _file_corrected(connection: apsw.Connection) -> None:
    """The rows of corrected articles; of one whose seal did not fit nothing is touched, so that it is found."""
    for (number,) in select(connection, tuple[int], "SELECT DISTINCT article FROM correction ORDER BY article"):
        ((_, _, seal, rows),) = select(
            connection, tuple[int, str, bytes | None, bytes], f"{ARTICLE_ROWS} WHERE a.number = ?", (number,)
        )
        if seal == seal_of(rows):
            file_rows(connection, number, newest_reading(connection, number))
            seal_article(connection, number)


_AFTERWARDS: dict[int, Callable[[apsw.Connection], None]] = {
    2: _plant_leaves,
    3: _seal_facets,
    5: _file_aspects,
    7: _seal_alerts,
    8: _file_events,
    11: _file_corrected,
}
