"""Parquet: a page a row, in columns of the names that JSON Lines have. Needs the extra `[parquet]`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from onrecord.collect.jsonl import PageFields, page_of_fields
from onrecord.collect.rejections import rejected_by
from onrecord.config import Limits
from onrecord.errors import CollectError, DamagedInput, InputTooLarge, UnsupportedInput
from onrecord.records import Page, Rejected

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

__all__ = ["MAGIC", "group_ends", "read_groups"]

MAGIC = b"PAR1"
_COLUMNS = PageFields.__struct_fields__
_ROWS_AT_ONCE = 64  # a page may have megabytes


def group_ends(file: BinaryIO, path: str) -> list[tuple[int, int]]:
    """For each row group, the bytes of the file up to its end and the rows.

    Raises:
        CollectError: it is no Parquet file, or pyarrow is not there to read it.
    """
    metadata = _open(file, path).metadata
    ends, rows = [], 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        columns = [group.column(at) for at in range(group.num_columns)]
        rows += group.num_rows
        first = [column.dictionary_page_offset or column.data_page_offset for column in columns]
        sizes = [column.total_compressed_size for column in columns]
        ends.append((max(map(int.__add__, first, sizes)), rows))
    return ends


def read_groups(
    file: BinaryIO, path: str, groups: Sequence[int], *, limits: Limits, as_is: bool, row: int
) -> Iterator[tuple[float, Page | Rejected]]:
    """For each row of these row groups, in order: the share of rows that are done with it, and the page.

    Columns of other names than `id`, `text`, `html`, `title`, `date`, `outlet` and `url` are passed over. The offset of
    a page is the number of its row, and its length that of its content.

    Args:
        row: rows before the first group.
    """
    from pyarrow import ArrowException  # noqa: PLC0415

    opened = _open(file, path)
    columns = [name for name in opened.schema_arrow.names if name in _COLUMNS]
    total = sum(opened.metadata.row_group(number).num_rows for number in groups)
    done = 0
    try:
        for batch in opened.iter_batches(batch_size=_ROWS_AT_ONCE, row_groups=list(groups), columns=columns):
            for values in batch.to_pylist():
                done += 1
                yield done / total, _page(values, path, row + done - 1, limits, as_is=as_is)
    except (ArrowException, OSError) as error:
        raise DamagedInput(path, f"the rows cannot be read ({_in_one_line(error)})", offset=row + done) from error


def _page(values: dict[str, object], path: str, row: int, limits: Limits, *, as_is: bool) -> Page | Rejected:
    try:
        fields = msgspec.convert({name: _plain(value) for name, value in values.items()}, PageFields)
        length = max(len((text or "").encode()) for text in (fields.text, fields.html))
        if length > limits.input_bytes:
            raise InputTooLarge(path, f"the row holds more than {limits.input_bytes // 2**20} MiB", offset=row)
        return page_of_fields(fields, path, (row, length), as_is=as_is, called="row")
    except CollectError as error:
        return rejected_by(error)
    except msgspec.ValidationError as error:
        return rejected_by(DamagedInput(path, f"the row is not a page: {error}", offset=row))


def _plain(value: object) -> object:
    """Days, times and anything else that tables have types for, as text."""
    return value if value is None or isinstance(value, str | int | bytes) else str(value)


def _open(file: BinaryIO, path: str) -> ParquetFile:
    try:
        from pyarrow import ArrowException  # noqa: PLC0415
        from pyarrow.parquet import ParquetFile  # noqa: PLC0415
    except ImportError as error:
        told = "a Parquet file, for which pyarrow is needed; pip install 'onrecord[parquet]'"
        raise UnsupportedInput(path, told) from error
    try:
        return ParquetFile(file)
    except (ArrowException, OSError) as error:
        raise DamagedInput(path, f"it is no whole Parquet file ({_in_one_line(error)})") from error


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
