"""Articles as a DocBin of spaCy, with statements and events as spans. Needs the extra `[spacy]`.

Words are cut by spaCy's blank English pipeline, so no model of spaCy is needed. A DocBin is one packed block: it is
made in memory and comes in one piece. Source: https://spacy.io/api/docbin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from onrecord.errors import UsageError
from onrecord.records import Reading, Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["docbin_chunks"]


def docbin_chunks(readings: Iterable[Reading]) -> Iterator[bytes]:
    """One Doc an article, in order.

    `doc.spans["content"]`, `["cue"]` and `["source"]` hold those of statements, labelled by act, with the statement's
    id as `span.id_`; `doc.spans["events"]` the evidence of events, labelled by type. `doc.user_data["onrecord"]`
    holds all records of them, as JSON. A span that ends inside a word of spaCy takes the whole word in.

    Raises:
        UsageError: spaCy is not installed.
    """
    try:
        import spacy  # noqa: PLC0415  an extra
    except ImportError as error:
        told = "A DocBin needs spaCy, which is not installed. Install it with: pip install 'onrecord[spacy]'"
        raise UsageError(told) from error
    return _packed(readings, spacy.blank("en"))


def _packed(readings: Iterable[Reading], cut: Language) -> Iterator[bytes]:
    from spacy.tokens import DocBin  # noqa: PLC0415

    bin_ = DocBin(attrs=["ORTH", "SPACY"], store_user_data=True)
    for reading in readings:
        bin_.add(_marked(cut.make_doc(reading.article.text), reading))
    yield bin_.to_bytes()


def _marked(doc: Doc, reading: Reading) -> Doc:
    groups: dict[str, list[tuple[Span, str, str]]] = {"content": [], "cue": [], "source": [], "events": []}
    for said in reading.statements:
        for name, spans in (("content", said.content), ("cue", said.cue), ("source", said.source)):
            groups[name] += [(span, said.act.value, said.id) for span in spans]
    groups["events"] = [(event.evidence, event.type.value, event.id) for event in reading.events]
    for name, marks in groups.items():
        found = []
        for span, label, id_ in marks:
            one = doc.char_span(span.start, span.end, label=label, span_id=id_, alignment_mode="expand")
            found += [one] if one is not None else []
        doc.spans[name] = found
    article = reading.article
    doc.user_data = {
        "id": article.id,
        "title": article.title,
        "published": article.published.value if article.published else None,
        "onrecord": msgspec.json.encode({"statements": reading.statements, "events": reading.events}).decode(),
    }
    return doc
