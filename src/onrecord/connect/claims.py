"""What several articles of a story tell: the same statement, the same event; and what one tells and another denies.

Events are linked by `connect.same_events`. Statements are one if they are the same speaker's and their contents are
alike: the cosine of their words, as stems, weighed by how few statements of the story have them. Whoever tells that
something is not so (by a denial, a "not", a negated event) contradicts what is like it and told to be so.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onrecord.connect.alignment import weight_of
from onrecord.connect.grouping import group_by_mean
from onrecord.connect.provenance import chain_of, count_sources
from onrecord.connect.same_events import MOST_MENTIONS, EventMention, Meaning, Rarity, link_mentions
from onrecord.connect.words import fold_words, stem_word
from onrecord.connections import Claim, ClaimKind, Contradiction, CopyGroup, Trace
from onrecord.records import Act, Article, Event, Modality, Reading, Span, Statement
from onrecord.spans import split_sentences

__all__ = ["Claims", "find_claims", "mentions_of"]

_ONE_STATEMENT = 0.5  # cosine of two contents of one speaker
_OPPOSED = 0.4  # of what is told and what is denied, at least `_SHARED` words of both
_SHARED = 2
_NOT = frozenset(("not", "no", "never", "nobody", "none", "neither", "nor", "cannot"))
_LIGHT = frozenset(map(stem_word, ("not", "never", "denied", "deny", "denies", "said", "saying")))


class Claims(NamedTuple):
    """What a story's articles have in common, and where they part."""

    shared: tuple[Claim, ...]  # those of most independent sources first
    contradictions: tuple[Contradiction, ...]  # the likeliest first


class _Place(NamedTuple):
    """A statement or event with all that is needed to compare it."""

    trace: Trace
    speaker: str | None
    day: str
    within: frozenset[str]  # of a statement: itself and those that it lies in
    words: frozenset[str]


class _Origins(NamedTuple):
    """Which articles there are, and which had whose text first."""

    articles: Mapping[str, Article]
    groups: Mapping[str, str]  # by article, its group of copies
    earliest: Mapping[str, str]  # by article, the first of its group; missing where nobody knows

    def first(self, article: Article) -> Article:
        return self.articles.get(self.earliest.get(article.id, article.id), article)


def find_claims(
    readings: Sequence[Reading], copies: Sequence[CopyGroup], *, meaning: Meaning, rarity: Rarity
) -> Claims:
    """The claims of one story.

    Args:
        copies: groups of its articles that hold one text.
    """
    ordered = sorted(readings, key=lambda reading: (_day(reading.article), reading.article.id))
    origins = _Origins(
        articles={reading.article.id: reading.article for reading in ordered},
        groups={article: group.id for group in copies for article in group.articles},
        earliest={article: group.earliest for group in copies if group.earliest for article in group.articles},
    )
    said = [place for reading in ordered for place in _statements(reading, origins)][:MOST_MENTIONS]
    told, events = _events(ordered, origins, meaning, rarity)
    alike = _cosines([place.words for place in said])
    shared = [*events, *_one_statement(said, alike)]
    claims = [claim for group in shared if (claim := _claim(group, origins))]
    return Claims(
        shared=tuple(sorted(claims, key=lambda claim: (-claim.sources.independent, -len(claim.reports)))),
        contradictions=tuple(_opposed([*said, *told], events)),
    )


def mentions_of(reading: Reading) -> list[EventMention]:
    """Where the events of a reading are told, one each."""
    sentences = split_sentences(reading.article.text)
    starts = [sentence.start for sentence in sentences]
    found = []
    for event in reading.events:
        sentence = sentences[max(0, bisect_right(starts, event.trigger.start) - 1)]
        end = max(sentence.end, event.trigger.end)
        text = reading.article.text[sentence.start : end]
        at = event.trigger.start - sentence.start
        parties = frozenset(party.id or party.name.casefold() for party in (*event.actor, *event.recipient))
        found.append(EventMention(reading.article.id, text, at, event.trigger.end - sentence.start, parties))
    return found


# --- places -----------------------------------------------------------------------------------------------------------


def _statements(reading: Reading, origins: _Origins) -> Iterable[_Place]:
    by_id = {said.id: said for said in reading.statements}
    for said in reading.statements:
        first = origins.first(reading.article)
        trace = Trace(
            article=reading.article.id,
            kind=ClaimKind.STATEMENT,
            id=said.id,
            spans=said.content,
            words=_words(reading.article.text, said.content),
            chain=_printed(chain_of(said, first), reading.article),
            copy_of=first.id if first.id != reading.article.id else None,
            denies=_denies(said, reading.article.text),
        )
        speaker = (said.speaker.id or said.speaker.name.casefold()) if said.speaker else None
        yield _Place(trace, speaker, _day(reading.article), _outer(said, by_id), _stems(trace.words))


def _denies(said: Statement, text: str) -> bool:
    """Whether it is told that something is not so: an odd number of denial, negated cue, and "not" in the content."""
    keys = fold_words(_words(text, said.content))
    has_not = any(key in _NOT or key.endswith("n't") for key in keys)
    return (said.act is Act.DENY) ^ said.negated ^ has_not


def _outer(said: Statement, by_id: Mapping[str, Statement]) -> frozenset[str]:
    ids = {said.id}
    while said.within and said.within not in ids and said.within in by_id:
        said = by_id[said.within]
        ids.add(said.id)
    return frozenset(ids)


