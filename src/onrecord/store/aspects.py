"""What a statement has several of, or as a range of days: targets, addressee, fields of policy, categories, dates.

One row of `aspect` each, beside the statement's row of `facet`, so that it can be filtered and counted by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import apsw

from onrecord.records import Reading, Speaker, Statement
from onrecord.store.names import Name, name_of, number_of

__all__ = ["OPEN_END", "Aspect", "aspects_of", "file_aspects", "read_aspects", "remove_aspects"]

OPEN_END = "~"  # sorts behind every digit and dash
_FILED = """
    SELECT f.position, p.field, p.value, p.last, n.kind, n.name, n.folded, n.actor, n.wikidata, n.country, n.sector
    FROM facet f JOIN aspect p USING (number)
        LEFT JOIN named n ON p.field IN ('target', 'addressee') AND n.number = p.value
    WHERE f.article = ?"""


class Aspect(NamedTuple):
    """A row of `aspect` less the numbers that SQLite gave."""

    field: str
    value: Name | str
    last: str | None = None


def aspects_of(said: Statement) -> frozenset[Aspect]:
    """All that is filed of a statement."""
    found = [Aspect("target", _speaker(one)) for one in said.targets]
    found += [Aspect("addressee", _speaker(said.addressee))] if said.addressee else []
    found += [Aspect("about", one.value) for one in said.sector]
    found += [Aspect("category", one) for one in said.categories]
    found += [Aspect("made", *_ends(said.made_on))] if said.made_on else []
    found += [Aspect("due", *_ends(said.deadline))] if said.deadline else []
    return frozenset(found)


def file_aspects(connection: apsw.Connection, reading: Reading, passages: Sequence[int]) -> None:
    """File those of all statements. `passages` are the numbers of their passages, in order."""
    for number, said in zip(passages, reading.statements, strict=True):
        for field, value, last in sorted(aspects_of(said), key=repr):
            filed = number_of(connection, value) if isinstance(value, Name) else value
            row = (number, field, filed, last)
            connection.execute("INSERT OR IGNORE INTO aspect VALUES (?, ?, ?, ?)", row)


def read_aspects(connection: apsw.Connection, article: int) -> dict[int, frozenset[tuple[object, ...]]]:
    """What is filed of each statement of an article, by position, as `aspects_of` has it; a name that is gone is None."""
    found: dict[int, set[tuple[object, ...]]] = {}
    for position, field, value, last, *name in connection.execute(_FILED, (article,)):
        is_named = field in ("target", "addressee")
        told = (tuple(name) if name[0] is not None else None) if is_named else value
        found.setdefault(position, set()).add((field, told, last))
    return {position: frozenset(aspects) for position, aspects in found.items()}


def remove_aspects(connection: apsw.Connection, article: int) -> None:
    """Take those of an article out; its rows of `facet` must still be there."""
    connection.execute(
        "DELETE FROM aspect WHERE number IN (SELECT number FROM facet WHERE article = ?)", (article,)
    )


def _speaker(speaker: Speaker) -> Name:
    known = (speaker.id, speaker.wikidata, speaker.country, speaker.sector)
    return name_of("speaker", speaker.name, *known)


def _ends(days: str) -> tuple[str, str]:
    """First and last day of an ISO day or interval.

    >>> _ends("2021-01-04/2021-01-06"), _ends("2021-01-07/.."), _ends("../2021-01-07"), _ends("2021-01-07")
    (('2021-01-04', '2021-01-06'), ('2021-01-07', '~'), ('', '2021-01-07'), ('2021-01-07', '2021-01-07'))
    """
    first, _, last = days.partition("/")
    last = last or first
    return ("" if first == ".." else first, OPEN_END if last == ".." else last)
