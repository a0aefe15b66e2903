"""Which articles tell of the same happening, across outlets and days, one article after the other.

An article's words are weighed by how often it has them, how few other articles do, and whether they are names. It joins
the story whose articles it is most like, taken together, if it is like enough and of the same days; else it begins one.
A story of one or two articles is taken in by a larger one that has come near it, and a story that turns out to be two
is parted (`connect.parting`); nothing else ever moves. The older story keeps its id.

Source: the design follows Miranda et al. 2018, "Multilingual Clustering of Streaming News".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from math import log, sqrt
from typing import NamedTuple, Protocol

from onrecord.connect.alignment import weight_of
from onrecord.connect.parting import MOST_PARTED, part_story
from onrecord.connect.words import cased_words
from onrecord.connections import Told
from onrecord.records import Article

__all__ = [
    "GAP_DAYS",
    "MOST_MEMBERS",
    "MOST_STORIES",
    "Placed",
    "Rarity",
    "StoryIndex",
    "StoryMemory",
    "place_in_story",
    "told_in",
]

# Measured on the development part of ECB+ (benchmarks.stories). Joining is easy, for `connect.parting` comes after it.
# Easier still (.27) does a little better there, and takes a house's set phrases for a story: looked at on KCNA of 2024.
_MIN_LIKE = 0.31  # cosine of an article and the sum of a story
_TAKE_IN = 0.25  # the same for a small story and another
_SMALL, _LARGE = 2, 5  # articles of a story that is taken in, and of one that takes in
_NAME = 2.0  # weight of a word that begins with a capital more often than not
_MOST_TERMS = 200  # of an article, the weightiest
GAP_DAYS = 7  # between an article and the nearest day of a story
_ASKED, _MOST_KEYS = 12, 40  # of the strongest words: looked for, two of which must be there; and found by
_PRIOR = 60  # articles that general rarity counts for, beside those that are there
MOST_STORIES, MOST_MEMBERS = 8, 20  # looked at for one article; of a story the newest


class Rarity(Protocol):
    """How common words are in general."""

    def share_of(self, word: str) -> float:
        """Of all texts, how many have the word, over 0 and up to 1."""


class StoryMemory(Protocol):
    """What came before; in memory or in a store."""

    def counts(self, terms: Collection[str]) -> tuple[int, Mapping[str, int]]:
        """How many articles there are, and how many of them have each term; what none has may be missing."""

    def likely(self, keys: Sequence[str], day: str | None) -> Sequence[tuple[str, int, Sequence[Told]]]:
        """Up to `MOST_STORIES` with most of these keys, two at least: (story, size, what was kept of its newest)."""


class Placed(NamedTuple):
    """Where an article belongs: a story that is there (None: it begins one), and small ones which that takes in."""

    kept: Told  # what is to be remembered of it: a vector of length 1, the strongest words first
    keys: tuple[str, ...]  # its strongest words, the strongest first: what it is to be found by
    story: str | None = None
    taken_in: tuple[str, ...] = ()


def told_in(article: Article) -> Told:
    """The words of title and body that tell something: 1 + log of how often they stand there, doubled for names."""
    counts: Counter[str] = Counter()
    capitals: Counter[str] = Counter()
    for word, count in Counter(cased_words(f"{article.title or ''}\n{article.text}")).items():
        key = word.lower()
        if len(key) > 2 and weight_of(key) == 1:
            key = key.removesuffix("'s")
            counts[key] += count
            capitals[key] += count * word[0].isupper()
    terms = {
        key: round((1 + log(count)) * (_NAME if 2 * capitals[key] > count else 1.0), 2) for key, count in counts.items()
    }
    day = article.published.value[:10] if article.published else None
    return Told(terms=terms, day=day)


def place_in_story(told: Told, memory: StoryMemory, rarity: Rarity) -> Placed:
    """Where an article belongs, given all that came before it."""
    own = _weighed(told, memory, rarity)
    kept, keys = Told(terms=own, day=told.day), tuple(own)[:_MOST_KEYS]
    near = [
        (story, size, [member.terms for member in members])
        for story, size, members in memory.likely(keys[:_ASKED], told.day)
        if any(_within_days(told.day, member.day) for member in members)
    ]
    best = max(((_like(own, vectors), story) for story, _, vectors in near), default=(0.0, ""))
    if best[0] < _MIN_LIKE:
        return Placed(kept, keys)
    size, vectors = next((size, vectors) for story, size, vectors in near if story == best[1])
    if size < _LARGE:
        return Placed(kept, keys, best[1])
    joined = _sum([own, *vectors])
    small = [(story, _sum(few)) for story, size, few in near if size <= _SMALL and story != best[1]]
    return Placed(kept, keys, best[1], tuple(story for story, total in small if _cosine(joined, total) >= _TAKE_IN))


def _weighed(told: Told, memory: StoryMemory, rarity: Rarity) -> dict[str, float]:
    """A vector of length 1 by what is known now of how rare words are."""
    total, counts = memory.counts(told.terms.keys())
    held, share_of = counts.get, rarity.share_of
    weighed = {
        term: weight * log((total + _PRIOR + 1) / (held(term, 0) + _PRIOR * share_of(term) + 0.5))
        for term, weight in told.terms.items()
    }
    kept = sorted(sorted(weighed), key=weighed.__getitem__, reverse=True)[:_MOST_TERMS]  # of equal ones the first word
    length = sqrt(sum([weighed[term] ** 2 for term in kept])) or 1.0
    return {term: round(weighed[term] / length, 4) for term in kept}


def _like(own: Mapping[str, float], vectors: Sequence[Mapping[str, float]]) -> float:
    """Cosine of a vector and the sum of others, all of length 1; 0 if it is under `_MIN_LIKE` for certain."""
    product = sum(weight * vector.get(term, 0.0) for vector in vectors for term, weight in own.items())
    longest = product / sqrt(len(vectors))  # none of the weights is negative, so the sum is no shorter than this
    return _cosine(own, _sum(vectors)) if longest >= _MIN_LIKE else 0.0


def _sum(vectors: Iterable[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for vector in vectors:
        for term, weight in vector.items():
            total[term] = total.get(term, 0.0) + weight
    return total


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    lengths = sqrt(sum(x * x for x in one.values()) * sum(x * x for x in other.values()))
    return sum(weight * other.get(term, 0.0) for term, weight in one.items()) / lengths if lengths else 0.0


def _within_days(one: str | None, other: str | None) -> bool:
    """Whether two days may be of one story; a day that is not known, or not to the day, may."""
    try:
        return abs((date.fromisoformat(one or "") - date.fromisoformat(other or "")).days) <= GAP_DAYS
    except ValueError:
        return True


class StoryIndex:
    """Stories in memory. A story is named by its first article."""

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity
        self._told: dict[str, Told] = {}
        self._holders: dict[str, list[str]] = defaultdict(list)  # by key
        self._counts: Counter[str] = Counter()
        self._members: dict[str, list[str]] = {}
        self.story_of: dict[str, str] = {}

    def counts(self, terms: Collection[str]) -> tuple[int, Mapping[str, int]]:
        """As `StoryMemory` asks."""
        return len(self._told), {term: self._counts[term] for term in terms}

    def likely(self, keys: Sequence[str], day: str | None) -> Sequence[tuple[str, int, Sequence[Told]]]:
        """As `StoryMemory` asks."""
        shared = Counter(id_ for key in keys for id_ in self._holders.get(key, ()) if self._is_near(id_, day))
        stories: dict[str, int] = {}
        for id_, count in shared.items():
            if count > 1:
                story = self.story_of[id_]
                stories[story] = max(count, stories.get(story, 0))
        best = sorted(stories, key=lambda story: (-stories[story], story))[:MOST_STORIES]
        return [
            (story, len(self._members[story]), [self._told[id_] for id_ in self._members[story][-MOST_MEMBERS:]])
            for story in best
        ]

    def _is_near(self, id_: str, day: str | None) -> bool:
        return _within_days(day, self._told[id_].day)

    def add(self, id_: str, told: Told) -> str:
        """Place an article; the story it belongs to by now."""
        placed = place_in_story(told, self, self._rarity)
        story = placed.story or id_
        self._told[id_], self.story_of[id_] = placed.kept, story
        self._counts.update(told.terms.keys())
        for key in placed.keys:
            self._holders[key].append(id_)
        self._members.setdefault(story, []).append(id_)
        for small in placed.taken_in:
            for member in self._members.pop(small):
                self.story_of[member] = story
                self._members[story].append(member)
        self._part(story)
        return self.story_of[id_]

    def _part(self, story: str) -> None:
        newest = self._members[story][-MOST_PARTED:]
        leaving = [newest[at] for at in part_story([self._told[member].terms for member in newest])]
        if leaving:
            self._members[story] = [member for member in self._members[story] if member not in leaving]
            self._members[leaving[0]] = leaving
            self.story_of.update(dict.fromkeys(leaving, leaving[0]))
