import pytest

from onrecord.connect import Linker, identify_speakers, read_context
from onrecord.lexicon.actors import load_actors
from onrecord.records import Span, Speaker, SpeakerBasis, Statement, StatementKind


@pytest.fixture(scope="module")
def linker() -> Linker:
    return Linker(load_actors())


def said(name: str, basis: SpeakerBasis = SpeakerBasis.NAME, *via: str) -> Statement:
    speaker = Speaker(name=name, basis=basis, evidence=Span(3, 9))
    passed_on = tuple(Speaker(name=one, basis=SpeakerBasis.NAME) for one in via)
    content = (Span(0, 9),)
    return Statement(
        id="s1", kind=StatementKind.INDIRECT, content=content, speaker=speaker, via=passed_on, confidence=0.9
    )


def identify(statement: Statement, linker: Linker, names: tuple[str, ...] = (), date: str | None = "2021-01-06"):
    (found,) = identify_speakers([statement], context=read_context(names, linker, date=date), date=date, linker=linker)
    return found


def test_each_link_of_a_chain_has_an_id(linker):
    found = identify(said("Kim Jong Un", SpeakerBasis.NAME, "KCNA", "Associated Press"), linker, ("North Korea",))
    assert (found.speaker.id, found.speaker.country, found.speaker.sector) == ("person:kim-jong-un", "PRK", "GOV")
    assert [one.id for one in found.via] == ["org:korean-central-news-agency", "org:associated-press"]
    assert [one.name for one in found.via] == ["Korean Central News Agency", "Associated Press"]


def test_basis_and_evidence_stay_those_of_the_article(linker):
    found = identify(said("Kim Jong Un", SpeakerBasis.PRONOUN), linker)
    assert (found.speaker.basis, found.speaker.evidence) == (SpeakerBasis.PRONOUN, Span(3, 9))


@pytest.mark.parametrize(
    ("name", "date", "actor"),
    [
        ("South Korean president", "2009-05-01", "person:lee-myung-bak"),
        ("South Korean president", "2019-05-01", "person:moon-jae-in"),
        ("Pyongyang", "2021-01-06", "country:prk"),
        ("Agence France-Presse", "2021-01-06", "org:agence-france-presse"),
    ],
)
def test_who_it_was_then(linker, name, date, actor):
    assert identify(said(name, SpeakerBasis.DESCRIPTION), linker, date=date).speaker.id == actor


def test_unnamed_sources_have_country_and_sector_but_no_id(linker):
    speaker = identify(said("South Korean military officials", SpeakerBasis.DESCRIPTION), linker).speaker
    assert (speaker.name, speaker.id, speaker.country, speaker.sector) == (
        "officials (South Korea)",
        None,
        "KOR",
        "MIL",
    )


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("three current and former U.S. officials", "officials (United States)"),
        ("a Nato official", "official (NATO)"),
        ("Moren's lawyers", "lawyers (Moren)"),
        ("some analysts", "analysts"),
        ("critics of Ilka Moren", "critics (Ilka Moren)"),
        ("the FBI and federal prosecutors", "the FBI and federal prosecutors"),
        ("a crowd in the square", "a crowd in the square"),
    ],
)
def test_unnamed_sources_are_called_by_what_they_are_and_where_they_belong(linker, words, name):
    assert identify(said(words, SpeakerBasis.DESCRIPTION), linker).speaker.name == name


@pytest.mark.parametrize(
    ("words", "actor"),
    [
        ("Jordanian government", "country:jor"),
        ("South African delegation", "country:zaf"),
        ("Biden administration", "country:usa"),
        ("city government", None),
    ],
)
def test_who_speaks_for_a_state_is_the_state(linker, words, actor):
    assert identify(said(words, SpeakerBasis.DESCRIPTION), linker, date="2022-03-01").speaker.id == actor


def test_we_of_somebody_in_office_is_the_state(linker):
    found = identify(said("Najib Razak", SpeakerBasis.PRONOUN, "Najib Razak"), linker, date="2015-05-20")
    assert (found.speaker.id, found.speaker.name, found.via[0].id) == (
        "country:mys",
        "Malaysia",
        "person:najib-razak",
    )


def test_two_names_of_one_actor_pass_nothing_on(linker):
    found = identify(said("Kim Jong Un", SpeakerBasis.NAME, "the North Korean leader", "KCNA"), linker)
    assert [one.id for one in found.via] == ["org:korean-central-news-agency"]
    assert found.speaker.id == "person:kim-jong-un"


@pytest.mark.parametrize(
    ("name", "body", "country"),
    [
        ("spokesman for the U.S. State Department", "org:united-states-department-of-state", "USA"),
        ("Home Office spokesperson", "org:home-office", "GBR"),
        (
            "spokesman for the Foreign Ministry of the Democratic People's Republic of Korea",
            "org:ministry-of-foreign-affairs-of-north-korea",
            "PRK",
        ),
    ],
)
def test_a_spokesman_speaks_for_a_body(linker, name, body, country):
    speaker = identify(said(name, SpeakerBasis.DESCRIPTION), linker).speaker
    assert (speaker.id, speaker.name, speaker.country) == (body, name, country)


def test_nobody_is_made_of_a_stranger(linker):
    speaker = identify(said("Ilka Moren-Dahl"), linker).speaker
    assert (speaker.name, speaker.id, speaker.wikidata, speaker.country) == ("Ilka Moren-Dahl", None, None, None)


def test_leaders_are_not_the_magazine_leaders(linker):
    assert identify(said("European leaders", SpeakerBasis.DESCRIPTION), linker).speaker.id is None
