"""How much threat and how much force a store tells of, period by period, and when that changed by which articles.

The two shares follow D. Caldara, M. Iacoviello, "Measuring Geopolitical Risk", American Economic Review 112(4), 2022:
the share of articles that tell of threats, and of those that tell of acts, set to 100 on average. Here an article
tells of them by its statements and events, not by words. The third figure is the mean of PLOVER's conflict scores
(Open Event Data Alliance), after J. Goldstein, "A Conflict-Cooperation Scale for WEIS Events Data", Journal of
Conflict Resolution 36(2), 1992.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from onrecord.records import Act, EventType, Modality
from onrecord.track.breaks import find_cuts
from onrecord.track.occurrences import Coverage, Occurrence
from onrecord.track.periods import Days, Step, period_at, periods_over

__all__ = ["Break", "Cause", "Escalation", "Level", "build_escalation", "cuts_of_fields"]

MATERIAL_CONFLICT = 4  # PLOVER's quad class
TELLING = 5  # articles named as causes
# What an act of speech weighs on PLOVER's scale: that of the event it amounts to (manual of PLOVER 0.8).
ACT_SCORES: Mapping[Act, float] = {
    Act.THREATEN: -7.0,
    Act.ACCUSE: -2.5,
    Act.REFUSE: -4.0,
    Act.DEMAND: -1.0,
    Act.SUPPORT: 3.0,
    Act.OFFER: 2.0,
}
_HAPPENS = (Modality.ASSERTED, None)
_TOLD = (Modality.ASSERTED, Modality.FUTURE, None)


class Level(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One period. The shares are None where there are no articles: nothing is known then."""

    start: date
    end: date
    articles: int
    threats: int  # articles that tell of a threat
    acts: int  # articles that tell of an act of force
    threat_index: float | None = None  # 100: the mean share of all periods
    act_index: float | None = None
    score: float | None = None  # mean of what is told, -10 conflict to 10 cooperation; None: nothing that has a score


