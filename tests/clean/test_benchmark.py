"""The benchmark's own small parts; its scores come from the scorer that it runs."""

from __future__ import annotations

import json

import pytest

from benchmarks.clean import flatten_figures, score


def test_nested_figures_get_dotted_names():
    assert dict(flatten_figures({"a": {"b": 1}, "c": 2})) == {"a.b": 1, "c": 2}


@pytest.mark.shared
def test_the_scorer_of_the_data_sets_is_the_one_that_scores(shared, tmp_path):
    for name, value in {
        "truth": {"a": {"articleBody": "one two three four"}},
        "pred": {"a": "one two three four"},
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    found = score(shared, "body", tmp_path / "truth.json", tmp_path / "pred.json")
    assert (found["f1"], found["accuracy"]) == (1.0, 1.0)
