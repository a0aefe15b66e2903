"""What expressions of time mean on the calendar: days, intervals that may be open at one end, lengths of time.

ISO 8601, with ".." for an end that the words leave open, as in its part 2 (EDTF): "../2021-03-01" is some time up to
that day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from onrecord.dates import name_month
from onrecord.relative_dates import DaySpan, resolve

__all__ = ["Length", "OpenSpan", "Period", "add_length", "read_length", "read_number", "read_period", "write_period"]


class OpenSpan(NamedTuple):
    """The first and the last day that an expression can mean; None where it leaves that end open."""

    first: date | None
    last: date | None


class Length(NamedTuple):
    """A length of time that is tied to no day: "30 days", "a five-year plan"."""

    amount: float
    unit: str  # day, week, month, year


Period = OpenSpan | Length

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_NUMBERS = {word: number for number, word in enumerate((*_ONES.split(), "eighteen", "nineteen"))}
_NUMBERS |= {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}
_NUMBERS |= {"a": 1, "an": 1, "couple": 2, "dozen": 12}
_VAGUE = frozenset({"few", "several", "some", "many", "coming", "recent", ""})
_LONG = {
    "decade": (10, "year"),
    "century": (100, "year"),
    "quarter": (3, "month"),
    "fortnight": (2, "week"),
    "hour": (0, "day"),
}
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4, "last": 4}
# Northern and meteorological, as the press means them; a winter is named by the year in which it ends.
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_TENS = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
_DECADES = {word: 10 * at for at, word in enumerate(_TENS, 2)}
_PARTS = {
    "early": (0, 1 / 3),
    "mid": (1 / 3, 2 / 3),
    "late": (2 / 3, 1),
    "beginning": (0, 1 / 12),
    "start": (0, 1 / 12),
}
_PARTS |= {"middle": (1 / 3, 2 / 3)}
_ENDS = frozenset({"end", "close", "year-end", "conclusion"})
_EARLIER_THAN = frozenset({"last", "past", "previous", "preceding", "recent"})
_LATER_THAN = frozenset({"next", "coming", "following", "upcoming"})
_FAMOUS = {"9/11": date(2001, 9, 11)}


def read_number(words: str) -> float | None:
    """A small number in words or digits; None for what is vague ("several") or no number.

    >>> read_number("twenty-one"), read_number("2 1/2"), read_number("a couple of"), read_number("a few")
    (21, 2.5, 2, None)
    """
    plain = words.lower().replace(",", "").strip()
    if found := re.fullmatch(r"(\d{1,4})(?:[ -](?:(1)/2|and a half))?", plain):
        half = " and a half" in plain or "-and a half" in plain or found[2]
        return int(found[1]) + (0.5 if half else 0)
    half = plain.endswith(" and a half")
    parts = [
        part for part in re.split(r"[\s-]+", plain.removesuffix(" and a half")) if part not in ("of", "and", "the")
    ]
    if len(parts) > 1 and parts[0] in ("a", "an"):
        parts = parts[1:]
    if not parts or any(part not in _NUMBERS for part in parts):
        return None
    total = sum(_NUMBERS[part] for part in parts)
    return total + 0.5 if half else total


def read_length(count: str, unit: str) -> Length | None:
    """A length of time; None where the count is vague."""
    number = read_number(count)
    if number is None:
        return None
    times, base = _LONG.get(unit, (1, unit))
    if unit == "hour":
        return Length(round(number / 24, 2), "day")
    return Length(number * times, base)


def add_length(day: date, length: Length, *, sign: int = 1) -> date:
    """The day so much later, or earlier; half years and months count as far as months and days go."""
    count = sign * length.amount
    if length.unit in ("day", "week"):
        return day + timedelta(days=round(count * (7 if length.unit == "week" else 1)))
    months = 12 * day.year + day.month - 1 + int(count * 12 if length.unit == "year" else count)
    year, month = divmod(months, 12)
    rest = timedelta(days=15 * sign) if length.unit == "month" and count % 1 else timedelta()
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) + rest


def write_period(period: Period) -> str:
    """As ISO 8601.

    >>> write_period(Length(5, "year")), write_period(OpenSpan(None, date(2021, 3, 1)))
    ('P5Y', '../2021-03-01')
    """
    if isinstance(period, Length):
        return f"P{period.amount:g}{period.unit[0].upper()}"
    if period.first is not None and period.last is not None:
        return DaySpan(period.first, period.last).isoformat()
    return f"{period.first or '..'}/{period.last or '..'}"


def read_period(expression: str, anchor: date | None, *, is_ahead: bool = False) -> Period | None:
    """What an expression of time means, said on the day `anchor`; None where that cannot be told.

    Args:
        expression: one as `when.find_times` finds them, nothing else in it.
        anchor: None if the day is not known: then only expressions that name a year mean something.
        is_ahead: what is told of is still to come, so that "Friday" is the next one.
    """
    words = " ".join(expression.lower().replace("’", "'").replace("–", "-").split()).strip(" ,.")
    if not words:
        return None
    words = re.sub(
        r"^(?:nearly|almost|about|around|roughly|more than|over|at least|just over|just|just under) ", "", words
    )
    try:
        return _of_calendar(words, anchor, is_ahead=is_ahead) or _of_anchor(words, anchor, is_ahead=is_ahead)
    except (OverflowError, ValueError):  # beyond the calendar
        return None


def _of_calendar(words: str, anchor: date | None, *, is_ahead: bool) -> Period | None:
    """Famous days, decades, centuries, quarters, seasons, parts of any of these."""
    bare = re.sub(r"^year (?=\d)", "", words.removeprefix("the "))
    if bare in _FAMOUS:
        return OpenSpan(_FAMOUS[bare], _FAMOUS[bare])
    for reader in (_of_year, _of_decade, _of_century):
        if found := reader(bare):
            return found
    return _of_part(bare, anchor, is_ahead=is_ahead)


def _years(first: int, last: int) -> OpenSpan:
    return OpenSpan(date(first, 1, 1), date(last, 12, 31))


def _months(year: int, first: int, last: int) -> OpenSpan:
    return OpenSpan(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _of_year(words: str) -> Period | None:
    return _years(int(words), int(words)) if re.fullmatch(r"1[5-9]\d\d|2[01]\d\d", words) else None


def _of_decade(words: str) -> Period | None:
    """Ten years: "1990s", "late 1990s", "sixties" (those of the last century)."""
    found = re.fullmatch(r"(?:(early|mid|late)[- ])?(?:(\d{3})0'?s|(\w+))", words)
    if not found:
        return None
    first = int(found[2]) * 10 if found[2] else 1900 + _DECADES[found[3]] if found[3] in _DECADES else None
    if first is None:
        return None
    begin, end = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(found[1] or "", (0, 9))
    return _years(first + begin, first + end)


def _of_century(words: str) -> Period | None:
    """A hundred years, as people count: the 20th are 1900 to 1999."""
    found = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th) century", words)
    return _years(int(found[1]) * 100 - 100, int(found[1]) * 100 - 1) if found else None


_HALF = re.compile(r"(first|second|latter|last) half of (.+)")
_QUARTER = re.compile(r"(?:(first|second|third|fourth|final|last) quarter of (.+)|q([1-4])(?: of)?(?: (.+))?)")
_SEASON = re.compile(
    r"(?:(last|next|this|this past|past|coming) )?(spring|summer|autumn|fall|winter)(?: of)?(?: (\d{4}))?"
)
_EDGE = re.compile(r"(end|close|conclusion|beginning|start|middle|early|mid|late)(?:-| |\Z)(?:of |in )?(.+)")
_YEAR_END = re.compile(r"(?:this |the )?year(?:'s)?[- ]end|end of year")


def _of_part(words: str, anchor: date | None, *, is_ahead: bool) -> Period | None:
    """Halves, quarters, seasons, beginnings and ends of a year, month or week."""
    if found := _SEASON.fullmatch(words):
        return _season(found[2], found[1] or "", int(found[3]) if found[3] else None, anchor, is_ahead=is_ahead)
    found = _EDGE.fullmatch("end of this year" if _YEAR_END.fullmatch(words) else words)
    found = found or _HALF.fullmatch(words) or _QUARTER.fullmatch(words)
    if not found:
        return None
    whole = _whole(found[2] or (found[4] if found.re is _QUARTER else None) or "this year", anchor, is_ahead=is_ahead)
    return _part_of(whole, found) if whole else None


def _part_of(whole: DaySpan, found: re.Match[str]) -> OpenSpan:
    if found.re is _HALF:
        return _share(whole, 0, 0.5) if found[1] == "first" else _share(whole, 0.5, 1)
    if found.re is _QUARTER:
        number = int(found[3]) if found[3] else _QUARTERS[found[1]]
        return _months(whole.first.year, 3 * number - 2, 3 * number)
    return OpenSpan(whole.last, whole.last) if found[1] in _ENDS else _share(whole, *_PARTS[found[1]])


def _whole(words: str, anchor: date | None, *, is_ahead: bool) -> DaySpan | None:
    """What "the end of ..." is the end of."""
    bare = words.removeprefix("the ").removesuffix("'s")
    if bare in ("year", "month", "week", "decade", "century", "day", "quarter", "calendar year", "fiscal year"):
        bare = f"this {bare.rsplit(maxsplit=1)[-1]}"
    found = read_period(bare, anchor, is_ahead=is_ahead)
    if isinstance(found, OpenSpan) and found.first is not None and found.last is not None:
        return DaySpan(found.first, found.last)
    return None


def _share(whole: DaySpan, begin: float, end: float) -> OpenSpan:
    """A part of an interval; of a year it begins and ends with months."""
    days = (whole.last - whole.first).days + 1
    if days > 360:
        first, months = whole.first, round(12 * days / 365.25)
        at = [first.month - 1 + round(months * share) for share in (begin, end)]
        start = date(first.year + at[0] // 12, at[0] % 12 + 1, 1)
        return OpenSpan(start, date(first.year + at[1] // 12, at[1] % 12 + 1, 1) - timedelta(days=1))
    return OpenSpan(
        whole.first + timedelta(days=round(days * begin)), whole.first + timedelta(days=max(0, round(days * end) - 1))
    )


def _season(name: str, mark: str, year: int | None, anchor: date | None, *, is_ahead: bool) -> Period | None:
    first, last = _SEASONS[name]

    def of(number: int) -> OpenSpan:
        if first > last:
            return OpenSpan(date(number - 1, first, 1), date(number, last, monthrange(number, last)[1]))
        return _months(number, first, last)

    if year is not None:
        return of(year)
    if anchor is None:
        return None
    near = [of(number) for number in range(anchor.year - 1, anchor.year + 3)]
    if mark in ("last", "this past", "past"):
        return max(one for one in near if one.last is not None and one.last < anchor)
    if mark in ("next", "coming") or is_ahead:
        return min(one for one in near if one.last is not None and one.last >= anchor)
    return of(anchor.year)


def _of_anchor(words: str, anchor: date | None, *, is_ahead: bool) -> Period | None:
    """What only a day tells the meaning of, lengths of time, and printed dates with a year."""
    if found := re.fullmatch(r"(?:an? )?([\w ,/]+?)[- ](day|week|month|year|decade|hour)s?(?:-long)?", words):
        length = read_length(found[1], found[2])
        if length is not None:
            return length
    if words in ("decade", "a decade", "century", "a century"):
        return read_length("a", words.removeprefix("a "))
    if anchor is None:
        return _without_anchor(words)
    return _counted(words, anchor) or _spanned(words, anchor) or _resolved(words, anchor, is_ahead=is_ahead)


def _without_anchor(words: str) -> Period | None:
    """The same from two days far apart: the words themselves name the year."""
    spans = [resolve(words, day) for day in (date(1950, 5, 17), date(2050, 5, 17))]
    return OpenSpan(*spans[0]) if spans[0] is not None and spans[0] == spans[1] else None


_COUNTED = re.compile(
    r"(?:in )?(?P<count>[\w ,/]+?) (?P<unit>hour|day|week|fortnight|month|quarter|year|decade)s? "
    r"(?P<side>ago|earlier|before|prior|back|later|from now|hence)"
)


def _counted(words: str, anchor: date) -> Period | None:
    """That week of "two weeks ago", that day of "three days later"; "several years ago" is some time up to now."""
    found = _COUNTED.fullmatch(words)
    if not found or found["count"] == "the":
        return None
    sign = 1 if found["side"] in ("later", "from now", "hence") else -1
    length = read_length(found["count"], found["unit"])
    if length is None:
        return OpenSpan(None, anchor) if sign < 0 else OpenSpan(anchor, None)
    day = add_length(anchor, length, sign=sign)
    if length.unit == "day" or length.amount % 1:
        return OpenSpan(day, day)
    if length.unit == "week":
        monday = day - timedelta(days=day.weekday())
        return OpenSpan(monday, monday + timedelta(days=6))
    return _months(day.year, day.month, day.month) if length.unit == "month" else _years(day.year, day.year)


_SPANNED = re.compile(
    r"(?:(?:in|over|during|within|for|through) )?(?:the )?"
    r"(?:(?P<side>next|coming|following|upcoming|past|last|previous|recent) (?:(?P<count>[\w /-]+?) )?"
    r"|(?P<within>within) (?:the )?(?P<count2>[\w /-]+?) )?"
    r"(?P<unit>hour|day|week|month|year|decade|quarter|centurie|century)(?P<many>s)?(?P<ahead> ahead| to come)?"
)


def _spanned(words: str, anchor: date) -> Period | None:
    """From now on, or up to now: "the next five years", "the past few days", "within 30 days", "the months ahead"."""
    found = _SPANNED.fullmatch(words)
    if not found or not (found["side"] or found["within"] or found["ahead"]):
        return None
    count, is_past = found["count"] or found["count2"] or "", found["side"] in _EARLIER_THAN
    if not count and not found["many"]:
        return _single(found, anchor, is_past=is_past)
    length = read_length(count, found["unit"].replace("centurie", "century"))
    if length is None:
        return OpenSpan(None, anchor) if is_past else OpenSpan(anchor, None)
    day = add_length(anchor, length, sign=-1 if is_past else 1)
    if is_past:
        return OpenSpan(day, anchor)
    return OpenSpan(anchor, day)


def _single(found: re.Match[str], anchor: date, *, is_past: bool) -> Period | None:
    """One unit: "the past decade" up to now, "the past century" before ours; "last week" is left to `resolve`."""
    unit = found["unit"]
    if unit == "century":
        first = anchor.year // 100 * 100 + (-100 if is_past else 100)
        return _years(first, first + 99)
    if unit == "quarter":
        number = (anchor.month - 1) // 3 + (-1 if is_past else 1)
        return _months(anchor.year + number // 4, number % 4 * 3 + 1, number % 4 * 3 + 3)
    length = read_length("a", unit)
    if unit == "decade" and length:
        day = add_length(anchor, length, sign=-1 if is_past else 1)
        return OpenSpan(day, anchor) if is_past else OpenSpan(anchor, day)
    return None


def _resolved(words: str, anchor: date, *, is_ahead: bool) -> Period | None:
    """Days, weekdays, weeks, months and years beside the anchor."""
    if words in ("this day", "the day", "to this day", "this very day", "now"):
        return OpenSpan(anchor, anchor)
    if words in ("this decade", "this century", "this quarter"):
        return _running(words.rsplit(maxsplit=1)[1], anchor)
    if found := re.fullmatch(r"(?:the )?(next|following|coming|previous|year before|year after)(?: year)?", words):
        year = anchor.year + (1 if found[1] in ("next", "following", "coming", "year after") else -1)
        return _years(year, year)
    words = re.sub(r"^(?:in |on |by |the )*(?=this|last|next|past|coming|previous|following|earlier|later)", "", words)
    words = re.sub(r"^this (past|coming) ", r"\1 ", words)
    if not re.match(r"last|this", words):
        words = re.sub(r" (?:night|morning|afternoon|evening)s?$", "", words)
    words = words.removesuffix("'s")
    span = resolve(words, anchor, is_ahead=is_ahead)
    if span is None:
        return None
    year_told = re.search(r"\d{4}", words)
    month = next(
        (name_month(word.strip(".,")) for word in words.split() if len(word) > 2 and name_month(word.strip(".,"))), None
    )
    if month and not year_told and not is_ahead and not re.match(r"last|past|previous", words):
        span = _this_side(span, anchor)
    return OpenSpan(*span)


def _this_side(span: DaySpan, anchor: date) -> DaySpan:
    """A month or day without a year that `resolve` takes for a year ago may be one that is near at hand."""
    later = [_in_year(day, day.year + 1) for day in span]
    if later[0] is None or later[1] is None:
        return span
    ahead, ago = (later[0] - anchor).days, (anchor - span.last).days
    return DaySpan(later[0], later[1]) if 0 < ahead < 150 and ago > 200 else span


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return None


def _running(unit: str, anchor: date) -> OpenSpan:
    if unit == "quarter":
        first = (anchor.month - 1) // 3 * 3 + 1
        return _months(anchor.year, first, first + 2)
    size = 10 if unit == "decade" else 100
    first = anchor.year // size * size
    return _years(first, first + size - 1)
