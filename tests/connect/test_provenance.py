"""Through whom something came, and how many sources that are. All names are invented."""

from __future__ import annotations

from onrecord.connect.provenance import chain_of, count_sources
from onrecord.records import Article, Origin
from tests.fixtures.readings import kim_story


def make(id_: str, *, agency: str | None = None, outlet: str | None = None) -> Article:
    return Article(id=id_, text="", agency=agency, outlet=outlet, origin=Origin(path=id_, sha256="0" * 64))


def test_copies_one_agency_and_one_outlet_count_once():
    articles = [
        make("a", agency="Northern Press", outlet="Post"),
        make("b", agency="NORTHERN PRESS", outlet="Herald"),
        make("c", outlet="Gazette"),
        make("d", outlet="Gazette"),
        make("e", outlet="Echo"),
        make("f"),
    ]
    sources = count_sources(articles, {"e": "a", "a": "a"})
    assert sources.groups == (("a", "b", "e"), ("c", "d"), ("f",))
    assert sources.names == ("Northern Press", "Gazette", None)
    assert sources.independent == 3


def test_an_outlet_that_prints_an_agency_and_writes_itself_is_two_sources():
    articles = [make("a", agency="Northern Press", outlet="Post"), make("b", outlet="Post")]
    assert count_sources(articles, {}).independent == 2


def test_a_late_article_joins_two_groups():
    articles = [make("a", outlet="Post"), make("b", agency="Northern Press"), make("c", agency="Northern Press")]
    assert count_sources(articles, {"a": "a", "c": "a"}).groups == (("a", "b", "c"),)


def test_the_chain_runs_from_the_speaker_to_the_outlet_and_names_nobody_twice_in_a_row():
    _, reading = kim_story()
    nested = next(said for said in reading.statements if said.id == "s2")
    assert chain_of(nested, reading.article) == ("Kim Jong Un", "Korean Central News Agency", "Harbour Press")
