"""Cutting the inputs into shards: the unit that a worker takes, finishes and is never asked for again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from onrecord.bulk.settings import Settings
from onrecord.collect.files import STDIN, find_files
from onrecord.collect.pieces import Piece, cut_file
from onrecord.collect.rejections import printable_path, rejected_by
from onrecord.errors import CollectError, UnsupportedInput, UsageError
from onrecord.records import Rejected

__all__ = ["Shard", "find_inputs", "plan_shards"]


class Shard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some inputs, or a part of one; and inputs that were refused when they were looked for."""

    pieces: tuple[Piece, ...] = ()
    refused: tuple[Rejected, ...] = ()

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return sum(piece.size for piece in self.pieces)

    @property
    def key(self) -> str:
        """The same for the same files as long as nobody changes them; tells nothing of their content."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:32]


def find_inputs(sources: Iterable[str], *, out: Path) -> Iterator[str | Rejected]:
    """The files of all sources in order, each once, or why one cannot be read. What lies in `out` is left out.

    Raises:
        UsageError: standard input, which cannot be read a second time.
    """
    seen: set[str] = set()
    inside = os.path.join(os.path.realpath(out), "")
    for source in sources:
        if source == STDIN:
            raise UsageError("standard input cannot be read again after an interruption; save it to a file first.")
        if source.startswith(("http://", "https://")):
            yield rejected_by(UnsupportedInput(source, "addresses are not fetched; save the page and give the file"))
            continue
        for found in find_files(source):
            path = found.path if isinstance(found, Rejected) else found
            if os.path.realpath(path).startswith(inside):
                continue
            if isinstance(found, Rejected):
                yield found
            elif printable_path(found) != found:
                yield rejected_by(UnsupportedInput(printable_path(found), "its name is not UTF-8; rename it"))
            elif found not in seen:
                seen.add(found)
                yield found


def plan_shards(
    files: Iterable[str | Rejected], settings: Settings, done: Mapping[str, tuple[Piece, ...]] | None = None
) -> Iterator[Shard]:
    """The shards of these files, in order, made as they are asked for; pieces that are done are left out.

    A shard has at least `shard_bytes`, or `shard_files` files, unless a piece that is done follows or it is the last:
    so an interrupted run is cut as it was before.

    Args:
        done: by path.

    Raises:
        UsageError: a file was changed since a part of it was done.
    """
    group: list[Piece] = []
    refused: list[Rejected] = []
    for found in _pieces(files, settings, done or {}):
        if isinstance(found, Rejected):
            refused.append(found)
        elif found is not None:
            group.append(found)
        is_full = sum(piece.size for piece in group) >= settings.shard_bytes or len(group) >= settings.shard_files
        if (group or refused) and (found is None or is_full):
            yield Shard(pieces=tuple(group), refused=tuple(refused))
            group, refused = [], []
    if group or refused:
        yield Shard(pieces=tuple(group), refused=tuple(refused))


def _pieces(
    files: Iterable[str | Rejected], settings: Settings, done: Mapping[str, tuple[Piece, ...]]
) -> Iterator[Piece | Rejected | None]:
    """None stands for pieces that are done."""
    for file in files:
        if isinstance(file, Rejected):
            yield file
            continue
        known = done.get(file, ())
        try:
            if known and _is_whole(file, known):
                yield None
                continue
            for piece in cut_file(file, piece_bytes=settings.shard_bytes, limits=settings.limits, as_is=settings.as_is):
                yield None if piece in known else piece
        except CollectError as error:
            yield rejected_by(error)


def _is_whole(path: str, known: tuple[Piece, ...]) -> bool:
    """Whether the pieces that are done make up the whole file as it is now."""
    try:
        status = os.stat(path)
    except OSError:
        return False  # cutting it tells what is wrong
    if any((piece.file_bytes, piece.modified_ns) != (status.st_size, status.st_mtime_ns) for piece in known):
        raise UsageError(f"{path}: it was changed since its records were made. Give a new folder with --out.")
    return sum(piece.size for piece in known) == status.st_size
