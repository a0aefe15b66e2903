from onrecord.lexicon.speech import load_speech_lexicon
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


def signed(*drafts: Draft) -> list[Draft]:
    signature = find_signature(None, TEXT, find_names(TEXT, load_speech_lexicon()))
    assert signature is not None
    return add_signed_sentences(TEXT, drafts, signature)


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
