"""Days on which a row of counts changed its level: exact segmentation by penalised likelihood.

The cheapest way to cut the row into segments of constant shares, each segment at the cost of its binomial deviance
and a penalty a cut: what R. Killick, P. Fearnhead, I. Eckley, "Optimal Detection of Changepoints With a Linear
Computational Cost", JASA 107(500), 2012, compute with pruning. Rows here have some thousand periods at most, so
nothing is pruned.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["find_cuts", "penalty_for"]

Numbers = npt.NDArray[np.float64]

MIN_PERIODS = 4  # of a segment: shorter ones are news of the day, not a new level
STRICTNESS = 1.5  # times the penalty of Schwarz's criterion, since shares of neighbouring periods are not independent


def penalty_for(periods: int, series: int) -> float:
    """What a cut costs: Schwarz's criterion for a place and a share a series, times `STRICTNESS`."""
    return STRICTNESS * (series + 1) * math.log(max(periods, 2))


def find_cuts(
    counts: npt.NDArray[Any], totals: npt.NDArray[Any], *, penalty: float | None = None, min_periods: int = MIN_PERIODS
) -> list[int]:
    """The first periods of new segments, in order; none if the shares stay as they are.

    Counts vary more than independent draws would; the deviance of each series is divided by how much more, as told by
    the differences of neighbouring periods.

    Args:
        counts: shape (periods, series).
        totals: shape (periods,); a period without anything says nothing.

    >>> find_cuts(np.array([[1]] * 12 + [[9]] * 12), np.full(24, 20))
    [12]
    """
    periods, series = counts.shape
    if periods < 2 * min_periods:
        return []
    scale = _overdispersion(counts.astype(float), totals.astype(float))
    sums = np.vstack([np.zeros((1, series)), counts.cumsum(axis=0)])
    total = np.concatenate([[0.0], totals.cumsum()])
    cost = penalty if penalty is not None else penalty_for(periods, series)
    best, came = np.full(periods + 1, np.inf), np.zeros(periods + 1, dtype=int)
    best[0] = -cost
    for end in range(min_periods, periods + 1):
        starts = np.concatenate([[0], np.arange(min_periods, end - min_periods + 1)])
        within = _deviance(sums[end] - sums[starts], total[end] - total[starts], scale)
        values = best[starts] + within + cost
        chosen = int(values.argmin())
        best[end], came[end] = values[chosen], starts[chosen]
    return _walk_back(came, periods)


def _walk_back(came: npt.NDArray[np.int_], end: int) -> list[int]:
    cuts = []
    while (end := int(came[end])) > 0:
        cuts.append(end)
    return cuts[::-1]


def _deviance(counts: Numbers, totals: Numbers, scale: Numbers) -> Numbers:
    """Twice the negative log-likelihood of each segment at its own shares, summed over the series."""
    total = totals[:, None]
    likelihood = _xlogx(counts) + _xlogx(total - counts) - _xlogx(total)
    summed: Numbers = -2 * (likelihood / scale).sum(axis=1)
    return summed


def _xlogx(values: Numbers) -> Numbers:
    return np.where(values > 0, values * np.log(np.maximum(values, 1e-12)), 0.0)


def _overdispersion(counts: Numbers, totals: Numbers) -> Numbers:
    """By how much the shares of neighbouring periods differ more than draws at one share would; at least 1."""
    share = np.clip(counts.sum(axis=0) / max(totals.sum(), 1.0), 1e-9, 1 - 1e-9)
    full = totals > 0
    shares, sizes = counts[full] / totals[full][:, None], totals[full]
    if len(sizes) < 2:
        return np.ones(counts.shape[1])
    expected = share * (1 - share) * (1 / sizes[1:] + 1 / sizes[:-1])[:, None]
    spread: Numbers = ((shares[1:] - shares[:-1]) ** 2 / expected).mean(axis=0)
    return np.maximum(spread, 1.0)
