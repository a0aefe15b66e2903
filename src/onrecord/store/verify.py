"""Whether a store holds what was put into it: the hash tree over all readings, and the seals of all other rows.

Everything is hashed again: what the store keeps of each raw page, the models, the record. Nothing is parsed or
unpacked, which makes it fast; `check` does that. Threads share the work: hashing and SQLite both let go of Python's
lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import apsw
import msgspec
from msgspec import Struct

from onrecord.store.connection import add_functions, migration_scripts, newest_version, select
from onrecord.store.index import compare_by_checksum, compare_by_word
from onrecord.store.leaves import Leaf, sha256_hex
from onrecord.store.merkle import hash_leaf, root_of
from onrecord.store.reports import Finding, TreeHead, opened
from onrecord.store.seals import ALERT_ROWS, ARTICLE_ROWS, QUARANTINE_ROWS, seal_of

__all__ = ["Verified", "verify_store"]

_CHUNK = 250  # readings a task: some 20 MB at most in memory, and progress that moves
_MOST_BY_WORD = 5_000  # passages whose words are compared one by one with the search index: about a second
_MOST_BY_CHECKSUM = 200_000  # of which a checksum is compared: about two seconds, in which writers wait
Progress = Callable[[int, int], None]


class Verified(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was looked at, and what was found to be other than it was written."""

    articles: int
    readings: int
    head: TreeHead
    findings: tuple[Finding, ...]
    index_compared: bool  # False: too large to keep writers out for that long, or not writable; `check` does it


class _Evidence(NamedTuple):
    """A leaf and all that it stands for; None where a row is missing."""

    number: int
    parts: bytes | None
    hash: bytes | None
    article: str | None
    kind: str | None
    page: str | None
    packed: bytes | None
    facts: bytes | None
    models: bytes | None
    record: bytes | None
    added_at: str | None


_EVIDENCE = """
    SELECT n.number, CAST(l.parts AS BLOB), l.hash, a.id, a.kind, a.sha256, p.packed, CAST(a.facts AS BLOB),
        CAST(r.models AS BLOB), CAST(r.record AS BLOB), r.added_at
    FROM (SELECT number FROM leaf WHERE number BETWEEN ?1 AND ?2
          UNION SELECT number FROM reading WHERE number BETWEEN ?1 AND ?2) n
    LEFT JOIN leaf l USING (number) LEFT JOIN reading r USING (number)
    LEFT JOIN article a ON a.number = r.article LEFT JOIN page p USING (sha256)
    ORDER BY n.number"""
_NAMES = {
    "article": "id",
    "kind": "kind of page",
    "page": "raw page's digest",
    "packed": "raw page",
    "facts": "what the input said of the page",
    "models": "models",
    "record": "record",
    "added_at": "time of reading",
}


def verify_store(path: Path, *, known: TreeHead | None = None, progress: Progress | None = None) -> Verified:
    """Hash everything again and compare.

    Args:
        path: the store.
        known: a tree head noted earlier; whether the store still grows out of it is looked at too.
        progress: told how many readings are done, and of how many.

    Raises:
        StoreError: the store cannot be opened or read at all.
    """
    with opened(path) as connection:
        last = select(
            connection,
            tuple[int],
            "SELECT ifnull(max(number), 0) FROM (SELECT max(number) AS number FROM leaf"
            " UNION SELECT max(number) FROM reading)",
        )[0][0]
        articles, most, passages = select(
            connection,
            tuple[int, int, int],
            "SELECT count(*), ifnull(max(number), 0), (SELECT count(*) FROM passage) FROM article",
        )[0]
        findings = _compare_schema(connection)
    # A thread for what SQLite does alone; the rest is Python's, of which threads beside each other only wait.
    with ThreadPoolExecutor(max_workers=1) as pool:
        indexed = pool.submit(_compare_index, path, passages)
        works = (_look_at_file, _look_at_quarantine, _look_at_alerts)
        others = [pool.submit(_in_own, path, work) for work in works]
        leaves: list[bytes] = []
        for done, chunk in enumerate(_chunks(last), 1):
            hashes, found = _look_at_leaves(path, chunk)
            leaves += hashes
            findings += found
            if progress:
                progress(min(done * _CHUNK, last), last)
        findings += [one for chunk in _chunks(most) for one in _look_at_articles(path, chunk)]
        findings += [one for other in others for one in other.result()]
        compared = indexed.result()
    if known:
        findings += _compare_head(leaves, known)
    return Verified(
        articles=articles,
        readings=len(leaves),
        head=TreeHead(size=len(leaves), root=root_of(leaves).hex()),
        findings=tuple(findings + (compared or [])),
        index_compared=compared is not None,
    )


def _compare_index(path: Path, passages: int) -> list[Finding] | None:
    if passages <= _MOST_BY_WORD:
        return _in_own(path, compare_by_word)
    return compare_by_checksum(path) if passages <= _MOST_BY_CHECKSUM else None


def _chunks(last: int) -> Iterator[tuple[int, int]]:
    return ((first, min(first + _CHUNK - 1, last)) for first in range(1, last + 1, _CHUNK))


def _in_own(path: Path, work: Callable[[apsw.Connection], list[Finding]]) -> list[Finding]:
    """The findings of some work on a connection of its own; damage that stops it is a finding as well."""
    with opened(path) as connection:
        try:
            return work(connection)
        except (apsw.Error, msgspec.ValidationError, UnicodeDecodeError) as error:
            return [_damage("file", error)]


