"""What leaves the store: the same rows in every table, linked data that its own readers understand."""

from __future__ import annotations

import csv
import io
import json
import re

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from starlette.testclient import TestClient

import onrecord
from onrecord.cli import export as command
from onrecord.errors import UsageError
from onrecord.export import ExportFormat, Names, Subject, export_chunks
from onrecord.export.tables import columns_of, safe_cell
from onrecord.records import Moment, Reading
from onrecord.serve import create_app
from onrecord.store import ArticleRow, EventRow, StatementRow, Store
from tests.fixtures.readings import emoji_story, kim_story, make_plain, say, world_stories
from tests.store.test_query import linked_story

FORMULA = '=HYPERLINK("http://evil.example","x")'


def formula_story():
    """Words that a spreadsheet would run, with quotation marks and a line break."""
    page, reading = make_plain(f"{FORMULA}\n@SUM(1) she said", title="-2+3", path="=cmd.html")
    said = say(reading.article.text, "s1", [FORMULA, "@SUM(1)"], speaker='+49 Ada, "A"\n')
    article = replace(reading.article, published=Moment(value="2031-01-01T10:00Z", basis="x"), url="https://a.example/")
    return page, replace(reading, article=article, statements=(said,))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "store.db"
    with Store.open(path) as store:
        for page, reading in [kim_story(), emoji_story(), *world_stories(), linked_story(), formula_story()]:
            store.add(page, reading)
    return path


