"""What expressions of time mean, seen from Thursday, 7 January 2021."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.relative_dates import find_day_offsets, resolve

THURSDAY = date(2021, 1, 7)


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("today", "2021-01-07"),
        ("yesterday", "2021-01-06"),
        ("the day before yesterday", "2021-01-05"),
        ("the previous day", "2021-01-06"),
        ("a day later", "2021-01-08"),
        ("on Wednesday", "2021-01-06"),
        ("Wednesday night", "2021-01-06"),
        ("Thursday", "2021-01-07"),
        ("last Thursday", "2020-12-31"),
        ("next Friday", "2021-01-08"),
        ("this Friday", "2021-01-08"),
        ("three days ago", "2021-01-04"),
        ("in three days", "2021-01-10"),
        ("two weeks ago", "2020-12-21/2020-12-27"),
        ("a couple of weeks ago", "2020-12-21/2020-12-27"),
        ("two months ago", "2020-11-01/2020-11-30"),
        ("10 years ago", "2011-01-01/2011-12-31"),
        ("earlier this week", "2021-01-04/2021-01-07"),
        ("later this month", "2021-01-07/2021-01-31"),
        ("last week", "2020-12-28/2021-01-03"),
        ("next month", "2021-02-01/2021-02-28"),
        ("over the weekend", "2021-01-02/2021-01-03"),
        ("this weekend", "2021-01-09/2021-01-10"),
        ("in December", "2020-12-01/2020-12-31"),
        ("in January", "2021-01-01/2021-01-31"),
        ("January 2020", "2020-01-01/2020-01-31"),
        ("in 2019", "2019-01-01/2019-12-31"),
        ("Jan. 6", "2021-01-06"),
        ("Dec. 30", "2020-12-30"),
        ("Wednesday, Jan. 6, 2021", "2021-01-06"),
        ("Wednesday, Jan. 6", "2021-01-06"),
        ("29 February", "2020-02-29"),
        ("am Mittwoch", "2021-01-06"),
        ("am vergangenen Mittwoch", "2021-01-06"),
        ("vor zwei Tagen", "2021-01-05"),
        ("am Vortag", "2021-01-06"),
        ("vorige Woche", "2020-12-28/2021-01-03"),
        ("morgen", "2021-01-08"),
        ("hier", "2021-01-06"),
        ("mercredi dernier", "2021-01-06"),
        ("il y a deux jours", "2021-01-05"),
        ("la semaine dernière", "2020-12-28/2021-01-03"),
        ("le 6 janvier", "2021-01-06"),
        ("el pasado miércoles", "2021-01-06"),
        ("hace tres días", "2021-01-04"),
        ("anteayer", "2021-01-05"),
        ("mercoledì scorso", "2021-01-06"),
        ("due giorni fa", "2021-01-05"),
        ("na quarta-feira", "2021-01-06"),
        ("há dois dias", "2021-01-05"),
        ("afgelopen woensdag", "2021-01-06"),
        ("twee dagen geleden", "2021-01-05"),
        ("i går", "2021-01-06"),
    ],
)
def test_what_an_expression_means(expression, days):
    found = resolve(expression, THURSDAY)
    assert found is not None
    assert found.isoformat() == days


@pytest.mark.parametrize(
    "expression",
    [
        "", "recently", "two hours ago", "a few days ago", "soon", "Wednesday Addams", "the March of progress",
        "on Sunday or Monday", "Tuesday, Jan. 6, 2021", "Feb. 30, 2021", "the end of the week that was", "x" * 1_000,
        "one day", "999 years ago years",
    ],
)  # fmt: skip
def test_what_is_vague_wrong_or_more_than_a_time_stays_unknown(expression):
    assert resolve(expression, THURSDAY) is None


@pytest.mark.parametrize(("expression", "day"), [("on Friday", "2021-01-08"), ("Jan. 20", "2021-01-20")])
def test_what_is_still_to_come_is_looked_for_ahead(expression, day):
    found = resolve(expression, THURSDAY, is_ahead=True)
    assert found is not None
    assert found.isoformat() == day


def test_the_edges_of_the_calendar_are_no_error():
    assert resolve("yesterday", date.min) is None
    assert resolve("next year", date.max) is None
    assert resolve("900 years ago", date(500, 1, 1)) is None


def test_words_that_count_days_are_found_in_a_text():
    text = "He spoke the previous day, and will leave tomorrow."
    assert [(text[start:end], days) for start, end, days in find_day_offsets(text)] == [
        ("the previous day", -1),
        ("tomorrow", 1),
    ]


@given(st.text(max_size=80), st.dates())
def test_any_text_is_an_interval_or_nothing(text, anchor):
    found = resolve(text, anchor)
    assert found is None or found.first <= found.last


@given(st.sampled_from(["Monday", "freitag", "jeudi", "domingo"]), st.dates(date(1900, 1, 10), date(2100, 1, 1)))
def test_a_bare_weekday_lies_within_the_week_up_to_the_anchor(weekday, anchor):
    found = resolve(weekday, anchor)
    assert found is not None
    assert 0 <= (anchor - found.first).days < 7
