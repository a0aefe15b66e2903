"""Operative paragraphs of resolutions: a statement each, of the body named once, and whom it speaks to."""

from __future__ import annotations

import pytest

from onrecord.connect.operative import spoken_to
from onrecord.lexicon.resolutions import load_resolution_words
from onrecord.reading.resolutions import find_operative, without_repeated
from onrecord.reading.statements import Draft
from onrecord.records import Act, Span, Statement, StatementKind

HEAD = "Resolution 12 (2031)\nof 4 May 2031\n\nThe Security Council,\n\nRecalling its resolution 11 (2031),\n\n"


def operative(body: str):
    return find_operative(HEAD + body, load_resolution_words())


def shown(body: str) -> list[tuple[str, str, str]]:
    text = HEAD + body
    return [
        (
            text[one.draft.cue[0].start : one.draft.cue[0].end],
            str(one.act),
            text[one.draft.content[0].start : one.draft.content[0].end],
        )
        for one in operative(body)
    ]


def test_each_paragraph_is_a_statement_of_the_body():
    body = (
        "1. Condemns the shelling of the port of Velm;\n\n"
        "2. Demands that Norland withdraw\nits ships forthwith;\n"
        "3. Calls upon all States to keep the\nstraits open;\n\n"
        "4. Also welcomes the offer of Sund;\n\n"
        "5. Decides to remain seized of the matter.\n\nAdopted unanimously."
    )
    assert shown(body) == [
        ("Condemns", "accuse", "the shelling of the port of Velm"),
        ("Demands", "demand", "that Norland withdraw\nits ships forthwith"),
        ("Calls upon", "demand", "all States to keep the\nstraits open"),
        ("Also welcomes", "support", "the offer of Sund"),
        ("Decides", "commit", "to remain seized of the matter"),
    ]
    text = HEAD + body
    assert {text[one.draft.source[0].start : one.draft.source[0].end] for one in operative(body)} == {
        "Security Council"
    }


@pytest.mark.parametrize(
    ("paragraph", "act"),
    [
        ("Decides that all States shall freeze the funds of Velm.", Act.ORDER),
        ("Decides to extend the mandate of its observers.", Act.COMMIT),
        ("Decides that it will meet again in May.", Act.COMMIT),
        ("Strongly deplores the attack.", Act.ACCUSE),
        ("Calls once again upon Norland to leave Velm.", Act.DEMAND),
        ("Directs the Secretary-General to send observers.", Act.ORDER),
        ("Takes note of the report.", Act.ASSERT),
    ],
)
def test_the_verb_tells_the_act(paragraph, act):
    (one,) = operative(paragraph)
    assert one.act is act


@pytest.mark.parametrize(
    "text",
    [
        "The Security Council met on Monday.\n\nDemands that Norland withdraw were repeated.",
        "1. Demands that Norland withdraw its ships.",
        "The harbour master,\n\nDemands that boats leave.",
        "",
    ],
)
def test_other_texts_have_none(text):
    assert find_operative(text, load_resolution_words()) == []


@pytest.mark.parametrize(
    ("paragraph", "to"),
    [
        ("Demands that Norland cease the shelling.", "Norland"),
        ("Demands again that Norland, pending a report, leave.", "Norland"),
        ("Requests the Secretary-General to report by May.", "the Secretary-General"),
        ("Calls upon Sund urgently to help.", "Sund"),
        ("Urges the parties concerned once again to meet.", "the parties concerned"),
        ("Invites the Government of Sund, the Government of Velm and Norland to talk.",
         "the Government of Sund, the Government of Velm and Norland"),
        ("Recommends to the General Assembly that Sund be admitted.", "the General Assembly"),
        ("Decides that all States shall freeze the funds of Velm.", "all States"),
        ("Decides to remain seized of the matter.", None),
        ("Demands the immediate release of the crew.", None),
        ("Calls for an end to the shelling.", None),
        ("Condemns Norland for the shelling.", None),
    ],
)  # fmt: skip
def test_whom_a_paragraph_speaks_to(paragraph, to):
    text = HEAD + paragraph
    (one,) = operative(paragraph)
    said = Statement(
        id="s1", kind=StatementKind.INDIRECT, source=one.draft.source, cue=one.draft.cue, content=one.draft.content,
        act=one.act, confidence=1.0,
    )  # fmt: skip
    span = spoken_to(text, said)
    assert (text[span.start : span.end] if span else None) == to


def test_words_of_news_speak_to_nobody_here():
    text = "The Security Council said. Demands that Norland cease rose."
    said = Statement(
        id="s1", kind=StatementKind.INDIRECT, source=(Span(4, 20),), cue=(Span(27, 34),), content=(Span(35, 53),),
        act=Act.DEMAND, confidence=1.0,
    )  # fmt: skip
    assert spoken_to(text, said) is None


def test_what_the_network_found_of_a_paragraph_is_not_told_twice():
    (one,) = operative("Demands that Norland cease the shelling.")
    cue = one.draft.cue[0]
    again = Draft(source=(), cue=(cue,), content=one.draft.content, confidence=0.5)
    other = Draft(source=(), cue=(), content=(Span(cue.end + 20, cue.end + 25),), confidence=0.5)
    assert without_repeated([again, other], [one.draft]) == [other]
