"""Offices: what a position of a country is called in full, what kind it is, and who ended whose term."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from onrecord.lexicon.actors.folding import fold
from training.actors.countries import HAND, Country, rows
from training.actors.facts import Person, Term

# Positions below the state: they name their place themselves.
_OF_A_PLACE = re.compile(
    r"^(?:Lieutenant |Deputy |Vice )?(?:Governors?|Mayor|Lord Mayor|Governing Mayor|Premier|Chief Minister"
    r"|Chief minister|President|Prefect|Head|Intendant|Minister-President|First Minister|Senator|Chairman"
    r"|Head of Government)"
    r"(?: from| of) (?!.*(?:Bank|Council|Senate|Assembly|House|Chamber|Court|Republic\b|Parliament|State|Committee"
    r"|Commission|Board|Government|National))"
)
_SUPRANATIONAL = {"UNO", "EUR", "IGO"}


@dataclass(frozen=True)
class Kind:
    pattern: re.Pattern[str]
    phrases: tuple[str, ...]
    level: int
    sector: str
    single: bool


@cache
def kinds() -> tuple[Kind, ...]:
    raw = tomllib.loads((Path(__file__).parent / "offices.toml").read_text(encoding="utf-8"))["kind"]
    return tuple(Kind(re.compile(k["pattern"]), tuple(k["phrases"]), k["level"], k["sector"], k["single"]) for k in raw)


@cache
def kind_of(position: str) -> Kind:
    """The first kind whose pattern fits the whole position."""
    plain = fold(position)
    return next(kind for kind in kinds() if kind.pattern.fullmatch(plain))


def level_of(position: str, country: Country | None) -> int:
    """How much the world hears of it; of president and prime minister the one who leads is at 5."""
    level = kind_of(position).level
    if (
        country is not None
        and country.is_parliamentary
        and country.code not in {"ZAF", "BWA", "KEN", "NRU", "MHL", "SUR", "GUY"}
    ):
        plain = fold(position)
        level = {"president": 4, "prime minister": 5, "chancellor": 5, "taoiseach": 5, "premier": 5}.get(plain, level)
    if country is not None and (country.code, fold(position)) in {
        ("IRN", "president"),
        ("PRK", "president"),
        ("CHN", "premier"),
    }:
        level = 4
    return level


def title_of(position: str, country: Country | None) -> str:
    """The position with its country, "Minister of Justice of France"; as it is where it names a place itself."""
    if country is None or country.code in _SUPRANATIONAL or _OF_A_PLACE.match(position):
        return position
    words = f" {fold(position)} "
    names = [country.name, *country.names, *country.demonyms]
    if any(f" {fold(name)} " in words for name in names if len(name) > 2) and " to " not in words:
        return position
    if any(f" of {name} " in words for name in _body_names()):
        return position
    if position.startswith("Ambassador to "):
        return f"Ambassador of {country.the()} to {position.removeprefix('Ambassador to ')}"
    return f"{position} of {country.the()}"


@cache
def _body_names() -> tuple[str, ...]:
    """Names of the bodies of the hand layer that name their country well enough: "Workers' Party of Korea"."""
    found = {fold(row["name"]) for row in rows(HAND / "organisations.csv")}
    return tuple(name for name in found if len(name.split()) > 2 or name in {"nato", "fifa", "knesset"})


def close_by_successors(people: Iterable[Person], newest: Mapping[str, str]) -> None:
    """Give a term of an office for one an end where somebody else began it later and no newer source says it goes on.

    Args:
        newest: day of each source.
    """
    terms: dict[tuple[str, str], list[tuple[Term, Person]]] = defaultdict(list)
    for person in people:
        for term in person.terms:
            if kind_of(term.position).single and term.source not in {"petrarch", "archigos"}:
                terms[term.position, term.country].append((term, person))
    for held in terms.values():
        held.sort(key=lambda item: item[0].start)
        for at, (term, person) in enumerate(held):
            later = [
                t for t, other in held[at + 1 :] if other is not person and t.start > term.start and len(t.start) > 4
            ]
            if not term.end and later and newest[later[0].source] >= newest[term.source]:
                person.terms[person.terms.index(term)] = Term(
                    term.position, term.country, term.start, later[0].start, later[0].source
                )
