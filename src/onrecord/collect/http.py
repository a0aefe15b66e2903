"""HTTP answers as web archives keep them: head, transfer coding, content coding; each bounded. RFC 9110, 9112."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable

from msgspec import Struct

from onrecord.collect.reader import open_body
from onrecord.errors import DamagedInput, InputTooLarge, UnsupportedInput

__all__ = ["Answer", "parse_answer", "parse_fields"]

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\"';\s]+)", re.IGNORECASE)
_NO_CODING = ("", "identity", "none", "utf-8")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


class Answer(Struct, frozen=True, kw_only=True):
    """What a server sent."""

    status: int | None = None
    media: str = ""  # declared media type in lower case, "" if none
    charset: str | None = None
    stored: bytes  # the body as the archive keeps it
    body: bytes  # the body with transfer and content coding undone
    was_unpacked: bool = False  # a coding is named, but the archiver had undone it; digests are of what was sent


def parse_fields(lines: Iterable[bytes]) -> dict[str, str]:
    r"""Header lines as name (lower case) to value; the first of a name counts, folded lines are joined.

    >>> parse_fields([b"Content-Type: text/html;\r\n", b" charset=utf-8\r\n", b"no colon"])
    {'content-type': 'text/html; charset=utf-8'}
    """
    fields: dict[str, str] = {}
    name = ""
    for line in lines:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text[:1] in (" ", "\t") and name:
            fields[name] = f"{fields[name]} {text.strip()}"
            continue
        head, colon, value = text.partition(":")
        name = head.strip().lower() if colon else ""
        if name and name not in fields:
            fields[name] = value.strip()
    return fields


def parse_answer(block: bytes, path: str, offset: int, *, limit: int) -> Answer:
    """An archived answer with its codings undone; a coding that is named but not there is passed over.

    Raises:
        DamagedInput: there is no head, or the coding is broken.
        InputTooLarge: the body has more than `limit` bytes once unpacked.
        UnsupportedInput: a content coding that onrecord does not know.
    """
    status = _STATUS.match(block)
    end = _HEAD_END.search(block)
    if status is None or end is None:
        raise DamagedInput(path, "the record holds no HTTP answer", offset=offset)
    fields = parse_fields(block[: end.start()].splitlines()[1:])
    stored = block[end.end() :]
    body = _dechunk(stored) if "chunked" in fields.get("transfer-encoding", "").lower() else stored
    media, _, rest = fields.get("content-type", "").partition(";")
    charset = _CHARSET.search(rest)
    coding = fields.get("content-encoding", "").strip().lower()
    data = _decode(body, coding, path, offset, limit=limit)
    return Answer(
        status=int(status[1]),
        media=media.strip().lower(),
        charset=charset[1].lower() if charset else None,
        stored=stored,
        body=data,
        was_unpacked=coding not in _NO_CODING and data == body,
    )


def _dechunk(data: bytes) -> bytes:
    """The chunks joined; what does not look chunked is given back whole, what is cut short up to the cut."""
    parts, position = [], 0
    while size := _CHUNK_SIZE.match(data, position):
        length = int(size[1], 16)
        parts.append(data[size.end() : size.end() + length])
        position = size.end() + length
        if length == 0 or position >= len(data):
            return b"".join(parts)
        position += 2 if data.startswith(b"\r\n", position) else 1
    return b"".join(parts) if parts else data


def _decode(body: bytes, coding: str, path: str, offset: int, *, limit: int) -> bytes:
    if coding in _NO_CODING:
        data = body[: limit + 1]
    elif coding in ("gzip", "x-gzip", "zstd"):
        data = _read(body, path, offset, limit)
    elif coding == "deflate":
        data = _inflate(body, path, offset, limit)
    else:
        raise UnsupportedInput(path, f"it is packed as {coding}, which onrecord does not know", offset=offset)
    if len(data) > limit:
        raise InputTooLarge(path, f"the page holds more than {limit // 2**20} MiB when unpacked", offset=offset)
    return data


def _read(body: bytes, path: str, offset: int, limit: int) -> bytes:
    try:
        return open_body(io.BytesIO(body), path).read(limit + 1)
    except DamagedInput as error:
        raise DamagedInput(path, error.reason, offset=offset) from error


def _inflate(body: bytes, path: str, offset: int, limit: int) -> bytes:
    """Servers send the zlib format, as told, or bare deflate data, as once misread."""
    for wbits in (15, -15):
        try:
            return zlib.decompressobj(wbits=wbits).decompress(body, limit + 1)
        except zlib.error:
            continue
    raise DamagedInput(path, "packed data is broken", offset=offset)
