"""One way to read bytes: unpacked as they come, counted, and never more of them than asked for."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import zstandard

from onrecord.config import Limits
from onrecord.errors import CollectError, DamagedInput, InputTooLarge, UnsupportedInput

__all__ = ["BrokenPacking", "ByteReader", "Source", "is_packed", "open_body", "open_reader", "walk_members"]

_CHUNK = 64 * 2**10
_MAX_LAYERS = 3  # a .gz inside a .gz is a mistake that happens; more than three is an attack
_MAX_WINDOW = 128 * 2**20  # memory that a packed file may claim: what `xz -9` and `zstd --long` take

GZIP, BZIP2, XZ, ZSTD = b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")  # a first block, or none: "BZh" alone may open a text


class BrokenPacking(DamagedInput):
    """Packed data is broken. What the reader has looked ahead at belongs to the broken member."""


class Source(Protocol):
    """Anything bytes can be read from; an empty answer means the end."""

    def read(self, size: int, /) -> bytes | None:
        """At most `size` bytes, fewer if fewer are at hand."""


class _Unpacker(Protocol):
    """The interface `bz2` and `lzma` share."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Gunzip:
    """A gzip member behind the interface of `bz2` and `lzma`."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class _Members:
    """The members of a packed stream, one after the other.

    A damaged member raises `BrokenPacking` once; if the format tells where members begin, the next `read` goes on with
    the next member that looks whole.
    """

    def __init__(
        self, source: Source, path: str, unpacker: Callable[[], _Unpacker], magic: bytes, *, at: int = 0
    ) -> None:
        self._source, self._path, self._new, self._magic = source, path, unpacker, magic
        self._member: _Unpacker | None = None
        self._input = b""
        self._fed = b""  # the input last given to the member: where the next one is looked for if this one is broken
        self._held = b""  # a member's last bytes are given out only once its checksum was found right
        self._taken, self._given = at, 0  # packed bytes up to what was taken from the source, unpacked bytes given out
        self.began = (0, 0)  # where the member last read from begins: packed bytes before it, unpacked bytes before it

    def read(self, size: int, /) -> bytes:
        while True:
            if self._member is None and not self._begin():
                return b""
            data, self._held = self._held, self._unpack(size)
            if self._member is None:
                data, self._held = data + self._held, b""
            if data:
                self._given += len(data)
                return data

    def _begin(self) -> bool:
        """Start the next member; False at the end of the stream. Zeros between members are padding."""
        while True:
            self._input = self._input.lstrip(b"\0")
            while len(self._input) < len(self._magic) and self._fill():
                pass
            if not self._input:
                return False
            if self._input[:1] != b"\0":
                break
        if not self._input.startswith(self._magic):
            raise self._damage("bytes that are not packed follow the packed ones")
        self._member = self._new()
        self.began = (self._taken - len(self._input), self._given)
        return True

    def _fill(self) -> bool:
        data = self._source.read(_CHUNK) or b""
        self._taken += len(data)
        self._input += data
        return bool(data)

    def _unpack(self, size: int) -> bytes:
        member = self._member
        assert member is not None
        if member.needs_input and not self._input and not self._fill():
            raise self._damage("it ends in the middle of packed data")
        given, self._input = self._input, b""
        self._fed = given or self._fed
        try:
            data = member.decompress(given, size)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            self._input = self._fed
            raise self._damage(f"packed data is broken ({error})") from error
        if member.eof:
            self._input, self._member = member.unused_data, None
        return data

    def _damage(self, reason: str) -> BrokenPacking:
        at = self._taken - len(self._input)
        error = BrokenPacking(self._path, f"{reason}, at packed byte {at}", offset=self._given)
        self._member, self._held = None, b""
        self._skip_to_next()
        return error

    def _skip_to_next(self) -> None:
        """Drop input up to the next magic bytes, which may be those of the damaged member's neighbour."""
        self._input = self._input[1:]
        while True:
            found = self._input.find(self._magic)
            if found >= 0:
                self._input = self._input[found:]
                return
            self._input = self._input[-(len(self._magic) - 1) :]
            if not self._fill():
                self._input = b""
                return


class _Zstd:
    """The frames of a zstd stream; damage ends it, for its frames cannot be found again."""

    def __init__(self, source: Source, path: str) -> None:
        inner = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
        self._path, self._given, self._over = path, 0, False
        self._stream = inner.stream_reader(_Whole(source), read_across_frames=True)  # type: ignore[arg-type]

    def read(self, size: int, /) -> bytes:
        if self._over:
            return b""
        try:
            data = self._stream.read(size)
        except zstandard.ZstdError as error:
            self._over = True
            raise BrokenPacking(self._path, f"packed data is broken ({error})", offset=self._given) from error
        self._given += len(data)
        return data


