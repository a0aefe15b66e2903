"""Every error onrecord raises on purpose.

    OnrecordError
    +-- UsageError            the caller asked for something that cannot be
    |   +-- BadQuery          a filter of a query cannot be understood
    +-- CollectError
    |   +-- MissingInput      no such file, or it cannot be opened
    |   +-- EmptyInput        nothing but white space in it
    |   +-- UnsupportedInput  a kind of file that onrecord does not read
    |   +-- DamagedInput      a file or a member of it is broken; reading goes on with the next
    |   +-- InputTooLarge     more bytes, packed or unpacked, than the limit
    +-- CleanError
    |   +-- NoArticle         no running text was found
    +-- ReadError             the reader could not be loaded or run
    +-- StoreError            the store is missing, damaged, locked or of another version
    |   +-- UnknownArticle    no article of that id is in it
    +-- WorkerError
        +-- TimeLimitHit      parsing took longer than allowed; the worker was stopped
        +-- MemoryLimitHit    parsing wanted more memory than allowed
        +-- WorkerDied        the parser crashed

Each message says what, where, why and what to do, in one line. `code` is stable; it is what scripts should test.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "BadQuery",
    "CleanError",
    "CollectError",
    "DamagedInput",
    "EmptyInput",
    "InputTooLarge",
    "MemoryLimitHit",
    "MissingInput",
    "NoArticle",
    "OnrecordError",
    "ReadError",
    "StoreError",
    "TimeLimitHit",
    "UnknownArticle",
    "UnsupportedInput",
    "UsageError",
    "WorkerDied",
    "WorkerError",
]


class OnrecordError(Exception):
    """The root of the tree."""

    code: ClassVar[str] = "onrecord"


class UsageError(OnrecordError):
    """The caller asked for something that cannot be."""

    code = "usage"


class BadQuery(UsageError):
    """A filter of a query cannot be understood; `position` counts code points of the query, from 0."""

    code = "bad-query"

    def __init__(self, told: str, *, position: int, token: str) -> None:
        super().__init__(told)
        self.position, self.token = position, token


class InputError(OnrecordError):
    """Something is wrong with one input; carries where."""

    code = "input"

    def __init__(self, path: str, reason: str, *, offset: int = 0) -> None:
        super().__init__(f"{path}: {reason}" if not offset else f"{path}, byte {offset}: {reason}")
        self.path, self.reason, self.offset = path, reason, offset


class CollectError(InputError):
    """Bytes could not be had from the input."""

    code = "collect"


class MissingInput(CollectError):
    """There is no such file, or it cannot be opened."""

    code = "missing-input"


class EmptyInput(CollectError):
    """The input holds nothing but white space."""

    code = "empty-input"


class UnsupportedInput(CollectError):
    """The input is of a kind that onrecord does not read."""

    code = "unsupported-input"


class DamagedInput(CollectError):
    """The input, or a member of it, is broken. Reading goes on with the next member."""

    code = "damaged-input"


class InputTooLarge(CollectError):
    """The input holds more bytes, packed or unpacked, than the limit."""

    code = "input-too-large"


class CleanError(InputError):
    """No article could be made of a page."""

    code = "clean"


class NoArticle(CleanError):
    """The page holds no running text."""

    code = "no-article"


class ReadError(OnrecordError):
    """The reader could not be loaded or run."""

    code = "read"


class StoreError(OnrecordError):
    """The store is missing, damaged, locked or of another version."""

    code = "store"


class UnknownArticle(StoreError):
    """No article in the store has the id that was asked for."""

    code = "unknown-article"


class WorkerError(InputError):
    """A worker process did not come back with an answer."""

    code = "worker"


class TimeLimitHit(WorkerError):
    """Parsing took longer than allowed; the worker was stopped."""

    code = "time-limit"


class MemoryLimitHit(WorkerError):
    """Parsing wanted more memory than allowed."""

    code = "memory-limit"


class WorkerDied(WorkerError):
    """The parser crashed and took its process with it."""

    code = "worker-died"
