from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.clean.blocks import lay_blocks
from onrecord.clean.flat import _draft_lines, _find_body, _Labelled, draft_text
from onrecord.clean.lines import split_lines, wrap_width
from onrecord.config import Limits
from onrecord.records import BlockRole

PARAGRAPHS = (
    "The harbour council of Nordvik said on Monday that it would close the ferry terminal before the winter storms.",
    "“We cannot ask people to wait in a building whose roof may not hold,” council leader Maren Oyelaran said.",
    "Shipping companies said the decision had come too late, and asked the government to pay for a temporary pier.",
    "The ministry of transport declined to comment, but an official said that talks with the companies would go on.",
)
CHROME = "Skip to main content\nMenu\nHome\nNews\nSport\nLog in\nSubscribe\n"
FOOTER = "\nRelated articles\nMost read\nFollow us on Facebook\n© 2024 Nordvik Courier. All rights reserved.\n"
HEADLINE = "Nordvik to close old ferry terminal before winter storms"
PAGE = CHROME + "\n" + HEADLINE + "\n\nBy Ana Lindqvist\n\n" + "\n\n".join(PARAGRAPHS) + "\n" + FOOTER


def test_a_bare_article_survives_whole(clean):
    text = "\n\n".join(PARAGRAPHS)
    assert clean(text).text == text


def test_cleaning_twice_changes_nothing(clean):
    once = clean(PAGE).text
    assert clean(once).text == once


def test_page_furniture_is_not_body(clean):
    assert clean(PAGE).text == "\n\n".join(PARAGRAPHS)


def test_headline_and_byline_are_found(clean):
    article = clean(PAGE)
    assert (article.title, article.authors) == (HEADLINE, ("Ana Lindqvist",))
    assert {BlockRole.TITLE, BlockRole.BYLINE} <= {block.role for block in article.blocks}


def test_a_notice_to_subscribers_is_not_body(clean):
    notice = "Already a subscriber? Sign in to your account to read on, or start your subscription today."
    assert notice not in clean(f"{notice}\n\n" + "\n\n".join(PARAGRAPHS)).text


def test_a_caption_keeps_its_credit_apart(clean):
    caption = "The ferry terminal of Nordvik on Monday, March 4, 2024. (AP Photo/Ana Okoye)"
    article = clean("\n\n".join([HEADLINE, caption, *PARAGRAPHS]))
    found = {block.role: block.text for block in article.blocks if block.role in ("caption", "credit")}
    assert found == {
        "caption": "The ferry terminal of Nordvik on Monday, March 4, 2024.",
        "credit": "AP Photo/Ana Okoye",
    }


def test_the_weekday_of_the_lead_dates_the_article_by_a_fresh_caption(clean):
    caption = "The terminal on Sunday, March 3, 2024. (AP Photo/Ana Okoye)"
    article = clean("\n\n".join([HEADLINE, caption, *PARAGRAPHS]))
    assert article.published.value == "2024-03-04"
    assert article.published.basis == "weekday 'Monday' against caption date"


@pytest.mark.parametrize(
    "caption",
    [
        "FILE - The terminal on Sunday, March 3, 2024. (AP Photo/Ana Okoye)",  # an old picture
        "The terminal on Friday, March 3, 2024. (AP Photo/Ana Okoye)",  # that day was no Friday
        "The terminal on Wednesday, March 6, 2024. (AP Photo/Ana Okoye)",  # after that Monday: which Monday is unclear
    ],
)
def test_a_caption_that_proves_no_day_leaves_it_unknown(clean, caption):
    assert clean("\n\n".join([HEADLINE, caption, *PARAGRAPHS])).published is None


@pytest.mark.parametrize(
    ("opening", "agency"),
    [("NORDVIK – ", "Associated Press"), ("NORDVIK (Reuters) - ", "Reuters"), ("", None)],
)
def test_whose_copy_the_text_is(clean, opening, agency):
    caption = "The terminal. (AP Photo/Ana Okoye)"
    article = clean("\n\n".join([HEADLINE, caption, opening + PARAGRAPHS[0], *PARAGRAPHS[1:]]))
    assert article.agency == agency


def test_the_dateline_stays_in_the_text_and_has_its_place_in_the_page(clean):
    text = "\n\n".join(["NORDVIK, March 4 (Yonhap) -- " + PARAGRAPHS[0], *PARAGRAPHS[1:]])
    article = clean(text)
    assert article.text == text
    line = article.dateline
    assert (line.place, line.date, line.agency) == ("NORDVIK", "March 4", "Yonhap News Agency")
    assert text[line.source_start : line.source_end] == "NORDVIK, March 4 (Yonhap)"


