"""What became of commitments: each later mention with its fate, and the status that follows from them."""

from __future__ import annotations

from datetime import date

import pytest

from onrecord.lexicon.outcomes import load_outcome_lexicon
from onrecord.records import Act
from onrecord.track.commitments import Fate, Status, follow_commitments, status_of
from onrecord.track.occurrences import occurrences_of
from tests.fixtures.days import on_day

ADA, JON = "Ada Lindqvist", "Jon Maro"
DAM = "to mend the Kveld dam before winter"
TODAY = date(2021, 12, 31)
OTHERS = [
    (ADA, Act.ASSERT, "the fishing season was good"),
    (JON, Act.ASSESS, "ferries to Velm are slow"),
    (JON, Act.ACCUSE, "the premier of buying time"),
]


def follow(*told, due=None):
    days = [on_day(f"2021-03-{number:02}", one, *OTHERS) for number, one in enumerate(told, 1)]
    said = [occurrence for _, reading in days for occurrence in occurrences_of(reading)]
    dues = {(said[0].article, said[0].id): due} if due else None
    return follow_commitments(said, lexicon=load_outcome_lexicon(), today=TODAY, due=dues)


@pytest.mark.parametrize(
    ("later", "fate", "status"),
    [
        ((ADA, Act.COMMIT, "the Kveld dam will be mended before winter"), Fate.REPEATED, Status.OPEN),
        ((ADA, Act.GOAL, "mending the Kveld dam before winter"), Fate.SOFTENED, Status.OPEN),
        ((ADA, Act.ASSERT, "the Kveld dam was completed before winter"), Fate.CLAIMED, Status.CLAIMED),
        ((JON, Act.ASSERT, "the Kveld dam was completed before winter"), Fate.REPORTED, Status.REPORTED),
        ((ADA, Act.ADMIT, "work on the Kveld dam failed before winter"), Fate.ADMITTED, Status.ADMITTED),
        ((JON, Act.ACCUSE, "mending the Kveld dam fell short before winter"), Fate.FAILED, Status.FAILED),
        ((ADA, Act.ASSERT, "plans for the Kveld dam are abandoned before winter"), Fate.DROPPED, Status.DROPPED),
        ((ADA, Act.ASSERT, "work at the Kveld dam began before winter"), Fate.BEGUN, Status.BEGUN),
    ],
)
def test_what_later_words_do_to_a_commitment(later, fate, status):
    (one,) = follow((ADA, Act.COMMIT, DAM), later)
    assert [(mention.fate, mention.said.text) for mention in one.mentions] == [(fate, later[2])]
    assert (one.status, one.made.text) == (status, DAM)


def test_a_goal_that_becomes_a_pledge_is_strengthened():
    (one,) = follow((ADA, Act.GOAL, DAM), (ADA, Act.COMMIT, "the Kveld dam will be mended before winter"))
    assert [mention.fate for mention in one.mentions] == [Fate.STRENGTHENED]


@pytest.mark.parametrize(
    "later",
    [
        (JON, Act.COMMIT, "the Kveld dam will be mended before winter"),  # somebody else's promise
        (ADA, Act.ASSERT, "the school was completed before winter came"),  # another thing
        (ADA, Act.ASSERT, "the Kveld dam is old before winter"),  # tells nothing of what came of it
    ],
)
def test_what_is_no_mention(later):
    assert follow((ADA, Act.COMMIT, DAM), later)[0].mentions == ()


def test_earlier_words_are_no_mention():
    found = follow((ADA, Act.ASSERT, "the Kveld dam was completed before winter"), (ADA, Act.COMMIT, DAM))
    assert [(one.status, one.mentions) for one in found] == [(Status.OPEN, ())]


def test_a_failure_that_is_all_that_is_on_record_and_the_new_plan_after_it():
    plan = (ADA, Act.COMMIT, "to work out a new five-year development plan")
    failed, new = follow((ADA, Act.ADMIT, "her previous development plans failed"), plan)
    assert (failed.status, failed.is_known_from_its_end) == (Status.ADMITTED, True)
    assert [(mention.fate, mention.said.text) for mention in failed.mentions] == [(Fate.RENEWED, plan[2])]
    assert (new.status, new.made.text) == (Status.OPEN, plan[2])


def test_a_commitment_is_overdue_after_its_last_day_and_not_when_it_was_settled():
    (one,) = follow((ADA, Act.COMMIT, DAM), due=date(2021, 11, 30))
    assert (one.status, one.due) == (Status.OVERDUE, date(2021, 11, 30))
    assert status_of([Fate.CLAIMED], date(2021, 11, 30), TODAY) is Status.CLAIMED
    assert status_of([Fate.BEGUN], TODAY, TODAY) is Status.BEGUN


def test_the_last_word_that_settles_something_counts():
    assert status_of([Fate.CLAIMED, Fate.FAILED, Fate.REPEATED], None, TODAY) is Status.FAILED


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("They backtracked on it", "dropped"),
        ("It isn’t done; it hasn’t come", "failed"),
        ("The bridge was completed", "fulfilled"),
        ("Drafting has begun", "begun"),
        ("The sea is blue", None),
    ],
)
def test_words_of_outcome(text, kind):
    assert load_outcome_lexicon().kind_of(text) == kind


def test_of_one_alone_the_same_is_told_as_of_everybody():
    told = [
        (ADA, Act.COMMIT, DAM),
        (JON, Act.COMMIT, "to build the harbour"),
        (JON, Act.ASSERT, f"{DAM} was completed"),
    ]
    days = [on_day(f"2021-03-{number:02}", one, *OTHERS) for number, one in enumerate(told, 1)]
    said = [occurrence for _, reading in days for occurrence in occurrences_of(reading)]
    everybody, alone = (
        follow_commitments(said, lexicon=load_outcome_lexicon(), today=TODAY, who=who)
        for who in (frozenset[str](), frozenset({ADA.casefold()}))
    )
    assert len(everybody) == 2
    assert alone == tuple(one for one in everybody if one.made.who[0].name == ADA)
    assert alone[0].mentions
