"""A store in Python: what answers a query, as rows to go through and as data frames of polars or pandas."""

from __future__ import annotations

import importlib.util
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from msgspec import Struct

from onrecord.errors import UsageError
from onrecord.export.tables import columns_of, plain_row
from onrecord.highlight import page_html
from onrecord.records import Act, Reading
from onrecord.store import ActorRow, ArticleRow, EventRow, Facet, StatementRow, Store
from onrecord.track.occurrences import Coverage, Occurrence, coverage_of, occurrences_of
from onrecord.track.periods import Step
from onrecord.track.timeline import Timeline, Wanted, build_timeline

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from onrecord.connecting import Story

__all__ = ["OpenStore", "Rows"]

SHOWN = 10  # rows in a notebook

Row = TypeVar("Row", bound=Struct)


class Rows(Generic[Row]):
    """Rows of one kind, looked up again each time they are gone through; nothing is kept in memory."""

    def __init__(self, kind: type[Row], look_up: Callable[[], Iterator[Row]]) -> None:
        self.kind, self._look_up = kind, look_up

    def __iter__(self) -> Iterator[Row]:
        return self._look_up()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names, in order; `docs/how-to/export.md` says what they mean."""
        return columns_of(self.kind)

    def to_polars(self) -> pl.DataFrame:
        """All rows as a polars DataFrame; lists are lists, spans structs.

        Raises:
            UsageError: polars is not installed.
        """
        polars = _load("polars")
        schema = {name: _polars_type(polars, hint) for name, hint in typing.get_type_hints(self.kind).items()}
        frame: pl.DataFrame = polars.DataFrame(self._plain(), schema=schema)
        return frame

    def to_pandas(self) -> pd.DataFrame:
        """All rows as a pandas DataFrame.

        Raises:
            UsageError: pandas is not installed.
        """
        return _load("pandas").DataFrame(self._plain(), columns=list(self.columns))

    def to_frame(self) -> pl.DataFrame | pd.DataFrame:
        """All rows as a DataFrame of polars, or of pandas where that is what is installed.

        Raises:
            UsageError: neither is.
        """
        if importlib.util.find_spec("polars"):
            return self.to_polars()
        if importlib.util.find_spec("pandas"):
            return self.to_pandas()
        raise UsageError("A DataFrame needs polars or pandas; install one of them: pip install polars")

    def _plain(self) -> list[dict[str, object]]:
        return [plain_row(row) for row in self]

    def _repr_html_(self) -> str:
        """The first rows, for notebooks; safe to show, holds no script."""
        told = [(_line(row), _words(row)) for row in self._first()]
        return page_html(f"{self.kind.__name__}: the first {len(told)}", "", [], told)

    def _first(self) -> Iterator[Row]:
        for row, _ in zip(self, range(SHOWN), strict=False):
            yield row


class OpenStore:
    """A store that is open to be read; a context manager. Queries are those of `onrecord search`."""

    def __init__(self, path: Path) -> None:
        self._store = Store.open(path, read_only=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def statements(self, query: str = "") -> Rows[StatementRow]:
        """Statements that answer, newest day first.

        Raises:
            BadQuery: a filter cannot be understood.
        """
        answers = self._store.ask(query)
        return Rows(StatementRow, lambda: (row for _, row in answers.statements()))

    def events(self, query: str = "") -> Rows[EventRow]:
        """Political events that answer, newest day first; events have filters of their own. Raises as `statements`."""
        answers = self._store.ask_events(query)
        return Rows(EventRow, lambda: (row for _, row in answers.events()))

    def articles(self, query: str = "") -> Rows[ArticleRow]:
        """Articles that answer or hold a statement that does, newest day first. Raises as `statements`."""
        answers = self._store.ask(query)
        return Rows(ArticleRow, lambda: (row for _, row in answers.articles()))

    def actors(self, query: str = "") -> Rows[ActorRow]:
        """Speakers of statements that answer, those who say most first. Raises as `statements`."""
        answers = self._store.ask(query)
        return Rows(ActorRow, lambda: iter(answers.actors()))

    def timeline(self, who: str | None = None, *, by: str = "week", acts: Iterable[str] = ()) -> Timeline:
        """Who said and did what, period by period; shows itself in a notebook. Goes through the whole store.

        Args:
            who: name, id or Wikidata number of a speaker or whoever acts; None: everybody.
            by: day, week or month.
            acts: only statements of these acts, and no events; none: all.

        Raises:
            UsageError: there is no such step or act.
        """
        try:
            step, wanted = Step(by), Wanted(who=who, acts=frozenset(map(Act, acts)))
        except ValueError as error:
            raise UsageError(f"{error}. Steps are {', '.join(Step)}; acts {', '.join(Act)}.") from error
        occurrences: list[Occurrence] = []
        coverage: list[Coverage] = []
        for reading in self._store.each_reading():
            occurrences.extend(occurrences_of(reading))
            coverage.append(coverage_of(reading.article))
        return build_timeline(occurrences, coverage, wanted=wanted, step=step)

    def facets(self, query: str = "") -> tuple[Facet, ...]:
        """How many statements answer, by act, speaker, outlet and so on. Raises as `statements`."""
        return self._store.ask(query).facets()

    def reading(self, article_id: str) -> Reading:
        """The whole reading of an article.

        Raises:
            UnknownArticle: no such article.
        """
        return self._store.reading(article_id)

    def story(self, article_id: str) -> Story | None:
        """The story of an article: its copies, quotations, shared claims and contradictions; None if not connected.

        Raises:
            UnknownArticle: no such article.
        """
        from onrecord.connecting import Connector  # noqa: PLC0415  `onrecord.open` is to be fast

        with Connector(self._store.path, read_only=True) as connector:
            return connector.story(article_id)


def _line(row: Struct) -> str:
    named = (
        getattr(row, name, None) for name in ("published", "speaker", "act", "type", "outlet", "name", "statements")
    )
    return " · ".join(str(one) for one in named if one is not None)


def _words(row: Struct) -> str:
    """What a row has to show: the words of a statement or an event, the title of an article."""
    told = (getattr(row, name, None) for name in ("content", "evidence", "title"))
    return next((str(one) for one in told if one), "")


def _polars_type(polars: ModuleType, hint: object) -> object:
    """Types are said and not guessed, so that no rows and rows without a value give the same columns."""
    arguments = [one for one in typing.get_args(hint) if one not in (type(None), ...)]
    if typing.get_origin(hint) is tuple:
        return polars.List(_polars_type(polars, arguments[0]))
    if arguments:
        return _polars_type(polars, arguments[0])
    spans = polars.Struct({"start": polars.Int64, "end": polars.Int64})
    return {int: polars.Int64, float: polars.Float64, bool: polars.Boolean}.get(
        typing.cast("type", hint), spans if getattr(hint, "__name__", "") == "Span" else polars.String
    )


def _load(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed. Install it with: pip install {name}") from error
