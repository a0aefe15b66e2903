"""Expressions of time in a text: where they stand, and what they mean as seen from the day of the article.

English only. Times of the day are left out, and so is what is no time though it looks like it: ages, numbers that
could be years ("2,000").

Source: the forms after TimeML's TIMEX3 (Pustejovsky et al. 2003), as far as days and longer go.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date
from typing import NamedTuple

from onrecord.dates import find_dates
from onrecord.reading.periods import Period, read_period
from onrecord.records import Article, Span
from onrecord.relative_dates import resolve
from onrecord.spans import dateline_end, split_sentences

__all__ = ["TimeExpression", "find_anchor", "find_times"]


class TimeExpression(NamedTuple):
    """Words that name a time, and what they mean."""

    span: Span
    period: Period


def _any_case(words: str) -> str:
    """As printed and in capitals, but not in small letters: the month, not the verb."""
    return "(?-i:" + "|".join(f"{word}|{word.upper()}" for word in words.split()) + ")"


_MONTHS = "January February March April May June July August September October November December"
_MONTH = rf"(?:{_any_case(_MONTHS)}\b|(?-i:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:\.|\b))"
_SURE_MONTH = rf"{_any_case(_MONTHS.replace(' March', '').replace(' May', ''))}\b"
_WEEKDAY = _any_case("Monday Tuesday Wednesday Thursday Friday Saturday Sunday") + r"\b"
_YEAR = r"(?:1[5-9]\d\d|2[01]\d\d)\b"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b"
_ONES = (
    "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen)"
)
_NUMBER = rf"(?:\d{{1,3}}(?:[ -]1/2)?|{_ONES}|(?:twenty|thirty|forty|fifty|sixty|ninety)(?:-{_ONES})?)(?: and a half)?"
_COUNT = rf"(?:{_NUMBER}|an?|a couple(?: of)?|a dozen|a few|few|several|some|many)"
_UNIT = "(?:hour|day|week|month|year|decade)"
_PERIOD = "(?:day|week|weekend|month|quarter|year|decade|century)"
_SEASON = "(?:spring|summer|autumn|fall|winter)"
_PART = "(?:early|mid|late)"
_OF_DAY = "(?: (?:night|morning|afternoon|evening)s?)?"
_ABOUT = "(?:nearly |almost |about |around |just over |just under |more than |at least )?"
_DATE = rf"(?:{_MONTH} {_DAY}(?:,? {_YEAR})?|{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?|{_YEAR}-\d\d-\d\d)"
_SOME_YEAR = (
    rf"(?:(?:the )?(?:year )?{_YEAR}|(?:the|this|next|last|the coming|the following|the calendar|the fiscal) year\b)"
)
_LARGER = (
    rf"(?:{_SOME_YEAR}|(?:the|this|next|last|the coming) (?:week|month|decade|century|quarter)\b|{_MONTH}(?: {_YEAR})?)"
)
_SIDE = "(?:next|last|past|coming|previous|following|upcoming|recent)"
_BEFORE_MONTH = (
    r"(?:(?<=\bby )|(?<=\bof )|(?<=\bsince )|(?<=\buntil )|(?<=\bduring )|(?<=\bbefore )|(?<=\bafter )|(?<=\bfrom ))"
)
_FORMS = (
    rf"(?:{_WEEKDAY},? (?:the )?)?{_DATE}",
    rf"the (?:first|second|latter|last) half of {_LARGER}",
    rf"(?:the )?(?:first|second|third|fourth|final|last) quarter of {_LARGER}",
    rf"Q[1-4](?: of)? {_YEAR}",
    rf"(?:the )?(?:very )?(?:end|close|conclusion|beginning|start|middle) of {_LARGER}",
    r"(?:the )?year(?:['’]s)?[- ]end\b",
    rf"(?:(?:last|next|this|the) )?{_SEASON}(?: of)? {_YEAR}",
    rf"(?:last|next|this past|this coming|this) {_SEASON}\b",
    rf"{_PART}[- ](?:in )?{_LARGER}",
    rf"(?:(?:the )?(?:{_PART}[- ])?(?:1[5-9]|20)\d0s|(?:the |{_PART}[- ])(?:1[5-9]|20)\d0['’]s)\b",
    "the (?:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\\b",
    r"(?:the )?\d{1,2}(?:st|nd|rd|th)[- ]century\b",
    rf"{_MONTH}(?: of)?,? {_YEAR}",
    rf"(?:last|next|this past|this coming|this|the same) {_MONTH}",
    rf"{_ABOUT}{_COUNT} (?:{_UNIT}|quarter|fortnight)s? (?:ago|earlier|back|later|from now|hence)\b",
    rf"(?:this past|this coming|(?:the |these )?{_SIDE}) {_COUNT} {_UNIT}s?\b",
    rf"(?:the )?(?:next|coming|past|last|recent|upcoming) {_UNIT}s\b",
    rf"the {_UNIT}s (?:ahead|to come)\b",
    rf"within (?:the )?(?:(?:next|coming) )?{_COUNT} {_UNIT}s?\b",
    rf"(?:earlier |later )?(?:this past|this coming|this|last|next|the {_SIDE}) {_PERIOD}\b",
    r"the (?:year|day|night) (?:before|after)\b(?: yesterday| tomorrow)?",
    rf"(?:yesterday|tomorrow){_OF_DAY}\b",
    r"(?:later |earlier )?(?:today|tonight|this (?:day|morning|afternoon|evening)|last night)\b",
    rf"(?:(?:last|next|this|this past|this coming|the following|the previous) )?{_WEEKDAY}{_OF_DAY}",
    rf"{_NUMBER}-{_UNIT}\b(?!-old)",
    rf"{_ABOUT}{_NUMBER} {_UNIT}s\b(?! old\b| of age\b)",
    r"(?:over|in|within) (?:an?|half a) (?:decade|week|month|year|century)\b(?! when)",
    r"9/11\b",
    rf"(?<![.,$€£#/-])(?:the year )?{_YEAR}(?!,\d|%|-(?-i:[A-Z])|\.\d| (?:percent|per cent)\b)",
    rf"(?<=\bin ){_MONTH}",
    rf"{_BEFORE_MONTH}{_SURE_MONTH}",
)
_FORM = tuple(re.compile(rf"(?<!\w){form}", re.IGNORECASE) for form in _FORMS)
# Words by which a sentence tells of what is still to come.
_AHEAD = re.compile(
    r"\b(?:will|shall|won['’]t|'ll|’ll|going to"
    r"|(?:is|are|was|were) (?:set|due|expected|scheduled|slated|planned|likely|supposed|to)\b"
    r"|plans?|planning|planned|intends?|aims?|vow\w*|pledge\w*|promise\w*|upcoming|no later than|deadline|must"
    r"|should|would|wants?|next|starting|beginning|effective|due)\b",
    re.IGNORECASE,
)
_CLAUSE = 120  # characters before an expression in which its clause begins
_HEAD = 300  # characters at the beginning of a text in which its own date stands


def find_anchor(article: Article) -> date | None:
    """The day from which the article is told: that of its dateline, or one that heads the text, else of publication.

    A dateline without a year is the last such day up to that of publication.
    """
    published = _day_of(article)
    printed = [article.dateline.date] if article.dateline and article.dateline.date else []
    text = article.text[:_HEAD]
    printed += [text[: dateline_end(text)], *(line for line in text.split("\n")[:6] if len(line) < 60)]
    for line in printed:
        for phrase in find_dates(line):
            if phrase.printed.year:
                return phrase.printed.on_calendar()
            near = resolve(line[phrase.start : phrase.end], published) if published else None
            if near is not None:
                return near.first
    return published


def _day_of(article: Article) -> date | None:
    """The day of publication; None if only the year or the month is known."""
    try:
        return date.fromisoformat(article.published.value[:10]) if article.published else None
    except ValueError:
        return None


def find_times(text: str, anchor: date | None) -> list[TimeExpression]:
    """Expressions of time in text order, none overlapping another; those that mean nothing without an anchor left out.

    Args:
        anchor: the day on which the text was written; None where it is not known.
    """
    starts = [sentence.start for sentence in split_sentences(text)]
    found = []
    for start, end in _longest(text):
        sentence = starts[max(0, bisect_right(starts, start) - 1)] if starts else 0
        clause = max(sentence, start - _CLAUSE, *(text.rfind(sign, 0, start) for sign in '"“”;:'))
        is_ahead = _AHEAD.search(text, clause, start) is not None
        period = read_period(text[start:end], anchor, is_ahead=is_ahead)
        if period is not None:
            found.append(TimeExpression(Span(start, end), period))
    return found


def _longest(text: str) -> list[tuple[int, int]]:
    """The matches of all forms: the first to begin, of those the longest, none overlapping the one before."""
    matches = sorted({(m.start(), -m.end()) for form in _FORM for m in form.finditer(text)})
    found: list[tuple[int, int]] = []
    for start, end in matches:
        if not found or start >= found[-1][1]:
            found.append((start, -end))
    return found
