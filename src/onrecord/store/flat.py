"""Statements and articles as flat rows: one shape for the API, every table that is exported, and Python.

A row is made from a reading alone, so it says the same wherever it is shown. The words stand in it beside their
offsets; `docs/how-to/export.md` says what each column means, and a test holds that page and this module together.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from onrecord.commitments import commitment_of
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.records import Act, Article, Reading, Sector, Span, SpeakerBasis, Statement, StatementKind, Strength
from onrecord.store.corrections import Verdict

__all__ = ["BETWEEN", "ArticleRow", "StatementRow", "article_row", "statement_row", "words_of"]

BETWEEN = " … "  # between the parts of one content, as everywhere else


class StatementRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement with the words that show it and what is known of its article."""

    id: str  # "ARTICLE/s3"
    article_id: str
    statement_id: str
    published: str | None = None
    title: str | None = None
    outlet: str | None = None
    agency: str | None = None
    language: str | None = None
    url: str | None = None
    speaker: str | None = None
    speaker_basis: SpeakerBasis | None = None
    speaker_id: str | None = None
    wikidata: str | None = None
    speaker_country: str | None = None
    speaker_sector: str | None = None
    via: tuple[str, ...] = ()
    via_ids: tuple[str | None, ...] = ()
    targets: tuple[str, ...] = ()
    target_ids: tuple[str | None, ...] = ()
    target_countries: tuple[str | None, ...] = ()
    addressee: str | None = None
    addressee_id: str | None = None
    act: Act
    kind: StatementKind
    hedged: bool
    conditional: bool
    negated: bool
    sector: tuple[Sector, ...] = ()
    categories: tuple[str, ...] = ()
    made_on: str | None = None
    deadline: str | None = None
    commitment: Strength | None = None
    committed_to: str | None = None
    condition: str | None = None
    within: str | None = None
    confidence: float
    review: Verdict | None = None
    content: str
    cue: str
    source: str
    content_spans: tuple[Span, ...]
    cue_spans: tuple[Span, ...] = ()
    source_spans: tuple[Span, ...] = ()
    sha256: str
    reader: str


class ArticleRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article without its text, and how much is said in it."""

    id: str
    published: str | None = None
    published_basis: str | None = None
    modified: str | None = None
    title: str | None = None
    outlet: str | None = None
    agency: str | None = None
    authors: tuple[str, ...] = ()
    dateline: str | None = None
    section: str | None = None
    language: str | None = None
    url: str | None = None
    path: str
    paywall: bool | None = None
    is_article: bool
    characters: int
    statements: int
    version: int
    added_at: str
    sha256: str
    reader: str


def words_of(text: str, spans: Sequence[Span]) -> str:
    """What the spans cover, in one string."""
    return BETWEEN.join(text[span.start : span.end] for span in spans)


def statement_row(reading: Reading, said: Statement, *, review: Verdict | None = None) -> StatementRow:
    """The row of one statement of a reading, and what a reviewer said of it."""
    article, speaker, addressee = reading.article, said.speaker, said.addressee
    bound = commitment_of(article.text, said, lexicon=load_speech_lexicon())
    return StatementRow(
        id=f"{article.id}/{said.id}",
        article_id=article.id,
        statement_id=said.id,
        published=_published(article),
        title=article.title,
        outlet=article.outlet,
        agency=article.agency,
        language=article.language,
        url=article.url,
        speaker=speaker.name if speaker else None,
        speaker_basis=speaker.basis if speaker else None,
        speaker_id=speaker.id if speaker else None,
        wikidata=speaker.wikidata if speaker else None,
        speaker_country=speaker.country if speaker else None,
        speaker_sector=speaker.sector if speaker else None,
        via=tuple(one.name for one in said.via),
        via_ids=tuple(one.id for one in said.via),
        targets=tuple(one.name for one in said.targets),
        target_ids=tuple(one.id for one in said.targets),
        target_countries=tuple(one.country for one in said.targets),
        addressee=addressee.name if addressee else None,
        addressee_id=addressee.id if addressee else None,
        act=said.act,
        kind=said.kind,
        hedged=said.hedged,
        conditional=said.conditional,
        negated=said.negated,
        sector=said.sector,
        categories=said.categories,
        made_on=said.made_on,
        deadline=said.deadline,
        commitment=bound.strength if bound else None,
        committed_to=words_of(article.text, bound.what) if bound else None,
        condition=words_of(article.text, [bound.condition]) if bound and bound.condition else None,
        within=said.within,
        confidence=said.confidence,
        review=review,
        content=words_of(article.text, said.content),
        cue=words_of(article.text, said.cue),
        source=words_of(article.text, said.source),
        content_spans=said.content,
        cue_spans=said.cue,
        source_spans=said.source,
        sha256=article.origin.sha256,
        reader=reading.models.reader,
    )


def article_row(reading: Reading, *, version: int, added_at: str) -> ArticleRow:
    """The row of an article; version and time of adding are what the store knows of it."""
    article = reading.article
    return ArticleRow(
        id=article.id,
        published=_published(article),
        published_basis=article.published.basis if article.published else None,
        modified=article.modified.value if article.modified else None,
        title=article.title,
        outlet=article.outlet,
        agency=article.agency,
        authors=article.authors,
        dateline=article.dateline.place if article.dateline else None,
        section=article.section,
        language=article.language,
        url=article.url,
        path=article.origin.path,
        paywall=article.paywall,
        is_article=article.is_article,
        characters=len(article.text),
        statements=len(reading.statements),
        version=version,
        added_at=added_at,
        sha256=article.origin.sha256,
        reader=reading.models.reader,
    )


def _published(article: Article) -> str | None:
    return article.published.value if article.published else None
