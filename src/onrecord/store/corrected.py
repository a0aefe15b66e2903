"""What is searched, listed and exported: the newest reading, as those want it who reviewed it.

Readings never change, and neither do their seals in the hash tree. The rows made from one are made anew when a
correction comes or is taken back, in its transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import apsw
import msgspec
from msgspec.structs import replace

from onrecord.records import Reading
from onrecord.store.connection import select
from onrecord.store.corrections import Correction, Verdict, apply_corrections, corrections_of, match_corrections

__all__ = ["Shown", "newest_reading", "show_newest", "show_reading", "verdicts_on"]

_NEWEST = "SELECT record FROM reading WHERE article = ? ORDER BY number DESC LIMIT 1"


class Shown(NamedTuple):
    """A reading with what was reviewed put right, and by id what was said of those statements that it still has."""

    reading: Reading
    verdicts: Mapping[str, Verdict]


def newest_reading(connection: apsw.Connection, article: int) -> Reading:
    """The newest as it was read, by the article's number."""
    ((record,),) = select(connection, tuple[str], _NEWEST, (article,))
    return msgspec.json.decode(record, type=Reading)


def show_newest(connection: apsw.Connection, article: int) -> Shown:
    """The newest as it is shown."""
    return show_reading(connection, article, newest_reading(connection, article))


def show_reading(connection: apsw.Connection, article: int, reading: Reading) -> Shown:
    """A reading as it is shown: without what was rejected, and with what was put right."""
    corrections = [one for one in corrections_of(connection, article) if one.is_standing]
    if not corrections:
        return Shown(reading, {})
    applied = apply_corrections(reading, corrections)
    known = {said.id for said in applied.statements}
    statements = tuple(said if said.within in known else replace(said, within=None) for said in applied.statements)
    return Shown(replace(applied, statements=statements), _verdicts(reading, corrections))


def verdicts_on(connection: apsw.Connection, article: int) -> Mapping[str, Verdict]:
    """What was said of the statements that an article is shown with, by their ids."""
    standing = [one for one in corrections_of(connection, article) if one.is_standing]
    return _verdicts(newest_reading(connection, article), standing) if standing else {}


def _verdicts(reading: Reading, standing: list[Correction]) -> Mapping[str, Verdict]:
    matched = match_corrections(reading, standing)
    numbers = {one.number for one in matched.values()}
    lost = {f"c{one.number}": one.verdict for one in standing if one.number not in numbers}
    return lost | {id_: one.verdict for id_, one in matched.items()}
