"""Events are listed, filtered and counted by what they are, who acts, at whom, and who tells them."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from onrecord.errors import BadQuery
from onrecord.store import Store
from onrecord.store.check import check_store
from onrecord.store.query import EVENT_FIELDS
from onrecord.store.verify import verify_store
from tests.fixtures.readings import eventful_story, kim_story


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("events") / "store.db"
    with Store.open(path) as store:
        store.add(*kim_story())
        store.add(*eventful_story())
    return path


@pytest.fixture(scope="module")
def store(path):
    with Store.open(path, read_only=True) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["e1", "e2", "e3"]),
        ("type:assault", ["e1", "e3"]),
        ("type:Coerce,ASSAULT", ["e1", "e2", "e3"]),
        ("-type:assault", ["e2"]),
        ("mode:arrest", ["e2"]),
        ("-mode:arrest", ["e1", "e3"]),
        ("cameo:19", ["e1", "e3"]),
        ("cameo:17", ["e2"]),
        ("cameo:174", []),
        ("quad:4", ["e1", "e2", "e3"]),
        ("quad:1,2", []),
        ("actor:norland", ["e1", "e2"]),
        ("actor:country:nrl", ["e1"]),
        ("actor:q1", ["e1"]),
        ("recipient:velm", ["e1"]),
        ("recipient:norland actor:velm", ["e3"]),
        ("country:snd", ["e1"]),
        ("country:igo", ["e1", "e3"]),
        ("modality:negated", ["e3"]),
        ("-modality:negated", ["e1", "e2"]),
        ("confidence:>=0.75", ["e1"]),
        ("speaker:lorne", ["e2"]),
        ("-speaker:lorne", ["e1", "e3"]),
        ("speaker:kim", []),
        ('outlet:"harbour post"', ["e1", "e2", "e3"]),
        ("-outlet:harbour", []),
        ("date:2031-03", ["e1", "e2", "e3"]),
        ("since:2031-03-05", []),
        ("traders", ["e1", "e2", "e3"]),
        ('"port shelled"', ["e1", "e2", "e3"]),
        ("fleet", []),
    ],
)
def test_filters_of_events(store, query, found):
    answers = store.ask_events(query)
    assert [row.event_id for _, row in answers.events()] == found
    assert answers.count() == len(found)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("type:attack", "There are agree, consult"),
        ("cameo:5", "two are a root"),
        ("quad:5", "verbal cooperation"),
        ("event:assault", "did you mean type"),
        ("actors:norland", "did you mean actor"),
        ("modality:", "Write modality:asserted"),
    ],
)
def test_a_wrong_filter_is_told(store, query, told):
    with pytest.raises(BadQuery, match=told):
        store.ask_events(query)


def test_a_list_goes_on_behind_any_of_its_rows(store):
    rows = list(store.ask_events().events())
    for number, (key, _) in enumerate(rows):
        assert list(store.ask_events().events(after=key)) == rows[number + 1 :]


def test_a_row_says_who_tells_it_and_holds_the_words(store):
    text = eventful_story()[1].article.text
    for _, row in store.ask_events().events():
        assert row.trigger == text[row.trigger_spans[0].start : row.trigger_spans[0].end]
        assert msgspec.json.decode(msgspec.json.encode(row), type=type(row)) == row
    told = {row.event_id: (row.statement_id, row.told_by, row.told_as) for _, row in store.ask_events().events()}
    assert told == {"e1": (None, None, None), "e2": ("s1", "Ada Lorne", "assert"), "e3": (None, None, None)}


def test_a_reread_article_has_the_events_of_its_newest_reading(tmp_path):
    page, reading = eventful_story()
    newer = replace(reading, models=replace(reading.models, reader="2"), events=reading.events[:1])
    with Store.open(tmp_path / "a.db") as store:
        store.add(page, reading)
        store.add(page, newer)
        assert [row.event_id for _, row in store.ask_events().events()] == ["e1"]
    assert check_store(tmp_path / "a.db").findings == ()


@pytest.mark.parametrize(
    "change", ["UPDATE event SET type = 'AID' WHERE position = 0", "DELETE FROM party WHERE role = 'recipient'"]
)
def test_a_changed_event_is_found(tmp_path, change):
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        store.add(*eventful_story())
        store._connection.execute(change)
    assert [one.part for one in verify_store(path).findings] == ["rows"]
    assert "events" in [one.part for one in check_store(path).findings]


def test_a_store_from_before_events_were_filed_has_them_afterwards(tmp_path):
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        store.add(*eventful_story())
        before = [row for _, row in store.ask_events().events()]
        from onrecord.store.seals import FOURTH_ARTICLE_ROWS, seal_article

        seal_article(store._connection, 1, FOURTH_ARTICLE_ROWS)
        store._connection.execute("DROP TABLE party; DROP TABLE event; DROP TABLE correction; PRAGMA user_version = 7")
    with Store.open(path) as store:
        assert [row for _, row in store.ask_events().events()] == before
    assert check_store(path).findings == ()


def test_the_reference_names_every_filter_of_events(root):
    page = (root / "docs/reference/query.md").read_text(encoding="utf-8")
    section = page[page.index("## Filters of events") :]
    assert [name for name in EVENT_FIELDS if f"`{name}:" not in section] == []
