"""Worker processes on this machine. One that dies is replaced, and its successor goes on with the same shard."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import structs

from onrecord.bulk.settings import Settings
from onrecord.bulk.shards import Shard
from onrecord.bulk.worker import Job, Reply
from onrecord.errors import BulkError

__all__ = ["Progress", "run_local"]

# Our many small matrix products gain nothing from threads, and there is a worker for every core.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
WORKER = (sys.executable, "-P", "-m", "onrecord.bulk.worker")
_WATCH_S = 0.5
_STALL_S = 300.0  # a page has 3 x 12 s to be cleaned, and at most 25,000 words, which take 15 s to be read
_MAX_FAILURES = 3  # in a row, of one worker, to load what it needs
_MAX_FALSE_STARTS = 20  # in a row, of one worker; on a machine where workers are killed every few seconds some are
_FROM_OUTSIDE = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}  # exit codes: somebody ended it
_REPLIES = msgspec.json.Decoder(Reply)


class Progress(NamedTuple):
    """What an engine tells: how far a shard is, or, with its entry, that it is done."""

    shard: Shard
    passed: int = 0
    pages: int = 0
    entry: Path | None = None


def run_local(
    shards: Iterator[Shard],
    out: Path,
    settings: Settings,
    *,
    workers: int,
    memory_bytes: int,
    command: Sequence[str] = WORKER,
) -> Iterator[Progress]:
    """Work on shards in that many processes; a shard is asked for when a worker is free.

    Args:
        command: starts a worker.
        memory_bytes: a worker that holds more is ended and replaced; its cleaning process is bounded by `Limits`.

    Raises:
        BulkError: workers cannot start, or one of them cannot go on.
    """
    first = Job(out=str(out), settings=settings)
    selector = selectors.DefaultSelector()
    team = [_Worker(first, selector, memory_bytes, command) for _ in range(workers)]
    try:
        while _hand_out(shards, team):
            for event, _ in selector.select(_WATCH_S):
                worker: _Worker = event.data
                yield from worker.hear()
            for worker in team:
                worker.watch()
    finally:
        for worker in team:
            worker.end()
        selector.close()


def _hand_out(shards: Iterator[Shard], team: list[_Worker]) -> bool:
    """Give each free worker a shard while there are any; False when all is done."""
    for worker in team:
        if worker.shard is None:
            shard = next(shards, None)
            if shard is None:
                break
            worker.give(shard)
    return any(worker.shard is not None for worker in team)


class _Worker:
    """A place for a worker: the process in it may change."""

    def __init__(self, job: Job, selector: selectors.BaseSelector, memory_bytes: int, command: Sequence[str]) -> None:
        self._job, self._selector, self._memory_bytes, self._command = job, selector, memory_bytes, command
        self._process: subprocess.Popen[bytes] | None = None
        self._heard = b""
        self._heard_at = 0.0
        self._false_starts = self._failures = 0
        self._is_cut_short = False  # by `watch`
        self.shard: Shard | None = None

    def give(self, shard: Shard, *, is_blamed: bool = False) -> None:
        """Let the process work on a shard; one is started if there is none."""
        self.shard = shard
        if self._process is None:
            self._start()
        self._send(structs.replace(self._job, shard=shard, is_blamed=is_blamed))

    def hear(self) -> Iterator[Progress]:
        """What the process has told since; if it has died, another takes over.

        Raises:
            BulkError: it cannot go on.
        """
        assert self._process is not None
        assert self._process.stdout is not None
        data = os.read(self._process.stdout.fileno(), 2**16)
        if not data:
            self._replace()
            return
        self._heard_at = time.monotonic()
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            yield from self._understand(_REPLIES.decode(line))

    def _understand(self, reply: Reply) -> Iterator[Progress]:
        if reply.failure:
            self._failures += 1
            if reply.is_final or self._failures >= _MAX_FAILURES:
                raise BulkError(reply.failure)
            return  # it ends, and `hear` replaces it
        shard = self.shard
        if reply.is_ready or shard is None:
            self._false_starts = 0
            return
        self._failures = 0
        if reply.entry:
            self.shard = None
        yield Progress(shard, reply.passed, reply.pages, Path(reply.entry) if reply.entry else None)

    def watch(self) -> None:
        """End a process that holds too much memory, or has said nothing for too long; `hear` replaces it."""
        if self._process is None or self.shard is None:
            return
        is_stalled = time.monotonic() - self._heard_at > _STALL_S
        if is_stalled or _memory_of(self._process.pid) > self._memory_bytes:
            self._heard_at = time.monotonic()
            self._is_cut_short = True
            self._process.kill()

    def end(self) -> None:
        """Stop the process; a shard that it has begun stays as it is."""
        if self._process is None:
            return
        process, self._process = self._process, None
        assert process.stdin is not None
        assert process.stdout is not None
        self._selector.unregister(process.stdout)
        if self.shard is not None:
            process.kill()
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()
        process.stdout.close()

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if os.environ.get("ONRECORD_DEBUG") else subprocess.DEVNULL,
            env=os.environ | ONE_THREAD,
        )
        assert self._process.stdout is not None
        self._selector.register(self._process.stdout, selectors.EVENT_READ, self)
        self._heard, self._heard_at = b"", time.monotonic()
        self._false_starts += 1
        self._send(self._job)

    def _replace(self) -> None:
        """The process is dead; start another on the same shard."""
        if self._false_starts > _MAX_FALSE_STARTS:
            told = f"{self._false_starts} worker processes ended before they were ready"
            raise BulkError(f"{told}. Set ONRECORD_DEBUG=1 to see what they say; is there enough memory?")
        assert self._process is not None
        is_own_fault = self._is_cut_short or self._process.wait() not in _FROM_OUTSIDE
        was_at_work = not self._false_starts and not self._failures
        self._is_cut_short = False
        self.end()
        if self.shard is not None:
            self.give(self.shard, is_blamed=is_own_fault and was_at_work)

    def _send(self, job: Job) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has died, and `hear` will notice
            self._process.stdin.write(msgspec.json.encode(job) + b"\n")
            self._process.stdin.flush()


def _memory_of(pid: int) -> int:
    """Bytes that a process holds in memory; 0 where the system does not tell (macOS)."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
    except (OSError, ValueError, IndexError):
        return 0
