"""Who is meant: by any name, at a date, in an article; and nobody where nobody is known."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.connect import Context, Evidence, Linker, Outcome, read_context
from onrecord.lexicon.actors import Actor, ActorKind, Role, load_actors

LINKER = Linker(load_actors())


def best(mention: str, date: str | None = None, **shares: float) -> str | None:
    link = LINKER.link(mention, date=date, context=Context(countries=shares))
    return link.best.id if link.best else None


@pytest.mark.parametrize(
    ("mention", "date", "actor"),
    [
        ("Kim Jong Un", "2021-01-06", "person:kim-jong-un"),
        ("Kim Jong-un", "2021-01-06", "person:kim-jong-un"),
        ("Kim Chŏng-ŭn", "2021-01-06", "person:kim-jong-un"),
        ("North Korean leader Kim Jong Un", "2021-01-06", "person:kim-jong-un"),
        ("Abe Shinzo", "2015-05-01", "person:shinzo-abe"),
        ("Volodymyr Zelenskiy", "2022-05-01", "person:volodymyr-zelensky"),
        ("Sergej Lawrow", "2020-05-01", "person:sergey-lavrov"),
        ("Angela Merkel's", "2010-05-01", "person:angela-merkel"),
        ("Secretary of State Antony Blinken", "2022-01-01", "person:antony-blinken"),
        ("UK Defence Secretary Ben Wallace", "2022-01-01", "person:ben-wallace"),
        ("G. W. Bush", "2003-01-01", "person:george-w-bush"),
    ],
)
def test_persons_by_any_of_their_names(mention, date, actor):
    assert best(mention, date) == actor


@pytest.mark.parametrize(
    ("mention", "date", "actor"),
    [
        ("the South Korean president", "2009-05-01", "person:lee-myung-bak"),
        ("the South Korean president", "2019-05-01", "person:moon-jae-in"),
        ("president of France", "2010-01-01", "person:nicolas-sarkozy"),
        ("Russia's foreign minister", "2020-05-01", "person:sergey-lavrov"),
        ("the Russian president", "2010-05-01", "person:dmitry-medvedev"),
        ("British Prime Minister", "2022-10-01", "person:liz-truss"),
        ("the South Korean president", None, "office:president-of-south-korea"),
    ],
)
def test_an_office_is_its_holder_on_that_day(mention, date, actor):
    assert best(mention, date) == actor


@pytest.mark.parametrize(
    ("mention", "actor"),
    [
        ("KCNA", "org:korean-central-news-agency"),
        ("AP", "org:associated-press"),
        ("Rodong Sinmun", "org:rodong-sinmun"),
        ("the White House", "org:white-house"),
        ("Pentagon", "org:united-states-department-of-defense"),
        ("Kremlin", "org:kremlin"),
        ("Russia's Foreign Ministry", "org:ministry-of-foreign-affairs-russia"),
        ("South Korea's National Intelligence Service", "org:national-intelligence-service"),
        ("Nato", "org:nato"),
        ("U.N.", "org:united-nations"),
        ("DPRK", "country:prk"),
        ("North Koreans", "people:north-koreans"),
        ("Pyongyang", "place:pyongyang"),
    ],
)
def test_states_their_bodies_and_the_press(mention, actor):
    assert best(mention, "2021-01-06") == actor


def test_each_link_of_the_chain_from_leader_to_agency_to_agency_has_an_id():
    context = Context(countries={"PRK": 1.0})
    chain = [LINKER.link(name, date="2021-01-06", context=context).best for name in ("Kim Jong Un", "KCNA", "AP")]
    assert [one.id for one in chain] == ["person:kim-jong-un", "org:korean-central-news-agency", "org:associated-press"]


@pytest.mark.parametrize(
    "mention", ["Ilka Moren", "Breda Tostensund", "the farmers", "who", "us", "he", "", "…", "Dr. House"]
)
def test_nobody_is_made_up(mention):
    assert best(mention, "2021-01-06") is None


def test_a_bare_surname_of_many_stays_open_and_names_those_who_may_be_meant():
    link = LINKER.link("Kim", date="2020-01-01")
    assert link.outcome is Outcome.AMBIGUOUS
    assert link.best is None
    assert link.candidates[0].id == "person:kim-jong-un"
    assert sum(one.score for one in link.candidates) < 1


@pytest.mark.parametrize(
    ("named", "actor"),
    [
        (["Kim Yo Jong", "North Korea"], "person:kim-yo-jong"),
        (["Kim Jong Un", "North Korea"], "person:kim-jong-un"),
        (["Kim Velm Tost", "North Korea"], None),  # an unknown namesake takes the name away from all others
    ],
)
def test_a_surname_is_that_of_whom_the_article_names_in_full(named, actor):
    context = read_context(named, LINKER, date="2020-06-01")
    link = LINKER.link("Kim", date="2020-06-01", context=context)
    assert (link.best.id if link.best else None) == actor
    assert actor is None or Evidence.NAMED_IN_FULL in link.best.basis


def test_the_country_of_the_article_tells_offices_apart():
    assert best("the foreign minister", "2020-05-01", RUS=1.0) == "person:sergey-lavrov"
    assert best("the foreign minister", "2020-05-01") is None


@pytest.mark.parametrize(("shares", "actor"), [({"PRK": 0.6, "KOR": 0.4}, "country:prk"), ({"USA": 1.0}, None)])
def test_the_north_is_a_country_only_in_an_article_on_korea(shares, actor):
    assert best("the North", "2020-05-01", **shares) == actor


def test_the_role_is_the_one_held_then_with_the_day_of_its_source():
    link = LINKER.link("Joe Biden", date="2012-05-01")
    assert link.best.role.title == "Vice President of the United States"
    assert link.best.role.as_of
    assert LINKER.link("Joe Biden", date="1960-05-01").best.role is None


def test_the_users_own_actors_come_first():
    role = Role(title="Mayor of Velm", country="NOR", start="2020", source="own list", as_of="2024")
    moren = Actor(
        id="person:kim-velm",
        kind=ActorKind.PERSON,
        name="Velm Kim",
        country="NOR",
        roles=(role,),
        as_of="2024",
        level=3,
    )
    agency = Actor(id="org:my-kcna", kind=ActorKind.AGENCY, name="KCNA", as_of="2024", level=3)
    linker = Linker(load_actors().with_own([moren, agency]))
    assert linker.link("KCNA", date="2021-01-01").best.id == "org:my-kcna"
    assert linker.link("Velm Kim", date="2021-01-01").best.basis[-1] is not None
    assert (
        linker.link("Mayor Kim", date="2021-01-01", context=Context(countries={"NOR": 1.0})).best.id
        == "person:kim-velm"
    )


def test_a_date_that_is_none_is_an_error_that_says_how_to_write_one():
    with pytest.raises(ValueError, match="2021-01-06"):
        LINKER.link("Kim Jong Un", date="6 January 2021")


@pytest.mark.parametrize(
    "mention", ["the " * 50_000, "(" * 50_000, "Kim " * 50_000, "a, " * 50_000, "South Korea's " * 20_000]
)
def test_a_flood_of_words_costs_no_more_than_a_long_mention(mention):
    begun = time.process_time()
    LINKER.link(mention, date="2021-01-06")
    assert time.process_time() - begun < 1


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.sampled_from([None, "2020", "2021-01-06"]))
def test_any_mention_gets_a_link_whose_scores_are_shares(mention, date):
    link = LINKER.link(mention, date=date)
    assert sum(one.score for one in link.candidates) <= 1.01
    assert (link.best is not None) == (link.outcome is Outcome.LINKED)
    assert link == LINKER.link(mention, date=date)


@pytest.mark.parametrize(
    ("name", "named", "actor"),
    [
        ("National Assembly", (), None),
        ("National Assembly", ("Germany",), None),
        ("National Assembly", ("France", "Paris"), "org:national-assembly-france"),
        ("Republicans", ("United States", "Texas"), "org:republican-party-united-states"),
        ("Republicans", ("France", "Paris"), "org:the-republicans-france"),
        ("Bundestag", (), "org:bundestag"),
    ],
)
def test_a_name_that_many_countries_have_needs_its_country_in_the_article(name, named, actor):
    context = read_context(named, LINKER) if named else Context()
    found = LINKER.link(name, context=context).best
    assert (found.id if found else None) == actor
