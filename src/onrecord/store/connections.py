"""Copies and stories of a store, in tables of their own; readings are never touched.

Articles are known here by their number in the store, as text, which is how the stage `connect` asks for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import msgspec

from onrecord.connections import Copy, Told
from onrecord.errors import UnknownArticle
from onrecord.records import Article, Reading
from onrecord.store.connection import connect, select, told_plainly, writing

__all__ = ["Connections", "Placement", "StoryRow"]

# Every article touches pages all over the tables of fingerprints and words. With 20,000 articles SQLite's usual 2 MB
# made a third of all time be spent on fetching pages again. Memory is taken only for what is read.
_CACHE_KIB = 256 * 1024
_PAGES_AHEAD = (
    16_384  # written to the log (64 MB) before they are put in their places, each once: of 1,000 most are met again
)


class Placement(NamedTuple):
    """Where an article was put: everything that one more article adds."""

    told: Told  # as the stage `connect` wants to see it again
    terms: Collection[str]  # all words that are counted
    prints: Sequence[int]
    keys: Sequence[str]
    copies: Mapping[str, Copy]  # by the number of the earlier article
    story: str | None  # None: it begins one
    taken_in: Sequence[str] = ()


class StoryRow(NamedTuple):
    """A story in a list."""

    id: str  # of its first article
    title: str | None  # of that
    articles: int
    texts: int  # that are no copies of each other
    first_day: str | None
    last_day: str | None


class Connections:
    """The connections of one store, open to be asked and added to. A context manager.

    Args:
        limits: most articles with one fingerprint, stories and articles of each that are looked at, days of a gap.
    """

    def __init__(self, path: Path, *, limits: tuple[int, int, int, int], read_only: bool = False) -> None:
        self.path = path
        self._connection = connect(path, read_only=read_only)
        self._connection.pragma("cache_size", -_CACHE_KIB)
        self._new_terms: Counter[str] = Counter()  # of this transaction: articles that have them
        self._total: int | None = None  # articles that are connected; None if that is to be asked
        self._holders: dict[str, int] = {}  # articles that have a term, as far as it was asked
        self._version = -1  # of what others have written
        self._most_holders, self._most_stories, self._most_members, self._gap_days = limits

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with told_plainly(self.path):
            self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is asked and kept inside is one transaction."""
        with told_plainly(self.path), writing(self._connection):
            self._recall()
            try:
                yield
                self._count_terms()
            except BaseException:
                self._forget_counts()
                raise

    def expect_many(self) -> None:
        """Let the log grow before its pages are put in their places."""
        self._connection.pragma("wal_autocheckpoint", _PAGES_AHEAD)

    def _recall(self) -> None:
        """Forget what was counted if somebody else has written since."""
        version = self._connection.pragma("data_version")
        if version != self._version:
            self._forget_counts()
        self._version = version

    def _forget_counts(self) -> None:
        self._total = None
        self._holders.clear()
        self._new_terms.clear()

    def _count_terms(self) -> None:
        self._connection.executemany(
            "INSERT INTO term VALUES (?, ?) ON CONFLICT DO UPDATE SET articles = articles + excluded.articles",
            sorted(self._new_terms.items()),
        )
        self._new_terms.clear()

    # --- what `connect` asks ----------------------------------------------------------------------------------------

    def sharing(self, prints: Sequence[int]) -> Iterable[tuple[str, int, int]]:
        """(article, how many of these it has, how many in all); fingerprints of too many articles do not count."""
        query = """
            WITH asked AS MATERIALIZED (
                SELECT value FROM json_each(?1) WHERE (
                    SELECT count(*) FROM (SELECT 1 FROM fingerprint WHERE print = value LIMIT ?2 + 1)) <= ?2)
            SELECT CAST(shared.article AS TEXT), n, prints FROM (
                SELECT article, count(*) AS n FROM asked JOIN fingerprint ON print = value GROUP BY article) shared
            JOIN connected INDEXED BY connected_by_prints ON connected.article = shared.article"""
        found: list[tuple[str, int, int]] = self._rows(query, (_json(list(prints)), self._most_holders))
        return found

    def counts(self, terms: Collection[str]) -> tuple[int, Mapping[str, int]]:
        """How many articles are connected, and how many of them have each term (and terms asked for before)."""
        if self._total is None:
            ((self._total,),) = self._rows("SELECT count(*) FROM connected", ())
        missing = [term for term in terms if term not in self._holders]
        query = "SELECT term, articles FROM term WHERE term IN (SELECT value FROM json_each(?))"
        self._holders |= dict.fromkeys(missing, 0)
        self._holders.update(self._rows(query, (_json(sorted(missing)),)))
        return self._total, self._holders

    def _rows(self, query: str, values: tuple[str | int, ...]) -> list[Any]:
        """As `select`, of rows so many that looking at the kind of each value would take half of the time."""
        return self._connection.execute(query, values).fetchall()

    def likely(self, keys: Sequence[str], day: str | None) -> Sequence[tuple[str, int, Sequence[Told]]]:
        """(story, size, its newest articles) of those that have most of these keys within the days, two at least."""
        first, last = self._days_around(day)
        query = """
            WITH asked AS (SELECT value FROM json_each(?1))
            SELECT story, max(n) FROM (
                SELECT article, count(*) AS n FROM (
                    SELECT article FROM asked JOIN story_key ON term = value AND day = ''
                    UNION ALL
                    SELECT article FROM asked JOIN story_key ON term = value AND day <> '' AND day BETWEEN ?2 AND ?3)
                GROUP BY article HAVING n > 1) found
            JOIN connected ON connected.article = found.article
            GROUP BY story ORDER BY 2 DESC, 1 LIMIT ?4"""
        rows = select(self._connection, tuple[int, int], query, (_json(list(keys)), first, last, self._most_stories))
        return [(str(story), *self._members(story)) for story, _ in rows]

    def _members(self, story: int) -> tuple[int, Sequence[Told]]:
        ((size,),) = select(self._connection, tuple[int], "SELECT count(*) FROM connected WHERE story = ?", (story,))
        return size, [told for _, told in reversed(self.newest(str(story), self._most_members))]

    def newest(self, story: str, limit: int) -> Sequence[tuple[str, Told]]:
        """(article, what was kept of it) of the newest articles of a story, the oldest of them first."""
        query = "SELECT article, told FROM connected WHERE story = ? ORDER BY article DESC LIMIT ?"
        rows = select(self._connection, tuple[int, str], query, (int(story), limit))
        return [(str(article), _told(told)) for article, told in reversed(rows)]

    def _days_around(self, day: str | None) -> tuple[str, str]:
        try:
            middle, gap = date.fromisoformat(day or ""), timedelta(days=self._gap_days)
            return (middle - gap).isoformat(), (middle + gap).isoformat()
        except (ValueError, OverflowError):
            return "", "~"

    # --- what is kept -----------------------------------------------------------------------------------------------

    def place(self, number: str, placement: Placement) -> None:
        """Keep where an article was put; within `writing`."""
        own, execute = int(number), self._connection.execute
        others = [int(other) for other in placement.copies]
        group = self._joined_group(own, others)
        story = own if placement.story is None else int(placement.story)
        execute(
            "INSERT INTO connected VALUES (?, ?, ?, ?, ?)",
            (own, len(placement.prints), _json(placement.told), group, story),
        )
        many = self._connection.executemany
        many("INSERT INTO fingerprint VALUES (?, ?)", [(code, own) for code in placement.prints])
        day = placement.told.day or ""
        many("INSERT INTO story_key VALUES (?, ?, ?)", [(key, day, own) for key in placement.keys])
        self._count(placement.terms)
        many(
            "INSERT INTO copy VALUES (?, ?, ?)",
            [(other, own, _json(copy)) for other, copy in zip(others, placement.copies.values(), strict=True)],
        )
        for small in placement.taken_in:
            execute("UPDATE connected SET story = ? WHERE story = ?", (story, int(small)))

    def _count(self, terms: Collection[str]) -> None:
        self._new_terms.update(iter(terms))
        self._total = None if self._total is None else self._total + 1
        for term in terms:
            if term in self._holders:
                self._holders[term] += 1

    def _joined_group(self, own: int, others: Sequence[int]) -> int:
        """The oldest of the groups that these belong to, which takes in the rest."""
        query = "SELECT DISTINCT copies FROM connected WHERE article IN (SELECT value FROM json_each(?))"
        groups = [group for (group,) in select(self._connection, tuple[int], query, (_json(others),))]
        for group in groups:
            self._connection.execute("UPDATE connected SET copies = ? WHERE copies = ?", (min(groups), group))
        return min(groups, default=own)

    def move(self, numbers: Sequence[str]) -> None:
        """Make a story of its own of these articles, named by the first; within `writing`."""
        query = "UPDATE connected SET story = ?1 WHERE article IN (SELECT value FROM json_each(?2))"
        if numbers:
            self._connection.execute(query, (int(numbers[0]), _json([int(number) for number in numbers])))

    def forget_all(self) -> None:
        """As if nothing had been connected; within `writing`."""
        for table in ("copy", "fingerprint", "story_key", "term", "connected"):
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608  our own names
        self._forget_counts()

    # --- what is asked by people ------------------------------------------------------------------------------------

    def number_of(self, article_id: str) -> str:
        """The number of an article.

        Raises:
            UnknownArticle: no such article.
        """
        query = """SELECT number, 0 AS rank FROM article WHERE id = ?1
                   UNION ALL SELECT article, 1 FROM sighting WHERE page_id = ?1 ORDER BY rank LIMIT 1"""
        with told_plainly(self.path):
            rows = select(self._connection, tuple[int, int], query, (article_id,))
        if not rows:
            raise UnknownArticle(
                f"{self.path}: there is no article {article_id!r}. `onrecord story` tells the stories."
            )
        return str(rows[0][0])

    def unconnected(self) -> Sequence[str]:
        """Numbers of articles that were not connected yet, in the order in which they came."""
        query = "SELECT number FROM article WHERE number NOT IN (SELECT article FROM connected) ORDER BY number"
        with told_plainly(self.path):
            return [str(number) for (number,) in select(self._connection, tuple[int], query)]

    def is_connected(self, number: str) -> bool:
        """Whether an article was connected."""
        return bool(select(self._connection, tuple[int], "SELECT 1 FROM connected WHERE article = ?", (int(number),)))

    def article(self, number: str) -> Article:
        """The article alone, as the newest reading has it."""
        query = "SELECT record FROM reading WHERE article = ? ORDER BY number DESC LIMIT 1"
        ((record,),) = select(self._connection, tuple[str], query, (int(number),))
        return msgspec.json.decode(record, type=_ArticleOnly).article

    def reading(self, number: str) -> Reading:
        """The newest reading of an article."""
        query = "SELECT record FROM reading WHERE article = ? ORDER BY number DESC LIMIT 1"
        ((record,),) = select(self._connection, tuple[str], query, (int(number),))
        return msgspec.json.decode(record, type=Reading)

    def text_of(self, number: str) -> tuple[str, str | None]:
        """Body and title of an article, in a fraction of the time that its reading takes."""
        query = "SELECT record FROM reading WHERE article = ? ORDER BY number DESC LIMIT 1"
        ((record,),) = select(self._connection, tuple[str], query, (int(number),))
        article = msgspec.json.decode(record, type=_TextOnly).article
        return article.text, article.title

    def story_of(self, number: str) -> str | None:
        """The story of an article; None if it was not connected yet."""
        query = "SELECT story FROM connected WHERE article = ?"
        rows = select(self._connection, tuple[int], query, (int(number),))
        return str(rows[0][0]) if rows else None

    def members(self, story: str) -> Sequence[tuple[str, str]]:
        """(article, its group of copies) of all articles of a story, in the order in which they came."""
        query = "SELECT article, copies FROM connected WHERE story = ? ORDER BY article"
        rows = select(self._connection, tuple[int, int], query, (int(story),))
        return [(str(article), str(copies)) for article, copies in rows]

    def copies_of(self, number: str) -> Mapping[str, Copy]:
        """Earlier articles with the same text, by number: the copy tells what this one made of it."""
        query = "SELECT first, record FROM copy WHERE second = ? ORDER BY first"
        rows = select(self._connection, tuple[int, str], query, (int(number),))
        return {str(first): msgspec.json.decode(record, type=Copy) for first, record in rows}

    def stories(self, *, limit: int, min_articles: int = 2) -> Sequence[StoryRow]:
        """Stories of several articles, those with the newest day first."""
        query = """
            SELECT (SELECT id FROM article WHERE number = story), (SELECT title FROM article WHERE number = story),
                   count(*), count(DISTINCT copies), min(substr(published, 1, 10)), max(substr(published, 1, 10))
            FROM connected JOIN article ON number = connected.article
            GROUP BY story HAVING count(*) >= ? ORDER BY 6 DESC, 3 DESC LIMIT ?"""
        with told_plainly(self.path):
            return select(self._connection, StoryRow, query, (min_articles, limit))

    def statements_with(self, words: Sequence[str], *, limit: int) -> Sequence[tuple[str, str]]:
        """(article, statement) of those that hold some of the words, those with most and rarest first."""
        asked = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
        query = """SELECT passage.article, statement FROM words JOIN passage ON number = words.rowid
                   WHERE words MATCH ? AND statement IS NOT NULL ORDER BY bm25(words) LIMIT ?"""
        with told_plainly(self.path):
            rows = select(self._connection, tuple[int, str], query, (f"body : ({asked})", limit)) if asked else []
        return [(str(article), statement) for article, statement in rows]


class _ArticleOnly(msgspec.Struct):
    article: Article


class _Text(msgspec.Struct):
    text: str
    title: str | None = None


class _TextOnly(msgspec.Struct):
    article: _Text


@lru_cache(maxsize=1000)  # those of a story are asked for as often as something comes near it
def _told(record: str) -> Told:
    return msgspec.json.decode(record, type=Told)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
