"""Review: what is judged is kept under a name, can be taken back, and never comes from another site."""

from __future__ import annotations

import re
from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from onrecord.serve import create_app
from onrecord.store import Store
from onrecord.store.corrections import Corrections
from tests.fixtures.readings import emoji_story, kim_story

ARTICLE = kim_story()[0].id


@pytest.fixture
def path(tmp_path):
    with Store.open(tmp_path / "store.db") as store:
        for page, reading in (kim_story(), emoji_story()):
            store.add(page, reading)
    return tmp_path / "store.db"


@pytest.fixture
def client(path):
    with TestClient(create_app(path, reviewer="Mina"), base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


def post(client, headers=None, **fields):
    return client.post("/review", data={"query": "kim", "row": f"{ARTICLE}/s1"} | fields, headers=headers)


def kept(path):
    with Corrections(path, read_only=True) as corrections:
        return corrections.rows()


@pytest.mark.parametrize("verdict", ["accept", "reject"])
def test_a_judgement_is_kept_with_a_name_and_the_next_statement_comes(client, path, verdict):
    answer = post(client, verdict=verdict)
    assert answer.status_code == 303
    (one,) = kept(path)
    assert (one.verdict.value, one.made_by, one.judged.id) == (verdict, "Mina", "s1")
    page = client.get(answer.headers["location"]).text
    assert f'value="{ARTICLE}/s1"' not in page
    assert f'value="{one.number}"' in page


def test_a_judgement_can_be_taken_back_and_the_statement_comes_again(client, path):
    number = parse_qs(urlsplit(post(client, verdict="accept").headers["location"]).query)["done"][0]
    answer = post(client, verdict="undo", number=number)
    assert kept(path)[0].undone_by == "Mina"
    assert f'value="{ARTICLE}/s1"' in client.get(answer.headers["location"]).text
    assert post(client, verdict="undo", number=number).status_code == 400


def test_speaker_act_and_words_can_be_put_right(client, path):
    reading = kim_story()[1]
    said = reading.statements[0]
    span = (said.content[0].start + 3, said.content[0].end)
    post(client, verdict="edit", speaker="Roth", act="goal", start=str(span[0]), end=str(span[1]))
    (one,) = kept(path)
    assert (one.corrected.speaker.name, one.corrected.act.value) == ("Roth", "goal")
    assert [(part.start, part.end) for part in one.corrected.content] == [span]
    assert one.judged == said
    assert "put right by" in client.get(f"/articles/{ARTICLE}").text
    assert client.get(f"/api/v1/articles/{ARTICLE}").json()["statements"][0]["act"] == said.act.value


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "maybe"},
        {"verdict": "edit", "act": "sing"},
        {"verdict": "edit", "start": "5", "end": "999999"},
        {"verdict": "undo", "number": "99"},
        {"verdict": "undo", "number": "9" * 40},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(client, path, wrong):
    assert post(client, **wrong).status_code == 400
    assert kept(path) == []


def test_a_statement_that_is_not_there_cannot_be_judged(client, path):
    assert post(client, verdict="accept", row=f"{ARTICLE}/s99").status_code == 404
    assert kept(path) == []


def test_a_form_of_another_site_is_refused(client, path):
    for origin in ("https://evil.example", "null"):
        assert post(client, {"origin": origin}, verdict="accept").status_code == 403
    assert kept(path) == []


def test_who_signed_in_with_a_name_reviews_under_it(client, path):
    signed = b64encode(b"Tae Oduya:any-token-will-do-here").decode()
    post(client, {"authorization": f"Basic {signed}"}, verdict="accept")
    assert kept(path)[0].made_by == "Tae Oduya"


def test_statements_come_one_after_the_other_until_none_waits(client, path):
    address, seen = "/review?q=kim", []
    for _ in range(20):
        page = client.get(address).text
        row = re.search(r'name="row" value="([^"]*)"', page)
        if row is None:
            break
        seen.append(row[1])
        address = post(client, verdict="accept", row=row[1]).headers["location"]
    with Store.open(path, read_only=True) as store:
        assert len(seen) == len(set(seen)) == store.ask("kim").count()
    assert "Nothing waits here" in page


def test_corrections_leave_as_tables_and_as_lessons(client):
    post(client, verdict="reject")
    (row,) = client.get("/review/corrections", params={"format": "json"}).json()
    assert (row["verdict"], row["made_by"], row["statement"]) == ("reject", "Mina", "s1")
    assert client.get("/review/corrections", params={"format": "csv"}).text.count("\r\n") == 2
    (lesson,) = (one for one in client.get("/review/lessons").text.splitlines())
    assert '"rejected":[[[' in lesson
    assert "Mina" in client.get("/review/corrections").text
