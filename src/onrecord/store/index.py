"""Whether the search indexes hold the words of the passages, no more and no fewer."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

import apsw

from onrecord.errors import StoreError
from onrecord.store.connection import connect, select
from onrecord.store.reports import Finding

__all__ = ["compare_by_checksum", "compare_by_word"]

# As the migrations make them: what is indexed, and how it is cut into words.
_INDEXES = {
    "words": ("passage", "unicode61 remove_diacritics 2"),
    "trigrams": ("other_passage", "trigram remove_diacritics 1"),
}


def compare_by_checksum(path: Path) -> list[Finding] | None:
    """By SQLite's own check; None if the store cannot be written.

    Fast, but its checksum is a mere XOR, under which an even number of equal changes can cancel out. SQLite does it
    only where it may write; nothing is written, but writers wait meanwhile.
    """
    try:
        connection = connect(path)
    except StoreError:  # it opened for reading, so it is at worst not writable
        return None
    findings = []
    try:
        for index in _INDEXES:
            try:
                connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608  our own names
            except (apsw.ReadOnlyError, apsw.BusyError, apsw.CantOpenError):
                return None
            except apsw.Error as error:
                findings.append(_finding(index, f"cannot be read ({error})"))
    finally:
        connection.close()
    return findings


def compare_by_word(connection: apsw.Connection) -> list[Finding]:
    """Every word at its place, against indexes made anew in a temporary file; some milliseconds an article."""
    findings = []
    connection.execute("BEGIN")  # what others add meanwhile is not looked at
    try:
        for index, (source, tokenize) in _INDEXES.items():
            try:
                findings += _compare(connection, index, source, tokenize)
            except apsw.Error as error:
                findings.append(_finding(index, f"cannot be read ({error})"))
    finally:
        connection.execute("ROLLBACK")
    return findings


def _compare(connection: apsw.Connection, index: str, source: str, tokenize: str) -> list[Finding]:
    connection.execute(
        f"""CREATE VIRTUAL TABLE temp.new_{index} USING fts5 (heading, body, content = '', tokenize = '{tokenize}');
            INSERT INTO temp.new_{index} (rowid, heading, body) SELECT number, heading, body FROM main.{source};
            CREATE VIRTUAL TABLE temp.new_{index}_places USING fts5vocab (temp, new_{index}, instance);
            CREATE VIRTUAL TABLE temp.{index}_places USING fts5vocab (main, {index}, instance);"""  # noqa: S608  our own names
    )
    columns = "SELECT term, doc, col, offset FROM temp."
    held, wanted = (connection.execute(f"{columns}{name}") for name in (f"{index}_places", f"new_{index}_places"))
    for one, other in zip_longest(held, wanted):
        if one != other:
            term, number = (other or one)[:2]
            return [_finding(index, f"does not fit the passages, first at {term!r} of {_owner(connection, number)}")]
    return _compare_sizes(connection, index)


def _compare_sizes(connection: apsw.Connection, index: str) -> list[Finding]:
    """How many words each passage has, and all have together: by these, answers are ranked."""
    sums = (
        "SELECT NULL, block FROM {0}_data WHERE id = 1 AND EXISTS (SELECT 1 FROM {0}_docsize)"  # of none, any 0 will do
    )
    sizes = f"SELECT id, sz FROM {{0}}_docsize UNION ALL {sums}"  # noqa: S608  our own names
    held, wanted = (connection.execute(sizes.format(name)) for name in (f"main.{index}", f"temp.new_{index}"))
    for one, other in zip_longest(held, wanted):
        if one != other:
            return [_finding(index, f"counts the words wrong of {_owner(connection, (other or one)[0])}")]
    return []


def _owner(connection: apsw.Connection, number: int | None) -> str:
    if number is None:
        return "all passages together"
    query = "SELECT id FROM passage JOIN article ON article.number = passage.article WHERE passage.number = ?"
    return next((f"article {id_}" for (id_,) in select(connection, tuple[str], query, (number,))), "no article")


def _finding(index: str, problem: str) -> Finding:
    return Finding(where="search index", part=index, problem=problem)
