"""Days, and the weeks and months that they lie in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from onrecord.errors import UsageError

__all__ = ["Days", "Step", "day_of", "parse_range", "period_at", "periods_over"]

_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


class Step(StrEnum):
    """How long a period is; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Days(NamedTuple):
    """From `start` up to, not including, `end`."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end


def day_of(moment: str | None) -> date | None:
    """The day of an ISO 8601 day or time as records have it; None for no or no whole day.

    >>> day_of("2021-01-07T09:05:00+09:00"), day_of("2021-01")
    (datetime.date(2021, 1, 7), None)
    """
    try:
        return date.fromisoformat(moment[:10]) if moment else None
    except ValueError:
        return None


def period_at(day: date, step: Step) -> Days:
    """The period that a day lies in.

    >>> period_at(date(2021, 1, 7), Step.WEEK)
    Days(start=datetime.date(2021, 1, 4), end=datetime.date(2021, 1, 11))
    """
    if step is Step.DAY:
        return Days(day, day + timedelta(days=1))
    if step is Step.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Days(monday, monday + timedelta(days=7))
    return Days(day.replace(day=1), _next_month(day))


def periods_over(days: Days, step: Step) -> Iterator[Days]:
    """All periods that have a day of `days` in them, in order; the first and the last may reach beyond."""
    at = days.start
    while at < days.end:
        period = period_at(at, step)
        yield period
        at = period.end


def parse_range(text: str) -> Days:
    """A stretch of time as people write it: a year, a month, a day, or two of them with ".." between, both included.

    >>> parse_range("2021-02"), parse_range("2020..2021-01-03").end
    (Days(start=datetime.date(2021, 2, 1), end=datetime.date(2021, 3, 1)), datetime.date(2021, 1, 4))

    Raises:
        UsageError: it is none, or ends before it begins.
    """
    first, dots, last = text.strip().partition("..")
    days = Days(_parse_one(first).start, _parse_one(last if dots else first).end)
    if days.end <= days.start:
        raise UsageError(f"{text!r} ends before it begins. Put the earlier day first.")
    return days


def _parse_one(text: str) -> Days:
    match = _DAY.fullmatch(text.strip())
    if match:
        year, month, day = match.groups()
        try:
            start = date(int(year), int(month or 1), int(day or 1))
            if day:
                return period_at(start, Step.DAY)
            return period_at(start, Step.MONTH) if month else Days(start, date(start.year + 1, 1, 1))
        except (ValueError, OverflowError):
            pass
    raise UsageError(f"{text!r} is no day, month or year. Write 2021-01-07, 2021-01 or 2021, or two with '..' between.")


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
