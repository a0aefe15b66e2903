"""The door of the stage: every input becomes pages or says why not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from onrecord.collect.arc import read_arc
from onrecord.collect.entries import read_feed
from onrecord.collect.files import find_files, open_file
from onrecord.collect.jsonl import page_id, read_lines
from onrecord.collect.reader import ByteReader, open_reader
from onrecord.collect.rejections import printable_path, rejected_by
from onrecord.collect.sniff import HEAD_BYTES, Content, Sniffed, sniff
from onrecord.collect.wacz import is_zip, read_wacz
from onrecord.collect.warc import read_archive
from onrecord.config import Limits
from onrecord.errors import CollectError, EmptyInput, InputTooLarge, MissingInput, UnsupportedInput
from onrecord.records import Origin, Page, PageKind, Rejected

__all__ = ["collect_pages", "read_stream"]

_LISTS = {Content.WARC: read_archive, Content.ARC: read_arc, Content.FEED: read_feed}


def collect_pages(sources: Sequence[str], *, limits: Limits, as_is: bool = False) -> Iterator[Page | Rejected]:
    """The pages of files, folders (in sorted order) and standard input ("-"), each input in the order given.

    The kind is told from the content: HTML, plain text, JSON Lines, feeds, WARC, WET, ARC or WACZ, also packed with
    gzip, bzip2, xz, zstd or lz4. Whatever cannot be read comes out as a `Rejected` in its place; nothing is ever
    raised for an input.

    Args:
        sources: paths as the user wrote them.
        limits: see `Limits`; `input_bytes` and `unpacked_bytes` are used here.
        as_is: take text as it stands: `text` of JSON Lines, or the whole of a plain text file.
    """
    for source in sources:
        if source.startswith(("http://", "https://")):
            yield rejected_by(
                UnsupportedInput(source, "it is an address; fetch and keep it with: onrecord collect URL")
            )
            continue
        for found in find_files(source):
            if isinstance(found, Rejected):
                yield found
            else:
                yield from _collect_file(found, limits, as_is=as_is)


def _collect_file(path: str, limits: Limits, *, as_is: bool) -> Iterator[Page | Rejected]:
    shown = printable_path(path)
    is_bare = True
    try:
        with open_file(path) as file:
            for result in _read_file(file, shown, limits, as_is=as_is):
                is_bare = False
                yield result
        if is_bare:
            raise EmptyInput(shown, "there are no pages in it")
    except CollectError as error:
        yield rejected_by(error)
    except OSError as error:
        yield rejected_by(MissingInput(shown, f"reading it failed ({error.strerror or error})"))


def _read_file(file: BinaryIO, path: str, limits: Limits, *, as_is: bool) -> Iterator[Page | Rejected]:
    """The pages of one file, whatever it turns out to be.

    Raises:
        CollectError: nothing of it can be read.
    """
    if not as_is and is_zip(file):
        yield from read_wacz(file, path, limits=limits)
        return
    yield from read_stream(open_reader(file, path, limits), path, limits, as_is=as_is)


def read_stream(reader: ByteReader, path: str, limits: Limits, *, as_is: bool) -> Iterator[Page | Rejected]:
    """The pages of one input, whatever it turns out to be.

    Raises:
        CollectError: nothing of it can be read.
    """
    was_broken = False
    while not (head := reader.peek(HEAD_BYTES)) and (broken := reader.take_broken()):
        yield rejected_by(broken)
        was_broken = True
    if was_broken and not head:
        return
    sniffed = sniff(head)
    if sniffed.content is None:
        raise UnsupportedInput(path, sniffed.refusal or "it is of a kind that onrecord does not read")
    if sniffed.content is Content.JSONL:
        yield from read_lines(reader, path, limits=limits, as_is=as_is)
    elif as_is and sniffed.content is not Content.TEXT:
        raise UnsupportedInput(path, f"--as-is takes JSON Lines or plain text, and this is {sniffed.content}")
    elif sniffed.content in _LISTS:
        yield from _LISTS[sniffed.content](reader, path, limits=limits)
    else:
        yield _read_page(reader, path, sniffed, limits, as_is=as_is)


def _read_page(reader: ByteReader, path: str, sniffed: Sniffed, limits: Limits, *, as_is: bool) -> Page:
    data = reader.read(limits.input_bytes + 1)
    if len(data) > limits.input_bytes:
        raise InputTooLarge(path, f"the page holds more than {limits.input_bytes // 2**20} MiB")
    if not data.strip(b" \t\r\n\f\v\0\xef\xbb\xbf\xfe\xff"):
        raise EmptyInput(path, "the input is empty" if not data else "the input holds nothing but white space")
    if as_is and not _is_utf8(data):
        raise UnsupportedInput(path, "--as-is takes text in UTF-8; convert it first, for example with iconv")
    digest = hashlib.sha256(data).hexdigest()
    kind = PageKind.HTML if sniffed.content is Content.HTML else PageKind.TEXT
    return Page(
        id=page_id(digest),
        data=data,
        kind=PageKind.AS_IS if as_is else kind,
        origin=Origin(path=path, sha256=digest, length=len(data)),
        encoding="utf-8" if as_is else sniffed.encoding,
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
