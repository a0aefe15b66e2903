"""Country and sector of unnamed sources, and of named ones at a date."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.connect import Linker, describe
from onrecord.lexicon.actors import load_actors

LINKER = Linker(load_actors())


@pytest.mark.parametrize(
    ("mention", "country", "sector"),
    [
        ("two South Korean officials", "KOR", "GOV"),
        ("several Norwegian farmers", "NOR", "AGR"),
        ("Danish police officers", "DNK", "COP"),
        ("a Japanese court", "JPN", "JUD"),
        ("a senior CIA official", "USA", "SPY"),
        ("a White House spokesman", "USA", "GOV"),
        ("Hezbollah fighters", "LBN", "REB"),
        ("students in Brazil", "BRA", "EDU"),
        ("a former British ambassador", "GBR", "ELI"),
        ("the German defence minister", "DEU", "GOV"),
        ("residents of Osaka", "JPN", "CVL"),
        ("gunmen", None, "UAF"),
        ("they", None, "UNK"),
        ("the harbour", None, None),
    ],
)
def test_unnamed_sources(mention, country, sector):
    found = describe(mention, LINKER)
    assert (found.country, found.sector) == (country, sector)


def test_who_is_backed_by_a_country_is_not_of_it():
    found = describe("Iranian-backed fighters", LINKER)
    assert (found.country, found.sector) == (None, "REB")


@pytest.mark.parametrize(("date", "sector"), [("2010-05-01", "GOV"), ("2023-05-01", "ELI")])
def test_a_person_without_the_office_is_of_the_former_elite(date, sector):
    found = describe("Angela Merkel", LINKER, date=date)
    assert (found.country, found.sector, found.actor) == ("DEU", sector, "person:angela-merkel")


def test_a_country_by_its_bare_name_has_no_sector():
    assert describe("Norway", LINKER).sector is None


def test_a_word_that_only_looks_like_a_country_in_capitals_is_none():
    assert describe("the car drivers who met us", LINKER).country is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_mention_can_be_described(mention):
    describe(mention, LINKER, date="2020")
