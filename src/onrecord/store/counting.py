"""How many statements answer a query, by speaker, act, outlet and so on: what a search can be narrowed by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import apsw
from msgspec import Struct

from onrecord.store.connection import select
from onrecord.store.filters import ACTOR_ID
from onrecord.store.listing import answering
from onrecord.store.query import Query

if TYPE_CHECKING:  # numpy comes with it, which only servers need here
    from onrecord.store.columns import Selection

__all__ = [
    "ASPECTS",
    "COLUMNS",
    "FACETS",
    "ActorRow",
    "Facet",
    "FacetCount",
    "count_facets",
    "count_selected",
    "count_statements",
    "list_actors",
]

TOP = 20  # values shown of each facet

# What is counted -> how a row of `facet` tells it. Speakers tell three of them.
COLUMNS: Mapping[str, str] = {
    "act": "act",
    "kind": "kind",
    "language": "language",
    "month": "substr(day, 1, 7)",
    "confidence": "CAST(min(confidence, 0.99) * 10 AS INTEGER)",
    "outlet": "outlet",
    "agency": "agency",
    "speaker": "speaker",
}
ASPECTS = ("target", "addressee", "about", "category")  # of which a statement can have several
_NAMED = frozenset({"speaker", "outlet", "agency", "target", "addressee"})
_PARTIES = frozenset({"speaker", "target", "addressee"})
_OF_SPEAKERS = ("speaker", "country", "sector")
_IN_ORDER = ("month", "confidence")  # by value; the others by how often
_HOW_MANY = "SELECT count(*) FROM facet f WHERE {condition}"
_FOUND = """
    WITH found AS MATERIALIZED (
        SELECT number, act, kind, language, day, confidence, outlet, agency, speaker FROM facet f WHERE {condition}) """
_GROUPED = "SELECT '{0}', {1}, count(*) FROM found GROUP BY {1}"
_GROUPED_ALL = "SELECT '{0}', {1}, count(*) FROM facet WHERE position >= 0 GROUP BY {1}"  # each has its index
_ASPECT = "SELECT '{0}', p.value, count(*) FROM found JOIN aspect p USING (number) WHERE p.field = '{0}' GROUP BY 2"
_ASPECT_OF_ALL = "SELECT '{0}', value, count(*) FROM aspect WHERE field = '{0}' GROUP BY 2"
_NAMES = "SELECT number, name, actor, country, sector FROM named WHERE number IN (SELECT value FROM json_each(?))"
_VOICES = """
    WITH spoken AS MATERIALIZED (
        SELECT f.speaker, count(*) AS times, min(nullif(f.day, '')) AS first, max(nullif(f.day, '')) AS last
        FROM facet f WHERE {condition} AND f.speaker IS NOT NULL GROUP BY f.speaker)
    SELECT name, actor, wikidata, country, sector, times, first, last
    FROM spoken JOIN named n ON n.number = spoken.speaker"""
FACETS = (*COLUMNS, "country", "sector", *ASPECTS)
_FIELD = {"month": "date"}  # the filter that narrows by it


class NameRow(NamedTuple):
    """A row of `named`, as far as facets tell it."""

    number: int
    name: str
    actor: str | None
    country: str | None
    sector: str | None


class FacetCount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value of a facet. `filter` put behind the query narrows it to this value."""

    value: str
    label: str
    count: int
    filter: str


class Facet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The commonest values of one field, and how many there are in all."""

    field: str
    values: int
    counts: tuple[FacetCount, ...]


class ActorRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A speaker: an actor of the catalogue by its id, or whoever goes by one name that the catalogue does not know."""

    id: str  # "person:kim-jong-un", or "name:" and the name
    name: str  # the commonest
    names: tuple[str, ...]
    wikidata: str | None = None
    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    statements: int
    first: str | None = None  # days of publication
    last: str | None = None
    filter: str


class _Voice(NamedTuple):
    """A row of `named`, with how much was said by it and when."""

    name: str
    actor: str | None
    wikidata: str | None
    country: str | None
    sector: str | None
    times: int
    first: str | None
    last: str | None

    @property
    def id(self) -> str:
        """Who that is."""
        return self.actor or f"name:{self.name}"


def count_statements(connection: apsw.Connection, query: Query) -> int:
    """How many statements answer."""
    condition = answering(connection, query, of_statements=True)
    ((count,),) = select(connection, tuple[int], condition.put_into(_HOW_MANY), condition.values)
    return count


def count_facets(connection: apsw.Connection, query: Query, fields: Sequence[str] = FACETS) -> tuple[Facet, ...]:
    """Each field is counted among what the rest of the query finds, so that other values of it can be chosen too."""
    filtered = {one.field for one in query.filters}
    apart = [name for name in fields if _FIELD.get(name, name) in filtered]
    together = [name for name in fields if name not in apart]
    found = dict(_count(connection, query, together)) if together else {}
    for name in apart:
        found |= dict(_count(connection, query.without(_FIELD.get(name, name)), [name]))
    return tuple(found[name] for name in fields)


def count_selected(selection: Selection, query: Query, fields: Sequence[str] = FACETS) -> tuple[Facet, ...]:
    """The same of what is held in memory."""
    filtered = {one.field for one in query.filters}
    found = []
    together = selection.count(sorted({_column_of(name) for name in fields}))
    for name in fields:
        column, narrowed = _column_of(name), _FIELD.get(name, name)
        counted = together if narrowed not in filtered else selection.count([column], without=narrowed)
        found.append(_make_facet(name, counted[column], selection.tell_names))
    return tuple(found)


