"""What the hash tree is built of: for each reading, digests of the page it rests on, of who read it, and of itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import apsw
import msgspec
from msgspec import Struct

from onrecord.records import Article, Reading, Span, Statement
from onrecord.store.connection import select
from onrecord.store.merkle import hash_leaf, root_of

__all__ = ["Leaf", "Said", "file_leaf", "said_parts", "sha256_hex", "statements_root"]


class Leaf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reading in digests, each lower-case hexadecimal SHA-256. The field's name is what is said to have changed."""

    article: str  # the id it is cited by
    kind: str  # how the page was taken
    page: str  # of the raw page
    packed: str  # of the raw page as the store keeps it; so that a check need not unpack it
    facts: str  # of what the input said of the page
    models: str  # of names and versions of what judged
    record: str  # of the reading
    statements: str  # root of the tree over the statements, each with its words
    added_at: str  # when it was read; no digest


class Said(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One statement by itself, with the words that its spans cover and the article it stands in."""

    statement: Statement
    content: tuple[str, ...]
    source: tuple[str, ...]
    cue: tuple[str, ...]
    article: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None


def sha256_hex(data: bytes | str) -> str:
    """Digest in lower-case hexadecimal; of a text, of its UTF-8."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def said_parts(reading: Reading) -> list[bytes]:
    """Each statement as the JSON of `Said`, in the order of the reading: the leaves of the reading's own tree."""
    return [msgspec.json.encode(_said(reading.article, statement)) for statement in reading.statements]


def statements_root(reading: Reading) -> str:
    """The root over the statements, in hexadecimal."""
    return root_of([hash_leaf(part) for part in said_parts(reading)]).hex()


def file_leaf(connection: apsw.Connection, number: int, reading: Reading) -> None:
    """Add the leaf of the reading that was filed under `number`."""
    query = """SELECT a.kind, a.sha256, a.facts, p.packed, r.models, r.record, r.added_at
               FROM reading r JOIN article a ON a.number = r.article JOIN page p USING (sha256) WHERE r.number = ?"""
    ((kind, page, facts, packed, models, record, added_at),) = select(
        connection, tuple[str, str, str, bytes, str, str, str], query, (number,)
    )
    leaf = Leaf(
        article=reading.article.id,
        kind=kind,
        page=page,
        packed=sha256_hex(packed),
        facts=sha256_hex(facts),
        models=sha256_hex(models),
        record=sha256_hex(record),
        statements=statements_root(reading),
        added_at=added_at,
    )
    parts = msgspec.json.encode(leaf)
    connection.execute("INSERT INTO leaf VALUES (?, ?, ?)", (number, parts.decode(), hash_leaf(parts)))


def _said(article: Article, statement: Statement) -> Said:
    return Said(
        statement=statement,
        content=_words(article.text, statement.content),
        source=_words(article.text, statement.source),
        cue=_words(article.text, statement.cue),
        article=article.id,
        title=article.title,
        outlet=article.outlet,
        published=article.published.value if article.published else None,
        url=article.url,
    )


def _words(text: str, spans: Sequence[Span]) -> tuple[str, ...]:
    return tuple(text[span.start : span.end] for span in spans)
