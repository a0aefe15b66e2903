"""Where statements come from, as PROV-JSON (https://www.w3.org/submissions/prov-json/): one bundle an article.

In each: the page as fetched, the article made of it, the statements read in it; the reading that made them and the
models behind it; outlet, speakers, and those who passed words on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from onrecord.export.names import Names
from onrecord.export.streams import Json, object_chunks
from onrecord.records import Reading, Speaker, Statement, StatementKind

__all__ = ["make_bundle", "provenance_chunks"]

Spoken = tuple[Reading, tuple[Statement, ...]]
Section = dict[str, Json]


def provenance_chunks(spoken: Iterable[Spoken], names: Names) -> Iterator[bytes]:
    """A document of bundles."""
    before: dict[str, Json] = {
        "prefix": {"or": names.base, "wd": "http://www.wikidata.org/entity/", "schema": "https://schema.org/"}
    }
    return object_chunks(before, "bundle", (make_bundle(*one) for one in spoken))


def make_bundle(reading: Reading, statements: tuple[Statement, ...]) -> tuple[str, Json]:
    """Name and content of the bundle of one article."""
    article = reading.article
    key = quote(article.id, safe="")
    sections = _Sections()
    page, text, run = f"or:pages/{article.origin.sha256}", f"or:articles/{key}", f"or:readings/{key}"
    sections.entity(page, {"prov:type": "or:Page", "or:sha256": article.origin.sha256, "prov:location": article.url})
    sections.entity(text, {"prov:type": "schema:NewsArticle", "prov:label": article.title})
    sections.activity(run, {"prov:type": "or:Reading"})
    for name in (reading.models.blocks, reading.models.reader):
        agent = f"or:models/{quote(name, safe='')}"
        sections.agent(agent, {"prov:type": "prov:SoftwareAgent", "prov:label": name})
        sections.relate("wasAssociatedWith", {"prov:activity": run, "prov:agent": agent})
    sections.relate("used", {"prov:activity": run, "prov:entity": page})
    sections.relate("wasGeneratedBy", {"prov:entity": text, "prov:activity": run})
    sections.relate("wasDerivedFrom", {"prov:generatedEntity": text, "prov:usedEntity": page})
    if article.outlet:
        outlet = f"or:outlets/{quote(article.outlet, safe='')}"
        sections.agent(outlet, {"prov:type": "prov:Organization", "prov:label": article.outlet})
        sections.relate("wasAttributedTo", {"prov:entity": text, "prov:agent": outlet})
    for said in statements:
        _tell_statement(sections, text, run, said)
    return f"or:bundles/{key}", dict(sections.made)


def _tell_statement(sections: _Sections, text: str, run: str, said: Statement) -> None:
    entity = f"{text}/{quote(said.id, safe='')}"
    facts = {"prov:type": "or:Statement", "or:act": said.act.value, "or:kind": said.kind.value}
    sections.entity(entity, {**facts, "or:confidence": said.confidence})
    sections.relate("wasGeneratedBy", {"prov:entity": entity, "prov:activity": run})
    derived: Section = {"prov:generatedEntity": entity, "prov:usedEntity": text}
    if said.kind is StatementKind.DIRECT:
        derived["prov:type"] = "prov:Quotation"
    sections.relate("wasDerivedFrom", derived)
    if said.speaker:
        agent = _tell_speaker(sections, said.speaker)
        sections.relate("wasAttributedTo", {"prov:entity": entity, "prov:agent": agent})
    for one in said.via:
        agent = _tell_speaker(sections, one)
        passed = {"prov:influencee": entity, "prov:influencer": agent, "prov:type": "or:PassedOn"}
        sections.relate("wasInfluencedBy", dict(passed))


def _tell_speaker(sections: _Sections, speaker: Speaker) -> str:
    if speaker.wikidata:
        agent = f"wd:{quote(speaker.wikidata, safe='')}"
    else:
        agent = f"or:actors/{quote(speaker.id or f'name:{speaker.name}', safe='')}"
    sections.agent(agent, {"prov:label": speaker.name, "or:country": speaker.country, "or:sector": speaker.sector})
    return agent


class _Sections:
    """The sections of a bundle, as they fill."""

    def __init__(self) -> None:
        self.made: dict[str, Section] = {}

    def entity(self, name: str, facts: Section) -> None:
        self._put("entity", name, facts)

    def activity(self, name: str, facts: Section) -> None:
        self._put("activity", name, facts)

    def agent(self, name: str, facts: Section) -> None:
        self._put("agent", name, facts)

    def relate(self, relation: str, facts: Section) -> None:
        """A relation under a blank name, numbered within its kind."""
        self._put(relation, f"_:{relation}{len(self.made.get(relation, {})) + 1}", facts)

    def _put(self, section: str, name: str, facts: Section) -> None:
        told = {key: _qualified(key, value) for key, value in facts.items() if value is not None}
        self.made.setdefault(section, {}).setdefault(name, told)


def _qualified(key: str, value: Json) -> Json:
    """A type is a name of the vocabulary and not a text."""
    return {"$": value, "type": "prov:QUALIFIED_NAME"} if key == "prov:type" else value
