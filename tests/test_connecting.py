"""Articles of a store are connected as they come, and anew to the same; asking shows it."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import apsw
import pytest

from onrecord.connecting import Connector
from onrecord.errors import UnknownArticle
from onrecord.records import BlockRole, Moment, Reading, StatementKind
from onrecord.store import Store
from tests.connect.test_parting import fire
from tests.fixtures.readings import MODELS, make_article, make_page, say

LEAD = (
    "The harbour board of Velm voted on Tuesday to close the eastern quay for the winter, after divers found cracks in "
    "eleven of its piles and a crane driver refused to work above them. "
)
SAID = "“We will not sell the quay to anyone, and we will not lease it,” Ada Brun told traders in Velm. "
END = "Repairs of the quay are expected to take until April and to cost nine million crowns, the board of Velm said. "
OTHER = "A teacher in Kveld has counted every heron on the river for thirty years and publishes her notebooks soon."
OWN_WORDS = (
    "Traders of Velm protested against the closing of the quay. Divers had found cracks in piles. “We will sell the "
    "quay,” Ada Brun of the harbour board told them on Wednesday."
)
QUOTES = ("“We will not sell the quay to anyone, and we will not lease it,”", "“We will sell the quay,”")


def make_reading(name: str, text: str, *, day: str | None = None, title: str | None = None, **facts):
    page = make_page(text, path=f"{name}.html", id_=name)
    published = Moment(value=day, basis="by hand") if day else None
    article = make_article(page, [(BlockRole.BODY, text)], title=title, published=published, **facts)
    said = tuple(
        say(text, f"s{n}", quote, speaker="Ada Brun", kind=StatementKind.DIRECT)
        for n, quote in enumerate(QUOTES, 1)
        if quote in text
    )
    return page, Reading(article=article, statements=said, models=MODELS)


ARTICLES = (
    make_reading("wire", LEAD + SAID + END, day="2031-03-02", title="Quay closed", agency="Northern Press"),
    make_reading("heron", OTHER, day="2031-03-02", title="Herons"),
    make_reading("pickup", LEAD + SAID, day="2031-03-03", title="Cracks found", outlet="Post"),
    make_reading("own", OWN_WORDS, day="2031-03-04", title="Traders of Velm protest", outlet="Gazette"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "store.db") as store, Connector(tmp_path / "store.db") as connector:
        for page, reading in ARTICLES:
            connector.connect_article(store.add(page, reading).article_id)
    return tmp_path / "store.db"


def test_a_story_tells_who_copied_whom_and_how_many_sources_there_are(path):
    with Connector(path, read_only=True) as connector:
        story = connector.story("pickup")
    assert story.id == "wire"
    assert [member.article.id for member in story.members] == ["wire", "pickup", "own"]
    copy = story.members[1].copies["wire"]
    assert (len(copy.cut), copy.added, copy.reheaded) == (1, (), True)
    (group,) = story.copies
    assert (group.articles, group.earliest, group.agency) == (("wire", "pickup"), "wire", "Northern Press")
    assert story.sources.groups == (("wire", "pickup"), ("own",))


def test_a_story_shows_how_its_articles_quote_the_same_words(path):
    with Connector(path, read_only=True) as connector:
        (shared,) = connector.story("wire").quotations
    assert {(report.article, check.kind.value) for report, check in shared.others} >= {("own", "altered")}


def test_stories_of_one_article_are_not_listed(path):
    with Connector(path, read_only=True) as connector:
        (row,) = connector.stories(limit=9)
    assert (row.id, row.articles, row.texts) == ("wire", 3, 2)
    assert (row.first_day, row.last_day) == ("2031-03-02", "2031-03-04")


def test_looked_for_words_are_found_with_what_each_report_made_of_them(path):
    with Connector(path, read_only=True) as connector:
        found = connector.find_quotation("we will not sell the quay to anyone")
        assert connector.find_quotation("…") == ()
    assert [(one.article.id, one.check.kind.value) for one in found] == [
        ("wire", "verbatim"),
        ("pickup", "verbatim"),
        ("own", "altered"),
    ]


def test_connecting_anew_comes_to_the_same(path):
    with Connector(path) as connector:
        before = connector.story("own")
        assert list(connector.connect_all()) == []
        assert len(list(connector.connect_all(anew=True))) == 4
        assert connector.story("own") == before


def test_an_article_is_connected_once(path):
    with Connector(path) as connector:
        connector.connect_article("wire")
        assert len(connector.story("wire").members) == 3


def test_an_article_that_was_not_connected_yet_has_no_story(tmp_path):
    with Store.open(tmp_path / "store.db") as store:
        store.add(*ARTICLES[0])
    with Connector(tmp_path / "store.db", read_only=True) as connector:
        assert connector.story("wire") is None
        assert connector.unconnected() == 1
        with pytest.raises(UnknownArticle, match="no article 'gone'"):
            connector.story("gone")


def test_readings_are_never_touched(path):
    with Store.open(path, read_only=True) as store:
        assert [store.reading(reading.article.id) for _, reading in ARTICLES] == [reading for _, reading in ARTICLES]


def test_a_story_that_turns_out_to_be_two_is_parted_and_each_keeps_the_article_that_names_it(tmp_path):
    sizes = []
    with Store.open(tmp_path / "store.db") as store, Connector(tmp_path / "store.db") as connector:
        for number in range(14):
            name, article = fire(number, "kveld" if number % 2 else "velm")
            page, reading = make_reading(f"fire{name}", article.text, day="2031-03-02")
            connector.connect_article(store.add(page, reading).article_id)
            sizes.append([row.articles for row in connector.stories(limit=9)])
        kept = connector.stories(limit=9)
        assert [9] in sizes
        assert {row.id: row.articles for row in kept} == {"fire0": 7, "fire1": 7}
        assert {member.article.id for member in connector.story("fire1").members} == {
            f"fire{n}" for n in range(1, 14, 2)
        }
        deque(connector.connect_all(anew=True), maxlen=0)
        assert connector.stories(limit=9) == kept


def rows_of(path: Path) -> list[tuple[object, ...]]:
    """Everything that is kept of how articles are connected."""
    tables = ("connected", "fingerprint", "story_key", "term", "copy")
    with apsw.Connection(str(path)) as connection:
        return [row for table in tables for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]


def test_two_who_connect_in_turns_count_what_the_other_has_written(path, tmp_path):
    apart = tmp_path / "apart.db"
    with Store.open(apart) as store, Connector(apart) as one, Connector(apart) as other:
        for connector, (page, reading) in zip((one, other, other, one), ARTICLES, strict=True):
            connector.connect_article(store.add(page, reading).article_id)
    assert rows_of(apart) == rows_of(path)


def test_what_could_not_be_kept_is_not_counted(path, tmp_path, monkeypatch):
    again = tmp_path / "again.db"
    with Store.open(again) as store, Connector(again) as connector:
        for number, (page, reading) in enumerate(ARTICLES):
            added = store.add(page, reading).article_id
            if number == 2:
                with monkeypatch.context() as broken:
                    broken.setattr(connector, "_part", fail)
                    with pytest.raises(RuntimeError, match="in between"):
                        connector.connect_article(added)
            connector.connect_article(added)
    assert rows_of(again) == rows_of(path)


def fail(story: str) -> None:
    raise RuntimeError(f"in between, {story}")
