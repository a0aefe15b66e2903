"""What was fetched, kept as web archives: WARC 1.1, each record packed by itself.

ISO 28500:2017. A response whose content is kept already becomes a `revisit` that points at the first one. Written by
hand and not with warcio (1.8.1), which takes the head of an answer apart and writes it anew; tests read it with warcio.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from msgspec import Struct

from onrecord.collect.web.fetch import Exchange

__all__ = ["Archive", "Kept", "Known", "date_of", "payload_digest"]

_MAX_FILE_BYTES = 2**30  # the usual size of archives: one is copied and checked in seconds
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_MEDIA = {
    "warcinfo": "application/warc-fields",
    "request": "application/http; msgtype=request",
    "response": "application/http; msgtype=response",
    "revisit": "application/http; msgtype=response",
}
_DATE = "%Y-%m-%dT%H:%M:%S.%fZ"


class Kept(Struct, frozen=True, kw_only=True):
    """Where a record lies."""

    file: str  # its name within the folder
    offset: int  # of the record, counted in unpacked bytes, as `Origin.offset`
    plain: bytes  # the record, unpacked


class Known(Struct, frozen=True, kw_only=True):
    """An answer with the same content that was kept before."""

    url: str
    at: str  # as its record has it
    digest: str  # of its payload, as its record has it


class Archive:
    """The archive files of a folder; a new one is begun at each run, and when one is full. Not for several threads.

    Args:
        about: who writes it and how, for the head of each file.
        on_begin: is told the name of each file before there is one.
        within: what names begin with, such as a folder in the folder.
    """

    def __init__(
        self, folder: Path, *, about: Mapping[str, str], on_begin: Callable[[str], None], within: str = ""
    ) -> None:
        self._folder, self._about, self._on_begin, self._within = folder, about, on_begin, within
        self._file: io.FileIO | None = None
        self._plain_length = self._number = 0
        self.name, self.packed_length = "", 0  # of the file that is written, "" before the first record

    def close(self) -> None:
        """End the file that is being written."""
        if self._file is not None:
            self.flush()
            self._file.close()
            self._file = None

    def write(self, exchange: Exchange, *, known: Known | None = None) -> Kept:
        """Keep an exchange: the answer, and the request it answers. In the file when this returns; see `flush`.

        `begin` must have been called before.
        """
        id_, at = _new_id(), date_of(exchange)
        shared = {"WARC-Target-URI": exchange.url, "WARC-Date": at}
        about = {"WARC-Record-ID": id_, **shared, "WARC-IP-Address": exchange.address}
        about["WARC-Payload-Digest"] = known.digest if known else payload_digest(exchange)
        if known is not None:
            about |= {"WARC-Profile": _PROFILE, "WARC-Refers-To-Target-URI": known.url, "WARC-Refers-To-Date": known.at}
        answer = _record("revisit" if known else "response", about, exchange.head if known else exchange.block)
        asked = {"WARC-Record-ID": _new_id(), **shared, "WARC-Concurrent-To": id_}
        offset = self._append(answer)
        self._append(_record("request", asked, exchange.request))
        return Kept(file=self.name, offset=offset, plain=answer)

    def flush(self) -> None:
        """What was written is on the disk when this returns.

        Raises:
            OSError: the disk is full or broken.
        """
        if self._file is not None:
            os.fsync(self._file.fileno())

    def begin(self) -> None:
        """See to it that there is a file with room in it."""
        if self._file is not None and self.packed_length < _MAX_FILE_BYTES:
            return
        self.close()
        self._number += 1
        now = datetime.now(UTC)
        self.name = f"{self._within}{now:%Y%m%d%H%M%S%f}-{self._number:04}.warc.gz"
        self._on_begin(self.name)
        path = self._folder / self.name
        path.parent.mkdir(exist_ok=True)
        self._file = io.FileIO(path, "xb")
        self._plain_length = self.packed_length = 0
        told = {"WARC-Record-ID": _new_id(), "WARC-Date": now.strftime(_DATE), "WARC-Filename": path.name}
        lines = "".join(f"{name}: {value}\r\n" for name, value in self._about.items())
        self._append(_record("warcinfo", told, lines.encode()))

    def _append(self, plain: bytes) -> int:
        assert self._file is not None
        offset, packed = self._plain_length, gzip.compress(plain, compresslevel=6, mtime=0)
        view = memoryview(packed)
        while view:
            view = view[self._file.write(view) or 0 :]
        self._plain_length += len(plain)
        self.packed_length += len(packed)
        return offset


def date_of(exchange: Exchange) -> str:
    """When it was asked, as WARC-Date has it."""
    return exchange.at.strftime(_DATE)


def payload_digest(exchange: Exchange) -> str:
    """The digest of the body as sent (chunks joined), in the form that archives use."""
    return _sha1(exchange.body)


def _record(kind: str, fields: Mapping[str, str], block: bytes) -> bytes:
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        *(f"{name}: {value}" for name, value in fields.items()),
        f"WARC-Block-Digest: {_sha1(block)}",
        f"Content-Type: {_MEDIA[kind]}",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"


def _new_id() -> str:
    return f"<urn:uuid:{uuid4()}>"


def _sha1(data: bytes) -> str:
    digest = hashlib.sha1(data, usedforsecurity=False).digest()
    return f"sha1:{base64.b32encode(digest).decode()}"
