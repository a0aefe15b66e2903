"""Dates as the press prints them, in the larger languages of the press, with the time of day and its zone.

Knows no clock: a date without a year stays without one. What "Thursday" or "the previous day" mean, seen from a known
day, is worked out in `onrecord.relative_dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

__all__ = [
    "DatedPhrase",
    "PrintedDate",
    "find_dates",
    "find_weekdays",
    "name_month",
    "name_weekday",
    "next_weekday",
    "parse_iso",
    "parse_moment",
    "stamp",
]

_MONTH_NAMES = (
    "january jan januar janvier janv enero ene gennaio gen janeiro januari января jänner",
    "february feb februar février févr fév febrero febbraio fevereiro fev februari февраля",
    "march mar märz mär mars marzo março maart maar марта",
    "april apr avril avr abril abr aprile апреля",
    "may mai mayo maggio mag maio mei maj мая",
    "june jun juni juin junio giugno giu junho июня",
    "july jul juli juillet juil julio luglio lug julho июля",
    "august aug août agosto ago augustus augusti августа",
    "september sep sept septembre septiembre settembre set setembro сентября",
    "october oct oktober okt octobre octubre ottobre ott outubro out октября",
    "november nov novembre noviembre novembro ноября",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro декабря desember",
)
_WEEKDAY_NAMES = (
    "monday mon montag lundi lunes lunedì segunda-feira maandag måndag понедельник",
    "tuesday tue tues dienstag mardi martes martedì terça-feira dinsdag tisdag вторник",
    "wednesday wed mittwoch mercredi miércoles mercoledì quarta-feira woensdag onsdag среда среду",
    "thursday thu thur thurs donnerstag jeudi jueves giovedì quinta-feira donderdag torsdag четверг",
    "friday fri freitag vendredi viernes venerdì sexta-feira vrijdag fredag пятница пятницу",
    "saturday sat samstag samedi sábado sabato zaterdag lördag суббота субботу",
    "sunday sun sonntag dimanche domingo domenica zondag söndag воскресенье",
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names.split()}
_AMBIGUOUS_WEEKDAYS = frozenset({"mon", "sun", "sat", "wed", "mar", "tue"})  # words of their own; only before a date

_MONTH = "(?P<month>" + "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_MONTH}\s{{1,3}}{_DAY}\b(?:\s{{0,3}},?\s{{1,3}}{_YEAR})?",  # Jan. 6, 2021
        rf"\b{_DAY}\s{{0,3}}(?:de\s{{1,3}}|of\s{{1,3}})?{_MONTH}(?:\s{{0,3}},?\s{{0,3}}(?:del?\s{{1,3}})?{_YEAR})?",
        r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]",
        r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:19|20)\d\d)\b",  # 06.01.2021
        r"(?<![\d/])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>(?:19|20)\d\d)\b",  # _from_slashes
    )
)
_DIGIT = re.compile(r"\d")
_WEEKDAY = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, _WEEKDAYS), key=len, reverse=True)) + r")\b", re.IGNORECASE
)
_ISO = re.compile(
    r"\s{0,9}(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})?\s?(Z|[+-]\d{2}:?\d{2})?)?"
)

_CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>\d{1,2})"
    r"(?:(?P<joint>[:.h])(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,6})?)?)?(?![\d:])"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?)?(?P<mark>\s?(?:uhr|hrs|h)\b)?"
    r"\s?\(?(?P<zone>(?:gmt|utc)\s?[+\-−]\s?\d{1,2}(?::?\d{2})?|[+\-−]\d{2}:?\d{2}\b|[a-z]{1,4}\b)?",
    re.IGNORECASE,
)
_CLOCK_GAP = re.compile(
    r"[\s,|/·•\-–—@()]*(?:(?:at|um|à|a las|às|alle(?: ore)?|om|kl|klo|ore|ob|в)\b\.?)?[\s,|·•\-–—]*", re.IGNORECASE
)
_CLOCK_REACH = 44  # characters behind a date, and before it, in which its time of day may stand
# Hours from UTC. Left out is what means one thing here and another there: IST, BST outside Britain is rare, AST, CST is
# that of America, as in the English-language press. Source: general knowledge of press usage, 2026-11.
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2,
    "eest": 3, "msk": 3, "sast": 2, "cat": 2, "wat": 1, "eat": 3, "pkt": 5, "wib": 7, "ict": 7, "sgt": 8, "hkt": 8,
    "pht": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "hst": -10,
}  # fmt: skip
_AMERICAN_ZONES = {"et": -5, "ct": -6, "mt": -7, "pt": -8}  # an hour more in summer
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


class PrintedDate(NamedTuple):
    """A day as printed; `year` is None where the text has none."""

    year: int | None
    month: int
    day: int

    def on_calendar(self) -> date | None:
        """The day, if its year is known."""
        return date(self.year, self.month, self.day) if self.year else None


class DatedPhrase(NamedTuple):
    """Where a date stands in a text, and the weekday printed before it (0 is Monday)."""

    start: int
    end: int
    printed: PrintedDate
    weekday: int | None


def find_dates(text: str) -> Iterator[DatedPhrase]:
    """Dates in a text, in the order of the forms that are tried; impossible days are left out.

    >>> [d.printed for d in find_dates("on Wednesday, Jan. 6, 2021")]
    [PrintedDate(year=2021, month=1, day=6)]
    """
    for form in _FORMS if _DIGIT.search(text) else ():
        for match in form.finditer(text):
            printed = _from_match(match)
            if printed:
                yield DatedPhrase(match.start(), match.end(), printed, _weekday_before(text, match.start()))


def find_weekdays(text: str) -> Iterator[tuple[int, int, int]]:
    """Weekday names that cannot be other words: (start, end, weekday with 0 for Monday)."""
    for match in _WEEKDAY.finditer(text):
        name = match.group().lower()
        if name not in _AMBIGUOUS_WEEKDAYS:
            yield match.start(), match.end(), _WEEKDAYS[name]


def next_weekday(day: date, weekday: int) -> date:
    """The first such weekday on or after a day."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def parse_iso(text: str) -> str | None:
    """An ISO 8601 day or time as given, checked against the calendar and put into one form; None if it is neither.

    >>> parse_iso("2021-01-07T09:05:00+0900")
    '2021-01-07T09:05:00+09:00'
    """
    match = _ISO.match(text)
    if not match or not _make_printed(int(match[1]), int(match[2]), int(match[3])):
        return None
    day = f"{match[1]}-{match[2]}-{match[3]}"
    if not match[4] or match[4] >= "24":
        return day
    zone = match[5] or ""
    if zone and zone != "Z":
        digits = zone[1:].replace(":", "")
        zone = f"{zone[0]}{digits[:2]}:{digits[2:]}" if digits[:2] <= "14" and digits[2:] < "60" else ""
    return f"{day}T{match[4]}{zone}"


