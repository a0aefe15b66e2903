"""The formats in which answers leave, and what of: one table says what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from onrecord.errors import UsageError
from onrecord.export.annotations import annotation_chunks
from onrecord.export.names import Names
from onrecord.export.ninjs import ninjs_chunks
from onrecord.export.parquet import parquet_chunks
from onrecord.export.provenance import provenance_chunks
from onrecord.export.schemaorg import schemaorg_chunks
from onrecord.export.tables import csv_chunks, jsonl_chunks
from onrecord.store import Answers, ArticleRow, StatementRow

__all__ = ["ExportFormat", "Subject", "export_chunks", "media_type"]


class Subject(StrEnum):
    """What is exported: what answers the query, as rows or whole."""

    STATEMENTS = "statements"
    ARTICLES = "articles"
    READINGS = "readings"  # articles with their text, blocks and all statements


class ExportFormat(StrEnum):
    """How."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    WEB_ANNOTATION = "webannotation"
    PROV = "prov"
    SCHEMA_ORG = "schemaorg"
    NINJS = "ninjs"


Chunks = Callable[[Answers, Names], Iterator[bytes]]


class _Way(NamedTuple):
    """One format: its media type, and the subjects it can take."""

    media_type: str
    subjects: Mapping[Subject, Chunks]


def _statements(answers: Answers) -> Iterator[StatementRow]:
    return (row for _, row in answers.statements())


def _articles(answers: Answers) -> Iterator[ArticleRow]:
    return (row for _, row in answers.articles())


_WAYS: Mapping[ExportFormat, _Way] = {
    ExportFormat.CSV: _Way(
        "text/csv; charset=utf-8; header=present",
        {
            Subject.STATEMENTS: lambda answers, _: csv_chunks(StatementRow, _statements(answers)),
            Subject.ARTICLES: lambda answers, _: csv_chunks(ArticleRow, _articles(answers)),
        },
    ),
    ExportFormat.JSONL: _Way(
        "application/jsonl",
        {
            Subject.STATEMENTS: lambda answers, _: jsonl_chunks(_statements(answers)),
            Subject.ARTICLES: lambda answers, _: jsonl_chunks(_articles(answers)),
            Subject.READINGS: lambda answers, _: jsonl_chunks(reading for _, reading in answers.readings()),
        },
    ),
    ExportFormat.PARQUET: _Way(
        "application/vnd.apache.parquet",
        {
            Subject.STATEMENTS: lambda answers, _: parquet_chunks(StatementRow, _statements(answers)),
            Subject.ARTICLES: lambda answers, _: parquet_chunks(ArticleRow, _articles(answers)),
        },
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
}


def export_chunks(
    answers: Answers, how: ExportFormat, what: Subject | None = None, *, names: Names | None = None
) -> Iterator[bytes]:
    """All that answers, piece by piece, in the order of `Answers`; the same bytes for the same store.

    Without `what`, that which the format is for first of all.

    Raises:
        UsageError: the format cannot hold that, or needs an extra that is not installed.
    """
    subjects = _WAYS[how].subjects
    what = what or next(iter(subjects))
    if what not in subjects:
        raise UsageError(f"{how} holds {' or '.join(subjects)}, not {what}. Choose another format, or leave --of out.")
    return subjects[what](answers, names or Names())


def media_type(how: ExportFormat) -> str:
    """What an HTTP answer in this format is called."""
    return _WAYS[how].media_type
