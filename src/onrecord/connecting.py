"""Connecting the articles of a store: what the stage `connect` finds, kept by the store, one article at a time.

The same steps whether an article has just been added or all are connected anew, so that both come to the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec import Struct

from onrecord.connect.alignment import weight_of
from onrecord.connect.claims import find_claims
from onrecord.connect.copies import MAX_SHARED_BY, compare_texts, describe_group, likely_copies
from onrecord.connect.parting import LEAST_HALF, MOST_PARTED, part_story
from onrecord.connect.provenance import count_sources
from onrecord.connect.quotations import check_quotation, quoted_words, shared_quotations
from onrecord.connect.stories import GAP_DAYS, MOST_MEMBERS, MOST_STORIES, place_in_story
from onrecord.connect.words import fold_words
from onrecord.connections import (
    Claim,
    Contradiction,
    Copy,
    CopyGroup,
    QuoteCheck,
    QuoteKind,
    Report,
    SharedQuotation,
    Sources,
)
from onrecord.models.likeness import Likeness, load_likeness, load_rarity
from onrecord.preparing import Prepared, prepare, prepared_ahead
from onrecord.records import Article
from onrecord.store.connections import Connections, Placement, StoryRow

__all__ = ["Connector", "FoundQuotation", "Member", "Story"]

_AT_ONCE = 100  # articles a transaction, when many are connected: writers wait for a second at most
_MOST_ASKED = 300  # statements of a store that are held against looked-for words
_MOST_WORDS = 40  # of looked-for words that the index is asked for


class Member(Struct, frozen=True, kw_only=True):
    """An article of a story, and what it is a copy of."""

    article: Article
    copies: dict[str, Copy]  # by the id of the earlier article: what this one made of it


class Story(Struct, frozen=True, kw_only=True):
    """All that is known of one story."""

    id: str
    members: tuple[Member, ...]  # by day, then as they came
    copies: tuple[CopyGroup, ...]  # groups of two and more
    sources: Sources
    quotations: tuple[SharedQuotation, ...]
    claims: tuple[Claim, ...] = ()  # statements and events that several articles tell
    contradictions: tuple[Contradiction, ...] = ()


class FoundQuotation(Struct, frozen=True, kw_only=True):
    """A place where looked-for words were reported."""

    article: Article
    report: Report
    check: QuoteCheck  # the shorter of the two held against the longer
    is_part: bool  # the looked-for words are the longer


class Connector:
    """What connects the articles of one store. A context manager.

    Raises:
        StoreError: as `Store.open`.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        limits = (MAX_SHARED_BY, MOST_STORIES, MOST_MEMBERS, GAP_DAYS)
        self._kept = Connections(path, limits=limits, read_only=read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._kept.__exit__(kind, error, at)

    # --- connecting -------------------------------------------------------------------------------------------------

    def connect_article(self, article_id: str) -> None:
        """Compare an article of the store with those connected before, unless that was done."""
        number = self._kept.number_of(article_id)
        with self._kept.writing():
            self._connect(number)

    def connect_all(self, *, anew: bool = False) -> Iterator[str]:
        """Connect what was not yet, or everything anew; the numbers as they are done."""
        if anew:
            with self._kept.writing():
                self._kept.forget_all()
        numbers = self._kept.unconnected()
        self._kept.expect_many()
        with closing(prepared_ahead(self._kept.path, numbers)) as ahead:
            for at in range(0, len(numbers), _AT_ONCE):
                batch = numbers[at : at + _AT_ONCE]
                with self._kept.writing():
                    for number in batch:
                        self._connect(number, next(ahead, None))
                yield from batch

    def _connect(self, number: str, prepared: Prepared | None = None) -> None:
        if self._kept.is_connected(number):
            return
        own = prepared or prepare(self._kept.article(number))
        prints, told = own.prints, own.told
        copies = self._copies(number, prints)
        placed = place_in_story(told, self._kept, load_rarity())
        story = placed.story
        if story is None and copies:  # copies tell one story, however their days and headings differ
            story = self._kept.story_of(next(iter(copies)))
        placement = Placement(
            told=placed.kept,
            terms=told.terms,
            prints=prints,
            keys=placed.keys,
            copies=copies,
            story=story,
            taken_in=placed.taken_in,
        )
        self._kept.place(number, placement)
        if story is not None:
            self._part(story)

    def _part(self, story: str) -> None:
        """Set a story apart that turns out to be two."""
        newest = self._kept.newest(story, MOST_PARTED)
        newest = sorted(newest, key=lambda row: row[0] != story)  # the half of the article that names it stays
        if len(newest) >= 2 * LEAST_HALF:
            leaving = part_story([told.terms for _, told in newest])
            self._kept.move([newest[at][0] for at in leaving])

    def _copies(self, number: str, prints: Sequence[int]) -> dict[str, Copy]:
        likely = likely_copies(prints, self._kept)
        own = self._kept.text_of(number) if likely else ("", None)
        compared = ((other, compare_texts(self._kept.text_of(other), own)) for other in likely)
        return {other: copy for other, copy in compared if copy}

    # --- asking -----------------------------------------------------------------------------------------------------

    def unconnected(self) -> int:
        """How many articles of the store were not connected yet."""
        return len(self._kept.unconnected())

    def stories(self, *, limit: int) -> Sequence[StoryRow]:
        """Stories of two articles and more, the newest first."""
        return self._kept.stories(limit=limit)

    def story(self, article_id: str) -> Story | None:
        """The story that an article belongs to; None if the article was not connected yet.

        Raises:
            UnknownArticle: no such article.
        """
        story = self._kept.story_of(self._kept.number_of(article_id))
        if story is None:
            return None
        rows = self._kept.members(story)
        readings = {number: self._kept.reading(number) for number, _ in rows}
        ids = {number: reading.article.id for number, reading in readings.items()}
        articles = [reading.article for reading in readings.values()]
        groups: dict[str, list[Article]] = {}
        for number, group in rows:
            groups.setdefault(group, []).append(readings[number].article)
        members = [
            Member(
                article=readings[number].article,
                copies={ids[other]: copy for other, copy in self._kept.copies_of(number).items() if other in ids},
            )
            for number, _ in rows
        ]
        by_day = sorted(readings.values(), key=lambda reading: _day(reading.article) or "~")
        copies = tuple(describe_group(held[0].id, held) for held in groups.values() if len(held) > 1)
        claims = find_claims(by_day, copies, meaning=self._likeness, rarity=load_rarity())
        reports = [report for reading in by_day for report in quoted_words(reading)]
        return Story(
            id=self._kept.reading(story).article.id,
            members=tuple(sorted(members, key=lambda member: _day(member.article) or "~")),
            copies=copies,
            sources=count_sources(articles, {ids[number]: group for number, group in rows}),
            quotations=shared_quotations(reports, self._likeness),
            claims=claims.shared,
            contradictions=claims.contradictions,
        )

    def find_quotation(self, words: str) -> tuple[FoundQuotation, ...]:
        """Where these words were reported, and how each report differs: the nearest kinds first, then by day."""
        keys = sorted(set(fold_words(words)), key=lambda key: (-weight_of(key), -len(key), key))[:_MOST_WORDS]
        found = []
        for number, statement in self._kept.statements_with(keys, limit=_MOST_ASKED):
            reading = self._kept.reading(number)
            said = next((one for one in reading.statements if one.id == statement), None)
            if said is None:
                continue
            content = " … ".join(reading.article.text[span.start : span.end] for span in said.content)
            speaker = said.speaker.name if said.speaker else None
            report = Report(article=reading.article.id, statement=said.id, speaker=speaker, words=content)
            is_part = len(fold_words(content)) <= len(fold_words(words))
            short, long = (content, words) if is_part else (words, content)
            check = check_quotation(short, long, self._likeness)
            if check.kind is not QuoteKind.NOT_FOUND:
                found.append(FoundQuotation(article=reading.article, report=report, check=check, is_part=is_part))
        order = list(QuoteKind)
        return tuple(sorted(found, key=lambda one: (order.index(one.check.kind), _day(one.article) or "~")))

    @cached_property
    def _likeness(self) -> Likeness:
        return load_likeness()


def _day(article: Article) -> str | None:
    return article.published.value[:10] if article.published else None
