"""The user's own actors: what a row may hold, and that a bad one is named with line, field and reason."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.lexicon.actors import Actor, ActorKind, load_actors
from onrecord.lexicon.actors.own import COLUMNS, join_actors, parse_own, write_own
from onrecord.lexicon.actors.wikidata import parse_wikidata

HEADING = "name,names,country,title,start,end"


def parse(text: str):
    return parse_own(text, today="2026-05-01")


def test_rows_of_one_person_are_one_actor_with_several_roles():
    found = parse(
        f"{HEADING}\nIlka Moren,I. Moren;Moren Ilka,NOR,Mayor of Velm,2020,2024\n"
        "Ilka Moren,,,Minister of Ports of Norway,2024-03,\n"
    )
    (moren,) = found.actors
    assert found.bad == ()
    assert (moren.id, moren.country, moren.names) == ("person:ilka-moren", "NOR", ("I. Moren", "Moren Ilka"))
    assert [(role.title, role.start, role.end) for role in moren.roles] == [
        ("Mayor of Velm", "2020", "2024"),
        ("Minister of Ports of Norway", "2024-03", None),
    ]
    assert {role.as_of for role in moren.roles} == {"2026-05-01"}


def test_flat_lines_of_json_and_whole_actors_may_stand_in_one_file():
    flat = json.dumps({"name": "Velm Gazette", "kind": "outlet", "names": ["The Gazette"], "country": "NOR"})
    whole = msgspec.json.encode(Actor(id="org:velm", kind=ActorKind.PARTY, name="Velm", as_of="2020")).decode()
    assert [(a.id, a.kind) for a in parse(f"{flat}\n{whole}\n").actors] == [
        ("org:velm-gazette", "outlet"),
        ("org:velm", "party"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("name,land\nA,NOR\n", 1, "land"),
        ("country\nNOR\n", 1, "name"),
        (f"{HEADING}\nA,,norway,,,\n", 2, "country"),
        (f"{HEADING}\nA,,,Mayor,2020-13-45-1,\n", 2, "start"),
        (f"{HEADING}\nA,,,Mayor,2020,2019\n", 2, "end"),
        (f"{HEADING}\nA,,,,2020,\n", 2, "title"),
        (f"{HEADING}\n,,NOR,,,\n", 2, "name"),
        (f"{HEADING}\nA,NOR\n", 2, ""),
        ('{"name": "A"}\nnot json\n', 2, ""),
        ('{"name": "A"}\n[1]\n', 2, ""),
        ('{"name": "A", "kind": "king"}\n', 1, "kind"),
        ('{"name": 12}\n', 1, "name"),
        ('{"name": "A", "nmaes": "B"}\n', 1, "nmaes"),
        ('{"name": "A", "id": "moren"}\n', 1, "id"),
        ('{"name": "A", "roles": 3}\n', 1, ""),
        ('{"name": "A", "wikidata": "56226"}\n', 1, "wikidata"),
    ],
)
def test_a_bad_row_is_named_with_line_field_and_reason(text, line, field):
    (bad,) = parse(text).bad
    assert (bad.line, bad.reason != "") == (line, True)
    assert bad.field == field or (field == "" and bad.field in {"", "roles"})
    assert str(bad).startswith(f"line {line}")


def test_good_rows_are_kept_beside_bad_ones():
    found = parse("name,country\nA,NOR\nB,norway\nC,DNK\n")
    assert ([a.name for a in found.actors], len(found.bad)) == (["A", "C"], 1)


def test_a_row_with_the_id_of_a_known_actor_has_its_kind():
    found = parse_own('{"name": "KCNA", "id": "org:korean-central-news-agency"}', today="2026", known=load_actors().get)
    assert found.actors[0].kind is ActorKind.AGENCY


def test_what_is_written_is_read_again():
    actors = parse(f"{HEADING}\nIlka Moren,,NOR,Mayor of Velm,2020,\nTost,,,,,\n").actors
    assert set(parse(write_own(actors)).actors) == set(actors)


def test_joining_keeps_names_and_roles():
    one, other = (
        Actor(id="person:a", kind=ActorKind.PERSON, name=name, as_of=day)
        for name, day in (("A", "2020"), ("B", "2021"))
    )
    (joined,) = join_actors([one, other])
    assert (joined.name, joined.names, joined.as_of) == ("B", ("A",), "2021")


@settings(max_examples=200)
@given(
    st.text(max_size=200)
    | st.builds(lambda rest: "name,country\n" + rest, st.text(max_size=100))
    | st.builds(lambda rest: "{" + rest, st.text())
)
def test_no_file_breaks_the_reader(text):
    parse(text)


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from([*COLUMNS, "roles", "level"]),
        st.none() | st.text(max_size=12) | st.integers() | st.lists(st.text(max_size=5)),
    )
)
def test_no_row_breaks_the_reader(row):
    found = parse(json.dumps(row))
    assert len(found.actors) + len(found.bad) <= 1


# ------------------------------------------------------------------------------------------------------ Wikidata


def binding(**cells: str) -> dict[str, dict[str, str]]:
    return {name: {"type": "literal", "value": value} for name, value in cells.items()}


def query(*rows: dict[str, dict[str, str]]) -> str:
    return json.dumps({"head": {"vars": []}, "results": {"bindings": rows}})


def test_a_query_result_adds_roles_to_whom_the_catalogue_knows():
    row = binding(
        person="http://www.wikidata.org/entity/Q56226",
        personLabel="Kim Jong-un",
        positionLabel="admiral of the Velm fleet",
        start="2026-01-06T00:00:00Z",
        iso="PRK",
    )
    (kim,) = parse_wikidata(query(row), load_actors(), as_of="2026-05-01").actors
    assert kim.id == "person:kim-jong-un"
    assert (kim.roles[-1].title, kim.roles[-1].start, kim.roles[-1].as_of) == (
        "Admiral of the Velm fleet",
        "2026-01-06",
        "2026-05-01",
    )
    assert len(kim.roles) > 1


def test_entities_of_a_dump_take_the_names_of_positions_from_the_dump():
    time_of = {"datavalue": {"value": {"time": "+2024-03-00T00:00:00Z"}}}
    held = {"mainsnak": {"datavalue": {"value": {"id": "Q999999902"}}}, "qualifiers": {"P580": [time_of]}}
    person = {"id": "Q999999901", "labels": {"en": {"value": "Ilka Moren"}}, "claims": {"P39": [held]}}
    office = {"id": "Q999999902", "labels": {"en": {"value": "Mayor of Velm"}}}
    text = "[\n" + ",\n".join(map(json.dumps, (person, office))) + "\n]\nnonsense\n"
    found = parse_wikidata(text, load_actors(), as_of="2026")
    assert [(a.wikidata, a.roles[0].title, a.roles[0].start) for a in found.actors] == [
        ("Q999999901", "Mayor of Velm", "2024-03")
    ]
    assert [bad.reason for bad in found.bad] == ["the line is not JSON"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (binding(personLabel="A", positionLabel="B"), "person"),
        (binding(person="Q999999901", personLabel="Q999999901", positionLabel="B"), "personLabel"),
        (binding(person="Q999999901", personLabel="A", positionLabel="Q5"), "positionLabel"),
    ],
)
def test_a_row_without_what_is_needed_is_named(row, field):
    (bad,) = parse_wikidata(query(row), load_actors(), as_of="2026").bad
    assert (bad.line, bad.field) == (1, field)


@settings(max_examples=100)
@given(
    st.text(max_size=100)
    | st.recursive(
        st.none() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["results", "bindings", "labels", "en", "claims", "P39", "value"]), inner)
        ),
    ).map(json.dumps)
)
def test_no_export_breaks_the_reader(text):
    parse_wikidata(text, load_actors(), as_of="2026")
