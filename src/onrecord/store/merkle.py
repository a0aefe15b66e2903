"""A hash tree as in certificate transparency: one root stands for all leaves and their order.

Source: RFC 6962, section 2.1 (SHA-256; 0x00 before a leaf, 0x01 before a pair, so that neither can pass for the other).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = ["hash_leaf", "inclusion_path", "root_by_path", "root_of"]

HASH_BYTES = 32


def hash_leaf(data: bytes) -> bytes:
    """The hash of one leaf, 32 bytes."""
    return hashlib.sha256(b"\0" + data).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over hashed leaves; of none, the hash of nothing.

    >>> root_of([hash_leaf(b"")]).hex()[:16]
    '6e340b9cffb37a98'
    """
    if not leaves:
        return hashlib.sha256().digest()
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion_path(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """The hashes beside the way from leaf `index` (from 0) up to the root, lowest first."""
    path, level = [], list(leaves)
    while len(level) > 1:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        level, index = _level_above(level), index // 2
    return tuple(path)


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a tree of `size` leaves has if `leaf` is its leaf `index`; None if the path does not fit.

    >>> leaves = [hash_leaf(bytes([n])) for n in range(5)]
    >>> root_by_path(leaves[4], 4, 5, inclusion_path(4, leaves)) == root_of(leaves)
    True
    """
    if not 0 <= index < size:
        return None
    hashed, last, rest = leaf, size - 1, list(path)
    while last:
        if index ^ 1 <= last:  # one that stands alone at the end of a level moves up as it is
            if not rest:
                return None
            beside = rest.pop(0)
            hashed = _hash_pair(beside, hashed) if index & 1 else _hash_pair(hashed, beside)
        index, last = index // 2, last // 2
    return None if rest else hashed


def _level_above(level: list[bytes]) -> list[bytes]:
    sha256 = hashlib.sha256
    above = [sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
    return above + level[-1:] if len(level) % 2 else above


def _hash_pair(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
