"""Laws of a store: what is in it depends on what was put in, not on how often or in what order."""

from __future__ import annotations

import csv
import io
import tempfile
from contextlib import contextmanager
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from onrecord.collect.rejections import rejected_by
from onrecord.errors import DamagedInput
from onrecord.export import ExportFormat, Subject, export_chunks
from onrecord.export.tables import columns_of
from onrecord.store import AddedAs, StatementRow, Store
from onrecord.store.backup import back_up
from onrecord.store.check import check_store
from onrecord.store.ledger import read_ledger
from tests.fixtures.readings import emoji_story, kim_story, make_plain, say, world_stories

SENTENCES = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="[]"),
    min_size=3,
    max_size=40,
).filter(lambda text: text.strip() == text)
FEW = settings(max_examples=8, deadline=None)


@st.composite
def told(draw, number: int):
    """A page of some sentences, one of which is a statement."""
    sentences = draw(st.lists(SENTENCES, min_size=1, max_size=3, unique=True))
    page, reading = make_plain(f"{number} said: " + "\n".join(sentences), path=f"{number}.txt")
    said = say(reading.article.text, "s1", sentences[0], source=f"{number}")
    return page, replace(reading, statements=(said,))


STORIES = st.integers(1, 5).flatmap(lambda count: st.tuples(*(told(number) for number in range(count))))
KNOWN = (kim_story(), emoji_story(), *world_stories())


@contextmanager
def opened():
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store.db") as store:
        yield store, Path(folder)


def holds(store: Store) -> list[str]:
    """All that can be asked of it, in an order of its own; without the time of adding."""
    rows = [row for _, row in store.ask().statements()]
    readings = [msgspec.json.encode(reading).decode() for reading in store.each_reading()]
    return sorted(msgspec.json.encode(row).decode() for row in rows) + sorted(readings)


@FEW
@given(stories=STORIES.flatmap(lambda stories: st.tuples(st.just(stories), st.permutations(stories))))
def test_the_order_of_ingestion_does_not_matter(stories):
    found = []
    for order in stories:
        with opened() as (store, _):
            for page, reading in order:
                store.add(page, reading)
            found.append(holds(store))
    assert found[0] == found[1]


@FEW
@given(stories=STORIES, again=st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_ingesting_again_changes_nothing(stories, again):
    with opened() as (store, folder):
        for page, reading in stories:
            store.add(page, reading)
        before = holds(store)
        for number in again:
            assert store.add(*stories[number % len(stories)]).outcome is AddedAs.DUPLICATE
        assert holds(store) == before
        assert check_store(folder / "store.db").findings == ()


@FEW
@given(stories=STORIES, acts=st.lists(st.tuples(st.booleans(), st.integers(0, 4)), max_size=12))
def test_whatever_comes_in_ends_as_stored_or_duplicate_or_in_quarantine(stories, acts):
    with opened() as (store, folder):
        for is_good, number in acts:
            page, reading = stories[number % len(stories)]
            if is_good:
                store.add(page, reading)
            else:
                store.reject(rejected_by(DamagedInput(page.origin.path, "torn", offset=number)))
        ledger = read_ledger(folder / "store.db")
        assert ledger.received == len(acts)
        assert ledger.received == ledger.stored + ledger.duplicate + ledger.quarantined


@FEW
@given(stories=STORIES)
def test_a_backup_holds_what_the_store_holds(stories):
    with opened() as (store, folder):
        for page, reading in stories:
            store.add(page, reading)
        back_up(folder / "store.db", folder / "copy.db")
        with Store.open(folder / "copy.db", read_only=True) as copy:
            assert holds(copy) == holds(store)


@FEW
@given(stories=STORIES)
def test_json_lines_lead_back_to_the_rows(stories):
    with opened() as (store, _):
        for page, reading in stories:
            store.add(page, reading)
        lines = b"".join(export_chunks(store.ask(), ExportFormat.JSONL, Subject.STATEMENTS)).split(b"\n")
        rows = [msgspec.json.decode(line, type=StatementRow) for line in lines if line]
        assert rows == [row for _, row in store.ask().statements()]


@FEW
@given(stories=STORIES)
def test_csv_leads_back_to_the_rows(stories):
    with opened() as (store, _):
        for page, reading in stories:
            store.add(page, reading)
        text = b"".join(export_chunks(store.ask(), ExportFormat.CSV, Subject.STATEMENTS)).decode("utf-8-sig")
        table = list(csv.DictReader(io.StringIO(text, newline="")))
        rows = [row for _, row in store.ask().statements()]
        assert [cells["content"].removeprefix("'") for cells in table] == [
            (row.content or "").removeprefix("'") for row in rows
        ]
        assert all(tuple(cells) == columns_of(StatementRow) for cells in table)


@settings(max_examples=15, deadline=None)
@given(
    query=st.lists(st.sampled_from(["ships", "Kim", "act:commit", "kind:direct", "is:nested"]), max_size=3),
    more=st.sampled_from(["-act:commit", "until:2031", "confidence:>0.4", "speaker:kim", '"the"', "nothing-at-all"]),
)
def test_asking_for_more_never_finds_more(query, more):
    with opened() as (store, _):
        for page, reading in KNOWN:
            store.add(page, reading)
        before = [row for _, row in store.ask(" ".join(query)).statements()]
        behind = [row for _, row in store.ask(" ".join([*query, more])).statements()]
    assert all(row in before for row in behind)
