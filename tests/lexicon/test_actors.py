"""The shipped catalogue: what it holds, that ids are unique, that every role says from where and until when."""

from __future__ import annotations

import re
import time
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.lexicon.actors import Actor, ActorKind, load_actors, open_catalogue
from onrecord.lexicon.actors.folding import fold, korean_key, order_free_key, slug
from onrecord.lexicon.actors.packed import Columns
from onrecord.lexicon.actors.searching import search_actors

CATALOGUE = load_actors()
DATA = (files("onrecord") / "data" / "actors.bin").read_bytes()


@pytest.fixture(scope="module")
def actors() -> list[Actor]:
    return [CATALOGUE.actor(number) for number in range(len(CATALOGUE))]


def test_it_is_as_large_as_promised_and_no_larger():
    assert len(CATALOGUE) >= 10_000
    assert len(DATA) <= 4_000_000


def test_it_opens_at_once():
    times = []
    for _ in range(3):
        begun = time.process_time()
        open_catalogue(DATA)
        times.append(time.process_time() - begun)
    assert min(times) <= 0.3


def test_ids_are_unique_readable_and_of_their_kind(actors):
    ids = [actor.id for actor in actors]
    assert len(set(ids)) == len(ids)
    assert [i for i in ids if not re.fullmatch(r"(person|office|country|place|people|org):[\w-]+", i)] == []
    assert [a.id for a in actors if a.kind is ActorKind.PERSON and not a.id.startswith("person:")] == []


def test_a_wikidata_number_belongs_to_one_person(actors):
    numbers = [a.wikidata for a in actors if a.wikidata and a.kind is ActorKind.PERSON]
    assert len(set(numbers)) == len(numbers)


def test_every_fact_has_a_source_with_a_licence_and_a_day(actors):
    sources = {source.name: source for source in CATALOGUE.sources}
    assert all(source.licence and re.match(r"\d{4}", source.as_of) for source in sources.values())
    used = {role.source for a in actors for role in a.roles} | {name for a in actors for name in a.sources}
    assert used <= set(sources)
    assert [a.id for a in actors if not a.sources] == []
    assert [role for a in actors for role in a.roles if role.as_of != sources[role.source].as_of] == []


def test_the_card_names_every_source_and_its_licence():
    card = (files("onrecord") / "data" / "actors.md").read_text(encoding="utf-8")
    assert [s.name for s in CATALOGUE.sources if s.name not in card or s.licence.split(";")[0] not in card] == []
    assert f"{len(CATALOGUE):,}" in card
    assert "Permission is hereby granted" in card


def test_roles_end_after_they_begin(actors):
    assert [(a.id, r) for a in actors for r in a.roles if r.start and r.end and r.end + "~" < r.start] == []


@pytest.mark.parametrize(
    "actor_id",
    [
        "person:kim-jong-un",
        "org:korean-central-news-agency",
        "country:prk",
        "office:president-of-the-united-states",
        "org:workers-party-of-korea",
        "org:korean-peoples-army",
        "org:supreme-peoples-assembly",
        "org:ministry-of-unification",
        "org:national-intelligence-service",
        "org:european-commission",
        "org:international-atomic-energy-agency",
        "place:pyongyang",
    ],
)
def test_those_that_the_project_speaks_of_are_there(actor_id):
    assert CATALOGUE.get(actor_id) is not None


def test_an_actor_is_found_by_its_wikidata_number_too():
    assert CATALOGUE.get("Q56226") == CATALOGUE.get("person:kim-jong-un")
    assert CATALOGUE.get("Q0") is None
    assert CATALOGUE.get("person:nobody-of-that-name") is None


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("KCNA", "org:korean-central-news-agency"),
        ("Lee Myung Bak", "person:lee-myung-bak"),
        ("Merkel", "person:angela-merkel"),
    ],
)
def test_searching_gives_the_best_known_first(name, first):
    assert search_actors(CATALOGUE, name)[0].id == first


def test_searching_for_nothing_finds_nobody():
    assert search_actors(CATALOGUE, " … ") == []


@pytest.mark.parametrize("data", [b"", b"no catalogue", DATA[:1000]])
def test_what_is_no_catalogue_is_a_clear_error(data):
    with pytest.raises(ValueError, match="no actors catalogue"):
        open_catalogue(data)


def test_columns_are_all_of_the_file():
    assert Columns.__struct_fields__[0] == "format"


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)
    assert re.fullmatch(r"[\w-]+", slug(name))


@given(st.lists(st.sampled_from(["Ilka", "Moren", "Tost", "Bréda"]), min_size=1, max_size=4))
def test_the_order_of_a_name_does_not_count(words):
    assert order_free_key(" ".join(words)) == order_free_key(" ".join(reversed(words)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Park Geun-hye", "Pak Kŭn-hye"),
        ("Roh Moo-hyun", "No Mu-hyon"),
        ("Lee Myung-bak", "Yi Myong-bak"),
        ("Choe Son Hui", "Choi Son-hui"),
    ],
)
def test_romanisations_of_korean_are_one(one, other):
    assert korean_key(one) == korean_key(other) is not None


def test_different_koreans_stay_different():
    assert korean_key("Kim Jong Un") != korean_key("Kim Jong Nam")
