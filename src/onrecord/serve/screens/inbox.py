"""What came in: the newest pages, pages that gave no reading with reasons, and from which source in which hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from msgspec import Struct

from onrecord.serve.screens.frame import Frame, TableFormat, Wanted, with_format
from onrecord.store.coverage import Arrived, list_arrivals, list_newcomers
from onrecord.store.quarantine import Failed, list_failed

__all__ = ["ArrivalRow", "add_inbox", "lay_out_hours"]

SHOWN = 15
MOST_SOURCES = 40
LEVELS = (1, 3, 10, 30)  # pages an hour from which a cell is darker
_HOUR = "%Y-%m-%dT%H"


class Table(StrEnum):
    """The tables of the inbox."""

    COVERAGE = "coverage"
    FAILED = "failed"


class ArrivalRow(Struct, frozen=True, kw_only=True):
    """Pages of a source in an hour; 0 where there were none."""

    source: str
    hour: str
    pages: int
    is_gap: bool


class Cell(NamedTuple):
    """An hour of a source."""

    hour: str
    pages: int
    level: int  # 0 to 4
    is_gap: bool  # nothing came, though the source was heard of before


class Line(NamedTuple):
    """A source over the hours."""

    source: str
    cells: tuple[Cell, ...]
    pages: int
    gaps: int


def add_inbox(pages: APIRouter, frame: Frame) -> None:
    """Routes /inbox and /quarantine."""

    @pages.get("/inbox", response_model=None)
    def show_inbox(
        request: Request,
        hours: Annotated[int, Query(ge=6, le=240)] = 48,
        table: Table = Table.COVERAGE,
        how: Wanted = None,
    ) -> Response:
        newest = list_newcomers(frame.store_path, limit=SHOWN)
        lines = _lines(frame, hours, newest[0].added_at if newest else None)
        failed = list_failed(frame.store_path)[::-1]
        if how and table is Table.COVERAGE:
            return frame.table(how, ArrivalRow, _rows(lines), "coverage")
        if how:
            return frame.table(how, Failed, failed, "failed")
        with frame.open() as store:
            counts = store.counts()
        return frame.render(
            "inbox.html",
            here="/inbox",
            newest=newest,
            lines=lines[:MOST_SOURCES],
            left_out=max(0, len(lines) - MOST_SOURCES),
            hours=hours,
            failed=failed[:SHOWN],
            reasons=Counter(one.code for one in failed).most_common(),
            counts=counts,
            files={one.value: with_format(request, one) for one in TableFormat},
        )

    @pages.get("/quarantine")
    def show_quarantine() -> HTMLResponse:
        with frame.open() as store:
            return frame.render("quarantine.html", here="/inbox", rejections=store.rejections(), counts=store.counts())


def _lines(frame: Frame, hours: int, newest_at: str | None) -> Sequence[Line]:
    """Up to this hour; where nothing came in for longer than is shown, up to the hour in which the newest page came."""
    until = datetime.now(UTC)
    if newest_at and datetime.fromisoformat(newest_at) < until - timedelta(hours=hours):
        until = datetime.fromisoformat(newest_at)
    at = [(until - timedelta(hours=back)).strftime(_HOUR) for back in range(hours - 1, -1, -1)]
    return lay_out_hours(list_arrivals(frame.store_path, since=at[0]), at)


def lay_out_hours(arrived: Sequence[Arrived], hours: Sequence[str]) -> tuple[Line, ...]:
    """All sources over the hours, above them all together; an empty hour after the first page of a source is a gap."""
    by_source: dict[str, Counter[str]] = {"all sources": Counter()}
    for one in arrived:
        by_source.setdefault(one.source, Counter())[one.hour] += one.pages
        by_source["all sources"][one.hour] += one.pages
    return tuple(_line(source, counted, hours) for source, counted in by_source.items())


def _line(source: str, counted: Counter[str], hours: Sequence[str]) -> Line:
    first = min(counted, default="~")
    cells = tuple(
        Cell(
            hour=hour,
            pages=counted[hour],
            level=sum(counted[hour] >= level for level in LEVELS),
            is_gap=not counted[hour] and hour > first,
        )
        for hour in hours
    )
    return Line(source, cells, counted.total(), sum(cell.is_gap for cell in cells))


def _rows(lines: Sequence[Line]) -> list[ArrivalRow]:
    return [
        ArrivalRow(source=line.source, hour=cell.hour, pages=cell.pages, is_gap=cell.is_gap)
        for line in lines[1:]
        for cell in line.cells
    ]
