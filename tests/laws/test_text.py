"""Laws of texts: days printed in any way are that day; all that a page shows is in one block."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.clean.html import draft_html
from onrecord.dates import find_dates, parse_iso, parse_moment
from onrecord.lexicon.press import load_press_lexicon
from onrecord.models.blocks import load_block_models
from onrecord.relative_dates import resolve
from onrecord.store.query import parse_query

DAYS = st.dates(date(1950, 1, 1), date(2049, 12, 31))


@given(
    day=DAYS,
    form=st.sampled_from(["%B {d}, %Y", "{d} %B %Y", "%b. {d}, %Y", "%Y-%m-%d", "%A, %B {d}, %Y", "{d} %b %Y"]),
)
def test_a_day_is_that_day_however_it_is_printed(day, form):
    text = day.strftime(form).format(d=day.day)
    assert [found.printed.on_calendar() for found in find_dates(f"It was on {text} that they met.")][:1] == [day]


@given(day=DAYS, seconds=st.integers(0, 86_399))
def test_a_moment_that_was_read_is_read_as_itself(day, seconds):
    told = parse_moment(f"{day}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z")
    assert told is not None
    assert parse_moment(told) == told
    assert parse_iso(told) == told


@given(day=DAYS, count=st.integers(2, 60), unit=st.sampled_from([("days", 1), ("weeks", 7)]))
def test_so_many_days_ago_and_so_many_ahead_are_as_far_away(day, count, unit):
    word, length = unit
    ago, ahead = resolve(f"{count} {word} ago", day), resolve(f"in {count} {word}", day)
    assert ago is not None
    assert ahead is not None
    assert ago.first <= day - timedelta(days=count * length) <= ago.last
    assert ahead.first <= day + timedelta(days=count * length) <= ahead.last


WORDS = st.lists(st.text(alphabet="abcdefghijklm", min_size=1, max_size=8), min_size=1, max_size=6)


@given(words=WORDS)
def test_words_are_asked_for_as_they_were_typed(words):
    assert [term.text for term in parse_query(" ".join(words)).terms] == words


TAGS = st.sampled_from(["p", "div", "h1", "li", "td", "figcaption", "span", "blockquote", "b", "section", "a"])


@pytest.fixture(scope="module")
def judges():
    return load_block_models(), load_press_lexicon()


@settings(max_examples=60, deadline=None)
@given(tags=st.lists(TAGS, min_size=1, max_size=12), data=st.data())
def test_every_word_that_a_page_shows_is_in_one_block(judges, tags, data):
    source, words = "<html><body>", []
    for number, tag in enumerate(tags):
        count = data.draw(st.integers(1, 30))
        told = [f"word{number}x{place}" for place in range(count)]
        words += told
        source += f"<{tag}>{' '.join(told)}" + data.draw(st.sampled_from([f"</{tag}>", ""]))
    models, lexicon = judges
    drafts = draft_html(source, url=None, models=models, lexicon=lexicon).drafts
    assert all(one.end <= other.start for one, other in pairwise(drafts))
    shown = " ".join(source[draft.start : draft.end] for draft in drafts)
    assert [shown.count(f"{word}<") + f"{shown} ".count(f"{word} ") for word in words] == [1] * len(words)
