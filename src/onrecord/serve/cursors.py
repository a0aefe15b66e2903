"""Where a list goes on, as a word to be handed back: it holds for the query that it was given for and for no other."""

from __future__ import annotations

import binascii
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

import msgspec

from onrecord.errors import UsageError
from onrecord.store import Key

__all__ = ["decode_key", "decode_offset", "encode_key", "encode_offset"]

MAX_OFFSET = 1_000_000
Parts = TypeVar("Parts", bound=tuple[object, ...])


def encode_key(key: Key, query: str) -> str:
    """A place in a list that is in a fixed order."""
    return _encode([_digest(query), *key])


def decode_key(cursor: str | None, query: str) -> Key | None:
    """The place; None for the beginning.

    Raises:
        UsageError: no cursor of ours, or one of another query.
    """
    if not cursor:
        return None
    _, day, article, position = _decode(cursor, query, tuple[str, str, int, int])
    return Key(day, article, position)


def encode_offset(offset: int, query: str) -> str:
    """How many were given, in a list that is ranked."""
    return _encode([_digest(query), offset])


def decode_offset(cursor: str | None, query: str) -> int:
    """The number; 0 for the beginning. Raises as `decode_key`."""
    if not cursor:
        return 0
    _, offset = _decode(cursor, query, tuple[str, int])
    if not 0 <= offset <= MAX_OFFSET:
        raise _refused()
    return offset


def _encode(parts: list[str | int]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def _decode(cursor: str, query: str, shape: type[Parts]) -> Parts:
    try:
        parts = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=shape)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise _refused() from error
    if parts[0] != _digest(query) or any(isinstance(one, int) and not -1 <= one < 2**62 for one in parts):
        raise _refused()
    return parts


def _refused() -> UsageError:
    return UsageError("cursor: not one that was given for this query. Take `next` of the page before, or begin anew.")


def _digest(query: str) -> str:
    return hashlib.blake2b(query.encode("utf-8", "replace"), digest_size=6).hexdigest()
