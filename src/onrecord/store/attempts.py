"""Pages that kill: a page over which reading ended badly twice is not tried a third time on its own.

Reading runs in the calling process, and a page can take it down: out of memory, a crash in a library, a kill by someone
who lost patience. So that the next run does not die of the same page, the beginning of each reading is noted, and the
note taken away when it ends. It is a note of its own connection without waiting for the disk (the page cache survives
the death of a process), so that it costs next to nothing.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import apsw

from onrecord.errors import MemoryLimitHit, StoreError, TimeLimitHit, WorkerDied
from onrecord.records import Page, Rejected, Stage
from onrecord.store.connection import connect, select, told_plainly, writing
from onrecord.store.faults import reach
from onrecord.store.quarantine import forget_attempt, keep_poison

__all__ = ["MOST_TRIES", "Attempts"]

MOST_TRIES = 2  # a crash can be an accident (no memory left by others); two over one page are its fault
_POISON = (TimeLimitHit.code, MemoryLimitHit.code, WorkerDied.code)


class Attempts:
    """The notes of one run. A context manager: what was begun and not ended is forgotten when the run ends in order."""

    def __init__(self, connection: apsw.Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._begun: Page | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """The notes of the store at `path`.

        Raises:
            StoreError: as `Store.open`.
        """
        connection = connect(path)
        connection.pragma("synchronous", "normal")
        return cls(connection, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(StoreError, apsw.Error), told_plainly(self._path):
            if self._begun is not None:
                forget_attempt(self._connection, self._begun)
        self._connection.close()

    def admit(self, page: Page | Rejected) -> Page | Rejected:
        """The page, with a note that reading it begins; or why it is not tried again.

        Raises:
            StoreError: the note could not be written.
        """
        if isinstance(page, Rejected):
            return page
        with told_plainly(self._path):
            refused = self._known_poison(page) or self._begin(page)
        if refused is None:
            self._begun = page
            reach("begun")
        return refused or page

    def _known_poison(self, page: Page) -> Rejected | None:
        query = """SELECT stage, code, number FROM quarantine
                   WHERE sha256 = ? AND code IN (?, ?, ?) AND tries >= ? ORDER BY number LIMIT 1"""
        values = (page.origin.sha256, *_POISON, MOST_TRIES)
        for stage, code, number in select(self._connection, tuple[Stage, str, int], query, values):
            told = f"it failed twice and was not tried again; to do so: onrecord failed retry {number}"
            return _refusal(page, stage, code, told)
        return None

    def _begin(self, page: Page) -> Rejected | None:
        key = (page.origin.sha256, page.kind.value)
        with writing(self._connection):
            begun = "SELECT tries FROM attempt WHERE sha256 = ? AND kind = ?"
            tries = sum(number for (number,) in select(self._connection, tuple[int], begun, key))
            if tries < MOST_TRIES:
                self._connection.execute("INSERT OR REPLACE INTO attempt VALUES (?, ?, ?)", (*key, tries + 1))
                return None
            refused = _refusal(
                page, Stage.READ, WorkerDied.code, "onrecord itself died or was killed over this page, twice"
            )
            keep_poison(self._connection, refused, page, tries=tries)
            return refused


def _refusal(page: Page, stage: Stage, code: str, reason: str) -> Rejected:
    place = page.origin
    return Rejected(path=place.path, stage=stage, code=code, reason=reason, offset=place.offset, sha256=place.sha256)