@pytest.fixture(scope="module")
def store(path):
    with Store.open(path, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def rows(store):
    return [row for _, row in store.ask().statements()]


def export(store, how, what=None, query="", names=None) -> bytes:
    return b"".join(export_chunks(store.ask(query), ExportFormat(how), what and Subject(what), names=names))


def unsafe(cell: str) -> str:
    return cell[1:] if re.match(r"'[=+\-@\t\r\n]", cell) else cell


def test_csv_has_the_rows_of_the_api_cell_by_cell(store, rows):
    text = export(store, "csv").decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert tuple(table[0]) == columns_of(StatementRow)
    assert len(table) == len(rows)
    for cells, row in zip(table, rows, strict=True):
        for name in ("id", "speaker", "content", "title", "act", "speaker_id", "published"):
            assert unsafe(cells[name]) == (getattr(row, name) or "")
        assert float(cells["confidence"]) == row.confidence
        assert cells["hedged"] == str(row.hedged).lower()
        assert cells["content_spans"] == "; ".join(f"{span.start}-{span.end}" for span in row.content_spans)


@pytest.mark.parametrize("what", ["statements", "articles"])
def test_no_cell_of_csv_begins_a_formula(store, what):
    for line in csv.reader(io.StringIO(export(store, "csv", what).decode("utf-8-sig"), newline="")):
        assert not [cell for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


@given(st.text(min_size=1))
def test_a_safe_cell_is_the_text_or_an_apostrophe_and_the_text(text):
    assert safe_cell(text) in (text, f"'{text}")
    assert safe_cell(text)[0] not in "=+-@\t\r\n"


@pytest.mark.parametrize(("name", "kind"), [("statements", StatementRow), ("articles", ArticleRow)])
def test_json_lines_are_the_items_of_the_api_to_the_byte(path, store, name, kind):
    with TestClient(create_app(path), base_url="http://127.0.0.1") as client:
        items = client.get(f"/api/v1/{name}", params={"limit": 200}).content
        lines = export(store, "jsonl", name)
        assert b'{"items":[' + b",".join(lines.splitlines()) + b'],"next":null}' == items
        assert client.get("/api/v1/export", params={"format": "jsonl", "of": name}).content == lines
    assert [msgspec.json.decode(line, type=kind) for line in lines.splitlines()]


def test_readings_are_whole(store):
    lines = export(store, "jsonl", "readings", query="engineers").splitlines()
    assert [msgspec.json.decode(line, type=Reading) for line in lines] == [kim_story()[1]]


@pytest.mark.parametrize(("name", "kind"), [("statements", StatementRow), ("articles", ArticleRow)])
def test_parquet_has_the_same_rows_with_types(store, name, kind):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(export(store, "parquet", name)))
    assert tuple(table.column_names) == columns_of(kind)
    for got, line in zip(table.to_pylist(), export(store, "jsonl", name).splitlines(), strict=True):
        wanted = json.loads(line)
        for column in wanted:
            if column.endswith("_spans"):
                got[column] = [[span["start"], span["end"]] for span in got[column]]
        assert got == wanted


def test_parquet_of_nothing_is_a_table_with_the_same_columns(store):
    parquet = pytest.importorskip("pyarrow.parquet")
    nothing = parquet.read_table(io.BytesIO(export(store, "parquet", query="speaker:nobody")))
    assert (nothing.num_rows, nothing.schema) == (0, parquet.read_table(io.BytesIO(export(store, "parquet"))).schema)


def test_web_annotations_select_the_words_in_both_ways(store, rows):
    page = json.loads(export(store, "webannotation"))
    assert (page["@context"], page["type"]) == ("http://www.w3.org/ns/anno.jsonld", "AnnotationPage")
    texts = {Names().article(one.article.id): one.article.text for _, one in store.ask().readings()}
    assert len(page["items"]) == len(rows)
    for annotation, row in zip(page["items"], rows, strict=True):
        assert annotation["type"] == "Annotation"
        quoted = []
        for target in annotation["target"]:
            position, quote = target["selector"]
            text = texts[target["source"]["id"]]
            assert (position["type"], quote["type"]) == ("TextPositionSelector", "TextQuoteSelector")
            assert text[position["start"] : position["end"]] == quote["exact"]
            assert text.count(quote["prefix"] + quote["exact"] + quote["suffix"]) >= 1
            quoted.append(quote["exact"])
        assert " … ".join(quoted) == row.content
        assert annotation["body"][-1]["value"] == row.act


def test_provenance_is_read_by_the_library_of_the_standard(store, rows):
    prov = pytest.importorskip("prov.model")
    document = prov.ProvDocument.deserialize(content=export(store, "prov").decode(), format="json")
    bundles = list(document.bundles)
    assert len(bundles) == len({row.article_id for row in rows})
    records = [record for bundle in bundles for record in bundle.get_records()]
    kinds = [type(record).__name__ for record in records]
    assert kinds.count("ProvEntity") == len(rows) + 2 * len(bundles)
    names = {
        str(record.identifier)
        for record in records
        if type(record).__name__ in ("ProvEntity", "ProvAgent", "ProvActivity")
    }
    for record in records:
        if not record.is_element():
            assert {str(value) for _, value in record.formal_attributes if value and ":" in str(value)} <= names


def test_only_words_in_quotation_marks_are_called_a_quotation(store, rows):
    graph = json.loads(export(store, "schemaorg", names=Names.under("https://record.example")))["@graph"]
    told = {one["@id"]: one for one in graph}
    assert len(told) == len(graph)
    for row in rows:
        one = told[f"https://record.example/articles/{row.article_id}#{row.statement_id}"]
        assert one["@type"] == ("Quotation" if row.kind == "direct" else "Claim")
        assert one["text"] == row.content
        assert told[one.get("isPartOf", one.get("appearance"))["@id"]]["@type"] == "NewsArticle"
        if row.wikidata:
            assert one["creator"]["@id"] == f"http://www.wikidata.org/entity/{row.wikidata}"


# Names and forms of the properties that are used, after ninjs 2.1 (IPTC, CC BY 4.0), which allows no others.
_NAMED = {
    "type": "object",
    "additionalProperties": False,
    "properties": {key: {"type": "string"} for key in ("name", "rel", "uri", "role")},
}
_VALUED = {
    "type": "object", "additionalProperties": False, "required": ["value"],
    "properties": {
        **{key: {"type": "string"} for key in ("role", "contenttype", "value")},
        "charcount": {"type": "number"},
    },
}  # fmt: skip
NINJS = {
    "type": "object",
    "required": ["uri"],
    "additionalProperties": False,
    "properties": {
        **{key: {"type": "string"} for key in ("uri", "language", "by", "located")},
        "type": {"enum": ["text", "audio", "video", "picture", "graphic", "composite", "component"]},
        "representationtype": {"enum": ["full", "partial"]},
        "contentcreated": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
        **{key: {"type": "array", "items": _VALUED} for key in ("headlines", "bodies", "altids")},
        **{key: {"type": "array", "items": _NAMED} for key in ("people", "organisations", "infosources")},
        "renditions": {"type": "array", "items": {"type": "object", "required": ["name"], "additionalProperties": False,
                       "properties": {"name": {"type": "string"}, "href": {"type": "string"}}}},
        "standard": {"type": "object", "additionalProperties": False,
                     "properties": {key: {"type": "string"} for key in ("name", "version", "schema")}},
    },
}  # fmt: skip


def test_news_items_have_the_properties_of_the_standard_and_no_others(store):
    items = [json.loads(line) for line in export(store, "ninjs").splitlines()]
    readings = [reading for _, reading in store.ask().readings()]
    for item, reading in zip(items, readings, strict=True):
        jsonschema.validate(item, NINJS)
        assert item["bodies"][0]["value"] == reading.article.text
    assert [item["people"] for item in items if "people" in item] == [
        [{"name": "Kim Jong-un", "rel": "speaker", "uri": "http://www.wikidata.org/entity/Q56226"}]
    ]
    assert [item["contentcreated"] for item in items if "contentcreated" in item] == ["2031-01-01T10:00:00Z"]


# Of events, of pages, or of an extra: these have tests of their own.
APART = [ExportFormat(how) for how in ("gdelt", "polecat", "plover", "spacy", "warc")]
DOCUMENTS = [one for one in ExportFormat if one not in (ExportFormat.CSV, ExportFormat.PARQUET, *APART)]


@pytest.mark.parametrize("how", [one for one in ExportFormat if one not in APART])
def test_the_same_store_gives_the_same_bytes(store, how):
    if how is ExportFormat.PARQUET:
        pytest.importorskip("pyarrow")
    assert export(store, how) == export(store, how) != b""


@pytest.mark.parametrize("how", DOCUMENTS)
def test_nothing_found_is_still_a_whole_document(store, how):
    for line in (
        export(store, how, query="speaker:nobody").splitlines()
        if how in ("jsonl", "ninjs")
        else [export(store, how, query="speaker:nobody")]
    ):
        json.loads(line)


def test_what_a_format_cannot_hold_is_told(store):
    with pytest.raises(UsageError, match=r"csv holds statements or articles or events, not readings"):
        export(store, "csv", "readings")
    with pytest.raises(UsageError, match=r"no address to begin names with"):
        Names.under("not an address")


def test_the_command_knows_the_formats_of_the_library():
    assert list(command.Format) == list(ExportFormat)
    assert list(command.Of) == list(Subject)


def test_the_guide_names_every_column(root):
    page = (root / "docs/how-to/export.md").read_text(encoding="utf-8")
    for kind, heading in (
        (StatementRow, "## Columns of statements"),
        (ArticleRow, "## Columns of articles"),
        (EventRow, "## Columns of events"),
    ):
        section = page[page.index(heading) :].split("\n## ")[0]
        named = [
            name
            for cell in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section, re.MULTILINE)
            for name in re.findall(r"\w+", cell)
        ]
        assert named == list(columns_of(kind))


