"""Events as the event data of others has them: a row for each pair of one who acts and one acted upon.

GDELT 2.0: "The GDELT Event Database Data Format Codebook V2.0" (2015), 61 columns, tabs, no header.
POLECAT: the header of the files that its authors publish (2023), 40 columns, tabs. Both code what happens and have no
column for what does not, so what may or did not happen is left out unless the query itself speaks of modality.
What onrecord does not know (coordinates, tone) is empty. Only names of columns are taken over.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from onrecord.records import Event, Modality, Party, Reading
from onrecord.store import EventAnswers, EventRow, event_row

__all__ = ["GDELT_COLUMNS", "POLECAT_COLUMNS", "Dyad", "dyads_of", "gdelt_chunks", "polecat_chunks"]

ROWS_A_CHUNK = 500
Cell = str | int | float

_ACTOR = (
    *("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code"),
    *("Type1Code", "Type2Code", "Type3Code"),
)
_GEO = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
GDELT_COLUMNS = (
    *("GlobalEventID", "Day", "MonthYear", "Year", "FractionDate"),
    *(f"Actor1{name}" for name in _ACTOR),
    *(f"Actor2{name}" for name in _ACTOR),
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
    *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
    *(f"Actor1Geo_{name}" for name in _GEO),
    *(f"Actor2Geo_{name}" for name in _GEO),
    *(f"ActionGeo_{name}" for name in _GEO),
    *("DATEADDED", "SOURCEURL"),
)
POLECAT_COLUMNS = (
    *("Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts"),
    *("Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title"),
    *("Actor Name Raw", "Wikipedia Actor ID"),
    *("Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector", "Recipient Sectors"),
    *("Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID"),
    *("Placename", "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID"),
    *("Raw Placename", "Feature Type", "Source", "Publication Date"),
    *("Story People", "Story Organizations", "Story Locations", "Language", "Version"),
)
_QUADS = ("VERBAL COOPERATION", "MATERIAL COOPERATION", "VERBAL CONFLICT", "MATERIAL CONFLICT")
_GROUPS = frozenset({"UNO", "EUR"})  # of our codes for what has no country, those that CAMEO calls known groups
_TYPES = frozenset({"IGO", "NGO", "MNC", "IMG"})  # and those that it calls types
_CAMEO_TYPE = {"JRN": "MED", "MED": "HLH"}  # PLOVER's codes where CAMEO has another word
_HAPPENING = frozenset({Modality.ASSERTED, Modality.FUTURE, Modality.HISTORICAL})
_NOBODY = Party(name="")


class Dyad(NamedTuple):
    """One who acts (or nobody) and one acted upon (or nobody) in one event."""

    id: str  # of the event's row; behind a dash which of its pairs, if there are several
    row: EventRow
    actor: Party
    recipient: Party
    actor_words: str
    recipient_words: str
    is_lead: bool  # told in the first paragraph


def dyads_of(answers: EventAnswers) -> Iterator[Dyad]:
    """The pairs of every event that answers, in the order of `answers`."""
    asks_modality = any(one.field == "modality" for one in answers.query.filters)
    for reading, events in answers.told():
        for event in events:
            if asks_modality or event.modality in _HAPPENING:
                yield from _pairs(reading, event)


def gdelt_chunks(answers: EventAnswers) -> Iterator[bytes]:
    """GDELT's 61 columns; `GlobalEventID` is made of the event's id, so it is the same each time."""
    return _chunks(map(_gdelt, dyads_of(answers)))


def polecat_chunks(answers: EventAnswers) -> Iterator[bytes]:
    """POLECAT's 40 columns, named in the first line."""
    yield _lines([POLECAT_COLUMNS])
    yield from _chunks(map(_polecat, dyads_of(answers)))


def _pairs(reading: Reading, event: Event) -> Iterator[Dyad]:
    row, text = event_row(reading, event), reading.article.text
    paragraph = text.find("\n\n")
    is_lead = paragraph < 0 or event.trigger.start < paragraph
    pairs = [(a, b) for a in event.actor or (_NOBODY,) for b in event.recipient or (_NOBODY,)]
    for number, (actor, recipient) in enumerate(pairs, 1):
        id_ = row.id if len(pairs) == 1 else f"{row.id}-{number}"
        yield Dyad(id_, row, actor, recipient, _words(text, actor), _words(text, recipient), is_lead)


