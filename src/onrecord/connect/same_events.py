"""Which mentions of events, in several articles of one story, tell of the same event.

Two mentions are alike by the word that tells it (the same stem, or near in meaning), by the words around it, and by
those of the whole sentence, each weighed by how rare it is in the story. A word that most articles of a story have is
likelier to be about the one thing that the story is about. "Said" and its like tell nothing: everybody says something.
Numbers that differ, and parties that do, speak against it. Mentions are put together, the most alike first, by the mean
over all pairs.

Source: the lemma baseline of cross-document coreference (Upadhyay et al. 2016, "Revisiting the Evaluation for Cross
Document Event Coreference") within stories, with context beside it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from onrecord.connect.alignment import weight_of
from onrecord.connect.grouping import group_by_mean
from onrecord.connect.words import find_words, stem_word

__all__ = ["MOST_MENTIONS", "EventMention", "link_mentions"]

Table = NDArray[np.float64]  # [mentions, mentions]

MOST_MENTIONS = 1200  # of one story that are compared; time and memory grow with their square
# Weights and the limit were chosen on the development part of ECB+ (benchmarks.coreference_events).
_MIN_ALIKE = 1.2
_NEAR, _SENTENCE, _WIDESPREAD, _WHOLE = 0.3, 0.3, 0.2, 0.15
_SAYING, _NUMBERS = -0.5, -0.2
# Both have parties, and too few in common. By hand, for the mentions of the corpus have none: of onrecord's own events
# two in five pairs were found with -0.4, seven in ten with nothing, and what lies between was not measured.
_OTHERS = -0.2
_ENOUGH = 0.3  # cosine of words around; more of it tells no more
_AROUND = 70  # characters before and behind, within the sentence
_UNLIKE, _SAME = 0.15, 0.5  # products of word vectors, as `connect.quotations` has them
_ALMOST = 0.99  # worth of another word of the same meaning
_PRIOR = 10  # articles that general rarity counts for, beside those of the story
_MOST_WORDS = 4  # of a mention
_SAYING_WORDS = (
    "say said saying tell told telling report reported announce announced add added ask asked call called state"
)
_SAID = frozenset(map(stem_word, find_words(_SAYING_WORDS).keys))
_FIGURES = re.compile(r"\b\d+\b")


class EventMention(NamedTuple):
    """A place that tells an event: the words that do, `start` up to `end` of the sentence they stand in."""

    article: str
    sentence: str
    start: int
    end: int
    parties: frozenset[str] = frozenset()  # who acts and at whom it is aimed; empty: not known


class Meaning(Protocol):
    """What tells how near words are in meaning; see `models.likeness.Likeness`."""

    def vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """[words, sizes], rows of length 1."""


class Rarity(Protocol):
    """How common words are in general."""

    def share_of(self, word: str) -> float:
        """Of all texts, how many have the word, over 0 and up to 1."""


def link_mentions(mentions: Sequence[EventMention], meaning: Meaning, rarity: Rarity) -> tuple[tuple[int, ...], ...]:
    """Places of the mentions that tell one event, each group in order; a mention alone is a group of its own.

    Args:
        mentions: of one story; those beyond the first `MOST_MENTIONS` stay alone.
    """
    compared = mentions[:MOST_MENTIONS]
    groups = group_by_mean(_alike(compared, meaning, rarity), _MIN_ALIKE) if compared else []
    alone = [[at] for at in range(len(compared), len(mentions))]
    return tuple(tuple(sorted(group)) for group in sorted([*groups, *alone], key=min))


def _alike(mentions: Sequence[EventMention], meaning: Meaning, rarity: Rarity) -> Table:
    words = [_telling(one.sentence[one.start : one.end]) for one in mentions]
    stems = [frozenset(map(stem_word, some)) for some in words]
    articles = [one.article for one in mentions]
    share = _share_of_articles(stems, articles)
    saying = np.array([bool(some & _SAID) for some in stems])
    shared = _overlap(stems)
    alike = (
        np.where(shared > 0, 1.0, _ALMOST * _near_in_meaning(words, meaning))
        + _NEAR * _enough(_cosines([_around(one) for one in mentions], None, None))
        + _SENTENCE * _enough(_cosines(_rests(mentions, stems), articles, rarity))
        + _WIDESPREAD * np.minimum(share[:, None], share[None])
        + _WHOLE * shared
        + _SAYING * (saying[:, None] | saying[None])
        + _NUMBERS * _differ([frozenset(_FIGURES.findall(one.sentence)) for one in mentions])
        + _OTHERS * _other_parties(mentions)
    )
    return np.asarray(alike)


def _telling(text: str) -> list[str]:
    """Words that tell something, in lower case; all of them if none does."""
    keys = find_words(text).keys
    return ([key for key in keys if weight_of(key) == 1 and not key.isdigit()] or list(keys) or [text])[:_MOST_WORDS]


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_word(key) for key in find_words(text).keys if weight_of(key) == 1 and not key.isdigit())


def _around(one: EventMention) -> frozenset[str]:
    before = one.sentence[max(0, one.start - _AROUND) : one.start]
    return _stems(before) | _stems(one.sentence[one.end : one.end + _AROUND])


def _rests(mentions: Sequence[EventMention], stems: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """The words of each sentence without those that tell the event."""
    return [_stems(one.sentence) - own for one, own in zip(mentions, stems, strict=True)]


def _overlap(stems: Sequence[frozenset[str]]) -> Table:
    """Of the words of two mentions, how many both have."""
    rows = _rows(stems)
    both = rows @ rows.T
    sizes = rows.sum(axis=1)
    return np.asarray(both / np.maximum(1, sizes[:, None] + sizes[None] - both))


def _rows(sets: Sequence[frozenset[str]], weights: dict[str, float] | None = None) -> Table:
    """[sets, words of all]: the weight of the word, 1 without weights, where the set has it."""
    places = {word: at for at, word in enumerate(sorted(frozenset().union(*sets)))}
    rows = np.zeros((len(sets), max(1, len(places))))
    for row, some in zip(rows, sets, strict=True):
        for word in some:
            row[places[word]] = weights[word] if weights else 1.0
    return rows


def _near_in_meaning(words: Sequence[Sequence[str]], meaning: Meaning) -> Table:
    """How near the nearest words of two mentions are, from 0 to 1."""
    vectors = meaning.vectors([word for some in words for word in some]).astype(np.float64)
    begins = np.cumsum([0, *map(len, words[:-1])])
    near = np.maximum.reduceat(np.maximum.reduceat(vectors @ vectors.T, begins, axis=0), begins, axis=1)
    return np.asarray(((near - _UNLIKE) / (_SAME - _UNLIKE)).clip(0, 1))


def _cosines(sets: Sequence[frozenset[str]], articles: Sequence[str] | None, rarity: Rarity | None) -> Table:
    """By words, weighed by how few mentions have them; by how few articles and texts in general, if these are given."""
    if articles is None or rarity is None:
        held = Counter(word for some in sets for word in some)
        weights = {word: log((len(sets) + 1) / (count + 0.5)) for word, count in held.items()}
    else:
        of_article = _by_article(sets, articles)
        held = Counter(word for some in of_article for word in some)
        weights = {
            word: max(0.0, log((len(of_article) + _PRIOR) / (count + _PRIOR * rarity.share_of(word) + 0.5)))
            for word, count in held.items()
        }
    rows = _rows(sets, weights)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    return np.asarray(rows @ rows.T)


def _by_article(sets: Sequence[frozenset[str]], articles: Sequence[str]) -> list[set[str]]:
    of_article: dict[str, set[str]] = defaultdict(set)
    for some, article in zip(sets, articles, strict=True):
        of_article[article] |= some
    return list(of_article.values())


def _share_of_articles(stems: Sequence[frozenset[str]], articles: Sequence[str]) -> NDArray[np.float64]:
    """For each mention, the share of articles that have a mention with one of its words."""
    of_article = _by_article(stems, articles)
    held = Counter(word for some in of_article for word in some)
    return np.array([max((held[word] for word in some), default=0) / len(of_article) for some in stems])


def _enough(cosines: Table) -> Table:
    return np.minimum(cosines, _ENOUGH) / _ENOUGH


def _other_parties(mentions: Sequence[EventMention]) -> NDArray[np.bool_]:
    """Whether none of the parties is the same, or one of two and more: "the premier met" the one or the other."""
    rows = _rows([one.parties for one in mentions])
    both, sizes = rows @ rows.T, rows.sum(axis=1)
    needed = np.minimum(np.minimum(sizes[:, None], sizes[None]), 2)
    return np.asarray(both < needed)


def _differ(sets: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
    """Whether both have some and none in common."""
    has = np.array([bool(some) for some in sets])
    return np.asarray(has[:, None] & has[None] & (_overlap(sets) == 0))
