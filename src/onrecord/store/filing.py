"""What a passage is filtered, counted and ordered by, filed beside it: one narrow row under the passage's number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntFlag

import apsw

from onrecord.lexicon.actors.folding import fold
from onrecord.records import Reading, Speaker, Statement

__all__ = ["ARTICLE", "Flag", "file_facets", "padded", "remove_facets"]

ARTICLE = -1  # the position of an article's own passage; statements count from 0
DAY_CHARS = 10  # 2021-01-06 of whatever stands behind it

_NAME = """
    SELECT number FROM named WHERE kind = ?1 AND name = ?2 AND ifnull(actor, '') = ifnull(?4, '')
        AND ifnull(wikidata, '') = ifnull(?5, '') AND ifnull(country, '') = ifnull(?6, '')
        AND ifnull(sector, '') = ifnull(?7, '')"""
_NEW_NAME = """
    INSERT INTO named (kind, name, folded, actor, wikidata, country, sector) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"""
_FACET = "INSERT INTO facet VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


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


def file_facets(connection: apsw.Connection, article: int, reading: Reading, passages: Sequence[int]) -> None:
    """File an article and its statements. `passages` are the numbers of their passages, the article's first."""
    about = reading.article
    shared = (
        about.published.value[:DAY_CHARS] if about.published else "",
        _number_name(connection, "outlet", about.outlet),
        _number_name(connection, "agency", about.agency),
        about.language,
    )
    own = (passages[0], article, ARTICLE, *shared, None, "", None, None, 0, None)
    said = (
        (number, article, position, *shared, *_tell(connection, one))
        for position, (number, one) in enumerate(zip(passages[1:], reading.statements, strict=True))
    )
    connection.executemany(_FACET, [own, *said])


def remove_facets(connection: apsw.Connection, article: int) -> None:
    """Take an article and its statements out, before a newer reading comes in. Names stay; they cost nothing."""
    connection.execute("DELETE FROM facet WHERE article = ?", (article,))


def _tell(connection: apsw.Connection, said: Statement) -> tuple[int | None, str, str, str, int, float]:
    number = _number_speaker(connection, said.speaker) if said.speaker else None
    return number, _padded_all(said.via), said.kind.value, said.act.value, int(_flags(said)), said.confidence


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


def _number_speaker(connection: apsw.Connection, speaker: Speaker) -> int:
    known = (speaker.id, speaker.wikidata, speaker.country, speaker.sector)
    return _number(connection, ("speaker", speaker.name, padded(speaker.name), *known))


def _number_name(connection: apsw.Connection, kind: str, name: str | None) -> int | None:
    return _number(connection, (kind, name, padded(name), None, None, None, None)) if name else None


def _number(connection: apsw.Connection, row: tuple[str | None, ...]) -> int:
    for (number,) in connection.execute(_NAME, row):
        return int(number)
    connection.execute(_NEW_NAME, row)
    return connection.last_insert_rowid()