def _events(
    readings: Sequence[Reading], origins: _Origins, meaning: Meaning, rarity: Rarity
) -> tuple[list[_Place], list[list[_Place]]]:
    """All events that are told to have been, to be, to come or not to be so; and those that are one."""
    pairs = [
        (mention, _event(event, reading, origins))
        for reading in readings
        for event, mention in zip(reading.events, mentions_of(reading), strict=True)
        if event.modality is not Modality.HYPOTHETICAL
    ]
    groups = link_mentions([mention for mention, _ in pairs], meaning, rarity)
    places = [place for _, place in pairs]
    return places, [[places[at] for at in group] for group in groups]


def _event(event: Event, reading: Reading, origins: _Origins) -> _Place:
    article = reading.article
    first = origins.first(article)
    said = next((one for one in reading.statements if one.id == event.statement), None)
    trace = Trace(
        article=article.id,
        kind=ClaimKind.EVENT,
        id=event.id,
        spans=(event.evidence,),
        words=_words(article.text, (event.evidence,)),
        chain=_printed(chain_of(said, first), article),
        copy_of=first.id if first.id != article.id else None,
        denies=event.modality is Modality.NEGATED,
    )
    speaker = (said.speaker.id or said.speaker.name.casefold()) if said and said.speaker else None
    by_id = {one.id: one for one in reading.statements}
    within = _outer(said, by_id) if said else frozenset[str]()
    return _Place(trace, speaker, _day(article), within, _stems(trace.words))


def _printed(chain: tuple[str, ...], article: Article) -> tuple[str, ...]:
    """The chain up to the outlet that the article stands in, where that copied it from another."""
    outlet = article.outlet
    return (*chain, outlet) if outlet and (not chain or chain[-1].casefold() != outlet.casefold()) else chain


def _day(article: Article) -> str:
    return article.published.value[:10] if article.published else "~"


def _words(text: str, spans: Sequence[Span]) -> str:
    return " … ".join(text[span.start : span.end] for span in spans)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_word(key) for key in fold_words(text) if weight_of(key) == 1) - _LIGHT


# --- what is one ------------------------------------------------------------------------------------------------------


def _cosines(words: Sequence[frozenset[str]]) -> NDArray[np.float64]:
    """[places, places]: by the words that both have, weighed by how few have them."""
    held = Counter(word for some in words for word in some)
    at = {word: place for place, word in enumerate(sorted(held))}
    rows = np.zeros((len(words), max(1, len(at))))
    for row, some in zip(rows, words, strict=True):
        for word in some:
            row[at[word]] = log(1 + len(words) / held[word])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    return np.asarray(rows @ rows.T)


def _one_statement(said: Sequence[_Place], alike: NDArray[np.float64]) -> list[list[_Place]]:
    """Statements of one speaker with contents that are alike, told or denied."""
    by_speaker: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for at, place in enumerate(said):
        if place.speaker is not None:
            by_speaker[place.speaker, place.trace.denies].append(at)
    return [
        [said[own[at]] for at in group]
        for own in by_speaker.values()
        for group in group_by_mean(alike[np.ix_(own, own)], _ONE_STATEMENT)
    ]


def _claim(group: Sequence[_Place], origins: _Origins) -> Claim | None:
    """What the group tells, if two articles tell it; one report of each."""
    reports: dict[str, Trace] = {}
    for place in sorted(group, key=lambda place: place.day):
        if place.trace.kind is ClaimKind.STATEMENT or not place.trace.denies:
            reports.setdefault(place.trace.article, place.trace)
    if len(reports) < 2:
        return None
    sources = count_sources([origins.articles[id_] for id_ in reports], origins.groups)
    return Claim(kind=next(iter(reports.values())).kind, reports=tuple(reports.values()), sources=sources)


# --- what is denied ---------------------------------------------------------------------------------------------------


def _opposed(places: Sequence[_Place], events: Sequence[Sequence[_Place]]) -> list[Contradiction]:
    """For each denial what it denies, the likeliest of each way to tell it; copies of a denial are one."""
    linked = [frozenset(id(place) for place in group) for group in events if len(group) > 1]
    found: dict[tuple[str, str], Contradiction] = {}
    for denial in (place for place in places if place.trace.denies):
        best = max(((_against(denial, other, linked), at) for at, other in enumerate(places)), default=(0.0, 0))
        if best[0] >= _OPPOSED:
            told = places[best[1]].trace
            one = Contradiction(told=told, denied=denial.trace, likeness=round(best[0], 2))
            key = (told.copy_of or told.article, denial.trace.copy_of or denial.trace.article)
            if key not in found or found[key].likeness < one.likeness:
                found[key] = one
    return sorted(found.values(), key=lambda one: -one.likeness)


def _against(denial: _Place, other: _Place, linked: Sequence[frozenset[int]]) -> float:
    """How much a place tells what the denial denies; 0 if it denies it too, or is the denial's own words."""
    one, two = denial.trace, other.trace
    if two.denies or (one.article == two.article and (denial.within & other.within or denial.speaker == other.speaker)):
        return 0.0
    if any(id(denial) in group and id(other) in group for group in linked):
        return 1.0
    both = denial.words & other.words
    if len(both) < _SHARED:
        return 0.0
    return len(both) / sqrt(len(denial.words) * len(other.words))
