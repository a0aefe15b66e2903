"""What the whole sentence puts right. Drafts are made by hand; no weights are loaded."""

import pytest

from onrecord.reading.quotes import find_quotations
from onrecord.reading.repair import repair_drafts
from onrecord.reading.statements import Draft
from onrecord.records import Span


def span(text: str, part: str) -> Span:
    return Span(text.index(part), text.index(part) + len(part))


def draft(text, source="", cue="", *content, holder=None, confidence=0.8):
    return Draft(
        source=(span(text, source),) if source else (),
        cue=(span(text, cue),) if cue else (),
        content=tuple(span(text, part) for part in content),
        confidence=confidence,
        holder=holder,
    )


def repaired(text, *drafts):
    return repair_drafts(text, drafts, find_quotations(text))


def contents(text, drafts):
    return [" | ".join(text[s.start : s.end] for s in d.content) for d in drafts]


def test_an_inner_content_without_cue_is_dropped():
    text = "Moren said rain fell."
    outer = draft(text, "Moren", "said", "rain fell")
    assert repaired(text, outer, draft(text, "", "", "rain", holder=outer)) == [outer]


def test_an_unsure_content_without_cue_is_dropped_unless_it_holds_a_statement():
    text = "It rained, Moren said."
    outer = draft(text, "", "", "It rained, Moren said", confidence=0.1)
    assert repaired(text, outer) == []
    inner = draft(text, "Moren", "said", "It rained", holder=outer)
    assert repaired(text, outer, inner) == [outer, inner]


@pytest.mark.parametrize("cue", ["likely", "may", "Perhaps"])
def test_a_modal_alone_is_no_cue(cue):
    text = f"{cue} Moren rain fell."
    assert repaired(text, draft(text, "Moren", cue, "rain fell")) == []


@pytest.mark.parametrize("content", ["the", "of a", "—"])
def test_a_content_without_a_word_of_its_own_is_none(content):
    text = f"Moren said {content} rain."
    assert repaired(text, draft(text, "Moren", "said", content)) == []


@pytest.mark.parametrize(
    ("text", "pieces", "joined"),
    [
        ("“Go,” Moren said. “Now.”", ("“Go,”", "“Now.”"), "“Go,” | “Now.”"),
        ("He left. But Moren said rain fell.", ("He left", "rain fell"), "rain fell"),
        (
            "Moren said rain fell, and the long road to the old harbour was closed.",
            ("rain fell", "closed"),
            "rain fell",
        ),
        ("Moren said rain or snow fell.", ("rain", "snow fell"), "rain or snow fell"),
    ],
    ids=["split quotation", "other sentence", "far piece", "slip"],
)
def test_pieces_of_a_content_are_parted_by_its_own_source_and_cue_only(text, pieces, joined):
    found = repaired(text, draft(text, "Moren", "said", *pieces))
    assert contents(text, found) == [joined]


def test_a_content_takes_the_quotation_mark_it_lacks():
    text = "Moren promised a “winter without want,” and left."
    found = repaired(text, draft(text, "Moren", "promised", "a “winter without want"))
    assert contents(text, found) == ["a “winter without want,”"]


@pytest.mark.parametrize(
    ("text", "cue", "content", "is_cut"),
    [
        (
            "He lamented what he called a “lost year” caused by floods.",
            "called",
            "a “lost year” caused by floods",
            True,
        ),
        ("She described it as “a farce” by clowns.", "described", "“a farce” by clowns", True),
        ("He dubbed them the “sleepers” of the north.", "dubbed", "the “sleepers” of the north", False),
        ("He announced a “lost year” caused by floods.", "announced", "a “lost year” caused by floods", False),
    ],
)
def test_a_quoted_name_ends_where_the_writer_tells_who_did_it(text, cue, content, is_cut):
    (found,) = contents(text, repaired(text, draft(text, text.split()[0], cue, content)))
    assert found == (content[: content.index("”") + 1] if is_cut else content)


@pytest.mark.parametrize("told", ["to sell the fleet", "to sell the fleet that"])
def test_a_pledge_holds_the_relative_clause_that_its_maker_comments_on(told):
    text = "Moren pledged to sell the fleet that she says is old."
    pledge = draft(text, "Moren", "pledged", told)
    comment = draft(text, "she", "says", "is old")
    assert contents(text, repaired(text, pledge, comment)) == ["to sell the fleet that she says is old", "is old"]
    assert comment.holder is pledge


@pytest.mark.parametrize(
    ("text", "source", "cue", "content"),
    [
        (
            "Moren vowed to fight, according to the state agency.",
            "the state agency",
            "according to",
            "Moren vowed to fight",
        ),
        ("Moren vowed “to fight,” as per the Velm Gazette.", "the Velm Gazette", "as per", "Moren vowed “to fight,”"),
        (
            "According to the Velm Gazette, Moren vowed to fight.",
            "the Velm Gazette",
            "According to",
            "Moren vowed to fight",
        ),
    ],
)
def test_a_source_at_the_edge_of_a_sentence_holds_what_the_sentence_tells(text, source, cue, content):
    vow = draft(text, "Moren", "vowed", "to fight")
    found = repaired(text, vow)
    relay = next(d for d in found if d is not vow)
    shown = [text[s.start : s.end] for s in (*relay.source, *relay.cue, *relay.content)]
    assert shown == [source, cue, content]
    assert vow.holder is relay


@pytest.mark.parametrize(
    "text", ["Moren built it according to plan.", "It pays $2 million per episode.", "It fell, according to 2019 data."]
)
def test_plans_and_rates_are_no_sources(text):
    assert repaired(text) == []


def test_a_source_that_the_network_has_seen_is_not_doubled():
    text = "Rain fell in the hills, according to the Velm Gazette."
    seen = draft(text, "the Velm Gazette", "according to", "Rain fell in the hills")
    assert repaired(text, seen) == [seen]


def test_a_quotation_that_goes_on_in_a_new_paragraph_is_a_statement_of_its_own():
    text = "“Rain fell,” Moren said.\n\n“They call it snow,” he added."
    first = draft(text, "Moren", "said", "“Rain fell,”", "“They call it snow,”")
    inner = draft(text, "They", "call", "it snow", holder=first)
    found = repaired(text, first, inner)
    assert contents(text, found) == ["“Rain fell,”", "it snow", "“They call it snow,”"]
    assert (found[2].source, found[2].cue) == ((), ())
    assert inner.holder is found[2]


def test_a_quotation_resumed_in_its_paragraph_stays_one_statement():
    text = "“Rain fell,” Moren said. “It snows.”"
    assert len(repaired(text, draft(text, "Moren", "said", "“Rain fell,”", "“It snows.”"))) == 1


def test_no_law_of_nations_is_a_source_at_the_end_of_a_sentence():
    text = "Moren said ships may pass according to international law."
    assert len(repaired(text, draft(text, "Moren", "said", "ships may pass"))) == 1
