"""Whether what was taken for one story is two: two happenings of one kind, told in much the same words.

Among all articles "rehab" is a rare word and draws two happenings together; among the articles of one story it says
nothing, and the names, places and numbers that only half of them have say all. So the words are weighed anew by how
few of the story's own articles have them, and the articles are set apart along the line in which these differ most.
By their usual weights the halves then have to be less alike than each is in itself: a story whose articles only tell
different sides of one happening stays whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEAST_HALF", "MOST_PARTED", "part_story"]

# Measured on the development part of ECB+, mean over arrival orders (benchmarks.stories).
LEAST_HALF = 5  # articles; of fewer nobody can tell what they have in common
_MOST_LIKE = 0.75  # how alike articles of both halves are, in shares of how alike those of the looser half are
MOST_PARTED = 40  # articles of a story that are looked at, the newest
_MOST_TERMS = 200  # of an article, the strongest
_ROUNDS = 20


def part_story(articles: Sequence[Mapping[str, float]]) -> tuple[int, ...]:
    """Places of the articles that are to leave: the half without the first one, in order; none if all is one story.

    Args:
        articles: by word, how much it tells, the strongest words first; the oldest article first.
    """
    if len(articles) < 2 * LEAST_HALF:
        return ()
    usual, own = _weights([dict(islice(article.items(), _MOST_TERMS)) for article in articles])
    side = _halves(own)
    sizes = np.bincount(side, minlength=2)
    if sizes.min() < LEAST_HALF or not _are_apart(usual, side):
        return ()
    return tuple(np.flatnonzero(side != side[0]).tolist())


def _weights(articles: Sequence[Mapping[str, float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows of length 1 over the words of several articles: by their usual weights, and by their weights among these."""
    held = Counter(word for article in articles for word in article)
    places = {word: at for at, word in enumerate(word for word, count in held.items() if count > 1)}
    usual = np.zeros((len(articles), max(1, len(places))))
    for row, article in zip(usual, articles, strict=True):
        for word, weight in article.items():
            if word in places:
                row[places[word]] = weight
    rarity = np.log((len(articles) + 0.5) / np.maximum(1, (usual > 0).sum(axis=0))).clip(min=0)
    return _of_length_1(usual), _of_length_1(usual * rarity)


def _of_length_1(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9))


def _halves(rows: NDArray[np.float64]) -> NDArray[np.int64]:
    """0 or 1 for each row: by the sign along the direction in which they differ most, then by the nearer middle."""
    centred = rows - rows.mean(axis=0)
    _, vectors = np.linalg.eigh(centred @ centred.T)
    side = (vectors[:, -1] > 0).astype(np.int64)
    for _ in range(_ROUNDS):
        middles = _of_length_1(np.stack([rows[side == half].sum(axis=0) for half in (0, 1)]))
        nearer = (rows @ middles.T).argmax(axis=1)
        if (nearer == side).all():
            break
        side = nearer
    return np.asarray(side, dtype=np.int64)


def _are_apart(rows: NDArray[np.float64], side: NDArray[np.int64]) -> bool:
    alike = rows @ rows.T
    across = alike[np.ix_(side == 0, side == 1)].mean()
    within = min(_mean_of_pairs(alike[np.ix_(side == half, side == half)]) for half in (0, 1))
    return bool(across <= _MOST_LIKE * within)


def _mean_of_pairs(alike: NDArray[np.float64]) -> float:
    count = len(alike)
    return float((alike.sum() - np.trace(alike)) / (count * (count - 1)))
