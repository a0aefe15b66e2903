"""From a query to what answers it.

Words go to an index of words. A query with letters that are not Latin goes to an index of letter triples, which
finds names inside longer words (Chinese writes no blanks; Korean and Russian add endings); with a word of one or
two letters, which has no triple, the passages in such scripts are looked through one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import apsw
import msgspec
from msgspec.structs import replace

from onrecord.records import Act, Span
from onrecord.store.connection import select
from onrecord.store.corrected import verdicts_on
from onrecord.store.filters import Condition, filter_condition
from onrecord.store.passages import CLOSE, OPEN, holds_other_script
from onrecord.store.query import Query, Term
from onrecord.store.results import Hit, Listed

__all__ = ["cut_snippet", "find_hits", "list_newest", "text_condition"]

SNIPPET_CHARS = 280  # three lines of a column of 90 letters
OPENING_CHARS = 90  # one line of a list
TRIGRAM = 3
MIN_BEGINNING = 3

# The index first, and a score only for what passes the filters: that costs as much as everything else together.
_RANKED = """
    WITH placed AS MATERIALIZED
        (SELECT f.number, bm25({index}, 3.0, 1.0) AS score, f.article, f.position
         FROM {index} CROSS JOIN facet f ON f.number = {index}.rowid WHERE {index} MATCH ? AND {condition})
    SELECT number FROM placed
    WHERE position >= 0 OR article NOT IN (SELECT article FROM placed WHERE position >= 0)
    ORDER BY score, number LIMIT ? OFFSET ?"""
_MARKED = """
    SELECT number, article, statement,
        highlight({index}, 0, char(0xfdd0), char(0xfdd1)), highlight({index}, 1, char(0xfdd0), char(0xfdd1))
    FROM {index} CROSS JOIN passage ON number = {index}.rowid
    WHERE {index} MATCH ? AND +{index}.rowid IN (SELECT value FROM json_each(?))"""
_LOOKED_THROUGH = """
    WITH placed AS MATERIALIZED
        (SELECT number, f.article, position, statement, heading, body FROM passage p JOIN facet f USING (number)
         WHERE other_script = 1 AND {condition})
    SELECT number, article, statement, heading, body FROM placed
    WHERE position >= 0 OR article NOT IN (SELECT article FROM placed WHERE position >= 0)
    ORDER BY number DESC LIMIT ? OFFSET ?"""
_FILTERED = """
    SELECT number, f.article, statement, heading, body FROM facet f JOIN passage USING (number)
    WHERE {condition} ORDER BY f.day DESC, f.article DESC, f.position LIMIT ? OFFSET ?"""
_ANY = "SELECT 1 FROM words JOIN facet f ON f.number = words.rowid WHERE words MATCH ? AND {condition} LIMIT 1"
_WORDS = "SELECT rowid FROM words WHERE words MATCH ?"
_TRIGRAMS = "SELECT rowid FROM trigrams WHERE trigrams MATCH ?"
_AMONG_OTHERS = "f.number IN (SELECT number FROM passage p WHERE other_script = 1 AND {condition})"
_NEWEST = """
    SELECT a.number, id, title, substr(body, 1, 400), outlet, published, url, path, version, added_at
    FROM article a JOIN passage p ON p.article = a.number AND p.statement IS NULL
    ORDER BY published DESC NULLS LAST, a.number DESC LIMIT ? OFFSET ?"""


class _Found(NamedTuple):
    """One passage, with what matched in its heading and body between OPEN and CLOSE."""

    number: int
    article: int
    statement: str | None
    heading: str
    body: str


class _Row(NamedTuple):
    """An article as `_NEWEST` gives it."""

    number: int
    id: str
    title: str | None
    body: str
    outlet: str | None
    published: str | None
    url: str | None
    path: str
    version: int
    added_at: str


def find_hits(connection: apsw.Connection, query: Query, *, limit: int, offset: int) -> tuple[Hit, ...]:
    """Statements that answer the query, and articles that do while none of their statements does; best first.

    With filters alone: the statements that pass them, newest first.
    """
    if not (query.terms or query.filters) or limit <= 0:
        return ()
    found = _find(connection, query, (limit, max(offset, 0)))
    return tuple(_make_hit(connection, one) for one in found)


def text_condition(connection: apsw.Connection, query: Query) -> Condition:
    """The terms of a query as a condition on `facet f`: the same passages that `find_hits` would find."""
    terms = query.terms
    if not terms:
        return Condition("1")
    if not _holds_other(terms):
        return Condition(f"f.number IN ({_WORDS})", (_match(_meant(connection, query)),), _WORDS)
    if _all_have_triples(terms):
        return Condition(f"f.number IN ({_TRIGRAMS})", (_match(terms),), _TRIGRAMS)
    found = _looks_like(terms)
    return Condition(found.put_into(_AMONG_OTHERS), found.values)


def _find(connection: apsw.Connection, query: Query, window: tuple[int, int]) -> list[_Found]:
    condition = filter_condition(query.filters, statements_only=not query.terms)
    if not query.terms:
        listed = condition.put_into(_FILTERED)
        return select(connection, _Found, listed, (*condition.values, *window))
    if not _holds_other(query.terms):
        return _find_indexed(connection, "words", _match(_meant(connection, query)), condition, window)
    if _all_have_triples(query.terms):
        return _find_indexed(connection, "trigrams", _match(query.terms), condition, window)
    return _look_through(connection, query.terms, condition, window)


def _meant(connection: apsw.Connection, query: Query) -> Sequence[Term]:
    """Whole words; if no passage has them all, words that begin so, unless the beginning is too short to tell much."""
    condition = filter_condition(query.filters)
    if any(_count_letters(term) < MIN_BEGINNING for term in query.terms):
        return query.terms
    if connection.execute(condition.put_into(_ANY), (_match(query.terms), *condition.values)).fetchall():
        return query.terms
    return [Term(term.text, is_prefix=True) for term in query.terms]


def _holds_other(terms: Sequence[Term]) -> bool:
    return any(holds_other_script(term.text) for term in terms)


def _all_have_triples(terms: Sequence[Term]) -> bool:
    return all(len(term.text) >= TRIGRAM for term in terms)


def _count_letters(term: Term) -> int:
    return sum(letter.isalnum() for letter in term.text)


def _match(terms: Sequence[Term]) -> str:
    """The terms in FTS5's language, quoted so that nothing in them can be taken for its syntax."""
    quoted = ('"' + term.text.replace('"', '""') + '"' for term in terms)
    return " AND ".join(text + " *" * term.is_prefix for text, term in zip(quoted, terms, strict=True))


