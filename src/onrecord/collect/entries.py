"""Feeds as files: the text that their items bring along, one page an item.

Many feeds bring whole articles (`content:encoded`, Atom's `content`, `content_html`), others a first paragraph, some
only an address. Those are told of, and can be fetched: `onrecord collect`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from onrecord.collect.jsonl import page_id
from onrecord.collect.reader import ByteReader
from onrecord.collect.rejections import rejected_by
from onrecord.config import Limits
from onrecord.errors import DamagedInput, EmptyInput, InputTooLarge, UnsupportedInput
from onrecord.records import Origin, Page, PageKind, Rejected

__all__ = ["read_feed"]

_TAG = re.compile(r"<[a-zA-Z!]|&[#a-zA-Z0-9]+;")
_ENTRY = re.compile(rb"<(?:[\w-]+:)?(?:item|entry)[\s>]")


def read_feed(reader: ByteReader, path: str, *, limits: Limits) -> Iterator[Page | Rejected]:
    """A page for each item that brings text, in the feed's order, and a `Rejected` for each that brings none.

    Offsets are those of the items in a feed that is sound XML, else their numbers.

    Raises:
        CollectError: it is a sitemap, or cannot be read at all.
    """
    from onrecord.collect.web.feeds import parse_entries  # noqa: PLC0415  brings the network's libraries along

    data = reader.read(limits.input_bytes + 1)
    if len(data) > limits.input_bytes:
        raise InputTooLarge(path, f"the feed holds more than {limits.input_bytes // 2**20} MiB")
    entries = parse_entries(data, path)
    if entries is None:
        raise UnsupportedInput(path, "it is a sitemap; fetch the pages it names with: onrecord collect URL")
    if not entries.items:
        raise EmptyInput(path, "there are no items in the feed")
    if entries.damage:
        yield rejected_by(DamagedInput(path, f"the feed is broken and was mended: {entries.damage}"))
    starts = [found.start() for found in _ENTRY.finditer(data)]
    is_placed = len(starts) == len(entries.items)
    for number, entry in enumerate(entries.items):
        offset = starts[number] if is_placed else number
        if not entry.content:
            what = entry.url or "no address"
            reason = f"the item brings no text ({what}); fetch its page with: onrecord collect URL"
            yield rejected_by(EmptyInput(path, reason, offset=offset))
            continue
        body = entry.content.encode("utf-8", "replace")
        digest = hashlib.sha256(body).hexdigest()
        yield Page(
            id=page_id(digest),
            data=body,
            kind=PageKind.HTML if _TAG.search(entry.content) else PageKind.TEXT,
            origin=Origin(path=path, sha256=digest, offset=offset, length=len(body)),
            encoding="utf-8",
            title=entry.title,
            published=entry.published.isoformat() if entry.published else None,
            url=entry.url,
        )
