"""What goes into a store comes out of it, is counted once, and is acknowledged only when it is safe."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from onrecord.errors import StoreError, UnknownArticle
from onrecord.records import PageKind, Rejected, Stage
from onrecord.store import AddedAs, Store
from tests.fixtures.readings import MODELS, emoji_story, kim_story, make_plain, world_stories

NEWER = replace(MODELS, reader="by hand 2")


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "store.db") as opened:
        yield opened


def test_a_reading_comes_back_to_the_letter(store):
    page, reading = kim_story()
    added = store.add(page, reading)
    assert store.reading(added.article_id) == reading


def test_a_page_comes_back_to_the_byte(store):
    page, reading = make_plain("bytes \x00 and é")
    page = replace(page, url="https://a.example/", encoding="utf-8", limits_hit=("text_chars",))
    store.add(page, reading)
    assert store.page(page.id) == page


def test_what_was_added_is_there_for_the_next_process(tmp_path):
    page, reading = kim_story()
    with Store.open(tmp_path / "store.db") as first:
        first.add(page, reading)
    with Store.open(tmp_path / "store.db", read_only=True) as second:
        assert second.reading(page.id) == reading


def test_the_same_bytes_again_are_a_duplicate(store):
    page, reading = kim_story()
    outcomes = [store.add(page, reading).outcome for _ in range(3)]
    assert outcomes == [AddedAs.STORED, AddedAs.DUPLICATE, AddedAs.DUPLICATE]
    assert len(store.list_articles()) == 1


def test_the_same_bytes_from_elsewhere_are_a_duplicate_found_by_either_id(store):
    page, reading = make_plain("Same words.")
    other = replace(page, id="row-7", origin=replace(page.origin, path="rows.jsonl", offset=90))
    store.add(page, reading)
    added = store.add(other, replace(reading, article=replace(reading.article, id="row-7")))
    assert added.outcome is AddedAs.DUPLICATE
    assert store.reading("row-7").article.id == added.article_id == page.id


def test_the_same_bytes_taken_as_another_kind_are_an_article_of_their_own(store):
    page, reading = make_plain("Same words.")
    store.add(page, reading)
    added = store.add(replace(page, kind=PageKind.AS_IS), reading)
    assert (added.outcome, added.version) == (AddedAs.NEW_VERSION, 2)


@pytest.mark.parametrize("url", [None, "https://harbour.example/a"], ids=["path", "url"])
def test_other_bytes_from_the_same_place_are_a_new_version_and_both_stay_citable(store, url):
    added = []
    for text in ("First wording.", "Second wording."):
        page, reading = make_plain(text, path="a.html" if url is None else text)
        added.append(store.add(replace(page, url=url), reading))
    assert [one.outcome for one in added] == [AddedAs.STORED, AddedAs.NEW_VERSION]
    assert [one.version for one in store.versions(added[0].article_id)] == [1, 2]
    assert [store.reading(one.article_id).article.text for one in added] == ["First wording.", "Second wording."]


def test_pages_from_standard_input_are_not_versions_of_each_other(store):
    added = [store.add(*make_plain(text, path="-")) for text in ("One.", "Two.")]
    assert [one.outcome for one in added] == [AddedAs.STORED, AddedAs.STORED]


def test_members_of_one_file_are_not_versions_of_each_other(store):
    outcomes = []
    for number, text in enumerate(("One.", "Two.")):
        page, reading = make_plain(text, path="rows.jsonl")
        page = replace(page, id=f"row-{number}", origin=replace(page.origin, offset=number * 100))
        outcomes.append(store.add(page, replace(reading, article=replace(reading.article, id=page.id))).outcome)
    assert outcomes == [AddedAs.STORED, AddedAs.STORED]


def test_an_id_that_is_taken_by_other_bytes_is_made_longer_and_told(store):
    ids = []
    for path, text in (("a.jsonl", "One."), ("b.jsonl", "Two.")):
        page, reading = make_plain(text, path=path)
        page = replace(page, id="1")
        ids.append(store.add(page, replace(reading, article=replace(reading.article, id="1"))).article_id)
    assert ids[0] == "1"
    assert ids[1].startswith("1@")
    assert [store.reading(id_).article.id for id_ in ids] == ids


def test_a_reading_by_newer_models_takes_the_place_of_the_old_one_which_is_kept(store):
    page, old = kim_story()
    new = replace(old, models=NEWER, statements=old.statements[:1])
    store.add(page, old)
    assert store.add(page, new).outcome is AddedAs.REREAD
    assert store.readings(page.id) == (new, old)
    assert store.counts().statements == 1
    assert [hit.statement_id for hit in store.search("poster programme")] == [None]


def test_counts_add_up(store):
    for page, reading in [kim_story(), emoji_story(), kim_story(), *world_stories()]:
        store.add(page, reading)
    for _ in range(2):
        store.reject(Rejected(path="bad.html", stage=Stage.CLEAN, code="no-article", reason="no running text"))
    counts = store.counts()
    assert (counts.stored, counts.duplicate, counts.quarantined) == (6, 1, 2)
    assert counts.received == counts.stored + counts.duplicate + counts.quarantined == 9


def test_a_rejection_shows_once_with_where_and_why(store):
    rejected = Rejected(path="bad.warc", stage=Stage.COLLECT, code="damaged-input", reason="bad header", offset=512)
    store.reject(rejected)
    store.reject(rejected)
    assert store.rejections() == (rejected,)


def test_the_bytes_of_a_rejected_page_are_kept(store):
    page, _ = make_plain("???")
    store.reject(Rejected(path="bad.html", stage=Stage.CLEAN, code="no-article", reason="no text"), page=page)
    assert store.rejections()[0].sha256 == page.origin.sha256


def test_a_reading_of_another_page_is_refused_and_leaves_nothing(store):
    page, _ = kim_story()
    _, reading = emoji_story()
    with pytest.raises(StoreError, match=r"was given with the page"):
        store.add(page, reading)
    assert store.counts().received == 0


def test_half_a_character_is_refused_in_plain_words_and_leaves_nothing(store):
    page, reading = make_plain("fine")
    with pytest.raises(StoreError, match=r"lone surrogate"):
        store.add(page, replace(reading, article=replace(reading.article, title="\ud83d")))
    assert store.counts().received == 0
    assert store.search("fine") == ()


def test_an_unknown_id_says_how_to_find_the_right_one(store):
    with pytest.raises(UnknownArticle, match=r"no article 'nope'.*onrecord search"):
        store.reading("nope")


def test_articles_are_listed_newest_first_with_their_speakers(store):
    for page, reading in (emoji_story(), make_plain("No date."), kim_story()):
        store.add(page, reading)
    listed = store.list_articles()
    assert [one.published for one in listed] == ["2031-09-04", "2030-01-02", None]
    assert listed[0].speakers[:2] == ("Korean Central News Agency", "Kim Jong Un")
    assert [one.article_id for one in store.list_articles(limit=1, offset=1)] == [listed[1].article_id]


def test_an_article_without_a_title_is_known_by_how_it_begins(store):
    store.add(*make_plain("  A press\nstatement " + "that goes on and on " * 20))
    (listed,) = store.list_articles()
    assert listed.title is None
    assert listed.opening.startswith("A press statement that")
    assert len(listed.opening) <= 91


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_text_survives_and_can_be_searched(store, text):
    page, reading = make_plain(text or "-")
    added = store.add(page, reading)
    assert store.reading(added.article_id).article.text == (text or "-")
    for hit in store.search(text):
        assert all(0 <= span.start < span.end <= len(hit.snippet) for span in hit.matches)


def test_everything_a_store_answers_can_be_sent_as_json(store):
    store.add(*kim_story())
    for answer in (store.counts(), store.list_articles(), store.search("steel"), store.versions(kim_story()[0].id)):
        assert msgspec.json.decode(msgspec.json.encode(answer), type=type(answer)) is not None
