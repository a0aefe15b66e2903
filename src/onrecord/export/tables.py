"""Rows as CSV and as JSON Lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import islice

import msgspec
from msgspec import Struct

__all__ = ["columns_of", "csv_chunks", "jsonl_chunks", "plain_row", "safe_cell"]

ROWS_A_CHUNK = 500
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take UTF-8 for something else
# A spreadsheet runs a cell that begins so (https://owasp.org/www-community/attacks/CSV_Injection).
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BETWEEN = "; "

Cell = str | int | float


def columns_of(kind: type[Struct]) -> tuple[str, ...]:
    """The columns of a table of such rows, in order."""
    return kind.__struct_fields__


def csv_chunks(kind: type[Struct], rows: Iterable[Struct]) -> Iterator[bytes]:
    """A table with a header: UTF-8, commas, CRLF (RFC 4180); lists are joined by "; ", spans are "start-end".

    Nothing is empty text: an empty cell is null. Text that a spreadsheet would run has an apostrophe before it.
    """
    columns = columns_of(kind)
    yield _csv_lines([columns], start=BYTE_ORDER_MARK)
    rows = iter(rows)
    while some := list(islice(rows, ROWS_A_CHUNK)):
        yield _csv_lines([_cell(getattr(row, name)) for name in columns] for row in some)


def jsonl_chunks(records: Iterable[Struct]) -> Iterator[bytes]:
    """One JSON object a line, as the API gives it."""
    encode = msgspec.json.Encoder().encode_lines
    records = iter(records)
    while some := list(islice(records, ROWS_A_CHUNK)):
        yield encode(some)


def plain_row(row: Struct) -> dict[str, object]:
    """A row of plain values for tables with types: lists are lists, spans have a name for each end."""
    plain: dict[str, object] = msgspec.to_builtins(row)
    for name in plain:
        if name.endswith("_spans"):
            plain[name] = [{"start": span.start, "end": span.end} for span in getattr(row, name)]
    return plain


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def _csv_lines(lines: Iterable[Iterable[Cell]], *, start: str = "") -> bytes:
    out = io.StringIO(start)
    out.seek(0, io.SEEK_END)
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def _cell(value: object) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return value
        case tuple():
            return safe_cell(_BETWEEN.join(_part(one) for one in value))
        case Enum():
            return str(value.value)
        case _:
            return safe_cell(str(value))


def _part(value: object) -> str:
    if isinstance(value, Struct):  # a span
        return "-".join(str(part) for part in msgspec.structs.astuple(value))
    return "" if value is None else str(value)
