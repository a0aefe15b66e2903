"""Bars as they are drawn: all measuring is done here, the page holds plain SVG and needs no script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct

from onrecord.track.periods import Days, Step
from onrecord.track.timeline import Timeline, Window, WindowKind

__all__ = ["Bar", "Chart", "WindowRow", "choose_step", "draw_windows", "rows_of_windows"]

HEIGHT = 100
MOST_BARS = 90  # more cannot be told apart on a telephone


class WindowRow(Struct, frozen=True, kw_only=True):
    """A period of a timeline: how much was said and done, or that nothing is known."""

    start: str
    end: str  # the first day after it
    kind: WindowKind
    statements: int
    events: int
    articles: int
    acts: tuple[str, ...] = ()  # "threaten 3"
    missing: tuple[str, ...] = ()  # sources without an article


class Bar(NamedTuple):
    """One period; a gap is drawn in full height, silence as a stroke."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    label: str
    start: str
    end: str  # the last day in it


class Chart(NamedTuple):
    """Bars from left to right within `width` by 100."""

    bars: tuple[Bar, ...]
    width: int
    most: int
    first: str
    last: str
    gaps: int


def choose_step(days: Days | None) -> Step:
    """The shortest period of which not too many are needed."""
    span = (days.end - days.start).days if days else 0
    if span <= MOST_BARS:
        return Step.DAY
    return Step.WEEK if span <= 7 * MOST_BARS else Step.MONTH


def draw_windows(timeline: Timeline, most: int | None = None) -> Chart | None:
    """The timeline as bars; `most` is what a bar of full height means. None if there is nothing to draw."""
    windows = timeline.windows
    if not windows:
        return None
    highest = most or max(1, *(one.statements for one in windows), 1)
    return Chart(
        bars=tuple(_bar(number, one, highest) for number, one in enumerate(windows)),
        width=len(windows),
        most=highest,
        first=windows[0].start.isoformat(),
        last=_last_day(windows[-1]),
        gaps=sum(one.kind is WindowKind.GAP for one in windows),
    )


def rows_of_windows(windows: Iterable[Window]) -> Sequence[WindowRow]:
    """The same as a table."""
    return [
        WindowRow(
            start=one.start.isoformat(),
            end=one.end.isoformat(),
            kind=one.kind,
            statements=one.statements,
            events=one.events,
            articles=one.articles,
            acts=tuple(f"{act.value} {count}" for act, count in one.acts.items()),
            missing=one.missing,
        )
        for one in windows
    ]


def _bar(number: int, window: Window, highest: int) -> Bar:
    height = {WindowKind.GAP: float(HEIGHT), WindowKind.SILENT: 1.0}.get(
        window.kind, max(3.0, HEIGHT * window.statements / highest)
    )
    told = {
        WindowKind.GAP: "no article of these sources",
        WindowKind.SILENT: f"nothing said, {window.articles} articles",
    }.get(window.kind, ", ".join([f"{window.statements} said", *(f"{act} {n}" for act, n in window.acts.items())]))
    start, last = window.start.isoformat(), _last_day(window)
    when = start if start == last else f"{start} to {last}"
    return Bar(
        x=number + 0.1,
        y=HEIGHT - height,
        width=0.8 if window.kind is not WindowKind.GAP else 1.0,
        height=height,
        kind=window.kind.value,
        label=f"{when}: {told}",
        start=start,
        end=last,
    )


def _last_day(window: Window) -> str:
    return window.end.fromordinal(window.end.toordinal() - 1).isoformat()
