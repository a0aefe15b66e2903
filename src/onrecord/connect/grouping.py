"""Puts what is alike together: agglomerative clustering by the mean over pairs, for some hundreds of things."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["group_by_mean"]


def group_by_mean(alike: NDArray[np.float64], limit: float) -> Sequence[Sequence[int]]:
    """Groups of places; the two groups that are most alike by the mean over their pairs are joined, down to the limit.

    Args:
        alike: [things, things], the same both ways; the diagonal does not count.

    >>> group_by_mean(np.array([[1.0, 0.9, 0.1], [0.9, 1.0, 0.3], [0.1, 0.3, 1.0]]), 0.5)
    [[0, 1], [2]]
    """
    alike = alike.copy()
    np.fill_diagonal(alike, -np.inf)
    groups: dict[int, list[int]] = {at: [at] for at in range(len(alike))}
    while len(groups) > 1:
        one, other = divmod(int(alike.argmax()), len(alike))
        if alike[one, other] < limit:
            break
        here, there = len(groups[one]), len(groups[other])
        mean = (alike[one] * here + alike[other] * there) / (here + there)
        alike[one], alike[:, one] = mean, mean
        alike[one, one] = -np.inf
        alike[other], alike[:, other] = -np.inf, -np.inf
        groups[one] += groups.pop(other)
    return sorted(sorted(group) for group in groups.values())
