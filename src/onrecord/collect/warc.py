"""Web archives: the pages in WARC and WET files.

Own code and not FastWARC (2.0.1), because that stops at the first damaged record (measured on two made-up archives),
and here what follows is still read. A record whose end is not where it says is not believed: the next one is looked for
from its header on. ISO 28500:2017.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator

from msgspec import Struct

from onrecord.collect.http import Answer, parse_answer, parse_fields
from onrecord.collect.jsonl import page_id
from onrecord.collect.reader import BrokenPacking, ByteReader
from onrecord.collect.rejections import rejected_by
from onrecord.collect.sniff import HEAD_BYTES, Content, sniff
from onrecord.config import Limits
from onrecord.errors import CollectError, DamagedInput, EmptyInput, InputTooLarge, UnsupportedInput
from onrecord.records import Origin, Page, PageKind, Rejected

__all__ = ["Archive", "Record", "find_records", "read_archive", "read_pages_of"]

_LINE_BYTES = 64 * 2**10
_HEADER_LINES = 500
_HTTP_HEAD_BYTES = 256 * 2**10  # what a block may hold beside its page
_VERSION = b"WARC/"
_OPENING = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n[A-Za-z]")  # what is looked for after damage
_LOOK_BACK = 4 * 2**20
_BACK_SHARE = 4  # of what was read, so much may be read again after damage; bounds the time a hostile file can take
_TYPES = frozenset({"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"})
_PAGE_TYPES = frozenset({"response", "resource", "conversion"})
# Scripts and style sheets are text by their bytes, and told from pages by their declared type alone.
_PAGE_MEDIA = re.compile(r"(?:text/(?:html|plain|xml)|application/(?:xhtml\+xml|xml|octet-stream)|unknown/.*)?")


class Record(Struct, frozen=True, kw_only=True):
    """One record; the block of a record that holds no page is not kept."""

    offset: int
    length: int  # of header and block
    fields: dict[str, str]
    block: bytes | None


def read_archive(reader: ByteReader, path: str, *, limits: Limits) -> Iterator[Page | Rejected]:
    """One result for each response, resource and conversion record, in order; other records hold no pages.

    A damaged record, an answer that is no page, or a digest that does not fit is a `Rejected` with the record's
    offset; reading goes on with the next record.
    """
    yield from read_pages_of(Archive(reader, path, limits))


def read_pages_of(archive: Archive) -> Iterator[Page | Rejected]:
    """As `read_archive`, for an archive of any kind."""
    while True:
        offset = archive.reader.offset
        try:
            record = archive.next_record()
            if record is None:
                return
            if record.block is not None:
                yield archive.page_of(record, record.block)
        except BrokenPacking as error:
            archive.reader.drop_buffered()
            yield rejected_by(DamagedInput(archive.path, error.reason, offset=offset))
        except CollectError as error:
            yield rejected_by(error)


def find_records(reader: ByteReader, path: str, *, limits: Limits) -> Iterator[int]:
    """Where each record that is not damaged begins, whatever it holds."""
    archive = Archive(reader, path, limits)
    while True:
        try:
            record = archive.next_record()
        except CollectError:
            continue
        if record is None:
            return
        yield record.offset


class Archive:
    """The records of an archive, one after the other; of a damaged one, those that are whole."""

    opening = _OPENING  # what is looked for after damage
    end = re.compile(rb"\r?\n\r?\n|(?:\r?\n)?WARC/|[\r\n]{0,4}\Z")  # some write the next record at once
    opening_bytes, end_bytes = 13, 7  # the longest of each

    def __init__(self, reader: ByteReader, path: str, limits: Limits) -> None:
        self.reader, self.path, self._limits = reader, path, limits
        self._farthest = self._back = 0  # how far was read, and how many bytes were put back

    def next_record(self) -> Record | None:
        """The record that comes next; None at the end. When it raises, the reader stands before a later record."""
        offset = self.pass_blank_lines()
        head = self.reader.peek(self.opening_bytes)
        if not head:
            self.reader.read(1)  # raises what broke, if the end is none
            return None
        if not head.startswith(_VERSION):
            raise self.lost(offset, "these bytes are no record")
        self.reader.readline(_LINE_BYTES)
        fields = self._header()
        length = fields.get("content-length", "")
        if not re.fullmatch(r"[0-9]{1,15}", length):
            raise self.lost(offset, "the record does not tell its length")
        block = self.read_block(offset, int(length), kept=_may_hold_page(fields))
        kind = fields.get("warc-type", "").lower()
        if kind not in _TYPES:
            raise DamagedInput(self.path, f"the record is of no known type, but {kind[:40]!r}", offset=offset)
        return Record(offset=offset, length=self.reader.offset - offset, fields=fields, block=block)

    def pass_blank_lines(self) -> int:
        """Where the next line with something in it stands."""
        while ahead := self.reader.peek(1024):
            blank = len(ahead) - len(ahead.lstrip())
            self.reader.skip(blank)
            if blank < len(ahead):
                break
        return self.reader.offset

    def _header(self) -> dict[str, str]:
        lines = []
        for _ in range(_HEADER_LINES):
            line = self.reader.readline(_LINE_BYTES)
            if found := _OPENING.search(line + self.reader.peek(1)):
                self.reader.put_back(line[found.start() :])  # the end of this header is gone
                break
            if not line.strip():
                break
            lines.append(line)
        return parse_fields(lines)

    def read_block(self, offset: int, length: int, *, kept: bool) -> bytes | None:
        """The block that begins here, or None if it is not to be kept; of a wrong length, nothing of it is passed."""
        if length > self._limits.input_bytes + _HTTP_HEAD_BYTES:
            self._pass_block(offset, length, kept=kept)
            return None
        block = self.reader.read(length)
        self._farthest = max(self._farthest, self.reader.offset)
        if len(block) == length and self._is_end():
            return block if kept else None
        if self._back + len(block) <= _LOOK_BACK + _BACK_SHARE * self._farthest:
            self._back += len(block)
            self.reader.put_back(block)
        if len(block) < length:
            raise self.lost(offset, f"the record is cut short: {len(block)} of {length} bytes")
        raise self.lost(offset, "the record is longer or shorter than it tells")

    def _pass_block(self, offset: int, length: int, *, kept: bool) -> None:
        """Pass a block that is too large to be looked at."""
        had = self.reader.skip(length)
        if had < length:
            raise DamagedInput(self.path, f"the record is cut short: {had} of {length} bytes", offset=offset)
        if not self._is_end():
            raise self.lost(offset, "the record is longer or shorter than it tells")
        if kept:
            largest = self._limits.input_bytes // 2**20
            raise InputTooLarge(self.path, f"the page holds more than {largest} MiB", offset=offset)

    def _is_end(self) -> bool:
        """Whether what comes may follow a record."""
        return bool(self.end.match(self.reader.peek(self.end_bytes)))

    def lost(self, offset: int, reason: str) -> DamagedInput:
        """Go on to what opens a record, and tell what was passed."""
        self.reader.pass_to(self.opening, self.opening_bytes)
        return DamagedInput(self.path, f"{reason}; lost are bytes {offset} to {self.reader.offset}", offset=offset)

    def page_of(self, record: Record, block: bytes) -> Page:
        """The page a record holds.

        Raises:
            CollectError: it holds none, or not what its digest says.
        """
        media = record.fields.get("content-type", "").partition(";")[0].strip().lower()
        if media == "application/http":
            answer = parse_answer(block, self.path, record.offset, limit=self._limits.input_bytes)
            if not answer.was_unpacked:
                bodies = [answer.stored, answer.body]
                _check_digest(record.fields.get("warc-payload-digest"), bodies, self.path, record.offset)
        else:
            _check_digest(record.fields.get("warc-block-digest"), [block], self.path, record.offset)
            answer = Answer(media=media, stored=block, body=block)
        return self._page(record, answer)

    def _page(self, record: Record, answer: Answer) -> Page:
        data, offset = answer.body, record.offset
        if answer.status is not None and not 200 <= answer.status < 300:
            raise UnsupportedInput(self.path, f"it is an answer with status {answer.status}, no page", offset=offset)
        if not data.strip():
            raise EmptyInput(self.path, "the page is empty", offset=offset)
        sniffed = sniff(data[:HEAD_BYTES])
        if not _PAGE_MEDIA.fullmatch(answer.media):
            raise UnsupportedInput(self.path, f"it is {answer.media}, no page", offset=offset)
        if sniffed.content not in (Content.HTML, Content.TEXT):
            reason = sniffed.refusal or f"it is {sniffed.content} inside an archive"
            raise UnsupportedInput(self.path, reason, offset=offset)
        digest = hashlib.sha256(data).hexdigest()
        return Page(
            id=page_id(digest),
            data=data,
            kind=PageKind.HTML if sniffed.content is Content.HTML else PageKind.TEXT,
            origin=Origin(path=self.path, sha256=digest, offset=offset, length=record.length),
            encoding="utf-8" if _is_conversion(record) else answer.charset or sniffed.encoding,
            url=record.fields.get("warc-target-uri", "").strip("<> ") or None,
        )


def _may_hold_page(fields: dict[str, str]) -> bool:
    """Archivers keep their own logs and look-ups beside the pages, under addresses of their own."""
    scheme = fields.get("warc-target-uri", "").lstrip("< ").partition(":")[0].lower()
    return fields.get("warc-type", "").lower() in _PAGE_TYPES and scheme not in ("metadata", "dns", "whois", "urn")


def _is_conversion(record: Record) -> bool:
    """WET text is UTF-8 by definition (Common Crawl)."""
    return record.fields.get("warc-type", "").lower() == "conversion"


def _check_digest(given: str | None, bodies: list[bytes], path: str, offset: int) -> None:
    """Archivers differ in whether the digest is that of the body as sent or as unpacked; either will do.

    Raises:
        DamagedInput: it is a digest of a kind we know, and of neither.
    """
    name, _, digits = (given or "").strip().partition(":")
    if name.lower() not in ("sha1", "md5", "sha256", "sha512") or not digits:
        return
    for body in bodies:
        digest = hashlib.new(name.lower(), body, usedforsecurity=False).digest()
        if digits.upper() in (base64.b32encode(digest).decode(), digest.hex().upper()):
            return
    raise DamagedInput(path, f"the page does not fit its {name} digest", offset=offset)
