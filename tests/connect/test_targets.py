"""Whom words are aimed at and whom they were said to, in sentences made for this test."""

from __future__ import annotations

import pytest

from onrecord.connect import Linker
from onrecord.lexicon.actors import load_actors
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.pipeline import identify
from onrecord.reading import Found
from onrecord.records import Act, Article, Moment, Origin, Span, Speaker, SpeakerBasis, Statement, StatementKind


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker(load_actors())


def span_of(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def said(text: str, speaker: str, cue: str, content: str, act: Act, *, number: int = 1) -> Statement:
    spans = (span_of(text, cue),) if cue else ()
    return Statement(
        id=f"s{number}",
        kind=StatementKind.INDIRECT,
        source=(span_of(text, speaker),) if cue else (),
        cue=spans,
        content=(span_of(text, content),),
        speaker=Speaker(name=speaker, basis=SpeakerBasis.NAME, evidence=span_of(text, speaker)),
        act=act,
        confidence=0.9,
    )


def aimed(text: str, *statements: Statement, linker: Linker) -> tuple[Statement, ...]:
    moment = Moment(value="2021-01-07", basis="given with the input")
    article = Article(id="a", text=text, published=moment, origin=Origin(path="a", sha256="0" * 64))
    found = Found(statements=statements)
    return identify(article, found, lexicon=load_speech_lexicon(), linker=linker).statements


def names(statement: Statement) -> list[str]:
    return [target.name for target in statement.targets]


@pytest.mark.parametrize(
    ("text", "speaker", "cue", "told", "targets"),
    [
        ("Iran accused Israel of the raid.", "Iran", "accused", ("Israel of the raid", Act.ACCUSE), ["Israel"]),
        ("Iran accused Israel of the raid.", "Iran", "accused", ("of the raid", Act.ACCUSE), ["Israel"]),
        (
            "France urged Moscow and Kyiv to hold fire.",
            "France",
            "urged",
            ("to hold fire", Act.DEMAND),
            ["Russia", "Ukraine"],
        ),
        (
            "Japan said the launch by North Korea was reckless.",
            "Japan",
            "said",
            ("the launch by North Korea was reckless", Act.ACCUSE),
            ["North Korea"],
        ),
        (
            "Norway condemned strikes on Ukraine by Russia.",
            "Norway",
            "condemned",
            ("strikes on Ukraine by Russia", Act.ACCUSE),
            ["Russia"],
        ),
        ("Kenya said Kenya would pay.", "Kenya", "said", ("Kenya would pay", Act.THREATEN), []),
        ("Poland asserted that Russia has lakes.", "Poland", "asserted", ("Russia has lakes", Act.ASSERT), []),
        ("China blamed the Korean War on chance.", "China", "blamed", ("the Korean War on chance", Act.ACCUSE), []),
        ("Cuba urged the government to act.", "Cuba", "urged", ("to act", Act.DEMAND), ["government"]),
        ("Chile blamed German banks for it.", "Chile", "blamed", ("for it", Act.ACCUSE), ["German banks"]),
    ],
)
def test_whom_it_is_aimed_at(linker, text, speaker, cue, told, targets):
    (found,) = aimed(text, said(text, speaker, cue, *told), linker=linker)
    assert names(found) == targets


def test_a_target_has_an_id_and_the_words_that_name_it(linker):
    text = "Iran accused Israel of the raid."
    (found,) = aimed(text, said(text, "Iran", "accused", "of the raid", Act.ACCUSE), linker=linker)
    (target,) = found.targets
    assert (target.id, target.country, target.evidence) == ("country:isr", "ISR", Span(13, 19))


def test_an_accusation_without_a_name_goes_on_against_the_same(linker):
    text = "Iran accused Israel of the raid. Such crimes go on."
    first = said(text, "Iran", "accused", "of the raid", Act.ACCUSE)
    second = said(text, "Iran", "", "Such crimes go on", Act.ACCUSE, number=2)
    assert [names(one) for one in aimed(text, first, second, linker=linker)] == [["Israel"], ["Israel"]]
    assert aimed(text, first, second, linker=linker)[1].targets[0].basis is SpeakerBasis.ELIDED


@pytest.mark.parametrize(
    ("text", "cue", "addressee"),
    [
        ("Peru told lawmakers that copper was dear.", "told lawmakers", "lawmakers"),
        ("Peru told Chile that copper was dear.", "told Chile", "Chile"),
        ("Peru said in a letter to Japan that copper was dear.", "said in a letter to Japan", "Japan"),
        ("Peru said that copper was dear.", "said", None),
        ("Peru told it that copper was dear.", "told it", None),
        ("Peru warned Thursday that copper was dear.", "warned", None),
        ("Peru asked again if copper was dear.", "asked", None),
        ("Peru told Peru that copper was dear.", "told", None),
        ("Peru told lawmakers Monday that copper was dear.", "told", "lawmakers"),
    ],
)
def test_whom_it_was_said_to(linker, text, cue, addressee):
    (found,) = aimed(text, said(text, "Peru", cue, "copper was dear", Act.ASSERT), linker=linker)
    assert (found.addressee.name if found.addressee else None) == addressee
