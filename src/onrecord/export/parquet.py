"""Rows as Parquet: the exchange format for tables too large for text. Needs the extra `[parquet]`."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from onrecord.errors import UsageError
from onrecord.export.tables import columns_of, plain_row
from onrecord.records import Span

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["arrow_schema", "parquet_chunks"]

ROWS_A_GROUP = 20_000  # some 20 MB of statements in memory


class _Held:
    """A file to write to that gives away what it holds."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None: ...

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        held, self.parts = b"".join(self.parts), []
        return held


def parquet_chunks(kind: type[Struct], rows: Iterable[Struct]) -> Iterator[bytes]:
    """A table whose columns have types: lists are lists, spans are structs of two integers, unknown is null.

    Raises:
        UsageError: pyarrow is not installed.
    """
    arrow, parquet = _load()
    schema, held, rows = arrow_schema(kind), _Held(), iter(rows)
    with parquet.ParquetWriter(arrow.PythonFile(held, mode="w"), schema, compression="zstd") as writer:
        while some := list(islice(rows, ROWS_A_GROUP)):
            writer.write_table(arrow.Table.from_pylist([plain_row(row) for row in some], schema=schema))
            yield held.take()
    yield held.take()


def arrow_schema(kind: type[Struct]) -> pa.Schema:
    """The columns of a table of such rows, with Arrow's types."""
    arrow, _ = _load()
    hints = typing.get_type_hints(kind)
    return arrow.schema([arrow.field(name, _arrow_type(hints[name])) for name in columns_of(kind)])


def _arrow_type(hint: object) -> pa.DataType:
    arrow, _ = _load()
    simple = {str: arrow.string(), int: arrow.int64(), float: arrow.float64(), bool: arrow.bool_()}
    if hint is Span:
        return arrow.struct([("start", arrow.int32()), ("end", arrow.int32())])
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return arrow.string()
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        (inner,) = (part for part in typing.get_args(hint) if part is not types.NoneType)
        return _arrow_type(inner)
    if typing.get_origin(hint) is tuple:
        return arrow.list_(_arrow_type(typing.get_args(hint)[0]))
    return simple[typing.cast("type", hint)]


def _load() -> tuple[types.ModuleType, types.ModuleType]:
    try:
        import pyarrow as pa  # noqa: PLC0415  an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        told = "Parquet needs pyarrow, which is not installed. Install it with: pip install 'onrecord[parquet]'"
        raise UsageError(told) from error
    return pa, parquet
