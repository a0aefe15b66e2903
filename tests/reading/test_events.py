"""Mentions, entities and events, with the shipped weights; all texts are our own."""

import pytest

from onrecord.connect import Linker
from onrecord.lexicon.actors import load_actors
from onrecord.lexicon.events import load_code_book
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.acts import load_act_model
from onrecord.models.attribution import load_attribution_model
from onrecord.models.meaning import EVENT_TYPES
from onrecord.pipeline import identify
from onrecord.reading import Judges, read_article
from onrecord.reading.coreference import find_entities
from onrecord.reading.mentions import find_mentions
from onrecord.reading.names import find_names
from onrecord.records import Article, EventType, Moment, Origin

TEXT = (
    "North Korean leader Kim Jong Un ordered his army to test missiles on Monday. He accused the United States of "
    "planning an invasion.\n\nPolice in Seoul arrested 20 protesters. South Korea imposed sanctions on two companies."
)


@pytest.fixture(scope="module")
def judges() -> Judges:
    model = load_attribution_model(threads=1)
    return Judges(model=model, acts=load_act_model(), lexicon=load_speech_lexicon(), book=load_code_book())


@pytest.fixture(scope="module")
def events_in(judges):
    linker = Linker(load_actors())

    def read(text, date="2021-01-06"):
        published = Moment(value=date, basis="given with the input")
        article = Article(id="a", text=text, published=published, origin=Origin(path="a", sha256=""))
        return identify(article, read_article(article, judges), lexicon=judges.lexicon, linker=linker).events

    return read


def entities_in(judges, text):
    names = find_names(text, judges.lexicon)
    tagging = judges.model.tag(text, [])
    return find_entities(text, find_mentions(tagging, text, names), tagging.meaning, names, judges.lexicon)


def test_pronouns_are_whom_the_text_names(judges):
    text = "President Ilka Moren met reporters on Monday. She said that she was glad to see them."
    moren = next(e for e in entities_in(judges, text) if e.name is not None and e.name.text == "Ilka Moren")
    assert "She" in [text[m.span.start : m.span.end] for m in moren.mentions]
    assert moren.kind == "person"


def test_a_man_is_no_woman(judges):
    text = "Ilka Moren met Jon Maro. She said she was glad. He said he was not."
    for entity in entities_in(judges, text):
        words = {text[m.span.start : m.span.end].lower() for m in entity.mentions}
        assert not {"he", "she"} <= words


def test_mentions_stand_in_order_and_never_cross(judges):
    names = find_names(TEXT, judges.lexicon)
    found = find_mentions(judges.model.tag(TEXT, []), TEXT, names)
    spans = [m.span for m in found]
    assert spans == sorted(spans, key=lambda s: (s.start, -s.end))
    assert not any(a.start < b.start < a.end < b.end for a in spans for b in spans)


def test_who_did_what_to_whom(events_in):
    told = {(e.type, tuple(p.name for p in e.actor), tuple(p.name for p in e.recipient)) for e in events_in(TEXT)}
    assert any(kind is EventType.ACCUSE and whom == ("United States",) for kind, _, whom in told)
    assert any(kind is EventType.COERCE and "20 protesters" in whom for kind, _, whom in told)


def test_every_part_of_an_event_points_at_its_words(events_in):
    for event in events_in(TEXT):
        assert event.evidence.start <= event.trigger.start < event.trigger.end <= event.evidence.end
        for party in (*event.actor, *event.recipient):
            assert party.evidence is None or TEXT[party.evidence.start : party.evidence.end].strip()


def test_a_statement_holds_the_events_it_tells(events_in):
    events = events_in("Ilka Moren said that Russian forces shelled the Ukrainian port of Odesa on Monday.")
    assault = next(e for e in events if e.type is EventType.ASSAULT)
    assert assault.statement == "s1"
    assert assault.quad == 4


def test_text_without_politics_tells_no_event(events_in):
    assert events_in("Stir the butter and the sugar until pale. Bake the cake for an hour and let it cool.") == ()


def test_the_code_book_knows_every_type():
    book = load_code_book()
    assert set(book.types) == set(EVENT_TYPES) == set(EventType)
    for name in EVENT_TYPES:
        coding = book.code(name, "xyz", "xyz")
        assert coding.quad in (1, 2, 3, 4)
        assert -10 <= coding.goldstein <= 10


@pytest.mark.parametrize(
    ("kind", "trigger", "clause", "mode", "cameo"),
    [
        ("COERCE", "arrested", "police arrested 20 protesters", "arrest", "173"),
        ("ASSAULT", "bombed", "the rebels bombed a market", "explosives", "183"),
        ("ACCUSE", "sued", "the state sued the firm", "allege", "115"),
        ("CONSULT", "phoned", "she phoned the premier", "phone", "041"),
        ("RETREAT", "withdrew", "troops withdrew from the north", "withdraw", "0873"),
    ],
)
def test_modes_and_fine_codes_hang_on_the_words(kind, trigger, clause, mode, cameo):
    coding = load_code_book().code(kind, trigger, clause)
    assert (coding.mode, coding.cameo) == (mode, cameo)


def test_a_party_is_neither_an_age_nor_a_pronoun_of_which_nobody_knows_whom_it_means(events_in):
    text = "Addressing lawmakers, President Ilka Moren, 71, accused them of treason. They attacked it on Monday."
    found = [party for event in events_in(text) for party in (*event.actor, *event.recipient)]
    assert found
    assert not {"71", "it", "They", "them"} & {party.name for party in found}
