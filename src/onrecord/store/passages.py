"""What of a reading is searched: one row for the article, one for each statement, kept in step with both indexes."""

from __future__ import annotations

import re

import apsw

from onrecord.records import BlockRole, Reading, Statement

__all__ = ["CLOSE", "OPEN", "file_passages", "holds_other_script", "passages_of", "remove_passages"]

# SQLite marks what matched with these two. Unicode promises that no text means anything by them; where one stands
# all the same, and for NUL, at which SQLite would stop, the indexed copy has a blank, so that offsets stay.
OPEN, CLOSE = "\ufdd0", "\ufdd1"
_BLANKED = str.maketrans({OPEN: " ", CLOSE: " ", "\0": " "})

# Letters that are not Latin: all from Greek on, less the later blocks of Latin letters.
_OTHER_SCRIPT = re.compile(
    r"(?![\u1d00-\u1dbf\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f])[^\W\d_\x00-\u036f]"
)

# How FTS5 wants to be told: with the very texts that it indexed.
_FORGET = """
    INSERT INTO {index} ({index}, rowid, heading, body)
    SELECT 'delete', number, heading, body FROM passage WHERE article = ? {condition}"""

_SEARCHED_APART = (BlockRole.CAPTION, BlockRole.CREDIT, BlockRole.BYLINE, BlockRole.DATELINE)


def holds_other_script(text: str) -> bool:
    """Whether a letter stands in it that is not Latin.

    >>> holds_other_script("Łódź café Tiếng"), holds_other_script("Kim 金正恩"), holds_other_script("Путин")
    (False, True, True)
    """
    return _OTHER_SCRIPT.search(text) is not None


def file_passages(connection: apsw.Connection, number: int, reading: Reading) -> list[int]:
    """Make an article and its statements findable; the numbers of their passages, the article's first."""
    return [
        _file(connection, number, statement, heading=heading, body=body)
        for statement, heading, body in passages_of(reading)
    ]


def passages_of(reading: Reading) -> list[tuple[str | None, str, str]]:
    """What is searched of a reading: the id of a statement (None: the article), its heading and its body."""
    text = reading.article.text
    about = (None, reading.article.title or "", _article_body(reading))
    passages = [about, *((said.id, _names(said), _content(text, said)) for said in reading.statements)]
    return [(id_, heading.translate(_BLANKED), body.translate(_BLANKED)) for id_, heading, body in passages]


def remove_passages(connection: apsw.Connection, number: int) -> None:
    """Take an article and its statements out of the search, before a newer reading comes in."""
    for index, condition in (("words", ""), ("trigrams", "AND other_script = 1")):
        query = _FORGET.replace("{index}", index).replace("{condition}", condition)
        connection.execute(query, (number,))
    connection.execute("DELETE FROM passage WHERE article = ?", (number,))


def _file(connection: apsw.Connection, number: int, statement: str | None, *, heading: str, body: str) -> int:
    is_other = holds_other_script(heading) or holds_other_script(body)
    connection.execute(
        "INSERT INTO passage (article, statement, heading, body, other_script) VALUES (?, ?, ?, ?, ?)",
        (number, statement, heading, body, int(is_other)),
    )
    passage = connection.last_insert_rowid()
    row = (passage, heading, body)
    connection.execute("INSERT INTO words (rowid, heading, body) VALUES (?, ?, ?)", row)
    if is_other:
        connection.execute("INSERT INTO trigrams (rowid, heading, body) VALUES (?, ?, ?)", row)
    return passage


def _article_body(reading: Reading) -> str:
    article = reading.article
    apart = [block.text for block in article.blocks if block.role in _SEARCHED_APART and block.text]
    return "\n\n".join([article.text, *apart])


def _names(said: Statement) -> str:
    speaker = [said.speaker.name] if said.speaker else []
    return " · ".join([*speaker, *(via.name for via in said.via)])


def _content(text: str, said: Statement) -> str:
    return " … ".join(text[span.start : span.end] for span in said.content)