def list_actors(connection: apsw.Connection, query: Query) -> list[ActorRow]:
    """Everybody who says something that answers, those who say most first."""
    condition = answering(connection, query, of_statements=True)
    voices = defaultdict(list)
    for voice in select(connection, _Voice, condition.put_into(_VOICES), condition.values):
        voices[voice.id].append(voice)
    actors = [_make_actor(id_, group) for id_, group in voices.items()]
    return sorted(actors, key=lambda one: (-one.statements, one.name, one.id))


def _make_actor(id_: str, voices: list[_Voice]) -> ActorRow:
    voices = sorted(voices, key=lambda one: (-one.times, one.name))
    return ActorRow(
        id=id_,
        name=voices[0].name,
        names=tuple(dict.fromkeys(one.name for one in voices)),
        wikidata=next((one.wikidata for one in voices if one.wikidata), None),
        countries=tuple(dict.fromkeys(one.country for one in voices if one.country)),
        sectors=tuple(dict.fromkeys(one.sector for one in voices if one.sector)),
        statements=sum(one.times for one in voices),
        first=min((one.first for one in voices if one.first), default=None),
        last=max((one.last for one in voices if one.last), default=None),
        filter=_narrow("speaker", id_.removeprefix("name:")),
    )


def _narrow(field: str, value: str) -> str:
    """The filter for exactly this value.

    >>> _narrow("speaker", "person:kim-jong-un"), _narrow("outlet", "Harbour Press")
    ('speaker:person:kim-jong-un', 'outlet:="Harbour Press"')
    """
    if field in _PARTIES and ACTOR_ID.fullmatch(value):
        return f"{field}:{value}"
    if field not in _NAMED:
        return f'{field}:"{value}"' if " " in value else f"{_FIELD.get(field, field)}:{value}"
    plain = value.replace('"', " ").strip()
    return f'{field}:="{plain}"'


def _count(connection: apsw.Connection, query: Query, fields: Sequence[str]) -> Iterable[tuple[str, Facet]]:
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    columns = sorted({_column_of(field) for field in fields})
    for name, value, count in _grouped(connection, query, columns):
        if value not in (None, ""):
            counted[str(name)][str(value)] = int(str(count))
    for field in fields:
        yield field, _make_facet(field, counted[_column_of(field)], partial(_tell_named, connection))


def _grouped(connection: apsw.Connection, query: Query, columns: Sequence[str]) -> apsw.Cursor:
    """(column, value, how often), in one go."""
    if not (query.terms or query.filters):
        return connection.execute(" UNION ALL ".join(_group(name, _GROUPED_ALL, _ASPECT_OF_ALL) for name in columns))
    condition = answering(connection, query, of_statements=True)
    groups = " UNION ALL ".join(_group(name, _GROUPED, _ASPECT) for name in columns)
    return connection.execute(condition.put_into(_FOUND) + groups, condition.values)


def _group(name: str, of_column: str, of_aspect: str) -> str:
    return of_aspect.format(name) if name in ASPECTS else of_column.format(name, COLUMNS[name])


def _column_of(field: str) -> str:
    return "speaker" if field in _OF_SPEAKERS else field


def _make_facet(field: str, counted: dict[str, int], tell: Callable[[Iterable[str]], Iterable[NameRow]]) -> Facet:
    if field in _NAMED or field in _OF_SPEAKERS:
        told = _tell(field, counted, tell(counted))
    else:
        told = [(value, value, count) for value, count in counted.items()]
    merged: dict[str, tuple[str, int]] = {}
    for value, label, count in sorted(told, key=lambda one: -one[2]):
        merged[value] = (merged.get(value, (label, 0))[0], merged.get(value, ("", 0))[1] + count)
    by_count = sorted(merged.items(), key=lambda one: (-one[1][1], one[0]))
    shown = sorted(merged.items(), reverse=True) if field in _IN_ORDER else by_count[:TOP]
    counts = tuple(_make_count(field, value, label, count) for value, (label, count) in shown)
    return Facet(field=field, values=len(merged), counts=counts)


def _tell_named(connection: apsw.Connection, numbers: Iterable[str]) -> Iterable[NameRow]:
    """Those rows of `named`."""
    return select(connection, NameRow, _NAMES, (f"[{','.join(numbers)}]",))


def _tell(field: str, counted: dict[str, int], names: Iterable[NameRow]) -> list[tuple[str, str, int]]:
    """(value, label, count) of what is kept as a number of `named`."""
    told = []
    for number, name, actor, country, sector in names:
        value = actor or name if field in _PARTIES else {"country": country, "sector": sector}.get(field, name)
        if value:
            told.append((value, name if field in _PARTIES else value, counted[str(number)]))
    return told


def _make_count(field: str, value: str, label: str, count: int) -> FacetCount:
    if field == "confidence":
        least = int(value) / 10
        label = f"{least:.1f} to {least + 0.1:.1f}"
        narrowed = f"confidence:>={least:.1f}" + (f" confidence:<{least + 0.1:.1f}" if least < 0.9 else "")
        return FacetCount(value=f"{least:.1f}", label=label, count=count, filter=narrowed)
    return FacetCount(value=value, label=label, count=count, filter=_narrow(field, value))
