"""Events as PLOVER's own JSON, one object a line: the fields of the chapter "JSON Data Fields" of its manual.

Source: https://github.com/openeventdata/PLOVER, `PLOVER_MANUAL.tex` (Open Event Data Alliance, draft 0.8). An event
with several who act stays one record, as the manual asks. It allows further fields; ours are `modality` and `cameo`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from onrecord.export.names import Names
from onrecord.export.streams import Json
from onrecord.records import Event, Party, Reading
from onrecord.store import EventAnswers, event_row

__all__ = ["plover_chunks"]

RECORDS_A_CHUNK = 500
WIKIDATA = "http://www.wikidata.org/entity/"
CODEBOOK = "PLOVER 0.8"


def plover_chunks(answers: EventAnswers, names: Names) -> Iterator[bytes]:
    """Every event that answers, in the order of `answers`; what is not known is left out."""
    records = (_record(reading, event, names) for reading, events in answers.told() for event in events)
    while some := list(islice(records, RECORDS_A_CHUNK)):
        yield msgspec.json.Encoder().encode_lines(some)


def _record(reading: Reading, event: Event, names: Names) -> dict[str, Json]:
    row, article = event_row(reading, event), reading.article
    told: dict[str, Json] = {
        "id": row.id,
        "has_event": True,
        "date": row.date,
        "source": [_actor(article.text, one) for one in event.actor],
        "recipient": [_actor(article.text, one) for one in event.recipient],
        "event": [row.type.value],
        "event_text": [row.trigger],
        "quad_code": row.quad,
        "event_scale": row.score,
        "mode": row.mode,
        "context": list(row.contexts),
        "link": names.statement(article.id, row.statement_id) if row.statement_id else None,
        "text": row.evidence,
        "text_info": {"language": row.language, "start": event.evidence.start, "end": event.evidence.end},
        "cite_info": {
            "url": row.url,
            "publication": row.outlet,
            "title": row.title,
            "date": row.published,
            "citation": names.article(article.id),
        },
        "coder": f"onrecord {reading.models.onrecord}, {row.reader}",
        "comment": CODEBOOK,
        "modality": row.modality.value,
        "cameo": row.cameo,
    }
    return {name: _known(value) for name, value in told.items() if value not in (None, [], {})}


def _actor(text: str, party: Party) -> Json:
    words = text[party.evidence.start : party.evidence.end] if party.evidence else party.name
    return _known(
        {
            "code": party.country,
            "sector": party.sector,
            "actor_text": words,
            "identifier_id": WIKIDATA + party.wikidata if party.wikidata else party.id,
            "identifier_text": party.name,
        }
    )


def _known(value: Json) -> Json:
    return {name: one for name, one in value.items() if one is not None} if isinstance(value, dict) else value
