"""What the screens say beside text and statements: events, the way of a report, versions, the kept page, facets."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from onrecord.records import Moment, Rejected, Stage
from onrecord.serve import create_app
from onrecord.serve.citing import cite_bibtex
from onrecord.serve.screens.inbox import lay_out_hours
from onrecord.store import Store
from onrecord.store.coverage import Arrived
from tests.fixtures.readings import emoji_story, kim_story, make_plain, say, world_stories
from tests.fixtures.stories import story_with_event, two_versions


@pytest.fixture(scope="module")
def store_path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("screens") / "store.db"
    with Store.open(path) as store:
        for page, reading in [kim_story(), emoji_story(), *world_stories(), story_with_event(), *two_versions()]:
            store.add(page, reading)
        store.reject(Rejected(path="bad.html", stage=Stage.CLEAN, code="no-article", reason="no running text"))
    return path


@pytest.fixture(scope="module")
def client(store_path):
    with TestClient(create_app(store_path), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def words(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page)))


# --- articles -------------------------------------------------------------------------------------------------------


def test_an_event_is_a_card_that_leads_to_the_statement_that_tells_it(client):
    page = client.get(f"/articles/{story_with_event()[0].id}").text
    card = page[page.index('id="e1"') :]
    assert "Norland → Suderland" in words(card)
    assert "told in statement 1" in words(card)
    assert "CAMEO 13" in words(card)


def test_an_address_can_name_an_event_without_any_script(client):
    page = client.get(f"/articles/{story_with_event()[0].id}?s=e1").text
    marked = re.findall(r'<span class="piece([^"]*)" data-marks="[^"]*">([^<]*)<', page)
    assert "".join(text for roles, text in marked if "is-evidence" in roles) == "Norland 🚢 threatened Suderland"
    assert [text for roles, text in marked if "is-trigger" in roles] == ["threatened"]


def test_a_statement_has_a_page_with_the_hands_it_went_through(client):
    article = kim_story()[0].id
    told = words(client.get(f"/statements/{article}/s2").text)
    hands = ["said it Kim Jong Un", "passed it on Korean Central News Agency", "published it", "kept the page"]
    assert [told.index(one) for one in hands] == sorted(told.index(one) for one in hands)
    assert f"http://127.0.0.1/statements/{article}/s2" in told


def test_a_citation_cannot_break_out_of_bibtex():
    page, reading = make_plain("100 % {sure} \\input{x}, she said.", title="50 % & more_")
    said = say(reading.article.text, "s1", "100 % {sure} \\input{x}")
    told = cite_bibtex(reading.article, said, "http://127.0.0.1/statements/a/s1")
    assert "100 \\% \\{sure\\} \\textbackslash{}input\\{x\\}" in told
    assert "50 \\% \\& more\\_" in told
    assert page.id in told


def test_a_statement_that_is_not_there_is_missing(client):
    assert client.get(f"/statements/{kim_story()[0].id}/s99").status_code == 404


def test_what_changed_between_versions_is_shown_word_by_word_and_given_away(client):
    old, new = (page.id for page, _ in two_versions())
    assert f'/diff?old={old}&amp;new={new}"' in client.get(f"/articles/{new}").text
    page = client.get("/diff", params={"old": old, "new": new}).text
    assert re.findall("<del>(.*?)</del>", page)[-1] == "will"
    assert re.findall("<ins>(.*?)</ins>", page)[-2:] == ["may", " until May"]
    rows = client.get("/diff", params={"old": old, "new": new, "format": "json"}).json()
    assert [(one["old"], one["new"]) for one in rows] == [("will", "may"), ("", " until May")]
    table = client.get("/diff", params={"old": old, "new": new, "format": "csv"}).content.decode("utf-8-sig")
    assert [one["new"] for one in csv.DictReader(io.StringIO(table))] == ["may", " until May"]


def test_the_kept_page_is_shown_as_source_and_given_as_bytes_that_no_browser_runs(client):
    page = kim_story()[0]
    assert page.origin.sha256 in client.get(f"/archive/{page.id}").text
    saved = client.get(f"/archive/{page.id}", params={"download": "true"})
    assert saved.content == page.data
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment")


# --- search ---------------------------------------------------------------------------------------------------------


def test_a_search_can_be_narrowed_by_every_facet(client):
    page = client.get("/", params={"q": "kim"}).text
    assert re.search(r'href="/\?q=kim\+speaker%3A[^"]+Kim', page)
    names = [one for one in ("Speaker", "Act", "Kind", "Confidence") if f"<h3>{one}</h3>" in page]
    assert names == ["Speaker", "Act", "Kind", "Confidence"]


def test_a_narrowed_search_takes_the_place_of_one_narrowed_otherwise(client):
    page = client.get("/", params={"q": "act:commit"}).text
    assert not re.search(r'facet.*href="/\?q=act%3Acommit\+act', page)


def test_every_part_of_a_query_can_be_left_out(client):
    page = client.get("/", params={"q": 'kim act:commit "patrol ships"'}).text
    kept = [html.unescape(one) for one in re.findall(r'class="part" href="([^"]*)"', page)]
    assert kept == ["/?q=act%3Acommit+%22patrol+ships%22", "/?q=kim+%22patrol+ships%22", "/?q=kim+act%3Acommit"]


def test_a_wrong_filter_is_marked_in_its_place_and_the_fields_are_told(client):
    answer = client.get("/", params={"q": "kim act:thraeten open"})
    assert answer.status_code == 400
    assert "<mark>act:thraeten</mark>" in answer.text
    assert "did you mean threaten?" in words(answer.text)
    assert "<code>due:</code>" in answer.text


def test_what_is_found_can_be_taken_away(client):
    page = client.get("/", params={"q": "kim"}).text
    address = html.unescape(re.search(r'href="(/api/v1/export\?[^"]*jsonl)"', page)[1])
    rows = [json.loads(line) for line in client.get(address).text.splitlines()]
    assert len(rows) == int(re.search(r"(\d+) statements? for", page)[1])


# --- speakers -------------------------------------------------------------------------------------------------------


def test_the_list_of_speakers_is_narrowed_by_a_query_and_given_away(client):
    everybody = client.get("/actors", params={"format": "json"}).json()
    some = client.get("/actors", params={"q": "act:commit", "format": "json"}).json()
    assert 0 < len(some) < len(everybody)
    table = client.get("/actors", params={"format": "csv"}).content.decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(table)))) == len(everybody)


def test_a_speaker_is_shown_over_time_with_what_it_bound_itself_to(client):
    page = client.get("/actors/name:Kim Jong Un").text
    assert "to double the number of patrol ships by the spring" in words(page)
    rows = client.get("/actors/name:Kim Jong Un", params={"table": "timeline", "format": "json"}).json()
    assert sum(one["statements"] for one in rows) > 0
    assert page.count('<rect class="spoke"') == sum(one["kind"] == "spoke" for one in rows)
    bound = client.get("/actors/name:Kim Jong Un", params={"table": "commitments", "format": "json"}).json()
    assert {one["act"] for one in bound} <= {"commit", "goal", "offer"}


def test_whoever_says_nothing_has_no_page(client):
    assert client.get("/actors/name:Nobody").status_code == 404


def test_silence_and_gaps_are_told_apart_in_chart_and_table(tmp_path):
    with Store.open(tmp_path / "gap.db") as store:
        for number, (day, text) in enumerate(
            [("2031-01-01", "It is open, Ada Roth said."), ("2031-01-02", "Rain fell."), ("2031-01-05", "Sun shone.")]
        ):
            page, reading = make_plain(text, path=f"{number}.html")
            said = (say(text, "s1", "It is open", speaker="Ada Roth"),) if "Roth" in text else ()
            moment = Moment(value=day, basis="given")
            article = msgspec.structs.replace(reading.article, published=moment, outlet="The Harbour Post")
            store.add(page, msgspec.structs.replace(reading, article=article, statements=said))
    with TestClient(create_app(tmp_path / "gap.db"), base_url="http://127.0.0.1") as client:
        rows = client.get("/actors/name:Ada Roth", params={"table": "timeline", "format": "json"}).json()
        page = client.get("/actors/name:Ada Roth").text
    assert [one["kind"] for one in rows] == ["spoke", "silent", "gap", "gap", "silent"]
    assert re.findall(r'<rect class="(spoke|silent|gap)"', page) == [one["kind"] for one in rows]
    assert words(page).count("gap: no article") == 2


# --- side by side ---------------------------------------------------------------------------------------------------


def test_two_queries_are_counted_side_by_side(client):
    asked = {"left": "act:commit", "right": "-act:commit"}
    rows = client.get("/compare", params=asked | {"format": "json"}).json()
    total = client.get("/api/v1/facets", params={"q": "act:commit"}).json()["total"]
    assert sum(one["left"] for one in rows if one["field"] == "speaker") <= total
    assert "act" not in {one["field"] for one in rows}  # which differs by being asked for
    page = client.get("/compare", params=asked).text
    assert f"{total} statement" in words(page)


def test_a_side_that_is_wrong_is_told(client):
    answer = client.get("/compare", params={"left": "act:x", "right": "kim"})
    assert answer.status_code == 400
    assert "There are assert" in words(answer.text)


# --- what came in ---------------------------------------------------------------------------------------------------


def test_an_hour_without_pages_is_a_gap_only_after_the_first_page():
    hours = [f"2031-01-01T0{number}" for number in range(5)]
    lines = lay_out_hours([Arrived("Post", hours[1], 4), Arrived("Post", hours[3], 1)], hours)
    assert [line.source for line in lines] == ["all sources", "Post"]
    assert [cell.pages for cell in lines[1].cells] == [0, 4, 0, 1, 0]
    assert [cell.is_gap for cell in lines[1].cells] == [False, False, True, False, True]


def test_the_inbox_tells_new_pages_failed_ones_and_where_they_came_from(client):
    page = words(client.get("/inbox").text)
    assert "Kim pledges a bigger fleet" in page
    assert "no running text" in page
    rows = client.get("/inbox", params={"format": "json"}).json()
    assert sum(one["pages"] for one in rows) == client.get("/api/v1/stats").json()["counts"]["stored"]
    failed = client.get("/inbox", params={"table": "failed", "format": "json"}).json()
    assert [one["code"] for one in failed] == ["no-article"]


def test_stories_and_alerts_have_pages(client):
    assert "No story is told" in words(client.get("/stories").text)
    assert "Not connected yet" in words(client.get(f"/stories/{kim_story()[0].id}").text)
    assert "No rule has told" in words(client.get("/alerts").text)
    assert client.get("/stories", params={"format": "json"}).json() == []
    assert client.get("/alerts", params={"format": "json"}).json() == []
