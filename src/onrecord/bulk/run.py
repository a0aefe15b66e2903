"""The driver: plans shards, lets an engine work on them, and knows from the manifest what is done."""

from __future__ import annotations

import fcntl
import os
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Self

import msgspec
from msgspec import Struct, structs

from onrecord.bulk.local import Progress, run_local
from onrecord.bulk.settings import Settings, TableFormat, default_format, sha256_of
from onrecord.bulk.shards import Shard, find_inputs, plan_shards
from onrecord.bulk.work import MANIFEST, UNFINISHED, Counts, Done, prepare_folder, write_aside
from onrecord.collect.pieces import Piece
from onrecord.errors import BulkError, UsageError
from onrecord.records import Rejected

__all__ = ["BulkRun", "Engine", "Status", "read_manifest"]


class Engine(StrEnum):
    """Who works on the shards."""

    LOCAL = "local"
    RAY = "ray"


class Status(Struct, frozen=True, kw_only=True):
    """How far a run is."""

    total_bytes: int  # of all inputs on the disk
    done_bytes: int  # of these, in this run and before it
    begun_bytes: int  # of these, before this run
    pages: int  # results of this run so far
    left_s: float | None = None  # how long it will take, at the pace of this run; None before there is one


class _Pace:
    """How fast bytes are done, from the first that were: what comes before is the start of the workers."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def left_s(self, now: float, done: int, total: int) -> float | None:
        """Seconds until all is done."""
        if done >= total:
            return 0.0
        if self._first is None:
            self._first = (now, done)
        begun_at, begun = self._first
        if now - begun_at < _PACE_S or done <= begun:
            return None
        return (now - begun_at) * (total - done) / (done - begun)


_PACE_S = 3.0  # a page takes up to a second; fewer than a few say nothing of the pace
_MANIFEST = msgspec.json.Decoder(Done)


def read_manifest(out: Path) -> list[Done]:
    """What is done, in the order of the names.

    Raises:
        BulkError: it is no folder of a bulk run, or an entry is damaged.
    """
    folder = out / MANIFEST
    if not folder.is_dir():
        raise BulkError(f"{out}: there is no output of `onrecord bulk` here.")
    entries = []
    for path in sorted(folder.glob("*.json")):
        try:
            entries.append(_MANIFEST.decode(path.read_bytes()))
        except msgspec.DecodeError as error:
            raise BulkError(
                f"{path}: this entry of the manifest is damaged ({error}); remove it and run again."
            ) from error
    return entries


class BulkRun:
    """One run over some inputs into a folder; a context manager, which keeps other runs out of the folder.

    Raises:
        UsageError: the folder holds the output of other settings, another run is at work in it, or a format or file
            is not to be had.
    """

    def __init__(self, sources: Sequence[str], out: Path, settings: Settings) -> None:
        self.out, self.settings = out, _completed(settings)
        _make_folder(out)
        self._lock = (out / "lock").open("w")
        try:
            self._begin(sources)
        except BaseException:
            self._lock.close()
            raise

    def _begin(self, sources: Sequence[str]) -> None:
        _take(self._lock.fileno(), self.out)
        _require_settings(self.out, self.settings)
        for path in (self.out / UNFINISHED).glob("*.part"):
            path.unlink(missing_ok=True)
        self._done: dict[str, Done] = {done.key: done for done in read_manifest(self.out)}
        self._files = list(find_inputs(sources, out=self.out))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    @property
    def counts(self) -> Counts:
        """What the folder holds, from this run and those before."""
        return sum((done.counts for done in self._done.values()), Counts())

    @property
    def shards_done(self) -> int:
        """In the folder."""
        return len(self._done)

    def work(self, *, engine: Engine, workers: int, memory_bytes: int) -> Iterator[Status]:
        """Do what is left, and tell how far it is.

        Args:
            workers: processes, or Ray actors.
            memory_bytes: of a worker process; Ray has limits of its own.

        Raises:
            UsageError: Ray is not there, or an input was changed since parts of it were done.
            BulkError: the workers cannot go on.
        """
        shards = self._plan()
        first = next(shards, None)  # an error in the inputs is told before anything is started
        if first is None:
            return
        left = chain([first], shards)
        if engine is Engine.RAY:
            from onrecord.bulk.cluster import run_ray  # noqa: PLC0415

            steps = run_ray(left, self.out, self.settings, workers=workers)
        else:
            steps = run_local(left, self.out, self.settings, workers=workers, memory_bytes=memory_bytes)
        yield from self._follow(steps)

    def _plan(self) -> Iterator[Shard]:
        known: dict[str, list[Piece]] = defaultdict(list)
        told: set[Rejected] = set()
        for done in self._done.values():
            told.update(done.shard.refused)
            for piece in done.shard.pieces:
                known[piece.path].append(piece)
        files = (file for file in self._files if file not in told)
        done_pieces = {path: tuple(pieces) for path, pieces in known.items()}
        return plan_shards(files, self.settings, done_pieces)

    def _follow(self, steps: Iterator[Progress]) -> Iterator[Status]:
        total = sum(_size(file) for file in self._files if isinstance(file, str))
        files = set(self._files)
        before = sum(p.size for done in self._done.values() for p in done.shard.pieces if p.path in files)
        pace, pages, finished = _Pace(), 0, 0
        running: dict[str, Progress] = {}
        for step in steps:
            running[step.shard.key] = step
            if step.entry is not None:
                done = _MANIFEST.decode(step.entry.read_bytes())
                del running[step.shard.key]
                self._done[done.key] = done
                pages, finished = pages + done.counts.received, finished + step.shard.size
            done_bytes = min(before + finished + sum(one.passed for one in running.values()), total)
            yield Status(
                total_bytes=total,
                done_bytes=done_bytes,
                begun_bytes=before,
                pages=pages + sum(one.pages for one in running.values()),
                left_s=pace.left_s(time.monotonic(), done_bytes, total),
            )


def _completed(settings: Settings) -> Settings:
    if settings.table_format is TableFormat.PARQUET and default_format() is not TableFormat.PARQUET:
        raise UsageError("Parquet needs pyarrow; pip install 'onrecord[parquet]', or ask for --format jsonl.")
    if settings.actors is None:
        return settings
    try:
        return structs.replace(settings, actors_sha256=sha256_of(Path(settings.actors)))
    except OSError as error:
        raise UsageError(f"{settings.actors}: cannot be read ({error.strerror}).") from error


def _make_folder(out: Path) -> None:
    if out.is_dir() and not (out / "settings.json").exists() and any(out.iterdir()):
        raise UsageError(f"{out}: this folder holds other things. Give a new or an empty one with --out.")
    try:
        prepare_folder(out)
    except OSError as error:
        raise UsageError(f"{out}: the folder cannot be made ({error.strerror}). Give another with --out.") from error


def _take(lock: int, out: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise UsageError(f"{out}: another run is at work in this folder; wait for it, or give a new --out.") from error


def _require_settings(out: Path, settings: Settings) -> None:
    path = out / "settings.json"
    if not path.exists():
        write_aside(path, msgspec.json.encode(settings))
        return
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Settings)
    except msgspec.DecodeError as error:
        raise UsageError(f"{path}: the settings of this folder cannot be read ({error}). Give a new --out.") from error
    if found != settings:
        before, now = structs.asdict(found), structs.asdict(settings)
        told = ", ".join(
            f"{name} was {before[name]!s} and is {now[name]!s}" for name in now if before[name] != now[name]
        )
        raise UsageError(f"{out}: it was begun with other settings: {told}. Ask as before, or give a new --out.")


def _size(file: str) -> int:
    try:
        return os.stat(file).st_size
    except OSError:
        return 0
