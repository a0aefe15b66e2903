"""Statements and events by period; a gap in the collection is never a silence of the speaker."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from onrecord.errors import UsageError
from onrecord.records import Act, EventType
from onrecord.track.occurrences import coverage_of, occurrences_of
from onrecord.track.periods import Days, Step, parse_range, period_at, periods_over
from onrecord.track.timeline import Wanted, WindowKind, build_timeline
from tests.fixtures.days import event_of, on_day


def timeline(*days, step=Step.DAY, **wanted):
    readings = [reading for _, reading in days]
    occurrences = [one for reading in readings for one in occurrences_of(reading)]
    coverage = [coverage_of(reading.article) for reading in readings]
    return build_timeline(occurrences, coverage, wanted=Wanted(**wanted), step=step)


VOW = ("Ada Lindqvist", Act.COMMIT, "the dam will be mended")
THREAT = ("Ada Lindqvist", Act.THREATEN, "the bridge will be closed")
OTHER = ("Jon Maro", Act.ASSESS, "the dam is old")


def test_every_day_from_the_first_to_the_last_has_its_window():
    built = timeline(on_day("2021-03-01", VOW), on_day("2021-03-02", OTHER), on_day("2021-03-04", VOW, THREAT))
    assert [(str(w.start), w.statements, w.kind) for w in built.windows] == [
        ("2021-03-01", 1, WindowKind.SPOKE),
        ("2021-03-02", 1, WindowKind.SPOKE),
        ("2021-03-03", 0, WindowKind.GAP),
        ("2021-03-04", 2, WindowKind.SPOKE),
    ]


def test_a_day_with_articles_in_which_the_speaker_says_nothing_is_silence_and_one_without_is_a_gap():
    built = timeline(
        on_day("2021-03-01", VOW), on_day("2021-03-02", OTHER), on_day("2021-03-04", VOW), who="Ada Lindqvist"
    )
    assert [w.kind for w in built.windows] == ["spoke", "silent", "gap", "spoke"]


def test_articles_of_a_source_that_never_carries_the_speaker_do_not_make_a_gap_a_silence():
    built = timeline(
        on_day("2021-03-01", VOW),
        on_day("2021-03-02", OTHER, outlet="Sports Daily"),
        on_day("2021-03-03", VOW),
        who="Ada Lindqvist",
    )
    assert [(w.kind, w.missing) for w in built.windows] == [
        ("spoke", ()),
        ("gap", ("Harbour Post",)),
        ("spoke", ()),
    ]


def test_one_source_of_several_that_is_missing_is_named():
    built = timeline(
        on_day("2021-03-01", VOW),
        on_day("2021-03-01", VOW, outlet="Kveld Times"),
        on_day("2021-03-02", OTHER),
        who="ada lindqvist",
    )
    assert [(w.kind, w.missing) for w in built.windows] == [("spoke", ()), ("silent", ("Kveld Times",))]


def test_silence_before_the_first_and_after_the_last_statement_shows():
    built = timeline(
        on_day("2021-03-01", OTHER), on_day("2021-03-02", VOW), on_day("2021-03-03", OTHER), who="Ada Lindqvist"
    )
    assert [w.kind for w in built.windows] == ["silent", "spoke", "silent"]


def test_an_actor_is_found_by_id_and_under_all_names_of_that_id():
    ids = {"Ada Lindqvist": "person:ada", "Lindqvist": "person:ada"}
    short = ("Lindqvist", Act.DENY, "no")
    days = [on_day("2021-03-01", VOW, ids=ids), on_day("2021-03-02", short, ids=ids), on_day("2021-03-03", OTHER)]
    assert [w.statements for w in timeline(*days, who="person:ada").windows] == [1, 1, 0]
    assert [w.statements for w in timeline(*days, who="Ada Lindqvist").windows] == [1, 1, 0]
    assert timeline(*days, who="Ada").who == ()


def test_acts_and_days_and_confidence_narrow_it():
    days = [on_day("2021-03-01", VOW), on_day("2021-03-02", THREAT, OTHER)]
    assert [w.acts for w in timeline(*days, acts=frozenset({Act.THREATEN})).windows] == [{}, {Act.THREATEN: 1}]
    assert [str(w.start) for w in timeline(*days, days=parse_range("2021-03-02")).windows] == ["2021-03-02"]
    assert timeline(*days, min_confidence=0.95).occurrences == ()


def test_events_count_for_whoever_acts_and_not_where_acts_of_speech_are_asked_for():
    clash = event_of(EventType.ASSAULT, "Norland", "Velmland", score=-9, quad=4)
    day = on_day("2021-03-01", VOW, events=[clash])
    (window,) = timeline(day, who="Norland").windows
    assert (window.events, window.statements, window.occurrences[0].text) == (1, 0, "Ada Lin")
    (window,) = timeline(day, acts=frozenset({Act.COMMIT})).windows
    assert (window.events, window.statements) == (0, 1)


def test_articles_without_a_day_are_counted():
    built = timeline(on_day("2021-03-01", VOW), on_day(None, THREAT))
    assert (built.undated, len(built.occurrences)) == (1, 1)


def test_the_words_lead_back_to_their_characters():
    _, reading = on_day("2021-03-01", OTHER, VOW)
    for one in occurrences_of(reading):
        assert " … ".join(reading.article.text[s.start : s.end] for s in one.spans) == one.text


def test_nothing_stored_gives_an_empty_timeline():
    assert timeline().windows == ()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2021", (2021, 1, 1), (2022, 1, 1)),
        ("2021-12", (2021, 12, 1), (2022, 1, 1)),
        ("2021-02-28", (2021, 2, 28), (2021, 3, 1)),
        ("2020-11..2021-01-03", (2020, 11, 1), (2021, 1, 4)),
    ],
)
def test_how_a_stretch_of_time_is_written(text, start, end):
    assert parse_range(text) == Days(date(*start), date(*end))


@pytest.mark.parametrize("text", ["", "last week", "2021-13", "2021-02-30", "2021..2020", "20210107", "9999", "0000"])
def test_what_is_no_stretch_of_time_is_told(text):
    with pytest.raises(UsageError):
        parse_range(text)


def test_periods_cover_every_day_once():
    days = Days(date(2020, 12, 28), date(2021, 3, 2))
    for step in Step:
        periods = list(periods_over(days, step))
        assert all(one.end == two.start for one, two in pairwise(periods))
        assert period_at(days.start, step) == periods[0]
        assert days.start in periods[0]
        assert date(2021, 3, 1) in periods[-1]


def test_a_timeline_shows_itself_in_a_notebook_without_script():
    from onrecord.track.occurrences import coverage_of, occurrences_of
    from tests.fixtures.days import on_day

    readings = [
        on_day("2031-03-01", ("<b>Ada</b>", Act.THREATEN, "the quay <script>alert(1)</script> closes"))[1],
        on_day("2031-03-03", ("Jon Maro", Act.ASSERT, "boats wait"))[1],
    ]
    occurrences = [one for reading in readings for one in occurrences_of(reading)]
    built = build_timeline(occurrences, [coverage_of(one.article) for one in readings], wanted=Wanted(), step=Step.DAY)
    shown = built._repr_html_()
    assert "<script" not in shown
    assert "<b>Ada" not in shown
    assert "2031-03-02" in shown
    assert "gap: no articles" in shown
    assert "1: threaten 1" in shown
    assert "width:100%" in shown
