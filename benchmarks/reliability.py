"""Whether a confidence of 0.8 means that eight of ten are right: reliability and expected calibration error.

Source: Naeini, Cooper, Hauskrecht 2015, "Obtaining Well Calibrated Probabilities Using Bayesian Binning"; ten bins of
equal width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

BINS = 10


class Bin(NamedTuple):
    """Those whose confidence lies in one tenth of the range: how many, their mean confidence, the share right."""

    size: int
    confidence: float
    right: float


def reliability(judged: Sequence[tuple[float, bool]]) -> list[Bin]:
    """The bins that hold any of the pairs of confidence and verdict, lowest first."""
    held: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, is_right in judged:
        held[min(int(confidence * BINS), BINS - 1)].append((confidence, is_right))
    return [
        Bin(len(own), sum(c for c, _ in own) / len(own), sum(right for _, right in own) / len(own))
        for own in held
        if own
    ]


def expected_calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """The mean distance of confidence and share right, bins weighted by size; 0 where nothing was judged."""
    bins = reliability(judged)
    return sum(b.size * abs(b.confidence - b.right) for b in bins) / max(len(judged), 1)


def precision_at_recall(
    judged: Sequence[tuple[float, bool]], wanted: int, *, least_recall: float
) -> tuple[float, float]:
    """Precision of the surest ones that reach the recall, and the least confidence among them; 0, 0 out of reach.

    Args:
        wanted: how many there are to be found.
    """
    right = 0
    for number, (confidence, is_right) in enumerate(sorted(judged, reverse=True), 1):
        right += is_right
        if right >= least_recall * wanted:
            return right / number, confidence
    return 0.0, 0.0


def diagram(judged: Sequence[tuple[float, bool]], *, width: int = 40) -> str:
    """The reliability diagram for a terminal: bars show the share right, | the mean confidence."""
    lines = []
    for own in reliability(judged):
        bar = list("█" * round(own.right * width) + " " * (width - round(own.right * width)))
        bar[min(round(own.confidence * width), width - 1)] = "|"
        lines.append(f"{own.confidence:5.2f} {''.join(bar)} {own.right:4.0%} right of {own.size}")
    return "\n".join(lines)
