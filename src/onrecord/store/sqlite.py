"""One SQLite file that keeps pages, articles, readings and rejections, and acknowledges what is on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

import apsw
import msgspec
from msgspec.structs import replace

from onrecord.errors import StoreError, UnknownArticle
from onrecord.records import Page, Reading, Rejected, Stage
from onrecord.store.answers import Answers
from onrecord.store.connection import connect, newest_version, select, told_plainly, version_of, writing
from onrecord.store.corrected import Shown, show_newest
from onrecord.store.corrections import Correction, corrections_of
from onrecord.store.events import EventAnswers
from onrecord.store.faults import reach
from onrecord.store.leaves import file_leaf
from onrecord.store.pages import keep_bytes, page_facts, page_from, unpack
from onrecord.store.quarantine import file_rejected, forget_attempt, settle
from onrecord.store.query import EVENTS, Query, parse_query
from onrecord.store.refiling import file_rows
from onrecord.store.results import Added, AddedAs, Counts, Hit, Listed, Version
from onrecord.store.seals import seal_article
from onrecord.store.search import list_newest
from onrecord.store.whole import each_reading

if TYPE_CHECKING:  # numpy comes with it, which only servers need here
    from onrecord.store.columns import Columns

__all__ = ["Store"]


class _Known(NamedTuple):
    """Where the same bytes already lie."""

    number: int
    id: str
    version: int


class Store:
    """Everything that came in and what was made of it, in one file.

    Made by `Store.open`; a context manager. One process may write while others read. Use one `Store` in one thread
    at a time.
    """

    def __init__(self, connection: apsw.Connection, path: Path, columns: Columns | None = None) -> None:
        self._connection, self.path, self._columns = connection, path, columns

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """The store at `path`; a new one is made if there is none, unless `read_only`.

        Raises:
            StoreError: missing, not a store, made by a newer onrecord, locked, or not permitted; says what to do.
        """
        path = Path(path)
        return cls(connect(path, read_only=read_only), path)

    @classmethod
    def open_to_serve(cls, path: Path, columns: Columns, *, cache_kib: int) -> Self:
        """A store to read again and again: it keeps pages of the file in memory, and counts by `columns`.

        Raises:
            StoreError: as `open`.
        """
        connection = connect(path, read_only=True)
        connection.pragma("cache_size", -cache_kib)
        return cls(connection, path, columns)

    def is_current(self) -> bool:
        """Whether the open file is still a store of this version; no error, whatever became of it."""
        try:
            return version_of(self._connection) == newest_version()
        except apsw.Error:
            return False

    def data_version(self) -> int:
        """A number that is another one as soon as somebody else has committed anything.

        Raises:
            StoreError: the file cannot be read.
        """
        with told_plainly(self.path):
            return int(self._connection.pragma("data_version"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with told_plainly(self.path):
            self._connection.close()

    # --- what goes in -----------------------------------------------------------------------------------------------

    def add(self, page: Page, reading: Reading, *, settles: int | None = None) -> Added:
        """Keep a page and its reading; on the disk when this returns.

        The same bytes again are a duplicate, and where they were seen is noted; if other models read them, the new
        reading takes the place of the old one, which is kept. Other bytes from the same URL or path are a new
        version. If the article's id is taken by other bytes, it gets a longer one, told in the answer.

        Args:
            page: as it came in.
            reading: of this page.
            settles: number in quarantine which this page had; it leaves it, and is no new input.

        Raises:
            StoreError: the reading belongs to another page, holds what cannot be stored, or the file refuses.
        """
        if reading.article.id != page.id:
            raise StoreError(f"{self.path}: a reading of {reading.article.id!r} was given with the page {page.id!r}.")
        with self._told(), writing(self._connection):
            added = self._add(page, reading, settles)
            reach("sealed")
        reach("committed")
        return added

    def reject(self, rejected: Rejected, *, page: Page | None = None, retried: int | None = None) -> None:
        """Put an input that gave no reading into quarantine, with its bytes if there are any.

        Args:
            rejected: where, at which stage, why.
            page: the page, if reading it was tried.
            retried: number in quarantine of which this was a new try; it is no new input.
        """
        with self._told(), writing(self._connection):
            file_rejected(self._connection, rejected, page, retried=retried)

    # --- what comes out ---------------------------------------------------------------------------------------------

    def reading(self, article_id: str) -> Reading:
        """The newest reading of an article, by its id or by one that a duplicate of it bore.

        Raises:
            UnknownArticle: no such article.
        """
        return self.readings(article_id)[0]

    def readings(self, article_id: str) -> tuple[Reading, ...]:
        """Every reading of an article, newest first: one for each set of models that read it."""
        with self._told():
            query = "SELECT record FROM reading WHERE article = ? ORDER BY number DESC"
            records = select(self._connection, tuple[str], query, (self._number_of(article_id),))
            return tuple(msgspec.json.decode(record, type=Reading) for (record,) in records)

    def shown(self, article_id: str) -> Shown:
        """The newest reading as search, lists and exports show it: with what reviewers put right.

        Raises:
            UnknownArticle: no such article.
        """
        with self._told():
            return show_newest(self._connection, self._number_of(article_id))

    def corrections(self, article_id: str) -> list[Correction]:
        """What was said of statements of an article, taken back or not, as it was said."""
        with self._told():
            return corrections_of(self._connection, self._number_of(article_id))

    def each_reading(self) -> Iterator[Reading]:
        """The newest reading of every article that no newer version replaces, by day, those without a day first."""
        with self._told():
            yield from each_reading(self._connection)

    def page(self, article_id: str) -> Page:
        """The raw page of an article, to the byte.

        Raises:
            UnknownArticle: no such article.
            StoreError: its bytes are not what their digest says.
        """
        query = "SELECT facts, sha256, packed FROM article JOIN page USING (sha256) WHERE number = ?"
        with self._told():
            number = self._number_of(article_id)
            ((facts, sha256, packed),) = select(self._connection, tuple[str, str, bytes], query, (number,))
            return page_from(facts, unpack(packed, sha256, self.path))

    def versions(self, article_id: str) -> tuple[Version, ...]:
        """All articles that came from the same place, oldest first; the article itself is one of them."""
        query = """SELECT a.id, a.version, a.added_at FROM article a, article this
                   WHERE this.number = ? AND (a.number = this.number OR a.place = this.place) ORDER BY a.version"""
        with self._told():
            rows = select(self._connection, tuple[str, int, str], query, (self._number_of(article_id),))
            return tuple(Version(article_id=id_, version=version, added_at=at) for id_, version, at in rows)

    def search(self, query: str, *, limit: int = 20, offset: int = 0) -> tuple[Hit, ...]:
        """What answers a query, best first: words (all must be there), "phrases", beginnings* of words, and filters.

        Case and accents do not matter. Scripts other than Latin are searched for parts of words too. Any words may
        be typed; what holds no letter or digit finds nothing. Filters alone give statements, newest first.

        Raises:
            BadQuery: a filter cannot be understood.
        """
        return self.ask(query).hits(limit=limit, offset=offset)

    def ask(self, query: str | Query = "") -> Answers:
        """Everything that answers a query of `search`'s language; nothing asked is everything there is.

        Raises:
            BadQuery: a filter cannot be understood.
        """
        asked = query if isinstance(query, Query) else parse_query(query)
        return Answers(self._connection, asked, self._told, self._columns)

    def ask_events(self, query: str | Query = "") -> EventAnswers:
        """Every event that answers a query of filters for events; words are looked for in the article.

        Raises:
            BadQuery: a filter cannot be understood.
        """
        asked = query if isinstance(query, Query) else parse_query(query, EVENTS)
        return EventAnswers(self._connection, asked, self._told)

    def list_articles(self, *, limit: int = 20, offset: int = 0) -> tuple[Listed, ...]:
        """Articles by day of publication, newest first; those without one come last."""
        with self._told():
            return list_newest(self._connection, limit=limit, offset=offset)

    def rejections(self, *, limit: int = 100) -> tuple[Rejected, ...]:
        """What is in quarantine, newest first; the same input rejected again for the same reason shows once."""
        query = """SELECT path, stage, code, reason, "offset", sha256 FROM quarantine
                   ORDER BY last_at DESC, number DESC LIMIT ?"""
        with self._told():
            rows = select(self._connection, tuple[str, Stage, str, str, int, str | None], query, (limit,))
            return tuple(
                Rejected(path=path, stage=stage, code=code, reason=reason, offset=offset, sha256=sha256)
                for path, stage, code, reason, offset, sha256 in rows
            )

    def counts(self) -> Counts:
        """How many inputs came in and what became of them; every one is counted in exactly one of the three."""
        query = """SELECT (SELECT count(*) FROM article), (SELECT ifnull(sum(times), 0) FROM sighting),
                          (SELECT ifnull(sum(times), 0) FROM quarantine), (SELECT count(*) FROM statement)"""
        with self._told():
            ((stored, again, bad, statements),) = select(self._connection, tuple[int, int, int, int], query)
        return Counts(
            received=stored + again + bad, stored=stored, duplicate=again, quarantined=bad, statements=statements
        )

    # --- how --------------------------------------------------------------------------------------------------------

    def _add(self, page: Page, reading: Reading, settles: int | None) -> Added:
        sha256 = keep_bytes(self._connection, page.data)
        known = self._find_known(sha256, page)
        added = self._add_again(known, page, reading) if known else self._add_new(sha256, page, reading)
        number = self._number_of(added.article_id)
        if settles is None:
            self._connection.execute("UPDATE tally SET received = received + 1")
        else:
            settle(self._connection, settles, number, page)
        forget_attempt(self._connection, page)
        seal_article(self._connection, number)
        return added

    def _add_new(self, sha256: str, page: Page, reading: Reading) -> Added:
        article_id = self._free_id(page.id, sha256)
        reading = replace(reading, article=replace(reading.article, id=article_id))
        place = _place(page)
        newest = "SELECT ifnull(max(version), 0) FROM article WHERE place = ?"
        version = select(self._connection, tuple[int], newest, (place,))[0][0] + 1
        article = reading.article
        self._connection.execute(
            """INSERT INTO article (id, sha256, kind, place, version, facts, title, outlet, published, url, path)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                *(article_id, sha256, page.kind.value, place, version, page_facts(page), article.title, article.outlet),
                *(article.published.value if article.published else None, page.url or article.url, page.origin.path),
            ),
        )
        number = self._connection.last_insert_rowid()
        reach("article-filed")
        self._file_reading(number, reading)
        outcome = AddedAs.STORED if version == 1 else AddedAs.NEW_VERSION
        return Added(outcome=outcome, article_id=article_id, version=version)

    def _add_again(self, known: _Known, page: Page, reading: Reading) -> Added:
        self._connection.execute(
            """INSERT INTO sighting (article, page_id, path, "offset") VALUES (?, ?, ?, ?)
               ON CONFLICT DO UPDATE SET times = times + 1, last_at = excluded.last_at""",
            (known.number, page.id, page.origin.path, page.origin.offset),
        )
        models = msgspec.json.encode(reading.models).decode()
        seen = "SELECT 1 FROM reading WHERE article = ? AND models = ?"
        if self._connection.execute(seen, (known.number, models)).fetchall():
            return Added(outcome=AddedAs.DUPLICATE, article_id=known.id, version=known.version)
        article = replace(reading.article, id=known.id)
        self._connection.execute(
            "UPDATE article SET title = ?, outlet = ?, published = ? WHERE number = ?",
            (article.title, article.outlet, article.published.value if article.published else None, known.number),
        )
        self._file_reading(known.number, replace(reading, article=article))
        return Added(outcome=AddedAs.REREAD, article_id=known.id, version=known.version)

    def _file_reading(self, number: int, reading: Reading) -> None:
        self._connection.execute(
            "INSERT INTO reading (article, models, record) VALUES (?, ?, ?)",
            (number, msgspec.json.encode(reading.models).decode(), msgspec.json.encode(reading).decode()),
        )
        file_leaf(self._connection, self._connection.last_insert_rowid(), reading)
        file_rows(self._connection, number, reading)
        reach("reading-filed")

    def _find_known(self, sha256: str, page: Page) -> _Known | None:
        query = "SELECT number, id, version FROM article WHERE sha256 = ? AND kind = ?"
        return next(iter(select(self._connection, _Known, query, (sha256, page.kind.value))), None)

    def _free_id(self, wanted: str, sha256: str) -> str:
        """`wanted`, or that and as much of the digest as makes it nobody else's."""
        for candidate in (wanted, f"{wanted}@{sha256[:8]}", f"{wanted}@{sha256}"):
            if not select(self._connection, tuple[int], "SELECT number FROM article WHERE id = ?", (candidate,)):
                return candidate
        ((count,),) = select(self._connection, tuple[int], "SELECT count(*) FROM article")
        return f"{wanted}@{sha256}-{count}"

    def _number_of(self, article_id: str) -> int:
        query = """SELECT number, 0 AS rank FROM article WHERE id = ?1
                   UNION ALL SELECT article, 1 FROM sighting WHERE page_id = ?1 ORDER BY rank LIMIT 1"""
        rows = select(self._connection, tuple[int, int], query, (article_id,))
        if not rows:
            told = "`onrecord search WORDS` tells the ids."
            raise UnknownArticle(f"{self.path}: there is no article {article_id!r}. {told}")
        return rows[0][0]

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of SQLite and of texts that are no Unicode, in plain words."""
        try:
            with told_plainly(self.path):
                yield
        except UnicodeEncodeError as error:
            raise StoreError(
                f"{self.path}: a text holds half a character (a lone surrogate, {error.object[error.start]!a}) at "
                f"{error.start}; that is no Unicode and cannot be stored. Mend the encoding of the input."
            ) from error


def _place(page: Page) -> str | None:
    """What a later version of a page has in common with this one; None if nothing tells.

    Members of one file are told apart by the ids the input gave them. An id made from the bytes says nothing of a
    place, nor does standard input.
    """
    origin = page.origin
    if page.url:
        return page.url
    if not origin.sha256.startswith(page.id):
        return f"{origin.path}#{page.id}"
    return None if origin.path == "-" or origin.offset else origin.path
