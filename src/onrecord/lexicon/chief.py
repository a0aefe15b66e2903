"""Words that tell whether a sentence only says something, or tells an event of its own."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

__all__ = ["ChiefWords", "load_chief_words"]


class ChiefWords(Struct, frozen=True, kw_only=True):
    """Loaded once from `data/chief.toml`, which tells what each list is; beginnings of words, whatever their case."""

    mere: re.Pattern[str]
    denials: re.Pattern[str]
    appeals: re.Pattern[str]
    demands: re.Pattern[str]
    saying: re.Pattern[str]

    def only_says(self, text: str) -> bool:
        """Whether words say something that does nothing.

        >>> load_chief_words().only_says("declined to comment"), load_chief_words().only_says("condemned the attack")
        (True, False)
        """
        return bool(self.mere.search(text) or self.denials.search(text))


@lru_cache(maxsize=1)
def load_chief_words() -> ChiefWords:
    """The shipped words; read from disk once."""
    raw = tomllib.loads((files("onrecord") / "data" / "chief.toml").read_text(encoding="utf-8"))
    return ChiefWords(
        **{kind: re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE) for kind, words in raw.items()}
    )
