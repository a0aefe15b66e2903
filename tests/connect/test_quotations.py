"""How a quotation stands to its source. Every text was written for these tests."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.connect.quotations import check_quotation, quoted_words, shared_quotations
from onrecord.connections import QuoteKind, Report
from tests.fixtures.readings import kim_story

SPEECH = (
    "Minister Brun opened the assembly. We will not sell the harbour to anyone, and we will not lease it for 40 years "
    "either. The cranes belong to those who work them. Then she thanked the neighbours for their patience and colour."
)


class Synonyms:
    """Words of one row mean the same, all others nothing to each other."""

    rows = ("belong owned property", "cranes machines lifting", "work labour operate", "harbour port")

    def vectors(self, words):
        places = [next((n for n, row in enumerate(self.rows) if w in row.split()), 10 + hash(w) % 90) for w in words]
        return np.eye(100, dtype=np.float32)[places]


@pytest.mark.parametrize(
    ("quote", "kind"),
    [
        ("We will not sell the harbour to anyone", "verbatim"),
        ("“we won’t sell the harbor to anyone,”", "verbatim"),
        ("We will not lease it for forty years", "altered"),
        ("We will not lease it for 40 years", "verbatim"),
        ("We will not sell the harbour [of Velm] to anyone", "verbatim"),
        ("their patience and color", "verbatim"),
        ("We will not sell the harbour … and we will not lease it", "shortened"),
        ("The cranes belong to those who work", "verbatim"),
        ("We will not sell the harbour and we will not lease it", "shortened"),
        ("We will not sell [it] to anyone", "shortened"),
        ("We will sell the harbour to anyone", "altered"),
        ("We will not lease it for 50 years", "altered"),
        ("We will not sell the market to anyone", "altered"),
        ("We will not cheaply sell the harbour to anyone", "altered"),
        ("A heron was seen on the roof of the customs house", "not found"),
        ("", "not found"),
        ("…", "not found"),
        ("we will", "verbatim"),
        ("we would", "not found"),
    ],
)
def test_kinds(quote, kind):
    assert check_quotation(quote, SPEECH).kind == kind


def test_what_was_said_in_other_words_is_found_by_meaning_alone():
    quote = "Machines for lifting are the property of people who operate them"
    assert check_quotation(quote, SPEECH).kind is QuoteKind.NOT_FOUND
    check = check_quotation(quote, SPEECH, Synonyms())
    assert check.kind is QuoteKind.TRANSLATED
    assert SPEECH[check.source.start : check.source.end] == "The cranes belong to those who work them."


def test_a_not_that_went_makes_a_rendering_altered():
    quote = "Machines for lifting are not the property of people who operate them"
    assert check_quotation(quote, SPEECH, Synonyms()).kind is QuoteKind.ALTERED


def test_both_places_of_a_change_are_shown():
    quote = "“We will not sell the market … and we will gladly lease it for 50 years”"
    check = check_quotation(quote, SPEECH)
    shown = [
        (
            change.quote and quote[change.quote.start : change.quote.end],
            change.source and SPEECH[change.source.start : change.source.end],
        )
        for change in check.changes
    ]
    assert shown == [("market", "harbour to anyone"), ("gladly", "not"), ("50", "40")]
    assert SPEECH[check.source.start : check.source.end].startswith("We will not sell")
    assert check.kind is QuoteKind.ALTERED


def test_no_number_or_not_is_lost_without_a_mark():
    assert check_quotation("we will lease it for 40 years", SPEECH).kind is QuoteKind.ALTERED
    assert check_quotation("we will … lease it for 40 years", SPEECH).kind is QuoteKind.SHORTENED


def test_an_empty_text_holds_no_quotation():
    assert check_quotation("We will", "").kind is QuoteKind.NOT_FOUND


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80), st.text(max_size=80))
def test_spans_of_a_check_lie_in_their_texts(quote, text):
    for own, other in ((quote, text), (quote + SPEECH[40:100], SPEECH + text)):
        check = check_quotation(own, other)
        assert (check.source is None) == (check.kind is QuoteKind.NOT_FOUND)
        for change in check.changes:
            assert change.quote or change.source
            assert change.quote is None or 0 <= change.quote.start < change.quote.end <= len(own)
            assert change.source is None or 0 <= change.source.start < change.source.end <= len(other)


def report(article: str, words: str, speaker: str | None = "Ada Brun") -> Report:
    return Report(article=article, statement="s1", speaker=speaker, words=words)


def test_reports_of_one_quotation_are_held_against_the_fullest():
    full = report("a", "We will not sell the harbour to anyone, and we will not lease it")
    short, wrong = report("b", "not sell the harbour"), report("c", "We will sell the harbour to anyone")
    other = report("d", "The herons are back on the river", None)
    (shared,) = shared_quotations([short, other, wrong, full])
    assert shared.fullest == full
    assert {(one.article, check.kind.value) for one, check in shared.others} == {("b", "verbatim"), ("c", "altered")}


def test_one_article_that_repeats_itself_shares_nothing():
    twice = [report("a", "We will not sell the harbour"), report("a", "not sell the harbour")]
    assert shared_quotations(twice) == ()


def test_what_stands_in_quotation_marks_is_taken_from_a_reading():
    _, reading = kim_story()
    reports = {one.statement: one.words for one in quoted_words(reading)}
    assert reports == {
        "s3": "We will build them faster than anyone can count them, … And we will not ask for leave.",
        "s5": "may be more poster than programme.",
    }
