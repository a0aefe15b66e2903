"""Which plain files a source stands for, and opening them without ever waiting for a pipe or a device."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from typing import BinaryIO

from onrecord.collect.rejections import printable_path, rejected_by
from onrecord.errors import CollectError, EmptyInput, MissingInput, UnsupportedInput
from onrecord.records import Rejected

__all__ = ["STDIN", "find_files", "open_file"]

STDIN = "-"

_SPECIAL = (
    (stat.S_ISFIFO, "a named pipe; send it through standard input instead: onrecord read - < PIPE"),
    (stat.S_ISSOCK, "a socket, not a file"),
    (stat.S_ISCHR, "a device, not a file; for standard input write -"),
    (stat.S_ISBLK, "a device, not a file"),
)


def find_files(source: str) -> Iterator[str | Rejected]:
    """The plain files of a source in sorted order, folders walked through; what cannot be read as a `Rejected`.

    Inside a folder, names that begin with a dot are left out, and a folder that was already walked (through a link) is
    not walked again.
    """
    if source == STDIN:
        yield source
        return
    try:
        status = _status(source)
        if stat.S_ISDIR(status.st_mode):
            yield from _walk(source, status, set())
        else:
            _refuse_special(source, status)
            yield source
    except CollectError as error:
        yield rejected_by(error)


def _walk(folder: str, status: os.stat_result, walked: set[tuple[int, int]]) -> Iterator[str | Rejected]:
    """Depth first, one folder's names in memory at a time. An explicit stack: folders may lie very deep."""
    stack: list[tuple[str, os.stat_result]] = [(folder, status)]
    while stack:
        path, status = stack.pop()
        try:
            if stat.S_ISDIR(status.st_mode):
                stack.extend(reversed(_entries(path, status, walked)))
            else:
                _refuse_special(path, status)
                yield path
        except _Broken as broken:
            stack.extend(reversed(broken.entries))
            yield from broken.rejected
        except CollectError as error:
            yield rejected_by(error)


class _Broken(Exception):  # noqa: N818  carries what is left of a folder whose entries could not all be looked at
    def __init__(self, entries: list[tuple[str, os.stat_result]], rejected: list[Rejected]) -> None:
        super().__init__()
        self.entries, self.rejected = entries, rejected


def _entries(folder: str, status: os.stat_result, walked: set[tuple[int, int]]) -> list[tuple[str, os.stat_result]]:
    identity = (status.st_dev, status.st_ino)
    if identity in walked:
        raise UnsupportedInput(printable_path(folder), "a link to a folder that was already read")
    walked.add(identity)
    entries, rejected = [], []
    for name in _names(folder):
        path = os.path.join(folder, name)
        try:
            entries.append((path, _status(path)))
        except CollectError as error:
            rejected.append(rejected_by(error))
    if rejected:
        raise _Broken(entries, rejected)
    return entries


def _names(folder: str) -> list[str]:
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError as error:
        raise MissingInput(printable_path(folder), _why(error)) from error
    if not names:
        raise EmptyInput(printable_path(folder), "a folder with no files in it")
    return names


def _status(path: str) -> os.stat_result:
    try:
        return os.stat(path)
    except (OSError, ValueError) as error:
        raise MissingInput(printable_path(path), _why(error)) from error


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder; check the path, or write - for standard input"
    if isinstance(error, PermissionError):
        return "it may not be opened; check who may read it"
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"it cannot be opened ({text[:1].lower()}{text[1:]})"


def _refuse_special(path: str, status: os.stat_result) -> None:
    for is_special, reason in _SPECIAL:
        if is_special(status.st_mode):
            raise UnsupportedInput(printable_path(path), reason)


def open_file(path: str) -> BinaryIO:
    """A plain file or standard input, opened for reading bytes, unbuffered.

    Raises:
        MissingInput: it is gone or may not be opened.
        UnsupportedInput: it turned into something else since it was found.
    """
    if path == STDIN:
        return _open_stdin()
    try:
        # O_NONBLOCK: a pipe put in the file's place since it was looked at must not make us wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        raise MissingInput(printable_path(path), _why(error)) from error
    file = os.fdopen(descriptor, "rb", buffering=0)
    try:
        _refuse_special(path, os.fstat(descriptor))
    except CollectError:
        file.close()
        raise
    return file


def _open_stdin() -> BinaryIO:
    if sys.stdin is None:
        raise MissingInput(STDIN, "standard input is closed")
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
