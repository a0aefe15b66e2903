"""Roles from a Wikidata export that the user has downloaded: the JSON result of a query, or entities as JSON Lines.

docs/reference/actors.md gives the query. P39 is "position held", P580 and P582 its start and end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import msgspec

from onrecord.lexicon.actors.catalogue import Catalogue
from onrecord.lexicon.actors.folding import slug
from onrecord.lexicon.actors.own import BadRow, OwnActors, join_actors
from onrecord.lexicon.actors.records import Actor, ActorKind, Role

__all__ = ["parse_wikidata"]

_QID = re.compile(r"Q[1-9]\d*$")
_TIME = re.compile(r"\+?(\d{4})-(\d\d)-(\d\d)T")
_SOURCE = "Wikidata, refreshed by the user"
Json = Mapping[str, object]


def parse_wikidata(text: str, catalogue: Catalogue, *, as_of: str) -> OwnActors:
    """Persons with the roles of an export; who is in the catalogue keeps id, names and other roles.

    Args:
        as_of: the day on which the export was made.
    """
    found: list[Actor] = []
    bad: list[BadRow] = []
    for line, row in _rows(text):
        result = row if isinstance(row, BadRow) else _actor(row, line, as_of)
        (bad if isinstance(result, BadRow) else found).append(result)  # type: ignore[arg-type]
    return OwnActors(tuple(_with_known(actor, catalogue) for actor in join_actors(found)), tuple(bad))


def _with_known(actor: Actor, catalogue: Catalogue) -> Actor:
    known = catalogue.get(actor.wikidata or "")
    if known is None or known.kind is not ActorKind.PERSON:
        return actor
    renamed = msgspec.structs.replace(actor, id=known.id, name=known.name, country=known.country)
    (joined,) = join_actors([known, renamed])
    return joined


def _rows(text: str) -> Iterator[tuple[int, Json | BadRow]]:
    """Flat rows: person, label, position, start, end, country."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        yield from _entity_rows(text)
        return
    if isinstance(whole, dict) and "results" in whole:
        bindings = _at(whole, "results", "bindings")
        for number, row in enumerate(bindings if isinstance(bindings, list) else (), 1):
            yield (
                number,
                {key: _at(cell, "value") for key, cell in row.items()}
                if isinstance(row, dict)
                else BadRow(number, "", "no binding"),
            )
    elif isinstance(whole, list):  # the "simple" JSON of the query service
        yield from (
            (number, row if isinstance(row, dict) else BadRow(number, "", "no row"))
            for number, row in enumerate(whole, 1)
        )
    else:
        yield from _entity_rows(text)


def _entity_rows(text: str) -> Iterator[tuple[int, Json | BadRow]]:
    """One row for each position held, from entities of a dump, one a line."""
    entities: list[tuple[int, Json]] = []
    for line, raw in enumerate(text.splitlines(), 1):
        raw = raw.strip().rstrip(",")
        if raw in {"", "[", "]"}:
            continue
        try:
            entity = json.loads(raw)
        except (ValueError, RecursionError):
            yield line, BadRow(line, "", "the line is not JSON")
            continue
        if isinstance(entity, dict) and "labels" in entity:
            entities.append((line, entity))
        else:
            yield line, BadRow(line, "", "the line is no Wikidata entity")
    labels = {str(entity.get("id")): _at(entity, "labels", "en", "value") for _, entity in entities}
    for line, entity in entities:
        statements = _at(entity, "claims", "P39")
        for statement in statements if isinstance(statements, list) else ():
            yield line, _row_of_statement(entity, statement, labels)


def _row_of_statement(entity: Json, statement: object, labels: Mapping[str, object]) -> Json:
    position = str(_at(statement, "mainsnak", "datavalue", "value", "id") or "")
    return {
        "person": entity.get("id"),
        "personLabel": _at(entity, "labels", "en", "value"),
        "positionLabel": labels.get(position),
        "start": _at(statement, "qualifiers", "P580", 0, "datavalue", "value", "time"),
        "end": _at(statement, "qualifiers", "P582", 0, "datavalue", "value", "time"),
    }


def _actor(row: Json, line: int, as_of: str) -> Actor | BadRow:
    wikidata = str(row.get("person") or "").rpartition("/")[2]
    name, title = (str(row.get(field) or "").strip() for field in ("personLabel", "positionLabel"))
    if not _QID.match(wikidata):
        return BadRow(line, "person", "expected the address or number of a Wikidata item")
    if not name or _QID.match(name):
        return BadRow(line, "personLabel", "the person has no English label")
    if not title or _QID.match(title):
        return BadRow(line, "positionLabel", "the position has no English label; a dump must hold the positions too")
    iso = str(row.get("iso") or "")
    country = iso if re.fullmatch(r"[A-Z]{3}", iso) else None
    role = Role(
        title=title[:1].upper() + title[1:],
        office=f"office:{slug(title)}",
        country=country,
        sector="GOV",
        start=_day(row.get("start")),
        end=_day(row.get("end")),
        source=_SOURCE,
        as_of=as_of,
    )
    return Actor(
        id=f"person:{slug(name)}-{wikidata.lower()}",
        kind=ActorKind.PERSON,
        name=name,
        country=country,
        wikidata=wikidata,
        roles=(role,),
        sources=(_SOURCE,),
        as_of=as_of,
        level=3,
    )


def _day(value: object) -> str | None:
    """Day of a time: "+2021-03-00T00:00:00Z" is March 2021."""
    match = _TIME.match(str(value or ""))
    if match is None:
        return None
    year, month, day = match.groups()
    return year if month == "00" else f"{year}-{month}" if day == "00" else f"{year}-{month}-{day}"


def _at(value: object, *path: str | int) -> object:
    """What lies at a path of keys; None where it breaks off."""
    for key in path:
        if isinstance(key, str) and isinstance(value, dict):
            value = value.get(key)
        elif isinstance(key, int) and isinstance(value, list) and len(value) > key:
            value = cast("Sequence[object]", value)[key]
        else:
            return None
    return value
