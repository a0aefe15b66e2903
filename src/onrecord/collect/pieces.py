"""Parts of inputs: where a large file may be cut between two records, and reading one such part by itself.

Read part by part, a file gives the pages that it gives as a whole, with the same offsets.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import BinaryIO, NamedTuple

from msgspec import Struct, structs

from onrecord.collect.files import open_file
from onrecord.collect.jsonl import read_lines
from onrecord.collect.pages import read_stream
from onrecord.collect.parquet import MAGIC, group_ends, read_groups
from onrecord.collect.reader import GZIP, ByteReader, is_packed, open_reader, walk_members
from onrecord.collect.rejections import printable_path, rejected_by
from onrecord.collect.sniff import HEAD_BYTES, Content, sniff
from onrecord.collect.wacz import is_zip, read_wacz
from onrecord.collect.warc import find_records, read_archive
from onrecord.config import Limits
from onrecord.errors import CollectError, EmptyInput, MissingInput
from onrecord.records import Page, Rejected

__all__ = ["Piece", "PieceKind", "PieceReader", "cut_file"]

_LOOK_AHEAD = 64 * 2**10


class PieceKind(StrEnum):
    """How a piece is read."""

    WHOLE = "whole"  # a file as it is
    WARC = "warc"
    JSONL = "jsonl"
    PARQUET = "parquet"


class Piece(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file, or a part of one that begins and ends between two records."""

    path: str
    kind: PieceKind
    start: int = 0  # bytes of the file as it lies on the disk
    end: int
    offset: int = 0  # unpacked bytes before it; of Parquet, rows
    groups: tuple[int, int] = (0, 0)  # of Parquet: its row groups, half-open
    file_bytes: int
    modified_ns: int  # when the file was last changed, so that one that was changed since is not taken for the same

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self.end - self.start


class _Cut(NamedTuple):
    """A place between two records: bytes of the file, unpacked bytes or rows, and row groups before it."""

    at: int
    offset: int
    group: int = 0


def cut_file(path: str, *, piece_bytes: int, limits: Limits, as_is: bool = False) -> Iterator[Piece]:
    """The pieces of a file, in order, each of about `piece_bytes` of it or more.

    Cut are WARC and JSON Lines, plain or packed with gzip in members that begin with a record, and Parquet between row
    groups. To find the places, a packed file is unpacked once. Anything else is one piece.

    Raises:
        CollectError: the file cannot be opened.
    """
    shown = printable_path(path)
    try:
        with open_file(path) as file:
            yield from _cut(file, path, piece_bytes, limits, as_is=as_is)
    except OSError as error:
        raise MissingInput(shown, f"reading it failed ({error.strerror or error})") from error


def _cut(file: BinaryIO, path: str, piece_bytes: int, limits: Limits, *, as_is: bool) -> Iterator[Piece]:
    status = os.fstat(file.fileno())
    size = status.st_size
    whole = Piece(path=path, kind=PieceKind.WHOLE, end=size, file_bytes=size, modified_ns=status.st_mtime_ns)
    head = file.read(len(MAGIC))
    file.seek(0)
    if head == MAGIC:
        yield from _cut_at(_groups(file, path, size), structs.replace(whole, kind=PieceKind.PARQUET), piece_bytes)
        return
    kind = _kind(file, path, limits) if size > piece_bytes else PieceKind.WHOLE
    file.seek(0)
    if kind is PieceKind.WHOLE or (as_is and kind is PieceKind.WARC):
        yield whole
        return
    cuts = _cuts(file, path, kind, piece_bytes, limits)
    yield from _cut_at(_then(cuts, _Cut(size, 0)), structs.replace(whole, kind=kind), piece_bytes)


def _then(cuts: Iterable[_Cut], end: _Cut) -> Iterator[_Cut]:
    yield from cuts
    yield end


def _cut_at(cuts: Iterator[_Cut], whole: Piece, piece_bytes: int) -> Iterator[Piece]:
    """Pieces between cuts, the last of which is the end of the file."""
    start = _Cut(0, 0)
    for cut in cuts:
        if cut.at >= whole.end or cut.at - start.at >= piece_bytes:
            groups = (start.group, cut.group)
            yield structs.replace(whole, start=start.at, end=cut.at, offset=start.offset, groups=groups)
            start = cut


def _kind(file: BinaryIO, path: str, limits: Limits) -> PieceKind:
    """Of a file that is larger than a piece; one that is damaged at its very beginning is left whole."""
    try:
        content = sniff(open_reader(file, path, limits).peek(HEAD_BYTES)).content
    except CollectError:
        return PieceKind.WHOLE
    return {Content.WARC: PieceKind.WARC, Content.JSONL: PieceKind.JSONL}.get(content or Content.TEXT, PieceKind.WHOLE)


