"""Corrections outlive readings: made of one, they are found in another by the characters of what was judged."""

from __future__ import annotations

import msgspec
import pytest

from onrecord.errors import UsageError
from onrecord.export.lessons import lessons
from onrecord.records import Act, Models, Span, Speaker, SpeakerBasis
from onrecord.store import AddedAs, Store
from onrecord.store.corrections import Corrections, Verdict, apply_corrections, match_corrections
from tests.fixtures.readings import make_plain, say

TEXT = "The bridge 🚢 will open in May, Ada Roth said. Jon Maro called it unsafe. Rain fell."


def reading_of(*statements, reader="by hand 1"):
    models = Models(onrecord="0.1.0", reader=reader, blocks="by hand 1")
    page, reading = make_plain(TEXT, models=models)
    return page, msgspec.structs.replace(reading, statements=statements)


def first(id_="s1", content="The bridge 🚢 will open in May", **facts):
    return say(TEXT, id_, content, source="Ada Roth", speaker="Ada Roth", **facts)


def second(id_="s2", content="it unsafe", **facts):
    return say(TEXT, id_, content, source="Jon Maro", speaker="Jon Maro", **facts)


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "store.db"
    page, reading = reading_of(first(), second())
    with Store.open(path) as store:
        store.add(page, reading)
    return path, reading


def judge(kept, number, verdict, **edit):
    path, reading = kept
    said = reading.statements[number]
    corrected = msgspec.structs.replace(said, **edit) if edit else None
    with Corrections(path) as corrections:
        return corrections.make(reading, said, corrected=corrected, by="Mina", verdict=verdict)


def of(path, reading):
    with Corrections(path, read_only=True) as corrections:
        return corrections.of(reading.article.id)


def test_a_correction_tells_who_when_and_of_what(kept):
    number = judge(kept, 0, Verdict.EDIT, act=Act.COMMIT)
    (one,) = of(*kept)
    assert (one.number, one.made_by, one.judged, one.reader) == (number, "Mina", kept[1].statements[0], "by hand 1")
    assert one.corrected.act is Act.COMMIT
    assert one.made_at.endswith("Z")
    assert one.is_standing


def test_what_is_taken_back_stays_on_record_and_counts_no_more(kept):
    number = judge(kept, 0, Verdict.REJECT)
    with Corrections(kept[0]) as corrections:
        assert corrections.undo(number, by="Tae")
        assert not corrections.undo(number, by="Tae")
    (one,) = of(*kept)
    assert (one.undone_by, one.is_standing) == ("Tae", False)
    assert match_corrections(kept[1], [one]) == {}
    assert apply_corrections(kept[1], [one]) == kept[1]


def test_the_newest_judgement_of_a_statement_holds(kept):
    judge(kept, 0, Verdict.REJECT)
    judge(kept, 0, Verdict.ACCEPT)
    assert match_corrections(kept[1], of(*kept))["s1"].verdict is Verdict.ACCEPT
    assert [one.rejected for one in lessons(kept[0])] == [()]


def test_corrections_survive_a_reading_by_a_newer_model_that_numbers_anew(kept):
    judge(kept, 0, Verdict.ACCEPT)
    judge(kept, 1, Verdict.REJECT)
    rain = say(TEXT, "s1", "Rain fell", speaker="Nobody")
    page, newer = reading_of(rain, second("s2"), first("s3", "bridge 🚢 will open in May"), reader="by hand 2")
    with Store.open(kept[0]) as store:
        assert store.add(page, newer).outcome is AddedAs.REREAD
        matched = match_corrections(store.reading(page.id), of(*kept))
    assert {id_: one.verdict for id_, one in matched.items()} == {"s2": Verdict.REJECT, "s3": Verdict.ACCEPT}


def test_a_statement_that_a_newer_model_lost_comes_back_if_it_was_accepted(kept):
    judge(kept, 0, Verdict.ACCEPT)
    judge(kept, 1, Verdict.REJECT)
    _, newer = reading_of(reader="by hand 2")
    (back,) = apply_corrections(newer, of(*kept)).statements
    assert back.content == kept[1].statements[0].content


def test_an_inner_statement_is_not_taken_for_the_outer_one(kept):
    path, _ = kept
    outer, inner = (
        first("s1", "The bridge 🚢 will open in May"),
        say(TEXT, "s2", "bridge 🚢 will open in May", within="s1"),
    )
    both, only_outer = reading_of(outer, inner)[1], reading_of(outer)[1]
    with Corrections(path) as corrections:
        for said, verdict in ((outer, Verdict.ACCEPT), (inner, Verdict.REJECT)):
            corrections.make(both, said, by="Mina", verdict=verdict)
    assert match_corrections(only_outer, of(path, both))["s1"].verdict is Verdict.ACCEPT


def test_lessons_hold_the_text_and_statements_as_people_want_them(kept):
    judge(kept, 0, Verdict.EDIT, act=Act.COMMIT, speaker=Speaker(name="Roth", basis=SpeakerBasis.NAME))
    judge(kept, 1, Verdict.REJECT)
    (lesson,) = lessons(kept[0])
    (taught,) = lesson.statements
    assert (taught.speaker, taught.act, taught.reviewed) == ("Roth", Act.COMMIT, True)
    assert "".join(lesson.text[span.start : span.end] for span in taught.content) == "The bridge 🚢 will open in May"
    assert lesson.rejected == (kept[1].statements[1].content,)
    assert lesson.complete


@pytest.mark.parametrize("span", [Span(0, 10_000), Span(5, 5), Span(9, 3)])
def test_characters_that_are_not_in_the_article_are_refused(kept, span):
    with pytest.raises(UsageError):
        judge(kept, 0, Verdict.EDIT, content=(span,))
    assert of(*kept) == []


def test_an_edit_says_how_it_should_be_and_nothing_else_does(kept):
    with pytest.raises(UsageError):
        judge(kept, 0, Verdict.EDIT)
    with pytest.raises(UsageError):
        judge(kept, 0, Verdict.ACCEPT, act=Act.COMMIT)
