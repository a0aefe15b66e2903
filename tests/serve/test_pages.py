"""What the server answers: pages that show text to the letter, JSON that is the record, errors in plain words."""

from __future__ import annotations

import html
import re
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from onrecord.errors import StoreError, UsageError
from onrecord.export.evidence import Evidence
from onrecord.records import Article, Reading, Rejected, Speaker, SpeakerBasis, Stage
from onrecord.serve import create_app, run
from onrecord.store import Store
from tests.fixtures.readings import MODELS, emoji_story, kim_story, make_page, make_plain, say, world_stories

TITLE = '<script>alert("1")</script> & \u202eolleh'
TEXT = "<img src=x onerror=alert(1)> &amp; a\rb \x07 \u202eevil\u202c\n  two blanks"


@pytest.fixture(scope="module")
def store_path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("serve") / "store.db"
    with Store.open(path) as store:
        for page, reading in [kim_story(), emoji_story(), *world_stories(), make_plain(TEXT, title=TITLE)]:
            store.add(page, reading)
        store.reject(Rejected(path="bad<.html", stage=Stage.CLEAN, code="no-article", reason="no running text"))
    return path


@pytest.fixture(scope="module")
def client(store_path):
    with TestClient(create_app(store_path), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def body_text(page: str) -> str:
    """The text of the body's paragraphs as a browser would hold it."""
    paragraphs = re.findall(r'<p class="block body" dir="auto">(.*?)</p>', page, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", "".join(paragraphs)))


@pytest.mark.parametrize("story", [kim_story(), emoji_story(), *world_stories(), make_plain(TEXT, title=TITLE)])
@pytest.mark.parametrize("selected", ["", "?s=s1", "?s=nope"])
def test_the_paragraphs_hold_the_text_to_the_letter(client, story, selected):
    answer = client.get(f"/articles/{story[0].id}{selected}")
    assert body_text(answer.text) == story[1].article.text


def test_blocks_stand_in_the_order_of_the_page(client):
    page = client.get(f"/articles/{kim_story()[0].id}").text
    parts = ["Skip to main content", "shipyard visit</h1>", "By Mina", "Workers line", "Ana Quist", "SEOUL (Harbour",
             "vowed", "Read more:", "poster than", "lacked", "morning letter"]  # fmt: skip
    places = [page.index(part, page.index("<main")) for part in parts]
    assert places == sorted(places)


def test_every_statement_is_listed_with_who_through_whom_and_what_it_does(client):
    page = client.get(f"/articles/{kim_story()[0].id}").text
    card = page[page.index('id="s2"') : page.index('id="s3"')]
    words = html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", card)))
    assert "Kim Jong Un via Korean Central News Agency" in words
    assert "commit" in words
    assert 'class="card depth-1' in page


@pytest.fixture
def show(tmp_path):
    """The page of a reading, from a store of its own."""

    def show_it(page, reading) -> str:
        with Store.open(tmp_path / "one.db") as store:
            store.add(page, reading)
        with TestClient(create_app(tmp_path / "one.db"), base_url="http://127.0.0.1") as client:
            return client.get(f"/articles/{page.id}").text

    return show_it


@pytest.mark.parametrize(("confidence", "words"), [(0.93, ">93 %<"), (0.31, ">unsure, 31 %<"), (0.0, "under 1 %<")])
def test_doubt_is_told_in_words(show, confidence, words):
    page, reading = make_plain("It rains, she said.")
    said = msgspec.structs.replace(say(reading.article.text, "s1", "It rains", source="she"), confidence=confidence)
    assert words in show(page, msgspec.structs.replace(reading, statements=(said,)))


def test_a_signer_is_said_to_have_signed(show):
    page, reading = make_plain("It rains.")
    signer = Speaker(name="Ada Roth", basis=SpeakerBasis.SIGNED)
    said = msgspec.structs.replace(say(reading.article.text, "s1", "It rains"), speaker=signer)
    assert "signed the text" in show(page, msgspec.structs.replace(reading, statements=(said,)))


def test_a_language_the_reader_did_not_learn_is_told(show):
    page, reading = make_plain("Es regnet.")
    german = msgspec.structs.replace(reading.article, language="de")
    assert "The reader learned English only" in show(page, msgspec.structs.replace(reading, article=german))


def test_a_link_with_a_statement_highlights_it_without_any_script(client):
    page = client.get(f"/articles/{kim_story()[0].id}?s=s5").text
    assert re.findall(r'is-content" data-marks="[^"]*">([^<]*)<', page) == [
        "The plan,",
        "“may be more poster than programme.”",
    ]
    assert page.count('aria-current="true"') == 1


def test_stored_markup_is_shown_never_run(client):
    for address in ("/", f"/articles/{make_plain(TEXT)[0].id}", "/?q=olleh", "/quarantine"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<img" not in page


def test_marks_that_turn_the_direction_are_named_and_fenced_in(client):
    page = client.get(f"/articles/{make_plain(TEXT)[0].id}").text
    assert '<bdi class="hidden" data-code="U+202E">\u202e</bdi>evil' in page


def test_only_web_addresses_become_links(tmp_path):
    page, reading = make_plain("Words.")
    article = msgspec.structs.replace(reading.article, url="javascript:alert(1)")
    with Store.open(tmp_path / "a.db") as store:
        store.add(page, msgspec.structs.replace(reading, article=article))
    with TestClient(create_app(tmp_path / "a.db"), base_url="http://localhost") as client:
        assert "javascript:" not in client.get(f"/articles/{page.id}").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("poster", "<mark>poster</mark> than programme"),
        ("engineers", "told <mark>engineers</mark>"),
        ("desserts", "Nothing found for"),
        ("<q>", "Nothing found for"),
        ('"', "Nothing found for"),
        ("   ", "Articles on record"),
        ("巡逻船", "<mark>巡逻船</mark>"),
        ("vries", "Lotte <mark>Vries</mark>"),
    ],
)
def test_searching_shows_what_matched(client, query, found):
    answer = client.get("/", params={"q": query})
    assert answer.status_code == 200
    assert found in re.sub(r"\s+", " ", answer.text)


def test_a_hit_links_to_its_statement(client):
    page = client.get("/", params={"q": "poster"}).text
    assert f'href="/articles/{kim_story()[0].id}?s=s5#s5"' in page


def test_long_lists_have_pages(tmp_path):
    with Store.open(tmp_path / "a.db") as store:
        for number in range(25):
            store.add(*make_plain(f"Harbour note {number}.", title=f"Note {number}", path=f"{number}.html"))
    with TestClient(create_app(tmp_path / "a.db"), base_url="http://127.0.0.1") as client:
        for query in ("", "q=harbour&"):
            pages = [client.get(f"/?{query}page={number}").text for number in (1, 2)]
            titles = [re.findall(r"Note \d+</a>|Note \d+\s*</a>", page) for page in pages]
            assert [len(one) for one in titles] == [20, 5]
            assert len({*titles[0], *titles[1]}) == 25
            assert 'rel="next"' in pages[0]
            assert 'rel="prev"' in pages[1]
        assert "No more articles" in client.get("/?page=9").text


def test_an_empty_store_says_how_to_fill_it(tmp_path):
    Store.open(tmp_path / "a.db").close()
    with TestClient(create_app(tmp_path / "a.db"), base_url="http://127.0.0.1") as client:
        assert "onrecord add page.html" in client.get("/").text


def test_counts_are_shown_and_add_up(client):
    assert "8 received = 7 stored + 0 duplicate +" in client.get("/").text
    assert "bad&lt;.html" in client.get("/quarantine").text


def test_an_id_may_hold_any_letters(tmp_path):
    page = make_page("Words were said.", id_="rows/7 ?#ü&")
    text = "Words were said."
    article = Article(id=page.id, text=text, origin=page.origin)
    reading = Reading(article=article, statements=(say(text, "s1", "Words"),), models=MODELS)
    with Store.open(tmp_path / "a.db") as store:
        store.add(page, reading)
    with TestClient(create_app(tmp_path / "a.db"), base_url="http://127.0.0.1") as client:
        (link,) = re.findall(r'<h2><a href="([^"]*)"', client.get("/").text)
        answer = client.get(link)
        assert body_text(answer.text) == text
        for link in re.findall(r'href="(/api/v1/[^"]*)"', answer.text):
            assert client.get(link).status_code == 200


def test_the_api_gives_the_record_itself(client):
    page, reading = kim_story()
    answer = client.get(f"/api/v1/articles/{page.id}")
    assert answer.headers["content-type"] == "application/json"
    assert msgspec.json.decode(answer.content, type=Reading) == reading


def test_the_api_searches_and_lists(client):
    assert client.get("/api/v1/search", params={"q": "poster"}).json()["hits"][0]["statement_id"] == "s5"
    assert len(client.get("/api/v1/articles", params={"limit": 2}).json()["items"]) == 2


@pytest.mark.parametrize("story", [kim_story(), emoji_story()])
def test_both_selectors_find_the_same_words(client, story):
    page, reading = story
    answer = client.get(f"/api/v1/articles/{page.id}/evidence")
    evidence = msgspec.json.decode(answer.content, type=Evidence)
    text = reading.article.text
    assert [one.id for one in evidence.statements] == [said.id for said in reading.statements]
    for target in (target for one in evidence.statements for target in one.targets):
        position, quote = target.selector
        assert text[position.start : position.end] == quote.exact
        assert text.count(quote.prefix + quote.exact + quote.suffix) == 1


def test_selectors_bear_the_names_of_the_standard(client):
    first = client.get(f"/api/v1/articles/{kim_story()[0].id}/evidence").json()["statements"][0]["targets"][0]
    assert [one["type"] for one in first["selector"]] == ["TextPositionSelector", "TextQuoteSelector"]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/articles/nope", 404, "No such article"),
        ("/nowhere", 404, "Nothing here"),
        ("/static/nothing.css", 404, "Nothing here"),
        ("/static/../app.py", 404, "Nothing here"),
        ("/?page=0", 400, "This address is not right"),
        ("/?page=many", 400, "page: "),
        ("/articles/%00", 404, "No such article"),
        ("/articles/", 404, ""),
    ],
)
def test_errors_are_friendly_pages(client, address, status, words):
    answer = client.get(address)
    assert answer.status_code == status
    assert words in answer.text
    assert "Back to all articles" in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/articles/nope", 404, "unknown-article"),
        ("/api/v1/articles/nope/evidence", 404, "unknown-article"),
        ("/api/v1/search?limit=0", 400, "usage"),
        ("/api/v1/nothing", 404, "not-found"),
    ],
)
def test_errors_of_the_api_are_json_with_a_stable_code(client, address, status, code):
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_store_that_breaks_while_serving_is_told_not_thrown(tmp_path):
    path = tmp_path / "a.db"
    Store.open(path).close()
    with TestClient(create_app(path), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        path.write_bytes(b"gone wrong" * 100)
        answer = client.get("/")
        assert answer.status_code == 503
        assert "The store cannot be read" in answer.text


def test_a_fault_of_ours_shows_no_inside(store_path, monkeypatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("onrecord.serve.screens.articles.show_article", fail)
    with TestClient(create_app(store_path), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get(f"/articles/{kim_story()[0].id}")
    assert answer.status_code == 500
    assert "fault of onrecord" in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("address", ["/", "/nowhere", "/api/v1/articles", "/static/onrecord.css", "/static/article.js"])
def test_every_answer_is_fenced_in(client, address):
    headers = client.get(address).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "169.254.1.1", ""])
def test_other_names_for_this_machine_are_not_answered(client, host):
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "shipyard" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8123", "localhost:80", "localhost"])
def test_names_of_the_loopback_are_answered(client, host):
    assert client.get("/", headers={"host": host}).status_code == 200


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_inline(client):
    for address in ("/", f"/articles/{kim_story()[0].id}", "/?q=kim", "/quarantine", "/nope"):
        page = client.get(address).text
        assert re.findall(r'(?:src|action)="(?!/)[^"]*"', page) == []
        assert re.findall(r"<link[^>]*href=\"(?!/)", page) == []
        assert re.findall(r"\son\w+=|\sstyle=|<style|<script(?! src=\"/static/)", page) == []


def test_serving_only_reads(store_path, client):
    before = store_path.read_bytes()
    client.get("/?q=kim")
    assert client.post("/").status_code == 405
    assert store_path.read_bytes() == before


def test_a_missing_store_is_told_before_anything_is_served(tmp_path):
    with pytest.raises(StoreError, match=r"no store here.*onrecord add"):
        create_app(tmp_path / "none.db")


@pytest.mark.parametrize("port", [70_000, -1])
def test_a_port_that_cannot_be_is_told(store_path, port):
    with pytest.raises(UsageError, match=r"Choose another with --port"):
        run(store_path, port=port, open_browser=False)


def test_a_port_that_is_taken_is_told(store_path):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match=r"Choose another with"):
        run(store_path, port=taken.getsockname()[1], open_browser=False)
