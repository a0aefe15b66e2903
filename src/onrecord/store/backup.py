"""Copies of a store, made while others read and write; nothing is overwritten that was not named to be."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import apsw

from onrecord.errors import StoreError, UsageError
from onrecord.store.connection import connect, select, told_plainly

__all__ = ["back_up", "restore"]

_STEP_PAGES = 2_000  # 8 MB: progress moves, and Ctrl-C is heard
Progress = Callable[[int, int], None]


def back_up(store: Path, file: Path, *, overwrite: bool = False, progress: Progress | None = None) -> None:
    """A copy of the store as it is at this moment. `file` appears when the copy is whole and was looked through.

    Writers go on meanwhile; what they add is not in the copy.

    Raises:
        UsageError: `file` is there and not to be overwritten.
        StoreError: the store cannot be read, or the copy not be written.
    """
    _refuse_to_overwrite(file, overwrite=overwrite)
    with closing(connect(store, read_only=True, upgrades=False)) as source:
        _copy_aside(source, store, file, progress)


def restore(file: Path, store: Path, *, overwrite: bool = False, progress: Progress | None = None) -> None:
    """Make `store` what the copy `file` is. A store that is there is replaced as a whole or not at all.

    Raises:
        UsageError: `store` is there and not to be overwritten.
        StoreError: the copy is damaged or no store, or `store` cannot be written, or is in use.
    """
    _refuse_to_overwrite(store, overwrite=overwrite)
    with closing(connect(file, read_only=True, upgrades=False)) as source:
        _refuse_damage(source, file)
        if not store.exists() or _move_damaged_away(store):
            _copy_aside(source, file, store, progress)
            return
        with told_plainly(store), closing(connect(store, upgrades=False)) as target:
            _copy(source, target, progress)


def _move_damaged_away(store: Path) -> bool:
    """A file that SQLite cannot open as a store can only be replaced; it stays beside it as `STORE.damaged`."""
    try:
        connect(store, read_only=True, upgrades=False).close()
    except StoreError as error:
        if not isinstance(error.__cause__, (apsw.CorruptError, apsw.NotADBError)):
            raise
        for end in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                store.with_name(store.name + end).replace(store.with_name(f"{store.name}.damaged{end}"))
        return True
    return False


def _refuse_to_overwrite(path: Path, *, overwrite: bool) -> None:
    if path.exists() and not overwrite:
        raise UsageError(f"{path}: there is something already. Name another file, or say --overwrite.")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path}: the folder does not exist. Make it first, or name another place.")


def _copy_aside(source: apsw.Connection, path: Path, file: Path, progress: Progress | None) -> None:
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with told_plainly(part), closing(apsw.Connection(str(part))) as target:
            _copy(source, target, progress)
            _refuse_damage(target, path)
        _replace(part, file)
    finally:
        for left in (part, part.with_name(part.name + "-journal"), part.with_name(part.name + "-wal")):
            with suppress(OSError):
                left.unlink()


def _copy(source: apsw.Connection, target: apsw.Connection, progress: Progress | None) -> None:
    """The reading transaction holds the moment: without it the copy would begin again at each write of others."""
    source.execute("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1")
    try:
        with target.backup("main", source, "main") as backup:
            while not backup.done:
                backup.step(_STEP_PAGES)
                if progress:
                    progress(backup.page_count - backup.remaining, backup.page_count)
    finally:
        source.execute("COMMIT")


def _refuse_damage(connection: apsw.Connection, path: Path) -> None:
    with told_plainly(path):
        told = select(connection, tuple[str], "PRAGMA quick_check(1)")[0][0]
    if told != "ok":
        line = told.splitlines()[-1]
        raise StoreError(f"{path}: the store is damaged ({line}). No copy was made of it; see: onrecord check {path}")


def _replace(part: Path, file: Path) -> None:
    """On the disk before it bears its name, and its name on the disk as well."""
    try:
        _synchronise(part)
        part.replace(file)
        _synchronise(file.absolute().parent)
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror or error}. Name another file, or make room.") from error


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
