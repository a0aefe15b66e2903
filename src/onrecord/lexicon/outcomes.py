"""Words that tell what became of a commitment: dropped, failed, fulfilled, begun."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

__all__ = ["OutcomeLexicon", "load_outcome_lexicon"]


class OutcomeLexicon(Struct, frozen=True, kw_only=True):
    """Loaded once from `data/outcomes.toml`; patterns are for lower-case text, the deciding kind first."""

    kinds: Mapping[str, re.Pattern[str]]

    def kind_of(self, text: str) -> str | None:
        """What a text says became of something: "dropped", "failed", "fulfilled", "begun"; None: nothing.

        >>> load_outcome_lexicon().kind_of("Almost all sectors fell short of the goals that were achieved before")
        'failed'
        """
        lower = text.lower().replace("’", "'")
        return next((kind for kind, pattern in self.kinds.items() if pattern.search(lower)), None)


@lru_cache(maxsize=1)
def load_outcome_lexicon() -> OutcomeLexicon:
    """The shipped lexicon; read from disk once."""
    raw = tomllib.loads((files("onrecord") / "data" / "outcomes.toml").read_text(encoding="utf-8"))
    return OutcomeLexicon(kinds={kind: _any_of(words) for kind, words in raw.items()})


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    forms = [re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words]
    return re.compile(rf"\b(?:{'|'.join(sorted(forms, key=len, reverse=True))})\b")
