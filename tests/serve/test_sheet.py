"""Cutting an article for its page: nothing is lost, whatever blocks and spans a reading brings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onrecord.records import Article, Block, BlockRole, Origin, Reading, Span, Statement, StatementKind
from onrecord.serve.sheet import order_cards, show_article
from tests.fixtures.readings import MODELS, kim_story

ORIGIN = Origin(path="a", sha256="0" * 64)
SPANS = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: Span(min(ends), max(ends)))


def make_reading(text, spans=(), starts=(), within=()) -> Reading:
    blocks = tuple(Block(role=BlockRole.BODY, source_start=n, source_end=n, start=n, end=n) for n in starts)
    statements = tuple(
        Statement(
            id=f"s{number}",
            kind=StatementKind.INDIRECT,
            content=(span,),
            confidence=0.5,
            within=within[number] if number < len(within) else None,
        )
        for number, span in enumerate(spans)
    )
    return Reading(
        article=Article(id="a", text=text, blocks=blocks, origin=ORIGIN), statements=statements, models=MODELS
    )


def body(reading) -> list:
    return [piece for section in show_article(reading) for piece in section.pieces]


@given(
    text=st.text(alphabet="ab \n🙂", max_size=40),
    spans=st.lists(SPANS, max_size=6),
    starts=st.lists(st.integers(0, 50), max_size=5),
)
def test_the_pieces_make_up_the_text_and_each_knows_its_statements(text, spans, starts):
    reading = make_reading(text, spans, starts)
    at = 0
    for piece in body(reading):
        for number, span in enumerate(spans):
            inside = ((f"s{number}", "content")) in piece.marks
            assert inside == (span.start <= at and at + len(piece.text) <= span.end)
        at += len(piece.text)
    assert "".join(piece.text for piece in body(reading)) == text


def test_a_body_without_blocks_is_one_paragraph():
    sections = show_article(make_reading("One.\n\nTwo."))
    assert [section.role for section in sections] == [BlockRole.BODY]


def test_an_empty_article_shows_nothing():
    assert show_article(make_reading("")) == ()


def test_white_space_between_paragraphs_keeps_its_marks_but_takes_no_room():
    pieces = body(make_reading("“One.\n\nTwo.”", [Span(0, 12)], [0, 7]))
    assert [(piece.text, piece.is_gap, len(piece.marks)) for piece in pieces] == [
        ("“One.", False, 1),
        ("\n\n", True, 1),
        ("Two.”", False, 1),
    ]


def test_neighbours_of_one_role_are_shown_as_one():
    roles = [section.role.value for section in show_article(kim_story()[1])]
    assert roles == ["clutter", "title", "byline", "caption", "credit", "dateline",
                     "body", "body", "clutter", "body", "body", "clutter"]  # fmt: skip


def test_each_statement_begins_once_and_ends_once():
    pieces = body(kim_story()[1])
    ids = [f"s{number}" for number in range(1, 8)]
    assert sorted(id_ for piece in pieces for id_ in piece.begins) == ids
    assert sorted(id_ for piece in pieces for id_ in piece.ends) == ids


def test_nested_statements_follow_the_one_they_lie_in():
    cards = order_cards(kim_story()[1])
    assert [(card.statement.id, card.depth) for card in cards] == [
        ("s1", 0), ("s2", 1), ("s3", 0), ("s4", 0), ("s5", 0), ("s6", 0), ("s7", 1),
    ]  # fmt: skip


def test_statements_whose_outer_one_is_missing_or_that_lie_in_each_other_are_not_lost():
    reading = make_reading("abc", [Span(0, 1)] * 4, within=["s9", "s2", "s1", "s3"])
    assert sorted(card.statement.id for card in order_cards(reading)) == ["s0", "s1", "s2", "s3"]


def test_a_very_deep_chain_is_no_trouble():
    within = [None, *(f"s{number}" for number in range(4_999))]
    cards = order_cards(make_reading("abc", [Span(0, 1)] * 5_000, within=within))
    assert cards[-1].depth == 4_999
