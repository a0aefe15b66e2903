"""A thorough look at a store: everything `verify` does, and whether the parts fit each other.

Raw pages are unpacked and compared with their digests, records decoded, spans held against their texts, and the rows
for lists and search made anew from the records and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import apsw
import msgspec
from msgspec import Struct

from onrecord.errors import StoreError
from onrecord.records import Article, Page, Reading, Span, Statement
from onrecord.store.connection import select
from onrecord.store.corrected import show_reading
from onrecord.store.events import event_rows, read_events
from onrecord.store.filing import facet_rows, read_facets
from onrecord.store.index import compare_by_word
from onrecord.store.leaves import Leaf, statements_root
from onrecord.store.pages import page_from, unpack
from onrecord.store.passages import passages_of
from onrecord.store.reports import Finding, opened
from onrecord.store.rows import statement_rows
from onrecord.store.verify import Verified, verify_store

__all__ = ["Checked", "check_store"]

Progress = Callable[[int, int], None]


class Checked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was looked at, and all that was found."""

    verified: Verified
    pages: int
    findings: tuple[Finding, ...]  # with those of `verified`


class _Kept(NamedTuple):
    """A reading and what was made of it; `is_newest` of its article."""

    number: int
    article: int
    id: str
    facts: str
    models: str
    record: str
    parts: str | None
    is_newest: bool


_READINGS = """
    SELECT r.number, a.number, a.id, a.facts, r.models, r.record, l.parts,
        r.number = (SELECT max(number) FROM reading WHERE article = a.number)
    FROM reading r JOIN article a ON a.number = r.article LEFT JOIN leaf l ON l.number = r.number ORDER BY r.number"""


def check_store(path: Path, *, progress: Progress | None = None) -> Checked:
    """Look at everything.

    Args:
        path: the store.
        progress: told how many readings are done, and of how many; what comes before that takes a tenth of the time.

    Raises:
        StoreError: the store cannot be opened or read at all.
    """
    verified = verify_store(path)
    findings = list(verified.findings)
    with opened(path) as connection:
        pages = 0
        try:
            findings += compare_by_word(connection)
            findings += _check_foreign_keys(connection)
            for pages, found in enumerate(_check_pages(connection, path), 1):  # noqa: B007  the last number is told
                findings += found
            for done, kept in enumerate(connection.execute(_READINGS), 1):
                findings += _check_reading(connection, _Kept(*kept))
                if progress:
                    progress(done, verified.readings)
        except (apsw.Error, UnicodeDecodeError) as error:
            findings.append(_finding("file", "SQLite", f"cannot be read ({error})"))
    return Checked(verified=verified, pages=pages, findings=tuple(dict.fromkeys(findings)))


def _check_foreign_keys(connection: apsw.Connection) -> list[Finding]:
    rows = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [
        _finding("file", str(table), f"row {row} belongs to a row of {parent} that is not there")
        for table, row, parent, _ in rows
    ]


def _check_pages(connection: apsw.Connection, path: Path) -> Iterator[list[Finding]]:
    for sha256, length, packed in connection.execute("SELECT sha256, length, packed FROM page"):
        try:
            data = unpack(packed, sha256, path)
        except StoreError as error:
            yield [_finding(f"page {sha256}", "raw page", str(error))]
            continue
        yield (
            []
            if len(data) == length
            else [_finding(f"page {sha256}", "raw page", f"has {len(data)} bytes for {length}")]
        )


def _check_reading(connection: apsw.Connection, kept: _Kept) -> list[Finding]:
    where = f"article {kept.id}, reading {kept.number}"
    try:
        reading = msgspec.json.decode(kept.record, type=Reading)
        page = page_from(kept.facts, b"")
    except msgspec.MsgspecError as error:
        return [_finding(where, "record", f"cannot be read ({error})")]
    problems = [*_check_record(kept, reading, page), *_check_article(reading.article), *_check_statements(reading)]
    if kept.is_newest:
        problems += _check_rows(connection, kept, reading)
    return [_finding(where, part, problem) for part, problem in problems]


def _check_record(kept: _Kept, reading: Reading, page: Page) -> Iterator[tuple[str, str]]:
    if reading.article.id != kept.id:
        yield "record", f"is one of {reading.article.id!r}"
    if reading.article.origin.sha256 != page.origin.sha256:
        yield "record", "was made of other bytes than those kept"
    if msgspec.json.encode(reading.models).decode() != kept.models:
        yield "models", "are not those of the record"
    if kept.parts is not None and msgspec.json.decode(kept.parts, type=Leaf).statements != statements_root(reading):
        yield "statements", "are not those in the hash tree"


def _check_article(article: Article) -> Iterator[tuple[str, str]]:
    for block in article.blocks:
        inside = block.start is None or 0 <= block.start <= (block.end or 0) <= len(article.text)
        if not inside or not 0 <= block.source_start <= block.source_end:
            yield "blocks", f"one at {block.source_start} of the page does not lie inside its text"


def _check_statements(reading: Reading) -> Iterator[tuple[str, str]]:
    ids = [statement.id for statement in reading.statements]
    if len(set(ids)) < len(ids):
        yield "statements", "two have the same id"
    for statement in reading.statements:
        if not statement.content:
            yield f"statement {statement.id}", "has no content"
        if statement.within is not None and statement.within not in ids:
            yield f"statement {statement.id}", f"lies within {statement.within}, which is not there"
        if not all(0 <= span.start < span.end <= len(reading.article.text) for span in _spans(statement)):
            yield f"statement {statement.id}", "a span of it does not lie inside the text"


def _spans(statement: Statement) -> Iterator[Span]:
    yield from (*statement.content, *statement.cue, *statement.source)
    yield from (one.evidence for one in (statement.speaker, *statement.via) if one and one.evidence)


def _check_rows(connection: apsw.Connection, kept: _Kept, reading: Reading) -> Iterator[tuple[str, str]]:
    reading = show_reading(connection, kept.article, reading).reading  # readings are changed by nobody; rows are
    rows = connection.execute("SELECT * FROM statement WHERE article = ? ORDER BY position", (kept.article,)).fetchall()
    if rows != statement_rows(kept.article, reading):
        yield "statements", "the rows for lists are not those of the record"
    query = "SELECT statement, heading, body FROM passage WHERE article = ? ORDER BY number"
    if connection.execute(query, (kept.article,)).fetchall() != passages_of(reading):
        yield "search", "the words that are searched are not those of the record"
    if read_facets(connection, kept.article) != facet_rows(reading):
        yield "filters", "the rows for filters and counts are not those of the record"
    if read_events(connection, kept.article) != event_rows(reading):
        yield "events", "the rows of events are not those of the record"
    article = reading.article
    told = (article.title, article.outlet, article.published.value if article.published else None)
    if select(
        connection,
        tuple[str | None, str | None, str | None],
        "SELECT title, outlet, published FROM article WHERE number = ?",
        (kept.article,),
    ) != [told]:
        yield "facts", "title, outlet or day for lists are not those of the record"


def _finding(where: str, part: str, problem: str) -> Finding:
    return Finding(where=where, part=part, problem=problem)