def _find_indexed(
    connection: apsw.Connection, index: str, match: str, condition: Condition, window: tuple[int, int]
) -> list[_Found]:
    """Names (in the heading) count three times as much as words of the body."""
    ranked, marked = (query.replace("{index}", index) for query in (_RANKED, _MARKED))
    ranked = condition.put_into(ranked)
    numbers = [number for (number,) in select(connection, tuple[int], ranked, (match, *condition.values, *window))]
    found = {one.number: one for one in select(connection, _Found, marked, (match, str(numbers)))}
    return [found[number] for number in numbers]


def _look_through(
    connection: apsw.Connection, terms: Sequence[Term], condition: Condition, window: tuple[int, int]
) -> list[_Found]:
    """The newest first; letters must match to the case outside ASCII, which most scripts concerned do not have."""
    both = _looks_like(terms).and_also(condition)
    looked = both.put_into(_LOOKED_THROUGH)
    found = select(connection, _Found, looked, (*both.values, *window))
    any_term = re.compile("|".join(re.escape(term.text) for term in terms), re.IGNORECASE)
    mark = rf"{OPEN}\g<0>{CLOSE}"
    return [one._replace(heading=any_term.sub(mark, one.heading), body=any_term.sub(mark, one.body)) for one in found]


def _looks_like(terms: Sequence[Term]) -> Condition:
    """Every term stands in heading or body of `passage p`."""
    one = r"(p.heading LIKE ? ESCAPE '\' OR p.body LIKE ? ESCAPE '\')"
    wanted = tuple(pattern for term in terms for pattern in [_like(term.text)] * 2)
    return Condition(" AND ".join([one] * len(terms)), wanted)


def _like(text: str) -> str:
    return "%" + re.sub(r"([%_\\])", r"\\\1", text) + "%"


