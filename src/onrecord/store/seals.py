"""A digest beside every row that may change, so that a change by anyone else is seen: damage, or a hand in the file.

The hash tree (`leaves`) holds what never changes. Rows made from it (statements, what is searched), the counts of
duplicates and failures, and alerts do; each group of them has its seal, renewed in the transaction that changes them.
What connects articles has none: it can be made again.
"""

from __future__ import annotations

import hashlib

import apsw

from onrecord.store.connection import select

__all__ = [
    "ALERT_ROWS",
    "ARTICLE_ROWS",
    "FOURTH_ARTICLE_ROWS",
    "QUARANTINE_ROWS",
    "SECOND_ARTICLE_ROWS",
    "THIRD_ARTICLE_ROWS",
    "renew_seal",
    "seal_alert",
    "seal_article",
    "seal_failed",
    "seal_of",
]

# json_array tells 1 from '1' and NULL from ''; it rounds numbers with a point, `quote` does not.
_ARTICLE_ROWS = """
    SELECT a.number, a.id, a.seal, CAST(json_array(
        a.number, a.id, a.sha256, a.kind, a.place, a.version, a.facts, a.title, a.outlet, a.published, a.url, a.path,
        a.added_at, p.length,
        (SELECT json_group_array(json_array(id, position, speaker, via, act, hedged, conditional, negated, within,
            quote(confidence))) FROM (SELECT * FROM statement WHERE article = a.number ORDER BY id)),
        (SELECT json_group_array(json_array(number, statement, heading, body, other_script))
            FROM (SELECT * FROM passage WHERE article = a.number ORDER BY number)),
        (SELECT json_group_array(json_array(page_id, path, "offset", times, last_at))
            FROM (SELECT * FROM sighting WHERE article = a.number ORDER BY page_id, path, "offset")){facets}) AS BLOB)
    FROM article a LEFT JOIN page p USING (sha256)"""
_FACETS = """,
        (SELECT json_group_array(json_array(number, position, day, outlet, agency, language, speaker, via, kind, act,
            flags, quote(confidence)))
            FROM (SELECT f.number, position, day, {outlet}, {agency}, language, {speaker}, via, f.kind, act, flags,
                confidence FROM facet f WHERE article = a.number ORDER BY f.number))"""
_NAME = """(SELECT json_array(n.number, n.kind, n.name, n.folded, n.actor, n.wikidata, n.country, n.sector)
                    FROM named n WHERE n.number = f.{column}) AS {column}"""
_NAMES = {column: _NAME.format(column=column) for column in ("outlet", "agency", "speaker")}
_ASPECTS = """,
        (SELECT json_group_array(json_array(number, field, value, last, name)) FROM (
            SELECT p.number, p.field, iif(n.number IS NULL, p.value, 0) AS value, p.last, json_array(
                n.number, n.kind, n.name, n.folded, n.actor, n.wikidata, n.country, n.sector) AS name
            FROM facet f JOIN aspect p USING (number)
                LEFT JOIN named n ON p.field IN ('target', 'addressee') AND n.number = p.value
            WHERE f.article = a.number ORDER BY p.number, p.field, p.value))"""
_EVENTS = """,
        (SELECT json_group_array(json_array(number, position, day, type, mode, cameo, quad, modality, said,
            quote(confidence), parties)) FROM (
            SELECT e.*, (SELECT json_group_array(json_array(role, named, name)) FROM (
                SELECT p.role, p.named, json_array(
                    n.number, n.kind, n.name, n.folded, n.actor, n.wikidata, n.country, n.sector) AS name
                FROM party p LEFT JOIN named n ON n.number = p.named
                WHERE p.event = e.number ORDER BY p.role, p.named)) AS parties
            FROM event e WHERE e.article = a.number ORDER BY e.number))"""
THIRD_ARTICLE_ROWS = _ARTICLE_ROWS.format(facets=_FACETS.format(**_NAMES))  # of stores of version 3 and 4
FOURTH_ARTICLE_ROWS = _ARTICLE_ROWS.format(facets=_FACETS.format(**_NAMES) + _ASPECTS)  # of versions 5 and 6
ARTICLE_ROWS = _ARTICLE_ROWS.format(facets=_FACETS.format(**_NAMES) + _ASPECTS + _EVENTS)
SECOND_ARTICLE_ROWS = _ARTICLE_ROWS.format(facets="")  # what seals of stores of version 2 hold
ALERT_ROWS = """
    SELECT l.number, l.seal, CAST(json_array(l.number, l.rule, l.fired_at, l.state, l.record,
        (SELECT json_group_array(json_array(rule, item, article, first, last))
            FROM (SELECT * FROM alerted WHERE alert = l.number ORDER BY rule, article, item, first, last))) AS BLOB)
    FROM alert l"""
QUARANTINE_ROWS = """
    SELECT q.number, q.seal, CAST(json_array(q.number, q.path, q."offset", q.stage, q.code, q.reason, q.sha256, q.times,
        q.last_at, q.facts, q.tries, p.length) AS BLOB), p.packed
    FROM quarantine q LEFT JOIN page p USING (sha256)"""


def seal_of(rows: bytes, packed: bytes | None = None) -> bytes:
    """The seal of rows in JSON, and of a raw page beside them."""
    return hashlib.sha256(rows + (b"" if packed is None else hashlib.sha256(packed).digest())).digest()


def renew_seal(connection: apsw.Connection, number: int, before: str, now: str) -> None:
    """Put a seal of the rows `now` in the place of one of those `before`, if that fits; else leave it, to be found."""
    query = f"{before} WHERE a.number = ?"
    ((_, _, seal, rows),) = select(connection, tuple[int, str, bytes | None, bytes], query, (number,))
    if seal == seal_of(rows):
        seal_article(connection, number, now)


def seal_article(connection: apsw.Connection, number: int, article_rows: str = ARTICLE_ROWS) -> None:
    """Renew the seal of an article after its rows changed."""
    query = f"{article_rows} WHERE a.number = ?"
    ((_, _, _, rows),) = select(connection, tuple[int, str, bytes | None, bytes], query, (number,))
    connection.execute("UPDATE article SET seal = ? WHERE number = ?", (seal_of(rows), number))


def seal_failed(connection: apsw.Connection, number: int) -> None:
    """Renew the seal of a row of the quarantine after it changed."""
    query = f"{QUARANTINE_ROWS} WHERE q.number = ?"
    ((_, _, rows, packed),) = select(connection, tuple[int, bytes | None, bytes, bytes | None], query, (number,))
    connection.execute("UPDATE quarantine SET seal = ? WHERE number = ?", (seal_of(rows, packed), number))


def seal_alert(connection: apsw.Connection, number: int) -> None:
    """Renew the seal of an alert after it, or what it is for, changed."""
    query = f"{ALERT_ROWS} WHERE l.number = ?"
    ((_, _, rows),) = select(connection, tuple[int, bytes | None, bytes], query, (number,))
    connection.execute("UPDATE alert SET seal = ? WHERE number = ?", (seal_of(rows), number))
