"""A few rounds of what `python -m benchmarks.crashes` and `benchmarks.tampering` do by the thousand."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from onrecord.store.faults import POINTS


def figures(root, tmp_path, *arguments: str) -> dict[str, float]:
    out = tmp_path / "figures.json"
    command = [sys.executable, "-m", *arguments, "--json", str(out)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result: dict[str, float] = json.loads(out.read_text(encoding="utf-8"))
    return result


@pytest.mark.slow
def test_killed_at_every_named_point_nothing_acknowledged_is_lost_and_nothing_is_there_twice(root, tmp_path):
    found = figures(root, tmp_path, "benchmarks.crashes", "--rounds", str(len(POINTS) + 4))
    assert found["killed"] >= len(POINTS)
    assert found["acknowledged"] > 0
    assert (found["lost"], found["half_written"], found["duplicates"], found["missing"]) == (0, 0, 0, 0)
    assert found["slowest_open_s"] < 2


@pytest.mark.slow
def test_flipped_bits_are_found(root, tmp_path):
    found = figures(root, tmp_path, "benchmarks.tampering", "--flips", "25", "--articles", "0")
    assert (found["found"], found["article_named"]) == (found["flips"], found["value_flips"])