def _cuts(file: BinaryIO, path: str, kind: PieceKind, piece_bytes: int, limits: Limits) -> Iterator[_Cut]:
    head = file.read(10)
    file.seek(0)
    if head.startswith(GZIP):
        yield from _member_cuts(file, path, kind)
    elif is_packed(head):
        return  # nothing tells where in the packed bytes a record begins
    elif kind is PieceKind.WARC:
        yield from (_Cut(at, at) for at in find_records(ByteReader(file), path, limits=limits) if at)
    else:
        yield from _line_cuts(file, piece_bytes)


def _member_cuts(file: BinaryIO, path: str, kind: PieceKind) -> Iterator[_Cut]:
    """Where a member begins with a record: with its first line in WARC, behind the end of a line in JSON Lines."""
    last, known = b"", -1
    for packed, offset, data in walk_members(file, path):
        begins = data.startswith(b"WARC/") if kind is PieceKind.WARC else last == b"\n"
        if packed > max(known, 0) and begins:
            yield _Cut(packed, offset)
        known, last = packed, data[-1:]


def _line_cuts(file: BinaryIO, piece_bytes: int) -> Iterator[_Cut]:
    """The first beginning of a line after each `piece_bytes`."""
    size, at = os.fstat(file.fileno()).st_size, 0
    while at + piece_bytes < size:
        at += piece_bytes
        file.seek(at)
        while data := file.read(_LOOK_AHEAD):
            found = data.find(b"\n")
            if found >= 0:
                at += found + 1
                break
            at += len(data)
        if at < size:
            yield _Cut(at, at)


def _groups(file: BinaryIO, path: str, size: int) -> Iterator[_Cut]:
    """Behind each row group; the last one has the rest of the file."""
    ends = group_ends(file, printable_path(path))
    yield from (_Cut(end, rows, number) for number, (end, rows) in enumerate(ends[:-1], 1))
    yield _Cut(size, 0, len(ends))


class PieceReader:
    """The pages of a piece, and how far they have been read."""

    def __init__(self, piece: Piece, *, limits: Limits, as_is: bool = False) -> None:
        self._piece, self._limits, self._as_is = piece, limits, as_is
        self._part: _Part | None = None
        self._share = 0.0

    @property
    def passed(self) -> int:
        """Bytes of the file that were taken, of `Piece.size`; those that lie ahead of the last page are counted."""
        return self._part.passed if self._part else int(self._share * self._piece.size)

    def __iter__(self) -> Iterator[Page | Rejected]:
        """As `collect_pages`: nothing is raised for an input."""
        piece, shown = self._piece, printable_path(self._piece.path)
        is_bare = piece.size == piece.file_bytes
        try:
            with open_file(piece.path) as file:
                _require_same(file, piece, shown)
                for result in self._results(file, shown):
                    is_bare = False
                    yield result
            if is_bare:
                raise EmptyInput(shown, "there are no pages in it")
        except CollectError as error:
            yield rejected_by(error)
        except OSError as error:
            yield rejected_by(MissingInput(shown, f"reading it failed ({error.strerror or error})"))

    def _results(self, file: BinaryIO, shown: str) -> Iterator[Page | Rejected]:
        piece, limits, as_is = self._piece, self._limits, self._as_is
        if piece.kind is PieceKind.PARQUET:
            groups = range(*piece.groups)
            for share, result in read_groups(file, shown, groups, limits=limits, as_is=as_is, row=piece.offset):
                self._share = share
                yield result
            return
        if piece.kind is PieceKind.WHOLE and not as_is and is_zip(file):
            yield from read_wacz(file, shown, limits=limits)
            self._share = 1.0
            return
        self._part = _Part(file, piece)
        reader = open_reader(self._part, shown, limits, at=piece.start)
        if piece.kind is PieceKind.WHOLE:
            yield from read_stream(reader, shown, limits, as_is=as_is)
            return
        reader.offset = piece.offset
        if piece.kind is PieceKind.WARC:
            yield from read_archive(reader, shown, limits=limits)
        else:
            yield from read_lines(reader, shown, limits=limits, as_is=as_is)


def _require_same(file: BinaryIO, piece: Piece, shown: str) -> None:
    status = os.fstat(file.fileno())
    if (status.st_size, status.st_mtime_ns) != (piece.file_bytes, piece.modified_ns):
        raise MissingInput(shown, "it was changed after the run began; start a new one when it is whole")


class _Part:
    """The bytes of a file between two places."""

    def __init__(self, file: BinaryIO, piece: Piece) -> None:
        self._file, self._left, self._size = file, piece.end - piece.start, piece.end - piece.start
        file.seek(piece.start)

    @property
    def passed(self) -> int:
        return self._size - self._left

    def read(self, size: int, /) -> bytes:
        data = self._file.read(min(size, self._left)) or b""
        self._left -= len(data)
        return data
