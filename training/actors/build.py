"""Build `src/onrecord/data/actors.bin` from the knowledge bases, the old dictionaries and the hand layer.

    python -m training.actors.build --shared ../shared

The same inputs give the same file, byte for byte. README.md beside this file tells the sources and their licences.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from onrecord.lexicon.actors.folding import fold, singular_phrase, slug
from onrecord.lexicon.actors.packed import pack, packed_bytes
from onrecord.lexicon.actors.records import Actor, ActorKind, Role, Source
from training.actors.bodies import agencies, country_bodies, hand_bodies, outlets, parties, state_bodies, state_media
from training.actors.countries import HAND, Country, cells, read_countries, rows
from training.actors.facts import Body, Person, Term
from training.actors.offices import close_by_successors, kind_of, level_of, title_of
from training.actors.people import read_people

OUT = Path(__file__).parents[2] / "src/onrecord/data/actors.bin"
MADE = "2026-11-24"
PREFIX = {
    ActorKind.PERSON: "person",
    ActorKind.OFFICE: "office",
    ActorKind.COUNTRY: "country",
    ActorKind.PLACE: "place",
    ActorKind.PEOPLE: "people",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    actors, sources, countries = build_actors(args.shared)
    columns = pack(
        actors,
        sources=sources,
        demonyms=country_words(countries),
        places=read_places(args.shared / "data/actors/countries_actors.jsonl", countries),
        agents=read_agents(args.shared / "data/actors"),
        made=MADE,
    )
    data = packed_bytes(columns)
    args.out.write_bytes(data)
    counts = Counter(actor.kind.value for actor in actors)
    print(f"{len(actors)} actors, {sum(len(a.roles) for a in actors)} roles, {len(data):,} bytes")
    print("\n".join(f"{count:7d} {kind}" for kind, count in counts.most_common()))
    by_source = Counter(name for actor in actors for name in actor.sources)
    print("\n".join(f"{count:7d} {name}" for name, count in by_source.most_common()))


def build_actors(shared: Path) -> tuple[list[Actor], dict[str, Source], dict[str, Country]]:
    """Everything in the catalogue, by kind and id."""
    raw = tomllib.loads((HAND / "sources.toml").read_text(encoding="utf-8"))
    sources = {key: msgspec.convert(list(source.values()), Source) for key, source in raw.items()}
    countries = read_countries(shared / "data/knowledge")
    people = read_people(shared, countries)
    close_by_successors(people, {key: source.as_of for key, source in sources.items()})
    names = {key: source.name for key, source in sources.items()}
    made = [make_person(person, countries, sources) for person in people]
    made += make_offices(people, countries, sources)
    made += [make_body(body, sources) for body in join_bodies(read_bodies(shared, countries, people))]
    return (
        give_ids(made, pinned={id(a) for a, p in zip(made, people, strict=False) if p.pinned}),
        _by_name(sources, names),
        countries,
    )


def _by_name(sources: Mapping[str, Source], names: Mapping[str, str]) -> dict[str, Source]:
    return {names[key]: source for key, source in sources.items()}


def make_person(person: Person, countries: Mapping[str, Country], sources: Mapping[str, Source]) -> Actor:
    roles = tuple(make_role(term, countries, sources) for term in person.terms)
    levels = [level_of(term.position, countries.get(term.country)) for term in person.terms]
    used = sorted({*person.sources, *(term.source for term in person.terms)})
    return Actor(
        id="",
        kind=ActorKind.PERSON,
        name=person.name,
        names=tuple(sorted(person.names)),
        country=person.country or None,
        wikidata=person.wikidata or None,
        sector=None,
        roles=roles,
        sources=tuple(sources[key].name for key in used),
        as_of=max(sources[key].as_of for key in used),
        level=max(levels, default=3 if person.pinned else 1),
    )


def make_role(term: Term, countries: Mapping[str, Country], sources: Mapping[str, Source]) -> Role:
    title = title_of(term.position, countries.get(term.country))
    source = sources[term.source]
    is_office = term.source not in {"petrarch", "archigos"}
    return Role(
        title=title,
        office=f"office:{slug(title)}" if is_office else None,
        country=term.country,
        sector=_sector(term),
        start=term.start or None,
        end=term.end or None,
        source=source.name,
        as_of=source.as_of,
    )


def _sector(term: Term) -> str:
    words = {
        "Military officer": "MIL",
        "Member of parliament": "LEG",
        "Member of the judiciary": "JUD",
        "Intelligence official": "SPY",
    }
    return words.get(term.position) or kind_of(term.position).sector


def make_offices(
    people: Iterable[Person], countries: Mapping[str, Country], sources: Mapping[str, Source]
) -> list[Actor]:
    """One actor for each office that somebody held, found also by what newspapers call its kind."""
    found: dict[str, tuple[str, str, set[str]]] = {}
    for person in people:
        for term in person.terms:
            if term.source not in {"petrarch", "archigos"}:
                title = title_of(term.position, countries.get(term.country))
                found.setdefault(slug(title), (title, term.country, set()))[2].add(term.position)
    offices = []
    for title, country, positions in found.values():
        levels = {level_of(position, countries.get(country)) for position in positions}
        names = {*positions, *(phrase for p in positions for phrase in kind_of(p).phrases)}
        names |= {"leader"} if max(levels) == 5 else set()
        offices.append(
            Actor(
                id=f"office:{slug(title)}",
                kind=ActorKind.OFFICE,
                name=title,
                names=tuple(sorted(names - {title})),
                country=country,
                sector=kind_of(min(positions)).sector,
                sources=(sources["officeholders"].name,),
                as_of=sources["officeholders"].as_of,
                level=max(levels),
            )
        )
    return offices


def read_bodies(shared: Path, countries: Mapping[str, Country], people: Iterable[Person]) -> Iterator[Body]:
    """Bodies of all sources; of those that are the same the first is kept, so the surest come first."""
    knowledge = shared / "data/knowledge"
    yield from country_bodies(countries.values())
    yield from hand_bodies()
    yield from agencies()
    yield from parties(knowledge / "parties/parties_wikidata.csv")
    yield from state_media(knowledge / "state_media/state_media.csv", countries)
    yield from outlets()
    yield from state_bodies(countries.values(), _ministries(people))


def _ministries(people: Iterable[Person]) -> dict[str, set[str]]:
    """Portfolios of ministers since 2010, by country: where there was a minister there is a ministry."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for person in people:
        for term in person.terms:
            match = re.fullmatch(r"(?:Federal )?Minister (?:of|for) (?:the )?([A-Z][\w ,'-]+)", term.position)
            if match and term.start >= "2010" and term.country not in {"UNO", "EUR", "IGO", "GBR", "AUS", "USA"}:
                found[term.country][match.group(1)] += 1
    return {country: {p for p, count in counts.items() if count > 1} for country, counts in found.items()}


