from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.dates import find_dates, find_weekdays, next_weekday, parse_iso, parse_moment


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Jan. 6, 2021", (2021, 1, 6)),
        ("6 January 2021", (2021, 1, 6)),
        ("6. Januar 2021", (2021, 1, 6)),
        ("6 de enero de 2021", (2021, 1, 6)),
        ("le 6 janvier 2021", (2021, 1, 6)),
        ("2021-01-06", (2021, 1, 6)),
        ("06.01.2021", (2021, 1, 6)),
        ("2021年1月6日", (2021, 1, 6)),
        ("2021년 1월 6일", (2021, 1, 6)),
        ("13/01/2021", (2021, 1, 13)),
        ("January 6", (None, 1, 6)),
    ],
)
def test_dates_as_printed(text, found):
    assert next(iter(find_dates(text))).printed == found


@pytest.mark.parametrize("text", ["February 30, 2021", "05/06/2021", "Room 12, 2021", "99.99.2021"])
def test_no_date_is_made_of_what_is_none_or_unclear(text):
    assert [found for found in find_dates(text) if found.printed.year] == []


def test_the_weekday_before_a_date_is_kept():
    assert next(iter(find_dates("on Wednesday, Jan. 6, 2021"))).weekday == 2


def test_weekdays_that_are_other_words_too_are_left_out():
    text = "The sun sat low on Thursday"
    assert [text[start:end] for start, end, _ in find_weekdays(text)] == ["Thursday"]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021-01-07T09:05:00+0900", "2021-01-07T09:05:00+09:00"),
        ("2021-01-07 09:05", "2021-01-07T09:05"),
        ("2021-01-07T09:05:00.123Z", "2021-01-07T09:05:00Z"),
        ("2021-01-07", "2021-01-07"),
        ("2021-02-30", None),
        ("2021-01-07T09:05:00+99:00", "2021-01-07T09:05:00"),
        ("soon", None),
    ],
)
def test_iso_values_are_checked(text, iso):
    assert parse_iso(text) == iso


@given(st.dates(max_value=date(9998, 1, 1)), st.integers(0, 6))
def test_the_next_weekday_is_within_a_week(day, weekday):
    found = next_weekday(day, weekday)
    assert 0 <= (found - day).days < 7
    assert found.weekday() == weekday


@given(st.text(max_size=200))
def test_dates_stand_where_they_say(text):
    assert all(0 <= found.start < found.end <= len(text) for found in find_dates(text))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Jan 6, 2021 3:04 PM EST", "2021-01-06T15:04-05:00"),
        ("Jan 6, 2021 at 9 AM", "2021-01-06T09:00"),
        ("Jan. 6, 2021, 12:30 a.m. GMT+9", "2021-01-06T00:30+09:00"),
        ("Jan 6, 2021 3:04 p.m. ET", "2021-01-06T15:04-05:00"),
        ("July 6, 2021 3:04 p.m. ET", "2021-07-06T15:04-04:00"),
        ("3:04 p.m. ET, July 6, 2021", "2021-07-06T15:04-04:00"),
        ("06.01.2021, 15.04 Uhr", "2021-01-06T15:04"),
        ("6 janvier 2021 à 15h04", "2021-01-06T15:04"),
        ("6 enero 2021 - 15:04 CET", "2021-01-06T15:04+01:00"),
        ("Wed, 06 Jan 2021 15:04:00 +0100", "2021-01-06T15:04:00+01:00"),
        ("Wed, 06 Jan 2021 15:04:00 GMT", "2021-01-06T15:04:00Z"),
        ("2021-01-06T15:04:05.678Z", "2021-01-06T15:04:05Z"),
        ("1609923840", "2021-01-06T09:04:00Z"),
        ("1609923840000", "2021-01-06T09:04:00Z"),
        ("Jan. 6, 2021 3:04 XYZ", "2021-01-06T03:04"),
        ("Jan. 6, 2021 12 people", "2021-01-06"),
        ("Jan. 6, 2021 15:99", "2021-01-06"),
        ("Jan. 6, 2021 13:04 pm", "2021-01-06"),
    ],
)
def test_moments_as_exact_as_printed(text, iso):
    assert parse_moment(text) == iso


@pytest.mark.parametrize("text", ["", "2 hours ago", "yesterday", "Jan. 6", "12345", "9" * 13 + "9", "x" * 100])
def test_no_moment_is_made_of_what_names_no_day(text):
    assert parse_moment(text) is None


@given(st.text(max_size=100))
def test_any_text_is_a_moment_or_none(text):
    found = parse_moment(text)
    assert found is None or len(found) >= len("2021-01-06")
