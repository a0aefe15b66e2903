"""The user's own actors as a file beside the store: one JSON object a line, written aside and renamed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from onrecord.errors import StoreError
from onrecord.lexicon.actors.own import OwnActors, parse_own, write_own
from onrecord.lexicon.actors.records import Actor

__all__ = ["read_own_actors", "read_text", "write_own_actors"]

_MOST_BYTES = 256 * 2**20  # a Wikidata export of all office holders of a large country has a tenth of that


def read_own_actors(path: Path, *, today: str = "") -> OwnActors:
    """The actors of a file; none if there is no such file.

    Raises:
        StoreError: the file cannot be read, or it holds a row that `parse_own` refuses.
    """
    if not path.exists():
        return OwnActors(())
    found = parse_own(read_text(path), today=today)
    if found.bad:
        raise StoreError(f"{path}: {found.bad[0]}. Mend the line or move the file away.")
    return found


def write_own_actors(path: Path, actors: tuple[Actor, ...]) -> None:
    """Put these in the file, in place of what is in it.

    Raises:
        StoreError: the file cannot be written; the old one is as it was.
    """
    aside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        aside.write_text(write_own(actors), encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise StoreError(f"{path}: {error.strerror or error}. Name another file with --actors.") from error


def read_text(path: Path) -> str:
    """A file as text.

    Raises:
        StoreError: it cannot be read, is too large, or is not UTF-8.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise StoreError(f"{path}: more than {_MOST_BYTES // 2**20} MiB. Split the file.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}. Check the path and who may read it.") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path}, byte {error.start}: not UTF-8. Save the file as UTF-8.") from error
