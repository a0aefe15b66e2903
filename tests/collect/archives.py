"""Web archives made by hand."""

from __future__ import annotations

import base64
import gzip
import hashlib

PAGE = (
    "<html><body><h1>{0}</h1><p>The {0} commission said on Tuesday that it had finished its report.</p></body></html>"
)


def make_page(name: str) -> bytes:
    return PAGE.format(name).encode()


def make_answer(body: bytes, *headers: str, status: str = "200 OK", media: str = "text/html; charset=utf-8") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def make_record(
    block: bytes, *headers: str, kind: str = "response", length: int | None = None, media: str = "application/http"
) -> bytes:
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        "WARC-Target-URI: https://news.example/a",
        f"Content-Type: {media}",
        f"Content-Length: {len(block) if length is None else length}",
        *headers,
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


def make_response(name: str, *headers: str) -> bytes:
    return make_record(make_answer(make_page(name)), *headers)


def pack(*records: bytes) -> bytes:
    """Each record a gzip member of its own, as archivers write them."""
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
