from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.clean.signs import find_credit, is_byline, name_authors, read_dateline

AGENCIES = {
    "Yonhap": "Yonhap News Agency",
    "KCNA": "Korean Central News Agency",
    "AP": "Associated Press",
    "TASS": "TASS",
}


@pytest.mark.parametrize(
    ("paragraph", "place", "date", "agency"),
    [
        ("SEOUL, Jan. 6 (Yonhap) -- Talks resumed.", "SEOUL", "Jan. 6", "Yonhap"),
        ("SEOUL – Talks resumed.", "SEOUL", None, None),
        ("Pyongyang, August 4 (KCNA) -- Talks resumed.", "Pyongyang", "August 4", "KCNA"),
        ("WASHINGTON (AP) — Talks resumed.", "WASHINGTON", None, "AP"),
        ("MOSCOW, January 6. /TASS/. Talks resumed.", "MOSCOW", "January 6", "TASS"),
        (
            "NEW YORK, 6 March 2024 (Harbour News Agency) - Talks resumed.",
            "NEW YORK",
            "6 March 2024",
            "Harbour News Agency",
        ),
        ("RIO DE JANEIRO, Brazil — Talks resumed.", "RIO DE JANEIRO, Brazil", None, None),
    ],
)
def test_datelines(paragraph, place, date, agency):
    signs = read_dateline(paragraph, AGENCIES)
    assert (signs.place, signs.date, signs.agency) == (place, date, agency)


@pytest.mark.parametrize(
    "paragraph",
    [
        "Talks resumed - at last.",
        "Kim (AP) said so.",
        "He said — and meant it — that talks would resume.",
        "Seoul – a city of ten million – was quiet.",
        "",
        "— no place",
        "In a year of change (Yonhap) -- talks resumed.",
    ],
)
def test_ordinary_prose_has_no_dateline(paragraph):
    assert read_dateline(paragraph, AGENCIES) is None


@given(st.text(max_size=150))
def test_a_dateline_ends_inside_its_paragraph(paragraph):
    signs = read_dateline(paragraph, AGENCIES)
    assert signs is None or 0 < signs.end <= len(paragraph)


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("The dam on Monday. (AP Photo/Ana Okoye)", "AP Photo/Ana Okoye"),
        ("Photo: Ana Okoye", "Photo: Ana Okoye"),
        ("Ana Okoye/Getty Images", "Ana Okoye/Getty Images"),
        ("Der Damm am Montag. (Foto: dpa)", "Foto: dpa"),
        ("The minister said so (and meant it)", None),
        ("Photos show what the minister said on Monday", None),
        ("The council said so.", None),
    ],
)
def test_picture_credits(lexicon, line, credit):
    found = find_credit(line, lexicon)
    assert (found and found.text) == credit


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ana Okoye", ("Ana Okoye",)),
        ("By Ana Okoye and Piet de Vries, Associated Press", ("Ana Okoye", "Piet de Vries")),
        ("Von Ana Okoye", ("Ana Okoye",)),
        ("By AP", ()),
        ("By the time talks resumed", ()),
    ],
)
def test_authors_of_a_byline(lexicon, line, names):
    assert name_authors(line, lexicon) == names
    assert is_byline(line, lexicon) == bool(names)