def _make_hit(connection: apsw.Connection, found: _Found) -> Hit:
    about = "SELECT id, title, outlet, published FROM article WHERE number = ?"
    ((id_, title, outlet, published),) = select(
        connection, tuple[str, str | None, str | None, str | None], about, (found.article,)
    )
    snippet, matches = cut_snippet(*_take_marks_out(found.body))
    in_heading = _take_marks_out(found.heading)[1]
    hit = Hit(article_id=id_, title=title, outlet=outlet, published=published, snippet=snippet, matches=matches)
    if found.statement is None:
        return replace(hit, title_matches=in_heading)
    return _tell_statement(connection, hit, found, in_heading)


def _tell_statement(connection: apsw.Connection, hit: Hit, found: _Found, in_names: tuple[Span, ...]) -> Hit:
    query = "SELECT speaker, via, act, hedged, conditional, negated FROM statement WHERE article = ? AND id = ?"
    ((speaker, via, act, hedged, conditional, negated),) = select(
        connection, tuple[str | None, str, Act, bool, bool, bool], query, (found.article, found.statement)
    )
    return replace(
        hit,
        statement_id=found.statement,
        speaker=speaker,
        speaker_matches=tuple(span for span in in_names if span.end <= len(speaker or "")),
        via=msgspec.json.decode(via, type=tuple[str, ...]),
        act=act,
        hedged=hedged,
        conditional=conditional,
        negated=negated,
        review=verdicts_on(connection, found.article).get(found.statement or ""),
    )


def list_newest(connection: apsw.Connection, *, limit: int, offset: int) -> tuple[Listed, ...]:
    """Articles by day of publication, newest first; those without one come last."""
    return tuple(_make_listed(connection, row) for row in select(connection, _Row, _NEWEST, (limit, offset)))


def _make_listed(connection: apsw.Connection, row: _Row) -> Listed:
    query = "SELECT speaker FROM statement WHERE article = ? ORDER BY position"
    said = select(connection, tuple[str | None], query, (row.number,))
    return Listed(
        article_id=row.id,
        title=row.title,
        opening=cut_snippet(row.body, (), width=OPENING_CHARS)[0].strip(),
        outlet=row.outlet,
        published=row.published,
        url=row.url,
        path=row.path,
        version=row.version,
        added_at=row.added_at,
        statements=len(said),
        speakers=tuple(dict.fromkeys(speaker for (speaker,) in said if speaker)),
    )


def _take_marks_out(marked: str) -> tuple[str, tuple[Span, ...]]:
    """The text without marks, and where they were.

    >>> _take_marks_out(f"a {OPEN}big{CLOSE} man")
    ('a big man', (Span(start=2, end=5),))
    """
    text, spans, start, length = [], [], 0, 0
    for part in re.split(f"([{OPEN}{CLOSE}])", marked):
        if part == OPEN:
            start = length
        elif part == CLOSE:
            spans.append(Span(start, length))
        else:
            text.append(part)
            length += len(part)
    return "".join(text), tuple(spans)


def cut_snippet(text: str, matches: Sequence[Span], *, width: int = SNIPPET_CHARS) -> tuple[str, tuple[Span, ...]]:
    """About `width` characters around the first match, cut at blanks, white space as blanks; matches moved along.

    >>> cut_snippet("one two three four five", [Span(8, 13)], width=12)
    ('…two three…', (Span(start=5, end=10),))
    """
    start, end = _window(text, matches, width)
    before, after = "…" * (start > 0), "…" * (end < len(text))
    shift = len(before) - start
    snippet = before + re.sub(r"\s", " ", text[start:end]) + after
    return snippet, tuple(Span(m.start + shift, m.end + shift) for m in matches if start <= m.start and m.end <= end)


def _window(text: str, matches: Sequence[Span], width: int) -> tuple[int, int]:
    """Where to cut: a third of the room before the first match, the rest after; at blanks where one is near."""
    if len(text) <= width:
        return 0, len(text)
    first = matches[0] if matches else Span(0, 0)
    start = max(0, min(first.start - width // 3, len(text) - width))
    end = min(len(text), max(start + width, first.end))
    if start:
        blank = re.compile(r"\s+").search(text, start - 1, first.start)
        start = blank.end() if blank else start
    if end < len(text):
        blank_at = max(text.rfind(" ", first.end, end), text.rfind("\n", first.end, end))
        end = blank_at if blank_at > 0 else end
    return start, end
