"""Inputs that gave no reading: kept with stage, code, reason and their bytes, and read again when asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import apsw
from msgspec import Struct

from onrecord.errors import StoreError, UsageError
from onrecord.records import Page, Rejected, Stage
from onrecord.store.connection import connect, select, told_plainly
from onrecord.store.faults import reach
from onrecord.store.pages import keep_bytes, page_facts, page_from, unpack
from onrecord.store.seals import seal_failed

__all__ = [
    "Failed",
    "failed_page",
    "file_rejected",
    "find_failed",
    "forget_attempt",
    "keep_poison",
    "list_failed",
    "settle",
]


class Failed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the quarantine."""

    number: int  # by which commands name it
    path: str
    offset: int
    stage: Stage
    code: str
    reason: str
    sha256: str | None  # of its bytes
    bytes: int | None  # how many the store keeps of it; None: there were none to keep
    times: int  # how often the input came in
    tries: int  # how often reading it was tried
    last_at: str


class _Row(NamedTuple):
    number: int
    path: str
    offset: int
    stage: Stage
    code: str
    reason: str
    sha256: str | None
    bytes: int | None
    times: int
    tries: int
    last_at: str


_ROWS = """SELECT number, path, "offset", stage, code, reason, q.sha256, length, times, tries, last_at
           FROM quarantine q LEFT JOIN page USING (sha256)"""


def list_failed(path: Path, *, stage: str | None = None, code: str | None = None) -> tuple[Failed, ...]:
    """What is in quarantine, oldest first; of one stage or code, if given.

    Raises:
        StoreError: the store cannot be read.
    """
    condition = " WHERE (?1 IS NULL OR stage = ?1) AND (?2 IS NULL OR code = ?2) ORDER BY number"
    return _select_failed(path, condition, (stage, code))


def find_failed(path: Path, numbers: Sequence[int]) -> tuple[Failed, ...]:
    """The rows of these numbers, in their order.

    Raises:
        UsageError: no row has such a number.
    """
    found = {row.number: row for number in numbers for row in _select_failed(path, " WHERE number = ?", (number,))}
    missing = next((number for number in numbers if number not in found), None)
    if missing is not None:
        raise UsageError(f"{path}: nothing in quarantine has the number {missing}. See: onrecord failed list")
    return tuple(found[number] for number in numbers)


def failed_page(path: Path, failed: Failed) -> Page | None:
    """The page of a row, to the byte; None where no bytes were had, as of a broken member of an archive.

    Raises:
        StoreError: its bytes are not what their digest says.
    """
    query = """SELECT packed, q.sha256, facts FROM quarantine q JOIN page USING (sha256)
               WHERE q.sha256 = ? AND facts IS NOT NULL ORDER BY q.number = ? DESC LIMIT 1"""
    connection = connect(path, read_only=True)
    try:
        with told_plainly(path):
            rows = select(connection, tuple[bytes, str, str], query, (failed.sha256, failed.number))
        return next((page_from(facts, unpack(packed, sha256, path)) for packed, sha256, facts in rows), None)
    finally:
        connection.close()


def file_rejected(connection: apsw.Connection, rejected: Rejected, page: Page | None, *, retried: int | None) -> None:
    """Put an input into quarantine, inside a transaction.

    Args:
        rejected: where, which stage, why.
        page: the page, if reading it was tried.
        retried: number of the row that this was a new try of; it is no new input then.
    """
    times, tries = (1, int(page is not None or rejected.sha256 is None)) if retried is None else (0, 1)
    if retried is not None:
        times, tries = _take_out(connection, retried, times, tries)
    else:
        connection.execute("UPDATE tally SET received = received + 1")
    sha256 = keep_bytes(connection, page.data) if page else rejected.sha256
    facts = page_facts(page) if page else None
    seal_failed(connection, _upsert(connection, rejected, (sha256, facts, times, tries)))
    if page:
        forget_attempt(connection, page)
    reach("quarantined")


def keep_poison(connection: apsw.Connection, rejected: Rejected, page: Page, *, tries: int) -> None:
    """Put a page in quarantine over which the process died; whoever is told of the rejection counts it as an input."""
    sha256 = keep_bytes(connection, page.data)
    seal_failed(connection, _upsert(connection, rejected, (sha256, page_facts(page), 0, tries)))
    forget_attempt(connection, page)


def forget_attempt(connection: apsw.Connection, page: Page) -> None:
    """The reading of a page that was begun has ended, whichever way."""
    connection.execute("DELETE FROM attempt WHERE sha256 = ? AND kind = ?", (page.origin.sha256, page.kind.value))


def settle(connection: apsw.Connection, number: int, article: int, page: Page) -> None:
    """Take a row out of quarantine, inside the transaction that stores its page as `article`.

    The ledger goes on adding up: of the times that the page came in, one is the storing, the others are duplicates.
    """
    times, _ = _take_out(connection, number, 0, 0)
    if times > 1:
        connection.execute(
            """INSERT INTO sighting (article, page_id, path, "offset", times) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT DO UPDATE SET times = times + excluded.times, last_at = excluded.last_at""",
            (article, page.id, page.origin.path, page.origin.offset, times - 1),
        )
    elif times == 0:  # kept as poison by a run that was killed before it counted the page
        connection.execute("UPDATE tally SET received = received + 1")


def _take_out(connection: apsw.Connection, number: int, times: int, tries: int) -> tuple[int, int]:
    """Remove a row; its counts added to those given."""
    rows = select(
        connection, tuple[int, int], "DELETE FROM quarantine WHERE number = ? RETURNING times, tries", (number,)
    )
    if not rows:
        raise StoreError(f"number {number} is no longer in quarantine; another process took it out. Nothing was done.")
    return rows[0][0] + times, rows[0][1] + tries


def _upsert(connection: apsw.Connection, rejected: Rejected, counted: tuple[str | None, str | None, int, int]) -> int:
    """One row a place, code and digest; its number."""
    sha256, facts, times, tries = counted
    query = """INSERT INTO quarantine (path, "offset", stage, code, reason, sha256, facts, times, tries)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT DO UPDATE
               SET times = times + excluded.times, tries = tries + excluded.tries, last_at = excluded.last_at,
                   reason = CASE excluded.tries WHEN 0 THEN reason ELSE excluded.reason END,
                   facts = ifnull(excluded.facts, facts)
               RETURNING number"""
    place = (rejected.path, rejected.offset, rejected.stage.value, rejected.code, rejected.reason)
    return select(connection, tuple[int], query, (*place, sha256, facts, times, tries))[0][0]


def _select_failed(path: Path, condition: str, values: Sequence[str | int | None]) -> tuple[Failed, ...]:
    connection = connect(path, read_only=True)
    try:
        with told_plainly(path):
            rows = select(connection, _Row, _ROWS + condition, values)
    finally:
        connection.close()
    return tuple(Failed(**row._asdict()) for row in rows)
