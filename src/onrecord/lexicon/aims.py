"""Words that tell whom a statement is aimed at and whom it was said to, from `data/aims.toml`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from onrecord.records import Act

__all__ = ["AimWords", "load_aim_words"]


class AimWords(Struct, frozen=True, kw_only=True):
    """Loaded once by `load_aim_words`; all words lower-case."""

    aimed: frozenset[Act]
    seldom_aimed: frozenset[Act]
    asking: frozenset[Act]
    going_on: frozenset[Act]
    blaming: frozenset[Act]
    done_by: frozenset[str]
    done_to: frozenset[str]
    where: frozenset[str]
    parts: frozenset[str]
    harmed: frozenset[str]
    no_actors: frozenset[str]
    governs: frozenset[str]
    tells: frozenset[str]
    to_whom: tuple[str, ...]
    object_ends: frozenset[str]
    nobody: frozenset[str]
    pronouns: frozenset[str]
    objects: frozenset[str]  # of these
    person_pronouns: frozenset[str]  # of these
    the_foe: tuple[str, ...]


@lru_cache(maxsize=1)
def load_aim_words() -> AimWords:
    """The shipped words; read from disk once."""
    raw = tomllib.loads((files("onrecord") / "data" / "aims.toml").read_text(encoding="utf-8"))
    return msgspec.convert(raw, AimWords)
