"""Which articles are copies of one text, what differs, and who had it first. Every text was written for these tests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.connect.copies import CopyIndex, compare_texts, describe_group, sketch_text
from onrecord.records import Article, Dateline, Moment, Origin

LEAD = (
    "The harbour board of Velm voted on Tuesday to close the eastern quay for the winter, after divers found cracks in "
    "eleven of its piles and a crane driver refused to work above them."
)
MIDDLE = (
    "Ferries to the outer islands will leave from the fish market instead, the board told traders in a letter that was "
    "read aloud at the town hall by its secretary."
)
END = (
    "Repairs are expected to take until April and to cost nine million crowns, most of it from a fund that was set "
    "aside after the storm of three years ago."
)
STORY = "\n\n".join([LEAD, MIDDLE, END])
OTHER = (
    "A teacher in Kveld has counted every heron on the river for thirty years and will publish her notebooks this "
    "autumn, with drawings by two of her former pupils and a foreword by the county's oldest fisherman."
)


def words_of(text: str, spans) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def make(id_: str, *, published: str | None = None, agency: str | None = None, dateline: str | None = None) -> Article:
    return Article(
        id=id_,
        text=STORY,
        agency=agency,
        published=Moment(value=published, basis="by hand") if published else None,
        dateline=Dateline(place="VELM", agency=dateline, source_start=0, source_end=1) if dateline else None,
        origin=Origin(path=id_, sha256="0" * 64),
    )


@pytest.mark.parametrize(
    ("copy", "cut", "added", "changed"),
    [
        (STORY, [], [], []),
        (LEAD + "\n\n" + MIDDLE, [END[:-1]], [], []),
        (MIDDLE + "\n\n" + END, [LEAD[:-1]], [], []),
        (STORY + "\n\nSubscribe to our letter", [], ["Subscribe to our letter"], []),
        (STORY.replace("nine million", "ten billion"), [], [], [("nine million", "ten billion")]),
        (STORY.replace("on Tuesday ", ""), ["on Tuesday"], [], []),
        (STORY.replace("’", "'").replace("\n\n", "\n").upper(), [], [], []),
    ],
    ids=["whole", "tail cut", "head cut", "cluttered", "changed", "words cut", "typography"],
)
def test_what_a_copy_made_of_its_text(copy, cut, added, changed):
    found = compare_texts((STORY, None), (copy, None))
    assert found is not None
    assert words_of(STORY, found.cut) == cut
    assert words_of(copy, found.added) == added
    pairs = [(STORY[a.start : a.end], copy[b.start : b.end]) for a, b in found.changed]
    assert pairs == changed


def test_typos_are_changes_in_the_middle_of_a_run():
    found = compare_texts((STORY, None), (STORY.replace("divers", "divres").replace("letter", "lettre"), None))
    assert found is not None
    assert [STORY[a.start : a.end] for a, _ in found.changed] == ["divers", "letter"]
    assert len(found.same) == 1


@pytest.mark.parametrize(
    ("titles", "reheaded"),
    [
        (("Quay closed", "Quay closed"), False),
        (("Quay closed", "QUAY CLOSED!"), False),
        (("Quay closed", "Cracks found"), True),
        ((None, "Cracks found"), False),
    ],
)
def test_a_copy_is_reheaded_if_both_have_titles_of_other_words(titles, reheaded):
    found = compare_texts((STORY, titles[0]), (STORY, titles[1]))
    assert found is not None
    assert found.reheaded is reheaded


@pytest.mark.parametrize(
    "other",
    [OTHER, "", "Velm.", LEAD[:60], OTHER + "\n\n" + OTHER.upper() + "\n\n" + LEAD[:90]],
    ids=["another text", "nothing", "one word", "too short to tell", "one sentence in common"],
)
def test_no_copy(other):
    assert compare_texts((STORY, "A title"), (other, "A title")) is None


def test_two_reports_of_one_speech_are_no_copies():
    speech = "“" + LEAD + "”"
    ours = "Speaker Ada Brun opened the assembly of the islands before a full house in the old rope works. " + speech
    theirs = speech + " With these words a long afternoon began for members who had come by boat through fog and rain."
    padding = " Nobody in the gallery left before the vote, though the heating failed twice and the lamps once."
    assert compare_texts((ours + padding, None), (theirs, None)) is None
    assert compare_texts((ours + padding, None), (ours, None)) is not None


def test_articles_are_compared_as_they_come():
    index = CopyIndex()
    assert index.add("first", STORY) == {}
    assert index.add("other", OTHER) == {}
    assert list(index.add("cut", MIDDLE + " " + END)) == ["first"]
    assert set(index.add("again", STORY)) == {"first", "cut"}


def test_fingerprints_are_the_same_in_every_process():
    assert sketch_text("one two three four five") == (6538426376769237383,)
    assert sketch_text("one two three four") == ()


@given(st.text(), st.text())
def test_spans_of_a_comparison_lie_in_their_texts(ours, theirs):
    for first, second in ((ours, theirs), (ours + STORY, STORY + theirs)):
        found = compare_texts((first, None), (second, None))
        if found is None:
            continue
        assert 0.5 <= found.share <= 1
        for a, b in (*found.same, *found.changed):
            assert 0 <= a.start < a.end <= len(first)
            assert 0 <= b.start < b.end <= len(second)
        assert all(span.end <= len(first) for span in found.cut)
        assert all(span.end <= len(second) for span in found.added)


@pytest.mark.parametrize(
    ("days", "earliest"),
    [
        (("2021-03-02", "2021-03-01"), "b"),
        (("2021-03-02", None), "a"),
        ((None, None), None),
        (("2021-03-02", "2021-03-02"), None),
        (("2021-03-02T08:00:00+00:00", "2021-03-02"), None),
        (("2021-03-02T08:00:00+00:00", "2021-03-02T08:30:00+01:00"), "b"),
        (("2021-03-02T08:00:00", "2021-03-02T08:30:00"), None),
    ],
)
def test_the_earliest_is_told_only_where_days_or_times_tell_it(days, earliest):
    group = describe_group("a", [make("a", published=days[0]), make("b", published=days[1])])
    assert group.earliest == earliest


def test_the_agency_behind_is_the_one_most_of_them_name():
    group = describe_group(
        "a",
        [make("a", agency="Northern Press"), make("b"), make("c", dateline="Northern Press"), make("d", agency="X")],
    )
    assert (group.agency, group.articles) == ("Northern Press", ("a", "b", "c", "d"))
    assert describe_group("b", [make("b")]).agency is None
