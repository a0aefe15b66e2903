"""When statements were made and by when they are due, in sentences made for this test."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from onrecord.commitments import find_commitments
from onrecord.lexicon.sectors import load_sector_words
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.reading.details import tell_details
from onrecord.records import (
    Act,
    Article,
    Judged,
    Moment,
    Origin,
    Sector,
    Span,
    Speaker,
    SpeakerBasis,
    Statement,
    StatementKind,
    Strength,
)


def span_of(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def told(text: str, cue: str, content: str, act: Act = Act.ASSERT, **flags: object) -> Statement:
    said = Statement(
        id="s1",
        kind=StatementKind.INDIRECT,
        source=(span_of(text, "Moren"),),
        cue=(span_of(text, cue),) if cue else (),
        content=(span_of(text, content),),
        speaker=Speaker(name="Ilka Moren", basis=flags.pop("basis", SpeakerBasis.SHORT_NAME)),
        act=act,
        confidence=0.9,
        **flags,
    )
    return detail(text, said)[0]


def detail(text: str, *said: Statement) -> tuple[Statement, ...]:
    moment = Moment(value="2021-01-07", basis="given with the input")
    article = Article(id="a", text=text, published=moment, origin=Origin(path="a", sha256=""))
    return tell_details(article, said, load_speech_lexicon(), load_sector_words())


def words_for(text: str, said: Statement, judged: Judged) -> list[str]:
    return [text[reason.span.start : reason.span.end] for reason in said.reasons if reason.of is judged]


@pytest.mark.parametrize(
    ("text", "cue", "content", "made_on"),
    [
        ("Moren said on Tuesday that it rains.", "said on Tuesday", "it rains", "2021-01-05"),
        ("Moren said Tuesday it rains.", "said", "it rains", "2021-01-05"),
        ("On Tuesday Moren said it rains.", "said", "it rains", "2021-01-05"),
        ("Moren vowed on Tuesday that it will rain.", "vowed on Tuesday", "it will rain", "2021-01-05"),
        ("Moren vowed on Tuesday to sail.", "vowed", "to sail", "2021-01-05"),
        ("Moren said it rained on Tuesday.", "said", "it rained on Tuesday", None),
        ("It rained on Tuesday in the north, Moren said.", "said", "It rained on Tuesday in the north", None),
        ("Moren said last month that it rains.", "said", "it rains", "2020-12-01/2020-12-31"),
        ("Moren said this month that it rains.", "said", "it rains", "2021-01-01/2021-01-07"),
        ("Moren said it rains.", "said", "it rains", None),
        ("Moren will announce on Saturday that it rains.", "announce", "it rains", None),
        ("It rains, said Moren, who will testify Tuesday.", "said", "It rains", None),
    ],
)
def test_when_it_was_said(text, cue, content, made_on):
    assert told(text, cue, content).made_on == made_on


def test_of_a_whole_year_one_does_not_tell_that_what_follows_was_said_on_the_same_occasion():
    text = "Moren said in 2018 it rains. It snows, Moren added. Moren said on Tuesday it hails. It pours, Moren added."
    rains, snows = told(text, "said", "it rains"), told(text, "added", "It snows")
    hails = replace(told(text, "said", "it hails"), cue=(Span(text.index("said on"), text.index(" on Tuesday")),))
    pours = replace(told(text, "added", "It pours"), cue=(Span(text.rindex("added"), len(text) - 1),))
    assert [said.made_on for said in detail(text, rains, snows, hails, pours)] == [
        "2018-01-01/2018-12-31",
        None,
        "2021-01-05",
        "2021-01-05",
    ]


def test_a_time_in_the_words_of_one_statement_is_not_that_of_another():
    text = "“It rained in 2018,” Vello testified, and Moren agreed."
    other = replace(told(text, "testified", "“It rained in 2018,”"), source=(span_of(text, "Vello"),))
    own = told(text, "agreed", "testified")
    assert [said.made_on for said in detail(text, other, own)] == [None, None]


def test_a_signed_text_was_made_on_the_day_that_its_lead_names():
    text = "VELM, Jan. 7 -- Moren released the following statement on Tuesday:\n\nWe condemn the raid."
    assert told(text, "", "We condemn the raid", Act.ACCUSE, basis=SpeakerBasis.SIGNED).made_on == "2021-01-05"


@pytest.mark.parametrize(
    ("content", "act", "deadline", "words"),
    [
        ("to open the port by the end of the year", Act.COMMIT, "2021-12-31", ["the end of the year"]),
        ("to open the port by 2030", Act.GOAL, "2030-12-31", ["2030"]),
        ("to open the port within 30 days", Act.DEMAND, "2021-02-06", ["within 30 days"]),
        ("to open the port in March", Act.COMMIT, "2021-03-01/2021-03-31", ["March"]),
        ("to open the port next week", Act.ORDER, "2021-01-11/2021-01-17", ["next week"]),
        ("to follow a new five-year plan", Act.COMMIT, "2026-01-07", ["five-year"]),
        ("to honour the treaty of 1997", Act.COMMIT, None, []),
        ("that the port will open by 2030", Act.ASSERT, None, []),
    ],
)
def test_by_when_it_is_due(content, act, deadline, words):
    text = f"Moren vowed {content}."
    said = told(text, "vowed", content, act)
    assert (said.deadline, words_for(text, said, Judged.DEADLINE)) == (deadline, words)


@pytest.mark.parametrize(
    ("content", "sectors"),
    [
        ("the army fired missiles", (Sector.MILITARY,)),
        ("the election campaign and the ballots", (Sector.ELECTIONS,)),
        ("the tariffs on exports", (Sector.TRADE,)),
        ("it was a nice day", ()),
    ],
)
def test_the_sector_of_policy(content, sectors):
    assert told(f"Moren said {content}.", "said", content).sector == sectors


def test_each_judgement_shows_the_words_that_decided_it():
    text = "Moren did not vow that it might rain if asked."
    content = "it might rain if asked"
    said = told(text, "did not vow", content, Act.COMMIT, hedged=True, conditional=True, negated=True)
    shown = {judged: words_for(text, said, judged) for judged in Judged if words_for(text, said, judged)}
    assert shown == {
        Judged.ACT: ["vow"],
        Judged.HEDGED: ["might"],
        Judged.CONDITIONAL: ["if"],
        Judged.NEGATED: ["not"],
    }


@pytest.mark.parametrize(
    ("cue", "act", "strength"),
    [
        ("vowed", Act.COMMIT, Strength.VOW),
        ("has decided", Act.COMMIT, Strength.PLAN),
        ("said", Act.COMMIT, Strength.PLAN),
        ("hopes", Act.GOAL, Strength.AIM),
        ("is considering", Act.GOAL, Strength.CONSIDER),
        ("offered", Act.OFFER, Strength.CONSIDER),
    ],
)
def test_how_firm_a_commitment_is(cue, act, strength):
    text = f"Moren {cue} to sail."
    (found,) = find_commitments(text, [told(text, cue, "to sail", act)], lexicon=load_speech_lexicon())
    assert found.strength is strength


def test_a_commitment_has_what_until_when_and_on_which_condition():
    text = "Moren vowed to sail by 2030 if the wind turns, in spring."
    said = told(text, "vowed", "to sail by 2030 if the wind turns, in spring", Act.COMMIT, conditional=True)
    (found,) = find_commitments(text, [said], lexicon=load_speech_lexicon())
    assert found.condition is not None
    assert text[found.condition.start : found.condition.end] == "if the wind turns"
    assert [text[span.start : span.end] for span in found.what] == ["to sail by 2030", "in spring"]
    assert (found.by, found.who, found.statement) == ("2030-12-31", said.speaker, "s1")


@pytest.mark.parametrize(("act", "negated"), [(Act.ASSERT, False), (Act.THREATEN, False), (Act.COMMIT, True)])
def test_what_is_no_commitment(act, negated):
    text = "Moren vowed to sail."
    said = told(text, "vowed", "to sail", act, negated=negated)
    assert find_commitments(text, [said], lexicon=load_speech_lexicon()) == ()
