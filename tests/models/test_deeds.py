"""The words of a sentence, and what they tell of events; all texts are our own."""

from importlib.resources import files

import numpy as np
import pytest

from onrecord.models.clauses import clause_of, pair_signs, word_signs
from onrecord.models.deeds import load_deed_model, numbers_of
from onrecord.models.meaning import EVENT_TYPES
from onrecord.models.sides import side_signs


def clause(text):
    words = text.split()
    return clause_of(words, [1 if word[0].isupper() else 0 for word in words])


def test_words_are_known_by_stem_by_whole_word_and_by_phrase():
    found = clause("They denounced those who laid down arms")
    assert "condemn" in found.classes[1]
    assert "surrender" in found.classes[4]
    assert "weapons" in found.classes[6]
    assert found.classes[0] == ()


def test_light_words_and_marks_tell_nothing():
    found = clause("The 20 of 's met")
    assert [bool(list(word_signs(found, at))) for at in range(5)] == [False, False, False, False, True]


def test_what_stands_around_a_word_speaks_for_it():
    refused, met = (set(word_signs(clause(text), 3)) for text in ("Velm refused to meet", "Velm and Halden meet"))
    assert refused != met
    assert "pmeet.reject" in refused


def test_signs_of_parties_tell_who_is_who():
    found = clause("Velm accused Halden of lies")
    assert pair_signs(found, (0, 1), (2, 3)) != pair_signs(found, (2, 3), (0, 1))
    assert pair_signs(found, None, None)


@pytest.mark.parametrize(
    ("text", "actor", "recipient", "kind"),
    [
        ("Velmish police arrested three Haldenese journalists .", (0, 2), (3, 6), "COERCE"),
        ("The premier of Velm rejected an offer from Halden .", (0, 4), (8, 9), "REJECT"),
        ("Halden promised to send food to the people of Velm .", (0, 1), (6, 10), "AGREE"),
        ("Velm threatened to attack Halden .", (0, 1), (4, 5), "THREATEN"),
        ("Workers in Velm went on strike against the government .", (0, 3), (7, 9), "PROTEST"),
    ],
)
def test_what_stands_between_two_parties(text, actor, recipient, kind):
    scores = load_deed_model().stands_between(clause(text), actor, recipient)
    assert EVENT_TYPES[int(scores.argmax())] == kind


def test_a_word_that_tells_an_event_outdoes_one_that_tells_none():
    found = clause("Velm bombed the old harbour on a Tuesday .")
    odds = [np.logaddexp.reduce(load_deed_model().tells(found, at)) for at in range(len(found.words))]
    assert int(np.argmax(odds)) == 1


def test_numbers_of_signs_stay_within_the_table():
    assert numbers_of(["a", "b", "ü"], 7).max() < 7
    assert not len(numbers_of([], 7))


def test_the_weights_stay_small():
    assert len((files("onrecord") / "data" / "deeds.npz").read_bytes()) <= 1_500_000


def test_a_participle_behind_a_form_of_be_is_passive():
    active, passive = clause("Velm attacked Halden"), clause("Halden was later attacked by Velm")
    assert set(side_signs(active, 1, (0, 1), [(0, 1), (2, 3)])).isdisjoint({"<p"})
    assert "<p" in set(side_signs(passive, 3, (0, 1), [(0, 1), (5, 6)]))


@pytest.mark.parametrize(
    ("text", "trigger", "mentions", "actor", "recipient"),
    [
        ("Velm attacked Halden .", 1, [(0, 1), (2, 3)], 1, 2),
        ("Halden was attacked by Velm .", 2, [(0, 1), (4, 5)], 2, 1),
        ("Kveld was bombed .", 2, [(0, 1)], 0, 1),
    ],
)
def test_who_acts_at_whom_in_active_and_passive_voice(text, trigger, mentions, actor, recipient):
    scores = load_deed_model().takes_side(clause(text), trigger, mentions)
    assert scores.argmax(axis=0).tolist() == [actor, recipient]
