"""Mentions of one event come together. Every sentence was written for these tests."""

from __future__ import annotations

import numpy as np
import pytest

from onrecord.connect.grouping import group_by_mean
from onrecord.connect.same_events import MOST_MENTIONS, EventMention, link_mentions
from onrecord.models.likeness import load_likeness, load_rarity


def mention(article: str, sentence: str, word: str) -> EventMention:
    at = sentence.index(word)
    return EventMention(article, sentence, at, at + len(word))


def groups(*mentions: EventMention) -> set[tuple[int, ...]]:
    return set(link_mentions(mentions, load_likeness(), load_rarity()))


ARRESTED = mention("a", "Police in Velm arrested harbour chief Jon Tost at his house on Monday.", "arrested")
ARREST = mention("b", "The arrest of Jon Tost, the harbour chief, shook Velm.", "arrest")
OTHER = mention("b", "Coast guards rescued nine fishers off Kveld.", "rescued")


def test_one_event_in_two_articles_is_one_group():
    assert groups(ARRESTED, OTHER, ARREST) == {(0, 2), (1,)}


def test_other_parties_and_other_numbers_speak_against_it():
    crew = mention("a", "Guards of Norland seized the ferry.", "seized")
    again = mention("b", "The Gazette wrote that men seized a boat.", "seized")
    assert groups(crew, again) == {(0, 1)}
    ours, theirs = frozenset({"country:nor"}), frozenset({"country:kve"})
    assert groups(crew._replace(parties=ours), again._replace(parties=theirs)) == {(0,), (1,)}
    assert groups(crew._replace(parties=ours), again) == {(0, 1)}
    pair, other = frozenset({"person:a", "person:b"}), frozenset({"person:a", "person:c"})
    assert groups(crew._replace(parties=pair), again._replace(parties=other)) == {(0,), (1,)}
    nine, forty = "Guards seized 9 boats.", "They seized 40 barrels of tar."
    assert groups(mention("a", nine, "seized"), mention("b", forty, "seized")) == {(0,), (1,)}


@pytest.mark.parametrize("word", ["said", "told", "announced"])
def test_everybody_says_something(word):
    one = mention("a", f"Jon Tost of the board {word} that cranes were safe.", word)
    two = mention("b", f"Ada Brun {word} traders that the ferry leaves at noon.", word)
    assert groups(one, two) == {(0,), (1,)}


def test_no_mention_and_one_mention():
    assert groups() == set()
    assert groups(ARREST) == {(0,)}


def test_what_is_too_much_to_compare_stays_alone():
    found = groups(*[mention(str(n), "Rain fell.", "fell") for n in range(MOST_MENTIONS + 2)])
    assert {(MOST_MENTIONS,), (MOST_MENTIONS + 1,)} <= found
    assert sum(map(len, found)) == MOST_MENTIONS + 2


def test_groups_are_joined_by_the_mean_and_not_by_one_near_pair():
    near = np.array([[1, 0.9, 0.8], [0.9, 1, 0.1], [0.8, 0.1, 1]])
    assert group_by_mean(near, 0.5) == [[0, 1], [2]]
    assert group_by_mean(near, 0.4) == [[0, 1, 2]]
    assert group_by_mean(np.zeros((0, 0)), 0.5) == []
