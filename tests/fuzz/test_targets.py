"""Inputs to begin fuzzing with, and those that once broke something: what must hold of any input holds of each."""

from __future__ import annotations

import pytest

from benchmarks.fuzz import FOUND, SEEDS
from benchmarks.fuzz_targets import TARGETS

INPUTS = [path for folder in (SEEDS, FOUND) for path in sorted(folder.glob("*/*"))]


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_must_hold_of_any_input_holds(path):
    TARGETS[path.parent.name].run(path.read_bytes())


def test_every_target_has_seeds():
    assert {path.name for path in SEEDS.iterdir()} == set(TARGETS)


def test_a_target_raises_where_something_does_not_hold(monkeypatch):
    monkeypatch.setattr("benchmarks.fuzz_targets.find_quotations", lambda text: [(0, len(text) + 1, True, True)])
    with pytest.raises((AssertionError, AttributeError)):
        TARGETS["quotes"].run(b"text")
