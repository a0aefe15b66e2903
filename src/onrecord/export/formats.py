"""The formats in which answers leave, and what of: one table says what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from onrecord.errors import UsageError
from onrecord.export.annotations import annotation_chunks
from onrecord.export.docbin import docbin_chunks
from onrecord.export.dyads import gdelt_chunks, polecat_chunks
from onrecord.export.names import Names
from onrecord.export.ninjs import ninjs_chunks
from onrecord.export.pages import archive_chunks
from onrecord.export.parquet import parquet_chunks
from onrecord.export.plover import plover_chunks
from onrecord.export.provenance import provenance_chunks
from onrecord.export.schemaorg import schemaorg_chunks
from onrecord.export.tables import csv_chunks, jsonl_chunks
from onrecord.store import (
    EVENTS,
    STATEMENTS,
    Answers,
    ArticleRow,
    EventAnswers,
    EventRow,
    Language,
    Query,
    StatementRow,
    Store,
)

__all__ = ["ExportFormat", "Subject", "ask_for", "export_chunks", "language_of", "media_type"]


class Subject(StrEnum):
    """What is exported: what answers the query, as rows or whole."""

    STATEMENTS = "statements"
    ARTICLES = "articles"
    READINGS = "readings"  # articles with their text, blocks and all statements
    EVENTS = "events"
    PAGES = "pages"  # the raw pages of articles


class ExportFormat(StrEnum):
    """How."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    WEB_ANNOTATION = "webannotation"
    PROV = "prov"
    SCHEMA_ORG = "schemaorg"
    NINJS = "ninjs"
    GDELT = "gdelt"
    POLECAT = "polecat"
    PLOVER = "plover"
    SPACY = "spacy"
    WARC = "warc"


Chunks = Callable[[Answers, Names], Iterator[bytes]]
EventChunks = Callable[[EventAnswers, Names], Iterator[bytes]]


class _Way(NamedTuple):
    """One format: its media type, and the subjects it can take."""

    media_type: str
    subjects: Mapping[Subject, Chunks]
    of_events: EventChunks | None = None

    @property
    def all_subjects(self) -> tuple[Subject, ...]:
        """What it can take, that which it is for first."""
        return (*self.subjects, *((Subject.EVENTS,) if self.of_events else ()))


def _statements(answers: Answers) -> Iterator[StatementRow]:
    return (row for _, row in answers.statements())


def _articles(answers: Answers) -> Iterator[ArticleRow]:
    return (row for _, row in answers.articles())


def _events(answers: EventAnswers) -> Iterator[EventRow]:
    return (row for _, row in answers.events())


_WAYS: Mapping[ExportFormat, _Way] = {
    ExportFormat.CSV: _Way(
        "text/csv; charset=utf-8; header=present",
        {
            Subject.STATEMENTS: lambda answers, _: csv_chunks(StatementRow, _statements(answers)),
            Subject.ARTICLES: lambda answers, _: csv_chunks(ArticleRow, _articles(answers)),
        },
        of_events=lambda answers, _: csv_chunks(EventRow, _events(answers)),
    ),
    ExportFormat.JSONL: _Way(
        "application/jsonl",
        {
            Subject.STATEMENTS: lambda answers, _: jsonl_chunks(_statements(answers)),
            Subject.ARTICLES: lambda answers, _: jsonl_chunks(_articles(answers)),
            Subject.READINGS: lambda answers, _: jsonl_chunks(reading for _, reading in answers.readings()),
        },
        of_events=lambda answers, _: jsonl_chunks(_events(answers)),
    ),
    ExportFormat.PARQUET: _Way(
        "application/vnd.apache.parquet",
        {
            Subject.STATEMENTS: lambda answers, _: parquet_chunks(StatementRow, _statements(answers)),
            Subject.ARTICLES: lambda answers, _: parquet_chunks(ArticleRow, _articles(answers)),
        },
        of_events=lambda answers, _: parquet_chunks(EventRow, _events(answers)),
    ),
    ExportFormat.WEB_ANNOTATION: _Way(
        'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
        {Subject.STATEMENTS: lambda answers, names: annotation_chunks(answers.spoken(), names)},
    ),
    ExportFormat.PROV: _Way(
        "application/json", {Subject.STATEMENTS: lambda answers, names: provenance_chunks(answers.spoken(), names)}
    ),
    ExportFormat.SCHEMA_ORG: _Way(
        "application/ld+json", {Subject.STATEMENTS: lambda answers, names: schemaorg_chunks(answers.spoken(), names)}
    ),
    ExportFormat.NINJS: _Way(
        "application/jsonl",
        {Subject.READINGS: lambda answers, names: ninjs_chunks((one for _, one in answers.readings()), names)},
    ),
    ExportFormat.GDELT: _Way("text/tab-separated-values", {}, of_events=lambda answers, _: gdelt_chunks(answers)),
    ExportFormat.POLECAT: _Way("text/tab-separated-values", {}, of_events=lambda answers, _: polecat_chunks(answers)),
    ExportFormat.PLOVER: _Way("application/jsonl", {}, of_events=plover_chunks),
    ExportFormat.SPACY: _Way(
        "application/octet-stream",
        {Subject.READINGS: lambda answers, _: docbin_chunks(one for _, one in answers.readings())},
    ),
    ExportFormat.WARC: _Way(
        "application/warc", {Subject.PAGES: lambda answers, _: archive_chunks(one for _, one in answers.pages())}
    ),
}


def language_of(how: ExportFormat, what: Subject | None = None) -> Language:
    """The language in which a query for this export is written: events have filters of their own.

    Raises:
        UsageError: the format cannot hold that.
    """
    return EVENTS if _subject(how, what) is Subject.EVENTS else STATEMENTS


def ask_for(store: Store, query: str | Query, how: ExportFormat, what: Subject | None = None) -> Answers | EventAnswers:
    """What an export is made of, by a query in `language_of` it.

    Raises:
        BadQuery: a filter cannot be understood.
        UsageError: the format cannot hold that.
    """
    return store.ask_events(query) if _subject(how, what) is Subject.EVENTS else store.ask(query)


def export_chunks(
    answers: Answers | EventAnswers, how: ExportFormat, what: Subject | None = None, *, names: Names | None = None
) -> Iterator[bytes]:
    """All that answers, piece by piece, in the order of `Answers`; the same bytes for the same store.

    Without `what`, that which the format is for first of all.

    Raises:
        UsageError: the format cannot hold that, or needs an extra that is not installed.
    """
    way, what = _WAYS[how], _subject(how, what)
    if isinstance(answers, EventAnswers):
        if way.of_events is None or what is not Subject.EVENTS:
            raise UsageError(f"{what} cannot be made of answers that are events. Ask the store for statements.")
        return way.of_events(answers, names or Names())
    if what is Subject.EVENTS:
        raise UsageError(f"{how} of events is made of Store.ask_events, not of Store.ask.")
    return way.subjects[what](answers, names or Names())


def _subject(how: ExportFormat, what: Subject | None) -> Subject:
    subjects = _WAYS[how].all_subjects
    what = what or subjects[0]
    if what not in subjects:
        raise UsageError(f"{how} holds {' or '.join(subjects)}, not {what}. Choose another format, or leave --of out.")
    return what


def media_type(how: ExportFormat) -> str:
    """What an HTTP answer in this format is called."""
    return _WAYS[how].media_type
