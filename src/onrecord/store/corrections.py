"""What people say of statements that the reader found: records of their own, which outlive any reading.

A correction holds the statement that was judged, not its number: newer models number anew. It is found again in
another reading by the characters of its content, which stay, since the article's bytes do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import apsw
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from onrecord.errors import UnknownArticle, UsageError
from onrecord.records import Reading, Span, Statement
from onrecord.store.connection import connect, select, told_plainly, writing
from onrecord.store.seals import seal_article

__all__ = ["Correction", "Corrections", "Verdict", "apply_corrections", "corrections_of", "match_corrections"]

CLOSE_ENOUGH = 0.5  # of the characters of both contents together, how many are shared: more is the same statement
_COLUMNS = """c.number, a.id AS article, c.verdict, c.made_at, c.made_by, c.undone_at, c.undone_by, c.reader,
              c.judged, c.corrected FROM correction c JOIN article a ON a.number = c.article"""


class Verdict(StrEnum):
    """What somebody said of a statement."""

    ACCEPT = "accept"
    REJECT = "reject"
    EDIT = "edit"


class Correction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement as it was read, what somebody said of it, and how it should be."""

    number: int
    article: str
    verdict: Verdict
    made_at: str
    made_by: str
    undone_at: str | None = None
    undone_by: str | None = None
    reader: str
    judged: Statement
    corrected: Statement | None = None  # of an edit

    @property
    def is_standing(self) -> bool:
        """Whether it was not taken back."""
        return self.undone_at is None


class _Row(NamedTuple):
    number: int
    article: str
    verdict: Verdict
    made_at: str
    made_by: str
    undone_at: str | None
    undone_by: str | None
    reader: str
    judged: str
    corrected: str | None


