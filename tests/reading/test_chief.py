"""What a sentence chiefly does: statement, or cooperation or conflict, in words or deeds."""

from __future__ import annotations

import pytest

from onrecord.lexicon.chief import load_chief_words
from onrecord.reading.chief import Chief, chief_of, class_of
from onrecord.records import Act, Event, EventType, Span, Statement, StatementKind


def span(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def said(text: str, cue: str, content: str, act: Act) -> Statement:
    return Statement(
        id="s1",
        kind=StatementKind.INDIRECT,
        cue=(span(text, cue),),
        content=(span(text, content),),
        act=act,
        confidence=0.9,
    )


def event(text: str, trigger: str, kind: EventType) -> Event:
    at = span(text, trigger)
    return Event(
        id="e1", type=kind, cameo="01", goldstein=0.0, score=0.0, quad=1, trigger=at, evidence=at, confidence=0.9
    )


def chief(text: str, statements=(), events=()):
    return chief_of(
        text,
        [said(text, *one) for one in statements],
        [event(text, *one) for one in events],
        load_chief_words(),
    )


@pytest.mark.parametrize(
    ("text", "statement", "told", "found"),
    [
        ("Velm said the bridge was old.", ("said", "the bridge was old", Act.ASSERT), (), Chief.STATEMENT),
        (
            "Velm said it would never sign the treaty.",
            ("said", "it would never sign the treaty", Act.REFUSE),
            [("never", EventType.REJECT)],
            Chief.VERBAL_CONFLICT,
        ),
        (
            "Velm said Skarn had shelled the port.",
            ("said", "Skarn had shelled the port", Act.ASSERT),
            [("shelled", EventType.ASSAULT)],
            Chief.STATEMENT,
        ),
        (
            "Velm condemned the raid on the port.",
            ("condemned", "the raid on the port", Act.ACCUSE),
            [("condemned", EventType.ACCUSE), ("raid", EventType.ASSAULT)],
            Chief.VERBAL_CONFLICT,
        ),
        (
            "Velm declined to comment on the raid.",
            ("declined to comment on", "the raid", Act.REFUSE),
            [("declined", EventType.REJECT)],
            Chief.STATEMENT,
        ),
        ("Velm denied charges of fraud.", ("denied", "charges of fraud", Act.DENY), (), Chief.STATEMENT),
        ("Velm urged Skarn to leave.", ("urged", "Skarn to leave", Act.DEMAND), (), Chief.STATEMENT),
        ("Velm demanded that Skarn leave.", ("demanded", "that Skarn leave", Act.DEMAND), (), Chief.VERBAL_CONFLICT),
        ("Velm pledged to pay.", ("pledged", "to pay", Act.COMMIT), (), Chief.VERBAL_COOPERATION),
    ],
)
def test_a_statement_counts_by_what_its_words_do(text, statement, told, found):
    assert chief(text, [statement], told) is found


def test_a_source_behind_its_words_only_vouches_for_them():
    text = "Skarn shelled the port, officials said."
    statement = ("said", "Skarn shelled the port", Act.ASSERT)
    assert chief(text, [statement], [("shelled", EventType.ASSAULT)]) is Chief.MATERIAL_CONFLICT


def test_the_first_event_is_the_chief_one():
    events = [("opened", EventType.PROTEST), ("talks", EventType.CONSULT)]
    assert chief("Crowds opened a march against the talks.", events=events) is Chief.MATERIAL_CONFLICT


def test_condolences_are_no_cooperation():
    assert chief("Velm sent condolences to Skarn.", events=[("sent", EventType.SUPPORT)]) is Chief.STATEMENT


def test_where_nothing_is_told_there_is_no_class():
    assert chief("The sea was calm.") is None


@pytest.mark.parametrize("kind", EventType)
def test_every_type_has_a_class(kind):
    assert class_of(kind, "word", load_chief_words()) in Chief
