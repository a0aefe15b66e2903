"""What every statement is, held in memory column by column, so that a server counts facets without reading rows.

Counting thousands of hits by a dozen fields costs SQLite a row and a sort each; here it costs an array look-up. What
is held is brought up to date before each count: readings and corrections are only ever added, so those that came
since tell which articles to look at again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

import apsw
import numpy as np
import numpy.typing as npt

from onrecord.store.connection import select
from onrecord.store.counting import ASPECTS, COLUMNS, NameRow
from onrecord.store.filters import Condition, filter_condition
from onrecord.store.query import Query
from onrecord.store.search import text_condition

__all__ = ["Columns", "Selection"]

UNINDEXED = frozenset({"confidence", "is", "via"})  # of these SQLite would take an index and then look up every row
GONE = -2  # the position of what is not there (any more); -1 is an article, from 0 on statements
FIRST_ROOM = 1024

_FACETS = f"SELECT number, article, position, {', '.join(COLUMNS.values())} FROM facet WHERE {{0}}"  # noqa: S608
_ASPECTS = f"SELECT number, field, value FROM aspect WHERE field IN {ASPECTS} AND {{0}}"  # noqa: S608
_NAMES = "SELECT number, name, actor, country, sector FROM named WHERE number > ? ORDER BY number"
_SINCE = "SELECT DISTINCT article FROM reading WHERE number > ?"
_SINCE_AND_JUDGED = _SINCE + " UNION SELECT article FROM correction"  # noqa: S608  our own words
_AMONG = "article IN ({0})"
_ASPECTS_AMONG = "number IN (SELECT number FROM facet WHERE {0})"
_LISTED = "SELECT f.number FROM facet f WHERE {condition}"
_LISTED_THROUGH = "SELECT f.number FROM facet f NOT INDEXED WHERE {condition}"
# One text of numbers, which numpy reads four times as fast as apsw gives rows.
_AS_TEXT = "WITH listed (number) AS ({listed}) SELECT group_concat(number) FROM listed"

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class _Codes:
    """Values of one field as small numbers, from 1; 0 is none."""

    def __init__(self) -> None:
        self.values: list[apsw.SQLiteValue] = [None]
        self._code_of: dict[apsw.SQLiteValue, int] = {None: 0, "": 0}

    def encode(self, values: Iterable[apsw.SQLiteValue]) -> Numbers:
        """The code of each."""
        return np.fromiter((self._code(value) for value in values), np.int64)

    def tell(self, codes: Numbers) -> dict[str, int]:
        """How often each value is among the codes."""
        counts = np.bincount(codes, minlength=1)
        return {str(self.values[code]): int(counts[code]) for code in np.flatnonzero(counts).tolist() if code}

    def _code(self, value: apsw.SQLiteValue) -> int:
        if value not in self._code_of:
            self._code_of[value] = len(self.values)
            self.values.append(value)
        return self._code_of[value]


class Columns:
    """The columns of one store, empty until something is counted; shared by all threads that serve it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = 0  # number of the last reading that is in here
        self._judged = 0  # corrections made and taken back
        self._newest_name = 0
        self._codes = {name: _Codes() for name in (*COLUMNS, *ASPECTS)}
        self._article = np.zeros(FIRST_ROOM, np.int64)
        self._position = np.full(FIRST_ROOM, GONE, np.int64)
        self._columns = {name: np.zeros(FIRST_ROOM, np.int64) for name in COLUMNS}
        nothing = np.zeros(0, np.int64)
        self._aspects = dict.fromkeys(ASPECTS, (nothing, nothing))  # numbers, codes
        self._names: dict[str, NameRow] = {}

    def select(self, connection: apsw.Connection, query: Query) -> Selection:
        """What answers a query, to be counted in several ways."""
        with self._lock:
            self._bring_up_to_date(connection)
            return Selection(self, connection, query, self._position >= 0)

    def count(self, chosen: Mask, fields: Sequence[str]) -> dict[str, dict[str, int]]:
        """How often each value of each field is among what was chosen."""
        with self._lock:
            return {name: self._codes[name].tell(self._codes_of(name, chosen)) for name in fields}

    def tell_names(self, numbers: Iterable[str]) -> list[NameRow]:
        """Outlets, agencies and speakers, by their numbers."""
        return [self._names[number] for number in numbers]

    def _codes_of(self, field: str, chosen: Mask) -> Numbers:
        if field in COLUMNS:
            return self._columns[field][: len(chosen)][chosen]
        numbers, codes = self._aspects[field]
        known = numbers < len(chosen)
        return codes[known][chosen[numbers[known]]]

    def _bring_up_to_date(self, connection: apsw.Connection) -> None:
        with connection:  # one moment: a writer between two questions would give rows without their names
            self._read_on(connection)

    def _read_on(self, connection: apsw.Connection) -> None:
        newest = _one(connection, "SELECT ifnull(max(number), 0) FROM reading")
        judged = _one(connection, "SELECT count(*) + count(undone_at) FROM correction")
        if newest <= self._newest and judged == self._judged:
            return
        changed = _SINCE_AND_JUDGED if judged != self._judged else _SINCE
        for name in select(connection, NameRow, _NAMES, (self._newest_name,)):
            self._names[str(name.number)] = name
            self._newest_name = name.number
        values: tuple[int, ...] = ()
        if self._newest:
            again = np.asarray([one for (one,) in connection.execute(changed, (self._newest,))], np.int64)
            self._forget(again)
            values, among = (self._newest,), _AMONG.format(changed)
            facets, aspects = _FACETS.format(among), _ASPECTS.format(_ASPECTS_AMONG.format(among))
        else:
            facets, aspects = _FACETS.format("1"), _ASPECTS.format("1")
        self._put_facets(connection.execute(facets, values).fetchall())
        self._put_aspects(connection.execute(aspects, values).fetchall())
        self._newest, self._judged = newest, judged

    def _forget(self, articles: Numbers) -> None:
        """What was filed of articles that were read again."""
        stale = np.isin(self._article, articles) & (self._position != GONE)
        if not stale.any():
            return
        self._position[stale] = GONE
        for field, (numbers, codes) in self._aspects.items():
            self._aspects[field] = (numbers[~stale[numbers]], codes[~stale[numbers]])

    def _put_facets(self, rows: list[tuple[apsw.SQLiteValue, ...]]) -> None:
        if not rows:
            return
        numbers, articles, positions, *columns = zip(*rows, strict=True)
        at = np.asarray(numbers, np.int64)
        self._make_room(int(at.max()) + 1)
        self._article[at] = articles
        self._position[at] = positions
        for name, values in zip(COLUMNS, columns, strict=True):
            self._columns[name][at] = self._codes[name].encode(values)

    def _put_aspects(self, rows: list[tuple[apsw.SQLiteValue, ...]]) -> None:
        for field in ASPECTS:
            told = [(number, value) for number, name, value in rows if name == field]
            if told:
                numbers, codes = self._aspects[field]
                more = np.asarray([number for number, _ in told], np.int64)
                coded = self._codes[field].encode(value for _, value in told)
                self._aspects[field] = (np.concatenate([numbers, more]), np.concatenate([codes, coded]))

    def _make_room(self, size: int) -> None:
        """Never in place: what was given out stays as it is."""
        short = size - len(self._position)
        if short > 0:
            short += size // 4
            self._article = np.concatenate([self._article, np.zeros(short, np.int64)])
            self._position = np.concatenate([self._position, np.full(short, GONE, np.int64)])
            for name, column in self._columns.items():
                self._columns[name] = np.concatenate([column, np.zeros(short, np.int64)])