def test_wrapped_lines_of_a_paragraph_become_one_block(clean):
    wrapped = []
    for paragraph in PARAGRAPHS:
        lines = [""]
        for word in paragraph.split():
            if len(lines[-1]) + 1 + len(word) > 60:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
        wrapped.append("\n".join(lines))
    article = clean("\n\n".join(wrapped))
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert len(article.blocks) == len(PARAGRAPHS)


def test_lines_as_long_as_their_paragraphs_are_not_wrapped():
    assert wrap_width(split_lines("\n".join(PARAGRAPHS * 3))) is None


def test_what_passes_the_limit_is_said():
    from onrecord.clean.blocks import Draft

    laid = lay_blocks([Draft(BlockRole.BODY, "abcdef", 0, 6), Draft(BlockRole.BODY, "ghi", 8, 11)], max_chars=4)
    assert (laid.text, laid.is_cut, len(laid.blocks)) == ("abcd", True, 1)


WORDS = st.sampled_from([*PARAGRAPHS, HEADLINE, "Menu", "Read more", "\u200f", "By Ana Okoye", "(AP Photo/Ana Okoye)"])
PAGES = st.lists(st.one_of(WORDS, st.text(max_size=40)), min_size=1, max_size=25).map("\n".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAGES)
def test_every_solid_character_of_a_page_is_in_one_block(models, lexicon, text):
    drafts = draft_text(text, model=models.lines, lexicon=lexicon)
    kept = "".join(text[draft.start : draft.end] for draft in drafts)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(one.end <= other.start for one, other in pairwise(drafts))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PAGES)
def test_body_blocks_tile_the_text_and_map_back_letter_by_letter(models, lexicon, text):
    drafts = draft_text(text, model=models.lines, lexicon=lexicon)
    laid = lay_blocks(drafts, max_chars=10_000)
    body = [block for block in laid.blocks if block.role == BlockRole.BODY]
    assert "\n\n".join(laid.text[block.start : block.end] for block in body) == laid.text
    for block in body:
        shown = laid.text[block.start : block.end]
        assert "".join(shown.split()) == "".join(text[block.source_start : block.source_end].split())


def test_a_page_of_too_many_lines_ends_where_it_says(clean):
    article = clean("\n\n".join(PARAGRAPHS) + "\nMenu" * 60_000)
    assert article.limits_hit == ("page_chars",)
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_body_of_too_many_words_is_cut_and_the_limit_named(clean):
    article = clean("\n\n".join(PARAGRAPHS), limits=Limits(text_words=20))
    assert article.limits_hit == ("text_words",)
    assert "\n\n".join(PARAGRAPHS).startswith(article.text)


def paragraphs(text, lexicon):
    """The blocks that a text of body lines makes."""
    lines = split_lines(text)
    return [draft.text for draft in _draft_lines(_Labelled(lines, [BlockRole.BODY] * len(lines)), lexicon)]


BROKEN = """\
What the council wants
The harbour council of
Nordvik
, a northern town, said that it would close the terminal in Lower
Ferry Street
, as its leader
Maren Oyelaran
had promised.
The ministry declined to comment.
Shipping companies will meet
Oyelaran
on Friday."""


def test_lines_broken_at_every_link_become_paragraphs_again(lexicon):
    lead = (
        "The harbour council of Nordvik, a northern town, said that it would close the terminal in Lower Ferry"
        " Street, as its leader Maren Oyelaran had promised."
    )
    assert paragraphs(BROKEN, lexicon) == [
        "What the council wants",
        lead,
        "The ministry declined to comment.",
        "Shipping companies will meet Oyelaran on Friday.",
    ]


def test_headings_between_whole_paragraphs_stay_apart(lexicon):
    lines = ["What the council wants", PARAGRAPHS[0], "How the ministry sees it", *PARAGRAPHS[1:]]
    assert paragraphs("\n".join(lines), lexicon) == lines


def test_paragraphs_set_end_to_end_are_cut_apart(lexicon):
    assert paragraphs("".join(PARAGRAPHS), lexicon) == list(PARAGRAPHS)


def test_one_missing_space_or_an_abbreviation_cuts_nothing(lexicon):
    text = "The U.S.Army left Nordvik.It said so on Monday, and Booking.com agreed with the ministry."
    assert paragraphs(text, lexicon) == [text]


def test_an_index_of_months_with_numbers_is_not_body(clean):
    months = [f"{name} ({number})" for number, name in enumerate(("May", "June", "July", "August", "Sept", "Oct"), 40)]
    assert clean("\n\n".join([*PARAGRAPHS, *months])).text == "\n\n".join(PARAGRAPHS)


def test_a_line_changes_sides_only_for_a_reason():
    chances = np.array([0.01, 0.9, 0.45, 0.9, 0.2, 0.9, 0.01, 0.55, 0.01], dtype=np.float32)
    assert _find_body(chances) == [False, True, True, True, False, True, False, False, False]
