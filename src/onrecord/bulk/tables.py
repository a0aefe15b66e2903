"""The tables a bulk run writes: articles, statements, events, pages; a row has the fields that its record has.

Columns come from the records' own types, so a field that is added to a record is a column without a word here. Spans
are pairs of numbers, as in JSON. Three columns are added everywhere: `key` ties the rows of one page together,
`article` is its id, `day` its day of publication.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

import msgspec
from msgspec import Struct, inspect

from onrecord.bulk.settings import Period, TableFormat
from onrecord.records import Article, Event, Models, Page, Reading, Statement

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["QUARANTINE", "TABLES", "Row", "TableWriter", "digest_tables", "read_rows", "rows_of", "table_files"]

Row = dict[str, object]


class _Added(Struct, frozen=True):
    key: str
    article: str
    day: date | None


class _ReadBy(Struct, frozen=True):
    models: Models


TABLES: dict[str, tuple[type[Struct], ...]] = {
    "articles": (_Added, Article, _ReadBy),
    "statements": (_Added, Statement),
    "events": (_Added, Event),
    "pages": (_Added, Page),
}
QUARANTINE = "quarantine"
_SUFFIX = {TableFormat.PARQUET: ".parquet", TableFormat.JSONL: ".jsonl.gz"}
_UNDATED = "undated"
_PERIOD_CHARS = {Period.YEAR: 4, Period.MONTH: 7, Period.DAY: 10}
_HELD_BYTES = 64 * 2**20  # rows wait in memory until there are about so many bytes of them


def rows_of(reading: Reading, page: Page | None, key: str) -> dict[str, list[Row]]:
    """The rows of one page, by table; without the page, none of `pages`."""
    article = reading.article
    added: Row = {"key": key, "article": article.id, "day": _day(article)}
    records: dict[str, tuple[Struct, ...]] = {
        "articles": (article,),
        "statements": reading.statements,
        "events": reading.events,
        "pages": (page,) if page else (),
    }
    rows = {table: [added | _plain(record) for record in found] for table, found in records.items()}
    rows["articles"][0]["models"] = _plain(reading.models)
    return rows


def _plain(record: Struct) -> Row:
    plain: Row = msgspec.to_builtins(record, builtin_types=(bytes, bytearray))
    return plain


def _day(article: Article) -> date | None:
    try:
        return date.fromisoformat(article.published.value[:10]) if article.published else None
    except ValueError:
        return None  # a month or a year is all that is known


class _FileWriter(Protocol):
    def write(self, rows: list[Row]) -> None: ...

    def close(self) -> None: ...


class TableWriter:
    """Writes the rows of a shard: a file for each table and period, aside until `finish` puts them in their places.

    The same rows in the same order make the same files, to the byte. Where there are articles of a period there is a
    file of every table, be it without rows.
    """

    def __init__(
        self, out: Path, name: str, *, table_format: TableFormat, period: Period, tables: Iterable[str]
    ) -> None:
        self._out, self._name, self._period = out, name, period
        self._suffix = _SUFFIX[table_format]
        self._open: Callable[[BinaryIO, str], _FileWriter] = _WRITERS[table_format]
        self._tables = tuple(tables)
        self._held: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._held_bytes = 0
        self._files: dict[Path, tuple[Path, BinaryIO, _FileWriter]] = {}

    def add(self, reading: Reading, page: Page | None, key: str) -> None:
        """The rows of one page."""
        rows = rows_of(reading, page, key)
        period = self._period_of(reading.article)
        for table in self._tables:
            self._held[table, period] += rows[table]
        self._held_bytes += 3 * len(reading.article.text) + (len(page.data) if page else 0)  # blocks, statements
        if self._held_bytes > _HELD_BYTES:
            self._flush()

    def finish(self) -> list[str]:
        """Put the files in their places; their paths within the folder."""
        self._flush()
        for aside, file, writer in self._files.values():
            writer.close()
            file.flush()
            os.fsync(file.fileno())
            file.close()
            aside.chmod(0o666 & ~_umask())
        for path, (aside, _, _) in self._files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(path)
        return sorted(str(path.relative_to(self._out)) for path in self._files)

    def discard(self) -> None:
        """Leave nothing behind; to be called whatever happened."""
        for aside, file, _ in self._files.values():
            file.close()
            aside.unlink(missing_ok=True)

    def _period_of(self, article: Article) -> str:
        if self._period is Period.NONE:
            return "all"
        length = _PERIOD_CHARS[self._period]
        value = article.published.value[:length] if article.published else ""
        return value if len(value) == length and value.replace("-", "").isdigit() else _UNDATED

    def _flush(self) -> None:
        for (table, period), rows in self._held.items():
            self._writer(table, period).write(rows)
        self._held.clear()
        self._held_bytes = 0

    def _writer(self, table: str, period: str) -> _FileWriter:
        path = self._out / table / f"period={period}" / f"{self._name}{self._suffix}"
        if path not in self._files:
            aside = self._out / "unfinished" / f"{self._name}.{table}.{period}.{os.getpid()}.part"
            file = aside.open("wb")
            self._files[path] = (aside, file, self._open(file, table))
        return self._files[path][2]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class _JsonLines:
    def __init__(self, file: BinaryIO, table: str) -> None:
        self._stream = gzip.GzipFile(filename=f"{table}.jsonl", mode="wb", fileobj=file, mtime=0, compresslevel=6)

    def write(self, rows: list[Row]) -> None:
        self._stream.write(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))

    def close(self) -> None:
        self._stream.close()


class _Parquet:
    def __init__(self, file: BinaryIO, table: str) -> None:
        from pyarrow.parquet import ParquetWriter  # noqa: PLC0415  the extra [parquet]

        self._schema = arrow_schema(table)
        self._stream = ParquetWriter(file, self._schema, compression="zstd")

    def write(self, rows: list[Row]) -> None:
        import pyarrow as pa  # noqa: PLC0415

        self._stream.write_table(pa.Table.from_pylist(rows, schema=self._schema))

    def close(self) -> None:
        self._stream.close()


_WRITERS: dict[TableFormat, Callable[[BinaryIO, str], _FileWriter]] = {
    TableFormat.JSONL: _JsonLines,
    TableFormat.PARQUET: _Parquet,
}


def arrow_schema(table: str) -> pa.Schema:
    """The columns of a table, from the fields of its records."""
    import pyarrow as pa  # noqa: PLC0415

    fields = [field for record in TABLES[table] for field in _struct_fields(record)]
    return pa.schema([(field.encode_name, _arrow_type(field.type)) for field in fields])


def _struct_fields(record: type[Struct]) -> tuple[inspect.Field, ...]:
    told = inspect.type_info(record)
    assert isinstance(told, inspect.StructType)
    return told.fields


def _arrow_type(told: inspect.Type) -> pa.DataType:
    """The column type for a field's type.

    Raises:
        TypeError: there is none; a record has got a field of a kind that tables do not know yet.
    """
    import pyarrow as pa  # noqa: PLC0415

    simple: dict[type[inspect.Type], pa.DataType] = {
        inspect.StrType: pa.string(),
        inspect.EnumType: pa.string(),
        inspect.IntType: pa.int64(),
        inspect.FloatType: pa.float64(),
        inspect.BoolType: pa.bool_(),
        inspect.BytesType: pa.binary(),
        inspect.DateType: pa.date32(),
    }
    if type(told) in simple:
        return simple[type(told)]
    if isinstance(told, inspect.VarTupleType | inspect.ListType):
        return pa.list_(_arrow_type(told.item_type))
    if isinstance(told, inspect.StructType):
        inner = [(field.encode_name, _arrow_type(field.type)) for field in told.fields]
        return pa.list_(inner[0][1]) if told.array_like else pa.struct(inner)
    if isinstance(told, inspect.UnionType):
        kinds = [kind for kind in told.types if not isinstance(kind, inspect.NoneType)]
        if len(kinds) == 1:
            return _arrow_type(kinds[0])
    raise TypeError(f"tables have no column for {told}")


def table_files(out: Path, table: str) -> list[Path]:
    """The files of a table, sorted."""
    return sorted(path for path in (out / table).glob("*/*") if path.name.endswith(tuple(_SUFFIX.values())))


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of one file of a table, without what is not known, so that records can be made of them."""
    if path.suffix == ".parquet":
        yield from _read_parquet(path)
        return
    with gzip.open(path) as file:
        for line in io.BufferedReader(file):
            yield _known(msgspec.json.decode(line))


def _read_parquet(path: Path) -> Iterator[Row]:
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415

    with ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=256):
            for row in batch.to_pylist():
                yield _known(row)


def _known(row: Row) -> Row:
    """Without fields that are null: a column cannot tell "left out" from "null", and both mean the default."""
    return {name: _known_value(value) for name, value in row.items() if value is not None}


def _known_value(value: object) -> object:
    if isinstance(value, dict):
        return _known(value)
    return [_known_value(item) for item in value] if isinstance(value, list) else value


def digest_tables(out: Path) -> str:
    """The digest of the rows' sorted digests: the same for the same rows, however they are ordered and spread."""
    digests = []
    for table in TABLES:
        for path in table_files(out, table):
            digests += [_row_digest(table, row) for row in read_rows(path)]
    for path in (out / QUARANTINE).glob("*.jsonl"):
        digests += [_row_digest(QUARANTINE, msgspec.json.decode(line)) for line in path.read_bytes().splitlines()]
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()


def _row_digest(table: str, row: Row) -> bytes:
    return hashlib.sha256(table.encode() + msgspec.json.encode(row, order="sorted")).digest()
