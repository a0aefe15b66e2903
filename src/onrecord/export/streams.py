"""One JSON document, written a piece at a time: what stands before a list, its members, what stands behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import msgspec

__all__ = ["Json", "list_chunks", "object_chunks"]

Json = None | bool | int | float | str | list["Json"] | tuple["Json", ...] | dict[str, "Json"]

MEMBERS_A_CHUNK = 200


def list_chunks(before: Mapping[str, Json], name: str, members: Iterable[Json]) -> Iterator[bytes]:
    r"""An object of what is `before`, and under `name` the list of members.

    >>> b"".join(list_chunks({"a": 1}, "items", [True]))
    b'{"a":1,"items":[\ntrue\n]}\n'
    """
    yield _opened(before, name) + b"["
    yield from _joined(msgspec.json.encode(one) for one in members)
    yield b"\n]}\n"


def object_chunks(before: Mapping[str, Json], name: str, members: Iterable[tuple[str, Json]]) -> Iterator[bytes]:
    """The same with an object of members, each under a name of its own."""
    yield _opened(before, name) + b"{"
    yield from _joined(msgspec.json.encode(key) + b":" + msgspec.json.encode(one) for key, one in members)
    yield b"\n}}\n"


def _opened(before: Mapping[str, Json], name: str) -> bytes:
    return msgspec.json.encode(before)[:-1] + b"," * bool(before) + msgspec.json.encode(name) + b":"


def _joined(members: Iterator[bytes]) -> Iterator[bytes]:
    comma = b"\n"
    while some := list(islice(members, MEMBERS_A_CHUNK)):
        yield comma + b",\n".join(some)
        comma = b",\n"
