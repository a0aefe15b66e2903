"""What the words of a name tell by themselves: whether it is a person's, an acronym, and what an acronym stands for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from onrecord.lexicon.speech import SpeechLexicon

__all__ = [
    "ends_with_acronym",
    "is_acronym",
    "is_called",
    "is_known",
    "is_person",
    "looks_personal",
    "plain",
    "pronoun_of",
    "spelled_out",
]

_DEFINING_WORD = re.compile(r"(?<![\w.;:])[A-Z][\w’'-]*|(?<![\w.;:])(?:and|of|for|the|in|on|to|de|du|des|la)\b")


def is_acronym(form: str) -> bool:
    """Whether it is written in capitals: "NATO", "U.N."."""
    return bool(re.fullmatch(r"[A-Z][A-Z0-9&.-]+", form))


def ends_with_acronym(words: Sequence[str]) -> bool:
    """Whether only the last word is in capitals: "European NATO"."""
    return len(words) > 1 and words[-1].isupper() and len(words[-1]) > 2 and not all(map(str.isupper, words))


def is_known(form: str, lexicon: SpeechLexicon) -> bool:
    """Whether the lexicon says what it stands for."""
    return form in lexicon.metonyms or form in lexicon.acronyms


def is_person(form: str, title: str, alone: set[str], lexicon: SpeechLexicon) -> bool:
    """Whether a name is a person's.

    Args:
        title: what stands before or behind it, lower-case; empty without one.
        alone: single words that stand for somebody in the article.
    """
    words = form.split(" ")
    if words[-1].lower() in lexicon.nationalities:
        return False
    if any(w.lower() in lexicon.organisations for w in words) or " of " in form or " for " in form:
        return False
    if is_acronym(form) or is_known(form, lexicon) or ends_with_acronym(words):
        return False
    if title:
        return True
    if words[0].lower() in lexicon.places or words[-1].lower() in lexicon.places:
        return False
    return 2 <= len(words) <= 4 and (words[0] in alone or words[-1] in alone or looks_personal(words))


def pronoun_of(form: str, title: str, lexicon: SpeechLexicon) -> str:
    """What title and first name tell; a first name alone may be a surname."""
    words = [word.strip(".") for word in title.split()][::-1]
    words += form.split(" ")[:1] if " " in form else []
    for word in map(plain, words):
        if word in lexicon.male or word in lexicon.female:
            return "he" if word in lexicon.male else "she"
    return ""


def looks_personal(words: Sequence[str]) -> bool:
    """Up to three words, hyphens or not, each with one capital: "Jean-Luc Moren", "J. Moren"."""
    parts = [part for word in words for part in word.split("-") if part]
    capitalised = all((len(p) > 1 and p[1:].islower()) or re.fullmatch(r"[A-Z]\.", p) for p in parts)
    return len(words) <= 3 and capitalised


def is_called(name: str, lexicon: SpeechLexicon) -> bool:
    """Whether a name opens with a known first name."""
    first = plain(name.partition(" ")[0])
    return first in lexicon.male or first in lexicon.female


def plain(word: str) -> str:
    """Lower-case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))


def spelled_out(before: str, acronym: str) -> str:
    """The words at the end of a text whose first letters are those of an acronym; empty without such."""
    letters = acronym.replace(".", "").lower()
    words = list(_DEFINING_WORD.finditer(before))
    if not words or words[-1].end() != len(before.rstrip()):
        return ""
    for first in range(max(0, len(words) - 2 * len(letters)), len(words)):
        run = [word.group() for word in words[first:]]
        if run[0][0].isupper() and _spells(run, letters):
            return " ".join(before[words[first].start() :].split())
    return ""


def _spells(words: Sequence[str], letters: str) -> bool:
    if not words or not letters:
        return not words and not letters
    takes = words[0][0].lower() == letters[0] and _spells(words[1:], letters[1:])
    return takes or (words[0].islower() and _spells(words[1:], letters))
