"""What a passage is filtered, counted and ordered by, filed beside it: one narrow row under the passage's number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntFlag
from typing import NamedTuple

import apsw

from onrecord.lexicon.actors.folding import fold
from onrecord.records import Reading, Speaker, Statement

__all__ = ["ARTICLE", "Flag", "facet_rows", "file_facets", "padded", "read_facets", "remove_facets"]

ARTICLE = -1  # the position of an article's own passage; statements count from 0
DAY_CHARS = 10  # 2021-01-06 of whatever stands behind it

_FILED = """
    SELECT position, day, outlet, agency, language, speaker, via, kind, act, flags, confidence
    FROM facet WHERE article = ? ORDER BY number"""
_NAMED = "SELECT kind, name, folded, actor, wikidata, country, sector FROM named WHERE number = ?"
_NAME = """
    SELECT number FROM named WHERE kind = ?1 AND name = ?2 AND ifnull(actor, '') = ifnull(?4, '')
        AND ifnull(wikidata, '') = ifnull(?5, '') AND ifnull(country, '') = ifnull(?6, '')
        AND ifnull(sector, '') = ifnull(?7, '')"""
_NEW_NAME = """
    INSERT INTO named (kind, name, folded, actor, wikidata, country, sector) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"""
_FACET = "INSERT INTO facet VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Name(NamedTuple):
    """An outlet, an agency or a speaker, as `named` holds it."""

    kind: str
    name: str
    folded: str
    actor: str | None = None
    wikidata: str | None = None
    country: str | None = None
    sector: str | None = None


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


class Flag(IntFlag):
    """How a statement is said, as `facet.flags` holds it."""

    HEDGED = 1
    CONDITIONAL = 2
    NEGATED = 4
    NESTED = 8


def padded(name: str | None) -> str:
    """The words of a name without case, accents and marks, a blank before and after each: whole words can be found.

    >>> padded("Kim Jong-un"), padded(None)
    (' kim jong un ', '')
    """
    folded = fold(name) if name else ""
    return f" {folded} " if folded else ""


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


def read_facets(connection: apsw.Connection, article: int) -> list[tuple[object, ...]]:
    """What is filed of an article and its statements, as `facet_rows` has it; a name that is gone is None."""

    def name(number: apsw.SQLiteValue) -> tuple[object, ...] | None:
        return connection.execute(_NAMED, (number,)).fetchone() if number is not None else None

    rows = connection.execute(_FILED, (article,)).fetchall()
    return [
        (position, day, name(outlet), name(agency), language, name(speaker), *told)
        for position, day, outlet, agency, language, speaker, *told in rows
    ]


def remove_facets(connection: apsw.Connection, article: int) -> None:
    """Take an article and its statements out, before a newer reading comes in. Names stay; they cost nothing."""
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
    return Name("speaker", speaker.name, padded(speaker.name), *known)


def _name(kind: str, name: str | None) -> Name | None:
    return Name(kind, name, padded(name)) if name else None


def _number(connection: apsw.Connection, name: Name | None) -> int | None:
    if name is None:
        return None
    for (number,) in connection.execute(_NAME, name):
        return int(number)
    connection.execute(_NEW_NAME, name)
    return connection.last_insert_rowid()
