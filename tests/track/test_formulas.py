"""Phrases with their places, what changed between two sides, and bursts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.lexicon.tone import load_tone_lexicon
from onrecord.records import Span
from onrecord.track.bursts import find_bursts
from onrecord.track.formulas import Change, compare_passages
from onrecord.track.phrases import Passage, phrases_of, sentences_of

FILLER = [
    "The ferry to Velm leaves at nine in winter.",
    "A new roof was put on the school of Kveld.",
    "Fish was cheap.",
]


def side(*sentences, times=1):
    return [Passage(article=f"a{n}", text=" ".join([*sentences, *FILLER])) for n in range(times)]


def found(before, after, **how):
    compared = compare_passages(before, after, hardness=load_tone_lexicon().hardness, **how)
    return {(one.phrase, one.change) for one in compared.formulas}


def test_a_phrase_that_was_never_said_before_appears_and_one_that_is_said_no_more_vanishes():
    before, after = side("We trust the old harbour law.", times=12), side("We want steel sovereignty.", times=12)
    changes = found(before, after)
    assert ("want steel sovereignty", Change.APPEARED) in changes
    assert ("trust the old harbour law", Change.VANISHED) in changes
    assert not [phrase for phrase, _ in changes if "ferry" in phrase]


def test_a_phrase_said_more_often_is_told_with_all_its_places():
    before = [*side("The grain pact holds.", times=2), *side(times=20)]
    after = [*side("The grain pact holds.", times=20), Passage(article="other", text=FILLER[0])]
    compared = compare_passages(before, after, hardness=load_tone_lexicon().hardness)
    (one,) = [formula for formula in compared.formulas if formula.phrase == "grain pact holds"]
    assert (one.change, one.before, one.after) == (Change.MORE, 2, 20)
    texts = {passage.article: passage.text for passage in after}
    assert {texts[p.article][p.span.start : p.span.end] for p in one.places_after} == {"grain pact holds"}


def test_a_phrase_hardens_or_softens_by_the_words_around_it():
    mild = side("We may discuss the river border with them in friendly talks.", times=8)
    hard = side("We will defend the river border and punish every provocation without mercy.", times=8)
    assert ("river border", Change.HARDENED) in found(mild, hard)
    assert ("river border", Change.SOFTENED) in found(hard, mild)


def test_what_is_the_same_on_both_sides_is_not_told():
    assert found(side("The grain pact holds.", times=9), side("The grain pact holds.", times=9)) == set()


def test_a_part_of_a_longer_phrase_is_not_told_beside_it():
    changes = found(side(times=12), side("The great river dam.", times=12))
    assert changes == {("great river dam", Change.APPEARED)}


def test_one_empty_side_is_no_error():
    assert compare_passages([], [], hardness=lambda _: 0).formulas == ()


def test_a_phrase_has_at_least_two_words_and_ends_in_words_of_meaning():
    (sentence,) = sentences_of([Passage(article="a", text="The dam of the north, he said, will hold.")])
    assert [phrase.words for phrase in phrases_of(sentence)] == ["dam of the north"]


def test_only_the_words_of_the_spans_count():
    passage = Passage(article="a", text="Grain pact now. River dam now.", spans=(Span(16, 30),))
    phrases = {phrase.words for sentence in sentences_of([passage]) for phrase in phrases_of(sentence)}
    assert phrases == {"river dam", "river dam now", "dam now"}


@given(st.text(alphabet="abc İß.,’“” \n"))
def test_every_phrase_stands_where_it_says(text):
    for sentence in sentences_of([Passage(article="a", text=text)]):
        for phrase in phrases_of(sentence):
            assert 0 <= phrase.span.start < phrase.span.end <= len(text)
            assert len(phrase.words.split(" ")) >= 2


@pytest.mark.parametrize(
    ("counts", "bursts"),
    [
        ([1, 0, 1, 9, 8, 1, 0, 1], [(3, 5)]),
        ([9, 8, 0, 1, 0, 1, 0, 9], [(0, 2), (7, 8)]),
        ([2, 2, 3, 2, 2, 3], []),
        ([0, 0, 0], []),
        ([], []),
    ],
)
def test_bursts(counts, bursts):
    assert [(one.first, one.end) for one in find_bursts(counts, [50] * len(counts))] == bursts


def test_a_period_without_anything_neither_makes_nor_ends_a_burst():
    (burst,) = find_bursts([1, 0, 1, 9, 0, 9, 1, 0, 1], [50, 50, 50, 50, 0, 50, 50, 50, 50])
    assert (burst.first, burst.end) == (3, 6)


def test_a_count_above_its_total_is_refused():
    with pytest.raises(ValueError, match="at most its total"):
        find_bursts([3], [2])


@pytest.mark.parametrize(
    ("text", "grade"),
    [("Talks may resume.", -4), ("We warn them.", 1), ("An all-out war", 3), ("Nothing here", 0), ("warden", 0)],
)
def test_how_hard_words_are(text, grade):
    assert load_tone_lexicon().hardness(text) == grade


def test_fields_of_words():
    fields = load_tone_lexicon().fields_in("Talks on Nuclear Issue after Missile Threats")
    assert fields == {"conciliation", "arms", "threats"}
