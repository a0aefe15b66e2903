"""One way to read bytes: unpacked as they come, counted, and never more of them than asked for."""

from __future__ import annotations

import bz2
import lzma
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import NamedTuple, Protocol

from lz4.frame import LZ4FrameDecompressor

from onrecord.config import Limits
from onrecord.errors import CollectError, DamagedInput, InputTooLarge, UnsupportedInput

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = [
    "BrokenPacking",
    "ByteReader",
    "Source",
    "is_packed",
    "open_body",
    "open_damaged",
    "open_reader",
    "walk_members",
]

_CHUNK = 64 * 2**10
_MAX_LAYERS = 3  # a .gz inside a .gz is a mistake that happens; more than three is an attack
_HEAD = 10  # bytes that tell whether what follows is packed
_MAX_WINDOW = 128 * 2**20  # memory that a packed file may claim: what `xz -9` and `zstd --long` take
_WINDOW: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 27}  # the same for zstd, as a power of two
_MAX_DICTIONARY = 8 * 2**20  # those of archives have some 100 KiB
_LOOK_BACK = 4 * 2**20  # packed bytes of a broken member in which its neighbours are looked for
_BACK_SHARE = 4  # what is looked at again, all in all, beside what was read: bounds the time a hostile file can take

_BROKEN = (zlib.error, lzma.LZMAError, zstd.ZstdError, OSError, EOFError, RuntimeError, ValueError)

GZIP = b"\x1f\x8b\x08"
_DICTIONARY = b"\x5d\x2a\x4d\x18"  # https://iipc.github.io/warc-specifications/specifications/warc-zstd/


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
    def unused_data(self) -> bytes | None: ...

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


class _Format(NamedTuple):
    """A way of packing: what its members begin with, the longest of that, and what unpacks one."""

    opening: re.Pattern[bytes]
    reach: int
    unpacker: Callable[[], _Unpacker]


class _Members:
    """The members of a packed stream, one after the other; with zstd and lz4 they are called frames.

    A damaged member raises `BrokenPacking` once; the next `read` goes on with the next member that looks whole. It is
    looked for from the damaged one's first byte on, for damaged data may seem to reach far into what follows.
    """

    def __init__(self, source: Source, path: str, format_: _Format, *, at: int = 0) -> None:
        self._source, self._path, self._format = source, path, format_
        self._member: _Unpacker | None = None
        self._input = b""
        self._fed = bytearray()  # what the member was given, or the end of that
        self._held = b""  # a member's last bytes are given out only once its checksum was found right
        self._taken, self._given = at, 0  # packed bytes up to what was taken from the source, unpacked bytes given out
        self._back = -at * _BACK_SHARE  # how many were looked at again
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
            while len(self._input) < self._format.reach and self._fill():
                pass
            if not self._input:
                return False
            if self._input[:1] != b"\0":
                break
        if not self._format.opening.match(self._input):
            raise self._damage("bytes that are not packed follow the packed ones")
        self._member = self._format.unpacker()
        self.began = (self._taken - len(self._input), self._given)
        self._fed.clear()
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
        self._fed += given
        del self._fed[:-_LOOK_BACK]
        try:
            data = member.decompress(given, size)
        except _BROKEN as error:
            raise self._damage(f"packed data is broken ({error})") from error
        if member.eof:
            self._input, self._member = member.unused_data or b"", None
        return data

    def _damage(self, reason: str) -> BrokenPacking:
        """What is wrong, and go on to what looks like the next member."""
        if self._member is not None and self._back + len(self._fed) <= _LOOK_BACK + _BACK_SHARE * self._taken:
            self._back += len(self._fed)
            self._input = bytes(self._fed) + self._input
        at = self._taken - len(self._input)
        self._member, self._held = None, b""
        self._skip_to_next()
        end = self._taken - len(self._input)
        return BrokenPacking(self._path, f"{reason}; lost are packed bytes {at} to {end}", offset=self._given)

    def _skip_to_next(self) -> None:
        """Drop input up to the next bytes that open a member, but for the first of it."""
        self._input = self._input[1:]
        while True:
            found = self._format.opening.search(self._input)
            if found:
                self._input = self._input[found.start() :]
                return
            self._input = self._input[-(self._format.reach - 1) :]
            if not self._fill():
                self._input = b""
                return


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

    def pass_to(self, opening: re.Pattern[bytes], reach: int) -> None:
        """Pass what comes before the next match of a pattern that matches `reach` bytes at most; all, if none comes."""
        while not (found := opening.search(self._buffer, self._start)):
            self._pass(max(len(self._buffer) - self._start - reach + 1, 0))
            if not self._fill():
                self.drop_buffered()
                self._raise_kept()
                return
        self._pass(found.start() - self._start)

    def put_back(self, data: bytes) -> None:
        """Have what was read last come once more."""
        self._buffer[self._start : self._start] = data
        self.offset -= len(data)

    def take_broken(self) -> BrokenPacking | None:
        """What was broken where the reader stands, if anything; reading goes on behind it."""
        if len(self._buffer) > self._start or not isinstance(self._error, BrokenPacking):
            return None
        error, self._error = self._error, None
        return error

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
    """Whether these are the first bytes of gzip, bzip2, xz, zstd or lz4 data."""
    return _told_by(head) is not None


