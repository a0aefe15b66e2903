"""Who could be meant: actors of the catalogue whose names fit a mention, and how they fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from onrecord.connect.mentions import Parsed, country_at_end, country_at_start, country_of_words, strip_possessive
from onrecord.lexicon.actors.catalogue import Catalogue
from onrecord.lexicon.actors.folding import fold, fold_words, korean_key, loose_word, order_free_key
from onrecord.lexicon.actors.packed import SURNAME_FIRST
from onrecord.lexicon.actors.records import ActorKind
from onrecord.lexicon.actors.words import load_mention_words

__all__ = ["Found", "Match", "find_candidates", "surname_of"]

_MOST_UNTOLD = 12  # offices of one name ("foreign minister"); more than these need a country to be told apart
_MOST_WORDS = 30
_MOST_ACRONYM = 6  # letters; a longer name in capitals is a headline's


class Match(StrEnum):
    """How the words of a mention fit an actor's name."""

    FULL = "full name"
    ACRONYM = "short name"  # one word that is a whole name: "NATO", "Hamas"
    ROMANISATION = "romanisation"
    INITIALS = "part of the name"  # initials, middle names left out or added
    SPELLING = "spelling"
    SURNAME = "surname"
    OFFICE = "office"


Found = dict[int, Match]


def find_candidates(parsed: Parsed, catalogue: Catalogue, countries: Sequence[str]) -> Found:
    """Actors that a mention may mean, each with the best match of its names.

    Args:
        countries: those of the title and of the article; names that many countries share are only looked up in them.
    """
    found = _whole(parsed.text, catalogue, countries)
    if found:
        return found
    for name, country in _without_country(parsed, catalogue):
        of_country = [n for n in _exact(name, catalogue) if catalogue.brief(n).country == country]
        if of_country:
            return {n: _match_of(n, name, catalogue) for n in of_country}
    name = parsed.name
    if name != parsed.text:
        found = _whole(name, catalogue, countries)
    if name[:1].isupper() or not name.isascii():
        found = {**_persons(name, catalogue), **found} if parsed.title or not _has_article(parsed.text) else found
    return found or _inside(parsed.text, catalogue)


def _has_article(text: str) -> bool:
    return text.split(" ", 1)[0].lower() in load_mention_words().determiners and " " in text


def _inside(text: str, catalogue: Catalogue) -> Found:
    """A whole name of several words at the end or the beginning of a longer phrase.

    "Political activist Noam Chomsky", "Northwestern University in Evanston"; not what comes behind a preposition.
    """
    words = [strip_possessive(word) for word in text.split()[:_MOST_WORDS]]
    prepositions = [at for at, word in enumerate(words) if word in load_mention_words().head_ends]
    first = prepositions[0] if prepositions else len(words)
    parts = [
        words[at:first]
        for at in range(1, first - 1)
        if not words[at - 1][:1].isupper() or text.split()[at - 1] != words[at - 1]
    ]
    parts += [words[:at] for at in reversed(prepositions)]
    for part in parts:
        joined = " ".join(part)
        if len(part) > 1 and part[0][:1].isupper():
            found: Found = {n: m for n, m in _whole(joined, catalogue, ()).items() if m is Match.FULL}
            if found:
                return found
    return {}


def surname_of(name: str, country: str | None) -> str:
    """The folded word by which a person goes on to be called; surname first where that is the custom of the country.

    >>> surname_of("Kim Jong Un", "PRK"), surname_of("Ursula von der Leyen", "EUR")
    ('kim', 'leyen')
    """
    words = fold_words(name)
    if not words:
        return ""
    return words[0] if country in {"PRK", "KOR", "CHN", "TWN", "VNM"} else words[-1]


def _whole(text: str, catalogue: Catalogue, countries: Sequence[str]) -> Found:
    numbers = _exact(text, catalogue)
    if len(numbers) > _MOST_UNTOLD or any(catalogue.brief(n).kind is ActorKind.OFFICE for n in numbers):
        numbers = (
            [n for n in numbers if catalogue.brief(n).country in countries or catalogue.brief(n).is_own]
            if countries
            else numbers
        )
        numbers = numbers if len(numbers) <= _MOST_UNTOLD or countries else []
    found = {n: _match_of(n, text, catalogue) for n in numbers}
    if " " in text.strip():
        found |= {n: found.get(n, Match.FULL) for n in catalogue.find("~" + order_free_key(text))}
    return found


def _exact(text: str, catalogue: Catalogue) -> list[int]:
    """Actors of that name; acronyms only where the mention has capitals too."""
    key = fold(text)
    numbers = catalogue.find(key) if key else []
    if not numbers or " " in key or len(key) > _MOST_ACRONYM:
        return numbers
    bare = text.replace(".", "")
    if bare.isupper():
        return numbers
    return [n for n in numbers if _written_so(n, key, bare, catalogue)]


def _written_so(number: int, key: str, bare: str, catalogue: Catalogue) -> bool:
    """Is one of the actor's names that word, not in capitals alone? "Nato" is good for NATO, "who" never for WHO."""
    actor = catalogue.actor(number)
    forms = [name.replace(".", "") for name in (actor.name, *actor.names) if fold(name) == key]
    if any(not form.removeprefix("the ").isupper() for form in forms):
        return bare[:1].isupper() or any(form[:1].islower() for form in forms)
    return bare.istitle() and len(bare) >= 4