def _look_at_leaves(path: Path, chunk: tuple[int, int]) -> tuple[list[bytes], list[Finding]]:
    """Hashes of the leaves of a chunk, made anew from their parts, and what differs from them."""
    hashes: list[bytes] = []
    findings: list[Finding] = []

    def look(connection: apsw.Connection) -> list[Finding]:
        for expected, row in enumerate(connection.execute(_EVIDENCE, chunk), chunk[0] + len(hashes)):
            evidence = _Evidence(*row)
            if evidence.number != expected:
                return [_finding(f"reading {expected}", "leaf", "is missing; those after it moved")]
            hashes.append(hash_leaf(evidence.parts or b""))
            findings.extend(_compare_leaf(evidence, hashes[-1]))
        return []

    return hashes, _in_own(path, look) + findings


def _compare_leaf(evidence: _Evidence, hashed: bytes) -> Iterator[Finding]:
    where = f"article {evidence.article or '?'}, reading {evidence.number}"
    if evidence.parts is None or evidence.hash is None:
        yield _finding(where, "leaf", "there is none in the hash tree")
        return
    if hashed != evidence.hash:
        yield _finding(where, "leaf", "its parts are not what its hash says")
    try:
        leaf = msgspec.json.decode(evidence.parts, type=Leaf)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        yield _finding(where, "leaf", "its parts cannot be read")
        return
    for name, now in _parts_now(evidence):
        if now is None:
            yield _finding(where, _NAMES[name], "is missing")
        elif now != getattr(leaf, name):
            yield _finding(where, _NAMES[name], "was changed since it was written")


def _parts_now(evidence: _Evidence) -> Iterator[tuple[str, str | None]]:
    yield from (("article", evidence.article), ("kind", evidence.kind), ("page", evidence.page))
    yield "added_at", evidence.added_at
    for name in ("packed", "facts", "models", "record"):
        value = getattr(evidence, name)
        yield name, None if value is None else sha256_hex(value)


def _look_at_articles(path: Path, chunk: tuple[int, int]) -> list[Finding]:
    def look(connection: apsw.Connection) -> list[Finding]:
        rows = connection.execute(f"{ARTICLE_ROWS} WHERE a.number BETWEEN ? AND ?", chunk)
        return [
            _finding(f"article {id_}", "rows", "its facts, statements, searched words or duplicates were changed")
            for _, id_, seal, text in rows
            if seal != seal_of(text)
        ]

    return _in_own(path, look)


def _look_at_quarantine(connection: apsw.Connection) -> list[Finding]:
    rows = connection.execute(QUARANTINE_ROWS)
    findings = [
        _finding(f"quarantine {number}", "rows", "the row or its raw page was changed")
        for number, seal, text, packed in rows
        if seal != seal_of(text, packed)
    ]
    return findings + _compare_tally(connection)


def _look_at_alerts(connection: apsw.Connection) -> list[Finding]:
    findings = [
        _finding(f"alert {number}", "rows", "the alert, or what it is for, was changed")
        for number, seal, text in connection.execute(ALERT_ROWS)
        if seal != seal_of(text)
    ]
    lost = """SELECT DISTINCT alert FROM alerted WHERE alert NOT IN (SELECT number FROM alert)
              UNION SELECT number - 1 FROM alert WHERE number > 1 AND number - 1 NOT IN (SELECT number FROM alert)"""
    return findings + [_finding(f"alert {number}", "rows", "is missing") for (number,) in connection.execute(lost)]


def _compare_tally(connection: apsw.Connection) -> list[Finding]:
    query = """SELECT (SELECT count(*) FROM article) + (SELECT ifnull(sum(times), 0) FROM sighting)
                      + (SELECT ifnull(sum(times), 0) FROM quarantine), (SELECT sum(received) FROM tally)"""
    ended, received = connection.execute(query).fetchall()[0]
    if ended == received:
        return []
    return [_finding("ledger", "tally", f"{received} inputs came in, and {ended} ended as something")]


def _look_at_file(connection: apsw.Connection) -> list[Finding]:
    """SQLite's own check of pages, indexes and types; without the search, of which `index` sees more."""
    connection.drop_modules(None)
    told = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    lines = [line for text in told if text != "ok" for line in text.splitlines() if not line.startswith("***")]
    return [_finding("file", "SQLite", line) for line in lines]


def _compare_schema(connection: apsw.Connection) -> list[Finding]:
    """The tables are described as this version of a store describes them."""
    query = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    fresh = apsw.Connection(":memory:")
    add_functions(fresh)
    for number, script in migration_scripts():
        fresh.execute(script)
        fresh.pragma("user_version", number)
    same = fresh.execute(query).fetchall() == connection.execute(query).fetchall()
    fresh.close()
    return [] if same else [_finding("file", "schema", f"is not that of version {newest_version()}")]


def _compare_head(leaves: Sequence[bytes], known: TreeHead) -> list[Finding]:
    if known.size > len(leaves):
        return [_finding("hash tree", "size", f"{known.size} readings were noted, and {len(leaves)} are there")]
    if root_of(leaves[: known.size]).hex() != known.root:
        return [_finding("hash tree", "root", f"the first {known.size} readings are not those that were noted")]
    return []


def _damage(where: str, error: Exception, *, part: str = "SQLite") -> Finding:
    told = " ".join(str(error).split()) or type(error).__name__
    return _finding(where, part, f"cannot be read ({told})")


def _finding(where: str, part: str, problem: str) -> Finding:
    return Finding(where=where, part=part, problem=problem)
