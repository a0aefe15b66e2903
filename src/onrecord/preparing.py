"""What connecting needs of each article, made ahead by a process of its own, so that a second core has work.

Fingerprints and weighed words depend on the article alone; placing it among others does not. The process gets the
numbers of articles on standard input, one JSON list, reads them from the store, and writes what it made to standard
output in that order: four bytes of length, then one record as MessagePack. If it dies, its caller goes on alone.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from onrecord.connect.copies import sketch_text
from onrecord.connect.stories import told_in
from onrecord.connections import Told
from onrecord.records import Article
from onrecord.store.connections import Connections

__all__ = ["Prepared", "prepare", "prepared_ahead"]

_LEAST = 500  # articles; for fewer, starting a process takes longer than it saves
_HEADER = struct.Struct(">I")
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Prepared(Struct, frozen=True, array_like=True):
    """What is known of an article by itself."""

    prints: tuple[int, ...]
    told: Told


def prepare(article: Article) -> Prepared:
    """Fingerprints of the text, and the words that tell the story."""
    return Prepared(sketch_text(article.text), told_in(article))


def prepared_ahead(path: Path, numbers: Sequence[str], *, least: int = _LEAST) -> Generator[Prepared, None, None]:
    """Of articles of a store, in order, by another process; ends early if that dies, and is empty for a few articles.

    Args:
        least: articles for which a process is started.
    """
    if len(numbers) < least:
        return
    process = subprocess.Popen(  # noqa: S603  our own interpreter and module
        [sys.executable, "-P", "-m", "onrecord.preparing", str(path.absolute())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if os.environ.get("ONRECORD_DEBUG") else subprocess.DEVNULL,
        env=os.environ | _ONE_THREAD,
    )
    with process:
        try:
            yield from _results(process, numbers)
        finally:
            process.kill()  # it has nothing to lose


def _results(process: subprocess.Popen[bytes], numbers: Sequence[str]) -> Iterator[Prepared]:
    assert process.stdin is not None  # both are pipes
    assert process.stdout is not None
    try:
        process.stdin.write(msgspec.json.encode(numbers))
        process.stdin.close()
    except BrokenPipeError:
        return
    decoder = msgspec.msgpack.Decoder(Prepared)
    while record := _read(process.stdout):
        yield decoder.decode(record)


def _read(stream: IO[bytes]) -> bytes:
    """One record; empty if the stream ends before it does."""
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return b""
    (length,) = _HEADER.unpack(header)
    record = stream.read(length)
    return record if len(record) == length else b""


def _main(path: str) -> None:
    numbers = msgspec.json.decode(sys.stdin.buffer.read(), type=list[str])
    encoder, out = msgspec.msgpack.Encoder(), sys.stdout.buffer
    with Connections(Path(path), limits=(0, 0, 0, 0), read_only=True) as kept:
        for number in numbers:
            record = encoder.encode(prepare(kept.article(number)))
            out.write(_HEADER.pack(len(record)) + record)
    out.flush()


if __name__ == "__main__":
    _main(sys.argv[1])
