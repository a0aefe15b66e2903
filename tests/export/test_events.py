"""Events leave in the columns of those who have event data already, row for row what the API gives."""

from __future__ import annotations

import csv
import gzip
import io
import json

import msgspec
import pytest
from starlette.testclient import TestClient

import onrecord
from onrecord.collect import collect_pages
from onrecord.config import Limits
from onrecord.errors import UsageError
from onrecord.export import ExportFormat, Subject, ask_for, export_chunks
from onrecord.export.dyads import GDELT_COLUMNS, POLECAT_COLUMNS
from onrecord.export.tables import columns_of
from onrecord.serve import create_app
from onrecord.store import EventRow, Store
from tests.fixtures.readings import emoji_story, eventful_story, kim_story

# As the codebook of GDELT 2.0 lists them.
GDELT = """
GlobalEventID Day MonthYear Year FractionDate Actor1Code Actor1Name Actor1CountryCode Actor1KnownGroupCode
Actor1EthnicCode Actor1Religion1Code Actor1Religion2Code Actor1Type1Code Actor1Type2Code Actor1Type3Code Actor2Code
Actor2Name Actor2CountryCode Actor2KnownGroupCode Actor2EthnicCode Actor2Religion1Code Actor2Religion2Code
Actor2Type1Code Actor2Type2Code Actor2Type3Code IsRootEvent EventCode EventBaseCode EventRootCode QuadClass
GoldsteinScale NumMentions NumSources NumArticles AvgTone Actor1Geo_Type Actor1Geo_FullName Actor1Geo_CountryCode
Actor1Geo_ADM1Code Actor1Geo_ADM2Code Actor1Geo_Lat Actor1Geo_Long Actor1Geo_FeatureID Actor2Geo_Type
Actor2Geo_FullName Actor2Geo_CountryCode Actor2Geo_ADM1Code Actor2Geo_ADM2Code Actor2Geo_Lat Actor2Geo_Long
Actor2Geo_FeatureID ActionGeo_Type ActionGeo_FullName ActionGeo_CountryCode ActionGeo_ADM1Code ActionGeo_ADM2Code
ActionGeo_Lat ActionGeo_Long ActionGeo_FeatureID DATEADDED SOURCEURL
"""
# As the files of POLECAT have them in their first line.
POLECAT = (
    "Event ID,Event Date,Event Type,Event Mode,Intensity,Quad Code,Contexts,Actor Name,Actor Country,Actor COW,"
    "Primary Actor Sector,Actor Sectors,Actor Title,Actor Name Raw,Wikipedia Actor ID,Recipient Name,Recipient Country,"
    "Recipient COW,Primary Recipient Sector,Recipient Sectors,Recipient Title,Recipient Name Raw,"
    "Wikipedia Recipient ID,Placename,City,District,Province,Country,Latitude,Longitude,GeoNames ID,Raw Placename,"
    "Feature Type,Source,Publication Date,Story People,Story Organizations,Story Locations,Language,Version"
)
# The fields of PLOVER's manual, table "PLOVER JSON", and those of an actor.
PLOVER = frozenset(
    {
        *("id", "has_event", "date", "time", "enddate", "endtime", "source", "recipient", "event", "event_loc"),
        *("event_text", "quad_code", "event_scale", "mode", "context", "link", "text", "text_info", "cite_info"),
        *("coder", "coded_date", "coded_time", "comment"),
    }
)
PLOVER_REQUIRED = {"id", "date", "source", "event"}
PLOVER_ACTOR = {
    *("code", "sector", "actor_text", "identifier_id", "identifier_text", "actor_loc", "religion", "ethnicity"),
    *("office", "gender", "age"),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("events") / "store.db"
    with Store.open(path) as store:
        for page, reading in [kim_story(), eventful_story(), emoji_story()]:
            store.add(page, reading)
    return path


@pytest.fixture(scope="module")
def store(path):
    with Store.open(path, read_only=True) as opened:
        yield opened


def export(store, how, what=None, query="") -> bytes:
    how, what = ExportFormat(how), what and Subject(what)
    return b"".join(export_chunks(ask_for(store, query, how, what), how, what))


def tabled(data: bytes, columns=None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode()), columns, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_columns_are_those_that_were_published():
    assert " ".join(GDELT_COLUMNS).split() == GDELT.split()
    assert len(GDELT_COLUMNS) == 61
    assert ",".join(POLECAT_COLUMNS) == POLECAT


def test_json_lines_are_the_items_of_the_api_to_the_byte(path, store):
    with TestClient(create_app(path), base_url="http://127.0.0.1") as client:
        items = client.get("/api/v1/events", params={"limit": 200}).content
        lines = export(store, "jsonl", "events")
        assert b'{"items":[' + b",".join(lines.splitlines()) + b'],"next":null,"total":3}' == items
        for how in ("gdelt", "polecat", "plover"):
            sent = client.get("/api/v1/export", params={"format": how, "q": "type:assault"}).content
            assert sent == export(store, how, query="type:assault")
        one = client.get("/api/v1/events", params={"q": "mode:arrest"}).json()["items"][0]
        assert client.get(f"/api/v1/events/{one['id']}").json() == one
        assert client.get(f"/api/v1/events/{one['article_id']}/e99").status_code == 404


def test_csv_and_frames_have_the_same_rows(path, store):
    rows = [row for _, row in store.ask_events().events()]
    table = list(csv.DictReader(io.StringIO(export(store, "csv", "events").decode("utf-8-sig"), newline="")))
    assert tuple(table[0]) == columns_of(EventRow)
    assert [cells["id"] for cells in table] == [row.id for row in rows]
    assert [cells["evidence_spans"] for cells in table] == [
        f"{row.evidence_spans[0].start}-{row.evidence_spans[0].end}" for row in rows
    ]
    with onrecord.open(path) as record:
        assert list(record.events()) == rows
        assert "shelled" in record.events()._repr_html_()
        pytest.importorskip("polars")
        assert record.events("type:assault").to_polars()["actors"].to_list() == [["Norland", "Sund"], ["Velm"]]


def test_gdelt_has_a_row_for_each_pair_of_what_happened(store):
    rows = tabled(export(store, "gdelt"), GDELT_COLUMNS)
    pairs = [(row["Actor1Name"], row["Actor2Name"], row["EventCode"]) for row in rows]
    assert pairs == [("NORLAND", "VELM", "190"), ("SUND", "VELM", "190"), ("NORLAND", "", "173")]
    first, second, third = rows
    assert len({row["GlobalEventID"] for row in rows}) == 3
    assert all(int(row["GlobalEventID"]) > 0 for row in rows)
    assert (first["Day"], first["MonthYear"], first["Year"]) == ("20310304", "203103", "2031")
    assert first["FractionDate"] == f"{2031 + 94 / 365:.4f}"
    assert (first["EventBaseCode"], first["EventRootCode"], first["QuadClass"]) == ("190", "19", "4")
    assert (second["Actor1Code"], second["Actor1CountryCode"], second["Actor1Type1Code"]) == ("SNDMIL", "SND", "MIL")
    assert (first["Actor2CountryCode"], first["Actor2Type1Code"]) == ("", "IGO")
    assert (first["IsRootEvent"], third["IsRootEvent"]) == ("1", "0")
    assert (first["DATEADDED"], first["SOURCEURL"]) == ("20310304050607", "https://post.example/a b?c=1")


def test_what_did_not_happen_is_there_when_it_is_asked_for(store):
    (row,) = tabled(export(store, "gdelt", query="modality:negated"), GDELT_COLUMNS)
    assert (row["Actor1Name"], row["Actor2Name"]) == ("VELM", "NORLAND")


def test_polecat_has_the_same_pairs(store):
    rows = tabled(export(store, "polecat"))
    assert [(row["Actor Name"], row["Recipient Name"]) for row in rows] == [
        ("Norland", "Velm"), ("Sund", "Velm"), ("Norland", ""),
    ]  # fmt: skip
    assert rows[2] | {
        "Event Type": "COERCE", "Event Mode": "arrest", "Quad Code": "MATERIAL CONFLICT", "Intensity": "-5.0",
        "Actor Country": "NRL", "Primary Actor Sector": "COP", "Actor Name Raw": "police", "Contexts": "military",
        "Event Date": "2031-03-04", "Publication Date": "2031-03-04", "Source": "Harbour Post", "Language": "en",
    } == rows[2]  # fmt: skip


def test_tabs_in_words_do_not_shift_columns(store):
    for how, columns in (("gdelt", 61), ("polecat", 40)):
        assert {line.count(b"\t") + 1 for line in export(store, how).splitlines()} == {columns}


def test_plover_json_has_the_fields_of_the_manual(store):
    records = [json.loads(line) for line in export(store, "plover").splitlines()]
    rows = [row for _, row in store.ask_events().events()]
    assert [one["id"] for one in records] == [row.id for row in rows]
    for one, row in zip(records, rows, strict=True):
        assert set(one) - PLOVER == {"modality", "cameo"}
        assert set(one) >= PLOVER_REQUIRED
        assert all(set(actor) <= PLOVER_ACTOR for actor in (*one["source"], *one.get("recipient", [])))
        assert (one["event"], one["quad_code"], one["text"]) == ([row.type], row.quad, row.evidence)
    assert [len(one["source"]) for one in records] == [2, 1, 1]
    assert records[0]["source"][0]["identifier_id"] == "http://www.wikidata.org/entity/Q1"


def test_spacy_reads_the_documents_and_finds_the_words(store):
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import DocBin

    vocab = spacy.blank("en").vocab
    docs = {doc.user_data["id"]: doc for doc in DocBin().from_bytes(export(store, "spacy")).get_docs(vocab)}
    readings = {reading.article.id: reading for _, reading in store.ask().readings()}
    assert list(docs) == list(readings)
    for id_, doc in docs.items():
        assert doc.text == readings[id_].article.text
    doc, reading = docs[eventful_story()[0].id], eventful_story()[1]
    assert [(span.label_, span.id_) for span in doc.spans["content"]] == [("assert", "s1")]
    assert [span.label_ for span in doc.spans["events"]] == [event.type for event in reading.events]
    assert [span.start_char for span in doc.spans["events"]] == [event.evidence.start for event in reading.events]
    assert "arrested" in doc.spans["content"][0].text
    assert len(json.loads(doc.user_data["onrecord"])["events"]) == 3


def test_a_missing_spacy_is_named(store, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(UsageError, match=r"pip install 'onrecord\[spacy\]'"):
        export(store, "spacy")


def test_an_archive_holds_the_pages_to_the_byte_and_is_read_again(store, tmp_path):
    file = tmp_path / "pages.warc.gz"
    file.write_bytes(export(store, "warc"))
    pages = {kept.article_id: kept.page for _, kept in store.ask().pages()}
    again = list(collect_pages([str(file)], limits=Limits(), as_is=False))
    assert [page.data for page in again] == [page.data for page in pages.values()]
    assert [page.url for page in again if "post" in page.url] == ["https://post.example/a%20b?c=1"]


def test_an_archive_is_read_by_warcio(store):
    archiveiterator = pytest.importorskip("warcio.archiveiterator")
    stream = io.BytesIO(export(store, "warc"))
    archive = archiveiterator.ArchiveIterator(stream, check_digests="raise")
    records = [(record.rec_type, record.content_stream().read()) for record in archive]
    assert [kind for kind, _ in records] == ["warcinfo", "resource", "resource", "resource"]
    assert sorted(data for _, data in records[1:]) == sorted(kept.page.data for _, kept in store.ask().pages())
    assert gzip.decompress(export(store, "warc")).count(b"WARC/1.1\r\n") == 4


@pytest.mark.parametrize("how", ["gdelt", "polecat", "plover", "spacy", "warc", "jsonl"])
def test_the_same_store_gives_the_same_bytes(store, how):
    if how == "spacy":
        pytest.importorskip("spacy")
    assert export(store, how) == export(store, how) != b""


def test_an_export_of_events_takes_filters_of_events(store):
    with pytest.raises(onrecord.errors.BadQuery):
        export(store, "gdelt", query="act:threat")
    with pytest.raises(UsageError, match="gdelt holds events, not statements"):
        export(store, "gdelt", "statements")
    rows = [
        msgspec.json.decode(line, type=EventRow) for line in export(store, "jsonl", "events", "quad:4").splitlines()
    ]
    assert len(rows) == 3
