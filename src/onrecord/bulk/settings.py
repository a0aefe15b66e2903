"""What a bulk run is asked to do: everything that its output depends on, beside the inputs and the models."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from onrecord.config import Limits
from onrecord.pipeline import ReadOptions

__all__ = ["Period", "Settings", "TableFormat", "default_format"]

_UNPACKED_BYTES = 64 * 2**30  # of a packed input; pages are bounded one by one, and an archive is read as it unpacks


class TableFormat(StrEnum):
    """How tables are written."""

    PARQUET = "parquet"
    JSONL = "jsonl"  # packed with gzip


class Period(StrEnum):
    """What tables are parted by: the article's date of publication, to the year, month or day."""

    NONE = "none"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to read and how to write."""

    table_format: TableFormat = TableFormat.PARQUET
    period: Period = Period.MONTH
    keeps_pages: bool = True  # write the raw pages too; `onrecord import` needs them
    shard_bytes: int = 8 * 2**20  # of the inputs as they lie on the disk
    shard_files: int = 200  # small files that go into one shard
    flat: bool = False
    as_is: bool = False
    min_confidence: float = 0.0
    actors: str | None = None  # file of the user's own actors
    actors_sha256: str | None = None

    @property
    def limits(self) -> Limits:
        """Those of a page are the same as everywhere."""
        return Limits(unpacked_bytes=_UNPACKED_BYTES)

    @property
    def read_options(self) -> ReadOptions:
        """How each page is read; on one thread, for there is a worker for every core."""
        return ReadOptions(
            flat=self.flat,
            as_is=self.as_is,
            min_confidence=self.min_confidence,
            actors=Path(self.actors) if self.actors else None,
            threads=1,
            limits=self.limits,
        )


def default_format() -> TableFormat:
    """Parquet where the extra `[parquet]` is installed, else JSON Lines."""
    return TableFormat.PARQUET if find_spec("pyarrow") else TableFormat.JSONL


def sha256_of(path: Path) -> str:
    """Of the file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
