"""Words with which resolutions are drafted, from `data/resolutions.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

from onrecord.records import Act

__all__ = ["ResolutionWords", "load_resolution_words"]

_DECIDES = "decide"


class ResolutionWords(Struct, frozen=True, kw_only=True):
    """Loaded once by `load_resolution_words`."""

    enacting: re.Pattern[str]  # "The Security Council," on a line of its own; the body is its group
    operative: re.Pattern[str]  # the beginning of a paragraph and its verb, which is its group "cue"
    acts: Mapping[str, Act]  # of verbs in lower case, without adverbs
    deciding: frozenset[str]
    adverbs: re.Pattern[str]

    def act_of(self, cue: str, content: str) -> Act:
        """What a paragraph does, by its verb; a decision that somebody "shall" do something is an order."""
        verb = " ".join(self.adverbs.sub(" ", cue.lower()).split())
        if verb in self.deciding:
            return Act.ORDER if _ORDERS.match(content) else Act.COMMIT
        return self.acts[verb]


_ORDERS = re.compile(r"\W*(?:\w+\W+){0,3}?that\b(?:(?!\bit\b)[^;]){1,400}?\b(?:shall|should|must)\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def load_resolution_words() -> ResolutionWords:
    """The shipped words; read from disk once."""
    raw = tomllib.loads((files("onrecord") / "data" / "resolutions.toml").read_text(encoding="utf-8"))
    by_act: dict[str, list[str]] = raw["acts"]
    verbs = [verb for listed in by_act.values() for verb in listed]
    adverbs, bodies = _any_of(raw["adverbs"]), _any_of(raw["bodies"])
    opening = r"^[ \t]*(?:(?:\d{1,2}[.,)]?|[IVX]{1,4}[.)]|\(?[a-z][.)])[ \t]+)*"
    return ResolutionWords(
        enacting=re.compile(rf"^[ \t]*The (?:United Nations )?({bodies})(?:,|[ \t]*$)", re.MULTILINE),
        operative=re.compile(
            rf"{opening}(?=[A-Z])(?P<cue>(?:(?i:{adverbs})\s+(?:and\s+)?)?(?i:{_any_of(verbs, loose=True)}))\b",
            re.MULTILINE,
        ),
        acts={verb: Act(act) for act, listed in by_act.items() if act != _DECIDES for verb in listed},
        deciding=frozenset(by_act[_DECIDES]),
        adverbs=re.compile(rf"\b(?:{adverbs})\b(?: and\b)?"),
    )


def _any_of(words: Iterable[str], *, loose: bool = False) -> str:
    """Any of the words, the longest first; `loose`: adverbs may stand between the words of one ("calls again upon")."""
    between = r"\s+(?:(?:again|also|once again|once more|further)\s+)?" if loose else r"\s+"
    forms = (between.join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))
    return f"(?:{'|'.join(forms)})"
