"""One query language: filters say what a statement must be, bad ones are told with their place, words never fail."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from onrecord.errors import BadQuery
from onrecord.records import Act, Moment, Sector, Speaker, SpeakerBasis
from onrecord.store import FACETS, Key, Store
from onrecord.store.check import check_store
from onrecord.store.names import padded
from onrecord.store.query import FIELDS, Query, parse_query
from tests.fixtures.readings import emoji_story, kim_story, make_plain, say, world_stories

KIM = Speaker(
    name="Kim Jong-un", basis=SpeakerBasis.NAME, id="person:kim-jong-un", wikidata="Q56226", country="PRK", sector="GOV"
)


def linked_story():
    """One statement by somebody of the catalogue, in an article of another day."""
    page, reading = make_plain("We are ready, Kim said.", title="Ready", path="ready.html")
    said = replace(say(reading.article.text, "s1", "We are ready", source="Kim"), speaker=KIM, confidence=0.4)
    article = replace(reading.article, published=Moment(value="2030-12-31T08:00", basis="by hand"), language="en")
    return page, replace(reading, article=article, statements=(said,))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with Store.open(tmp_path_factory.mktemp("query") / "store.db") as opened:
        for page, reading in [kim_story(), emoji_story(), *world_stories(), linked_story()]:
            opened.add(page, reading)
        yield opened


def asked(store, query) -> list[str]:
    return [f"{row.title[:5]} {row.statement_id}" for _, row in store.ask(query).statements()]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("speaker:person:kim-jong-un", ["Ready s1"]),
        ("speaker:q56226", ["Ready s1"]),
        ('speaker:"kim jong un"', ["Kim p s2", "Kim p s3", "Ready s1"]),
        ("speaker:KIM", ["Kim p s2", "Kim p s3", "Ready s1"]),
        ('speaker:="Kim"', []),
        ("speaker:im", []),
        ("country:prk sector:gov", ["Ready s1"]),
        ("via:kcna", ["Kim p s3"]),
        ("act:commit", ["Kim p s2", "Kim p s3", "🚢 Por s2"]),
        ("act:commit kind:direct", ["Kim p s3"]),
        ("speaker:kim -act:commit", ["Ready s1"]),
        ("confidence:<0.5", ["Kim p s7", "Ready s1"]),
        ("confidence:>=40% confidence:<0.41", ["Ready s1"]),
        ("date:2030-12", ["Ready s1"]),
        ("since:2030-12-31 until:2030-12-31", ["Ready s1"]),
        ("is:nested speaker:kim", ["Kim p s2"]),
        ("is:hedged poster", ["Kim p s5"]),
        ('agency:"harbour press" ships', ["Kim p s1", "Kim p s2"]),
        ("outlet:harbour,nobody act:commit act:report -is:nested", ["Kim p s1", "Kim p s3", "Kim p s6"]),
        ("ready", ["Ready s1"]),
        ("巡逻船", ["外长称将增 s1"]),
        ("船 confidence:0.5", ["外长称将增 s1"]),
        ("nothing-of-the-kind", []),
    ],
)
def test_what_a_query_finds(store, query, found):
    assert asked(store, query) == found


def test_search_finds_the_same_statements_as_the_list(store):
    for query in ("ships act:commit", "speaker:kim", "the until:2031", "since:2031 kim"):
        hits = {(hit.article_id, hit.statement_id) for hit in store.search(query, limit=99) if hit.statement_id}
        assert hits == {(row.article_id, row.statement_id) for _, row in store.ask(query).statements()}


def test_articles_are_those_that_hold_an_answer(store):
    assert [row.title for _, row in store.ask("act:admit").articles()] == [
        "Kim pledges a bigger fleet at shipyard visit"
    ]
    assert [row.title for _, row in store.ask("engineers").articles()] == [
        "Kim pledges a bigger fleet at shipyard visit"
    ]
    assert len(list(store.ask().articles())) == 7
    assert [reading.article.title for _, reading in store.ask("date:2030-12").readings()] == ["Ready"]


@pytest.mark.parametrize("lister", ["statements", "articles", "readings"])
def test_a_list_can_be_gone_on_with_from_any_place(store, lister):
    everything = list(getattr(store.ask(), lister)())
    assert len(everything) > 4
    for place, (key, _) in enumerate(everything):
        assert list(getattr(store.ask(), lister)(after=key)) == everything[place + 1 :]
    assert list(getattr(store.ask(), lister)(after=Key("", 0, 0))) == []


@pytest.mark.parametrize(
    ("query", "told", "position"),
    [
        ("speeker:kim", '"speeker" is no field; did you mean speaker:?', 0),
        ("ships act:threat", "did you mean threaten? There are assert, assess,", 6),
        ("act:", "act: has no value after the colon. Write act:threaten", 0),
        ("since:2024-13", "a date is written 2024-01-31, 2024-01 or 2024", 0),
        ("since:2023-02-29", "2023-02 has 28 days", 0),
        ("confidence:2", "confidence goes from 0 to 1", 0),
        ("country:Korea", "three letters of ISO 3166", 0),
        ("a b kind:quoted", "There are direct, indirect, mixed", 4),
        ("after:2024", "did you mean since:?", 0),
        ("is:great", "There are hedged, conditional, negated, nested, commitment", 0),
        ("speaker:-", "holds no letter or digit", 0),
        (" ".join(["act:order,demand -act:offer since:2024"] * 12), "36 filters; 32 are the most", 0),
    ],
)
def test_a_filter_that_cannot_be_understood_is_told_with_its_place(store, query, told, position):
    with pytest.raises(BadQuery) as caught:
        store.search(query)
    assert told in str(caught.value)
    assert caught.value.position == position


@pytest.mark.parametrize(
    "words", ["https://a.example/x", "10:30", "heading:x", '"act:unknown"', "fact:check", "x-act:y"]
)
def test_words_with_colons_stay_words(words):
    query = parse_query(words)
    assert (len(query.terms), query.filters) == (1, ())


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_a_bad_one_that_says_where(text):
    try:
        told = parse_query(text)
    except BadQuery as error:
        told = error
    assert isinstance(told, Query) or (0 <= told.position <= len(text) * 2 and len(str(told)) > 20)


def test_facets_count_statements_and_leave_out_their_own_filter(store):
    facets = {facet.field: facet for facet in store.ask("speaker:kim act:commit").facets()}
    assert tuple(facets) == FACETS
    assert {one.value: one.count for one in facets["act"].counts} == {"commit": 2, "assert": 1}
    assert {one.value: one.count for one in facets["speaker"].counts} == {"Kim Jong Un": 2, "Lotte Vries": 1}


def test_the_filter_of_a_facet_finds_as_many_as_it_says(store):
    for facet in store.ask().facets():
        assert facet.counts or facet.field in ("target", "addressee", "about", "category")  # these have tests below
        for one in facet.counts:
            if one.value != "Kim Jong Un":  # also the name of somebody of the catalogue
                assert store.ask(one.filter).count() == one.count, one.filter


def test_actors_are_told_apart_by_their_id_and_counted(store):
    actors = {one.id: one for one in store.ask().actors()}
    assert actors["person:kim-jong-un"].statements == 1
    assert actors["person:kim-jong-un"].countries == ("PRK",)
    assert (actors["name:Kim Jong Un"].statements, actors["name:Kim Jong Un"].first) == (2, "2031-09-04")
    assert sum(one.statements for one in actors.values()) == store.ask().count()


def test_a_reread_article_is_filtered_by_its_newest_reading(tmp_path):
    page, reading = linked_story()
    newer = replace(reading, models=replace(reading.models, reader="2"), statements=())
    with Store.open(tmp_path / "a.db") as store:
        store.add(page, reading)
        assert store.ask("speaker:kim").count() == 1
        store.add(page, newer)
        assert store.ask("speaker:kim").count() == 0
        assert [row.statements for _, row in store.ask().articles()] == [0]


def test_a_store_from_before_there_were_filters_is_brought_up_to_date(tmp_path, store):
    path = tmp_path / "old.db"
    with Store.open(path) as old:
        for page, reading in [kim_story(), emoji_story(), *world_stories(), linked_story()]:
            old.add(page, reading)
        old._connection.execute(
            "PRAGMA foreign_keys = OFF; DROP TABLE copy; DROP TABLE term; DROP TABLE story_key;"
            "DROP TABLE fingerprint; DROP TABLE connected; DROP TABLE alerted; DROP TABLE alert;"
            "DROP TABLE party; DROP TABLE event; DROP TABLE correction;"
        )
        old._connection.execute("DROP TABLE aspect; DROP TABLE facet; DROP TABLE named; PRAGMA user_version = 2")
    with Store.open(path) as new:
        columns = "number, article, position, day, language, via, kind, act, flags, confidence"
        for table in (
            f"SELECT {columns} FROM facet",
            "SELECT kind, name, folded, actor, wikidata FROM named ORDER BY 1, 2",
        ):
            assert new._connection.execute(table).fetchall() == store._connection.execute(table).fetchall()
        assert new.ask().facets() == store.ask().facets()


def test_rows_hold_the_words_that_their_offsets_cover(store):
    texts = {reading.article.id: reading.article.text for _, reading in store.ask().readings()}
    for _, row in store.ask().statements():
        text = texts[row.article_id]
        assert row.content == " … ".join(text[span.start : span.end] for span in row.content_spans)
        assert msgspec.json.decode(msgspec.json.encode(row), type=type(row)) == row


def test_the_reference_names_every_field(root):
    page = (root / "docs/reference/query.md").read_text(encoding="utf-8")
    assert [name for name in FIELDS if f"| `{name}:" not in page] == []


def test_folded_names_are_whole_words():
    assert padded("Côte d’Ivoire") == " cote divoire "


def aimed_story():
    """Targets, an addressee, a field of policy, a category of the user's own, days and a deadline."""
    text = "If talks fail, Norland will close the port of Sund by June, Lind vowed on Monday. It waits, he said."
    page, reading = make_plain(text, title="Aimed", path="aimed.html")
    norland = Speaker(name="Norland", basis=SpeakerBasis.NAME, country="NRL")
    facts = {"targets": (norland, KIM), "addressee": KIM, "sector": (Sector.TRADE, Sector.HUMAN_RIGHTS)}
    when = {"categories": ("port closures",), "made_on": "2030-03-04", "deadline": "2030-06-01/2030-06-30"}
    content = "If talks fail, Norland will close the port of Sund by June"
    vow = say(text, "s1", content, cue="vowed", speaker="Lind", act=Act.COMMIT, conditional=True, **facts, **when)
    wait = say(text, "s2", "It waits", cue="said", speaker="Lind", made_on="../2030-01-31", deadline="2031-02-01/..")
    return page, replace(reading, statements=(vow, wait))


