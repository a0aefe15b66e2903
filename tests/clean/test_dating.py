"""When a text came out, from its wording alone; all texts are made up."""

from __future__ import annotations

import pytest

from onrecord.clean.blocks import Draft
from onrecord.clean.dating import find_moments
from onrecord.clean.signs import read_dateline
from onrecord.records import BlockRole, Dateline

LEAD = "The harbour council closed the old ferry terminal, its leader said."


def moments(lexicon, *parts: tuple[str, str]):
    """Of blocks given as (role, text), in order."""
    drafts = [Draft(BlockRole(role), text, at, at + 1) for at, (role, text) in enumerate(parts)]
    opening = next((text for role, text in parts if role == "body"), "")
    signs = read_dateline(opening, lexicon.agencies)
    place = Dateline(place=signs.place, date=signs.date, source_start=0, source_end=1) if signs else None
    return find_moments(drafts, place, lexicon)


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("Published: Jan. 6, 2021 3:04 PM EST", "2021-01-06T15:04-05:00", None),
        ("Jan 6, 2021", "2021-01-06", None),
        ("6. Januar 2021, 15:04 Uhr", "2021-01-06T15:04", None),
        ("Publié le 6 janvier 2021 à 15h04", "2021-01-06T15:04", None),
        ("Publicado el 6 de enero de 2021", "2021-01-06", None),
        ("Updated: Jan 6, 2021 3:04 PM EST", "2021-01-06", "2021-01-06T15:04-05:00"),
        ("Published Jan. 5, 2021, 9:00 a.m. EST Updated Jan. 6, 2021, 3:04 p.m. EST",
         "2021-01-05T09:00-05:00", "2021-01-06T15:04-05:00"),
        ("Veröffentlicht 05.01.2021, aktualisiert 06.01.2021, 15:04 Uhr", "2021-01-05", "2021-01-06T15:04"),
        ("2 hours ago", None, None),
        ("Yesterday", None, None),
        ("© Jan. 6, 2021 Velm Gazette", None, None),
        ("Jan. 6", None, None),
        ("The terminal was opened by a minister on Jan. 6, 2021 in heavy snow and wind", None, None),
    ],
)  # fmt: skip
def test_a_line_about_the_time_of_publication(lexicon, line, published, modified):
    found = moments(lexicon, ("title", "Terminal shuts"), ("clutter", line), ("body", LEAD))
    assert (found.published and found.published.value) == published
    assert (found.modified and found.modified.value) == modified


def test_the_basis_names_the_words(lexicon):
    found = moments(lexicon, ("clutter", "Updated: Jan 6, 2021 3:04 PM EST"), ("body", LEAD))
    assert found.published.basis == "date line 'Jan 6, 2021', there is no other"
    assert found.modified.basis == "date line 'Jan 6, 2021'"


@pytest.mark.parametrize(
    ("parts", "published", "basis"),
    [
        ([("body", f"VELM, Jan. 6, 2021 (AP) — {LEAD}")], "2021-01-06", "dateline"),
        ([("body", f"VELM, Jan. 7 (AP) — {LEAD}"), ("caption", "The pier on Wednesday, Jan. 6, 2021.")],
         "2021-01-07", "dateline, its year from a caption date"),
        ([("body", f"VELM, Jan. 2 (AP) — {LEAD}"), ("caption", "The pier on Dec. 30, 2020.")],
         "2021-01-02", None),
        ([("body", f"VELM, Jan. 7 (AP) — {LEAD} The plan of Jan. 4, 2021 failed.")],
         "2021-01-07", "dateline, its year from a date in the text"),
        ([("body", f"VELM, Jan. 7 (AP) — {LEAD} The pier was built on June 4, 1921.")], None, None),
        ([("body", f"{LEAD[:-1]} on Thursday."), ("caption", "The pier on Wednesday, Jan. 6, 2021.")],
         "2021-01-07", "weekday 'Thursday' against caption date"),
        ([("body", f"{LEAD[:-1]} on Thursday."), ("caption", "The pier on Tuesday, Jan. 6, 2021.")], None, None),
        ([("body", f"{LEAD[:-1]} on Monday."), ("caption", "The pier on Wednesday, Jan. 6, 2021.")], None, None),
        ([("body", f"{LEAD[:-1]} on Thursday."), ("caption", "File picture: the pier on Wednesday, Jan. 6, 2021.")],
         None, None),
        ([("body", f"{LEAD[:-1]} on Thursday."), ("caption", "The pier on Jan. 6, 2021.")], None, None),
        ([("body", "The council met yesterday (Jan. 6, 2021) and closed the terminal.")],
         "2021-01-07", "'yesterday (Jan. 6, 2021' in the text"),
        ([("body", "Der Rat tagt heute, 6. Januar 2021, in Velm.")],
         "2021-01-06", "'heute, 6. Januar 2021' in the text"),
        ([("body", "The council said on Thursday that it had met the previous day, on Wednesday, Jan. 6, 2021.")],
         "2021-01-07", None),
        ([("body", "The council said on Friday that the pier was built the previous day, and opened on Jan. 6, 2021.")],
         None, None),
        ([("body", "The council met on Thursday. The pier was built on Monday, March 1, 1999.")], None, None),
    ],
)  # fmt: skip
def test_evidence_in_the_text_must_fit_together(lexicon, parts, published, basis):
    found = moments(lexicon, *parts).published
    assert (found and found.value) == published
    assert basis is None or (found and found.basis) == basis


@pytest.mark.parametrize(
    ("line", "around", "published"),
    [
        ("Wednesday, Jan. 6, 3:04 PM", ("clutter", "© 2021 Velm Gazette"), "2021-01-06T15:04"),
        ("Tuesday, Jan. 6, 3:04 PM", ("clutter", "© 2021 Velm Gazette"), None),
        ("Jan. 6, 3:04 PM", ("clutter", "© 2021 Velm Gazette"), None),
        ("Jan. 6, 3:04 PM", ("caption", "The pier on Jan. 5, 2021."), "2021-01-06T15:04"),
    ],
)
def test_a_year_is_taken_from_other_dates_where_they_settle_it(lexicon, line, around, published):
    found = moments(lexicon, ("clutter", line), ("body", LEAD), around).published
    assert (found and found.value) == published


def test_a_whole_flattened_page_gets_both_moments(clean):
    body = f"{LEAD} “We cannot wait,” she told reporters, and shipping companies asked for a temporary pier at once."
    page = (
        f"Menu\nTerminal shuts before winter storms come\nPublished Jan. 5, 2021\nUpdated Jan. 6, 2021\n{body}\n{body}"
    )
    found = clean(page)
    assert (found.published.value, found.modified.value) == ("2021-01-05", "2021-01-06")
