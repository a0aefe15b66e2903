"""How the catalogue is joined: terms told by several sources, terms ended by a successor, ids that stay."""

from __future__ import annotations

import pytest

from onrecord.lexicon.actors import Actor, ActorKind
from training.actors.build import give_ids, join_bodies
from training.actors.countries import Country
from training.actors.facts import Body, Person, Term
from training.actors.offices import close_by_successors, level_of, title_of
from training.actors.people import Register, join_terms

NORWAY = Country("NOR", "Norway", demonyms=["Norwegian"], is_parliamentary=True)
NEWEST = {"officeholders": "2023-03", "hand": "2025-06", "factbook": "2026-05"}


def term(start: str, end: str = "", source: str = "officeholders", position: str = "President") -> Term:
    return Term(position, "NOR", start, end, source)


@pytest.mark.parametrize(
    ("told", "joined"),
    [
        ([term("2021", source="leaders"), term("2021-01-20")], [("2021-01-20", "")]),
        ([term("2021-01-20"), term("2021-01-20", "2025-01-20", "hand")], [("2021-01-20", "2025-01-20")]),
        ([term("2017-05-14", "2022-05-13"), term("2017-05-14", source="hand")], [("2017-05-14", "")]),
        ([term("2001", "2005"), term("2009", "2013")], [("2001", "2005"), ("2009", "2013")]),
        ([term("2014-06-08", source="hand"), term("2018-06-02", source="factbook")], [("2014-06-08", "")]),
    ],
)
def test_several_sources_tell_of_one_term(told, joined):
    assert [(t.start, t.end) for t in join_terms(told)] == joined


def test_a_successor_ends_a_term_whose_end_no_source_tells():
    old, new = (
        Person("Moren", "NOR", terms=[term("2013-10-16")]),
        Person("Tost", "NOR", terms=[term("2021-10-14", source="hand")]),
    )
    close_by_successors([old, new], NEWEST)
    assert (old.terms[0].end, old.terms[0].source) == ("2021-10-14", "hand")
    assert new.terms[0].end == ""


def test_an_office_for_many_is_ended_by_nobody():
    old, new = (
        Person(n, "NOR", terms=[term(s, position="Justice of the Supreme Court")])
        for n, s in (("A", "2013-01-01"), ("B", "2015-01-01"))
    )
    close_by_successors([old, new], NEWEST)
    assert old.terms[0].end == ""


@pytest.mark.parametrize(
    ("position", "title"),
    [
        ("Minister of Justice", "Minister of Justice of Norway"),
        ("Governor of Velm", "Governor of Velm"),
        ("Ambassador to Denmark", "Ambassador of Norway to Denmark"),
        ("Prime Minister of Norway", "Prime Minister of Norway"),
    ],
)
def test_an_office_is_called_by_its_country_once(position, title):
    assert title_of(position, NORWAY) == title


def test_in_a_parliamentary_state_the_prime_minister_leads():
    assert level_of("Prime Minister", NORWAY) > level_of("President", NORWAY)


def test_a_person_of_two_sources_is_one_and_a_namesake_abroad_is_another():
    register = Register([Person("Ilka Moren", "NOR", wikidata="Q1")])
    register.add(Person("Moren Ilka", "NOR", names={"I. Moren"}))
    register.add(Person("Ilka Moren", "DNK"))
    assert [(p.name, p.country) for p in register.people] == [("Ilka Moren", "NOR"), ("Ilka Moren", "DNK")]
    assert "I. Moren" in register.people[0].names


def test_who_is_added_later_takes_nobodys_id():
    first = Actor(id="", kind=ActorKind.PERSON, name="Ilka Moren", wikidata="Q5", as_of="2020")
    later = Actor(id="", kind=ActorKind.PERSON, name="Ilka Moren", wikidata="Q900", as_of="2020", level=5)
    ids = {a.wikidata: a.id for a in give_ids([later, first], pinned=set())}
    assert ids == {"Q5": "person:ilka-moren", "Q900": "person:ilka-moren-q900"}


def test_a_body_of_two_sources_is_one():
    party = Body(ActorKind.PARTY, "Velm Harbour Party", "NOR", "PTY", ("VHP",), source="hand", level=3)
    again = Body(ActorKind.PARTY, "Velm Harbour Party", "NOR", "PTY", (), "Q77", "parties", 1)
    (joined,) = join_bodies([party, again])
    assert (joined.wikidata, joined.level, joined.names[0]) == ("Q77", 3, "VHP")
