"""When an article came out and was changed, worked out from the wording of its blocks.

Each way asks for evidence that fits together: a line that is a date, a dateline whose year another date settles, a
weekday that falls on the day of a fresh picture, "yesterday" beside a full date. What does not fit stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from onrecord.clean.blocks import Draft
from onrecord.dates import DatedPhrase, PrintedDate, find_dates, find_weekdays, next_weekday, stamp
from onrecord.lexicon.press import PressLexicon, fold_words
from onrecord.records import BlockRole, Dateline, Moment
from onrecord.relative_dates import find_day_offsets

__all__ = ["TextMoments", "find_moments"]

_LEAD_BLOCKS = 3  # body blocks in which the day of the news is looked for
_DATE_REACH = 25  # blocks before the body in which a line with the date of publication may stand
_DATE_AFTER = 4  # and behind its first
_DATE_LINE = 120  # characters of such a line
_DATE_LINE_REST = 5  # words besides the date and its time in a line that opens with no word such as "published"
_DATES_WITHIN = 2_000  # characters of a block in which dates are looked for
_MOST_BLOCKS = 60  # of body and captions in which they are looked for
_FRESH_DAYS = 2  # a picture of the news is not older than that when the text comes out
_YEAR_DAYS = 31  # two dates of one piece of news lie no farther apart
_ARCHIVE = ("file", "in this file", "archiv")  # captions of old pictures open so
_COPYRIGHT = re.compile(r"©|\(c\)|\bcopyright\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY_OF_MONTH = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_BESIDE = re.compile(r"[\s,(–—-]{0,4}(?:on |am |le |el )?")  # between "yesterday" and the date it explains
_MAY_DATE = frozenset({BlockRole.CLUTTER, BlockRole.BYLINE, BlockRole.DATELINE})
_TELLS_NEWS = frozenset({BlockRole.BODY, BlockRole.CAPTION})


class TextMoments(NamedTuple):
    """When the article came out and when it was last changed."""

    published: Moment | None
    modified: Moment | None


class _Known(NamedTuple):
    """A day that a block names in full."""

    day: date
    phrase: DatedPhrase
    draft: Draft


class _Stamped(NamedTuple):
    """A date in a line of its own."""

    value: str
    words: str
    is_update: bool


def find_moments(drafts: Sequence[Draft], dateline: Dateline | None, lexicon: PressLexicon) -> TextMoments:
    """What the wording tells; the surest way that leads to a day counts."""
    known = list(_known_days(drafts))
    stamped = list(_date_lines(drafts, known, lexicon))
    lead = [draft.text[:_DATES_WITHIN] for draft in drafts if draft.role == BlockRole.BODY][:_LEAD_BLOCKS]
    published = (
        _from_lines(stamped) or _from_dateline(known, dateline) or _from_offsets(lead) or _from_weekday(lead, known)
    )
    changed = next((one for one in stamped if one.is_update), None)
    modified = Moment(value=changed.value, basis=f"date line {changed.words!r}") if changed else None
    return TextMoments(published, modified)


def _known_days(drafts: Sequence[Draft]) -> Iterator[_Known]:
    for draft in [draft for draft in drafts if draft.role in _TELLS_NEWS][:_MOST_BLOCKS]:
        for phrase in find_dates(draft.text[:_DATES_WITHIN]) if _YEAR.search(draft.text) else ():
            day = phrase.printed.on_calendar()
            if day:
                yield _Known(day, phrase, draft)


def _from_lines(stamped: Sequence[_Stamped]) -> Moment | None:
    """A line that is a date or says "published"; where one only says "updated", its day at least."""
    best = min(stamped, key=lambda one: one.is_update, default=None)
    if best is None:
        return None
    if best.is_update:
        return Moment(value=best.value[:10], basis=f"date line {best.words!r}, there is no other")
    return Moment(value=best.value, basis=f"date line {best.words!r}")


def _date_lines(drafts: Sequence[Draft], known: Sequence[_Known], lexicon: PressLexicon) -> Iterator[_Stamped]:
    """The dates in lines near the body's beginning."""
    first = next((at for at, draft in enumerate(drafts) if draft.role == BlockRole.BODY), len(drafts))
    years: list[int] | None = None
    for draft in drafts[max(0, first - _DATE_REACH) : first + _DATE_AFTER]:
        text = draft.text
        if draft.role not in _MAY_DATE or len(text) > _DATE_LINE or not _DAY_OF_MONTH.search(text):
            continue
        if _COPYRIGHT.search(text):
            continue
        before = 0
        for phrase in _dates_of_line(text, lexicon):
            if not phrase.printed.year and years is None:
                years = sorted(_copyright_years(drafts))
            whole = phrase if phrase.printed.year else _settle_year(phrase, known, years or ())
            is_update = bool(lexicon.updated.count(fold_words(text[before : phrase.start])))
            before = phrase.end
            if whole:
                yield _Stamped(stamp(text, whole), _words_of(text, phrase), is_update)


def _dates_of_line(text: str, lexicon: PressLexicon) -> list[DatedPhrase]:
    """The dates of a line that says nothing else."""
    dates = sorted(find_dates(text), key=lambda phrase: (phrase.start, phrase.end))
    if not dates:
        return []
    rest = text
    for phrase in reversed(dates):
        rest = f"{rest[: phrase.start]} {rest[phrase.end :]}"
    words = [word for word in fold_words(rest) if len(word) > 2 and not word.isdecimal()]
    return dates if lexicon.dated.opens(fold_words(text)) or len(words) <= _DATE_LINE_REST else []


