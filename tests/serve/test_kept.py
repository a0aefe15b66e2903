"""Answers are kept while the store is as it was, and no longer."""

from __future__ import annotations

import shutil

import pytest
from starlette.testclient import TestClient

from onrecord.serve import create_app, kept
from onrecord.store import Store
from onrecord.store.pool import Pool
from tests.fixtures.readings import emoji_story, kim_story, world_stories

API = "/api/v1"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        store.add(*kim_story())
    return path


@pytest.fixture
def worked_out(monkeypatch):
    """How often the store was asked."""
    times = []
    opened = Pool.open
    monkeypatch.setattr(Pool, "open", lambda pool: times.append(1) or opened(pool))
    return times


@pytest.fixture
def client(path, worked_out):
    with TestClient(create_app(path), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("address", [f"{API}/statements", "/", "/?q=act:commit"])
def test_what_was_answered_is_not_worked_out_again(client, worked_out, address):
    first = client.get(address)
    asked = len(worked_out)
    again = client.get(address)
    assert asked == len(worked_out) > 0
    assert (again.status_code, again.content) == (200, first.content)
    assert dict(again.headers) == dict(first.headers)


def test_another_process_that_writes_makes_answers_void(client, path):
    before = client.get(f"{API}/articles").json()["items"]
    with Store.open(path) as store:
        store.add(*emoji_story())
    assert len(client.get(f"{API}/articles").json()["items"]) == len(before) + 1


def test_another_file_at_the_same_place_makes_answers_void(client, path, tmp_path):
    before = client.get(f"{API}/articles").json()["items"]
    with Store.open(tmp_path / "other.db") as store:
        for page, reading in world_stories():
            store.add(page, reading)
    shutil.move(tmp_path / "other.db", path)
    assert client.get(f"{API}/articles").json()["items"] != before


def test_answers_are_kept_for_some_seconds_only(path, worked_out, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(kept.KeptAnswers.__init__, "__defaults__", (lambda: now[0],))
    with TestClient(create_app(path), base_url="http://127.0.0.1") as client:
        client.get(f"{API}/statements")
        asked = len(worked_out)
        now[0] = kept.KEEP_S + 1
        client.get(f"{API}/statements")
    assert len(worked_out) > asked


@pytest.mark.parametrize("address", [f"{API}/articles/none", f"{API}/statements.csv", "/nowhere"])
def test_errors_and_downloads_are_the_same_each_time(client, address):
    assert client.get(address).content == client.get(address).content


def test_who_asks_with_another_header_has_an_answer_of_his_own(client):
    tag = client.get(f"{API}/statements").headers["etag"]
    assert client.get(f"{API}/statements", headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{API}/statements").status_code == 200


def test_no_more_is_kept_than_there_is_room_for(client, worked_out, monkeypatch):
    monkeypatch.setattr(kept, "MOST_BYTES", 10)
    client.get(f"{API}/statements")
    asked = len(worked_out)
    client.get(f"{API}/statements")
    assert len(worked_out) > asked
