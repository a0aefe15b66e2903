"""Articles and statements as JSON-LD in the words of schema.org.

A statement in quotation marks is a `Quotation`. One in the reporter's words, in part or in whole, is a `Claim` with the
article as its appearance: to call a paraphrase a quotation would put words into somebody's mouth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onrecord.export.names import Names
from onrecord.export.streams import Json, list_chunks
from onrecord.records import Article, Reading, Speaker, Statement, StatementKind
from onrecord.store.flat import words_of

__all__ = ["make_article", "make_quotation", "schemaorg_chunks"]

Spoken = tuple[Reading, tuple[Statement, ...]]


def schemaorg_chunks(spoken: Iterable[Spoken], names: Names) -> Iterator[bytes]:
    """One graph: each article, and behind it the statements in it."""
    return list_chunks({"@context": "https://schema.org"}, "@graph", _members(spoken, names))


def _members(spoken: Iterable[Spoken], names: Names) -> Iterator[Json]:
    for reading, statements in spoken:
        yield make_article(reading.article, names)
        for said in statements:
            yield make_quotation(reading.article, said, names)


def make_article(article: Article, names: Names) -> Json:
    """A `NewsArticle` without its text."""
    facts: dict[str, Json] = {
        "headline": article.title,
        "url": article.url,
        "datePublished": article.published.value if article.published else None,
        "dateModified": article.modified.value if article.modified else None,
        "inLanguage": article.language,
        "articleSection": article.section,
        "dateline": article.dateline.place if article.dateline else None,
        "publisher": {"@type": "Organization", "name": article.outlet} if article.outlet else None,
        "author": [{"@type": "Person", "name": name} for name in article.authors] or None,
        "provider": {"@type": "Organization", "name": article.agency} if article.agency else None,
        "isAccessibleForFree": None if article.paywall is None else not article.paywall,
    }
    return {"@type": "NewsArticle", "@id": names.article(article.id), **_known(facts)}


def make_quotation(article: Article, said: Statement, names: Names) -> Json:
    """A `Quotation`, or a `Claim` where words of it are the reporter's."""
    is_quotation = said.kind is StatementKind.DIRECT
    by = _party(said.speaker, names) if said.speaker else None
    facts: dict[str, Json] = {
        "text": words_of(article.text, said.content),
        "inLanguage": article.language,
        "spokenByCharacter" if is_quotation else "creator": by,
        "isPartOf" if is_quotation else "appearance": {"@id": names.article(article.id)},
        "contributor": [_party(one, names) for one in said.via] or None,
        "keywords": said.act.value,
    }
    kind = "Quotation" if is_quotation else "Claim"
    return {"@type": kind, "@id": names.statement(article.id, said.id), **_known(facts)}


def _party(speaker: Speaker, names: Names) -> Json:
    """A person, an organisation, or, where the catalogue does not know, a thing that bears the name."""
    kind = "Thing"
    if speaker.id:
        kind = "Person" if speaker.id.startswith("person:") else "Organization"
    return {"@type": kind, **_known({"@id": names.speaker(speaker), "name": speaker.name})}


def _known(facts: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in facts.items() if value is not None}
