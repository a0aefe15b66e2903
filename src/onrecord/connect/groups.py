"""What unnamed sources are called: "officials (United States)" for "three current and former U.S. officials"."""

from __future__ import annotations

import re

from onrecord.lexicon.actors.folding import fold, singular_phrase
from onrecord.lexicon.actors.words import load_mention_words

__all__ = ["head_of", "names_government", "possessor"]

_HEAD_END = re.compile(
    r"[,(“\"—]|\s(?:of|by|from|in|on|to|for|with|about|at|as|that|which|who|whose|against|familiar|close|involved|gathered"
    r"|interviewed|aware|briefed|speaking|working|living)\b"
)
_POSSESSOR = re.compile(r"^(?:the |a |an )?(.{2,80}?)(?:['’]s|(?<=s)['’]) ", re.IGNORECASE)
_JOINED = re.compile(r"[A-Z][\w.]* (?:and|or) ")  # "the FBI and prosecutors" are several
_BEHIND = re.compile(r"^\s(?:of|from|at|in|with|for|close to)\s+(?:the\s+)?([A-Z][^,;]{1,80})")


def head_of(mention: str) -> str | None:
    """The word that tells what unnamed people are, if it is one of those for sources: "officials", "analyst"."""
    ended = _HEAD_END.search(mention)
    phrase = mention[: ended.start()] if ended else mention
    words = fold(phrase).split()
    if not words or _JOINED.search(phrase):
        return None
    known = load_mention_words().unnamed
    return words[-1] if words[-1] in known or singular_phrase(words[-1]) in known else None


def names_government(mention: str) -> bool:
    """Whether a mention ends in a word for those who speak for a state: "the Jordanian government"."""
    return fold(mention).rsplit(" ", 1)[-1] in load_mention_words().governments


def possessor(mention: str) -> str | None:
    """To whom they belong: "Moren" of "Moren's lawyers" and of "lawyers of Moren"."""
    found = _POSSESSOR.match(mention)
    if found is None:
        ended = _HEAD_END.search(mention)
        found = _BEHIND.match(mention[ended.start() :]) if ended else None
    return found[1] if found is not None else None
