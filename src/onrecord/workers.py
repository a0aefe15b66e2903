"""Cleaning in a process of its own, which may be slow, hungry or crash without harm: it is stopped and replaced.

The process is started afresh (no fork: the caller may have threads) and speaks over a socket pair: four bytes of
length, then one record as MessagePack. It is reused for page after page, imports nothing but the cleaning stage, and
ends by itself when its caller is gone.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

import msgspec

from onrecord.config import Limits
from onrecord.errors import (
    CleanError,
    InputError,
    MemoryLimitHit,
    NoArticle,
    ReadError,
    TimeLimitHit,
    WorkerDied,
)
from onrecord.records import Article, Page

__all__ = ["CleaningWorker"]

_HEADER = struct.Struct(">I")
_MAX_REPLY_BYTES = 2**30
_START_S = 30.0  # 0.6 s on a free core; the rest is for loaded machines
_CPU_GRACE_S = 3
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_CLEAN_ERRORS = {error.code: error for error in (CleanError, NoArticle)}


class _Ready(msgspec.Struct, frozen=True, tag="ready"):
    model: str


class _Cleaned(msgspec.Struct, frozen=True, tag="cleaned"):
    article: Article


class _Refused(msgspec.Struct, frozen=True, tag="refused"):
    code: str
    reason: str
    offset: int


class _OutOfMemory(msgspec.Struct, frozen=True, tag="memory"):
    pass


class _Failed(msgspec.Struct, frozen=True, tag="failed"):
    reason: str


_Reply = _Ready | _Cleaned | _Refused | _OutOfMemory | _Failed


class CleaningWorker:
    """One cleaning process, started when first needed. Close it, or use it as a context manager."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()  # one question at a time, whichever thread asks
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._model: str | None = None  # None until the process said that it is ready
        self._is_used = False  # whether it cleaned a page already

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the process if there is none, without waiting for it."""
        if self._owner != os.getpid():
            self._disown()
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-P", "-m", "onrecord.workers", str(theirs.fileno())]
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None if os.environ.get("ONRECORD_DEBUG") else subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=os.environ | _ONE_THREAD,
            )
        self._socket, self._is_used = ours, False
        _send(ours, self._limits, time.monotonic() + _START_S)

    def model_name(self) -> str:
        """Name and version of the model the process cleans with.

        Raises:
            ReadError: the process could not be started.
        """
        self.start()
        if self._model is None:
            self._model = self._await_ready()
        return self._model

    def clean(self, page: Page) -> Article:
        """The article of a page.

        A page that a process dies of which cleaned others before is tried once more in a fresh one: what those left
        behind may have been the cause.

        Raises:
            CleanError: the page holds none.
            WorkerError: the process ran out of time or memory, or died; the next page gets a new one.
            ReadError: the process could not be started.
        """
        with self._lock:
            was_used = self._is_used
            try:
                return self._article(self._ask(page), page)
            except (MemoryLimitHit, WorkerDied):
                if not was_used:
                    raise
            return self._article(self._ask(page), page)

    def _ask(self, page: Page) -> _Reply:
        self.model_name()
        assert self._socket is not None
        try:
            deadline = time.monotonic() + self._limits.parse_time_s
            _send(self._socket, page, deadline)
            return _receive(self._socket, deadline)
        except TimeoutError as error:
            self.close()
            seconds = self._limits.parse_time_s
            raise TimeLimitHit(
                page.origin.path, f"cleaning took over {seconds:g} s", offset=page.origin.offset
            ) from error
        except (OSError, EOFError, msgspec.MsgspecError) as error:
            self.close()
            raise WorkerDied(page.origin.path, "the parser crashed on this page", offset=page.origin.offset) from error

    def close(self) -> None:
        """Stop the process; it holds nothing worth waiting for."""
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._socket = self._model = None

    def _disown(self) -> None:
        """After a fork: the process is that of our parent, who goes on using it."""
        if self._socket is not None:
            self._socket.close()
        self._process = self._socket = self._model = None
        self._owner = os.getpid()

    def _await_ready(self) -> str:
        assert self._socket is not None
        try:
            reply = _receive(self._socket, time.monotonic() + _START_S)
        except (OSError, EOFError, msgspec.MsgspecError) as error:
            self.close()
            raise ReadError("the cleaning process did not start; install onrecord again") from error
        if isinstance(reply, _Ready):
            return reply.model
        self.close()
        reason = reply.reason if isinstance(reply, _Failed) else "it gave a wrong answer"
        raise ReadError(f"the cleaning process did not start: {reason}; install onrecord again")

    def _article(self, reply: _Reply, page: Page) -> Article:
        if isinstance(reply, _Cleaned):
            self._is_used = True
            return reply.article
        path, offset = page.origin.path, page.origin.offset
        if isinstance(reply, _Refused):
            raise _CLEAN_ERRORS.get(reply.code, CleanError)(path, reply.reason, offset=reply.offset)
        self.close()  # what is left of its memory is no good for another page
        if isinstance(reply, _OutOfMemory):
            mebibytes = self._limits.parse_memory_bytes // 2**20
            raise MemoryLimitHit(path, f"cleaning wanted more than {mebibytes} MiB", offset=offset)
        reason = reply.reason if isinstance(reply, _Failed) else "a wrong answer"
        raise WorkerDied(path, f"the parser failed on this page ({reason})", offset=offset)


def _send(channel: socket.socket, record: msgspec.Struct, deadline: float) -> None:
    data = msgspec.msgpack.encode(record)
    channel.settimeout(_left(deadline))
    channel.sendall(_HEADER.pack(len(data)) + data)


def _receive(channel: socket.socket, deadline: float) -> _Reply:
    (length,) = _HEADER.unpack(_receive_bytes(channel, _HEADER.size, deadline))
    if length > _MAX_REPLY_BYTES:
        raise EOFError
    reply: _Reply = _REPLIES.decode(_receive_bytes(channel, length, deadline))
    return reply


def _receive_bytes(channel: socket.socket, length: int, deadline: float | None) -> bytearray:
    data = bytearray(length)
    view, had = memoryview(data), 0
    while had < length:
        channel.settimeout(None if deadline is None else _left(deadline))
        got = channel.recv_into(view[had:])
        if not got:
            raise EOFError
        had += got
    return data


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


_REPLIES = msgspec.msgpack.Decoder(_Reply)


# What follows runs in the cleaning process.


def _serve(channel: socket.socket) -> None:
    """Clean page after page until the caller hangs up."""
    limits = msgspec.msgpack.decode(_request(channel), type=Limits)
    try:
        from onrecord.clean import clean_page  # noqa: PLC0415  the caller need not import what it does not run
        from onrecord.lexicon.press import load_press_lexicon  # noqa: PLC0415
        from onrecord.models.blocks import load_block_models  # noqa: PLC0415

        models, lexicon = load_block_models(), load_press_lexicon()
    except Exception as error:  # noqa: BLE001  a damaged installation fails in any way; the caller says what it was
        _answer(channel, _Failed(_told(error)))
        return
    _limit_memory(limits)
    _answer(channel, _Ready(models.name))
    clean = partial(clean_page, models=models, lexicon=lexicon, limits=limits)
    while True:
        request = _request(channel)
        _limit_cpu(limits)
        data = _clean_request(request, clean)
        channel.sendall(_HEADER.pack(len(data)) + data)


def _clean_request(request: bytearray, clean: Callable[[Page], Article]) -> bytes:
    try:
        page = msgspec.msgpack.decode(request, type=Page)
        return msgspec.msgpack.encode(_Cleaned(clean(page)))
    except InputError as error:
        return msgspec.msgpack.encode(_Refused(error.code, error.reason, error.offset))
    except MemoryError:
        return msgspec.msgpack.encode(_OutOfMemory())
    except Exception as error:  # noqa: BLE001  whatever a parser throws at a strange page, the run goes on
        return msgspec.msgpack.encode(_Failed(_told(error)))


def _request(channel: socket.socket) -> bytearray:
    (length,) = _HEADER.unpack(_receive_bytes(channel, _HEADER.size, None))
    return _receive_bytes(channel, length, None)


def _answer(channel: socket.socket, reply: _Reply) -> None:
    data = msgspec.msgpack.encode(reply)
    channel.sendall(_HEADER.pack(len(data)) + data)


def _told(error: Exception) -> str:
    """The error in one line that any terminal can show."""
    text = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {text}".encode("ascii", "backslashreplace").decode()


def _limit_memory(limits: Limits) -> None:
    """Address space, counted from what the started process has. Without /proc (macOS) there is no such limit."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[0])
    except (OSError, ValueError):
        return
    _lower_limit(resource.RLIMIT_AS, pages * resource.getpagesize() + limits.parse_memory_bytes)


def _limit_cpu(limits: Limits) -> None:
    """So that a process whose caller was killed does not go on for ever."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _lower_limit(resource.RLIMIT_CPU, int(used + limits.parse_time_s) + _CPU_GRACE_S)


def _lower_limit(kind: int, soft: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the caller's business
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        try:
            _serve(channel)
        except (EOFError, OSError):
            return


if __name__ == "__main__":
    _main()