def _words(text: str, party: Party) -> str:
    return text[party.evidence.start : party.evidence.end] if party.evidence else party.name


def _gdelt(one: Dyad) -> dict[str, Cell]:
    row = one.row
    number = int.from_bytes(hashlib.blake2b(one.id.encode(), digest_size=7).digest())
    code = row.cameo if len(row.cameo) > 2 else f"{row.cameo}0"  # a root alone is "not specified below"
    told: dict[str, Cell] = {
        "GlobalEventID": number,
        **_gdelt_days(row.date or ""),
        **_gdelt_actor("Actor1", one.actor),
        **_gdelt_actor("Actor2", one.recipient),
        "IsRootEvent": int(one.is_lead),
        "EventCode": code,
        "EventBaseCode": code[:3],
        "EventRootCode": code[:2],
        "QuadClass": row.quad,
        "GoldsteinScale": row.goldstein,
        "NumMentions": 1,
        "NumSources": 1,
        "NumArticles": 1,
        "DATEADDED": "".join(filter(str.isdigit, row.published or ""))[:14].ljust(14, "0") if row.published else "",
        "SOURCEURL": row.url or f"urn:onrecord:articles/{row.article_id}",
    }
    return {name: told.get(name, "") for name in GDELT_COLUMNS}


def _gdelt_days(day: str) -> dict[str, Cell]:
    year, month, date = (day[:4], day[5:7], day[8:10])
    told: dict[str, Cell] = {"Year": year, "MonthYear": year + month if month else "", "Day": ""}
    if date:
        fraction = int(year) + (int(month) * 30 + int(date)) / 365  # as the codebook has it
        told |= {"Day": year + month + date, "FractionDate": f"{fraction:.4f}"}
    return told


def _gdelt_actor(side: str, party: Party) -> dict[str, Cell]:
    country, sector = party.country or "", party.sector or ""
    sector = _CAMEO_TYPE.get(sector, sector)
    types = [one for one in (country if country in _TYPES else "", sector) if one]
    told = {
        "Code": country + sector,
        "Name": party.name.upper(),
        "CountryCode": "" if country in _TYPES | _GROUPS else country,
        "KnownGroupCode": country if country in _GROUPS else "",
        **{f"Type{number}Code": one for number, one in enumerate(types, 1)},
    }
    return {f"{side}{name}": value for name, value in told.items()}


def _polecat(one: Dyad) -> dict[str, Cell]:
    row = one.row
    told: dict[str, Cell] = {
        "Event ID": one.id,
        "Event Date": row.date or "",
        "Event Type": row.type.value,
        "Event Mode": row.mode or "",
        "Intensity": row.score,
        "Quad Code": _QUADS[row.quad - 1],
        "Contexts": ";".join(row.contexts),
        **_polecat_party("Actor", one.actor, one.actor_words),
        **_polecat_party("Recipient", one.recipient, one.recipient_words),
        "Source": row.outlet or row.agency or "",
        "Publication Date": (row.published or "")[:10],
        "Language": row.language or "",
        "Version": row.reader,
    }
    return {name: told.get(name, "") for name in POLECAT_COLUMNS}


def _polecat_party(side: str, party: Party, words: str) -> dict[str, Cell]:
    sector = party.sector or ""
    return {
        f"{side} Name": party.name,
        f"{side} Country": party.country or "",
        f"Primary {side} Sector": sector,
        f"{side} Sectors": sector,
        f"{side} Name Raw": words,
    }


def _chunks(rows: Iterable[dict[str, Cell]]) -> Iterator[bytes]:
    rows = iter(rows)
    while some := list(islice(rows, ROWS_A_CHUNK)):
        yield _lines(row.values() for row in some)


def _lines(rows: Iterable[Iterable[Cell]]) -> bytes:
    """Tabs between cells and nothing quoted, as both have it: blanks in the place of tabs and line breaks."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
    writer.writerows([" ".join(cell.split()) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode()