class Selection:
    """Which statements answer a query, and parts of it; each part is looked for once."""

    def __init__(self, columns: Columns, connection: apsw.Connection, query: Query, statements: Mask) -> None:
        self._columns, self._connection, self._query, self._statements = columns, connection, query, statements
        self._found: dict[Condition, Mask] = {}

    def tell_names(self, numbers: Iterable[str]) -> list[NameRow]:
        """Outlets, agencies and speakers, by their numbers."""
        return self._columns.tell_names(numbers)

    def size(self) -> int:
        """How many statements answer."""
        return int(self._choose(self._query).sum())

    def count(self, fields: Sequence[str], *, without: str | None = None) -> dict[str, dict[str, int]]:
        """How often each value of each field answers the query, or what is left of it `without` a filter."""
        query = self._query.without(without) if without else self._query
        return self._columns.count(self._choose(query), fields)

    def _choose(self, query: Query) -> Mask:
        chosen = self._statements
        for one in query.filters:
            listed = _LISTED_THROUGH if one.field in UNINDEXED else _LISTED
            condition = filter_condition([one], statements_only=True)
            chosen = chosen & self._find(condition.put_into(listed), condition)
        if query.terms:
            condition = text_condition(self._connection, query)
            chosen = chosen & self._find(condition.among or condition.put_into(_LISTED), condition)
        return chosen

    def _find(self, listed: str, condition: Condition) -> Mask:
        if condition not in self._found:
            mask = np.zeros(len(self._statements), np.bool_)
            ((told,),) = self._connection.execute(_AS_TEXT.replace("{listed}", listed), condition.values).fetchall()
            numbers = np.fromstring(str(told or ""), np.int64, sep=",")
            mask[numbers[numbers < len(mask)]] = True
            self._found[condition] = mask
        return self._found[condition]


def _one(connection: apsw.Connection, query: str) -> int:
    return int(str(connection.execute(query).fetchall()[0][0]))
