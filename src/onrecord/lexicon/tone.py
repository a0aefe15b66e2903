"""How hard words are, and the fields of words that tell threat, arms, accusation, mourning and conciliation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

__all__ = ["ToneLexicon", "load_tone_lexicon"]


class ToneLexicon(Struct, frozen=True, kw_only=True):
    """Loaded once from `data/tone.toml`; patterns are for lower-case text."""

    graded: re.Pattern[str]  # a group a grade
    grades: Mapping[str, int]  # by the name of the group
    fields: Mapping[str, re.Pattern[str]]

    def hardness(self, text: str) -> int:
        """The sum of the grades of the words in a text; nought where there are none. A word counts once.

        >>> load_tone_lexicon().hardness("We will answer with merciless strikes")
        6
        """
        return sum(self.grades[match.lastgroup or ""] for match in self.graded.finditer(text.lower()))

    def fields_in(self, text: str) -> frozenset[str]:
        """The fields of which at least one word stands in a text."""
        lower = text.lower()
        return frozenset(name for name, pattern in self.fields.items() if pattern.search(lower))


@lru_cache(maxsize=1)
def load_tone_lexicon() -> ToneLexicon:
    """The shipped lexicon; read from disk once."""
    raw = tomllib.loads((files("onrecord") / "data" / "tone.toml").read_text(encoding="utf-8"))
    grades = {f"grade{index}": words for index, words in enumerate(raw["grades"].values())}
    return ToneLexicon(
        graded=re.compile("|".join(f"(?P<{name}>{_any_of(words)})" for name, words in grades.items())),
        grades={f"grade{index}": int(grade) for index, grade in enumerate(raw["grades"])},
        fields={name: re.compile(_any_of(words)) for name, words in raw["fields"].items()},
    )


def _any_of(words: Iterable[str]) -> str:
    forms = [re.escape(word.rstrip("*")) + (r"[\w-]*" if word.endswith("*") else "") for word in words]
    return rf"\b(?:{'|'.join(sorted(forms, key=len, reverse=True))})\b"
