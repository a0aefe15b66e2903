"""What reviewers put right is what search, lists, counts and exports show; the reading stays as it was read."""

from __future__ import annotations

import json
from contextlib import closing

import apsw
import pytest
from msgspec.structs import replace
from starlette.testclient import TestClient

from onrecord.export import ExportFormat, export_chunks
from onrecord.records import Act, Models, Speaker, SpeakerBasis
from onrecord.serve import create_app
from onrecord.store import Store
from onrecord.store.check import check_store
from onrecord.store.corrections import Corrections, Verdict
from onrecord.store.pool import Pool
from tests.fixtures.readings import MODELS, make_plain, say

TEXT = "The bridge will open in May, Ada Roth said. Jon Maro called it unsafe, as Ada Roth said."
MINA = Speaker(name="Mina Falk", basis=SpeakerBasis.NAME)


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "store.db"
    page, reading = make_plain(TEXT)
    statements = (
        say(TEXT, "s1", "The bridge will open in May", source="Ada Roth", speaker="Ada Roth", act=Act.ASSESS),
        say(TEXT, "s2", "Jon Maro called it unsafe", speaker="Ada Roth"),
        say(TEXT, "s3", "it unsafe", source="Jon Maro", speaker="Jon Maro", within="s2"),
    )
    reading = replace(reading, statements=statements)
    with Store.open(path) as store:
        store.add(page, reading)
    return path, page, reading


def judge(kept, number, verdict, **edit) -> int:
    path, _, reading = kept
    said = reading.statements[number]
    with Corrections(path) as corrections:
        return corrections.make(
            reading, said, corrected=replace(said, **edit) if edit else None, by="Tae", verdict=verdict
        )


def listed(path, query: str = "") -> dict[str, tuple[str | None, str | None]]:
    """(speaker, review) of every statement that answers, by its own id; hits must tell the same."""
    with closing(Store.open(path, read_only=True)) as store:
        rows = {one.statement_id: (one.speaker, one.review) for _, one in store.ask(query).statements()}
        hits = {one.statement_id: (one.speaker, one.review) for one in store.search(query) if one.statement_id}
        assert store.ask(query).count() == len(rows)
        assert not query or hits == rows
        return rows


def test_what_is_rejected_is_found_no_more(kept):
    judge(kept, 0, Verdict.REJECT)
    assert listed(kept[0]).keys() == {"s2", "s3"}
    assert listed(kept[0], "speaker:roth").keys() == {"s2"}
    assert not listed(kept[0], '"will open" is:hedged')


def test_what_is_put_right_is_found_as_it_should_be_and_says_so(kept):
    judge(kept, 0, Verdict.EDIT, speaker=MINA, act=Act.COMMIT)
    assert listed(kept[0], "act:commit") == {"s1": ("Mina Falk", Verdict.EDIT)}
    assert listed(kept[0], "falk bridge") == {"s1": ("Mina Falk", Verdict.EDIT)}
    assert not listed(kept[0], "act:assess speaker:roth bridge")


def test_what_is_accepted_says_so(kept):
    judge(kept, 0, Verdict.ACCEPT)
    assert listed(kept[0], "bridge") == {"s1": ("Ada Roth", Verdict.ACCEPT)}


def test_what_is_taken_back_is_as_it_was(kept):
    before = listed(kept[0])
    number = judge(kept, 0, Verdict.REJECT)
    with Corrections(kept[0]) as corrections:
        corrections.undo(number, by="Tae")
    assert listed(kept[0]) == before


def test_what_lay_within_a_rejected_statement_stands_alone(kept):
    judge(kept, 1, Verdict.REJECT)
    with closing(Store.open(kept[0], read_only=True)) as store:
        assert [one.within for _, one in store.ask("speaker:maro").statements()] == [None]


def test_counts_in_memory_follow(kept):
    pool = Pool(kept[0])
    with pool.open() as served:
        assert served.ask("act:commit").count() == 0
    number = judge(kept, 0, Verdict.EDIT, act=Act.COMMIT)
    with pool.open() as served:
        assert served.ask("act:commit").count() == 1
        assert served.ask().count() == 3
    with Corrections(kept[0]) as corrections:
        corrections.undo(number, by="Tae")
    with pool.open() as served:
        assert served.ask("act:commit").count() == 0


def test_exports_tell_what_was_put_right(kept):
    judge(kept, 0, Verdict.EDIT, speaker=MINA)
    judge(kept, 2, Verdict.REJECT)
    with closing(Store.open(kept[0], read_only=True)) as store:
        lines = b"".join(export_chunks(store.ask(), ExportFormat.JSONL)).splitlines()
    told = {row["statement_id"]: (row["speaker"], row["review"]) for row in map(json.loads, lines)}
    assert told == {"s1": ("Mina Falk", "edit"), "s2": ("Ada Roth", None)}


def test_the_reading_stays_and_the_store_holds_together(kept):
    path, _, reading = kept
    judge(kept, 0, Verdict.EDIT, speaker=MINA)
    judge(kept, 1, Verdict.REJECT)
    with closing(Store.open(path, read_only=True)) as store:
        assert store.reading(reading.article.id) == reading
    assert check_store(path).findings == ()


def test_another_reading_is_filed_with_what_was_said_of_the_first(kept):
    path, page, reading = kept
    judge(kept, 0, Verdict.REJECT)
    newer = replace(reading, models=Models(onrecord="2", reader="by hand 2", blocks=MODELS.blocks))
    with Store.open(path) as store:
        store.add(page, newer)
    assert listed(path).keys() == {"s2", "s3"}
    assert check_store(path).findings == ()


def test_pages_and_api_show_both(kept):
    path, _, reading = kept
    judge(kept, 0, Verdict.EDIT, speaker=MINA)
    judge(kept, 1, Verdict.REJECT)
    with TestClient(create_app(path), base_url="http://127.0.0.1") as client:
        id_ = reading.article.id
        found = client.get("/?q=bridge").text
        assert "Mina Falk" in found
        assert "put right" in found
        article = client.get(f"/articles/{id_}").text
        assert "rejected by" in article
        assert "Ada Roth" in article
        assert client.get(f"/api/v1/statements/{id_}/s1").json()["speaker"] == "Mina Falk"
        assert client.get(f"/api/v1/statements/{id_}/s2").json()["review"] == "reject"
        read = client.get(f"/api/v1/articles/{id_}").json()
        assert [one["speaker"]["name"] for one in read["statements"]] == ["Ada Roth", "Ada Roth", "Jon Maro"]


def test_a_store_from_before_corrections_counted_shows_them_afterwards(kept, monkeypatch):
    path = kept[0]
    with monkeypatch.context() as patch:
        patch.setattr("onrecord.store.refiling.file_rows", lambda *_: None)
        judge(kept, 0, Verdict.REJECT)
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("DROP INDEX connected_by_prints")
        connection.pragma("user_version", 9)
    with Store.open(path):
        pass
    assert listed(path).keys() == {"s2", "s3"}
    assert check_store(path).findings == ()