def name_weekday(word: str) -> int | None:
    """The weekday that a word names in any of the languages, 0 for Monday."""
    return _WEEKDAYS.get(word.lower())


def name_month(word: str) -> int | None:
    """The month that a word names in any of the languages, 1 for January."""
    return _MONTHS.get(word.lower())


def parse_moment(text: str) -> str | None:
    """ISO 8601 from a field that holds one date or date-time in whatever form: ISO, seconds since 1970, printed.

    >>> parse_moment("Jan 6, 2021 3:04 PM EST"), parse_moment("Wed, 06 Jan 2021 15:04:00 GMT"), parse_moment("today")
    ('2021-01-06T15:04-05:00', '2021-01-06T15:04:00Z', None)
    """
    text = text.strip()
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).isoformat().replace("+00:00", "Z")
    found = parse_iso(text)
    if found or len(text) > 60:
        return found
    phrase = next((phrase for phrase in find_dates(text) if phrase.printed.year), None)
    return stamp(text, phrase) if phrase else None


def stamp(text: str, phrase: DatedPhrase) -> str:
    """A date with a year as ISO 8601, with the time of day printed beside it and its zone, where there are such.

    >>> text = "Updated: Jan 6, 2021 3:04 PM EST"
    >>> stamp(text, next(find_dates(text)))
    '2021-01-06T15:04-05:00'
    """
    day = phrase.printed.on_calendar()
    if day is None:
        return ""
    gap = _CLOCK_GAP.match(text, phrase.end)
    behind = _CLOCK.match(text, gap.end() if gap else phrase.end, phrase.end + _CLOCK_REACH)
    clock = _read_clock(behind, day)
    if not clock:
        head = max(0, phrase.start - _CLOCK_REACH)
        before = [found for found in _CLOCK.finditer(text, head, phrase.start) if found.end() - found.start() > 2]
        is_near = before and not text[before[-1].end() : phrase.start].strip(" ,|)·•-–—.")
        clock = _read_clock(before[-1], day) if is_near else ""
    return day.isoformat() + clock


