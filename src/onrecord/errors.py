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
    |   +-- AddressRefused    an address that is malformed, or leads to where nothing may be fetched
    |   +-- RobotsRefused     the site asks robots not to fetch this
    |   +-- FetchFailed       no answer could be had from the network
    |   +-- FetchTimeLimitHit an answer took longer than allowed
    |   +-- BadStatus         the server answered, but with an error
    +-- CleanError
    |   +-- NoArticle         no running text was found
    +-- ReadError             the reader could not be loaded or run
    +-- StoreError            the store is missing, damaged, locked or of another version
    |   +-- UnknownArticle    no article of that id is in it
    +-- BulkError             a bulk run cannot go on, or its folder cannot be read
    +-- WorkerError
        +-- TimeLimitHit      parsing took longer than allowed; the worker was stopped
        +-- MemoryLimitHit    parsing wanted more memory than allowed
        +-- WorkerDied        the parser crashed

Each message says what, where, why and what to do, in one line. `code` is stable; it is what scripts should test.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "AddressRefused",
    "BadQuery",
    "BadStatus",
    "BulkError",
    "CleanError",
    "CollectError",
    "DamagedInput",
    "EmptyInput",
    "FetchFailed",
    "FetchTimeLimitHit",
    "InputTooLarge",
    "MemoryLimitHit",
    "MissingInput",
    "NoArticle",
    "OnrecordError",
    "ReadError",
    "RobotsRefused",
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


class AddressRefused(CollectError):
    """The address is malformed or leads to where nothing may be fetched: this machine, its network, no public host."""

    code = "address-refused"


class RobotsRefused(CollectError):
    """The site's robots.txt asks robots not to fetch this."""

    code = "robots-refused"


class FetchFailed(CollectError):
    """No answer could be had: the name is unknown, nobody listens, the certificate is wrong, the answer is broken."""

    code = "fetch-failed"


class FetchTimeLimitHit(CollectError):
    """The answer took longer than allowed, as a whole or between two of its parts."""

    code = "fetch-time-limit"


class BadStatus(CollectError):
    """The server answered with an error, or with what is no page."""

    code = "bad-status"


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


class BulkError(OnrecordError):
    """A bulk run cannot go on, or its folder cannot be read; what is done is kept."""

    code = "bulk"


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
