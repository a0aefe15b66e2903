"""Expressions of time and what they mean, in phrases made for this test. The article is of Thursday, 7 January 2021."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.reading.periods import read_period, write_period
from onrecord.reading.when import find_anchor, find_times
from onrecord.records import Article, Moment, Origin

ANCHOR = date(2021, 1, 7)

DEADLINES = [
    ("The port will open by the end of the year.", "the end of the year", "2021-12-31"),
    ("They must leave by the end of this month.", "the end of this month", "2021-01-31"),
    ("They must leave by the end of next month.", "the end of next month", "2021-02-28"),
    ("It will be ready by the end of 2025.", "the end of 2025", "2025-12-31"),
    ("It will be ready by the end of March 2022.", "the end of March 2022", "2022-03-31"),
    ("It will be ready by the end of March.", "the end of March", "2021-03-31"),
    ("It will be cut in half by 2030.", "2030", "2030-01-01/2030-12-31"),
    ("It will be cut in half by the year 2040.", "the year 2040", "2040-01-01/2040-12-31"),
    ("They will meet next week.", "next week", "2021-01-11/2021-01-17"),
    ("They will meet next month.", "next month", "2021-02-01/2021-02-28"),
    ("They will vote next year.", "next year", "2022-01-01/2022-12-31"),
    ("The talks will end on Wednesday.", "Wednesday", "2021-01-13"),
    ("The talks will end next Monday.", "next Monday", "2021-01-11"),
    ("The talks will end this Friday.", "this Friday", "2021-01-08"),
    ("The talks will end tomorrow.", "tomorrow", "2021-01-08"),
    ("The talks will end tomorrow night.", "tomorrow night", "2021-01-08"),
    ("The talks will end today.", "today", "2021-01-07"),
    ("The talks will end tonight.", "tonight", "2021-01-07"),
    ("The talks will end later this week.", "later this week", "2021-01-07/2021-01-10"),
    ("The talks will end this weekend.", "this weekend", "2021-01-09/2021-01-10"),
    ("Prices will fall in the second half of 2025.", "the second half of 2025", "2025-07-01/2025-12-31"),
    ("Prices will fall in the first half of this year.", "the first half of this year", "2021-01-01/2021-06-30"),
    ("Prices will fall in the first half of next year.", "the first half of next year", "2022-01-01/2022-06-30"),
    ("Prices will fall in the third quarter of 2021.", "the third quarter of 2021", "2021-07-01/2021-09-30"),
    ("Prices will fall in the first quarter of next year.", "the first quarter of next year", "2022-01-01/2022-03-31"),
    ("Prices will fall in Q2 2023.", "Q2 2023", "2023-04-01/2023-06-30"),
    ("Prices will fall in early 2024.", "early 2024", "2024-01-01/2024-04-30"),
    ("Prices will fall in mid-2024.", "mid-2024", "2024-05-01/2024-08-31"),
    ("Prices will fall in late 2024.", "late 2024", "2024-09-01/2024-12-31"),
    ("A five-year plan was drawn up.", "five-year", "P5Y"),
    ("A 10-year plan was drawn up.", "10-year", "P10Y"),
    ("A three-month truce was agreed.", "three-month", "P3M"),
    ("They must pay within 30 days.", "within 30 days", "2021-01-07/2021-02-06"),
    ("They must pay within a week.", "within a week", "2021-01-07/2021-01-14"),
    ("They must pay within two weeks.", "within two weeks", "2021-01-07/2021-01-21"),
    ("They must pay within six months.", "within six months", "2021-01-07/2021-07-07"),
    ("They must pay within the next three years.", "within the next three years", "2021-01-07/2024-01-07"),
    ("Output will double over the next five years.", "the next five years", "2021-01-07/2026-01-07"),
    ("Output will double over the next decade.", "the next decade", "2021-01-07/2031-01-07"),
    ("Output will double over the coming two years.", "the coming two years", "2021-01-07/2023-01-07"),
    ("Output will double in the coming months.", "the coming months", "2021-01-07/.."),
    ("Output will double in the next few days.", "the next few days", "2021-01-07/.."),
    ("Output will double in the years ahead.", "the years ahead", "2021-01-07/.."),
    ("The law takes effect on August 3.", "August 3", "2020-08-03"),
    ("The law will take effect on August 3.", "August 3", "2021-08-03"),
    ("The law will take effect on 3 August 2022.", "3 August 2022", "2022-08-03"),
    ("The law will take effect on Feb. 15, 2021.", "Feb. 15, 2021", "2021-02-15"),
    ("The law will take effect on 2021-04-01.", "2021-04-01", "2021-04-01"),
    ("The law will take effect in March.", "March", "2021-03-01/2021-03-31"),
    ("The law will take effect in March 2023.", "March 2023", "2023-03-01/2023-03-31"),
    ("The law will take effect next April.", "next April", "2021-04-01/2021-04-30"),
    ("The law will take effect next spring.", "next spring", "2021-03-01/2021-05-31"),
    ("The law will take effect in the summer of 2022.", "the summer of 2022", "2022-06-01/2022-08-31"),
    ("The law will take effect this autumn.", "this autumn", "2021-09-01/2021-11-30"),
    ("It must be finished before the end of the decade.", "the end of the decade", "2029-12-31"),
    ("It must be finished by mid-century.", None, None),
    ("It must be finished by year-end.", "year-end", "2021-12-31"),
    ("It must be finished by the middle of next year.", "the middle of next year", "2022-05-01/2022-08-31"),
    ("It must be finished at the beginning of next year.", "the beginning of next year", "2022-01-01/2022-01-31"),
    ("It must be finished by Saturday, Jan. 9.", "Saturday, Jan. 9", "2021-01-09"),
    ("It must be finished two weeks from now.", "two weeks from now", "2021-01-18/2021-01-24"),
    ("It must be finished by the end of the week.", "the end of the week", "2021-01-10"),
    ("It must be finished this quarter.", "this quarter", "2021-01-01/2021-03-31"),
    ("It will take effect in half a decade.", None, None),
]

PAST = [
    ("The bank failed in 1997.", "1997", "1997-01-01/1997-12-31"),
    ("It was built in the 1990s.", "the 1990s", "1990-01-01/1999-12-31"),
    ("It was built in the late 1960s.", "the late 1960s", "1967-01-01/1969-12-31"),
    ("It was built in the sixties.", "the sixties", "1960-01-01/1969-12-31"),
    ("It was built in the 19th century.", "the 19th century", "1800-01-01/1899-12-31"),
    ("She left last April.", "last April", "2020-04-01/2020-04-30"),
    ("She left last week.", "last week", "2020-12-28/2021-01-03"),
    ("She left on Wednesday.", "Wednesday", "2021-01-06"),
    ("She left on Jan. 6, 2021.", "Jan. 6, 2021", "2021-01-06"),
    ("She left two years ago.", "two years ago", "2019-01-01/2019-12-31"),
    ("She left 10 months ago.", "10 months ago", "2020-03-01/2020-03-31"),
    ("She left several years ago.", "several years ago", "../2021-01-07"),
    ("She has been away for the past 35 years.", "the past 35 years", "1986-01-07/2021-01-07"),
    ("She left in December.", "December", "2020-12-01/2020-12-31"),
    ("She left last summer.", "last summer", "2020-06-01/2020-08-31"),
    ("She left the day before yesterday.", "the day before yesterday", "2021-01-05"),
]


def told(text: str) -> list[tuple[str, str]]:
    return [(text[t.span.start : t.span.end], write_period(t.period)) for t in find_times(text, ANCHOR)]


@pytest.mark.parametrize(("text", "words", "value"), [*DEADLINES, *PAST])
def test_words_of_time_mean_days(text, words, value):
    assert told(text) == ([] if words is None else [(words, value)])


@pytest.mark.parametrize(
    "text",
    [
        "The 30-year-old paid.",
        "It cost $2000 or 1999.5 marks.",
        "They may march.",
        "Turnout was 2021%.",
        "He is 40 years old.",
        "Flight 2000-A left.",
    ],
)
def test_what_is_no_time(text):
    assert told(text) == []


def test_without_a_day_only_years_that_are_named_mean_something():
    assert [write_period(t.period) for t in find_times("On Monday, in May 1999, last week.", None)] == [
        "1999-05-01/1999-05-31"
    ]


@pytest.mark.parametrize(
    ("text", "published", "anchor"),
    [
        ("SEOUL, Jan. 6 (Agency) -- Talks ended.", "2021-01-07", date(2021, 1, 6)),
        ("SEOUL, Dec. 30 (Agency) -- Talks ended.", "2021-01-02", date(2020, 12, 30)),
        ("Monday, May 18, 2015\n\nTalks ended on Friday.", "2015-06-01", date(2015, 5, 18)),
        ("Talks ended in 1999.", "2021-01-07", date(2021, 1, 7)),
        ("Talks ended.", None, None),
    ],
)
def test_the_day_from_which_an_article_is_told(text, published, anchor):
    moment = Moment(value=published, basis="given with the input") if published else None
    assert find_anchor(Article(id="a", text=text, published=moment, origin=Origin(path="a", sha256=""))) == anchor


@given(st.text(max_size=60), st.dates())
def test_no_words_break_the_calendar(text, anchor):
    read_period(text, anchor)
    assert all(t.span.end <= len(text) for t in find_times(text, anchor))
