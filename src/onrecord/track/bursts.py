"""Stretches of time in which a phrase comes far more often than it usually does.

Two states, usual and burst, over periods of unequal size: J. Kleinberg, "Bursty and Hierarchical Structure in Streams",
KDD 2002, section 4 (batched arrivals): the cheapest row of states, where a state costs what the period's count is unlikely
in it, and every entry into a burst costs `ENTRY` * log(number of periods).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

__all__ = ["Burst", "find_bursts"]

SCALE = 2.0  # a burst comes at least so many times as often as usual; Kleinberg's s
ENTRY = 1.0  # Kleinberg's gamma


class Burst(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Periods `first` up to, not including, `end`, and by how much the burst explains them better (in nats)."""

    first: int
    end: int
    weight: float


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
    if not 0 < usual < 1:
        return []
    rates = usual, min(scale * usual, 0.9999)
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
