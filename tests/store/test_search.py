"""Anything may be typed; what is said in any script is found; what matched is shown to the letter."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.records import Act, Span
from onrecord.store import Store
from onrecord.store.query import parse_query
from onrecord.store.search import cut_snippet
from tests.fixtures.readings import emoji_story, kim_story, make_plain, world_stories


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with Store.open(tmp_path_factory.mktemp("search") / "store.db") as opened:
        for page, reading in [kim_story(), emoji_story(), *world_stories()]:
            opened.add(page, reading)
        opened.add(*make_plain("The café in Zürich serves 100% crème_brûlée.", title="Desserts", path="cafe.html"))
        yield opened


def matched(hit) -> list[str]:
    return [hit.snippet[span.start : span.end] for span in hit.matches]


@pytest.mark.parametrize(
    ("query", "title", "statement", "words"),
    [
        ("programme", "Kim pledges a bigger fleet at shipyard visit", "s5", ["programme"]),
        ('"more poster"', "Kim pledges a bigger fleet at shipyard visit", "s5", ["more poster"]),
        ("“more poster”", "Kim pledges a bigger fleet at shipyard visit", "s5", ["more poster"]),
        ("engineers", "Kim pledges a bigger fleet at shipyard visit", None, ["engineers"]),
        ("quay hull", "Kim pledges a bigger fleet at shipyard visit", None, ["quay", "hull"]),
        ("CAFE zurich", "Desserts", None, ["café", "Zürich"]),
        ("brul", "Desserts", None, ["brûlée"]),
        ("serv*", "Desserts", None, ["serves"]),
        ("believe 🇳🇱", "🚢 Port chief answers in emoji", "s3", ["believe"]),
        ("巡逻船", "外长称将增派巡逻船", "s1", ["巡逻船"]),
        ("中国", "外长称将增派巡逻船", "s1", ["中国"]),
        ("船", "外长称将增派巡逻船", "s1", ["船"]),
        ("순찰선", "장관, 조선소 방문", "s1", ["순찰선"]),
        ("순찰", "장관, 조선소 방문", "s1", ["순찰"]),
        ("стал", "Министр о верфи", "s1", ["стал"]),
        ("ВЕРФИ сибирцев", "Министр о верфи", "s1", ["верфи", "Сибирцев"]),
        ("الميناء", "الوزير يزور الميناء", "s1", ["الميناء"]),
    ],
)
def test_what_finds_what(store, query, title, statement, words):
    hit = store.search(query)[0]
    assert (hit.title, hit.statement_id, matched(hit)) == (title, statement, words)


def test_korean_letters_typed_apart_find_whole_syllables(store):
    import unicodedata

    assert store.search(unicodedata.normalize("NFD", "순찰선"))


def test_a_speakers_name_and_a_word_together_find_what_that_speaker_said(store):
    hits = store.search("Kim Jong Un ships")
    assert ("s2", "Kim Jong Un", Act.COMMIT) in [(hit.statement_id, hit.speaker, hit.act) for hit in hits]


def test_a_hit_tells_who_passed_it_on_and_how_it_was_said(store):
    hit = store.search('"lacked steel" pyongyang')[0]
    assert (hit.statement_id, hit.via) == ("s7", ("Analysts at the Meridian Institute",)) or hit.statement_id == "s6"
    hedged = store.search("poster")[0]
    assert (hedged.hedged, hedged.negated, hedged.conditional) == (True, False, False)


def test_an_article_shows_only_where_none_of_its_statements_does(store):
    assert all(hit.statement_id for hit in store.search("steel"))


def test_a_title_that_matches_is_marked(store):
    hit = store.search("desserts")[0]
    assert [hit.title[span.start : span.end] for span in hit.title_matches] == ["Desserts"]


def test_a_speakers_name_that_matches_is_marked(store):
    hit = store.search("vries safe")[0]
    assert [hit.speaker[span.start : span.end] for span in hit.speaker_matches] == ["Vries"]


def test_pages_of_hits_do_not_overlap(store):
    everything = store.search("the", limit=50)
    assert len(everything) > 3
    assert store.search("the", limit=2) + store.search("the", limit=50, offset=2) == everything


@pytest.mark.parametrize(
    "query",
    ["", "   ", "*", '"', '""', "AND", "a AND", "OR NOT", "NEAR(", "heading:x", "(", "^kim", "-kim", "{a b}", "+",
     "'; DROP TABLE", 'x" OR "y', "«»", "\x00", "%", "_", "\\", "🚫", "🇳🇱", "中*", "\ud83d",
     "a" * 100_000, "a " * 5_000, "中 " * 5_000],
)  # fmt: skip
def test_nothing_typed_is_an_error(store, query):
    assert isinstance(store.search(query), tuple)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=40) | st.text(alphabet='"*()^-:+{} aKim船순', max_size=20))
def test_no_query_whatever_is_an_error(store, query):
    for hit in store.search(query):
        assert all(0 <= span.start < span.end <= len(hit.snippet) for span in hit.matches)


def test_a_percent_sign_finds_itself_not_everything(store):
    assert store.search("中%") == ()


def test_a_very_long_query_is_cut_to_what_the_parser_takes():
    assert len(parse_query("word " * 1_000).terms) == 32


@given(text=st.text(alphabet="ab \n", max_size=400), data=st.data())
def test_a_snippet_keeps_the_first_match_where_it_says(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    if start == end:
        return
    snippet, matches = cut_snippet(text, [Span(start, end)], width=60)
    assert len(snippet) <= 62
    assert [snippet[m.start : m.end] for m in matches] == [text[start:end].replace("\n", " ")]
