"""From the filters of a query to conditions on the table `facet`, as SQL and the values that go into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from onrecord.commitments import BINDING
from onrecord.store.filing import Flag
from onrecord.store.names import padded
from onrecord.store.query import Filter

__all__ = [
    "ACTOR_ID",
    "ARTICLES",
    "SHARED",
    "STATEMENTS",
    "Condition",
    "condition_of",
    "filter_condition",
    "named_party",
]

Value = str | int | float | None

_OF_STATEMENTS = frozenset(
    {"speaker", "via", "act", "kind", "country", "sector", "is", "confidence"}
    | {"target", "addressee", "about", "category", "made", "due"}
)
_NAMED = "(SELECT number FROM named WHERE {condition})"
_WITH_ASPECT = "(SELECT number FROM aspect WHERE field = ? AND {condition})"
_BOUND = re.compile(r"(>=|<=|>|<)(.*)")
ACTOR_ID = re.compile(r"[a-z]+:[\w:.-]+")  # "person:kim-jong-un"
_WIKIDATA = re.compile(r"[Qq]\d+")
STATEMENTS = "f.position >= 0"  # to the letter as the partial indexes have it, or SQLite would not use them
ARTICLES = "f.position = -1"
_LATER = "~"  # sorts behind every digit and dash: "2024-01~" is the end of that month


class Condition(NamedTuple):
    """A condition on `facet f`, and the values of its question marks.

    `among` lists the numbers for which it holds without `facet`, where an index does that faster.
    """

    sql: str
    values: tuple[Value, ...] = ()
    among: str | None = None

    def and_also(self, other: Condition) -> Condition:
        """Both."""
        return Condition(f"{self.sql} AND {other.sql}", self.values + other.values)

    def put_into(self, query: str) -> str:
        """The query with this in the place of "{condition}". Values never go in: they are bound."""
        return query.replace("{condition}", self.sql)


def filter_condition(filters: Sequence[Filter], *, statements_only: bool = False) -> Condition:
    """All of the filters; with none, and articles wanted too, a condition that always holds."""
    asks_statements = statements_only or any(one.field in _OF_STATEMENTS for one in filters)
    condition = Condition(STATEMENTS if asks_statements else "1")
    for one in filters:
        condition = condition.and_also(condition_of(one, _MAKERS))
    return condition


def condition_of(one: Filter, makers: Mapping[str, Callable[[str], Condition]]) -> Condition:
    """Any of the values of a filter, each made a condition by what its field has among `makers`."""
    parts = [makers[one.field](value) for value in one.values]
    if one.field == "confidence":
        joined = " AND ".join(part.sql for part in parts)
    else:
        joined = " OR ".join(part.sql for part in parts)
    values = tuple(value for part in parts for value in part.values)
    return Condition(f"NOT ifnull(({joined}), 0)" if one.is_negated else f"({joined})", values)


def _is(column: str) -> Callable[[str], Condition]:
    return lambda value: Condition(f"f.{column} = ?", (value,))


def _named(kind: str) -> Callable[[str], Condition]:
    """Whole words of the name, in their order: "kim" is in "Kim Jong Un", "im" is not; behind "=" the whole name."""

    def make(value: str) -> Condition:
        named = _names(kind, value)
        return Condition(f"f.{kind} IN {named.put_into(_NAMED)}", named.values)

    return make


def _names(kind: str, value: str) -> Condition:
    compared = "folded = ?" if value.startswith("=") else "instr(folded, ?)"
    return Condition(f"kind = ? AND {compared}", (kind, _sought(value.removeprefix("="))))


def _speaker(value: str) -> Condition:
    if ACTOR_ID.fullmatch(value):
        return _of_speaker("actor")(value)
    if _WIKIDATA.fullmatch(value):
        return _of_speaker("wikidata")(value.upper())
    return _named("speaker")(value)


def _of_speaker(column: str) -> Callable[[str], Condition]:
    among = Condition(f"kind = 'speaker' AND {column} = ?").put_into(_NAMED)
    return lambda value: Condition(f"f.speaker IN {among}", (value,))


def _via(value: str) -> Condition:
    return Condition("instr(f.via, ?)", (_sought(value),))


def _aspect(field: str, value: Condition) -> Condition:
    return Condition(f"f.number IN {value.put_into(_WITH_ASPECT)}", (field, *value.values))


def _party(field: str) -> Callable[[str], Condition]:
    """Somebody with whom a statement has to do, told as a speaker is."""

    def make(value: str) -> Condition:
        named = named_party(value)
        return _aspect(field, Condition(f"value IN {named.put_into(_NAMED)}", named.values))

    return make


def named_party(value: str) -> Condition:
    """A condition on `named`: somebody by name, id of the catalogue, or Wikidata number."""
    if ACTOR_ID.fullmatch(value):
        return Condition("kind = 'speaker' AND actor = ?", (value,))
    if _WIKIDATA.fullmatch(value):
        return Condition("kind = 'speaker' AND wikidata = ?", (value.upper(),))
    return _names("speaker", value)


def _word(field: str) -> Callable[[str], Condition]:
    return lambda value: _aspect(field, Condition("value = ?", (value,)))


def _within(field: str) -> Callable[[str], Condition]:
    """The days of the statement and those asked for have one in common."""

    def make(value: str) -> Condition:
        first, between, last = value.partition("..")
        until = (last if between else first) or _LATER
        return _aspect(field, Condition("value <= ? AND last >= ?", (until + _LATER, first)))

    return make


def _flag(value: str) -> Condition:
    if value == "commitment":  # as `onrecord.commitments.is_commitment` has it
        return Condition(f"(f.act IN ({', '.join('?' * len(BINDING))}) AND NOT f.flags & ?)", (*BINDING, Flag.NEGATED))
    return Condition("f.flags & ?", (int(Flag[value.upper()]),))


def _article(value: str) -> Condition:
    return Condition("f.article IN (SELECT number FROM article WHERE id = ?)", (value,))


def _confidence(value: str) -> Condition:
    match = _BOUND.fullmatch(value)
    assert match is not None, "checked when the query was read"
    return Condition(f"f.confidence {match[1]} ?", (float(match[2]),))


def _since(value: str) -> Condition:
    return Condition("f.day >= ?", (value,))


def _until(value: str) -> Condition:
    return Condition("(f.day <= ? AND f.day <> '')", (value + _LATER,))


def _date(value: str) -> Condition:
    return Condition("f.day BETWEEN ? AND ?", (value, value + _LATER))


def _sought(value: str) -> str:
    """What to look for among folded names; a name without words, in some script that folding drops, finds nothing."""
    return padded(value) or "\ufdd0"


_MAKERS: Mapping[str, Callable[[str], Condition]] = {
    "speaker": _speaker,
    "via": _via,
    "act": _is("act"),
    "kind": _is("kind"),
    "country": _of_speaker("country"),
    "sector": _of_speaker("sector"),
    "target": _party("target"),
    "addressee": _party("addressee"),
    "about": _word("about"),
    "category": _word("category"),
    "made": _within("made"),
    "due": _within("due"),
    "is": _flag,
    "confidence": _confidence,
    "outlet": _named("outlet"),
    "agency": _named("agency"),
    "language": _is("language"),
    "article": _article,
    "since": _since,
    "until": _until,
    "date": _date,
}

# On columns that rows of events have under the same names.
SHARED: Mapping[str, Callable[[str], Condition]] = {
    field: _MAKERS[field] for field in ("confidence", "article", "since", "until", "date")
}