MEDIA = {ActorKind.AGENCY, ActorKind.OUTLET}


def join_bodies(bodies: Iterable[Body]) -> list[Body]:
    """One for each; a later one of the same country that shares a long name adds its names and Wikidata id."""
    kept: list[Body] = []
    by_key: dict[tuple[str, str], int] = {}
    named: dict[str, int] = {}
    for body in bodies:
        keys = {(body.country, fold(name)) for name in (body.name, *body.names) if len(fold(name)) > 6}
        if body.kind in {ActorKind.COUNTRY, ActorKind.PEOPLE, ActorKind.PLACE}:
            kept.append(body)
            continue
        own = (body.country, fold(body.name))
        at = by_key.get(own)
        if at is None and body.kind in MEDIA:
            at = named.get(fold(body.name))
            short = (named[name] for name in map(fold, body.names) if name in named)
            at = at if at is not None else next((number for number in short if kept[number].kind in MEDIA), None)
        at = (
            at
            if at is not None
            else next((by_key[k] for k in sorted(keys) if k in by_key and " of " in body.name), None)
        )
        if at is None:
            by_key |= {key: len(kept) for key in keys if key not in by_key}
            by_key.setdefault(own, len(kept))
            if body.source in {"hand", "press"} and body.kind is not ActorKind.PARTY:
                named |= {fold(name): len(kept) for name in (body.name, *body.names) if fold(name) not in named}
            kept.append(body)
            continue
        first = kept[at]
        is_media = first.kind in MEDIA
        names = tuple(dict.fromkeys([*first.names, *(() if is_media else (body.name,)), *body.names]))
        kept[at] = Body(
            first.kind,
            first.name,
            first.country,
            first.sector,
            names,
            first.wikidata or body.wikidata,
            first.source,
            first.level,
            first.slug,
        )
    return kept


def make_body(body: Body, sources: Mapping[str, Source]) -> Actor:
    source = sources[body.source]
    return Actor(
        id=f"{PREFIX.get(body.kind, 'org')}:{body.slug}" if body.slug else "",
        kind=body.kind,
        name=body.name,
        names=tuple(dict.fromkeys(name for name in body.names if name != body.name)),
        country=body.country or None,
        wikidata=body.wikidata or None,
        sector=body.sector or None,
        sources=(source.name,),
        as_of=source.as_of,
        level=body.level,
    )