@pytest.fixture
def aimed(tmp_path):
    with Store.open(tmp_path / "aimed.db") as opened:
        for page, reading in [kim_story(), aimed_story()]:
            opened.add(page, reading)
        yield opened
    assert check_store(tmp_path / "aimed.db").findings == ()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("target:norland", ["s1"]),
        ("target:person:kim-jong-un target:=norland", ["s1"]),
        ("target:Q56226 -target:lind", ["s1"]),
        ("target:lind", []),
        ("addressee:kim", ["s1"]),
        ('about:"human rights"', ["s1"]),
        ("about:trade,nuclear", ["s1"]),
        ("speaker:lind -about:trade", ["s2"]),
        ('category:"port closures"', ["s1"]),
        ("made:2030-03", ["s1"]),
        ("made:2030-03-05", []),
        ("made:2029", ["s2"]),
        ("made:2030-01..2030-03", ["s1", "s2"]),
        ("due:2030-06-10", ["s1"]),
        ("due:..2030", ["s1"]),
        ("due:2031..", ["s2"]),
        ("due:2040", ["s2"]),
        ("is:commitment speaker:lind", ["s1"]),
        ("act:assess is:commitment", []),
    ],
)
def test_statements_are_found_by_whom_when_and_on_what(aimed, query, found):
    assert [row.statement_id for _, row in aimed.ask(query).statements()] == found


