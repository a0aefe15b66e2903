"""The results of a shard while it is being worked on, page by page, so that a death costs no more than a page.

A file of frames: length and CRC-32 as four bytes each, then MessagePack. What was begun is noted before it is done, so
that whoever goes on knows at which page others died. A frame that was cut short by a death is dropped.
"""

from __future__ import annotations

import fcntl
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from msgspec import Struct

from onrecord.records import Reading, Rejected

__all__ = ["Journal"]

_HEADER = struct.Struct(">II")


class _Frame(Struct, frozen=True, omit_defaults=True):
    """Exactly one of these."""

    opened: bool = False
    begun: bool = False
    at_fault: bool = False
    complete: bool = False
    reading: Reading | None = None
    rejected: Rejected | None = None


_DECODER = msgspec.msgpack.Decoder(_Frame)


class Journal:
    """Opened by one process at a time: another waits until that has ended. A context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("a+b")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self.count = 0  # results
        self.tries = 0  # how often the page after them was begun
        self.faults = 0  # how often since the last result a process ended by what it did, not by somebody from outside
        self.starts = 0  # how often the shard was opened
        self.idle_starts = 0  # how often it was opened and nothing came of it, in a row until now
        self.is_complete = False  # there is a result for every page of the shard
        self._look_through()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def open_shard(self) -> None:
        """Note that somebody works on the shard from here on."""
        self._append(_Frame(opened=True))

    def blame(self) -> None:
        """Note that the process before this one ended by what it did."""
        self._append(_Frame(at_fault=True))

    def begin(self) -> None:
        """Note that the next page is begun."""
        self._append(_Frame(begun=True))

    def keep(self, result: Reading | Rejected) -> None:
        """What became of the next page."""
        self._append(_Frame(reading=result) if isinstance(result, Reading) else _Frame(rejected=result))

    def complete(self) -> None:
        """There are no more pages."""
        self._append(_Frame(complete=True))

    def results(self) -> Iterator[Reading | Rejected]:
        """All results so far, in order, read from the disk."""
        for frame, _ in self._frames():
            result = frame.reading or frame.rejected
            if result is not None:
                yield result

    def remove(self) -> None:
        """The shard is done."""
        self._path.unlink(missing_ok=True)

    def _append(self, frame: _Frame) -> None:
        data = msgspec.msgpack.encode(frame)
        self._file.write(_HEADER.pack(len(data), zlib.crc32(data)) + data)
        self._file.flush()
        self._count(frame)

    def _count(self, frame: _Frame) -> None:
        if frame.opened:
            self.starts, self.idle_starts = self.starts + 1, self.idle_starts + 1
        elif frame.begun:
            self.tries, self.idle_starts = self.tries + 1, 0
        elif frame.at_fault:
            self.faults += 1
        else:
            self.count += not frame.complete
            self.is_complete = frame.complete
            self.tries = self.faults = self.idle_starts = 0

    def _look_through(self) -> None:
        whole = 0
        for frame, end in self._frames():
            self._count(frame)
            whole = end
        self._file.truncate(whole)

    def _frames(self) -> Iterator[tuple[_Frame, int]]:
        """Each whole frame and where it ends."""
        with open(self._file.fileno(), "rb", closefd=False) as file:
            file.seek(0)
            end, size = 0, os.fstat(file.fileno()).st_size
            while len(header := file.read(_HEADER.size)) == _HEADER.size:
                length, checksum = _HEADER.unpack(header)
                end += _HEADER.size + length
                data = file.read(length) if end <= size else b""
                if len(data) < length or zlib.crc32(data) != checksum:
                    return
                yield _DECODER.decode(data), end