def _words_of(text: str, phrase: DatedPhrase) -> str:
    return text[phrase.start : phrase.end]


def _copyright_years(drafts: Sequence[Draft]) -> set[int]:
    lines = (draft.text for draft in drafts if draft.role == BlockRole.CLUTTER and len(draft.text) <= 2 * _DATE_LINE)
    return {int(year) for text in lines if _COPYRIGHT.search(text) for year in _YEAR.findall(text)}


def _settle_year(phrase: DatedPhrase, known: Sequence[_Known], years: Sequence[int]) -> DatedPhrase | None:
    """The date with the year of a known day near it; else with the only year in which its printed weekday agrees."""
    for one in known:
        around = (_in_year(phrase, one.day.year + shift) for shift in (0, 1, -1))
        near = next((found for found in around if found and _is_near(found.printed.on_calendar(), one.day)), None)
        if near:
            return near
    candidates = (_in_year(phrase, year) for year in {*years, *(one.day.year for one in known)})
    fitting = [one for one in candidates if one and phrase.weekday is not None and _has_weekday(one)]
    return fitting[0] if len(fitting) == 1 else None


def _is_near(day: date | None, other: date) -> bool:
    return day is not None and abs(day - other) <= timedelta(days=_YEAR_DAYS)


def _in_year(phrase: DatedPhrase, year: int) -> DatedPhrase | None:
    try:
        date(year, phrase.printed.month, phrase.printed.day)
    except ValueError:
        return None
    return phrase._replace(printed=PrintedDate(year, phrase.printed.month, phrase.printed.day))


def _has_weekday(phrase: DatedPhrase) -> bool:
    """Is a weekday printed before the date, and is it right?"""
    day = phrase.printed.on_calendar()
    return day is not None and phrase.weekday == day.weekday()


def _from_dateline(known: Sequence[_Known], dateline: Dateline | None) -> Moment | None:
    """The day in the dateline; a missing year is that of a day near it, in a caption before one in the text."""
    phrase = next(find_dates(dateline.date), None) if dateline and dateline.date else None
    if phrase is None:
        return None
    if phrase.printed.year:
        return Moment(value=stamp("", phrase), basis="dateline")
    for role, place in ((BlockRole.CAPTION, "a caption date"), (BlockRole.BODY, "a date in the text")):
        settled = _settle_year(phrase, [one for one in known if one.draft.role == role], ())
        if settled:
            return Moment(value=stamp("", settled), basis=f"dateline, its year from {place}")
    return None


def _from_offsets(lead: Sequence[str]) -> Moment | None:
    """The word "yesterday" beside a full date; or a weekday, "the previous day" and a full date that fit together."""
    for text in lead:
        dated = [phrase for phrase in find_dates(text) if phrase.printed.year] if _YEAR.search(text) else []
        offsets = list(find_day_offsets(text)) if dated else []
        beside = (_beside(text, phrase, offset) for phrase in dated for offset in offsets)
        fitting = (_by_weekday(text, phrase, offset) for phrase in dated for offset in offsets)
        moment = next(filter(None, (*beside, *fitting)), None)
        if moment:
            return moment
    return None


def _beside(text: str, phrase: DatedPhrase, offset: tuple[int, int, int]) -> Moment | None:
    begin, end, days = offset
    gap = (end, phrase.start) if end <= phrase.start else (phrase.end, begin)
    if not _BESIDE.fullmatch(text, *gap):
        return None
    words = text[min(begin, phrase.start) : max(end, phrase.end)]
    return Moment(value=_shift(phrase, -days).isoformat(), basis=f"{words!r} in the text")


def _by_weekday(text: str, phrase: DatedPhrase, offset: tuple[int, int, int]) -> Moment | None:
    """The day of the text's first weekday, if the full date lies before it by as much as the words say."""
    begin, end, days = offset
    named, day = _first_weekday([text]), _shift(phrase, -days)
    if days >= 0 or named is None or named[1] != day.weekday() or phrase.weekday == named[1]:
        return None
    basis = f"weekday {named[0]!r}, {text[begin:end]!r} and {_words_of(text, phrase)!r} in the text"
    return Moment(value=day.isoformat(), basis=basis)


def _shift(phrase: DatedPhrase, days: int) -> date:
    return (phrase.printed.on_calendar() or date.min) + timedelta(days=days)


def _first_weekday(texts: Sequence[str]) -> tuple[str, int] | None:
    return next(((text[start:end], weekday) for text in texts for start, end, weekday in find_weekdays(text)), None)


def _from_weekday(lead: Sequence[str], known: Sequence[_Known]) -> Moment | None:
    """The first weekday of the lead, if it is the day of a fresh picture or shortly after it.

    News text names the day of the news in its first sentences and comes out on that day; a picture's caption gives the
    full date. Only a caption whose own weekday agrees with the calendar is trusted.
    """
    named = _first_weekday(lead)
    if named is None:
        return None
    for one in known:
        if one.draft.role != BlockRole.CAPTION or one.draft.text.lower().startswith(_ARCHIVE):
            continue
        said = next_weekday(one.day, named[1])
        if _has_weekday(one.phrase) and said - one.day <= timedelta(days=_FRESH_DAYS):
            return Moment(value=said.isoformat(), basis=f"weekday {named[0]!r} against caption date")
    return None
