import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.reading.quotes import find_quotations

MARKS = st.text(alphabet=" ab.,\n“”\"'‘’„«»s", max_size=60)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “we won” and left.", ["“we won”"]),
        ('One "a b" two "c d" three', ['"a b"', '"c d"']),
        ("It's Kim's plan and the boys' plan.", []),
        ("He said 'we won' and left.", ["'we won'"]),
        ("He said ‘it’s over’.", ["‘it’s over’"]),
        ("rock 'n' roll of the '90s", []),
        ("„Das ist gut“, sagte er. «Oui», dit-il. »Ja«, sagte sie.", ["„Das ist gut“", "«Oui»", "»Ja«"]),
        ("“He told me ‘go home’ twice,” she said.", ["“He told me ‘go home’ twice,”"]),
        ('a 6\'2" man said "hi"', ['"hi"']),
        ("“Never closed, he said.", ["“Never closed, he said."]),
    ],
)
def test_what_stands_in_quotation_marks(text: str, quoted: list[str]) -> None:
    assert [text[q.start : q.end] for q in find_quotations(text)] == quoted


def test_a_quotation_reopened_in_the_next_paragraph_resumes_the_unclosed_one() -> None:
    text = "“We tried.\n\n“We failed,” Choe said.\n\n“New one,” he said."
    assert [(q.closed, q.resumes) for q in find_quotations(text)] == [(False, False), (True, True), (True, False)]


@given(MARKS)
def test_quotations_lie_in_the_text_in_order_and_cross_no_line(text: str) -> None:
    end = 0
    for quotation in find_quotations(text):
        assert end <= quotation.start < quotation.end <= len(text)
        assert "\n" not in text[quotation.start : quotation.end]
        end = quotation.end


@pytest.mark.parametrize("flood", ["'a ", "‘a", '"', "“", "’", "« "])
def test_a_flood_of_marks_takes_time_in_proportion(flood: str) -> None:
    begun = time.process_time()
    find_quotations(flood * 20_000)
    assert time.process_time() - begun < 5