def open_reader(source: Source, path: str, limits: Limits, *, at: int = 0) -> ByteReader:
    """A reader over the source's bytes, unpacked if they are packed, even several times over.

    Reading from it raises `InputTooLarge` once more than `limits.unpacked_bytes` came out of any layer, and
    `BrokenPacking` where packed data is broken; after that reading may go on with the next member.

    Args:
        at: bytes before those of the source, if it is a part of a file; told where packed data is broken.
    """
    reader = ByteReader(source)
    for layer in range(_MAX_LAYERS):
        format_ = _format_of(reader) or (None if layer else _format_of_damaged(reader.peek(_CHUNK)))
        if format_ is None:
            return reader
        packed = _Members(reader, path, format_, at=0 if layer else at)
        reader = ByteReader(_Metered(packed, path, limits.unpacked_bytes))
    if is_packed(reader.peek(_HEAD)):
        raise UnsupportedInput(path, f"it is packed more than {_MAX_LAYERS} times over; unpack it first")
    return reader


def open_damaged(source: Source, path: str, limits: Limits) -> ByteReader:
    """A reader over whatever gzip members there are among other bytes; each run of other bytes is broken."""
    return ByteReader(_Metered(_Members(source, path, _GZIP), path, limits.unpacked_bytes))


def open_body(source: Source, path: str) -> ByteReader:
    """A reader over a body that was packed for sending, once; bytes that are not packed come as they are."""
    reader = ByteReader(source)
    format_ = _format_of(reader)
    return ByteReader(_Members(reader, path, format_)) if format_ else reader


def walk_members(source: Source, path: str) -> Iterator[tuple[int, int, bytes]]:
    """Unpack a gzip file and tell where its members lie.

    Returns:
        For each run of unpacked bytes, none of which crosses from one member to the next: the packed and the unpacked
        bytes before its member, and the run. Broken members are passed over.
    """
    members = _Members(source, path, _GZIP)
    while True:
        try:
            data = members.read(_CHUNK)
        except BrokenPacking:
            continue
        if not data:
            return
        yield (*members.began, data)


def _new_xz() -> _Unpacker:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MAX_WINDOW)


def _new_zstd(dictionary: zstd.ZstdDict | None = None) -> _Unpacker:
    return zstd.ZstdDecompressor(dictionary, options=_WINDOW)


# Of gzip the flags that must not be set are looked at as well, of bzip2 the head of a first block, or of the end: the
# longer what is looked for among broken bytes, the better. Frames that hold no data may stand between others.
_GZIP = _Format(re.compile(rb"\x1f\x8b\x08[\x00-\x1f]"), 4, _Gunzip)
_ZSTD = _Format(re.compile(rb"(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"), 4, _new_zstd)
_FORMATS = (
    _GZIP,
    _Format(re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), 10, bz2.BZ2Decompressor),
    _Format(re.compile(rb"\xfd7zXZ\x00"), 6, _new_xz),
    _ZSTD,
    _Format(re.compile(rb"(?:\x04\x22|[\x50-\x5f]\x2a)\x4d\x18"), 4, LZ4FrameDecompressor),
)


def _told_by(head: bytes) -> _Format | None:
    """What the first bytes tell; gzip that is broken in its flags is gzip, and broken."""
    return next((one for one in _FORMATS if one.opening.match(head)), _GZIP if head.startswith(GZIP) else None)


def _format_of(reader: ByteReader) -> _Format | None:
    """The way in which the bytes that come are packed, if they are; with the dictionary that archives may open with."""
    head = reader.peek(_HEAD)
    format_ = _told_by(head)
    size = int.from_bytes(head[4:8], "little")
    if format_ is not _ZSTD or not head.startswith(_DICTIONARY) or size > _MAX_DICTIONARY:
        return format_
    data = reader.peek(8 + size)[8:]
    try:
        if _ZSTD.opening.match(data):
            data = _new_zstd().decompress(data, _MAX_DICTIONARY)
        return format_._replace(unpacker=partial(_new_zstd, zstd.ZstdDict(data)))
    except (zstd.ZstdError, ValueError):
        return format_  # then the frames that want it are broken, and told of


def _format_of_damaged(head: bytes) -> _Format | None:
    """The way in which a web archive is packed whose very first bytes were damaged, if that is what this is."""
    if head.startswith(b"PK"):
        return None  # ZIP, which may hold such archives
    for format_ in _FORMATS:
        for found in islice(format_.opening.finditer(head), 20):
            try:
                data = format_.unpacker().decompress(head[found.start() :], _HEAD)
            except _BROKEN:
                continue
            if data.startswith(b"WARC/"):
                return format_
    return None