class Cause(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article that weighs in a change."""

    article: str
    day: date
    title: str | None
    weight: float  # sum of the scores of what it tells, those against the direction of the change left out
    text: str  # its heaviest words


class Break(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first period of a new level, the shares before and after it, and the articles that weigh most in it."""

    day: date
    threats: tuple[float, float]  # share of articles before, after
    acts: tuple[float, float]
    is_rise: bool
    causes: tuple[Cause, ...]


class Escalation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All periods and all breaks, in order."""

    step: Step
    levels: tuple[Level, ...]
    breaks: tuple[Break, ...]


def build_escalation(occurrences: Iterable[Occurrence], coverage: Iterable[Coverage], *, step: Step) -> Escalation:
    """Levels from the first to the last article, and the days on which they changed.

    Args:
        coverage: of all articles, also of those in which nothing was found: they are what shares are of.
    """
    dated = {one.article: one.day for one in coverage if one.day}
    if not dated:
        return Escalation(step=step, levels=(), breaks=())
    told = [one for one in occurrences if not one.negated]
    days = Days(min(dated.values()), max(dated.values()) + timedelta(days=1))
    levels = _with_index([_level(period, told_in) for period, told_in in _by_period(told, dated, days, step)])
    return Escalation(step=step, levels=tuple(levels), breaks=_breaks(levels, told))


def cuts_of_fields(
    fields: Sequence[frozenset[str]], days: Sequence[date], names: Sequence[str], *, step: Step
) -> list[date]:
    """Days on which the shares of texts that hold words of some fields changed, told without any reader.

    Args:
        fields: of each text, as `ToneLexicon.fields_in`.
        days: of each text.
        names: of the fields that count.
    """
    if not days:
        return []
    periods = list(periods_over(Days(min(days), max(days) + timedelta(days=1)), step))
    rows = {period.start: index for index, period in enumerate(periods)}
    counts, totals = np.zeros((len(periods), len(names))), np.zeros(len(periods))
    for day, held in zip(days, fields, strict=True):
        row = rows[period_at(day, step).start]
        totals[row] += 1
        counts[row] += [name in held for name in names]
    return [periods[cut].start for cut in find_cuts(counts, totals)]


_Told = tuple[int, list[Occurrence]]  # articles of a period, and what they tell


def _by_period(
    told: Iterable[Occurrence], dated: Mapping[str, date], days: Days, step: Step
) -> list[tuple[Days, _Told]]:
    articles = Counter(period_at(day, step).start for day in dated.values())
    found: dict[date, list[Occurrence]] = defaultdict(list)
    for one in told:
        found[period_at(one.day, step).start].append(one)
    return [(period, (articles[period.start], found[period.start])) for period in periods_over(days, step)]


def _level(period: Days, told: _Told) -> Level:
    articles, occurrences = told
    scores = [score for one in occurrences if (score := _score(one)) is not None]
    return Level(
        start=period.start,
        end=period.end,
        articles=articles,
        threats=len({one.article for one in occurrences if _is_threat(one)}),
        acts=len({one.article for one in occurrences if _is_force(one)}),
        score=round(sum(scores) / len(scores), 2) if scores else None,
    )


def _with_index(levels: Sequence[Level]) -> list[Level]:
    total = sum(one.articles for one in levels)
    means = [sum(one.threats for one in levels) / total, sum(one.acts for one in levels) / total]
    return [
        replace(
            one,
            threat_index=_index(one.threats, one.articles, means[0]),
            act_index=_index(one.acts, one.articles, means[1]),
        )
        for one in levels
    ]


def _index(count: int, articles: int, mean: float) -> float | None:
    if not articles:
        return None
    return round(100 * count / articles / mean, 1) if mean else 0.0


def _breaks(levels: Sequence[Level], told: Sequence[Occurrence]) -> tuple[Break, ...]:
    counts = np.array([[one.threats, one.acts] for one in levels])
    cuts = find_cuts(counts, np.array([one.articles for one in levels]))
    edges = [0, *cuts, len(levels)]
    segments = [levels[first:end] for first, end in pairwise(edges)]
    return tuple(_break(before, after, told) for before, after in pairwise(segments))


def _break(before: Sequence[Level], after: Sequence[Level], told: Sequence[Occurrence]) -> Break:
    threats = _share(before, "threats"), _share(after, "threats")
    acts = _share(before, "acts"), _share(after, "acts")
    is_rise = threats[1] + acts[1] > threats[0] + acts[0]
    days = Days(after[0].start, after[min(len(after), 4) - 1].end)
    return Break(
        day=days.start, threats=threats, acts=acts, is_rise=is_rise, causes=_causes(told, days, is_rise=is_rise)
    )


def _share(levels: Sequence[Level], name: str) -> float:
    total = sum(one.articles for one in levels)
    counts = sum(one.threats if name == "threats" else one.acts for one in levels)
    return round(counts / total, 4) if total else 0.0


def _causes(told: Iterable[Occurrence], days: Days, *, is_rise: bool) -> tuple[Cause, ...]:
    """The articles of the first four periods whose hostile (after a fall: friendly) words and deeds weigh most."""
    weights: dict[str, float] = defaultdict(float)
    heaviest: dict[str, tuple[float, Occurrence]] = {}
    for one in told:
        weight = (_score(one) or 0.0) * (-1 if is_rise else 1)
        if one.day not in days or weight <= 0:
            continue
        weights[one.article] += weight
        if weight > heaviest.get(one.article, (0.0, one))[0]:
            heaviest[one.article] = weight, one
    ranked = sorted(weights, key=lambda article: (-weights[article], heaviest[article][1].day, article))[:TELLING]
    return tuple(_cause(heaviest[article][1], weights[article]) for article in ranked)


def _cause(one: Occurrence, weight: float) -> Cause:
    return Cause(article=one.article, day=one.day, title=one.title, weight=round(weight, 1), text=one.text)


def _is_threat(one: Occurrence) -> bool:
    return one.act is Act.THREATEN or (one.event is EventType.THREATEN and one.modality in _TOLD)


def _is_force(one: Occurrence) -> bool:
    return one.quad == MATERIAL_CONFLICT and one.modality in _HAPPENS


def _score(one: Occurrence) -> float | None:
    if one.event:
        return one.score if one.modality in _TOLD else None
    return ACT_SCORES.get(one.act) if one.act else None
