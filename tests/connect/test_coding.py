"""Codes of the user's own dictionaries: of names, of roles beside them, of those named together."""

from __future__ import annotations

import pytest

from onrecord.connect import Linker, identify_parties, read_context
from onrecord.connect.coding import code_text
from onrecord.lexicon.actors import load_actors
from onrecord.lexicon.actors.petrarch import parse_petrarch
from onrecord.records import Event, EventType, Party, Span

OWN = load_actors().with_own(
    parse_petrarch(
        """VELMLAND [VLM]
+VELMIAN
SKARN [SKA]
THE_TWINS [TWA/TWB]
NOBODY_ISLE [---]
BREDA_TOST
\t[VLM]
\t[VLMGOV 950601-990815]
\t[VLMREB >19990815]
POLICE [~COP]
BORDER_GUARD [~MIL]
LAWMAKER [~LEG]
OFFICIAL [~GOV]
GOVERNMENT [~GOV]
MEDIA [~MED]
PRESIDENT [~GOV]
AID_CIRCLE [NGO~]
""",
        today="2026-05-01",
    ).actors
)


def codes(text: str, date: str | None = "1996-01-01") -> list[list[str]]:
    lists = code_text(text, OWN, date=date).lists
    return [[f"{party.country}{party.sector or ''}" for party in some] for some in lists]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Velmland warned the Skarn police.", [["VLM"], ["SKACOP"]]),
        ("Velmland's new border guards left.", [["VLMMIL"]]),
        ("Velmland's border guards and police left.", [["VLMMIL", "VLMCOP"]]),
        ("Velmland welcomed officials.", [["VLM"]]),
        ("Officials in Velmland met Velmian President Orla Brandt.", [["VLMGOV"], ["VLMGOV"]]),
        ("Lawmakers and officials of Velmland and Skarn met.", [["VLMLEG", "VLMGOV", "SKALEG", "SKAGOV"]]),
        ("Velmland and the government of Skarn met.", [["VLM", "SKAGOV"]]),
        ("Former officials of Velmland met former Skarn police.", [["VLMELI"], ["SKAELI"]]),
        ("An Aid Circle Velmland official spoke.", [["NGOVLMGOV"]]),
        ("The Twins met. Nobody Isle did not.", [["TWA", "TWB"]]),
        ("The velmland of the mind.", []),
        ("", []),
    ],
)
def test_names_and_the_roles_beside_them(text, told):
    assert codes(text) == told


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("1995-05-31", "VLM"),
        ("1995-06-01", "VLMGOV"),
        ("1999-08-15", "VLMREB"),  # both hold on that day; the later one counts
        ("1999-08-14", "VLMGOV"),
        ("2020-01-01", "VLMREB"),
        (None, "VLM"),
    ],
)
def test_the_day_decides_which_role_counts(date, told):
    assert codes("Breda Tost spoke.", date) == [[told]]


def test_without_dictionaries_nobody_is_coded():
    assert code_text("Velmland met Skarn.", load_actors(), date=None).lists == ()


def event(text: str, actor: str, recipient: str) -> Event:
    def party(name: str) -> Party:
        return Party(name=name, evidence=Span(text.index(name), text.index(name) + len(name)))

    whole = Span(0, len(text))
    return Event(
        id="e1",
        type=EventType.CONSULT,
        cameo="04",
        goldstein=1.0,
        score=1.0,
        quad=1,
        actor=(party(actor),),
        recipient=(party(recipient),),
        trigger=whole,
        evidence=whole,
        confidence=0.9,
    )


def parties_of(text: str, actor: str, recipient: str) -> list[list[str]]:
    linker = Linker(OWN)
    context = read_context([], linker)
    (found,) = identify_parties(
        [event(text, actor, recipient)], [], text=text, context=context, date="1996-01-01", linker=linker
    )
    return [[f"{p.country}{p.sector or ''}" for p in side] for side in (found.actor, found.recipient)]


def test_parties_of_events_have_the_codes_and_those_named_beside_them_join():
    assert parties_of("Velmland and Skarn met Breda Tost.", "Velmland", "Breda Tost") == [["VLM", "SKA"], ["VLMGOV"]]


def test_of_a_list_that_names_both_sides_each_has_its_own():
    assert parties_of("Velmland and Skarn met.", "Velmland", "Skarn") == [["VLM"], ["SKA"]]


def test_whoever_is_not_in_the_dictionaries_is_looked_up_in_the_catalogue():
    assert parties_of("France met Skarn.", "France", "Skarn") == [["FRA"], ["SKA"]]
