"""JSON Lines: one page a line, `{id, text | html, title?, date?, outlet?, url?}`; other fields are passed over."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator

import msgspec

from onrecord.collect.reader import BrokenPacking, ByteReader
from onrecord.collect.rejections import rejected_by
from onrecord.config import Limits
from onrecord.errors import CollectError, DamagedInput, EmptyInput, InputTooLarge
from onrecord.records import Origin, Page, PageKind, Rejected

__all__ = ["PageFields", "page_id", "page_of_fields", "read_lines"]


class PageFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a line of JSON, or a row of a table, may tell of a page."""

    id: str | int | None = None
    text: str | None = None
    html: str | None = None
    title: str | None = None
    date: str | None = None
    outlet: str | None = None
    url: str | None = None


_DECODER = msgspec.json.Decoder(PageFields)


def page_id(sha256: str) -> str:
    """The id of a page that brings none: the first 16 digits of its digest."""
    return sha256[:16]


def read_lines(reader: ByteReader, path: str, *, limits: Limits, as_is: bool) -> Iterator[Page | Rejected]:
    """One result a line that is not blank, in order; a bad line is a `Rejected` with its offset, and reading goes on.

    A line ends at a line feed and nowhere else. With `as_is` only `text` is taken, and it is not touched; without,
    `html` goes before `text`.
    """
    while True:
        offset = reader.offset
        try:
            line = _next_line(reader, path, limits)
            if not line:
                return
            if line.strip():
                yield _page(line.removeprefix(codecs.BOM_UTF8) if not offset else line, path, offset, as_is=as_is)
        except BrokenPacking as error:
            reader.drop_buffered()
            yield rejected_by(DamagedInput(path, error.reason, offset=offset))
        except CollectError as error:
            yield rejected_by(error)


def _next_line(reader: ByteReader, path: str, limits: Limits) -> bytes:
    offset = reader.offset
    line = reader.readline(limits.input_bytes)
    if len(line) < limits.input_bytes or line.endswith(b"\n"):
        return line
    while line and not line.endswith(b"\n"):
        line = reader.readline(2**20)
    raise InputTooLarge(path, f"the line holds more than {limits.input_bytes // 2**20} MiB", offset=offset)


def _page(line: bytes, path: str, offset: int, *, as_is: bool) -> Page:
    return page_of_fields(_fields(line, path, offset), path, (offset, len(line)), as_is=as_is)


def page_of_fields(fields: PageFields, path: str, place: tuple[int, int], *, as_is: bool, called: str = "line") -> Page:
    """The page that a line or row holds.

    Args:
        place: offset and length, as `Origin` tells them.
        called: what to call it in an error.

    Raises:
        CollectError: it holds none.
    """
    offset, length = place
    kind, content = _content(fields, as_is=as_is)
    if content is None:
        wanted = "text" if as_is else "text or html"
        raise DamagedInput(path, f"the {called} has no {wanted}; a page needs one of them as a string", offset=offset)
    if not content.strip():
        raise EmptyInput(path, "the page holds nothing but white space", offset=offset)
    data = content.encode()
    digest = hashlib.sha256(data).hexdigest()
    return Page(
        id=page_id(digest) if fields.id in (None, "") else str(fields.id),
        data=data,
        kind=kind,
        origin=Origin(path=path, sha256=digest, offset=offset, length=length),
        encoding="utf-8",
        url=fields.url,
        title=fields.title,
        published=fields.date,
        outlet=fields.outlet,
    )


def _content(fields: PageFields, *, as_is: bool) -> tuple[PageKind, str | None]:
    if as_is:
        return PageKind.AS_IS, fields.text
    if fields.html is not None:
        return PageKind.HTML, fields.html
    return PageKind.TEXT, fields.text


def _fields(line: bytes, path: str, offset: int) -> PageFields:
    try:
        return _DECODER.decode(line)
    except UnicodeDecodeError as error:
        reason = f"the line is not UTF-8 ({error.reason})"
    except msgspec.ValidationError as error:
        reason = f"the line is not a page: {_lower(str(error))}"
    except msgspec.DecodeError as error:
        reason = f"the line is not JSON: {_lower(str(error))}"
    except RecursionError:
        reason = "the line is not a page: it is nested too deep"
    raise DamagedInput(path, reason, offset=offset)


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
