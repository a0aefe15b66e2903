"""What a look at a store found wrong, each finding with its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw
import msgspec
from msgspec import Struct

from onrecord.errors import StoreError
from onrecord.store.connection import connect, told_plainly

__all__ = ["Finding", "TreeHead", "opened", "parse_head"]


class Finding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is not as it was written."""

    where: str  # "article 3f8a1c0b2d4e5f60", "quarantine 4", "search index", "file"
    part: str  # "raw page", "record", "models" ...
    problem: str


class TreeHead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many leaves a hash tree has, and its root: all that must be kept elsewhere to see later what was changed."""

    size: int
    root: str  # hexadecimal

    def __str__(self) -> str:
        return f"{self.size}:{self.root}"


def parse_head(text: str) -> TreeHead | None:
    """A tree head as it is printed, `SIZE:ROOT`; None if it is none.

    >>> parse_head("2:" + "ab" * 32).size, parse_head("ab")
    (2, None)
    """
    size, _, root = text.strip().partition(":")
    is_root = len(root) == 64 and not set(root.lower()) - set("0123456789abcdef")
    return TreeHead(size=int(size), root=root.lower()) if size.isdecimal() and len(size) < 19 and is_root else None


@contextmanager
def opened(path: Path) -> Iterator[apsw.Connection]:
    """A connection that only reads, closed in the end; errors of SQLite in plain words.

    Raises:
        StoreError: as `Store.open`.
    """
    with told_plainly(path):
        try:
            with closing(connect(path, read_only=True)) as connection:
                yield connection
        except (UnicodeDecodeError, msgspec.MsgspecError) as error:
            raise StoreError(f"{path}: the store is damaged ({error}). See: onrecord verify {path}") from error
