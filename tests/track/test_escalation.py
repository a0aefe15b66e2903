"""Levels of threat and force, the days on which they change, what caused it, and surges of phrases."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from onrecord.lexicon.tone import load_tone_lexicon
from onrecord.records import Act, EventType, Modality
from onrecord.track.breaks import find_cuts
from onrecord.track.escalation import build_escalation, cuts_of_fields
from onrecord.track.occurrences import coverage_of, occurrences_of
from onrecord.track.periods import Step
from onrecord.track.surges import Headline, find_surges
from tests.fixtures.days import event_of, on_day

CALM = ("Ada Lindqvist", Act.ASSERT, "the dam is dry")
THREAT = ("Ada Lindqvist", Act.THREATEN, "the bridge will be closed by force")


def escalation(*days, step=Step.DAY):
    readings = [reading for _, reading in days]
    occurrences = [one for reading in readings for one in occurrences_of(reading)]
    return build_escalation(occurrences, [coverage_of(reading.article) for reading in readings], step=step)


def days_of(first, count):
    return [(date.fromisoformat(first) + timedelta(days=n)).isoformat() for n in range(count)]


def calm_then_threats():
    calm = [on_day(day, CALM, outlet=outlet) for day in days_of("2021-01-01", 30) for outlet in ("A", "B", "C")]
    loud = [on_day(day, THREAT, outlet=outlet) for day in days_of("2021-01-31", 30) for outlet in ("A", "B", "C")]
    return [*calm, *loud]


def test_a_rise_of_threats_is_dated_and_names_the_articles_that_weigh_in_it():
    built = escalation(*calm_then_threats())
    (one,) = built.breaks
    assert (str(one.day), one.is_rise, one.threats) == ("2021-01-31", True, (0.0, 1.0))
    assert {cause.text for cause in one.causes} == {"the bridge will be closed by force"}
    assert all(date(2021, 1, 31) <= cause.day < date(2021, 2, 4) for cause in one.causes)


def test_the_same_level_throughout_has_no_break():
    assert escalation(*[on_day(day, CALM, THREAT) for day in days_of("2021-01-01", 60)]).breaks == ()


def test_a_day_without_articles_has_no_level_and_is_no_calm():
    built = escalation(on_day("2021-01-01", THREAT), on_day("2021-01-03", THREAT))
    assert [one.threat_index for one in built.levels] == [100.0, None, 100.0]


def test_what_a_missing_month_hides_makes_no_break():
    days = [*days_of("2021-01-01", 30), *days_of("2021-03-01", 30)]
    told = [CALM, THREAT]
    assert escalation(*[on_day(day, told[n % 2]) for n, day in enumerate(days)]).breaks == ()


@pytest.mark.parametrize(
    ("modality", "acts", "score"),
    [
        (Modality.ASSERTED, 1, -9.0),
        (Modality.FUTURE, 0, -9.0),
        (Modality.HYPOTHETICAL, 0, None),
        (Modality.NEGATED, 0, None),
        (Modality.HISTORICAL, 0, None),
    ],
)
def test_only_force_that_is_said_to_happen_is_an_act(modality, acts, score):
    clash = event_of(EventType.ASSAULT, "Norland", "Velmland", score=-9, quad=4, modality=modality)
    (level,) = escalation(on_day("2021-01-01", CALM, events=[clash])).levels
    assert (level.acts, level.score) == (acts, score)


def test_several_threats_in_one_article_are_one_article():
    (level,) = escalation(on_day("2021-01-01", THREAT, ("Jon Maro", Act.THREATEN, "we will march"))).levels
    assert (level.threats, level.threat_index, level.act_index) == (1, 100.0, 0.0)


def test_nothing_gives_nothing():
    assert escalation().levels == ()


def test_cuts_stand_where_shares_change_and_not_in_noise():
    chance = np.random.default_rng(3)
    steady = chance.binomial(60, 0.2, size=(200, 1))
    assert find_cuts(steady, np.full(200, 60)) == []
    changed = np.vstack([steady[:90], chance.binomial(60, 0.5, size=(110, 1))])
    assert find_cuts(changed, np.full(200, 60)) == [90]


def test_too_few_periods_have_no_cut():
    assert find_cuts(np.array([[0], [9]]), np.array([9, 9])) == []


def test_shares_of_fields_of_words():
    days = [date(2021, 1, 1) + timedelta(days=n) for n in range(400)]
    fields = [frozenset({"threats"}) if n >= 210 and n % 2 else frozenset[str]() for n in range(400)]
    (cut,) = cuts_of_fields(fields, days, ("threats",), step=Step.WEEK)
    assert abs((cut - days[210]).days) <= 7
    assert cuts_of_fields([], [], ("threats",), step=Step.WEEK) == []


# --- surges ---------------------------------------------------------------------------------------------------------

FIELDS = load_tone_lexicon().fields


def headlines(years, *extra):
    start = date(2001, 1, 1)
    usual = [
        Headline(article=f"{n}", day=start + timedelta(days=n), text=f"Mayor {n} opens school number {n}")
        for n in range(365 * years)
    ]
    return [*usual, *extra]


def told_on(day, count, text):
    return [Headline(article=f"x{n}", day=day + timedelta(days=n), text=f"{text} {n}") for n in range(count)]


def test_a_phrase_out_of_nowhere_is_a_surge_on_the_day_of_its_first_text():
    texts = headlines(4, *told_on(date(2003, 5, 9), 9, "Crowds hail rocket launch in ward"))
    (surge,) = find_surges(texts, FIELDS, a_year=1)
    assert surge.day == date(2003, 5, 9)
    assert "rocket" in surge.phrases[0]
    assert [one.article for one in surge.causes][:2] == ["x0", "x1"]


def test_what_comes_every_summer_is_no_surge_but_for_the_first_time():
    summers = [one for year in (2002, 2003, 2004) for one in told_on(date(year, 7, 1), 60, "Missile drill seen near")]
    surges = find_surges(headlines(4, *summers), FIELDS, a_year=1)
    assert surges[0].day.year == 2002
    assert all(one.weight < surges[0].weight / 3 for one in surges[1:])


def test_words_of_no_field_make_no_surge_and_the_number_a_year_is_kept():
    texts = headlines(4, *told_on(date(2003, 5, 9), 9, "Crowds hail harvest in ward"))
    assert find_surges(texts, FIELDS, a_year=1) == ()
    loud = [one for month in (2, 5, 9, 12) for one in told_on(date(2003, month, 1), 9, f"War number{month} begins on")]
    assert len(find_surges(headlines(4, *loud), FIELDS, a_year=0.5)) == 2
    assert find_surges([], FIELDS, a_year=1) == ()
