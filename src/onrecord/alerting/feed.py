"""Alerts as an Atom feed (RFC 4287)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec

from onrecord.errors import UsageError
from onrecord.store.alerts import AlertRow
from onrecord.track.alerts import Alert

__all__ = ["atom_feed", "write_feed"]

_ATOM = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom_feed(rows: Sequence[AlertRow], *, now: str) -> bytes:
    """The feed of these alerts, in their order. Texts are escaped; what XML cannot hold is left out.

    Args:
        now: UTC, ISO 8601; when there is no alert, the time of the feed.
    """
    feed = ET.Element("feed", xmlns=_ATOM)
    _add(feed, "title", "onrecord alerts")
    _add(feed, "id", "urn:onrecord:alerts")
    _add(feed, "updated", max((row.fired_at for row in rows), default=now))
    _add(_add(feed, "author"), "name", "onrecord")
    for row in rows:
        _add_entry(feed, row, msgspec.json.decode(row.record, type=Alert))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode").encode()


def _add_entry(feed: ET.Element, row: AlertRow, alert: Alert) -> None:
    entry = _add(feed, "entry")
    _add(entry, "title", f"{alert.rule}: {alert.title}")
    digest = hashlib.sha256(f"{row.number}\n{row.fired_at}\n{row.record}".encode()).hexdigest()
    _add(entry, "id", f"urn:sha256:{digest}")
    _add(entry, "updated", row.fired_at)
    _add(entry, "summary", f"“{alert.quotation}”" if alert.article else alert.quotation)
    if alert.link:
        ET.SubElement(entry, "link", href=_NO_XML.sub("", alert.link))


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = _NO_XML.sub("", text) if text is not None else None
    return child


def write_feed(path: Path, rows: Sequence[AlertRow], *, now: str) -> None:
    """Write the feed; it appears when it is whole.

    Raises:
        UsageError: the file cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(atom_feed(rows, now=now))
        part.replace(path)
    except OSError as error:
        told = f"{path}: the feed cannot be written ({error.strerror}); name another file with feed = ..."
        raise UsageError(told) from error
