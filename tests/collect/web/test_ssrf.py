"""The quick part of `benchmarks/ssrf.py`: nothing on this machine is reached, in no spelling and on no way."""

from __future__ import annotations

import pytest

from benchmarks.ssrf import SPELLINGS, VECTORS, measure_control, measure_rebinding, measure_spellings


def reached(figures):
    return {name: value for name, value in figures.items() if value and name.endswith(("connections", "attempts"))}


def test_there_are_enough_spellings_and_none_twice():
    assert len(set(SPELLINGS)) == len(SPELLINGS) >= 60
    assert len(VECTORS) == 4


@pytest.mark.parametrize("start", range(5))
def test_no_spelling_leads_inside_whether_as_page_redirect_robots_or_feed_item(start):
    some = SPELLINGS[start::15]
    figures = measure_spellings(some)
    assert reached(figures) == {}
    assert min(figures[f"{name}_lured"] for name in ("redirect", "robots", "feed_item")) >= len(some)


def test_a_name_that_changes_its_meaning_leads_nowhere_else():
    figures = measure_rebinding(10)
    assert figures["rebind_first_pages"] == 10
    assert reached(figures) == {}


def test_the_canary_would_tell():
    assert measure_control()["control_connections"] >= 1
