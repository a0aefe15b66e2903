"""Statements that stand in the layout: signed quotations and transcripts. No weights are loaded."""

import pytest

from onrecord.reading.layout import add_laid_out, find_signed_quotations, find_turns
from onrecord.reading.quotes import find_quotations
from onrecord.reading.statements import Draft
from onrecord.records import Span

BRIEFING = """\
Notes from the harbour authority.

MODERATOR: Good morning, we begin with a statement.

DIRECTOR ILKA MOREN: We will close the quay in March (in part).

We did not choose this lightly.

(Laughter.)

QUESTION: Does the government agree with that?

DIRECTOR MOREN [off microphone]: I believe that it does.

QUESTION: And the unions, what do they say?

DIRECTOR MOREN: Let them speak for themselves.

The briefing ended at noon.
"""


def span(text: str, part: str) -> Span:
    return Span(text.index(part), text.index(part) + len(part))


def draft(text, source="", cue="", *content, holder=None):
    return Draft(
        source=(span(text, source),) if source else (),
        cue=(span(text, cue),) if cue else (),
        content=tuple(span(text, part) for part in content),
        confidence=0.8,
        holder=holder,
    )


def words_of(text, drafts, role="content"):
    return [" | ".join(text[s.start : s.end] for s in getattr(d, role)) for d in drafts]


def test_a_transcript_is_told_turn_by_turn():
    turns = find_turns(BRIEFING)
    assert words_of(BRIEFING, turns, "source") == [
        "MODERATOR",
        "DIRECTOR ILKA MOREN",
        "QUESTION",
        "DIRECTOR MOREN",
        "QUESTION",
        "DIRECTOR MOREN",
    ]
    assert set(words_of(BRIEFING, turns, "cue")) == {":"}
    assert words_of(BRIEFING, turns)[1:4] == [
        "We will close the quay in March (in part). | We did not choose this lightly.",
        "Does the government agree with that?",
        "I believe that it does.",
    ]
    assert words_of(BRIEFING, turns)[-1] == "Let them speak for themselves."


def test_a_few_turns_in_an_article_end_with_their_line():
    story = "\n".join(f"Paragraph {number} tells of the quay." for number in range(24))
    text = BRIEFING.replace("(Laughter.)", story)
    assert "We will close the quay in March (in part)." in words_of(text, find_turns(text))


def test_mixed_case_names_count_where_two_return():
    text = "Ilka Moren: We stay where we are.\nJon Maro: You said that last year.\n"
    assert find_turns(text) == []
    assert words_of(text * 2, find_turns(text * 2), "source") == ["Ilka Moren", "Jon Maro"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "Photo: A ship lies at the quay.\nRead more: The quay will be closed.\n" * 3,
        "Moren: 547.\nMaro: 46.\n" * 3,
        "Northern Quay: 12 ships wait.\nSouthern Quay: 3 ships wait.\nEastern Quay: no ship waits.",
        "MOREN: We will stay as long as we can.\nThe rest is told by nobody at all.",
        "",
    ],
)
def test_lists_and_captions_are_no_transcript(text):
    assert find_turns(text) == []


def test_what_was_found_in_a_turn_lies_in_it():
    text = BRIEFING
    turns = find_turns(text)
    inner = draft(text, "I", "believe", "it does")
    same = draft(text, "MODERATOR", ":", "Good morning, we begin")
    bare = draft(text, "", "", "We did not choose this lightly.")
    found = add_laid_out([inner, same, bare], turns, flat=False)
    assert found == [inner, *turns]
    assert inner.holder is turns[3]
    assert add_laid_out([inner, same, bare], turns, flat=True) == turns


def test_what_reaches_beyond_a_turn_stays():
    outer = draft(BRIEFING, "harbour authority", "Notes", "statement.\n\nDIRECTOR ILKA MOREN: We")
    assert outer in add_laid_out([outer], find_turns(BRIEFING), flat=True)


def signed(text, *drafts, flat=False):
    return add_laid_out(drafts, find_signed_quotations(text, find_quotations(text)), flat=flat)


@pytest.mark.parametrize(
    "text",
    [
        "“We have never won so much.” — Ilka Moren",
        "Voices\n“We have never won so much.”―Ilka Moren\nMore",
        '"We have never won so much."\n-- Ilka Moren\n',
    ],
)
def test_a_quotation_may_be_signed_by_a_dash_and_a_name(text):
    (found,) = signed(text)
    assert [text[s.start : s.end] for s in found.source] == ["Ilka Moren"]
    assert words_of(text, [found])[0].strip('“”"') == "We have never won so much."


@pytest.mark.parametrize(
    "text",
    [
        "“We have never won so much” — said Ilka Moren.",
        "She said: “We have never won so much.” — Ilka Moren",
        "“We won” — Ilka Moren",
        "“We have never won so much.” — Ilka Moren said it twice. And again.",
    ],
)
def test_a_dash_in_a_sentence_signs_nothing(text):
    assert signed(text) == []


def test_what_was_found_in_a_signed_quotation_lies_in_it():
    text = "“I fear that rain will fall.” — Ilka Moren"
    inner = draft(text, "I", "fear", "that rain will fall")
    whole = draft(text, "", "", "“I fear that rain will fall.”")
    found = signed(text, inner, whole)
    assert words_of(text, found) == ["that rain will fall", "“I fear that rain will fall.”"]
    assert found[0].holder is found[1]
    assert words_of(text, signed(text, inner, whole, flat=True)) == ["“I fear that rain will fall.”"]
