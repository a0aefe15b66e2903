"""No text of a corpus is in the package: neither PolNeAR's nor that of the hand-labelled articles."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

RUN = 10  # words; the longest that a set phrase of reporting or a law's name is likely to have
WORD = re.compile(rb"[a-z0-9']+")


def runs(data: bytes) -> set[bytes]:
    words = WORD.findall(data.lower())
    return {b" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def contents(shared: Path) -> Iterator[str]:
    """The contents of every statement of PolNeAR's train and dev part and of the gold articles."""
    folder = shared / "data/attribution/polnear"
    train = gzip.decompress((folder / "train.jsonl.gz").read_bytes()).decode()
    for row in map(json.loads, [*train.split("\n")[:-1], *lines(folder / "dev.jsonl")]):
        yield from (row["text"][s:e] for a in row["attributions"] for s, e in a["content"])
    for part in ("train", "dev"):
        for row in map(json.loads, lines(shared / f"data/gold/{part}.jsonl")):
            yield from (row["text"][s:e] for a in row["statements"] for s, e in a["content"])


@pytest.fixture(scope="module")
def corpus(shared) -> set[bytes]:
    return set().union(*(runs(text.encode()) for text in contents(shared)))


def test_the_search_finds_a_text_that_is_there(corpus, shared):
    longest = max(contents(shared), key=len)
    assert runs(b"before it " + longest.encode() + b" and after") & corpus


@pytest.mark.parametrize("folder", ["src/onrecord", "training", "benchmarks", "docs"])
def test_no_statement_of_a_corpus_is_stored(folder, corpus, root):
    files = [p for p in (root / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert files
    copied = {str(p.relative_to(root)): sorted(found)[:2] for p in files if (found := runs(p.read_bytes()) & corpus)}
    assert copied == {}
