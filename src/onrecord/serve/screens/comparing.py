"""Two queries side by side: two speakers, outlets or times; what is counted, when it was said, in which words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from msgspec import Struct

from onrecord.errors import BadQuery
from onrecord.lexicon.tone import load_tone_lexicon
from onrecord.records import Reading, Statement
from onrecord.serve.screens.charts import Chart, choose_step, draw_windows
from onrecord.serve.screens.frame import Asking, Frame, TableFormat, Wanted, with_format
from onrecord.serve.screens.observing import MOST_ARTICLES
from onrecord.store import Facet, Store
from onrecord.store.coverage import list_coverage
from onrecord.store.query import parse_query
from onrecord.track.formulas import Formula, compare_passages
from onrecord.track.occurrences import Coverage, Occurrence, occurrences_of
from onrecord.track.periods import Days, Step, day_of
from onrecord.track.phrases import Passage
from onrecord.track.timeline import Timeline, build_timeline
from onrecord.track.timeline import Wanted as Asked

__all__ = ["CountRow", "add_comparison"]

MOST_VALUES = 10  # of each field that are shown
MOST_PHRASES = 25
FIELDS = {
    "act": "What is done",
    "target": "Whom it is aimed at",
    "about": "What it is about",
    "speaker": "Who speaks",
    "outlet": "Where it stands",
}


class Table(StrEnum):
    """The tables of a comparison."""

    COUNTS = "counts"
    PHRASES = "phrases"


class CountRow(Struct, frozen=True, kw_only=True):
    """How often a value stands on either side; shares are of all statements of the side."""

    field: str
    value: str
    left: int
    left_share: float
    right: int
    right_share: float


class PhraseRow(Struct, frozen=True, kw_only=True):
    """A phrase that differs: `z` above 0 is more on the right, or harder."""

    phrase: str
    change: str
    left: int
    right: int
    z: float


class Side(NamedTuple):
    """All of one side."""

    query: str
    total: int
    facets: dict[str, Facet]
    said: tuple[tuple[Reading, tuple[Statement, ...]], ...]
    is_cut: bool


def add_comparison(pages: APIRouter, frame: Frame) -> None:
    """The route /compare."""

    @pages.get("/compare", response_model=None)
    def compare(
        request: Request, left: Asking = "", right: Asking = "", table: Table = Table.COUNTS, how: Wanted = None
    ) -> Response:
        if not (left.strip() and right.strip()):
            return _ask(frame, left, right)
        try:
            sides = _take(frame, left, right)
        except BadQuery as error:
            return frame.render(
                "compare.html", status=400, here="/compare", left=left, right=right, wrong=str(error), sides=None
            )
        counts, formulas = _count(sides), _phrases(sides)
        if how and table is Table.COUNTS:
            return frame.table(how, CountRow, counts, "comparison")
        if how:
            return frame.table(how, PhraseRow, map(_phrase_row, formulas), "phrases")
        charts, step = _draw(frame, sides)
        return frame.render(
            "compare.html",
            here="/compare",
            left=left,
            right=right,
            wrong=None,
            sides=sides,
            charts=charts,
            step=step.value,
            narrow=[_narrower(one.query) for one in sides],
            fields=[
                (name, [row for row in counts if row.field == field][:MOST_VALUES]) for field, name in FIELDS.items()
            ],
            formulas=formulas[:MOST_PHRASES],
            more=max(0, len(formulas) - MOST_PHRASES),
            files={one.value: with_format(request, one) for one in TableFormat},
        )


def _ask(frame: Frame, left: str, right: str) -> Response:
    """The two fields, and what one could put there: the loudest speakers and outlets of the store."""
    with frame.open() as store:
        facets = store.ask().facets(("speaker", "outlet", "month"))
    pairs = [(one.counts[0], one.counts[1]) for one in facets if len(one.counts) > 1]
    ideas = [
        (f"{a.label} and {b.label}", f"/compare?{urlencode({'left': a.filter, 'right': b.filter})}") for a, b in pairs
    ]
    return frame.render("compare.html", here="/compare", left=left, right=right, wrong=None, sides=None, ideas=ideas)


def _take(frame: Frame, left: str, right: str) -> tuple[Side, Side]:
    with frame.open() as store:
        return _side(store, left), _side(store, right)


def _side(store: Store, query: str) -> Side:
    answers = store.ask(query)
    said: list[tuple[Reading, tuple[Statement, ...]]] = []
    for one in answers.spoken():
        if len(said) == MOST_ARTICLES:
            return Side(query, answers.count(), _by_field(answers.facets(tuple(FIELDS))), tuple(said), is_cut=True)
        said.append(one)
    return Side(query, answers.count(), _by_field(answers.facets(tuple(FIELDS))), tuple(said), is_cut=False)


def _by_field(facets: Sequence[Facet]) -> dict[str, Facet]:
    return {one.field: one for one in facets}


def _count(sides: tuple[Side, Side]) -> list[CountRow]:
    """Values of each field, those that differ most first."""
    rows: list[CountRow] = []
    asked = {one.field for side in sides for one in parse_query(side.query).filters}  # differ by being asked for
    for field in [one for one in FIELDS if one not in asked]:
        counted = [{one.label: one.count for one in side.facets[field].counts} for side in sides]
        of_field = [
            CountRow(
                field=field,
                value=value,
                left=counted[0].get(value, 0),
                left_share=_share(counted[0].get(value, 0), sides[0]),
                right=counted[1].get(value, 0),
                right_share=_share(counted[1].get(value, 0), sides[1]),
            )
            for value in dict.fromkeys((*counted[0], *counted[1]))
        ]
        rows += sorted(of_field, key=lambda row: (-max(row.left_share, row.right_share), row.value))
    return rows


def _share(count: int, side: Side) -> float:
    return round(count / side.total, 4) if side.total else 0.0


def _phrases(sides: tuple[Side, Side]) -> Sequence[Formula]:
    before, after = (list(_passages(side)) for side in sides)
    return compare_passages(before, after, hardness=load_tone_lexicon().hardness).formulas


def _passages(side: Side) -> Iterator[Passage]:
    """What is said in each article; of a statement within another only the outer one, so that no word counts twice."""
    for reading, said in side.said:
        spans = sorted({span for one in said for span in one.content})
        outer = [a for a in spans if not any(b != a and b.start <= a.start and a.end <= b.end for b in spans)]
        yield Passage(article=reading.article.id, text=reading.article.text, spans=tuple(outer))


def _draw(frame: Frame, sides: tuple[Side, Side]) -> tuple[tuple[Chart | None, ...], Step]:
    """Both over the same days, drawn to one measure."""
    coverage = [
        Coverage(article=one.article, source=one.source, day=day_of(one.published))
        for one in list_coverage(frame.store_path)
    ]
    told = [tuple(_occurrences(side)) for side in sides]
    known = [one.day for side in told for one in side]
    days = Days(min(known), max(known).fromordinal(max(known).toordinal() + 1)) if known else None
    step = choose_step(days)
    lines = [_line(one, coverage, days, step) for one in told]
    most = max((window.statements for line in lines for window in line.windows), default=1)
    return tuple(draw_windows(line, max(1, most)) for line in lines), step


def _line(told: Sequence[Occurrence], coverage: Sequence[Coverage], days: Days | None, step: Step) -> Timeline:
    """Gaps are those of the sources that carry the side."""
    sources = {one.source for one in told}
    return build_timeline(told, [one for one in coverage if one.source in sources], wanted=Asked(days=days), step=step)


def _occurrences(side: Side) -> Iterator[Occurrence]:
    for reading, said in side.said:
        wanted = {one.id for one in said}
        yield from (one for one in occurrences_of(reading) if one.act and one.id in wanted)


def _phrase_row(one: Formula) -> PhraseRow:
    return PhraseRow(phrase=one.phrase, change=one.change.value, left=one.before, right=one.after, z=round(one.z, 3))


def _narrower(query: str) -> Callable[[str], str]:
    """What makes the address of a side's search, narrowed."""
    return lambda more: f"/?{urlencode({'q': f'{query} {more}'.strip()})}"
