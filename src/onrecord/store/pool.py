"""A store that many threads read: files are opened once and kept open, and what they count by is held once for all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from onrecord.errors import StoreError
from onrecord.store.columns import Columns
from onrecord.store.sqlite import Store

__all__ = ["Pool", "State"]

MOST_KEPT = 8  # more threads than that at once wait for the processor, not for a file
CACHE_KIB = 16_384  # of each; SQLite's own 2 MiB hold too little of an index of a hundred thousand statements


class _Place(NamedTuple):
    """Which file is at a path: another one, if a copy was put there."""

    device: int
    file: int


class State(NamedTuple):
    """What a store was like: another one as soon as anybody has written to it."""

    place: _Place | None
    version: int  # SQLite's, of what others have committed since the file was opened
    opened: int  # how often it was opened to look


class _Kept(NamedTuple):
    place: _Place | None
    store: Store


class Pool:
    """Open stores to read, all of one path; each is one thread's at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._free: list[_Kept] = []
        self._columns: dict[_Place | None, Columns] = {}
        self._looking: _Kept | None = None
        self._looked = 0

    @contextmanager
    def open(self) -> Iterator[Store]:
        """A store to read; the one used last, whose pages are still in memory.

        What fails is closed and opened anew the next time, as is a file that was replaced.

        Raises:
            StoreError: as `Store.open`.
        """
        kept = self._take()
        try:
            yield kept.store
        except BaseException:
            kept.store.close()
            raise
        self._give_back(kept)

    def state(self) -> State | None:
        """The state that the store is in now; None if it cannot be told. Some microseconds."""
        place = _place_of(self.path)
        with self._lock:
            try:
                if self._looking is None or self._looking.place != place:
                    self._stop_looking()
                    self._looking = _Kept(place, Store.open(self.path, read_only=True))
                    self._looked += 1
                return State(place, self._looking.store.data_version(), self._looked)
            except StoreError:
                self._stop_looking()
                return None

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.store.close()
        self._looking = None

    def warm(self) -> None:
        """Read what is counted by, so that the first search need not wait for it."""
        with suppress(StoreError), self.open() as store:
            store.ask().count()

    def close(self) -> None:
        """Let go of the files that nobody uses."""
        with self._lock:
            free, self._free = self._free, []
            self._stop_looking()
        for kept in free:
            kept.store.close()

    def _take(self) -> _Kept:
        place = _place_of(self.path)
        with self._lock:
            kept = self._free.pop() if self._free else None
            if place not in self._columns:
                self._columns = {place: Columns()}
            columns = self._columns[place]
        if kept and kept.place == place and kept.store.is_current():
            return kept
        if kept:
            kept.store.close()
        return _Kept(place, Store.open_to_serve(self.path, columns, cache_kib=CACHE_KIB))

    def _give_back(self, kept: _Kept) -> None:
        with self._lock:
            if len(self._free) < MOST_KEPT:
                self._free.append(kept)
                return
        kept.store.close()


def _place_of(path: Path) -> _Place | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return _Place(status.st_dev, status.st_ino)
