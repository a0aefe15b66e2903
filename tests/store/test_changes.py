"""Changes between versions are complete, in order, and told in words."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.store.changes import compare_texts


def words(old: str, new: str) -> list[tuple[str, str]]:
    return [(old[c.old.start : c.old.end], new[c.new.start : c.new.end]) for c in compare_texts(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("The bridge will open.", "The bridge will open.", []),
        ("The bridge will open.", "The bridge may open.", [("will", "may")]),
        ("It opens in May.", "It opens.", [(" in May", "")]),
        ("One.\n\nTwo.", "One.\n\nTwo.\n\nThree.", [("", "Three.")]),
        ("他将增派船", "他将派出船", [("增", ""), ("", "出")]),
        ("", "All new.", [("", "All new.")]),
    ],
)
def test_what_changed_is_told_in_words(old, new, changes):
    assert words(old, new) == changes


@settings(deadline=None)
@given(old=st.text(alphabet="ab. \n船", max_size=60), new=st.text(alphabet="ab. \n船", max_size=60))
def test_with_its_changes_the_old_text_becomes_the_new_one_but_for_line_breaks(old, new):
    made, at = [], 0
    for change in compare_texts(old, new):
        assert at <= change.old.start <= change.old.end <= len(old)
        made += [old[at : change.old.start], new[change.new.start : change.new.end]]
        at = change.old.end
    assert "".join([*made, old[at:]]).replace("\n", "") == new.replace("\n", "")


def test_long_texts_that_share_nothing_are_compared_in_a_moment():
    begun = time.process_time()
    compare_texts("word " * 60_000, "other " * 60_000)
    compare_texts("a\n" * 60_000, "b\n" * 60_000)
    assert time.process_time() - begun < 5
