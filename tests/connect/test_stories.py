"""Articles on one happening come together as they come in. Every text was written for these tests."""

from __future__ import annotations

import pytest

from onrecord.connect.stories import StoryIndex, told_in
from onrecord.models.likeness import load_rarity
from onrecord.records import Article, Moment, Origin


def told(text: str, day: str | None = None):
    published = Moment(value=day, basis="by hand") if day else None
    return told_in(Article(id="x", text=text, published=published, origin=Origin(path="x", sha256="0" * 64)))


FIRE = (
    "A fire destroyed the rope works of Velm on Monday night. Captain Ilka Moren of the Velm fire brigade saw sparks."
)
FIRE_TOO = (
    "Velm mourns its rope works. The fire spread from the tar store, fire brigade captain Moren told the Velm council."
)
BLAZE = (
    "A fire destroyed a bakery in Kveld on Friday. Nobody was hurt, said Jon Tost of the Kveld police, who saw sparks."
)
HERON = (
    "A teacher counted every heron on the river for thirty years and publishes her notebooks with drawings this autumn."
)


def stories(*articles) -> list[str]:
    index = StoryIndex(load_rarity())
    for number, article in enumerate(articles):
        index.add(str(number), article)
    return [index.story_of[str(number)] for number in range(len(articles))]


def test_two_reports_of_one_happening_are_one_story_named_by_the_first():
    assert stories(told(FIRE), told(HERON), told(FIRE_TOO)) == ["0", "1", "0"]


def test_two_happenings_of_one_kind_are_two_stories():
    assert stories(told(FIRE), told(BLAZE)) == ["0", "1"]


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        ("2021-03-02", True),
        ("2021-03-08", True),
        ("2021-03-20", False),
        ("2022-03-01", False),
        (None, True),
        ("2021", True),
    ],
)
def test_a_story_is_of_days_near_each_other(day, is_one):
    found = stories(told(FIRE, "2021-03-01"), told(FIRE_TOO, day))
    assert (found[0] == found[1]) is is_one


def test_names_weigh_double():
    terms = told("The fire in Velm. Velm burns, a fire.").terms
    assert terms["velm"] == pytest.approx(2 * terms["fire"], rel=0.01)


@pytest.mark.parametrize("text", ["", "the of and", "🔥🔥", "x"])
def test_an_article_without_words_is_a_story_by_itself(text):
    assert stories(told(text), told(text), told(FIRE)) == ["0", "1", "2"]
