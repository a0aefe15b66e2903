"""The API: pages of rows with cursors, ETags, problems with stable codes, and a description that holds."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from onrecord.records import Reading
from onrecord.serve import create_app
from onrecord.store import ActorRow, ArticleRow, StatementRow, Store
from tests.fixtures.readings import emoji_story, kim_story, world_stories
from tests.store.test_query import linked_story

API = "/api/v1"


@pytest.fixture(scope="module")
def store_path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("api") / "store.db"
    with Store.open(path) as store:
        for page, reading in [kim_story(), emoji_story(), *world_stories(), linked_story()]:
            store.add(page, reading)
    return path


@pytest.fixture(scope="module")
def client(store_path):
    with TestClient(create_app(store_path), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def walk(client, name, **asked) -> list[dict]:
    """All items of a list, three at a time."""
    items, cursor = [], None
    while True:
        page = client.get(f"{API}/{name}", params={**asked, "limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        items += page["items"]
        cursor = page["next"]
        assert cursor is None or len(page["items"]) == 3
        if cursor is None:
            return items


@pytest.mark.parametrize(
    ("name", "kind"), [("statements", StatementRow), ("articles", ArticleRow), ("actors", ActorRow)]
)
def test_pages_end_to_end_are_the_whole_list_and_each_row_comes_once(client, store_path, name, kind):
    with Store.open(store_path, read_only=True) as store:
        answers = store.ask()
        rows = answers.actors() if name == "actors" else [row for _, row in getattr(answers, name)()]
    assert msgspec.convert(walk(client, name), list[kind]) == rows
    assert len(rows) > 3


def test_an_article_added_between_two_pages_moves_nothing(tmp_path):
    with Store.open(tmp_path / "a.db") as store:
        for page, reading in [kim_story(), *world_stories()]:
            store.add(page, reading)
    with TestClient(create_app(tmp_path / "a.db"), base_url="http://127.0.0.1") as client:
        before = walk(client, "statements")
        first = client.get(f"{API}/statements", params={"limit": 2}).json()
        with Store.open(tmp_path / "a.db") as store:
            store.add(*linked_story())
            store.add(*emoji_story())
        rest = client.get(f"{API}/statements", params={"limit": 99, "cursor": first["next"]}).json()["items"]
    ids = [one["id"] for one in (*first["items"], *rest)]
    assert [one for one in ids if one in {row["id"] for row in before}] == [row["id"] for row in before]
    assert len(set(ids)) == len(ids)


def test_a_statement_is_found_by_its_id(client):
    row = client.get(f"{API}/statements", params={"q": "speaker:person:kim-jong-un"}).json()["items"][0]
    assert client.get(f"{API}/statements/{row['id']}").json() == row


def test_an_actor_is_told_with_counts(client):
    actor = client.get(f"{API}/actors/person:kim-jong-un").json()
    assert actor["actor"]["wikidata"] == "Q56226"
    assert {one["field"]: one["values"] for one in actor["facets"]}["act"] == 1
    assert client.get(f"{API}/actors/name:Lotte Vries").json()["actor"]["statements"] == 2


def test_search_gives_hits_total_and_facets_when_asked(client):
    found = client.get(f"{API}/search", params={"q": "speaker:kim ships", "facets": "true"}).json()
    assert [hit["statement_id"] for hit in found["hits"]] == ["s2"]
    assert found["total"] == 1
    assert {one["field"] for one in found["facets"]} >= {"speaker", "act", "outlet", "agency", "country", "sector"}
    assert client.get(f"{API}/search", params={"q": "ships"}).json()["facets"] == []


def test_pages_of_a_search_do_not_overlap(client):
    first = client.get(f"{API}/search", params={"q": "the", "limit": 2}).json()
    second = client.get(f"{API}/search", params={"q": "the", "limit": 2, "cursor": first["next"]}).json()
    whole = client.get(f"{API}/search", params={"q": "the", "limit": 4}).json()
    assert first["hits"] + second["hits"] == whole["hits"]


def test_stats_add_up(client):
    stats = client.get(f"{API}/stats").json()
    assert stats["counts"]["received"] == 7
    assert (stats["first"], stats["last"]) == ("2030-01-02", "2031-09-04")


@pytest.mark.parametrize(
    "address", ["statements", "articles", "search?q=kim", "stats", "facets", f"articles/{kim_story()[0].id}"]
)
def test_what_the_client_has_is_not_sent_again(client, address):
    first = client.get(f"{API}/{address}")
    etag = first.headers["etag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = client.get(f"{API}/{address}", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get(f"{API}/{address}", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("statements?q=act:threat", 400, "bad-query"),
        ("statements?limit=0", 400, "usage"),
        ("statements?limit=201", 400, "usage"),
        ("statements?cursor=nonsense", 400, "usage"),
        ("search?cursor=WzFd&q=a", 400, "usage"),
        ("statements/nope/s1", 404, "unknown-article"),
        (f"statements/{kim_story()[0].id}/s99", 404, "unknown-article"),
        ("articles/nope", 404, "unknown-article"),
        ("articles/nope/evidence", 404, "unknown-article"),
        ("actors/person:nobody", 404, "unknown-article"),
        ("export?format=csv&of=readings", 400, "usage"),
        ("export?format=docx", 400, "usage"),
        ("export?q=since:never", 400, "bad-query"),
        ("nothing", 404, "not-found"),
    ],
)
def test_errors_are_problems_with_a_stable_code(client, address, status, code):
    answer = client.get(f"{API}/{address}")
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:onrecord:problem:{code}"
    assert problem["title"]
    assert problem["detail"]


def test_a_bad_filter_is_told_with_its_place(client):
    problem = client.get(f"{API}/search", params={"q": "ships act:threat"}).json()
    assert problem["position"] == 6
    assert "did you mean threaten?" in problem["detail"]


def test_a_cursor_holds_for_its_own_query_only(client):
    cursor = client.get(f"{API}/statements", params={"limit": 1}).json()["next"]
    assert client.get(f"{API}/statements", params={"cursor": cursor, "q": "kim"}).status_code == 400


def test_the_old_place_of_a_reading_is_the_record_itself(client):
    page, reading = kim_story()
    assert msgspec.json.decode(client.get(f"{API}/articles/{page.id}").content, type=Reading) == reading


def test_the_description_tells_every_answer_with_a_schema_that_is_there(client):
    document = client.get(f"{API}/openapi.json").json()
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        told = operations["get"]["responses"]
        assert {"200", "400", "401", "403", "413", "429", "503"} <= set(told), path
        assert "422" not in told
    refs = {part.split('"')[0] for part in json.dumps(document).split("#/components/schemas/")[1:]}
    assert refs <= set(schemas)
    assert {"StatementRow", "Reading", "Problem"} <= refs


def test_a_bad_query_in_a_page_is_told_to_people(client):
    answer = client.get("/", params={"q": "speeker:kim"})
    assert answer.status_code == 400
    assert "did you mean speaker" in answer.text


def test_the_reference_names_every_route(client, root):
    page = (root / "docs/reference/api.md").read_text(encoding="utf-8")
    paths = client.get(f"{API}/openapi.json").json()["paths"]
    assert [path for path in paths if f"`{path.removeprefix(API)}`" not in page] == []
