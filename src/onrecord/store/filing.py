"""What a passage is filtered, counted and ordered by, filed beside it: one narrow row under the passage's number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntFlag
from typing import NamedTuple

import apsw

from onrecord.records import Reading, Speaker, Statement
from onrecord.store.aspects import Aspect, aspects_of, file_aspects, read_aspects, remove_aspects
from onrecord.store.names import Name, name_of, number_of, padded

__all__ = ["ARTICLE", "Flag", "facet_rows", "file_facets", "read_facets", "remove_facets"]

ARTICLE = -1  # the position of an article's own passage; statements count from 0
DAY_CHARS = 10  # 2021-01-06 of whatever stands behind it

_FILED = """
    SELECT position, day, outlet, agency, language, speaker, via, kind, act, flags, confidence
    FROM facet WHERE article = ? ORDER BY number"""
_NAMED = "SELECT kind, name, folded, actor, wikidata, country, sector FROM named WHERE number = ?"
_FACET = "INSERT INTO facet VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class FacetRow(NamedTuple):
    """A row of `facet` less the numbers that SQLite gave."""

    position: int
    day: str
    outlet: Name | None
    agency: Name | None
    language: str | None
    speaker: Name | None
    via: str
    kind: str | None
    act: str | None
    flags: int
    confidence: float | None
    aspects: frozenset[Aspect] = frozenset()


class Flag(IntFlag):
    """How a statement is said, as `facet.flags` holds it."""

    HEDGED = 1
    CONDITIONAL = 2
    NEGATED = 4
    NESTED = 8


def facet_rows(reading: Reading) -> list[FacetRow]:
    """One row for the article and one for each statement, in the order of their passages."""
    about = reading.article
    day = about.published.value[:DAY_CHARS] if about.published else ""
    shared = (day, _name("outlet", about.outlet), _name("agency", about.agency), about.language)
    own = FacetRow(ARTICLE, *shared, None, "", None, None, 0, None)
    return [own, *(_statement_row(own, position, said) for position, said in enumerate(reading.statements))]


def file_facets(connection: apsw.Connection, article: int, reading: Reading, passages: Sequence[int]) -> None:
    """File an article and its statements. `passages` are the numbers of their passages, the article's first."""
    connection.executemany(
        _FACET,
        [
            (
                *(number, article, row.position, row.day),
                *(_number(connection, row.outlet), _number(connection, row.agency), row.language),
                *(_number(connection, row.speaker), row.via, row.kind, row.act, row.flags, row.confidence),
            )
            for number, row in zip(passages, facet_rows(reading), strict=True)
        ],
    )
    file_aspects(connection, reading, passages[1:])


def read_facets(connection: apsw.Connection, article: int) -> list[tuple[object, ...]]:
    """What is filed of an article and its statements, as `facet_rows` has it; a name that is gone is None."""

    def name(number: apsw.SQLiteValue) -> tuple[object, ...] | None:
        return connection.execute(_NAMED, (number,)).fetchone() if number is not None else None

    rows = connection.execute(_FILED, (article,)).fetchall()
    aspects = read_aspects(connection, article)
    return [
        (position, day, name(outlet), name(agency), language, name(speaker), *told, aspects.get(position, frozenset()))
        for position, day, outlet, agency, language, speaker, *told in rows
    ]


def remove_facets(connection: apsw.Connection, article: int) -> None:
    """Take an article and its statements out, before a newer reading comes in. Names stay; they cost nothing."""
    remove_aspects(connection, article)
    connection.execute("DELETE FROM facet WHERE article = ?", (article,))


def _statement_row(article: FacetRow, position: int, said: Statement) -> FacetRow:
    return article._replace(
        position=position,
        speaker=_speaker(said.speaker) if said.speaker else None,
        via=_padded_all(said.via),
        kind=said.kind.value,
        act=said.act.value,
        flags=int(_flags(said)),
        confidence=said.confidence,
        aspects=aspects_of(said),
    )


def _padded_all(speakers: Iterable[Speaker]) -> str:
    return "".join(padded(one.name) for one in speakers)


def _flags(said: Statement) -> Flag:
    told = {
        Flag.HEDGED: said.hedged,
        Flag.CONDITIONAL: said.conditional,
        Flag.NEGATED: said.negated,
        Flag.NESTED: said.within is not None,
    }
    return Flag(sum(flag for flag, is_so in told.items() if is_so))


def _speaker(speaker: Speaker) -> Name:
    known = (speaker.id, speaker.wikidata, speaker.country, speaker.sector)
    return name_of("speaker", speaker.name, *known)


def _name(kind: str, name: str | None) -> Name | None:
    return name_of(kind, name) if name else None


def _number(connection: apsw.Connection, name: Name | None) -> int | None:
    return number_of(connection, name) if name else None
