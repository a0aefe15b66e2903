"""Open the file of a store, bring it up to date, and tell in plain words what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import apsw
import msgspec

from onrecord.errors import StoreError
from onrecord.store.names import padded

__all__ = [
    "APPLICATION_ID",
    "add_functions",
    "connect",
    "migration_scripts",
    "newest_version",
    "select",
    "told_plainly",
    "version_of",
    "writing",
]

Row = TypeVar("Row")

APPLICATION_ID = 0x6F6E7263  # "onrc": SQLite keeps it in the header, `file store.db` shows it
BUSY_TIMEOUT_MS = 10_000  # a writer holds the lock for one article, well under 100 ms; ten seconds is a stuck one

_ADVICE: tuple[tuple[type[apsw.Error], str], ...] = (
    (apsw.NotADBError, "is not an onrecord store (nor any SQLite file). Name another file, or move this one away."),
    (apsw.CorruptError, "is damaged. Restore it from a copy, or rescue what is left with `sqlite3 STORE .recover`."),
    (apsw.BusyError, "is locked by another program. Wait until that has finished, or stop it, and try again."),
    (apsw.LockedError, "is locked by another program. Wait until that has finished, or stop it, and try again."),
    (apsw.ReadOnlyError, "cannot be written. Give yourself the right to write the file and its folder, or copy it."),
    (apsw.FullError, "cannot grow: the disk is full. Make room and try again; what was acknowledged is safe."),
    (apsw.IOError, "could not be read or written by the system. Check the disk or the network drive, then try again."),
    (
        apsw.CantOpenError,
        "may not be opened or made. Give yourself the right to write the file and its folder.",
    ),
    (apsw.PermissionsError, "may not be opened. Give yourself the right to read and write the file and its folder."),
)


def connect(path: Path, *, read_only: bool = False, upgrades: bool = True) -> apsw.Connection:
    """A connection to the store at `path`, at the newest version unless `upgrades` is False.

    A file that is not there is made, unless `read_only`. Readers and one writer can work at the same time.

    Raises:
        StoreError: missing, not a store, made by a newer onrecord, locked, or not permitted.
    """
    _check_place(path, read_only=read_only)
    with told_plainly(path):
        connection = _open_to_read(path) if read_only else _open_to_write(path)
        try:
            _check_kind(connection, path)
            _bring_up_to_date(connection, path, read_only=read_only, upgrades=upgrades)
        except BaseException:
            connection.close()
            raise
    return connection


def _check_place(path: Path, *, read_only: bool) -> None:
    """Raise if no store can be at `path`, with what to do about it."""
    try:
        is_folder, is_there, has_folder = path.is_dir(), path.exists(), path.absolute().parent.is_dir()
    except OSError as error:  # not permitted, or too long
        raise StoreError(f"{path}: no store can be opened here ({error}). Name another file.") from error
    if "\0" in str(path):
        raise StoreError(f"{str(path)!r}: no file can have a NUL in its name. Name another file.")
    if is_folder:
        raise StoreError(f"{path}: this is a folder. Name a file, such as {path / 'onrecord.db'}.")
    if read_only and not is_there:
        raise StoreError(f"{path}: there is no store here. Make one with `onrecord add PAGE`, or name another file.")
    if not has_folder:
        raise StoreError(f"{path}: the folder for the store does not exist. Make it first, or name another place.")


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn every error of SQLite into a `StoreError` that names the file and what to do."""
    try:
        yield
    except apsw.Error as error:
        advice = next((text for kind, text in _ADVICE if isinstance(error, kind)), None)
        said = str(error).removeprefix(f"{type(error).__name__}: ")
        text = f"{path}: the store {advice} (SQLite: {said})" if advice else _unforeseen(path, error, said)
        raise StoreError(text) from error


def _unforeseen(path: Path, error: apsw.Error, said: str) -> str:
    kind = type(error).__name__
    return f"{path}: the store could not do this ({kind}: {said}). Check that the file can be opened, then try again."


@contextmanager
def writing(connection: apsw.Connection) -> Iterator[None]:
    """One transaction: all of it is on the disk when this ends, or none of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def select(
    connection: apsw.Connection, shape: type[Row], query: str, values: Sequence[str | int | float | None] = ()
) -> list[Row]:
    """The rows of an answer as tuples or named tuples of the given shape; 0 and 1 can be read as bool."""
    rows = connection.execute(query, values).fetchall()
    return [msgspec.convert(row, shape, strict=False) for row in rows]


def _open_to_write(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(BUSY_TIMEOUT_MS)
    return connection


def _open_to_read(path: Path) -> apsw.Connection:
    """Also from a folder that cannot be written, where SQLite could not make its shared index."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        connection.pragma("schema_version")
    except (apsw.CantOpenError, apsw.ReadOnlyError):
        if Path(f"{path}-wal").exists():
            raise
        address = f"file:{quote(str(path.absolute()))}?immutable=1"
        connection = apsw.Connection(address, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    return connection


def _check_kind(connection: apsw.Connection, path: Path) -> None:
    """Never touch a database that belongs to another program."""
    known = connection.pragma("application_id") == APPLICATION_ID
    is_empty = not connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
    if not known and not is_empty:
        raise StoreError(f"{path}: this database belongs to another program. Name another file for the store.")


def _bring_up_to_date(connection: apsw.Connection, path: Path, *, read_only: bool, upgrades: bool) -> None:
    have = version_of(connection)
    if have > newest_version():
        raise StoreError(
            f"{path}: this store has version {have}, made by a newer onrecord; this one knows up to "
            f"{newest_version()}. Update onrecord (pip install -U onrecord), or name another store."
        )
    if read_only:
        if upgrades and have < newest_version():
            connect(path).close()
        return
    if connection.pragma("journal_mode") != "wal":
        connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")  # what is acknowledged survives a power cut
    connection.pragma("foreign_keys", "on")
    if upgrades and have < newest_version():
        from onrecord.store.upgrading import upgrade  # noqa: PLC0415  builds on this module

        upgrade(connection, path)


def add_functions(connection: apsw.Connection) -> None:
    """What the scripts of `migration_scripts` call."""
    connection.create_scalar_function("padded", _padded, 1, deterministic=True)


def _padded(*names: apsw.SQLiteValue) -> str:
    """`padded` as SQL calls it."""
    return "".join(padded(name) for name in names if isinstance(name, str))


def newest_version() -> int:
    """The version of a store that this onrecord makes."""
    return migration_scripts()[-1][0]


@cache
def migration_scripts() -> tuple[tuple[int, str], ...]:
    """Numbered scripts, in order: `0001_first_store.sql` brings a store to version 1."""
    folder = resources.files("onrecord.store") / "migrations"
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return tuple((int(entry.name.split("_", 1)[0]), entry.read_text(encoding="utf-8")) for entry in files)


def version_of(connection: apsw.Connection) -> int:
    """The version of an open store."""
    return int(connection.pragma("user_version"))
