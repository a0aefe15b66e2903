"""What "Thursday", "the previous day" or "two weeks ago" mean, seen from a day that is known.

News text names days as its readers would on the day it came out. Nothing here knows a clock: without an anchor such
words mean nothing, and what is vague ("recently") or needs the time of day ("two hours ago") stays unknown.

Words: English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish. Source: compiled by hand for onrecord from
general knowledge of these languages; no third-party list. Date: 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from onrecord.dates import find_dates, name_month, name_weekday, next_weekday

__all__ = ["DaySpan", "find_day_offsets", "resolve"]

_OFFSET_PHRASES = {
    0: "today|tonight|this morning|this afternoon|this evening|the same day|same day|earlier today|later today|heute|"
    "heute morgen|heute abend|heute früh|am selben tag|am gleichen tag|aujourd'hui|ce matin|ce soir|cet après-midi|"
    "le même jour|hoy|esta mañana|esta tarde|esta noche|el mismo día|oggi|stamattina|stasera|lo stesso giorno|hoje|"
    "no mesmo dia|vandaag|vanavond|vanmorgen|dezelfde dag|idag|i dag|samma dag",
    -1: "yesterday|last night|yesterday morning|yesterday evening|yesterday afternoon|the previous day|previous day|"
    "the day before|a day earlier|one day earlier|a day before|the prior day|the night before|a day ago|gestern|"
    "the previous night|gestern abend|gestern morgen|am vortag|am tag zuvor|am tag davor|am vorabend|einen tag zuvor|"
    "hier|hier soir|hier matin|la veille|le jour précédent|ayer|anoche|la víspera|el día anterior|un día antes|ieri|"
    "ieri sera|il giorno prima|il giorno precedente|ontem|na véspera|no dia anterior|um dia antes|gisteren|"
    "gisteravond|de dag ervoor|een dag eerder|igår|i går|dagen innan|en dag tidigare",
    1: "tomorrow|tomorrow morning|tomorrow evening|the next day|next day|the following day|a day later|one day later|"
    "the day after|morgen früh|am nächsten tag|am folgenden tag|am tag darauf|einen tag später|demain|demain matin|"
    "le lendemain|le jour suivant|al día siguiente|un día después|domani|il giorno dopo|il giorno seguente|amanhã|"
    "no dia seguinte|um dia depois|de volgende dag|de dag erna|een dag later|imorgon|i morgon|dagen efter|"
    "en dag senare",
    -2: "the day before yesterday|vorgestern|avant-hier|anteayer|antier|l'altro ieri|anteontem|eergisteren|i förrgår",
    2: "the day after tomorrow|übermorgen|après-demain|pasado mañana|dopodomani|depois de amanhã|overmorgen|"
    "i övermorgon",
}
_OFFSETS = {phrase: days for days, phrases in _OFFSET_PHRASES.items() for phrase in phrases.split("|")}
# Alone these are the morning, too; with "früh" and the like they are found above.
_ONLY_WHOLE = {"morgen": 1, "mañana": 1, "hier": -1}
_OFFSET = re.compile(
    r"(?<!\w)(?:"
    + "|".join(sorted((re.escape(p) for p in _OFFSETS if p not in _ONLY_WHOLE), key=len, reverse=True))
    + r")(?!\w)",
    re.IGNORECASE,
)


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_LAST = _words(
    "last past previous letzten letzter letzte vergangenen vergangene vergangenem vorigen vorige dernier dernière "
    "passé passée pasado pasada último última scorso scorsa passado passada afgelopen förra"
)
_NEXT = _words(
    "next coming upcoming following nächsten nächste nächster kommenden kommende prochain prochaine próximo próxima "
    "prossimo prossima volgende komende nästa entrante"
)
_THIS = _words("this diesen diese dieser diesem ce cet cette este esta questo questa deze dit denna")
_EARLIER = _words("earlier früher zuvor eerder")
_LATER = _words("later später")
# Words that change nothing: prepositions, articles, times of day.
_FILLING = _words(
    "on the at in of by over during early late morning afternoon evening night noon midday am pm an dem den der im "
    "vormittag nachmittag abend morgen früh mittag nacht le la les du de au matin soir après-midi el los por mañana "
    "tarde noche il lo sera mattina pomeriggio na no da do manhã noite op ochtend middag avond på om"
)
_UNITS = {
    "day": "day days tag tage tagen jour jours día días dia dias giorno giorni dag dagen dagar",
    "week": "week weeks woche wochen semaine semaines semana semanas settimana settimane weken vecka veckor",
    "month": "month months monat monate monaten mois mes meses mese mesi mês maand maanden månad månader",
    "year": "year years jahr jahre jahren an ans année année années año años anno anni ano anos jaar år",
    "weekend": "weekend wochenende week-end fin fine fim",
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_NUMBERS = (
    "a an one ein eine einem einer einen un une uno una um uma een en ett",
    "two zwei deux dos due dois duas twee två couple",
    "three drei trois tres tre três drie tre",
    "four vier quatre cuatro quattro quatro vier fyra",
    "five fünf cinq cinco cinque cinco vijf fem",
    "six sechs six seis sei seis zes sex",
    "seven sieben sept siete sette sete zeven sju",
    "eight acht huit ocho otto oito acht åtta",
    "nine neun neuf nueve nove nove negen nio",
    "ten zehn dix diez dieci dez tien tio",
)
_NUMBER = {word: number for number, words in enumerate(_NUMBERS, 1) for word in words.split()}
_COUNT = r"(?:a (?=couple))?(?P<count>\d{1,3}|[^\W\d_]+)(?: of)? (?P<unit>[^\W\d_]+)"
_COUNT_FIRST = _COUNT.replace("count>", "count2>").replace("unit>", "unit2>")
_AGO = re.compile(
    rf"(?:vor|hace|il y a|há|för) {_COUNT}(?: sedan)?|{_COUNT_FIRST} "
    r"(?:ago|earlier|before|prior|zuvor|davor|früher|plus tôt|auparavant|avant|antes|atrás|fa|prima|geleden|eerder"
    r"|sedan|tidigare)"
)
_AHEAD = re.compile(
    rf"(?:in|dans|dentro de|en|tra|fra|daqui a|over|om) {_COUNT}|{_COUNT_FIRST} "
    r"(?:later|after|from now|hence|später|darauf|plus tard|après|después|más tarde|dopo|depois|mais tarde|senare)"
)
_LONG_EXPRESSION = 60
_YEAR_ALONE = re.compile(r"(?:in |im jahr |en |nel |em |i )?((?:19|20)\d\d)")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class DaySpan(NamedTuple):
    """The first and the last day that an expression can mean; the same if it names one day."""

    first: date
    last: date

    def isoformat(self) -> str:
        """ISO 8601: a day, or an interval of two days between which it lies.

        >>> DaySpan(date(2021, 1, 4), date(2021, 1, 6)).isoformat()
        '2021-01-04/2021-01-06'
        """
        return self.first.isoformat() if self.first == self.last else f"{self.first}/{self.last}"


def find_day_offsets(text: str) -> Iterator[tuple[int, int, int]]:
    """Words such as "yesterday" or "the previous day": (start, end, days from the day they are said on)."""
    for found in _OFFSET.finditer(text):
        yield found.start(), found.end(), _OFFSETS[found.group().lower()]


def resolve(expression: str, anchor: date, *, is_ahead: bool = False) -> DaySpan | None:
    """The days that a whole expression of time means on the day `anchor`; None if it names none or none for sure.

    A bare weekday or day of a month is the last one up to the anchor, as news tells what has happened.

    Args:
        expression: "on Wednesday", "the previous day", "earlier this week", "Jan. 6"; nothing else in it.
        anchor: the day it is said on: that of publication, or the one told of just before.
        is_ahead: what is told of is still to come ("will meet on Friday"): the first one from the anchor on.

    >>> [resolve(said, date(2021, 1, 7)).isoformat() for said in ("on Wednesday", "earlier this week")]
    ['2021-01-06', '2021-01-04/2021-01-07']
    """
    words = " ".join(expression.lower().replace("’", "'").strip(" ,.;:()").split())
    if not words or len(words) > _LONG_EXPRESSION:
        return None
    try:
        return (
            _from_offset(words, anchor)
            or _from_count(words, anchor)
            or _from_printed(words, anchor, is_ahead=is_ahead)
            or _from_words(words, anchor, is_ahead=is_ahead)
        )
    except (OverflowError, ValueError):  # before the first year of the calendar or beyond its last
        return None


def _from_offset(words: str, anchor: date) -> DaySpan | None:
    days = _OFFSETS.get(words, _ONLY_WHOLE.get(words))
    return None if days is None else _one(anchor + timedelta(days=days))


def _one(day: date) -> DaySpan:
    return DaySpan(day, day)


def _from_count(words: str, anchor: date) -> DaySpan | None:
    """A day from "two days ago"; from "two weeks ago" that week, since nobody counts the days."""
    for form, sign in ((_AGO, -1), (_AHEAD, 1)):
        found = form.fullmatch(words)
        if found:
            count, unit = found["count"] or found["count2"], _UNIT.get(found["unit"] or found["unit2"])
            number = int(count) if count.isdecimal() else _NUMBER.get(count)
            return _shift(anchor, unit, sign * number) if unit and number else None
    return None


def _shift(anchor: date, unit: str, count: int) -> DaySpan | None:
    """The day, or the week, month or year in which it lies, so many units from the anchor."""
    if unit == "day":
        return _one(anchor + timedelta(days=count))
    if unit in ("week", "weekend"):
        monday = anchor - timedelta(days=anchor.weekday()) + timedelta(weeks=count)
        first = monday + timedelta(days=5 if unit == "weekend" else 0)
        return DaySpan(first, monday + timedelta(days=6))
    if unit == "year":
        return DaySpan(date(anchor.year + count, 1, 1), date(anchor.year + count, 12, 31))
    months = 12 * anchor.year + anchor.month - 1 + count
    return _month(months // 12, months % 12 + 1)


def _month(year: int, month: int) -> DaySpan:
    after = date(year + month // 12, month % 12 + 1, 1)
    return DaySpan(date(year, month, 1), after - timedelta(days=1))


def _from_printed(words: str, anchor: date, *, is_ahead: bool) -> DaySpan | None:
    """A date with or without a year, a month, a year; a weekday before it may stand there and must agree."""
    phrase = next(find_dates(words), None)
    if phrase:
        rest = f"{words[: phrase.start]} {words[phrase.end :]}".replace(",", " ").split()
        weekdays = {name_weekday(word.strip(".")) for word in rest} - {None}
        if not all(word in _FILLING or name_weekday(word.strip(".")) is not None for word in rest):
            return None
        year, month, number = phrase.printed
        day = date(year, month, number) if year else _nearest_day(month, number, anchor, is_ahead=is_ahead)
        return _one(day) if day and weekdays <= {day.weekday()} else None
    alone = _YEAR_ALONE.fullmatch(words)
    if alone:
        return DaySpan(date(int(alone[1]), 1, 1), date(int(alone[1]), 12, 31))
    return _from_month(words, anchor, is_ahead=is_ahead)


def _nearest_day(month: int, number: int, anchor: date, *, is_ahead: bool) -> date | None:
    """The last such day up to the anchor, or the first from it on; None where there is none within four years."""
    for back in range(5):
        year = anchor.year + (back if is_ahead else -back)
        try:
            day = date(year, month, number)
        except ValueError:  # 29 February
            continue
        if (day >= anchor) if is_ahead else (day <= anchor):
            return day
    return None


def _from_month(words: str, anchor: date, *, is_ahead: bool) -> DaySpan | None:
    parts = [word.strip(".") for word in words.replace(",", " ").split()]
    months = [name_month(word) for word in parts if len(word) > 2 and name_month(word)]
    years = [int(word) for word in parts if re.fullmatch(r"(?:19|20)\d\d", word)]
    rest = {word for word in parts if not name_month(word) and not re.fullmatch(r"(?:19|20)\d\d", word)}
    marks = rest & (_LAST | _NEXT | _THIS)
    if len(months) != 1 or len(years) > 1 or not rest - marks <= _FILLING:
        return None
    month = months[0] or 1
    if years:
        return _month(years[0], month)
    year = anchor.year
    if marks & _LAST or not (is_ahead or marks & (_NEXT | _THIS)):
        year -= month > anchor.month or bool(marks & _LAST and month == anchor.month)
    elif not marks & _THIS:
        year += month < anchor.month
    return _month(year, month)


def _from_words(words: str, anchor: date, *, is_ahead: bool) -> DaySpan | None:
    """A weekday, week, month or year with "last", "next", "this" or nothing beside it."""
    parts = words.replace(",", " ").split()
    weekdays = [name_weekday(word) for word in parts if name_weekday(word) is not None and len(word) > 2]
    is_weekend = any(_UNIT.get(word) == "weekend" for word in parts)
    units = ["weekend"] if is_weekend else [_UNIT[word] for word in parts if word in _UNIT and word not in _FILLING]
    marks = set(parts) & (_LAST | _NEXT | _THIS | _EARLIER | _LATER)
    known = marks | _FILLING | _UNIT.keys() | {"semana", "settimana"}
    if any(word not in known and name_weekday(word) is None for word in parts):
        return None
    if len(weekdays) == 1 and not units:
        return _one(_on_weekday(weekdays[0] or 0, anchor, marks, is_ahead=is_ahead))
    if len(units) == 1 and not weekdays and (marks or is_weekend) and units[0] != "day":
        return _within(units[0], anchor, marks, is_ahead=is_ahead)
    return None


def _on_weekday(weekday: int, anchor: date, marks: set[str], *, is_ahead: bool) -> date:
    if marks & _LAST:
        return next_weekday(anchor - timedelta(days=7), weekday)
    if marks & _NEXT:
        return next_weekday(anchor + timedelta(days=1), weekday)
    if marks & _THIS:
        return anchor + timedelta(days=weekday - anchor.weekday())
    return next_weekday(anchor if is_ahead else anchor - timedelta(days=6), weekday)


def _within(unit: str, anchor: date, marks: set[str], *, is_ahead: bool) -> DaySpan | None:
    """A week, month or year; "earlier this week" ends with the anchor, "later this week" begins there."""
    count = -1 if marks & _LAST else 1 if marks & _NEXT else 0
    if unit == "weekend" and not count and not is_ahead and anchor.weekday() < 5 and not marks & _THIS:
        count = -1  # "over the weekend", said on a Tuesday
    span = _shift(anchor, unit, count)
    if span and marks & _EARLIER and not count:
        return DaySpan(span.first, anchor)
    return DaySpan(anchor, span.last) if span and marks & _LATER and not count else span
