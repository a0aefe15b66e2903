"""Words that tell the sector of policy, from `data/sectors.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

from onrecord.records import Sector

__all__ = ["SectorWords", "load_sector_words"]


class SectorWords(Struct, frozen=True):
    """Loaded once by `load_sector_words`."""

    pattern: re.Pattern[str]  # any of the words, each in the group of one of the sectors
    groups: tuple[Sector, ...]  # by the number of the group, from 1
    also: dict[str, tuple[Sector, ...]]  # further sectors of a word that stands in several lists


@lru_cache(maxsize=1)
def load_sector_words() -> SectorWords:
    """The shipped words; read from disk once."""
    raw: dict[str, list[str]] = tomllib.loads((files("onrecord") / "data" / "sectors.toml").read_text(encoding="utf-8"))
    sectors = tuple(Sector(name) for name in raw)
    # Longer words first, over all sectors: "nuclear waste" before "nuclear".
    listed = sorted(((word, sector) for sector, words in raw.items() for word in words), key=lambda pair: -len(pair[0]))
    first: dict[str, str] = {}
    also: dict[str, tuple[Sector, ...]] = {}
    for word, sector in listed:
        if word in first:
            also[word] = (*also.get(word, ()), Sector(sector))
        first.setdefault(word, sector)
    parts = [f"({'|'.join(_form(word) for word, of in first.items() if of == sector.value)})" for sector in sectors]
    return SectorWords(re.compile(rf"\b(?:{'|'.join(parts)})(?![\w])", re.IGNORECASE), sectors, also)


def _form(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*")
