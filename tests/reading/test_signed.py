import numpy as np
import pytest

from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.attribution import BEGIN, TAGS, Convention, Tagging
from onrecord.models.meaning import nothing_meant
from onrecord.models.wording import Words
from onrecord.reading.names import find_names
from onrecord.reading.signed import add_signed_sentences, find_signature
from onrecord.reading.statements import Draft
from onrecord.records import Span

TEXT = (
    "PORT VEL, May 3 (VNA) -- Ilka Moren, vice minister, released the following press statement:\n\n"
    "The neighbours have torn up the treaty. We regard this as an insult. "
    "Their envoy called the treaty a rag.\n\n"
    "-0-"
)


def span(part: str) -> Span:
    return Span(TEXT.index(part), TEXT.index(part) + len(part))


def tagging(chance: float) -> Tagging:
    """Every word is content with this probability."""
    tokens = TEXT.split()
    starts = np.cumsum([0] + [len(t) + 1 for t in tokens[:-1]]).astype(np.int32)
    starts = np.array([TEXT.index(t, s - 4 if s else 0) for t, s in zip(tokens, starts, strict=True)], np.int32)
    ends = starts + np.array([len(t) for t in tokens], np.int32)
    none = np.zeros(len(tokens), np.int32)
    words = Words(starts, ends, np.arange(len(tokens) + 1, dtype=np.int32), none, none, none, none)
    chances = np.full((len(tokens), 1, len(TAGS)), 1e-9, np.float32)
    chances[:, :, 0], chances[:, :, BEGIN["content"] + 1] = 1 - chance, chance
    nothing = np.zeros(2, np.float32)
    return Tagging(words, np.log(chances), [], [], nothing, np.zeros((2, 18), np.float32), nothing_meant(words))


def signed(*drafts: Draft, chance: float = 0.9) -> list[Draft]:
    signature = find_signature(None, TEXT, find_names(TEXT, load_speech_lexicon()))
    assert signature is not None
    return add_signed_sentences(tagging(chance), TEXT, drafts, signature, Convention(signed=0.5))


def shown(drafts: list[Draft]) -> list[str]:
    return [TEXT[d.content[0].start : d.content[0].end] for d in drafts]


def test_every_sentence_after_the_lead_is_the_signers_and_end_marks_are_none():
    assert shown(signed()) == [
        "The neighbours have torn up the treaty",
        "We regard this as an insult",
        "Their envoy called the treaty a rag",
    ]


def test_a_sentence_with_the_signers_own_words_of_saying_is_left_alone():
    own = Draft(source=(span("We"),), cue=(span("regard"),), content=(span("this as an insult"),), confidence=0.9)
    assert shown(signed(own)) == [
        "this as an insult",
        "The neighbours have torn up the treaty",
        "Their envoy called the treaty a rag",
    ]
    assert own.holder is None


def test_somebody_else_quoted_in_a_signed_sentence_is_nested_in_it():
    envoy = Draft(
        source=(span("Their envoy"),), cue=(span("called"),), content=(span("the treaty a rag"),), confidence=0.9
    )
    found = signed(envoy)
    assert envoy.holder is not None
    assert TEXT[envoy.holder.content[0].start :].startswith("Their envoy called")
    assert envoy.holder in found


def test_a_sentence_that_is_hardly_a_statement_is_none():
    assert signed(chance=0.3) == []


def test_the_chance_of_a_signed_sentence_is_its_confidence():
    assert [d.confidence for d in signed(chance=0.6)] == pytest.approx([0.6] * 3, abs=2e-3)
