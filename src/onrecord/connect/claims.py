"""What several articles of a story tell: the same statement, the same event; and what one tells and another denies.

Events are linked by `connect.same_events`. Statements are one if they are the same speaker's and their contents are
alike: the cosine of their words, as stems, weighed by how few statements of the story have them. Whoever denies
something, or says it with a "not", contradicts what has the same words without it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
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
# Cosine of what is told and what is denied, at least; looked at on the articles of NewsWCL50. Few words and much in
# common: where more is said, a "not" somewhere in it is about something else as often as not.
_DENIED, _NEGATED = 0.5, 0.75
_SHARED = 3
_MOST_WORDS = 25
_NOT = frozenset(("not", "no", "never", "nobody", "none", "neither", "nor", "cannot", "without"))
_DENYING = frozenset(
    ("deny", "denies", "denied", "denying", "denial", "refute", "refuted", "reject", "rejected", "false")
)


class Claims(NamedTuple):
    """What a story's articles have in common, and where they part."""

    shared: tuple[Claim, ...]  # those of most independent sources first
    contradictions: tuple[Contradiction, ...]  # the likeliest first


class _Stance(Enum):
    """Whether it is told that something is so."""

    TOLD = "told"
    DENIED = "denied"  # by a denial
    NEGATED = "negated"  # by a "not" in what is said or done
    UNCLEAR = "unclear"


class _Place(NamedTuple):
    """A statement or event with all that is needed to compare it."""

    trace: Trace
    speaker: str | None
    day: str
    stance: _Stance
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
        contradictions=tuple(_opposed([*said, *told])),
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
    for said in reading.statements:
        first = origins.first(reading.article)
        words = _words(reading.article.text, said.content)
        stance = _stance_of(said, words)
        trace = Trace(
            article=reading.article.id,
            kind=ClaimKind.STATEMENT,
            id=said.id,
            spans=said.content,
            words=words,
            chain=_printed(chain_of(said, first), reading.article),
            copy_of=first.id if first.id != reading.article.id else None,
            denies=stance in (_Stance.DENIED, _Stance.NEGATED),
        )
        yield _Place(trace, _speaker(said), _day(reading.article), stance, _stems(words))


def _speaker(said: Statement | None) -> str | None:
    return (said.speaker.id or said.speaker.name.casefold()) if said and said.speaker else None


def _stance_of(said: Statement, words: str) -> _Stance:
    keys = fold_words(words)
    has_not = any(key in _NOT or key.endswith("n't") for key in keys)
    if said.act is Act.DENY:
        return _Stance.UNCLEAR if has_not else _Stance.DENIED
    is_long = len(said.content) > 1 or len(keys) > _MOST_WORDS
    if said.negated or _DENYING.intersection(keys) or (has_not and is_long):
        return _Stance.UNCLEAR
    return _Stance.NEGATED if has_not else _Stance.TOLD


def _stance_of_event(event: Event, words: str) -> _Stance:
    keys = fold_words(words)
    if event.modality is Modality.NEGATED:
        return _Stance.NEGATED
    is_unclear = _DENYING.intersection(keys) or any(key in _NOT or key.endswith("n't") for key in keys)
    return _Stance.UNCLEAR if is_unclear else _Stance.TOLD


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
    words = _words(article.text, (event.evidence,))
    stance = _stance_of_event(event, words)
    trace = Trace(
        article=article.id,
        kind=ClaimKind.EVENT,
        id=event.id,
        spans=(event.evidence,),
        words=words,
        chain=_printed(chain_of(said, first), article),
        copy_of=first.id if first.id != article.id else None,
        denies=stance is _Stance.NEGATED,
    )
    return _Place(trace, _speaker(said), _day(article), stance, _stems(words))


def _printed(chain: tuple[str, ...], article: Article) -> tuple[str, ...]:
    """The chain up to the outlet that the article stands in, where that copied it from another."""
    outlet = article.outlet
    return (*chain, outlet) if outlet and (not chain or chain[-1].casefold() != outlet.casefold()) else chain


def _day(article: Article) -> str:
    return article.published.value[:10] if article.published else "~"


def _words(text: str, spans: Sequence[Span]) -> str:
    return " … ".join(text[span.start : span.end] for span in spans)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_word(key) for key in fold_words(text) if weight_of(key) == 1 and key not in _NOT)


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
    """Statements of one speaker with contents that are alike, none of which denies what another tells."""
    told = np.array([place.stance is _Stance.TOLD for place in said], bool)
    denied = np.array([place.trace.denies for place in said], bool)
    apart = (told[:, None] & denied[None]) | (denied[:, None] & told[None])
    alike = np.where(apart, -1.0, alike)
    by_speaker: dict[str, list[int]] = defaultdict(list)
    for at, place in enumerate(said):
        if place.speaker is not None:
            by_speaker[place.speaker].append(at)
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


def _opposed(places: Sequence[_Place]) -> list[Contradiction]:
    """For each denial what it denies, the likeliest; copies of a denial are one."""
    found: dict[tuple[str, str], Contradiction] = {}
    told = [place for place in places if place.stance is _Stance.TOLD]
    for denial in (place for place in places if place.trace.denies):
        least = _DENIED if denial.stance is _Stance.DENIED else _NEGATED
        likeness, at = max(((_against(denial, other), at) for at, other in enumerate(told)), default=(0.0, 0))
        if likeness >= least:
            one = Contradiction(told=told[at].trace, denied=denial.trace, likeness=round(likeness, 2))
            key = (one.told.copy_of or one.told.article, denial.trace.copy_of or denial.trace.article)
            if key not in found or found[key].likeness < one.likeness:
                found[key] = one
    return sorted(found.values(), key=lambda one: -one.likeness)


def _against(denial: _Place, other: _Place) -> float:
    """How much a place tells what the denial denies; 0 in one article, unless two persons are at odds in it."""
    both = denial.words & other.words
    if len(both) < _SHARED or (denial.trace.article == other.trace.article and not _are_at_odds(denial, other)):
        return 0.0
    return len(both) / sqrt(len(denial.words) * len(other.words))


def _are_at_odds(one: _Place, other: _Place) -> bool:
    """Whether two named speakers say so in words of their own; else it is one sentence, read twice."""
    overlap = any(a.start < b.end and b.start < a.end for a in one.trace.spans for b in other.trace.spans)
    are_said = one.trace.kind is other.trace.kind is ClaimKind.STATEMENT
    return are_said and not overlap and None not in (one.speaker, other.speaker) and one.speaker != other.speaker
