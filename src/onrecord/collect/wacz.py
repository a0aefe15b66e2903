"""Web archives of a ZIP file: the pages in the WARC files of a WACZ.

https://specs.webrecorder.net/wacz/1.1.1/. Of the other files in it (an index, a list of pages) nothing is needed. One
whose directory is lost, which stands at the end, is read like the packed records that it holds.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO

from onrecord.collect.reader import BrokenPacking, open_damaged, open_reader
from onrecord.collect.rejections import rejected_by
from onrecord.collect.warc import read_archive
from onrecord.config import Limits
from onrecord.errors import CollectError, DamagedInput, UnsupportedInput
from onrecord.records import Page, Rejected

__all__ = ["is_zip", "read_wacz"]

_START = b"PK\x03\x04"
_ARCHIVE = re.compile(r"(?:.*/)?archive/[^/]+\.warc(?:\.\w+)?", re.IGNORECASE)
_LENGTHS_AT = 26  # in the head of a file within: the lengths of its name and of what else there is
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error)
_MISPLACED = (ValueError, OverflowError)  # its directory names a place before its beginning, or beyond all files


def is_zip(file: BinaryIO) -> bool:
    """Whether it is a ZIP file in which any place can be gone to; the file stands at its beginning again."""
    if not file.seekable():
        return False
    head = file.read(len(_START))
    file.seek(0)
    return head == _START


def read_wacz(file: BinaryIO, path: str, *, limits: Limits) -> Iterator[Page | Rejected]:
    """As `read_archive`, for each archive in the file in turn; `origin.path` is the file, "!", and the archive's name.

    Args:
        file: one in which any place can be gone to.

    Raises:
        CollectError: it is a ZIP file of another kind.
    """
    try:
        packed = zipfile.ZipFile(file)
    except (*_BROKEN, *_MISPLACED) as error:
        yield rejected_by(DamagedInput(path, f"the directory at its end cannot be read ({error})"))
        file.seek(0)
        yield from read_archive(open_damaged(file, path, limits), path, limits=limits)
        return
    names = [name for name in packed.namelist() if _ARCHIVE.fullmatch(name)]
    if not names:
        raise UnsupportedInput(path, "it is a ZIP archive (also .docx, .odt, .epub) and no WACZ; unpack it first")
    for name in names:
        yield from _read_member(packed, name, f"{path}!{name}", limits)


def _read_member(packed: zipfile.ZipFile, name: str, path: str, limits: Limits) -> Iterator[Page | Rejected]:
    try:
        member = packed.open(name)
        source = _stored(packed, packed.getinfo(name)) or _Member(member, path)
    except (*_BROKEN, *_MISPLACED) as error:
        yield rejected_by(DamagedInput(path, f"it cannot be read ({error})"))
        return
    with member:
        try:
            yield from read_archive(open_reader(source, path, limits), path, limits=limits)
        except CollectError as error:
            yield rejected_by(error)
        except _BROKEN as error:
            yield rejected_by(DamagedInput(path, f"it cannot be read ({error})"))


def _stored(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Stored | None:
    """The bytes of a file that the ZIP file holds as they are, as archives should be held; None: it is packed.

    Not by way of zipfile, which gives nothing of a file whose checksum is wrong: records have checksums of their own.
    """
    if info.compress_type != zipfile.ZIP_STORED or packed.fp is None:
        return None
    packed.fp.seek(info.header_offset + _LENGTHS_AT)
    name, extra = struct.unpack("<HH", packed.fp.read(4))
    return _Stored(packed.fp, info.header_offset + _LENGTHS_AT + 4 + name + extra, info.file_size)


class _Stored:
    def __init__(self, file: IO[bytes], at: int, size: int) -> None:
        self._file, self._at, self._end = file, at, at + size

    def read(self, size: int, /) -> bytes:
        self._file.seek(self._at)
        data = self._file.read(min(size, self._end - self._at))
        self._at += len(data)
        return data


class _Member:
    """A file in a ZIP file; what breaks in it ends it."""

    def __init__(self, member: IO[bytes], path: str) -> None:
        self._member, self._path, self._is_broken = member, path, False

    def read(self, size: int, /) -> bytes:
        if self._is_broken:
            return b""
        try:
            return self._member.read(size)
        except _BROKEN as error:
            self._is_broken = True
            raise BrokenPacking(self._path, f"the ZIP file is broken here ({error})") from error
