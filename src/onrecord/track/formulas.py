"""What changed in the wording of a speaker or outlet between two texts or two stretches of time.

Phrases that appear, vanish, come more or less often are told by their log-odds with an informative Dirichlet prior:
B. L. Monroe, M. P. Colaresi, K. M. Quinn, "Fightin' Words", Political Analysis 16(4), 2008, equations 16, 20 and 22.
The prior is the two sides together, so that a phrase that is rare everywhere has to differ by more. A phrase that
stays hardens or softens by the words around it: the mean hardness of the sentences it stands in, before and after.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from onrecord.records import Span
from onrecord.track.phrases import Passage, Phrase, phrases_of, sentences_of

__all__ = ["Change", "Comparison", "Formula", "Place", "compare_passages"]

MIN_Z = 1.96  # of a difference: one in twenty phrases that do not differ seems to
PRIOR_SHARE = (
    0.1  # what the prior counts for, of both sides: ten uses on one side and none on the other then have z = 2.3
)
MIN_COUNT = 3  # a formula is what is said again
SHARED = 0.8  # a phrase that stands in a longer one so often is told by the longer one


class Change(StrEnum):
    """What became of a phrase from the earlier side to the later one."""

    APPEARED = "appeared"  # never before
    VANISHED = "vanished"  # never after
    MORE = "more"
    LESS = "less"
    HARDENED = "hardened"  # the words around it did
    SOFTENED = "softened"


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a phrase stands."""

    article: str
    span: Span


class Formula(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phrase and how its use changed."""

    phrase: str  # lower case
    change: Change
    before: int  # how often on the earlier side
    after: int
    z: float  # standardised difference: of log-odds, or of hardness; positive: more, or harder
    tone_before: float | None = None  # mean hardness of its sentences; None: it does not stand there
    tone_after: float | None = None
    places_before: tuple[Place, ...]
    places_after: tuple[Place, ...]


class Comparison(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that changed between two sides, the surest of each change first."""

    phrases_before: int  # counted with repetition
    phrases_after: int
    articles_before: int
    articles_after: int
    formulas: tuple[Formula, ...]


class _Side:
    """One side: each phrase with its places and the hardness of its sentences."""

    def __init__(self, passages: Iterable[Passage], hardness: Callable[[str], int]) -> None:
        self.places: dict[str, list[Place]] = defaultdict(list)
        self.tones: dict[str, list[int]] = defaultdict(list)
        self.articles: set[str] = set()
        self.total = 0
        for sentence in sentences_of(passages):
            self.articles.add(sentence.article)
            tone = hardness(sentence.text)
            for phrase in phrases_of(sentence):
                self._add(sentence.article, phrase, tone)

    def _add(self, article: str, phrase: Phrase, tone: int) -> None:
        self.places[phrase.words].append(Place(article=article, span=phrase.span))
        self.tones[phrase.words].append(tone)
        self.total += 1

    def count(self, phrase: str) -> int:
        return len(self.places.get(phrase, ()))

    def tone(self, phrase: str) -> float | None:
        tones = self.tones.get(phrase)
        return sum(tones) / len(tones) if tones else None


def compare_passages(
    before: Iterable[Passage],
    after: Iterable[Passage],
    *,
    hardness: Callable[[str], int],
    min_count: int = MIN_COUNT,
    min_z: float = MIN_Z,
) -> Comparison:
    """What changed from the earlier passages to the later ones.

    Args:
        hardness: of a piece of lower-case text, as `ToneLexicon.hardness`.
        min_count: phrases that are rarer on both sides are left out.
        min_z: changes that are less sure are left out.
    """
    sides = _Side(before, hardness), _Side(after, hardness)
    frequent = {phrase for side in sides for phrase, places in side.places.items() if len(places) >= min_count}
    kept = _without_parts(frequent, sides)
    found = [one for phrase in kept for one in _changes(phrase, sides, min_z)]
    return Comparison(
        phrases_before=sides[0].total,
        phrases_after=sides[1].total,
        articles_before=len(sides[0].articles),
        articles_after=len(sides[1].articles),
        formulas=tuple(sorted(found, key=lambda one: (list(Change).index(one.change), -abs(one.z), one.phrase))),
    )


def _changes(phrase: str, sides: tuple[_Side, _Side], min_z: float) -> Iterable[Formula]:
    by_count, by_tone = _z_of_counts(phrase, sides), _z_of_tones(phrase, sides)
    if abs(by_count) >= min_z:
        change = Change.MORE if by_count > 0 else Change.LESS
        change = Change.APPEARED if not sides[0].count(phrase) else change
        change = Change.VANISHED if not sides[1].count(phrase) else change
        yield _formula(phrase, change, by_count, sides)
    if abs(by_tone) >= min_z:
        yield _formula(phrase, Change.HARDENED if by_tone > 0 else Change.SOFTENED, by_tone, sides)


def _formula(phrase: str, change: Change, z: float, sides: tuple[_Side, _Side]) -> Formula:
    before, after = sides
    return Formula(
        phrase=phrase,
        change=change,
        before=before.count(phrase),
        after=after.count(phrase),
        z=round(z, 2),
        tone_before=before.tone(phrase),
        tone_after=after.tone(phrase),
        places_before=tuple(before.places.get(phrase, ())),
        places_after=tuple(after.places.get(phrase, ())),
    )


def _z_of_counts(phrase: str, sides: tuple[_Side, _Side]) -> float:
    """Log-odds with the two sides together as prior, in standard deviations (equations 16, 20 and 22)."""
    counts, totals = [side.count(phrase) for side in sides], [side.total for side in sides]
    prior, prior_total = PRIOR_SHARE * sum(counts), PRIOR_SHARE * sum(totals)
    odds = [
        math.log((count + prior) / max(total + prior_total - count - prior, 1.0))
        for count, total in zip(counts, totals, strict=True)
    ]
    variance = sum(1 / (count + prior) for count in counts)
    return (odds[1] - odds[0]) / math.sqrt(variance)


def _z_of_tones(phrase: str, sides: tuple[_Side, _Side]) -> float:
    """Welch's statistic for the hardness of the sentences around a phrase; nought where one side has too few.

    A variance of nought is taken for that of one sentence differing by one grade.
    """
    samples = [side.tones.get(phrase, ()) for side in sides]
    if min(map(len, samples)) < MIN_COUNT:
        return 0.0
    means = [sum(sample) / len(sample) for sample in samples]
    return (means[1] - means[0]) / math.sqrt(sum(_error(s, m) for s, m in zip(samples, means, strict=True)))


def _error(sample: Sequence[int], mean: float) -> float:
    """The squared standard error of a mean."""
    spread = sum((one - mean) ** 2 for one in sample) / (len(sample) - 1)
    return max(spread, 1 / len(sample)) / len(sample)


def _without_parts(phrases: set[str], sides: tuple[_Side, _Side]) -> list[str]:
    """Without phrases that nearly always stand in one longer phrase: that says more."""
    counts: Mapping[str, int] = {phrase: sum(side.count(phrase) for side in sides) for phrase in phrases}
    told: Counter[str] = Counter()
    for phrase in phrases:
        for part in _parts(phrase):
            if part in phrases:
                told[part] = max(told[part], counts[phrase])
    return sorted(phrase for phrase in phrases if told[phrase] < SHARED * counts[phrase])


def _parts(phrase: str) -> Iterable[str]:
    """All shorter runs of its words."""
    words = phrase.split(" ")
    for length in range(2, len(words)):
        for first in range(len(words) - length + 1):
            yield " ".join(words[first : first + length])
