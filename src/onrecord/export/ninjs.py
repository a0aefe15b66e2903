"""Articles as items of IPTC's ninjs 2.1 (https://iptc.org/standards/ninjs/), one a line, with who speaks in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from onrecord.export.names import Names
from onrecord.export.streams import Json
from onrecord.records import Article, Reading, Speaker

__all__ = ["make_item", "ninjs_chunks"]

ITEMS_A_CHUNK = 50
STANDARD: Json = {
    "name": "ninjs",
    "version": "2.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_2.1.json",
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)")


def ninjs_chunks(readings: Iterable[Reading], names: Names) -> Iterator[bytes]:
    """One item a line."""
    encode = msgspec.json.Encoder().encode_lines
    items = (make_item(reading, names) for reading in readings)
    while some := list(islice(items, ITEMS_A_CHUNK)):
        yield encode(some)


def make_item(reading: Reading, names: Names) -> Json:
    """An article as a text item; people and organisations are the speakers of its statements."""
    article = reading.article
    body: Json = {"contenttype": "text/plain", "charcount": len(article.text), "value": article.text}
    speakers = {said.speaker.id or said.speaker.name: said.speaker for said in reading.statements if said.speaker}
    facts: dict[str, Json] = {
        "language": article.language,
        "contentcreated": _published(article),
        "headlines": [{"role": "main", "value": article.title}] if article.title else None,
        "bodies": [body],
        "by": ", ".join(article.authors) or None,
        "located": article.dateline.place if article.dateline else None,
        "people": [_party(one, names) for one in speakers.values() if _is_person(one)] or None,
        "organisations": [_party(one, names) for one in speakers.values() if not _is_person(one) and one.id] or None,
        "infosources": _sources(article) or None,
        "altids": [{"role": "sha256", "value": article.origin.sha256}],
        "renditions": [{"name": "page", "href": article.url}] if article.url else None,
        "standard": STANDARD,
    }
    known = {name: value for name, value in facts.items() if value is not None}
    return {"uri": names.article(article.id), "type": "text", "representationtype": "partial", **known}


def _is_person(speaker: Speaker) -> bool:
    return bool(speaker.id and speaker.id.startswith("person:"))


def _party(speaker: Speaker, names: Names) -> Json:
    iri = names.speaker(speaker)
    told: dict[str, Json] = {"name": speaker.name, "rel": "speaker"}
    return {**told, "uri": iri} if iri else told


def _sources(article: Article) -> list[Json]:
    given = (("publisher", article.outlet), ("agency", article.agency))
    return [{"name": name, "role": role} for role, name in given if name]


def _published(article: Article) -> str | None:
    """A time with its zone; the standard has no way to say a day."""
    value = article.published.value if article.published else ""
    if not _MOMENT.fullmatch(value):
        return None
    return re.sub(r"(T\d\d:\d\d)(?=Z|[+-])", r"\1:00", value)