# --- in Python ------------------------------------------------------------------------------------------------------


def test_an_open_store_gives_rows_as_often_as_asked(path, rows):
    with onrecord.open(path) as record:
        statements = record.statements()
        assert list(statements) == list(statements) == rows
        assert [row.title for row in record.articles("act:admit")] == ["Kim pledges a bigger fleet at shipyard visit"]
        assert record.actors("speaker:vries").columns[0] == "id"
        assert record.facets("ships")[0].field == "act"
        assert "StatementRow" in statements._repr_html_()
        assert "<script" not in statements._repr_html_()


def test_an_open_store_gives_a_timeline_that_shows_itself(path):
    with onrecord.open(path) as record:
        kim = record.timeline("Kim Jong Un", by="month", acts=["commit"])
        assert [(one.start.isoformat(), one.statements) for one in kim.windows if one.statements] == [("2031-09-01", 2)]
        assert "2031-09-01" in kim._repr_html_()
        with pytest.raises(UsageError, match=r"'fortnight'.*Steps are day, week, month"):
            record.timeline(by="fortnight")


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_frames_have_the_rows(path, rows, library):
    pytest.importorskip(library)
    with onrecord.open(path) as record:
        frame = getattr(record.statements(), f"to_{library}")()
        empty = getattr(record.statements("speaker:nobody"), f"to_{library}")()
    assert list(frame.columns) == list(empty.columns) == list(columns_of(StatementRow))
    assert (len(frame), len(empty)) == (len(rows), 0)
    assert list(frame["content"]) == [row.content for row in rows]
    assert list(frame["via"].to_list()[0]) == list(rows[0].via)


def test_a_frame_is_of_whatever_is_there(path):
    polars = pytest.importorskip("polars")
    with onrecord.open(path) as record:
        assert isinstance(record.articles().to_frame(), polars.DataFrame)


@pytest.mark.parametrize(("call", "told"), [("to_polars", "pip install polars"), ("to_pandas", "pip install pandas")])
def test_a_missing_library_is_named(path, monkeypatch, call, told):
    import sys

    for name in ("polars", "pandas"):
        monkeypatch.setitem(sys.modules, name, None)
    with onrecord.open(path) as record, pytest.raises(UsageError, match=told):
        getattr(record.articles(), call)()
