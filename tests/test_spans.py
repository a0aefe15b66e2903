from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.records import Span
from onrecord.spans import overlap, split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mr. Kim came. He left.", ["Mr. Kim came.", "He left."]),
        ("He flew to the U.S. The talks failed.", ["He flew to the U.S.", "The talks failed."]),
        ("U.S. Gen. Lee met J. B. Smith on Jan. 6 there.", ["U.S. Gen. Lee met J. B. Smith on Jan. 6 there."]),
        ("“We tried.” She left!\nNext line", ["“We tried.”", "She left!", "Next line"]),
        ("", []),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    assert [text[s.start : s.end] for s in split_sentences(text)] == sentences


@given(st.text(alphabet="aB .!?\n“”U", max_size=80))
def test_sentences_hold_every_visible_character_once_and_in_order(text: str) -> None:
    spans = split_sentences(text)
    assert "".join("".join(text[s.start : s.end].split()) for s in spans) == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_overlap_counts_shared_characters() -> None:
    assert overlap([Span(0, 5), Span(8, 10)], [Span(3, 9)]) == 3
