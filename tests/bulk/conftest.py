"""Inputs for bulk runs, made by hand, and the least ceremony to run one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from onrecord.bulk import Settings, plan_shards, process_shard
from onrecord.bulk.tables import TableFormat
from onrecord.bulk.work import prepare_folder
from tests.fixtures.workers import plain_tools

SMALL = Settings(table_format=TableFormat.JSONL, shard_bytes=400)


def write_lines(path: Path, texts: Iterable[str]) -> Path:
    rows = [
        {"id": f"n{number}", "text": text, "date": f"2031-0{number % 3 + 1}-02"} for number, text in enumerate(texts)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def lines(tmp_path) -> Path:
    """Thirty pages in one file, of which shards of 400 bytes take about five each."""
    return write_lines(tmp_path / "talks.jsonl", [f"Okoye said that ferry {n} would stay." for n in range(30)])


@pytest.fixture
def out(tmp_path) -> Path:
    folder = tmp_path / "out"
    prepare_folder(folder)
    return folder


Process = Callable[..., list[Path]]


@pytest.fixture
def process(out) -> Process:
    """Work on all shards of an input in this process; the entries of the manifest."""

    def work(source: Path, settings: Settings = SMALL, folder: Path = out) -> list[Path]:
        prepare_folder(folder)
        shards = plan_shards([str(source)], settings)
        return [process_shard(shard, folder, settings, tools=plain_tools()) for shard in shards]

    return work
