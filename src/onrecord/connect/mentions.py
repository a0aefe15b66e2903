"""A mention taken apart: the name, the title before or behind it, and the countries that these words name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from onrecord.lexicon.actors.catalogue import Catalogue
from onrecord.lexicon.actors.folding import fold
from onrecord.lexicon.actors.records import ActorKind
from onrecord.lexicon.actors.words import MentionWords, load_mention_words

__all__ = ["Parsed", "country_at_end", "country_at_start", "country_of_words", "parse_mention", "strip_possessive"]

_QUOTES = " \t\n\"“”'‘’«»,.;:!?"
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_ASIDE = re.compile(r"\s*\([^()]*\)")
_REFLEXIVE = re.compile(r"\s+(?:him|her|it|them)sel(?:f|ves)$")
_SPACES = re.compile(r"\s+")
_MOST_COUNTRY_WORDS = 4  # "bosnia and herzegovina", "democratic republic of congo" has more and is found whole
_MOST_WORDS = 40
_LONGEST_OFFICE = 14  # words
_LONGEST = 400  # characters; the longest source of the hand-labelled articles has 171
_TOWARDS = frozenset({"to", "for", "on", "in"})  # "ambassador to Hungary" is not Hungary's


class Parsed(Struct, frozen=True, kw_only=True):
    """What a mention says, before anybody is looked up."""

    text: str  # without marks, aside and possessive ending
    name: str  # what may be a proper name
    title: tuple[str, ...] = ()  # folded words of the title, country words left out
    countries: tuple[str, ...] = ()  # named by title or possessive
    is_former: bool = False
    has_honorific: bool = False


def parse_mention(text: str, catalogue: Catalogue) -> Parsed:
    """Take a mention apart.

    A comma ends the name: what follows is read as a title behind it. The catalogue knows the countries.
    """
    words = load_mention_words()
    plain = _REFLEXIVE.sub("", text[:_LONGEST])
    plain = strip_possessive(_SPACES.sub(" ", _ASIDE.sub("", plain)).strip(_QUOTES))
    head, _, behind = plain.partition(", ")
    if behind and _end_of_office(plain.split()[:_MOST_WORDS], len(head.split()), catalogue):
        head, behind = plain, ""  # "Minister of Food, Agriculture and Light Industry Moren"
    name, title, countries = _split_title(head, catalogue, words)
    if behind:
        found = _countries_in(behind, catalogue)
        title, countries = (*title, *_plain_title(behind, catalogue, words)), (*countries, *found)
    folded = fold(head).split()
    return Parsed(
        text=plain,
        name=name,
        title=title,
        countries=tuple(dict.fromkeys(countries)),
        is_former=any(word in words.former for word in folded[:4]),
        has_honorific=any(word in words.honorifics for word in folded[:3]),
    )


def strip_possessive(text: str) -> str:
    """A name without the ending of possession.

    >>> strip_possessive("Putin's"), strip_possessive("the Houthis’")
    ('Putin', 'the Houthis')
    """
    return _POSSESSIVE.sub("", text)


def country_at_start(shown: Sequence[str], catalogue: Catalogue) -> tuple[str, int] | None:
    """The country that the first words name, and how many of them do; words as they stand, possessive or not."""
    for count in range(min(_MOST_COUNTRY_WORDS, len(shown)), 0, -1):
        country = country_of_words(shown[:count], catalogue)
        if country is not None:
            return country, count
    return None


def country_at_end(shown: Sequence[str], catalogue: Catalogue) -> tuple[str, int] | None:
    """The country that the last words name, and how many of them do."""
    for count in range(min(_MOST_COUNTRY_WORDS, len(shown)), 0, -1):
        country = country_of_words(shown[-count:], catalogue)
        if country is not None:
            return country, count
    return None


def country_of_words(shown: Sequence[str], catalogue: Catalogue) -> str | None:
    """The country that these words name; nobody's country is written in small letters, and "us" is none."""
    if not shown or shown[0][:1].islower():
        return None
    joined = strip_possessive(" ".join(shown))
    return catalogue.country_named(fold(joined), capitals=joined.replace(".", "").isupper())


def _split_title(head: str, catalogue: Catalogue, words: MentionWords) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Name, title and countries of a phrase like "South Korean President Yoon"."""
    shown = head.split()[:_MOST_WORDS]
    folded = [fold(strip_possessive(word)) for word in shown]
    at, last, has_title = 0, 0, False
    countries: list[str] = []
    while at < len(shown) - 1:
        known = country_at_start(shown[at : len(shown) - 1], catalogue)
        if known is not None:
            before = [word for word in folded[:at] if word not in words.determiners]
            if not (before and before[-1] in _TOWARDS):
                countries.append(known[0])
            at += known[1]
            last = at
            continue
        word = folded[at]
        if (not _is_title_word(word, words) and not shown[at][:1].islower()) or re.fullmatch(r"[A-Z]\.", shown[at]):
            break
        at += 1
        has_title = has_title or word.split()[-1] in words.titles  # "vice-president"
        if has_title:
            last = at  # "secretary", and what goes on behind it: "of state"
    if last == 0 and folded and folded[0] in words.determiners and len(shown) > 1 and not shown[0].endswith("."):
        last = 1
    last = max(last, _end_of_office(shown, last, catalogue))
    title = [
        w
        for w, said in zip(folded[:last], shown, strict=False)
        if w and country_of_words([said], catalogue) not in countries
    ]
    title = [word for word in title if word not in words.determiners]
    return " ".join(shown[last:]), tuple(title), tuple(countries)


def _end_of_office(shown: Sequence[str], least: int, catalogue: Catalogue) -> int:
    """Where the longest name of an office ends that a longer phrase begins with; 0: nowhere before the last word."""
    for begin in (0, 1, 2):
        if begin and country_of_words(shown[:begin], catalogue) is None:
            continue
        for end in range(min(len(shown) - 1, _LONGEST_OFFICE), max(least, begin + 1), -1):
            found = catalogue.find(fold(" ".join(shown[begin:end])))
            if any(catalogue.brief(number).kind is ActorKind.OFFICE for number in found):
                return end
    return 0


def _is_title_word(word: str, words: MentionWords) -> bool:
    return all(
        part in words.titles or part in words.qualifiers or part in words.determiners for part in word.split()
    ) and bool(word)


def _plain_title(text: str, catalogue: Catalogue, words: MentionWords) -> tuple[str, ...]:
    shown = text.split()[:12]
    folded = (fold(word) for word in shown if country_of_words([word], catalogue) is None)
    return tuple(word for word in folded if word and word not in words.determiners)


def _countries_in(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    shown = [word.strip(",;") for word in text.split()[:_MOST_WORDS]]
    found = [country_at_start(shown[at:], catalogue) for at in range(len(shown))]
    return tuple(dict.fromkeys(known[0] for known in found if known))
