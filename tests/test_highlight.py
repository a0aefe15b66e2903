"""Marks on text: nothing lost, nothing doubled, nothing that a browser would run."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.highlight import Mark, Piece, cut_pieces, page_html

TAG = re.compile(r"<[^>]*>")


def bare(html: str) -> str:
    """Without the looks."""
    return re.sub(r' style="[^"]*"', "", html)


@st.composite
def marked_texts(draw):
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
    edges = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(edges, edges), max_size=8))
    return text, [Mark(min(pair), max(pair), f"m{number}") for number, pair in enumerate(pairs)]


@given(marked_texts())
def test_pieces_cover_the_text_without_gap_or_overlap(case):
    text, marks = case
    pieces = cut_pieces(len(text), marks)
    assert "".join(text[start:end] for start, end, _ in pieces) == text
    assert all(piece.start < piece.end for piece in pieces)


@given(marked_texts())
def test_a_piece_lies_under_exactly_the_marks_that_cover_it(case):
    text, marks = case
    for start, end, numbers in cut_pieces(len(text), marks):
        assert set(numbers) == {n for n, mark in enumerate(marks) if mark.start <= start and end <= mark.end}


@given(marked_texts())
def test_the_shown_text_is_the_text_to_the_letter(case):
    text, marks = case
    shown = page_html("t", text, marks).removeprefix("<h3>t</h3>")
    assert unescape(TAG.sub("", shown)) == unescape(TAG.sub("", page_html("t", text, []).removeprefix("<h3>t</h3>")))


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], [Piece(0, 5, ())]),
        ([Mark(1, 3, "a")], [Piece(0, 1, ()), Piece(1, 3, (0,)), Piece(3, 5, ())]),
        ([Mark(0, 5, "a"), Mark(2, 3, "b")], [Piece(0, 2, (0,)), Piece(2, 3, (0, 1)), Piece(3, 5, (0,))]),
        ([Mark(2, 2, "empty")], [Piece(0, 5, ())]),
    ],
)
def test_where_pieces_are_cut(marks, expected):
    assert cut_pieces(5, marks) == expected


def test_marks_count_code_points_so_that_an_emoji_is_one():
    assert '👍👍 <mark title="x">yes</mark> 👍' in bare(page_html("", "👍👍 yes 👍", [Mark(3, 6, "x")]))


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "a & b &amp; c"])
def test_text_title_and_label_are_escaped(text):
    html = bare(page_html(text, text, [Mark(0, len(text), text)], [(text, text)]))
    assert set(TAG.findall(re.sub(r'title="[^"]*"', "", html))) == {
        "<h3>",
        "</h3>",
        "<div>",
        "<mark >",
        "</mark>",
        *("<ol>", "<li>", "<b>", "</b>", "<br>", "</li>", "</ol>"),
        "</div>",
    }


def test_overlapping_marks_name_all_their_labels():
    assert '<mark title="a / b">' in bare(page_html("", "xy", [Mark(0, 2, "a"), Mark(0, 2, "b")]))
