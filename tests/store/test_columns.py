"""Counting by columns in memory gives what SQLite counts, whatever came since they were read."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from onrecord.errors import StoreError
from onrecord.records import Act, Sector, Speaker, SpeakerBasis
from onrecord.store import Store
from onrecord.store.pool import Pool
from tests.fixtures.readings import MODELS, kim_story, make_plain, say, world_stories

QUERIES = (
    "",
    "vowed",
    "the",
    "kim act:commit",
    "-act:report",
    "act:order,demand confidence:>=0.1 confidence:<0.99",
    "speaker:kim",
    "language:en since:2000",
    "month",
    "is:hedged",
    "about:nuclear",
    "target:norland",
    "Ким",
    "nothing-of-the-kind",
)
NORLAND = Speaker(name="Norland", basis=SpeakerBasis.NAME, id="country:nrl", country="NRL", sector="GOV")


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        for page, reading in [kim_story(), *world_stories()]:
            store.add(page, reading)
    return path


def aimed_story(act: Act, reader: str = MODELS.reader):
    """A page with a statement aimed at somebody, on something."""
    page, reading = make_plain("Ada vowed to sue Norland.", title="Aimed", path="aimed.html")
    facts = {"targets": (NORLAND,), "sector": (Sector.NUCLEAR,), "act": act}
    said = say(reading.article.text, "s1", "to sue Norland", source="Ada", cue="vowed", speaker="Ada", **facts)
    return page, replace(reading, statements=(said,), models=replace(MODELS, reader=reader))


def assert_same(pool: Pool) -> None:
    with closing(Store.open(pool.path, read_only=True)) as plain, pool.open() as served:
        for query in QUERIES:
            assert served.ask(query).facets() == plain.ask(query).facets(), query
            assert served.ask(query).count() == plain.ask(query).count(), query


def test_columns_count_as_the_file_does(path):
    assert_same(Pool(path))


def test_what_comes_later_is_counted_too(path):
    pool = Pool(path)
    assert_same(pool)
    with Store.open(path) as store:
        store.add(*aimed_story(Act.THREATEN))
    assert_same(pool)
    with pool.open() as served:
        assert served.ask("act:threaten about:nuclear target:norland").count() == 1


def test_a_writer_in_the_middle_of_reading_columns_is_seen_whole_or_not_at_all(path):
    pool = Pool(path)
    waiting = [aimed_story(Act.THREATEN)]

    def add_between(_cursor: object, query: str, _values: object) -> bool:
        if "FROM facet WHERE" in query and waiting:
            with Store.open(path) as store:
                store.add(*waiting.pop())
        return True

    with pool.open() as served:
        served._connection.exec_trace = add_between
        counted = [served.ask().facets(), served.ask().facets()]
    assert not waiting
    targets = [next(one for one in facets if one.field == "target").values for facets in counted]
    assert targets == [0, 1]


def test_an_article_that_is_read_again_is_counted_as_it_is_read_now(path):
    """Its numbers go to the new rows, or to those of another article."""
    pool = Pool(path)
    with Store.open(path) as store:
        store.add(*aimed_story(Act.THREATEN))
        assert_same(pool)
        store.add(*aimed_story(Act.COMMIT, "by hand 2"))
        store.add(*make_plain("Something else.", path="else.html"))
    assert_same(pool)
    with pool.open() as served:
        assert served.ask("target:norland act:threaten").count() == 0


def test_an_open_file_is_used_again(path):
    pool = Pool(path)
    with pool.open() as first:
        pass
    with pool.open() as second, pool.open() as third:
        assert second is first
        assert third is not first


def test_a_store_put_in_the_place_of_another_is_the_one_that_is_served(path, tmp_path):
    pool = Pool(path)
    assert_same(pool)
    other = tmp_path / "other.db"
    with Store.open(other) as store:
        store.add(*aimed_story(Act.DEMAND))
    shutil.move(other, path)
    assert_same(pool)
    with pool.open() as served:
        assert served.ask().count() == 1


def test_what_failed_is_opened_anew(path):
    pool = Pool(path)
    with pytest.raises(ZeroDivisionError), pool.open() as first:
        raise ZeroDivisionError
    with pool.open() as second:
        assert second is not first


def test_a_store_that_is_gone_is_told(path):
    pool = Pool(path)
    with pool.open():
        pass
    path.unlink()
    with pytest.raises(StoreError, match="no store"), pool.open():
        pass
