"""Where actors stand in a text: names that belong to somebody, and every word that names a country."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from onrecord.connect.identifier import Identifier
from onrecord.connect.mentions import country_at_start, country_of_words
from onrecord.lexicon.actors.catalogue import Catalogue
from onrecord.records import Span, Speaker, SpeakerBasis

__all__ = ["ActorMention", "Named", "find_actors"]

_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+(?:[.'’-][^\W_]+)*")
_PREFIX = re.compile(r"((?:[A-Z]\.)+|[A-Z]\w+)-")
_LONGEST_COUNTRY = 4  # words
_LONGEST_SHOUT = 12  # characters; longer runs of capitals are shouted, and name nobody


class Named(NamedTuple):
    """A name of the article as it stands at one place, and what the article calls it in full."""

    start: int
    end: int
    name: str
    is_person: bool
    is_body: bool  # its words say that it is an organisation
    is_sure: bool  # it has a title or a short form, as only actors have


class ActorMention(NamedTuple):
    """A place where somebody of consequence is named."""

    start: int
    end: int
    who: Speaker
    is_country: bool
    is_person: bool


def find_actors(
    text: str, named: Iterable[Named], identifier: Identifier, *, no_actors: Collection[str]
) -> list[ActorMention]:
    """Persons, bodies and countries in text order, none overlapping another.

    A country within the name of a body is left out.

    Args:
        no_actors: lower-case last words of names that are nobody's: "war".
    """
    countries = list(_find_countries(text, identifier.catalogue))
    found: list[ActorMention] = []
    for one in named:
        if any(start <= one.start and one.end <= end for start, end, _ in _touching(countries, one)):
            continue
        if one.name.rsplit(" ", 1)[-1].lower() in no_actors:
            continue
        mention = _identified(one, identifier)
        if mention is not None:
            found.append(mention)
    taken = [(m.start, m.end) for m in found]
    for start, end, code in countries:
        state = identifier.state(code)
        if state is not None and not any(a < end and start < b for a, b in taken):
            who = replace(state, basis=SpeakerBasis.SHORT_NAME, evidence=Span(start, end))
            found.append(ActorMention(start, end, who, is_country=True, is_person=False))
    return sorted(found, key=lambda m: m.start)


def _touching(countries: Sequence[tuple[int, int, str]], one: Named) -> Iterator[tuple[int, int, str]]:
    return (country for country in countries if country[0] < one.end and one.start < country[1])


def _identified(one: Named, identifier: Identifier) -> ActorMention | None:
    if len(one.name) > _LONGEST_SHOUT and one.name.isupper():
        return None
    who = identifier.identify(Speaker(name=one.name, basis=SpeakerBasis.NAME, evidence=Span(one.start, one.end)))
    if who.id is not None and who.id.startswith("place:"):
        return None
    if who.id is None and not (one.is_sure if one.is_person else one.is_body):
        return None
    is_country = bool(who.id and who.id.startswith("country:"))
    return ActorMention(one.start, one.end, who, is_country=is_country, is_person=one.is_person)


def _find_countries(text: str, catalogue: Catalogue) -> Iterator[tuple[int, int, str]]:
    words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        start, _, word = words[at]
        if word[0].isupper():
            shown = _run(text, words[at : at + _LONGEST_COUNTRY])
            known = country_at_start(shown, catalogue)
            if known is not None:
                at += known[1]
                last = words[at - 1]
                yield start, last[1] - (2 if last[2][-2:] in ("'s", "’s") else 0), known[0]
                continue
            part = _PREFIX.match(word)  # "U.S.-led"
            code = country_of_words([part[1]], catalogue) if part else None
            if part and code:
                yield start, start + len(part[1]), code
        at += 1


def _run(text: str, words: Sequence[tuple[int, int, str]]) -> list[str]:
    """The words up to the first gap that is more than a blank."""
    shown = [words[0][2]]
    for before, word in pairwise(words):
        if text[before[1] : word[0]] != " ":
            break
        shown.append(word[2])
    return shown