def _read_clock(match: re.Match[str] | None, day: date) -> str:
    """The time of day in the form "T15:04-05:00"; nothing from a bare number, which may be anything."""
    if not match or not (match["half"] or match["joint"] in (":", "h") or (match["joint"] and match["mark"])):
        return ""
    hour, minute, second = int(match["hour"]), match["minute"] or "00", match["second"]
    if match["half"]:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + 12 * (match["half"][0] in "pP")
    if hour > 23 or int(minute) > 59 or int(second or 0) > 59:
        return ""
    return f"T{hour:02d}:{minute}{f':{second}' if second else ''}{_read_zone(match['zone'] or '', day)}"


def _read_zone(printed: str, day: date) -> str:
    zone = printed.lower().replace("−", "-").replace(" ", "")
    digits = re.sub(r"^(?:gmt|utc)?", "", zone)
    if digits[:1] in ("+", "-"):
        hours, _, minutes = digits[1:].partition(":")
        hours, minutes = (hours[:2], hours[2:]) if len(hours) == 4 else (hours, minutes or "00")
        return f"{digits[0]}{int(hours):02d}:{minutes}" if int(hours) <= 14 and int(minutes) < 60 else ""
    if zone in _AMERICAN_ZONES:
        return f"-{-_AMERICAN_ZONES[zone] - _is_american_summer(day):02d}:00"
    offset = _ZONES.get(zone)
    return "" if offset is None else "Z" if offset == 0 else f"{offset:+03d}:00"


def _is_american_summer(day: date) -> bool:
    """From the second Sunday of March to the first of November, as since 2007 (15 U.S.C. 260a)."""
    second_sunday = next_weekday(date(day.year, 3, 8), 6)
    return second_sunday <= day < next_weekday(date(day.year, 11, 1), 6)


def _from_match(match: re.Match[str]) -> PrintedDate | None:
    found = match.groupdict()
    year = int(found["year"]) if found.get("year") else None
    if "first" in found:
        return _from_slashes(int(found["first"]), int(found["second"]), year)
    month = found["month"].lower()
    return _make_printed(year, int(month) if month.isdecimal() else _MONTHS[month], int(found["day"]))


def _from_slashes(first: int, second: int, year: int | None) -> PrintedDate | None:
    """Only where one of the numbers cannot be a month is it clear which is the day; equal ones are clear too."""
    if first > 12 or first == second:
        return _make_printed(year, second, first)
    return _make_printed(year, first, second) if second > 12 else None


def _make_printed(year: int | None, month: int, day: int) -> PrintedDate | None:
    try:
        date(year or 2000, month, day)  # 2000 is a leap year
    except ValueError:
        return None
    return PrintedDate(year, month, day)


def _weekday_before(text: str, start: int) -> int | None:
    head = text[max(0, start - 16) : start].rstrip(" ,.")
    name = re.split(r"[\s(]", head)[-1].lower() if head else ""
    return _WEEKDAYS.get(name)
