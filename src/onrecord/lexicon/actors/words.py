"""Words around the names of actors, from `data/mentions.toml`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

__all__ = ["MentionWords", "load_mention_words"]


class MentionWords(Struct, frozen=True, kw_only=True):
    """Loaded once by `load_mention_words`; all folded."""

    titles: frozenset[str]  # a name may follow
    honorifics: frozenset[str]  # of these, what tells no office
    qualifiers: frozenset[str]  # within a title
    former: frozenset[str]
    determiners: frozenset[str]
    not_its_own: frozenset[str]
    head_ends: frozenset[str]
    pronouns: frozenset[str]
    belongs: frozenset[str]
    unnamed: frozenset[str]
    governments: frozenset[str]
    everywhere: frozenset[str]
    particles: frozenset[str]
    given_names: dict[str, frozenset[str]]  # each name -> all that may be the same
    halves: dict[
        str, tuple[str, str]
    ]  # "north" -> the country meant, and the other half that must be in the article too


@lru_cache(maxsize=1)
def load_mention_words() -> MentionWords:
    """The shipped words; read from disk once."""
    raw = tomllib.loads((files("onrecord") / "data" / "mentions.toml").read_text(encoding="utf-8"))
    lists = {key: frozenset(words) for key, words in raw.items() if key not in {"halves", "given_names"}}
    same_names = [frozenset(names.split()) for names in raw["given_names"]]
    return MentionWords(
        **lists,
        given_names={name: same for same in same_names for name in same},
        halves={half: (countries[0], countries[1]) for half, countries in raw["halves"].items()},
    )
