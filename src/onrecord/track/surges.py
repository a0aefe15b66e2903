"""Days from which phrases of some fields of words come far more often than before, and than at that time of the year.

For every day the phrases of the three weeks that follow are held against the year before and against that season of
all earlier years (a month more to both sides), whichever had more of them: what comes every summer is no news in
summer. What a phrase exceeds this by is its
log-likelihood ratio (T. Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", Computational
Linguistics 19(1), 1993). A day's weight is that of its three strongest phrases.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from msgspec import Struct

__all__ = ["Headline", "Surge", "find_surges"]

AHEAD_DAYS = 21
BACK_DAYS = 365
SEASON_DAYS = 30  # before and after the same days of earlier years
STRONGEST = 3
APART_DAYS = 45  # two surges that lie closer are one
MIN_TEXTS = 10  # in the weeks ahead; fewer tell nothing
MIN_COUNT = 6
MIN_WEIGHT = 10.0  # nats of one day; a phrase that comes twice out of nowhere has about as much
SMOOTHING = 5.0  # as if so many texts more had been seen at the phrase's usual share
MOST_PHRASES = 3_000
_YEAR_DAYS = 365.25
_WORD = re.compile(r"[^\W\d_]+(?:[’'.-][^\W\d_]+)*")
_LONGEST = 3  # words of a phrase

Numbers = npt.NDArray[np.float64]


class Headline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an article is about, on its day: its title, or how it begins."""

    article: str
    day: date
    text: str


class Surge(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Phrases that suddenly come often."""

    day: date  # the first text that holds one of them, in the weeks that were compared
    weight: float  # nats
    phrases: tuple[str, ...]  # strongest first
    causes: tuple[Headline, ...]  # texts with most of it, at most ten, in order of time


class _Counts:
    """How many texts of each day hold each phrase, as sums from the first day on."""

    def __init__(self, texts: Sequence[Headline], fields: Sequence[re.Pattern[str]]) -> None:
        self.first = min(one.day for one in texts)
        self.days = (max(one.day for one in texts) - self.first).days + 1
        self.held = [frozenset(_phrases(one.text, fields)) for one in texts]
        counts = Counter(phrase for held in self.held for phrase in held)
        self.phrases = [phrase for phrase, count in counts.most_common(MOST_PHRASES) if count >= MIN_COUNT]
        number = {phrase: index for index, phrase in enumerate(self.phrases)}
        daily = np.zeros((self.days + 1, len(self.phrases)), dtype=np.int32)
        totals = np.zeros(self.days + 1)
        for one, held in zip(texts, self.held, strict=True):
            row = (one.day - self.first).days + 1
            totals[row] += 1
            for phrase in held & number.keys():
                daily[row, number[phrase]] += 1
        self._sums, self._totals = daily.cumsum(axis=0, dtype=np.int32), totals.cumsum()
        self._usual = (self._sums[-1] + 1) / (self._totals[-1] + 2)

    def seen(self, start: int, end: int) -> tuple[Numbers, float]:
        """Texts of those days that hold each phrase, and texts in all."""
        start, end = max(start, 0), min(end, self.days)
        return (self._sums[end] - self._sums[start]).astype(float), float(self._totals[end] - self._totals[start])

    def expected(self, day: int) -> Numbers:
        """The share of texts that held each phrase before, or at this time of earlier years."""
        share = self._smooth(day - BACK_DAYS, day)
        earlier = day - _YEAR_DAYS
        while earlier - SEASON_DAYS > 0:
            season = self._smooth(int(earlier - SEASON_DAYS), int(earlier + AHEAD_DAYS + SEASON_DAYS))
            share = np.maximum(share, season)
            earlier -= _YEAR_DAYS
        return share

    def _smooth(self, start: int, end: int) -> Numbers:
        counts, total = self.seen(start, end)
        smoothed: Numbers = (counts + SMOOTHING * self._usual) / (total + SMOOTHING)
        return smoothed


def find_surges(
    texts: Sequence[Headline], fields: Mapping[str, re.Pattern[str]], *, a_year: float
) -> tuple[Surge, ...]:
    """The strongest surges, in order of time.

    The first year of the texts has nothing to be held against and gives none. The same text on the same day counts
    once.

    Args:
        fields: a phrase counts if it holds a word of one of them; patterns for lower-case text.
        a_year: how many surges a year of texts there may be at most.
    """
    unique = list({(one.day, one.text.lower()): one for one in texts}.values())
    if not unique:
        return ()
    counts = _Counts(unique, tuple(fields.values()))
    weights = {day: _weigh(counts, day) for day in range(BACK_DAYS, counts.days - AHEAD_DAYS // 3, 2)}
    most = round(a_year * counts.days / _YEAR_DAYS)
    peaks = sorted(_peaks({day: float(values.sum()) for day, (values, _) in weights.items()}, most))
    return tuple(_surge(unique, counts, day, *weights[day]) for day in peaks)


def _weigh(counts: _Counts, day: int) -> tuple[Numbers, list[int]]:
    """The weights of the day's strongest phrases, and which these are."""
    seen, total = counts.seen(day, day + AHEAD_DAYS)
    if total < MIN_TEXTS or not counts.phrases:
        return np.zeros(0), []
    usual, now = counts.expected(day), seen / total
    missing = np.where(seen < total, (total - seen) * np.log(np.maximum(1 - now, 1e-12) / (1 - usual)), 0.0)
    ratio = np.where(now > usual, seen * np.log(np.maximum(now, 1e-12) / usual) + missing, 0.0)
    strongest = np.argsort(-ratio, kind="stable")[:STRONGEST]
    return ratio[strongest], [int(index) for index in strongest if ratio[index] > 0]


def _peaks(weights: Mapping[int, float], most: int) -> list[int]:
    """The heaviest days that lie far enough from heavier ones."""
    taken: list[int] = []
    for day in sorted(weights, key=lambda day: (-weights[day], day)):
        if len(taken) == most or weights[day] < MIN_WEIGHT:
            break
        if all(abs(day - other) > APART_DAYS for other in taken):
            taken.append(day)
    return taken


def _surge(texts: Sequence[Headline], counts: _Counts, day: int, weights: Numbers, strongest: list[int]) -> Surge:
    phrases = [counts.phrases[index] for index in strongest]
    first = counts.first + timedelta(days=day)
    last = first + timedelta(days=AHEAD_DAYS)
    holding = [
        (len(held.intersection(phrases)), one)
        for one, held in zip(texts, counts.held, strict=True)
        if first <= one.day < last and held.intersection(phrases)
    ]
    heaviest = sorted(holding, key=lambda pair: (-pair[0], pair[1].day))[:10]
    return Surge(
        day=min(one.day for _, one in holding),
        weight=round(float(weights.sum()), 1),
        phrases=tuple(phrases),
        causes=tuple(sorted((one for _, one in heaviest), key=lambda one: one.day)),
    )


def _phrases(text: str, fields: Sequence[re.Pattern[str]]) -> Iterator[str]:
    """Up to three words in a row, at least one of them, or the words together, of a field."""
    lower = text.lower()
    if not any(field.search(lower) for field in fields):
        return
    words = _WORD.findall(lower)
    for length in range(1, _LONGEST + 1):
        for first in range(len(words) - length + 1):
            phrase = " ".join(words[first : first + length])
            if any(field.search(phrase) for field in fields):
                yield phrase