class _Whole:
    """A source as zstandard wants it: `read` never gives None."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def read(self, size: int, /) -> bytes:
        return self._source.read(size) or b""


class _Metered:
    """Counts what comes out of a packed source and stops at the limit."""

    def __init__(self, source: Source, path: str, limit: int) -> None:
        self._source, self._path, self._limit, self._given = source, path, limit, 0

    def read(self, size: int, /) -> bytes:
        if self._given > self._limit:
            return b""
        data = self._source.read(size) or b""
        self._given += len(data)
        if self._given > self._limit:
            raise InputTooLarge(
                self._path,
                f"it holds more than {self._limit // 2**20} MiB when unpacked; unpack it, and read it in parts",
                offset=self._limit,
            )
        return data


class ByteReader:
    """Looking ahead, reading and reading lines, over any source, with the number of bytes passed in `offset`.

    An error of the source is kept until somebody reads past the bytes before it, and raised once; reading may then go
    on behind it.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._buffer = bytearray()
        self._start = 0
        self._error: CollectError | None = None
        self.offset = 0

    def peek(self, size: int) -> bytes:
        """The next `size` bytes without passing them; fewer only at the end or before an error."""
        while len(self._buffer) - self._start < size and self._fill():
            pass
        return bytes(self._buffer[self._start : self._start + size])

    def read(self, size: int) -> bytes:
        """The next `size` bytes; fewer only at the end."""
        data = self.peek(size)
        if len(data) < size:
            self._raise_kept()
        self._pass(len(data))
        return data

    def readline(self, limit: int) -> bytes:
        """Up to and with the next line feed, but at most `limit` bytes; empty at the end."""
        looked = self._start
        while True:
            found = self._buffer.find(b"\n", looked, self._start + limit)
            if found >= 0:
                return self.read(found + 1 - self._start)
            waiting = len(self._buffer) - self._start
            if waiting >= limit:
                return self.read(limit)
            if not self._fill():
                self._raise_kept()
                return self.read(waiting)
            looked = self._start + waiting

    def skip(self, size: int) -> int:
        """Pass `size` bytes unseen; returns how many there were."""
        left = size
        while left > 0:
            data = self.read(min(left, _CHUNK))
            if not data:
                break
            left -= len(data)
        return size - left

    def drop_buffered(self) -> None:
        """Pass what was looked at but not read: the rest of a damaged member."""
        self._pass(len(self._buffer) - self._start)

    def _pass(self, size: int) -> None:
        self._start += size
        self.offset += size

    def _fill(self) -> bool:
        if self._start:
            del self._buffer[: self._start]
            self._start = 0
        if self._error is not None:
            return False
        try:
            data = self._source.read(_CHUNK)
        except CollectError as error:
            self._error = error
            return False
        self._buffer += data or b""
        return bool(data)

    def _raise_kept(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error


def is_packed(head: bytes) -> bool:
    """Whether these are the first bytes of gzip, bzip2, xz or zstd data."""
    return head.startswith((GZIP, XZ, ZSTD)) or (head.startswith(BZIP2) and head[4:10] in _BZIP2_BLOCKS)


def open_reader(source: Source, path: str, limits: Limits, *, at: int = 0) -> ByteReader:
    """A reader over the source's bytes, unpacked if they are packed, even several times over.

    Reading from it raises `InputTooLarge` once more than `limits.unpacked_bytes` came out of any layer, and
    `BrokenPacking` where packed data is broken; after that reading may go on with the next member.

    Args:
        at: bytes before those of the source, if it is a part of a file; told where packed data is broken.
    """
    reader = ByteReader(source)
    for layer in range(_MAX_LAYERS):
        head = reader.peek(10)
        if not is_packed(head):
            return reader
        reader = ByteReader(_Metered(_unpacked(reader, path, head, at=0 if layer else at), path, limits.unpacked_bytes))
    if is_packed(reader.peek(10)):
        raise UnsupportedInput(path, f"it is packed more than {_MAX_LAYERS} times over; unpack it first")
    return reader


def open_body(source: Source, path: str) -> ByteReader:
    """A reader over a body that was packed for sending, once; bytes that are not packed come as they are."""
    reader = ByteReader(source)
    head = reader.peek(10)
    return ByteReader(_unpacked(reader, path, head)) if is_packed(head) else reader


def walk_members(source: Source, path: str) -> Iterator[tuple[int, int, bytes]]:
    """Unpack a gzip file and tell where its members lie.

    Returns:
        For each run of unpacked bytes, none of which crosses from one member to the next: the packed and the unpacked
        bytes before its member, and the run. Broken members are passed over.
    """
    members = _Members(source, path, _Gunzip, GZIP)
    while True:
        try:
            data = members.read(_CHUNK)
        except BrokenPacking:
            continue
        if not data:
            return
        yield (*members.began, data)


def _unpacked(source: Source, path: str, head: bytes, *, at: int = 0) -> Source:
    if head.startswith(GZIP):
        return _Members(source, path, _Gunzip, GZIP, at=at)
    if head.startswith(BZIP2):
        return _Members(source, path, bz2.BZ2Decompressor, BZIP2, at=at)
    if head.startswith(XZ):
        return _Members(source, path, _new_xz, XZ, at=at)
    return _Zstd(source, path)


def _new_xz() -> _Unpacker:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MAX_WINDOW)