def test_targets_fields_and_categories_are_counted(aimed):
    facets = {one.field: one for one in aimed.ask().facets()}
    assert {one.label: one.count for one in facets["target"].counts} == {"Norland": 1, "Kim Jong-un": 1}
    assert {one.filter for one in facets["about"].counts} == {"about:trade", 'about:"human rights"'}
    for field in ("target", "addressee", "about", "category"):
        assert [aimed.ask(one.filter).count() for one in facets[field].counts] == [1] * len(facets[field].counts)
    assert facets == {one.field: one for one in aimed.ask("confidence:0").facets()}


def test_a_row_tells_whom_when_on_what_and_what_is_promised(aimed):
    ((_, row),) = aimed.ask("target:norland").statements()
    assert (row.targets, row.target_ids) == (("Norland", "Kim Jong-un"), (None, "person:kim-jong-un"))
    assert (row.target_countries, row.addressee, row.addressee_id) == (("NRL", "PRK"), KIM.name, KIM.id)
    assert (row.sector, row.categories) == (("trade", "human rights"), ("port closures",))
    assert (row.made_on, row.deadline) == ("2030-03-04", "2030-06-01/2030-06-30")
    assert (row.commitment, row.condition) == ("vow", "If talks fail")
    assert row.committed_to == "Norland will close the port of Sund by June"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("due:..", "at least one side"),
        ("made:2024..2023", "2024 comes after 2023"),
        ("about:war", "There are military, nuclear"),
    ],
)
def test_a_wrong_day_or_field_is_told(query, told):
    with pytest.raises(BadQuery, match=told):
        parse_query(query)
