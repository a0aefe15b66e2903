"""Rows as CSV and as JSON Lines."""

from __future__ import annotations

import csv
import io
import types
import typing
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from operator import attrgetter

import msgspec
from msgspec import Struct

from onrecord.records import Span

__all__ = ["columns_of", "csv_chunks", "jsonl_chunks", "plain_row", "safe_cell"]

ROWS_A_CHUNK = 500
BYTE_ORDER_MARK = "\ufeff"  # without it, spreadsheets take UTF-8 for something else
# A spreadsheet runs a cell that begins so (https://owasp.org/www-community/attacks/CSV_Injection).
_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
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
    get, as_cells = attrgetter(*columns), _cells_of(kind)
    rows = iter(rows)
    while some := list(islice(rows, ROWS_A_CHUNK)):
        yield _csv_lines([as_cell(value) for as_cell, value in zip(as_cells, get(row), strict=True)] for row in some)


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
    return f"'{text}" if text[:1] in _STARTS_FORMULA else text


def _csv_lines(lines: Iterable[Iterable[Cell]], *, start: str = "") -> bytes:
    out = io.StringIO(start)
    out.seek(0, io.SEEK_END)
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def _cells_of(kind: type[Struct]) -> list[Callable[[object], Cell]]:
    """What makes a cell of each column, chosen once by its type: there are three million cells in 100,000 rows."""
    hints = typing.get_type_hints(kind)
    return [_cell_of(hints[name]) for name in columns_of(kind)]


def _cell_of(hint: object) -> Callable[[object], Cell]:
    kinds = [one for one in typing.get_args(hint) or (hint,) if one is not types.NoneType]
    if typing.get_origin(hint) is tuple:
        return _list_cell
    return {bool: _truth_cell, int: _number_cell, float: _number_cell}.get(typing.cast("type", kinds[0]), _text_cell)


def _text_cell(value: object) -> Cell:
    return safe_cell(value) if isinstance(value, str) else ""


def _truth_cell(value: object) -> Cell:
    return "" if value is None else str(value).lower()


def _number_cell(value: object) -> Cell:
    return value if isinstance(value, (int, float)) else ""


def _list_cell(value: object) -> Cell:
    return safe_cell(_BETWEEN.join(map(_part, value))) if isinstance(value, tuple) and value else ""


def _part(value: object) -> str:
    if isinstance(value, Span):
        return f"{value.start}-{value.end}"
    return "" if value is None else str(value)
