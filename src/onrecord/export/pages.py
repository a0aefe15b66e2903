"""The raw pages of articles as a web archive: WARC 1.1 (ISO 28500:2017), each record packed by itself.

A page is a `resource` record with the very bytes that were kept, under its address, or under `file:` and its path if it
has none. Ids and dates are those of the store, so the same store gives the same bytes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from onrecord.records import Page, PageKind
from onrecord.store import KeptPage

__all__ = ["archive_chunks"]

_OF_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"  # RFC 3986; whatever else an input gave for one is written as %XX
_CHARSET = re.compile(r"[\w.:-]+", re.ASCII)


def archive_chunks(pages: Iterable[KeptPage]) -> Iterator[bytes]:
    """A head that says who wrote it, and a record for each page, in order."""
    about = f"software: onrecord {version('onrecord')}\r\nformat: WARC File Format 1.1\r\n".encode()
    yield _record({"WARC-Type": "warcinfo", "WARC-Date": "1970-01-01T00:00:00Z"}, "application/warc-fields", about)
    for kept in pages:
        page = kept.page
        media = "text/html" if page.kind is PageKind.HTML else "text/plain"
        charset = f"; charset={page.encoding}" if _CHARSET.fullmatch(page.encoding or "") else ""
        fields = {
            "WARC-Type": "resource",
            "WARC-Target-URI": _address(page),
            "WARC-Date": kept.added_at,
            "WARC-Payload-Digest": _sha1(page.data),
        }
        yield _record(fields, media + charset, page.data)


def _address(page: Page) -> str:
    return quote(page.url, safe=_OF_ADDRESSES) if page.url else f"file:{quote(page.origin.path)}"


def _record(fields: Mapping[str, str], media: str, block: bytes) -> bytes:
    name = uuid5(NAMESPACE_URL, "\n".join([*fields.values(), _sha1(block)]))
    lines = [
        "WARC/1.1",
        *(f"{field}: {value}" for field, value in fields.items()),
        f"WARC-Record-ID: <urn:uuid:{name}>",
        f"WARC-Block-Digest: {_sha1(block)}",
        f"Content-Type: {media}",
        f"Content-Length: {len(block)}",
    ]
    plain = "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"
    return gzip.compress(plain, compresslevel=6, mtime=0)


def _sha1(data: bytes) -> str:
    digest = hashlib.sha1(data, usedforsecurity=False).digest()
    return f"sha1:{base64.b32encode(digest).decode()}"
