"""Actors that are no persons: countries, peoples, capitals, bodies of state, parties, media, and the hand layer."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from onrecord.lexicon.actors.folding import fold
from onrecord.lexicon.actors.records import ActorKind
from training.actors.countries import HAND, Country, cells, rows
from training.actors.facts import Body

DATA = Path(__file__).parents[2] / "src/onrecord/data"
# Of every state: kind, sector, name before "of", what newspapers call it beside a demonym.
_OF_EVERY_STATE = (
    (ActorKind.GOVERNMENT, "GOV", "Government", ("government", "administration", "authorities", "regime", "cabinet")),
    (
        ActorKind.MINISTRY,
        "GOV",
        "Ministry of Foreign Affairs",
        ("foreign ministry", "foreign office", "ministry of foreign affairs"),
    ),
    (ActorKind.PARLIAMENT, "LEG", "Parliament", ("parliament", "legislature")),
    (ActorKind.ARMED_FORCE, "COP", "Police", ("police", "national police")),
    (
        ActorKind.ARMED_FORCE,
        "MIL",
        "Armed Forces",
        ("armed forces", "military", "army", "forces", "troops", "defense forces"),
    ),
)
_NO_ARMY = re.compile(r"^\s*$|no regular (?:military|armed)|no (?:regular )?military forces|none")
_DEFENSE = (
    "defense ministry",
    "ministry of defense",
    "ministry of national defense",
    "department of defense",
    "defense department",
)
_MINISTRY_WORDS = {  # of a position -> how its ministry is called beside its formal name
    "foreign affairs": "foreign ministry;foreign office",
    "defense": ";".join(_DEFENSE[:3]),
    "national defense": ";".join(_DEFENSE[:3]),
    "interior": "interior ministry",
    "internal affairs": "interior ministry",
    "home affairs": "home ministry;interior ministry",
}


def country_bodies(countries: Iterable[Country]) -> Iterator[Body]:
    for country in countries:
        if country.code != "EUR":
            yield Body(
                ActorKind.COUNTRY,
                country.name,
                country.code,
                "GOV",
                tuple(country.names),
                country.wikidata,
                "countries",
                4,
                slug=country.code.lower(),
            )
        yield from _peoples(country)
        own = {fold(name) for name in (country.name, *country.names)}
        for seat in country.seats[:4] if country.code != "EUR" else ():
            seat, *spellings = seat.split("=")
            if fold(seat) in own:
                continue
            yield Body(ActorKind.PLACE, seat, country.code, "GOV", tuple(spellings), source="countries", level=3)


def _peoples(country: Country) -> Iterator[Body]:
    plural = [
        d
        for d in country.demonyms
        if d.endswith("s") and not d.endswith("ss") and d[0].isupper() and "." not in d and d != "US"
    ]
    if plural:
        yield Body(ActorKind.PEOPLE, plural[0], country.code, "CVL", tuple(plural[1:]), source="countries", level=3)


def state_bodies(countries: Iterable[Country], ministries: Mapping[str, set[str]]) -> Iterator[Body]:
    """Government, foreign ministry, parliament, police and armed forces of every state, and known ministries."""
    for country in countries:
        if not country.is_state and country.code not in {"TWN", "XKX", "PSE"}:
            continue
        for kind, sector, name, phrases in _OF_EVERY_STATE:
            if sector == "MIL" and _NO_ARMY.search(country.military):
                continue
            yield _of_state(country, kind, sector, name, phrases)
        if not _NO_ARMY.search(country.military):
            yield _of_state(country, ActorKind.MINISTRY, "GOV", "Ministry of Defense", _DEFENSE)
        for portfolio in sorted(ministries.get(country.code, ())):
            yield from _ministry(country, portfolio)


def _of_state(country: Country, kind: ActorKind, sector: str, name: str, phrases: Iterable[str]) -> Body:
    return Body(kind, f"{name} of {country.the()}", country.code, sector, tuple(phrases), source="hand", level=2)


def _ministry(country: Country, portfolio: str) -> Iterator[Body]:
    plain = fold(portfolio)
    if plain in {"foreign affairs", "defense", "national defense"} or len(plain) > 50:
        return
    phrases = [f"Ministry of {portfolio}", *cells(_MINISTRY_WORDS.get(plain, ""))]
    if len(plain.split()) == 1:
        phrases.append(f"{portfolio} ministry")
    yield Body(
        ActorKind.MINISTRY,
        f"Ministry of {portfolio} of {country.the()}",
        country.code,
        "GOV",
        tuple(phrases),
        source="officeholders",
        level=1,
    )


def hand_bodies() -> Iterator[Body]:
    for row in rows(HAND / "organisations.csv"):
        kind = ActorKind(row["kind"])
        name = re.sub(r" \((?!.*hacker|.*company)[^)]*\)$", "", row["name"]) if row["name"].count("(") else row["name"]
        others = [row["name"], *cells(row["others"])] if name != row["name"] else cells(row["others"])
        others = [re.sub(r" \([^)]*\)$", "", other) for other in others]
        yield Body(
            kind,
            row["name"],
            row["country"],
            row["sector"],
            tuple(dict.fromkeys([name, *others])),
            source="hand",
            level=3,
        )


def parties(path: Path) -> Iterator[Body]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["name"] and re.fullmatch(r"[A-Z]{3}", row["country"]) and re.fullmatch(r"Q\d+", row["wikidata_id"]):
                names = [n for n in (row["name_short"], row["name_native"]) if n and len(n) > 1]
                yield Body(
                    ActorKind.PARTY, row["name"], row["country"], "PTY", tuple(names), row["wikidata_id"], "parties", 1
                )


def agencies() -> Iterator[Body]:
    country_of = _table("agency_countries")
    for agency in tomllib.loads((DATA / "agencies.toml").read_text(encoding="utf-8"))["agency"]:
        name = agency["name"]
        names = tuple(n for n in agency["names"] if n != name)
        country = country_of.get(name, "")
        yield Body(ActorKind.AGENCY, name, country, "JRN", names, source="press", level=3)


def _table(name: str) -> dict[str, str]:
    return tomllib.loads((HAND / "press.toml").read_text(encoding="utf-8"))[name]


def state_media(path: Path, countries: Mapping[str, Country]) -> Iterator[Body]:
    code_of = {fold(name): c.code for c in countries.values() for name in (c.name, *c.names)}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name, code = row["outlet"].strip(), code_of.get(fold(row["country"]))
            if name and code and "kcnawatch" not in row["domain"]:
                is_agency = "agency" in name.lower() and "news" in name.lower()
                kind = ActorKind.AGENCY if is_agency else ActorKind.OUTLET
                company = (row["company"].strip(),) if row["company"].strip() != name and is_agency else ()
                yield Body(kind, name, code, "JRN", company, source="state_media", level=2)


def outlets() -> Iterator[Body]:
    country, names = "", set()
    headings = _table("outlet_headings")
    for line in (DATA / "outlets.csv").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            country = headings.get(line[2:].strip(), "")
            continue
        name = line.partition(",")[2].strip()
        if name and name not in names:
            names.add(name)
            short = (name.removeprefix("The "),) if name.startswith("The ") else ()
            yield Body(ActorKind.OUTLET, name, country, "JRN", short, source="press", level=1)
