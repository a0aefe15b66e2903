"""What became of each address, on the disk: so that nothing is fetched twice, and any run can go on where one stopped.

The ledger lies beside the archives it tells of, as `.collected.db`. An answer is on the disk in its archive before the
ledger says so; what an archive holds beyond that is the torn end of a run that was killed, and is cut off when the
folder is opened next.

Archives in the folder hold pages, one a record, so that the folder can be read like any other. What was fetched on the
way to them (robots.txt, feeds, redirects, errors) is kept in archives of their own, in `.asides`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Self

import apsw
import msgspec
from msgspec import Struct

from onrecord.collect.web.archive import Archive, Kept, Known, date_of, payload_digest
from onrecord.collect.web.fetch import Exchange
from onrecord.errors import CollectError, UsageError

__all__ = ["Collection", "FeedState", "State", "Unsettled"]

_NAME = ".collected.db"
_VERSION = 1
_MAX_TRIES = 8  # one at each poll: an outage of hours is outlasted, a page that is gone is let go
_TABLES = """
CREATE TABLE page (
    url TEXT PRIMARY KEY,           -- in plain spelling, without fragment
    state TEXT NOT NULL,
    source TEXT,                    -- the feed or sitemap that named it
    sha256 TEXT,                    -- of the content, unpacked
    payload TEXT,                   -- digest of the body as sent, as the archive has it
    file TEXT, "offset" INTEGER,    -- where the answer lies: archive, unpacked bytes
    fetched_at TEXT,
    code TEXT, reason TEXT,         -- why it was refused
    tries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX page_by_content ON page (sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX page_by_state ON page (state, source);
CREATE TABLE archive (name TEXT PRIMARY KEY, length INTEGER NOT NULL) STRICT;   -- packed bytes that are acknowledged
CREATE TABLE feed (url TEXT PRIMARY KEY, facts TEXT NOT NULL) STRICT;           -- JSON of FeedState
"""


class State(StrEnum):
    """How far an address has come."""

    FOUND = "found"  # a feed named it; not fetched yet
    KEPT = "kept"  # in an archive; whoever asked has not said yet that he has it
    DONE = "done"
    DUPLICATE = "duplicate"  # its content came from another address before
    REFUSED = "refused"  # no page could be had; tried again when it is asked for again
    WAITING = "waiting"  # failed for now, and watch will try again


class Unsettled(Struct, frozen=True, kw_only=True):
    """A page that is in an archive, and that whoever asked may not have."""

    url: str
    file: str
    offset: int


class FeedState(Struct, frozen=True, kw_only=True):
    """What is known of a feed that is watched."""

    etag: str | None = None
    modified: str | None = None
    every_s: float = 0.0  # how often it is asked for now
    due: float = 0.0  # when next, seconds since 1970
    failures: int = 0  # in a row


class Collection:
    """A folder of archives with its ledger. One process at a time, one thread at a time; a context manager.

    Raises:
        UsageError: another process is at work in the folder, or it cannot be written.
    """

    def __init__(self, folder: Path, *, software: str, robots: bool = True) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = _open(folder / _NAME)
        except OSError as error:
            raise UsageError(f"{folder}: no folder can be made here ({error.strerror}); name another.") from error
        self._cut_torn_ends()
        about = {
            "software": software,
            "format": "WARC File Format 1.1",
            "robots": "obey" if robots else "ignore",
        }
        self._pages = Archive(folder, about=about, on_begin=self._register)
        self._asides = Archive(folder, about=about, on_begin=self._register, within=".asides/")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._pages.close()
        self._asides.close()
        self._connection.close()

    # --- what is known ----------------------------------------------------------------------------------------------

    def state(self, url: str) -> State | None:
        """How far an address has come; None: never met."""
        rows = self._connection.execute("SELECT state FROM page WHERE url = ?", (url,)).fetchall()
        return State(str(rows[0][0])) if rows else None

    def unsettled(self) -> list[Unsettled]:
        """What is kept and not settled, in the order of the archives."""
        query = """SELECT url, file, "offset" FROM page WHERE state = 'kept' ORDER BY file, "offset" """
        rows = self._connection.execute(query).fetchall()
        return [Unsettled(url=str(url), file=str(file), offset=int(str(at))) for url, file, at in rows]

    def pending(self, source: str) -> list[str]:
        """What a feed named and is not fetched yet, oldest first; without what failed too often."""
        query = """SELECT url FROM page WHERE source = ? AND (state = 'found' OR state = 'waiting' AND tries < ?)
                   ORDER BY rowid"""
        return [str(url) for (url,) in self._connection.execute(query, (source, _MAX_TRIES)).fetchall()]

    def counts(self) -> dict[State, int]:
        """How many addresses have come how far."""
        rows = self._connection.execute("SELECT state, count(*) FROM page GROUP BY state").fetchall()
        return {State(str(state)): int(str(count)) for state, count in rows}

    def feed(self, url: str) -> FeedState:
        """What is known of a feed."""
        rows = self._connection.execute("SELECT facts FROM feed WHERE url = ?", (url,)).fetchall()
        return msgspec.json.decode(str(rows[0][0]), type=FeedState) if rows else FeedState()

    # --- what comes in; on the disk when these return ---------------------------------------------------------------

    def keep_page(self, url: str, seen: Sequence[Exchange], sha256: str) -> Kept | None:
        """Keep what was fetched for a page; the last of `seen` is the page. None: its content was known before."""
        page, known = seen[-1], self._known(sha256)
        self.keep(seen[:-1])
        with self._writing(self._pages):
            kept = self._write(self._pages, page, known)
            values = (sha256, payload_digest(page), kept.file, kept.offset, date_of(page))
            for address in {url, page.url} - {known.url if known else None}:
                self._set(address, State.KEPT if address == url and not known else State.DUPLICATE, values)
        return None if known else kept

    def keep(self, seen: Sequence[Exchange]) -> None:
        """Keep what is no page: robots.txt, feeds, redirects, errors."""
        if seen:
            with self._writing(self._asides):
                for exchange in seen:
                    self._write(self._asides, exchange)

    def find(self, urls: Iterable[str], source: str) -> list[str]:
        """Note what a feed names; those of it that are new."""
        insert = "INSERT INTO page (url, state, source) VALUES (?, 'found', ?) ON CONFLICT DO NOTHING"
        new = []
        with self._connection:
            for url in urls:
                self._connection.execute(insert, (url, source))
                if self._connection.changes():
                    new.append(url)
        return new

    def refuse(self, url: str, error: CollectError, *, waits: bool = False) -> None:
        """Note why no page could be had."""
        state = State.WAITING if waits else State.REFUSED
        self._connection.execute(
            """INSERT INTO page (url, state, code, reason, tries) VALUES (?1, ?2, ?3, ?4, 1)
               ON CONFLICT DO UPDATE SET state = ?2, code = ?3, reason = ?4, tries = tries + 1
               WHERE state NOT IN ('kept', 'done', 'duplicate')""",
            (url, state.value, error.code, error.reason),
        )

    def settle(self, url: str) -> None:
        """Whoever asked for the page has it."""
        self._connection.execute("UPDATE page SET state = 'done' WHERE url = ? AND state = 'kept'", (url,))

    def keep_feed(self, url: str, state: FeedState) -> None:
        """Note what is known of a feed now."""
        facts = msgspec.json.encode(state).decode()
        self._connection.execute("INSERT OR REPLACE INTO feed VALUES (?, ?)", (url, facts))

    # --- how --------------------------------------------------------------------------------------------------------

    def _known(self, sha256: str) -> Known | None:
        query = """SELECT url, fetched_at, payload FROM page
                   WHERE sha256 = ? AND state IN ('kept', 'done') ORDER BY fetched_at LIMIT 1"""
        rows = self._connection.execute(query, (sha256,)).fetchall()
        return Known(url=str(rows[0][0]), at=str(rows[0][1]), digest=str(rows[0][2])) if rows else None

    @contextmanager
    def _writing(self, archive: Archive) -> Iterator[None]:
        """What is written in this is acknowledged together, once it is on the disk."""
        archive.begin()  # before the transaction: a file is in the ledger before there is one
        with self._connection:
            yield
            archive.flush()

    def _write(self, archive: Archive, exchange: Exchange, known: Known | None = None) -> Kept:
        kept = archive.write(exchange, known=known)
        query = "UPDATE archive SET length = ? WHERE name = ?"
        self._connection.execute(query, (archive.packed_length, kept.file))
        return kept

    def _set(self, url: str, state: State, values: tuple[str, str, str, int, str]) -> None:
        self._connection.execute(
            """INSERT INTO page (url, state, sha256, payload, file, "offset", fetched_at) VALUES (?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT DO UPDATE
               SET state = excluded.state, sha256 = excluded.sha256, payload = excluded.payload, file = excluded.file,
                   "offset" = excluded."offset", fetched_at = excluded.fetched_at, code = NULL, reason = NULL""",
            (url, state.value, *values),
        )

    def _register(self, name: str) -> None:
        self._connection.execute("INSERT INTO archive VALUES (?, 0)", (name,))

    def _cut_torn_ends(self) -> None:
        for name, length in self._connection.execute("SELECT name, length FROM archive").fetchall():
            path = self.folder / str(name)
            if not path.exists():
                continue
            if not length:
                path.unlink()
            elif path.stat().st_size > int(str(length)):
                with path.open("r+b") as file:
                    file.truncate(int(str(length)))


def _open(path: Path) -> apsw.Connection:
    try:
        connection = apsw.Connection(str(path))
        connection.execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        connection.execute("BEGIN EXCLUSIVE; COMMIT")
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        if version == 0:
            with connection:
                connection.execute(_TABLES + f"PRAGMA user_version = {_VERSION}")
    except (apsw.BusyError, apsw.LockedError) as error:
        raise UsageError(f"{path.parent}: another onrecord collects into this folder; wait for it.") from error
    except apsw.Error as error:
        raise UsageError(f"{path}: this is no ledger of onrecord, or is damaged ({error}).") from error
    if version not in (0, _VERSION):
        raise UsageError(f"{path}: made by a newer onrecord; use that one.")
    return connection