def give_ids(actors: Sequence[Actor], *, pinned: set[int]) -> list[Actor]:
    """Readable ids. Of several with one name the pinned one, else the one longest in Wikidata, has the plain id.

    So an actor that is added later never takes the id of another.
    """
    wanted: dict[str, list[Actor]] = defaultdict(list)
    for actor in actors:
        wanted[actor.id or f"{PREFIX.get(actor.kind, 'org')}:{slug(actor.name)}"].append(actor)
    named = []
    for plain, same in wanted.items():
        same.sort(
            key=lambda a: (id(a) not in pinned, int((a.wikidata or "Q9999999999")[1:]), -a.level, a.country or "")
        )
        taken: set[str] = set()
        for at, actor in enumerate(same):
            tail = (actor.wikidata or actor.country or "x").lower()
            actor_id = plain if at == 0 else f"{plain}-{tail}"
            while actor_id in taken:
                actor_id += "-2"
            taken.add(actor_id)
            named.append(msgspec.structs.replace(actor, id=actor_id))
    return sorted(named, key=lambda a: a.id)


def country_words(countries: Mapping[str, Country]) -> dict[str, str]:
    """Names, adjectives and peoples of countries; what several claim belongs to the one in which it is said first."""
    found: dict[str, str] = {}
    ranked = sorted(countries.values(), key=lambda c: (c.code != "COD", not c.is_state, c.code))
    for words in ("name", "names", "demonyms"):
        for country in ranked:
            given = getattr(country, words)
            for word in [given] if isinstance(given, str) else given:
                key = f"!{fold(word)}" if _is_acronym(word) else fold(word)
                if len(key) > 1 and key not in COMMON:
                    found.setdefault(key, country.code)
    return found


def _is_acronym(word: str) -> bool:
    """True of "US" and "CAR", which stand for a country only in capitals."""
    return word.isascii() and word.replace(".", "").isupper()


def read_places(path: Path, countries: Mapping[str, Country]) -> dict[str, str]:
    """Towns and regions that stand among the aliases of countries in the old dictionary, and seats."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        codes = {role.get("code", "") for role in row["roles"]}
        if len(codes) == 1 and (code := min(codes)) in countries:
            for name in row.get("aliases", ()):
                found[fold(name)].add(code)
    for row in rows(HAND / "places.csv"):
        for place in cells(row["places"]):
            found[fold(place)] = {row["country"]}
    for country in countries.values():
        for seat in (name for names in country.seats for name in names.split("=")):
            found[fold(seat)] = {country.code}
    return {
        name: min(codes) for name, codes in found.items() if len(codes) == 1 and len(name) > 3 and name not in COMMON
    }


# Aliases of that dictionary that are also plain words.
COMMON = {
    "new flower",
    "north",
    "south",
    "norths",
    "souths",
    "states",
    "moonland",
    "rosso",
    "mission",
    "union",
    "central",
    "reading",
    "nice",
    "bath",
    "fuego",
}


def read_agents(folder: Path) -> list[tuple[str, str, str]]:
    """Words for unnamed sources with their sector: PLOVER's list before the hand layer before PETRARCH's."""
    found: dict[str, tuple[str, str]] = {}
    for line in (folder / "plover_agents.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("sector") and row["sector"] not in {"JNK", "NON", "IMG"}:
            for name in (row["name"], *(row.get("aliases") or ())):
                found.setdefault(singular_phrase(fold(name)), (row["sector"], row.get("sector2") or ""))
    for row in rows(HAND / "agents.csv"):
        found.setdefault(row["phrase"], (row["sector"], row["second"]))
    for line in (folder / "agents.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        code = row["roles"][0].get("code", "")[1:] if row.get("roles") else ""
        if code[:3] in PLOVER and "!" not in row["name"]:
            found.setdefault(singular_phrase(fold(row["name"])), (PLOVER[code[:3]], PLOVER.get(code[3:6], "")))
    return [(phrase, *sectors) for phrase, sectors in found.items() if phrase]


# CAMEO's roles in PLOVER's words.
PLOVER = {
    code: code
    for code in [
        "GOV",
        "MIL",
        "COP",
        "SPY",
        "JUD",
        "LEG",
        "PTY",
        "OPP",
        "REB",
        "UAF",
        "EDU",
        "BUS",
        "AGR",
        "LAB",
        "REL",
        "CRM",
        "CVL",
        "ELI",
        "REF",
    ]
}
PLOVER |= {
    "MED": "JRN",
    "HLH": "MED",
    "NGO": "SOC",
    "HRI": "SOC",
    "ENV": "SOC",
    "DEV": "GOV",
    "SET": "CVL",
    "UNR": "CVL",
}


if __name__ == "__main__":
    main()