class Corrections:
    """The corrections of one store. A context manager."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._connection = connect(path, read_only=read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with told_plainly(self.path):
            self._connection.close()

    def make(
        self, reading: Reading, judged: Statement, *, corrected: Statement | None = None, by: str, verdict: Verdict
    ) -> int:
        """Keep what somebody says of a statement of a reading; on the disk when this returns. Its number.

        Raises:
            UsageError: an edit without the statement as it should be, or one whose characters the article lacks.
        """
        if (verdict is Verdict.EDIT) != (corrected is not None):
            raise UsageError("An edit needs the statement as it should be; nothing else may have one.")
        if corrected:
            _check(reading, corrected)
        query = """INSERT INTO correction (article, verdict, made_at, made_by, reader, judged, corrected)
                   SELECT number, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?, ?, ?, ? FROM article WHERE id = ?
                   RETURNING number, article"""
        values = (verdict.value, by, reading.models.reader, _json(judged), _json(corrected) if corrected else None)
        with told_plainly(self.path), writing(self._connection):
            made = select(self._connection, tuple[int, int], query, (*values, reading.article.id))
            self._file_again(article for _, article in made)
        if not made:
            raise UnknownArticle(f"{self.path}: there is no article {reading.article.id!r}.")
        return made[0][0]

    def undo(self, number: int, *, by: str) -> bool:
        """Take one back; whether it stood. It stays on record."""
        query = """UPDATE correction SET undone_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), undone_by = ?
                   WHERE number = ? AND undone_at IS NULL RETURNING article"""
        with told_plainly(self.path), writing(self._connection):
            undone = select(self._connection, tuple[int], query, (by, number))
            self._file_again(article for (article,) in undone)
        return bool(undone)

    def find(self, number: int) -> Correction | None:
        """The one of a number."""
        return next(iter(self._select(f"SELECT {_COLUMNS} WHERE c.number = ?", (number,))), None)

    def of(self, article_id: str) -> list[Correction]:
        """All of an article, taken back or not, as they were made."""
        return self._select(f"SELECT {_COLUMNS} WHERE a.id = ? ORDER BY c.number", (article_id,))

    def rows(self) -> list[Correction]:
        """All, as they were made."""
        return self._select(f"SELECT {_COLUMNS} ORDER BY c.number", ())

    def articles(self) -> list[str]:
        """Ids of articles of which a correction stands."""
        query = """SELECT DISTINCT a.id FROM correction c JOIN article a ON a.number = c.article
                   WHERE c.undone_at IS NULL ORDER BY a.number"""
        with told_plainly(self.path):
            return [one for (one,) in select(self._connection, tuple[str], query)]

    def _file_again(self, articles: Iterable[int]) -> None:
        """What is searched and listed of an article of which something was said."""
        from onrecord.store.corrected import newest_reading  # noqa: PLC0415  builds on this module
        from onrecord.store.refiling import file_rows  # noqa: PLC0415  builds on this module

        for article in articles:
            file_rows(self._connection, article, newest_reading(self._connection, article))
            seal_article(self._connection, article)

    def _select(self, query: str, values: Sequence[str | int]) -> list[Correction]:
        with told_plainly(self.path):
            rows = select(self._connection, _Row, query, values)
        return [_correction(row) for row in rows]


def corrections_of(connection: apsw.Connection, article: int) -> list[Correction]:
    """All of an article by its number, taken back or not, as they were made."""
    query = f"SELECT {_COLUMNS} WHERE c.article = ? ORDER BY c.number"
    return [_correction(row) for row in select(connection, _Row, query, (article,))]


def match_corrections(reading: Reading, corrections: Iterable[Correction]) -> Mapping[str, Correction]:
    """The correction that stands, by the id of the statement it is of; of several the newest.

    A statement of another reading is the same if it covers the same characters; else if it is no other correction's
    and shares more than half of them.
    """
    standing = [one for one in corrections if one.is_standing]
    places = _places(reading.statements, standing)
    return {places[one.number]: one for one in standing if one.number in places}


def apply_corrections(reading: Reading, corrections: Iterable[Correction]) -> Reading:
    """The reading as people want it: without what was rejected, with edits, and with what a newer reading lost.

    This is what models learn from; readings in the store stay as they were read.
    """
    standing = [one for one in corrections if one.is_standing]
    matched, places = match_corrections(reading, standing), _places(reading.statements, standing)
    kept = [said for said in reading.statements if said.id not in matched]
    kept += [replace(_wanted(one), id=id_) for id_, one in matched.items() if one.verdict is not Verdict.REJECT]
    lost = {one.judged.content: one for one in standing if one.number not in places}
    kept += [
        replace(_wanted(one), id=f"c{one.number}", within=None)
        for one in lost.values()
        if one.verdict is not Verdict.REJECT
    ]
    in_order = sorted(kept, key=lambda said: (said.content[0].start, -said.content[-1].end, said.id))
    return replace(reading, statements=tuple(in_order))


def _wanted(one: Correction) -> Statement:
    return one.corrected or one.judged


def _places(statements: Sequence[Statement], corrections: Sequence[Correction]) -> dict[int, str]:
    """By number of the correction, the id of the statement that it is of; nothing for one that is there no more."""
    exact = {said.content: said.id for said in reversed(statements)}
    places = {one.number: exact[one.judged.content] for one in corrections if one.judged.content in exact}
    free = [said for said in statements if said.id not in places.values()]
    for one in corrections:
        if one.number not in places and free:
            known = (one.judged, *([one.corrected] if one.corrected else []))
            share, at = max((max(_likeness(said, other) for other in known), -n) for n, said in enumerate(free))
            if share > CLOSE_ENOUGH:
                places[one.number] = free[-at].id
    return places


def _likeness(said: Statement, other: Statement) -> float:
    """Characters of both contents shared, of all that either has."""
    ours, theirs = set(_characters(said)), set(_characters(other))
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def _characters(said: Statement) -> Iterator[int]:
    return (at for span in said.content for at in range(span.start, span.end))


def _check(reading: Reading, corrected: Statement) -> None:
    length = len(reading.article.text)
    for span in (*corrected.content, *corrected.source, *corrected.cue):
        if not 0 <= span.start < span.end <= length:
            raise UsageError(f"Characters {_told(span)} are not in the article, which has {length}.")
    if not corrected.content:
        raise UsageError("A statement needs words: its content is empty.")


def _told(span: Span) -> str:
    return f"{span.start} to {span.end}"


def _json(record: Struct) -> str:
    return msgspec.json.encode(record).decode()


def _correction(row: _Row) -> Correction:
    facts = row._asdict()
    facts["judged"] = msgspec.json.decode(row.judged, type=Statement)
    facts["corrected"] = msgspec.json.decode(row.corrected, type=Statement) if row.corrected else None
    return Correction(**facts)
