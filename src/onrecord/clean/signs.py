"""What a short text near an article is by its wording: dateline, by-line, picture credit, agency signature."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from onrecord.dates import find_dates
from onrecord.lexicon.press import PressLexicon, fold_words

__all__ = ["Credit", "DatelineSigns", "find_credit", "is_byline", "name_authors", "name_photo_agency", "read_dateline"]

_DATELINE_WITHIN = 110  # characters; "UNITED NATIONS, Sept. 21 (Korean Central News Agency) --" has 57
_DASH = re.compile(r"\s{0,3}(?:--|—|–|―|−)\s{0,3}|\s{1,3}[-_]\s{1,3}|(?<=\))\s{0,3}[-:_]\s{0,3}|(?<=\w/)\.?(?=\s)")
_AGENCY = re.compile(r"\s*[(/\[]\s?([^()/\[\]]{2,45}?)\s?[)/\]]?\s*$")
_PLACE_WORD = re.compile(r"[^\W\d_][\w.'’\-]*$")
_PLACE_JOINTS = frozenset(
    [
        "of",
        "the",
        "and",
        "de",
        "la",
        "le",
        "les",
        "el",
        "del",
        "di",
        "da",
        "do",
        "dos",
        "du",
        "des",
        "am",
        "an",
        "der",
        "den",
        "upon",
        "sur",
        "y",
        "e",
        "al",
        "und",
    ]
)
_MAX_PLACE_WORDS = 5
_NAME_WORD = re.compile(r"[^\W\d_][\w.'’\-]*")
_NAME_JOINTS = frozenset(
    ["de", "la", "van", "von", "der", "den", "di", "da", "dos", "bin", "al", "el", "ter", "ten", "le", "du"]
)
_NAMES_APART = re.compile(r",|;|&|\band\b|\bund\b|\bet\b|\by\b|\||•|·|\s[-–—]\s", re.IGNORECASE)
_FIGURE = re.compile(r"\d")
_BEHIND_DATE = 5  # words of a time of day and its zone that may stand between a date and "by"
_CREDIT_TAIL = re.compile(r"\(([^()\n]{2,120})\)[\s.]*$|\[([^\[\]\n]{2,120})\]\s*$")
_CREDIT_LINE = 120  # characters
_TAIL_WITHIN = 400  # characters from a line's end in which a credit is looked for


class DatelineSigns(NamedTuple):
    """A dateline's parts as printed; `end` counts from the paragraph's start and leaves out the dash."""

    place: str
    date: str | None
    agency: str | None
    end: int


class Credit(NamedTuple):
    """A picture credit inside a line: the outer run holds its brackets, the text does not."""

    start: int
    end: int
    text: str


def read_dateline(paragraph: str, agencies: Mapping[str, str]) -> DatelineSigns | None:
    """Read a leading dateline such as "SEOUL, Jan. 6 (Yonhap) --".

    A place alone before the dash must be in capitals; with a day or an agency any place will do. The place is returned
    as printed. Agencies are matched as they print themselves, case as given.

    Source: AP Stylebook, entry "datelines".

    >>> read_dateline("SEOUL, Jan. 6 (Yonhap) -- Talks resumed.", {"Yonhap": "Yonhap News Agency"}).place
    'SEOUL'
    >>> read_dateline("Talks resumed - at last.", {}) is None
    True
    """
    dash = _DASH.search(paragraph[:_DATELINE_WITHIN])
    if not dash or not dash.start():
        return None
    return _read_head(paragraph[: dash.start()], agencies)


def read_whole_dateline(line: str, agencies: Mapping[str, str]) -> DatelineSigns | None:
    """Read a line that is nothing but a dateline, with or without its dash."""
    if len(line) > _DATELINE_WITHIN:
        return None
    dash = _DASH.search(line)
    if dash and dash.end() < len(line.rstrip()):
        return None
    signs = _read_head(line[: dash.start()] if dash else line.rstrip(), agencies)
    return signs if signs and (dash or signs.agency or signs.date) else None


def _read_head(head: str, agencies: Mapping[str, str]) -> DatelineSigns | None:
    found = _AGENCY.search(head)
    agency = found.group(1).strip() if found else None
    if agency is not None and agency not in agencies and not _looks_like_agency(agency):
        return None
    rest = head[: found.start()] if found else head
    date = next((rest[d.start : d.end] for d in find_dates(rest)), None)
    before, _, after = rest.partition(date) if date else (rest, "", "")
    place = before.strip(" ,.;:")
    if after.strip(" ,.;:") or not _is_place(place, needs_capitals=agency is None and date is None):
        return None
    return DatelineSigns(place, date, agency, len(head.rstrip()))


def _looks_like_agency(name: str) -> bool:
    """An agency we do not know: capitals only, or a name with "news" or "agency" in it."""
    folded = fold_words(name)
    return len(folded) <= 5 and (name.isupper() or bool({"news", "agency", "press"} & set(folded)))


def _is_place(place: str, *, needs_capitals: bool) -> bool:
    words = place.replace(",", " , ").split()
    names = [word for word in words if word != "," and word.lower() not in _PLACE_JOINTS]
    if not names or len(words) > _MAX_PLACE_WORDS + 2 or not all(_PLACE_WORD.match(word) for word in names):
        return False
    if not all(word[0].isupper() or not word[0].islower() for word in names) or words[-1] in _PLACE_JOINTS:
        return False
    city = place.split(",", maxsplit=1)[0]
    return not needs_capitals or (city.upper() == city and len(city) >= 3 and city.lower() != city)


def is_byline(text: str, lexicon: PressLexicon) -> bool:
    """Is a short line a by-line: "By Ana Okoye", "Ana Okoye, staff writer", "Ana Okoye, Associated Press"?"""
    words = fold_words(text)
    if not 2 <= len(words) <= 18 or len(text) > 140:
        return False
    opening = lexicon.byline_openings.opens(words)
    if (opening and len(words) > opening) or _behind_date(text, lexicon):
        return bool(name_authors(text, lexicon))
    return lexicon.bylines_end.ends(words) and bool(name_authors(text, lexicon)) and text[:1].isupper()


def _behind_date(text: str, lexicon: PressLexicon) -> str:
    """What follows a date that a line opens with, from "by" on: "posted on 6 May 2021 10:15 CET by Ana Okoye"."""
    phrase = next(find_dates(text), None) if _FIGURE.search(text) else None
    before = fold_words(text[: phrase.start]) if phrase else []
    if phrase is None or not (not before or lexicon.dated.is_whole(before)):
        return ""
    rest = text[phrase.end :].split()
    for at in range(min(len(rest), _BEHIND_DATE)):
        behind = " ".join(rest[at:])
        if lexicon.byline_openings.opens(fold_words(behind)):
            return behind
    return ""


def name_authors(text: str, lexicon: PressLexicon) -> tuple[str, ...]:
    """The personal names of a by-line, in order; offices, agencies and dates are left out.

    A name has two to five words that begin with a capital.
    """
    text = _behind_date(text, lexicon) or text
    opening = lexicon.byline_openings.opens(fold_words(text))
    rest = " ".join(text.split()[opening:]) if opening else text
    names = (_without_date(part).strip(" .:-–—*_") for part in _NAMES_APART.split(rest))
    return tuple(dict.fromkeys(name for name in names if _is_person(name, lexicon)))


def _without_date(part: str) -> str:
    """The words before a figure, without the "on" or "le" that leads to it."""
    words = _FIGURE.split(part, maxsplit=1)[0].split()
    while words and len(words) < len(part.split()) and words[-1][0].islower():
        words.pop()
    return " ".join(words)


def _is_person(name: str, lexicon: PressLexicon) -> bool:
    words = name.split()
    if not 2 <= len(words) <= 5 or name in lexicon.agencies:
        return False
    if lexicon.bylines_end.ends(fold_words(name)) or not all(_NAME_WORD.fullmatch(word) for word in words):
        return False
    return all(word[0].isupper() or word.lower() in _NAME_JOINTS for word in words) and words[0][0].isupper()


def find_credit(line: str, lexicon: PressLexicon) -> Credit | None:
    """The picture credit that a line is or ends with; None if there is none.

    >>> from onrecord.lexicon.press import load_press_lexicon
    >>> find_credit("The dam on Monday. (AP Photo/Ana Okoye)", load_press_lexicon()).text
    'AP Photo/Ana Okoye'
    """
    base = max(0, len(line) - _TAIL_WITHIN)
    tail = _CREDIT_TAIL.search(line, base)
    if tail:
        inner = tail.group(1) or tail.group(2)
        return Credit(tail.start(), tail.end(), inner.strip()) if _is_credit(inner, lexicon) else None
    if len(line) <= _CREDIT_LINE and _is_credit(line, lexicon):
        return Credit(0, len(line), line)
    return None


def _is_credit(text: str, lexicon: PressLexicon) -> bool:
    words = fold_words(text)
    if not words or len(words) > 14 or "(" in text:
        return False
    if name_photo_agency(text, lexicon) and ("/" in text or "photo" in words or len(words) <= 4):
        return len(words) >= 2 or "/" in text
    opening = lexicon.credits.opens(words)
    has_mark = ":" in text or "/" in text or "©" in text or opening >= 2
    if opening and len(words) > opening and has_mark and len(words) <= 10:
        return True
    return lexicon.credit_houses.ends(words) and ("/" in text or (len(words) <= 5 and len(words) >= 1))


def name_photo_agency(credit: str, lexicon: PressLexicon) -> str | None:
    """The agency whose picture a credit names, if it is one of the known ones."""
    for part in re.split(r"[/,|;]|\bvia\b", credit):
        name = part.strip(" ()[]©.")
        if name in lexicon.photo_agencies:
            return lexicon.photo_agencies[name]
    return None
