"""Dictionaries of PETRARCH as the user's own actors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.lexicon.actors import ActorKind
from onrecord.lexicon.actors.own import parse_own, write_own
from onrecord.lexicon.actors.petrarch import is_petrarch, parse_petrarch

ACTORS = """<!-- our own -->
VELMLAND_ [VLM] ; a state
+VELM
OLD_BREDA  # harbour master
\t[VLM]
\t[VLMGOV <950601]
\t[VLMBUS 19950601 - 20010815]
\t[VLMELI >010816]
"""


def parse(text: str):
    return parse_petrarch(text, today="2026-05-01")


def test_names_spellings_and_codes_between_dates_are_read():
    land, breda = parse(ACTORS).actors
    assert parse(ACTORS).bad == ()
    assert (land.id, land.name, land.names, land.country) == ("org:velmland", "Velmland", ("Velm",), "VLM")
    assert (breda.kind, breda.country, breda.sector) == (ActorKind.PERSON, "VLM", None)
    assert [(role.title, role.sector, role.start, role.end) for role in breda.roles] == [
        ("VLM", None, None, None),
        ("VLMGOV", "GOV", None, "1995-06-01"),
        ("VLMBUS", "BUS", "1995-06-01", "2001-08-15"),
        ("VLMELI", "ELI", "2001-08-16", None),
    ]


def test_agents_are_roles_and_their_sets_of_words_are_spelt_out():
    (goose, watch) = parse("!WHO! = MAN, WOMAN\nGOOSE {GEESE} [~ANI]\nWATCH!WHO! [NGO~]\n").actors
    assert (goose.id, goose.kind, goose.names, goose.sector) == ("role:goose", ActorKind.ROLE, ("geese",), "ANI")
    assert [watch.name, *watch.names] == ["watchman", "watchwoman"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("VELM\n", 1, "no code"),
        ("VELM [VLM]\nBREDA [VLM 9506-01]\n", 2, "no code with dates"),
        ("VELM [VLM <991350]\n", 1, "no code with dates"),
        ("VELM ]VLM[\n", 1, "neither a name nor a code"),
        ("\t[VLM]\n", 1, "none before it"),
        ("___ [VLM]\n", 1, "no name"),
        ("!A! = " + ", ".join("ABCDEFGHIJ") + "\n!A!!A!!A! [~GOV]\n", 2, "more than 500 names"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(text, line, reason):
    bad = parse(text).bad
    assert bad[0].line == line
    assert reason in bad[0].reason


def test_what_was_read_can_be_kept_as_ones_own_list():
    actors = parse(ACTORS).actors
    kept = parse_own(write_own(actors), today="")
    assert (kept.actors, kept.bad) == (tuple(sorted(actors, key=lambda actor: actor.id)), ())


@pytest.mark.parametrize(
    ("text", "told"),
    [(ACTORS, True), ("A_B [~GOV]", True), ("name,country\nVelm [VLM],VLM\n", False), ('{"name": "A [VLM]"}', False)],
)
def test_a_dictionary_is_told_from_other_files(text, told):
    assert is_petrarch(text) is told


@given(st.text(alphabet="AB_+~!=[]{}<>-#; \t\n0195,", max_size=120))
def test_every_entry_is_kept_or_named(text):
    found = parse(text)
    assert all(row.reason and row.line >= 1 for row in found.bad)
    assert all(actor.roles for actor in found.actors)
