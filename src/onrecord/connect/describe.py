"""Country and sector of whoever is spoken of, named or not: "two South Korean officials", "Ukrainian farmers"."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from onrecord.connect.actors import Candidate, Context, Evidence, Linker
from onrecord.connect.mentions import country_of_words, strip_possessive
from onrecord.lexicon.actors.catalogue import Catalogue
from onrecord.lexicon.actors.folding import fold, singular_phrase
from onrecord.lexicon.actors.records import ActorKind
from onrecord.lexicon.actors.words import load_mention_words

__all__ = ["Description", "describe"]

_NOTHING = Context()
_MOST_WORDS = 24
_LONGEST = 400  # characters
_LONGEST_PHRASE = 5
_PEOPLES = {"people's", "people’s"}  # it belongs to names: the People's Republic of China
_LONGEST_COUNTRY = 6  # words of its name
_NEVER_INSIDE = {ActorKind.PEOPLE, ActorKind.PLACE, ActorKind.OFFICE}
_IN_OFFICE = frozenset({"GOV", "MIL", "LEG", "JUD", "SPY", "COP"})


class Description(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where somebody belongs, in PLOVER's codes."""

    country: str | None = None  # as `Actor.country`
    sector: str | None = None
    second: str | None = None  # sector that adds to the first: MIL of a defence minister
    actor: str | None = None  # id, where the mention names one of the catalogue
    is_former: bool = False


def describe(mention: str, linker: Linker, *, date: str | None = None, context: Context = _NOTHING) -> Description:
    """Country and sector of a mention; a field is None where nothing tells it.

    A person who no longer holds an office at the date has the sector ELI. A country by its bare name has none.
    """
    mention = mention[:_LONGEST]
    link = linker.link(mention, date=date, context=context)
    if link.best is not None:
        return _of_actor(link.best, linker, mention)
    return _of_words(mention, linker, date, context)


def _of_actor(best: Candidate, linker: Linker, mention: str) -> Description:
    actor = linker.catalogue.get(best.id)
    assert actor is not None
    sector, second = actor.sector, None
    is_former = _says_former(mention)
    if actor.kind is ActorKind.PERSON:
        ended = bool(actor.roles) and (best.role is None or best.role.sector is None)
        sector = "ELI" if ended or is_former else best.role.sector if best.role else "CVL"
        is_former = ended or is_former
        title = fold(best.role.title) if best.role and not is_former else ""
        second = "MIL" if "defense" in title else None
    elif actor.kind is ActorKind.MINISTRY:
        second = "MIL" if "defense" in fold(actor.name) else None
    elif actor.kind is ActorKind.COUNTRY:
        sector = None
    country = best.role.country if best.role is not None and best.role.country and not is_former else actor.country
    return Description(country=country, sector=sector, second=second, actor=actor.id, is_former=is_former)


def _of_words(mention: str, linker: Linker, date: str | None, context: Context) -> Description:
    shown = [
        w if w.lower() in _PEOPLES else strip_possessive(w)
        for w in mention.replace("-", " ").replace("/", " ").replace(",", " , ").split()[:_MOST_WORDS]
    ]
    shown = [word for word in shown if word.lower() not in load_mention_words().determiners]
    words = [fold(word) for word in shown]
    if words and all(word in load_mention_words().pronouns for word in words):
        return Description(sector="UNK")
    country = _country_in(shown, words, linker.catalogue)
    inner = _inner_actor(shown, linker, date, context)
    sector, added = _sector_of(words, linker.catalogue)
    second = added or None
    if inner is not None:
        country = country or inner.country
        if sector is None or _belongs(words):
            sector, second = inner.sector or sector, inner.second
    if sector is None and inner is None and country is not None and _town(shown, linker.catalogue):
        sector = "CVL"  # a town alone: the people there
    is_former = _says_former(mention)
    if is_former and sector in _IN_OFFICE:
        sector = "ELI"
    return Description(country=country, sector=sector, second=second, is_former=is_former)


def _says_former(mention: str) -> bool:
    return any(word in load_mention_words().former for word in fold(mention).split()[:4])


def _country_in(shown: list[str], words: list[str], catalogue: Catalogue) -> str | None:
    """The first country, people or town among the words; not one that only backs or made what is spoken of."""
    for count in range(min(_LONGEST_COUNTRY, len(words)), 0, -1):
        for at in range(len(words) - count + 1):
            country = country_of_words(shown[at : at + count], catalogue) or _town(shown[at : at + count], catalogue)
            behind = words[at + count : at + count + 1]
            if country is not None and not (behind and behind[0] in load_mention_words().not_its_own):
                return country
    return None


def _town(shown: list[str], catalogue: Catalogue) -> str | None:
    return catalogue.country_of_place(fold(" ".join(shown))) if shown[0][:1].isupper() else None


def _inner_actor(shown: list[str], linker: Linker, date: str | None, context: Context) -> Description | None:
    """Whom the longest capitalised part of the mention names: the CIA in "a former CIA official"."""
    for count in range(min(6, len(shown) - 1), 0, -1):
        for at in range(len(shown) - count + 1):
            part = shown[at : at + count]
            if not part[0][:1].isupper() or not part[-1][:1].isupper() or country_of_words(part, linker.catalogue):
                continue
            before = shown[max(0, at - 1) : at]
            if before and before[0][:1].isupper() and country_of_words(before, linker.catalogue) is None:
                continue  # a part of a longer name is another name
            best = linker.link(" ".join(part), date=date, context=context).best
            if best is not None and best.kind not in _NEVER_INSIDE and Evidence.OFFICE not in best.basis:
                return _of_actor(best, linker, " ".join(part))
    return None


def _belongs(words: list[str]) -> bool:
    return any(singular_phrase(word) in load_mention_words().belongs for word in words)


def _sector_of(words: list[str], catalogue: Catalogue) -> tuple[str | None, str]:
    """Sector of the head of the phrase, by the longest known phrase that ends latest in it; else of what follows.

    What "a group" is, or "the president", is told by what it is a group or the president of.
    """
    ends = load_mention_words().head_ends
    end = next((at for at, word in enumerate(words) if at and (word in ends or not word)), len(words))
    head, rest = _sector_within(tuple(words[:end]), catalogue), _sector_within(tuple(words[end:]), catalogue)
    says_little = head is None or head[0] == "UNK" or _belongs(words[end - 1 : end])
    if says_little and rest is not None and rest[0] != "UNK":
        return rest
    return head or rest or (None, "")


def _sector_within(words: tuple[str, ...], catalogue: Catalogue) -> tuple[str, str] | None:
    known = [
        (end, end - start, found)
        for end in range(len(words), 0, -1)
        for start in range(max(0, end - _LONGEST_PHRASE), end)
        if (found := _agent(catalogue, " ".join(words[start:end]))) is not None
    ]
    told = [one for one in known if one[2][0] != "UNK"]
    best = max(told or known, key=lambda one: (one[0], one[1]), default=None)
    return None if best is None else best[2]


@lru_cache(maxsize=20_000)
def _singular(phrase: str) -> str:
    return singular_phrase(phrase)


def _agent(catalogue: Catalogue, phrase: str) -> tuple[str, str] | None:
    return catalogue.agent(_singular(phrase)) or catalogue.agent(phrase)
