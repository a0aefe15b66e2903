"""Stretches of time in which a phrase comes far more often than it usually does.

Two states, usual and burst, over periods of unequal size: J. Kleinberg, "Bursty and Hierarchical Structure in
Streams", KDD 2002, section 4 (batched arrivals): the cheapest row of states, where a state costs what the period's
count is unlikely in it, and every entry into a burst costs `ENTRY` * log(number of periods).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from onrecord.track.periods import Days, Step, period_at, periods_over
from onrecord.track.phrases import Passage, phrases_of, sentences_of

__all__ = ["Burst", "PhraseBurst", "bursts_of_phrases", "find_bursts"]

SCALE = 2.0  # a burst comes at least so many times as often as usual; Kleinberg's s
ENTRY = 1.0  # Kleinberg's gamma
MIN_ARTICLES = 5  # that hold a phrase
SHARED = 0.8  # a phrase whose bursts a longer one explains so far is left out


class Burst(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Periods `first` up to, not including, `end`, and by how much the burst explains them better (in nats)."""

    first: int
    end: int
    weight: float


class PhraseBurst(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phrase, the days of its burst, and the articles that hold it then."""

    phrase: str
    start: date
    end: date  # the first day after it
    weight: float  # nats
    articles: tuple[str, ...]  # by day
    usual: float  # share of articles that hold it, over all days
    within: float  # in the burst


def bursts_of_phrases(
    passages: Mapping[str, Passage], days: Mapping[str, date], *, step: Step
) -> tuple[PhraseBurst, ...]:
    """Bursts of all phrases, the heaviest first. A phrase counts once an article.

    Args:
        passages: by the id of their article.
        days: of all articles of which there could be a passage, also of those without one.
    """
    if not days:
        return ()
    totals = Counter(period_at(day, step) for day in days.values())
    stretch = Days(min(days.values()), max(days.values()) + timedelta(days=1))
    rows = {period: totals[period] for period in periods_over(stretch, step)}
    found = [
        burst
        for phrase, articles in _articles_of(passages).items()
        if len(articles) >= MIN_ARTICLES
        for burst in _bursts_of(phrase, sorted(articles, key=lambda one: (days[one], one)), days, rows)
    ]
    return tuple(_without_parts(sorted(found, key=lambda one: (-one.weight, -len(one.phrase), one.phrase))))


def _articles_of(passages: Mapping[str, Passage]) -> dict[str, set[str]]:
    articles: dict[str, set[str]] = defaultdict(set)
    for sentence in sentences_of(passages.values()):
        for phrase in phrases_of(sentence):
            articles[phrase.words].add(sentence.article)
    return articles


def _bursts_of(
    phrase: str, articles: Sequence[str], days: Mapping[str, date], rows: Mapping[Days, int]
) -> Iterable[PhraseBurst]:
    """`rows`: every period with its number of articles, in order."""
    periods, sizes = list(rows), list(rows.values())
    starts = [period.start for period in periods]
    held = Counter(bisect_right(starts, days[article]) - 1 for article in articles)
    for burst in find_bursts([held[number] for number in range(len(periods))], sizes):
        stretch = Days(periods[burst.first].start, periods[burst.end - 1].end)
        within = tuple(article for article in articles if days[article] in stretch)
        yield PhraseBurst(
            phrase=phrase,
            start=stretch.start,
            end=stretch.end,
            weight=burst.weight,
            articles=within,
            usual=round(len(articles) / sum(sizes), 4),
            within=round(len(within) / max(sum(sizes[burst.first : burst.end]), 1), 4),
        )


def _without_parts(bursts: Sequence[PhraseBurst]) -> Iterable[PhraseBurst]:
    """Without phrases that hold, or lie in, one told before whose articles are nearly theirs."""
    told: dict[str, list[PhraseBurst]] = defaultdict(list)
    for one in bursts:
        words = one.phrase.split(" ")
        alike = {id(other): other for word in words for other in told[word]}.values()
        if not any(_tells(other, one) for other in alike):
            for word in words:
                told[word].append(one)
            yield one


def _tells(other: PhraseBurst, one: PhraseBurst) -> bool:
    shared = len(set(other.articles) & set(one.articles))
    return shared >= SHARED * min(len(one.articles), len(other.articles))


def find_bursts(
    counts: Sequence[int], totals: Sequence[int], *, scale: float = SCALE, entry: float = ENTRY
) -> list[Burst]:
    """Bursts of something that comes `counts[i]` times among `totals[i]` in period i, in order.

    Periods without anything (a total of 0) say nothing for or against.

    >>> find_bursts([1, 0, 1, 9, 8, 1, 0, 1], [50] * 8)[0].first
    3

    Raises:
        ValueError: a count is larger than its total, or the two have different lengths.
    """
    if len(counts) != len(totals) or any(not 0 <= k <= n for k, n in zip(counts, totals, strict=False)):
        raise ValueError("every period needs a count that is at most its total")
    usual = sum(counts) / max(sum(totals), 1)
    if not 0 < scale * usual < 1:  # never there, or there so often already that it cannot come so many times as often
        return []
    rates = usual, scale * usual
    gains = [_cost(k, n, rates[0]) - _cost(k, n, rates[1]) for k, n in zip(counts, totals, strict=True)]
    return _runs(_states(gains, entry * math.log(len(counts) + 1)), gains)


def _cost(count: int, total: int, rate: float) -> float:
    """How unlikely the count is at that rate, less what does not depend on the rate."""
    return -(count * math.log(rate) + (total - count) * math.log(1 - rate))


def _states(gains: Sequence[float], entry: float) -> list[bool]:
    """Whether each period lies in a burst, by the cheapest row of states (Viterbi)."""
    usual, burst = 0.0, entry
    came: list[tuple[bool, bool]] = []
    for gain in gains:
        into_usual, into_burst = burst < usual, burst <= usual + entry
        came.append((into_usual, into_burst))
        usual, burst = min(usual, burst), (burst if into_burst else usual + entry) - gain
    states, at = [], burst < usual
    for from_usual, from_burst in reversed(came):
        states.append(at)
        at = from_burst if at else from_usual
    return states[::-1]


def _runs(states: Sequence[bool], gains: Sequence[float]) -> list[Burst]:
    found: list[Burst] = []
    first = None
    for at, inside in enumerate([*states, False]):
        if inside and first is None:
            first = at
        elif not inside and first is not None:
            found.append(Burst(first=first, end=at, weight=round(sum(gains[first:at]), 2)))
            first = None
    return found
