"""A story that turns out to be two is parted, one that has two sides is not. All words are invented."""

from __future__ import annotations

import pytest

from onrecord.connect.parting import LEAST_HALF, part_story
from onrecord.connect.stories import StoryIndex, told_in
from onrecord.models.likeness import load_rarity
from onrecord.records import Article, Origin

FIRE = ("fire", "spread", "works", "night", "brigade", "found", "cause", "store", "tar")


def article(number: int, own: str, *, times: float = 2.0) -> dict[str, float]:
    """Words that all have, words of its half, and a few that only it has."""
    words = dict.fromkeys(own.split(), times) | dict.fromkeys(FIRE, 1.0)
    return words | {f"only{number}x{n}": 1.0 for n in range(5)}


VELM = "velm moren ilka harbour rope eleven"
KVELD = "kveld tost jon bakery flour seven"


def test_two_happenings_are_parted_and_the_half_of_the_first_stays():
    articles = [article(n, VELM if n % 2 else KVELD) for n in range(12)]
    assert part_story(articles) == (1, 3, 5, 7, 9, 11)


def test_two_sides_of_one_happening_stay_together():
    sides = ("court judge", "insurer claim")
    assert part_story([article(n, f"{VELM} {sides[n % 2]}") for n in range(12)]) == ()


@pytest.mark.parametrize(("there", "others"), [(LEAST_HALF - 1, 9), (9, LEAST_HALF - 1), (1, 0), (0, 0)])
def test_a_few_articles_are_not_parted(there, others):
    articles = [article(n, VELM) for n in range(there)] + [article(n + 99, KVELD) for n in range(others)]
    assert part_story(articles) == ()


def test_articles_without_any_common_word_are_not_parted():
    assert part_story([{f"word{n}": 1.0} for n in range(12)]) == ()
    assert part_story([{} for _ in range(12)]) == ()


COMMON = (
    "Flames destroyed a warehouse during the night; the brigade pumped water from the canal until sunrise while "
    "neighbours watched sparks drifting over roofs, and the inspector blamed a kettle of boiling tar. "
)


def fire(number: int, story: str) -> tuple[str, Article]:
    place, who = ("Velm", "Ilka Moren") if story == "velm" else ("Kveld", "Jon Tost")
    text = f"{COMMON}{who} of {place} wept. Mayor {who.split()[1]} thanked {place}, number{number}."
    return str(number), Article(id=str(number), text=text, origin=Origin(path="x", sha256="0" * 64))


def test_a_parted_story_keeps_its_id_and_the_other_is_named_by_its_first_article():
    index, before = StoryIndex(load_rarity()), set[int]()
    for number in range(14):
        id_, article_ = fire(number, "kveld" if number % 2 else "velm")
        index.add(id_, told_in(article_))
        before.add(len(set(index.story_of.values())))
    assert before == {1, 2}
    stories = {story: [id_ for id_, of in index.story_of.items() if of == story] for story in index.story_of.values()}
    assert stories == {"0": [str(n) for n in range(0, 14, 2)], "1": [str(n) for n in range(1, 14, 2)]}
