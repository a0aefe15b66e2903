"""Raw pages in the store: packed, named by the digest of their bytes, never removed."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from typing import NamedTuple

import apsw
import msgspec
from msgspec.structs import replace

from onrecord.errors import StoreError
from onrecord.records import Page
from onrecord.store.faults import reach

__all__ = ["KeptPage", "keep_bytes", "kept_page", "page_facts", "page_from", "unpack"]

_MOST_BYTES = 2**30  # far above `Limits.input_bytes`: a damaged row must not unpack without end


class KeptPage(NamedTuple):
    """The raw page of an article, and when it was kept (UTC)."""

    article_id: str
    page: Page
    added_at: str


def keep_bytes(connection: apsw.Connection, data: bytes) -> str:
    """Keep bytes if they are not there yet; their digest."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not connection.execute("SELECT 1 FROM page WHERE sha256 = ?", (sha256,)).fetchall():
        connection.execute("INSERT INTO page VALUES (?, ?, ?)", (sha256, len(data), zlib.compress(data)))
    reach("bytes-kept")
    return sha256


def page_facts(page: Page) -> str:
    """The page as JSON without its bytes."""
    return msgspec.json.encode(replace(page, data=b"")).decode()


def page_from(facts: str, data: bytes) -> Page:
    """The page that `page_facts` told of, with its bytes."""
    return replace(msgspec.json.decode(facts, type=Page), data=data)


def kept_page(connection: apsw.Connection, article: int) -> KeptPage:
    """The raw page of an article, by the article's number.

    Raises:
        StoreError: its bytes are not what their digest says.
    """
    query = "SELECT id, facts, sha256, packed, added_at FROM article JOIN page USING (sha256) WHERE number = ?"
    ((id_, facts, sha256, packed, added_at),) = connection.execute(query, (article,))
    data = unpack(packed, sha256, Path(connection.db_filename("main")))
    return KeptPage(id_, page_from(facts, data), added_at)


def unpack(packed: bytes, sha256: str, path: Path) -> bytes:
    """The bytes of a page.

    Raises:
        StoreError: they are not what their digest says.
    """
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, _MOST_BYTES)
    except zlib.error as error:
        raise StoreError(f"{path}: the page {sha256} is damaged ({error}). Restore a copy.") from error
    if hashlib.sha256(data).hexdigest() != sha256 or not unpacker.eof or unpacker.unused_data:
        raise StoreError(f"{path}: the page {sha256} is not what its digest says. Restore a copy.")
    return data
