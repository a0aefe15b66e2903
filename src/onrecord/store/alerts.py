"""Which alerts were raised, for which words, and what became of their messages.

The states of an alert: `new` (to be sent), `sending` (if it stays so, the process ended in between: whether it arrived
is not known, and it is not sent again), `sent`, `failed` (tried again by the next run), `kept` (nobody was to be told),
`seen` (only noted, with `alerts run --seen`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

from onrecord.store.connection import connect, select, told_plainly, writing
from onrecord.store.seals import seal_alert

__all__ = ["AlertRow", "Alerts", "Item"]


class Item(NamedTuple):
    """What an alert is for: words of an article (its id), or a period (no article, no characters)."""

    item: str
    article: str | None = None
    first: int = 0
    last: int = 0


class AlertRow(NamedTuple):
    """An alert as it is kept; `record` is JSON that this module does not look into."""

    number: int
    rule: str
    fired_at: str
    state: str
    record: str


class Alerts:
    """The alerts of one store. A context manager."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._connection = connect(path, read_only=read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with told_plainly(self.path):
            self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction."""
        with told_plainly(self.path), writing(self._connection):
            yield

    def is_told(self, rule: str, item: Item) -> bool:
        """Whether a rule has told of these words, or of words of the same kind that overlap with them.

        A new reading of the page may cut a statement a word longer, and number it otherwise; it is the same one.
        """
        query = """SELECT 1 FROM alerted WHERE rule = ? AND article = ? AND item = ?
                   AND first < ? AND last > ? LIMIT 1"""
        values = (rule, self._number(item.article), item.item, item.last, item.first)
        with told_plainly(self.path):
            return bool(select(self._connection, tuple[int], query, values))

    def periods_told(self, rule: str) -> list[str]:
        """The periods and changes that a rule has told of."""
        query = "SELECT item FROM alerted WHERE rule = ? AND article = 0"
        with told_plainly(self.path):
            return [item for (item,) in select(self._connection, tuple[str], query, (rule,))]

    def story_of(self, article: str) -> str:
        """What articles on one happening have in common; an article that was not connected has it alone."""
        query = "SELECT story FROM connected JOIN article ON number = connected.article WHERE id = ?"
        with told_plainly(self.path):
            rows = select(self._connection, tuple[int], query, (article,))
        return str(rows[0][0]) if rows else f"article {article}"

    def stories_told(self, rule: str) -> dict[str, int]:
        """By story as it is now, the alert of the rule that told of it first."""
        query = """SELECT id, min(alert) FROM alerted JOIN article ON number = alerted.article
                   WHERE rule = ? GROUP BY id ORDER BY 2 DESC"""
        with told_plainly(self.path):
            rows = select(self._connection, tuple[str, int], query, (rule,))
        return {self.story_of(article): alert for article, alert in rows}

    def keep(self, rule: str, record: str, items: Sequence[Item], *, fired_at: str, state: str) -> int:
        """Keep an alert and what it is for; within `writing`. Its number."""
        query = "INSERT INTO alert (rule, fired_at, state, record) VALUES (?, ?, ?, ?)"
        self._connection.execute(query, (rule, fired_at, state, record))
        number = self._connection.last_insert_rowid()
        self.add_items(rule, number, items)
        return number

    def add_items(self, rule: str, alert: int, items: Iterable[Item]) -> None:
        """Note that these belong to an alert that is there; within `writing`."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO alerted VALUES (?, ?, ?, ?, ?, ?)",
            [(rule, alert, one.item, self._number(one.article), one.first, one.last) for one in items],
        )
        seal_alert(self._connection, alert)

    def move(self, number: int, *, to: str, among: Sequence[str]) -> bool:
        """Set the state of an alert that is in one of these; whether it was. On the disk when this returns."""
        query = """UPDATE alert SET state = ? WHERE number = ? AND state IN (SELECT value FROM json_each(?))
                   RETURNING number"""
        with self.writing():
            values = (to, number, msgspec.json.encode(among).decode())
            is_moved = bool(select(self._connection, tuple[int], query, values))
            if is_moved:
                seal_alert(self._connection, number)
            return is_moved

    def rows(self, *, limit: int = 100, state: str | None = None) -> list[AlertRow]:
        """Alerts, the newest first."""
        query = """SELECT number, rule, fired_at, state, record FROM alert
                   WHERE ?1 IS NULL OR state = ?1 ORDER BY number DESC LIMIT ?2"""
        with told_plainly(self.path):
            return select(self._connection, AlertRow, query, (state, limit))

    def _number(self, article: str | None) -> int:
        if article is None:
            return 0
        with told_plainly(self.path):
            return select(self._connection, tuple[int], "SELECT number FROM article WHERE id = ?", (article,))[0][0]
