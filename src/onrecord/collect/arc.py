"""Web archives of the kind before WARC: the pages in ARC files, versions 1 and 2.

https://archive.org/web/researcher/ArcFileFormat.php. A record is a line of five or ten fields, the first of them the
address and the last the length, and so many bytes: an answer with its head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from onrecord.collect.reader import ByteReader
from onrecord.collect.warc import Archive, Record, read_pages_of
from onrecord.config import Limits
from onrecord.records import Page, Rejected

__all__ = ["read_arc"]

_LINE_BYTES = 4 * 2**10  # addresses of more than 2,000 letters are not in use
_HEADER = re.compile(
    rb"(?m:^)([a-z][a-z0-9+.-]{1,15}:[^ \r\n]{0,2000}) ([0-9a-fA-F.:]{1,45}) (\d{8,14}) ([^ \r\n]{1,100})"
    rb"(?: [^ \r\n]+ [^ \r\n]+ [^ \r\n]+ [^ \r\n]+ [^ \r\n]+)? (\d{1,12})\r?\n"
)


def read_arc(reader: ByteReader, path: str, *, limits: Limits) -> Iterator[Page | Rejected]:
    """As `read_archive`."""
    yield from read_pages_of(_Arc(reader, path, limits))


class _Arc(Archive):
    opening = _HEADER
    # The next line, or, if that was damaged, one with at least a day and a length.
    end = re.compile(
        rb"[\r\n]{0,4}(?:\Z|" + _HEADER.pattern + rb")|\n[^\r\n]{0,2000} \d{14} [^\r\n]{1,200} \d{1,12}\r?\n"
    )
    opening_bytes = end_bytes = _LINE_BYTES

    def next_record(self) -> Record | None:
        """As of the base."""
        offset = self.pass_blank_lines()
        line = self.reader.readline(_LINE_BYTES)
        if not line:
            return None
        found = _HEADER.fullmatch(line)
        if found is None:
            raise self.lost(offset, "these bytes are no record")
        url = found[1].decode("utf-8", "replace")
        is_page = url.startswith(("http://", "https://"))
        block = self.read_block(offset, int(found[5]), kept=is_page)
        media = "application/http" if (block or b"").startswith(b"HTTP/") else found[4].decode("utf-8", "replace")
        fields = {"warc-type": "response", "warc-target-uri": url, "content-type": media}
        return Record(offset=offset, length=self.reader.offset - offset, fields=fields, block=block)
