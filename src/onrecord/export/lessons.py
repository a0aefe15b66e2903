"""Corrections as training data: articles with their statements as people want them, in the form of the gold data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from onrecord.records import Act, Reading, Sector, Span, Statement, StatementKind
from onrecord.store import Store
from onrecord.store.corrections import Correction, Corrections, Verdict, apply_corrections, match_corrections

__all__ = ["Lesson", "Taught", "lesson_of", "lessons"]


class Taught(Struct, frozen=True, kw_only=True):
    """A statement; the fields are those of `Statement`, with names in the place of actors."""

    id: str
    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    kind: StatementKind
    act: Act
    within: str | None
    speaker: str | None
    via: tuple[str, ...]
    hedged: bool
    conditional: bool
    negated: bool
    targets: tuple[str, ...]
    addressee: str | None
    sector: tuple[Sector, ...]
    made_on: str | None
    deadline: str | None
    reviewed: bool  # a person accepted or edited it; False: as the reader had it


class Lesson(Struct, frozen=True, kw_only=True):
    """An article of which something was reviewed."""

    id: str
    title: str | None
    date: str | None
    outlet: str | None
    text: str
    statements: tuple[Taught, ...]
    rejected: tuple[tuple[Span, ...], ...]  # contents that are no statement
    reviewers: tuple[str, ...]
    complete: bool  # all of its statements were reviewed


def lessons(path: Path) -> Iterator[Lesson]:
    """A lesson for each article with a correction that stands, in the order in which articles came in.

    Raises:
        StoreError: the store cannot be read.
    """
    with Store.open(path, read_only=True) as store, Corrections(path, read_only=True) as corrections:
        for article in corrections.articles():
            yield lesson_of(store.reading(article), corrections.of(article))


def lesson_of(reading: Reading, corrections: list[Correction]) -> Lesson:
    """What the corrections of an article teach."""
    standing = [one for one in corrections if one.is_standing]
    matched = match_corrections(reading, standing)
    wanted = apply_corrections(reading, standing)
    article = reading.article
    stale = {one.number for one in standing if one.number not in {kept.number for kept in matched.values()}}
    gone = {one.judged.content for one in matched.values()}
    unread = {said.id for said in reading.statements if said.id not in matched}
    return Lesson(
        id=article.id,
        title=article.title,
        date=article.published.value[:10] if article.published else None,
        outlet=article.outlet,
        text=article.text,
        statements=tuple(_taught(said, is_reviewed=said.id not in unread) for said in wanted.statements),
        rejected=tuple(
            one.judged.content
            for one in standing
            if one.verdict is Verdict.REJECT and (one.number not in stale or one.judged.content not in gone)
        ),
        reviewers=tuple(dict.fromkeys(one.made_by for one in standing)),
        complete=not unread,
    )


def _taught(said: Statement, *, is_reviewed: bool) -> Taught:
    return Taught(
        id=said.id,
        source=said.source,
        cue=said.cue,
        content=said.content,
        kind=said.kind,
        act=said.act,
        within=said.within,
        speaker=said.speaker.name if said.speaker else None,
        via=tuple(one.name for one in said.via),
        hedged=said.hedged,
        conditional=said.conditional,
        negated=said.negated,
        targets=tuple(one.name for one in said.targets),
        addressee=said.addressee.name if said.addressee else None,
        sector=said.sector,
        made_on=said.made_on,
        deadline=said.deadline,
        reviewed=is_reviewed,
    )