def _match_of(number: int, text: str, catalogue: Catalogue) -> Match:
    if catalogue.brief(number).kind is ActorKind.OFFICE:
        return Match.OFFICE
    return Match.FULL if " " in fold(text) else Match.ACRONYM


def _without_country(parsed: Parsed, catalogue: Catalogue) -> Iterable[tuple[str, str]]:
    """The mention without a country before or behind it: "Foreign Ministry" of "Russia's Foreign Ministry"."""
    shown = parsed.text.split()
    shown = shown[1:] if shown and fold(shown[0]) in load_mention_words().determiners and len(shown) > 1 else shown
    folded = [fold(strip_possessive(word)) for word in shown]
    start = country_at_start(shown, catalogue)
    if start is not None and start[1] < len(shown):
        rest = shown[start[1] :]
        yield " ".join(rest), start[0]
        if fold(rest[0]) in load_mention_words().former and len(rest) > 1:
            yield " ".join(rest[1:]), start[0]
    for joint in ("of", "for", "in"):
        if joint in folded:
            at = len(folded) - 1 - folded[::-1].index(joint)
            tail = [word for word in shown[at + 1 :] if fold(word) not in load_mention_words().determiners]
            end = country_at_end(tail, catalogue)
            if end is not None and end[1] == len(tail):
                yield " ".join(shown[:at]), end[0]
    if len(parsed.countries) == 1 and parsed.name != parsed.text:
        yield parsed.name, parsed.countries[0]


def _persons(name: str, catalogue: Catalogue) -> Found:
    """Persons by a name that is not written as in the catalogue."""
    words = [word for word in fold_words(name) if word]
    if not words or len(words) > 6:
        return {}
    if len(words) == 1 or (len(words) == 2 and words[0] in load_mention_words().particles):
        if country_of_words([name], catalogue):
            return {}  # "English" is seldom Mr English
        return dict.fromkeys(_by_surname(name, words, catalogue), Match.SURNAME)
    korean = korean_key(name)
    found: Found = dict.fromkeys(catalogue.find("^" + korean), Match.ROMANISATION) if korean else {}
    return {**_similar(words, catalogue), **_partly(words, catalogue), **found}


def _by_surname(name: str, words: list[str], catalogue: Catalogue) -> list[int]:
    exact = catalogue.find_surname(words[-1]) or catalogue.find_surname("".join(words))
    if "-" in name and not exact:
        exact = catalogue.find_surname("".join(words))
    return exact or (catalogue.find_similar_surname(words[-1]) if len(words[-1]) > 4 else [])


def _partly(words: list[str], catalogue: Catalogue) -> Found:
    """Surname as in the catalogue, first or last; the other words go together with the given names."""
    found: Found = {}
    for surname in dict.fromkeys((words[-1], words[0], " ".join(words[-2:]), "".join(words[-2:]))):
        rest = [w for w in words if w not in surname.split()] if surname in words or " " in surname else words[:-2]
        for number in catalogue.find_surname(surname):
            in_front = surname == words[0] and catalogue.brief(number).country not in SURNAME_FIRST
            if rest and not in_front and number not in found and _goes_together(rest, surname, number, catalogue):
                found[number] = Match.INITIALS
    return found


def _similar(words: list[str], catalogue: Catalogue) -> Found:
    """Another spelling of the surname, and given names that may be the same."""
    found: Found = {}
    for surname in (words[-1], words[0]):
        rest = [w for w in words if w != surname]
        if len(surname) < 5 or not rest or len(rest[0]) < 3:
            continue
        for number in catalogue.find_similar_surname(surname):
            if number not in found and _goes_together(rest, surname, number, catalogue):
                found[number] = Match.SPELLING
    return found


def _goes_together(rest: list[str], surname: str, number: int, catalogue: Catalogue) -> bool:
    actor = catalogue.actor(number)
    loose = loose_word(surname.rsplit(maxsplit=1)[-1])
    for name in (actor.name, *actor.names):
        own = fold_words(name)
        given = [w for w in own if w not in surname.split() and loose_word(w) != loose]
        if given and len(given) < len(own) and _given_names_fit(rest, given):
            return True
    return False


def _given_names_fit(mine: list[str], theirs: list[str]) -> bool:
    """Do the first ones agree, and no later one contradict? An initial agrees with what begins with it."""
    if "".join(mine) == "".join(theirs):
        return True
    goes_by_second = len(theirs) > 1 and min(len(mine[0]), len(theirs[1])) > 2 and _agree(mine[0], theirs[1])
    if not _agree(mine[0], theirs[0]) and not goes_by_second:
        return _are_initials(mine, theirs)
    short, long = sorted((mine[1:], theirs[1:]), key=len)
    return all(any(_agree(word, other) for other in long) for word in short) or not short


def _are_initials(mine: list[str], theirs: list[str]) -> bool:
    """True of "MH" and "Moo Hyun"."""
    return len(mine) == 1 and 2 <= len(mine[0]) <= 3 and mine[0] == "".join(word[0] for word in theirs)


def _agree(one: str, other: str) -> bool:
    if one == other or (len(one) == 1 and other.startswith(one)) or (len(other) == 1 and one.startswith(other)):
        return True
    if loose_word(one) == loose_word(other) and len(one) > 2:
        return True
    return other in load_mention_words().given_names.get(one, frozenset())
