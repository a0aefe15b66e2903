"""Speakers: the list of all, and one with roles, names, what it said over time, what it promised, what it did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Response
from msgspec import Struct

from onrecord.errors import UnknownArticle
from onrecord.lexicon.actors import Actor, Role, load_actors
from onrecord.serve.api import asked_of
from onrecord.serve.screens.charts import WindowRow, choose_step, draw_windows, rows_of_windows
from onrecord.serve.screens.frame import Asking, Frame, PageNumber, TableFormat, Wanted
from onrecord.serve.screens.observing import Observed, days_over, follow, observe
from onrecord.store import ActorRow, Facet, Query
from onrecord.store.query import Term
from onrecord.track.commitments import Followed
from onrecord.track.occurrences import Occurrence
from onrecord.track.timeline import Timeline, build_timeline
from onrecord.track.timeline import Wanted as Asked

__all__ = ["add_actors"]

PER_PAGE = 50
MOST_EVENTS = 40  # shown; the table that is given away has all of them
MOST_COMMITMENTS = 40
_COUNTED = ("act", "target", "about")
_COUNT_NAMES = {"act": "What it does", "target": "Whom it is aimed at", "about": "What it is about"}


class Table(StrEnum):
    """The tables of an actor's page."""

    TIMELINE = "timeline"
    COMMITMENTS = "commitments"
    EVENTS = "events"


class CommitmentRow(Struct, frozen=True, kw_only=True):
    """A commitment and where it stands."""

    day: str
    words: str
    act: str
    status: str
    due: str | None
    article: str
    statement: str
    mentions: tuple[str, ...]  # "2021-07-02 admitted failed ARTICLE/s1"


class EventRow(Struct, frozen=True, kw_only=True):
    """An event in which the actor acts or at which it is aimed."""

    day: str
    event: str
    who: tuple[str, ...]
    whom: tuple[str, ...]
    modality: str
    score: float | None
    words: str
    article: str
    id: str
    confidence: float


class Known(NamedTuple):
    """What the actors catalogue knows."""

    actor: Actor
    roles: tuple[tuple[Role, bool], ...]  # newest first; held on the day of the newest statement
    day: str | None


def add_actors(pages: APIRouter, frame: Frame) -> None:
    """Routes under /actors."""

    @pages.get("/actors", response_model=None)
    def list_actors(q: Asking = "", page: PageNumber = 1, how: Wanted = None) -> Response:
        with frame.open() as store:
            actors = store.ask(q).actors()
        if how:
            return frame.table(how, ActorRow, actors, "speakers")
        shown = actors[(page - 1) * PER_PAGE : page * PER_PAGE]
        return frame.render(
            "actors.html",
            here="/actors",
            asked=q,
            actors=shown,
            most=max((one.statements for one in shown), default=1),
            total=len(actors),
            page=page,
            has_next=len(actors) > page * PER_PAGE,
        )

    @pages.get("/actors/{actor_id:path}", response_model=None)
    def show_actor(actor_id: str, table: Table = Table.TIMELINE, how: Wanted = None) -> Response:
        with frame.open() as store:
            answers = store.ask(asked_of(actor_id))
            row = next((one for one in answers.actors() if one.id == actor_id), None)
            facets = answers.facets(_COUNTED) if row else ()
        if row is None:
            raise UnknownArticle(f"Nobody of the id {actor_id!r} says anything in this store.")
        return _give(frame, row, facets, (table, how))


def _give(frame: Frame, row: ActorRow, facets: Sequence[Facet], asked: tuple[Table, TableFormat | None]) -> Response:
    observed = observe(frame, (asked_of(row.id), Query(terms=(Term(row.name),))))
    timeline = _timeline(row, observed)
    commitments = _commitments(row, observed)
    events = sorted(_events(row, observed), key=lambda one: one.day, reverse=True)
    table, how = asked
    if how and table is Table.TIMELINE:
        return frame.table(how, WindowRow, rows_of_windows(timeline.windows), "timeline")
    if how and table is Table.COMMITMENTS:
        return frame.table(how, CommitmentRow, map(_commitment_row, commitments), "commitments")
    if how:
        return frame.table(how, EventRow, map(_event_row, events), "events")
    return frame.render(
        "actor.html",
        here="/actors",
        actor=row,
        known=_known(row),
        chart=draw_windows(timeline),
        rows=rows_of_windows(timeline.windows),
        step=timeline.step.value,
        sources=timeline.sources,
        narrowed=lambda more: f"/?{urlencode({'q': f'{row.filter} {more}'})}",
        facets=[(_COUNT_NAMES[one.field], one) for one in facets if one.counts],
        commitments=commitments[:MOST_COMMITMENTS],
        promised=len(commitments),
        events=events[:MOST_EVENTS],
        done=len(events),
        is_cut=observed.is_cut,
    )


def _timeline(row: ActorRow, observed: Observed) -> Timeline:
    key = row.id.removeprefix("name:")
    said = [one for one in observed.occurrences if one.act and _is_of(row, one)]
    step = choose_step(days_over(observed.coverage, {one.source for one in said}))
    return build_timeline(said, observed.coverage, wanted=Asked(who=key), step=step)


def _commitments(row: ActorRow, observed: Observed) -> list[Followed]:
    followed = follow(observed, row.id.removeprefix("name:"), today=datetime.now(UTC).date())
    return sorted(
        (one for one in followed if _is_of(row, one.made)),
        key=lambda one: (one.due is None, one.made.day),
        reverse=True,
    )


def _events(row: ActorRow, observed: Observed) -> Iterator[Occurrence]:
    return (one for one in observed.occurrences if one.event and (_is_of(row, one) or _is_aimed(row, one)))


def _is_of(row: ActorRow, one: Occurrence) -> bool:
    return any(row.id in (name.id, f"name:{name.name}") for name in one.who)


def _is_aimed(row: ActorRow, one: Occurrence) -> bool:
    return any(row.id in (name.id, f"name:{name.name}") for name in one.whom)


def _known(row: ActorRow) -> Known | None:
    actor = load_actors().get(row.id)
    if actor is None:
        return None
    newest_first = sorted(actor.roles, key=lambda role: (role.start or "", role.end or "~"), reverse=True)
    day = row.last[:10] if row.last else None
    return Known(actor, tuple((role, bool(day) and role.held_on(day or "")) for role in newest_first), day)


def _commitment_row(one: Followed) -> CommitmentRow:
    return CommitmentRow(
        day=one.made.day.isoformat(),
        words=one.made.text,
        act=one.made.act.value if one.made.act else "",
        status=one.status.value,
        due=one.due.isoformat() if one.due else None,
        article=one.made.article,
        statement=one.made.id,
        mentions=tuple(
            f"{mention.said.day} {mention.fate.value} {mention.said.article}/{mention.said.id}"
            for mention in one.mentions
        ),
    )


def _event_row(one: Occurrence) -> EventRow:
    return EventRow(
        day=one.day.isoformat(),
        event=one.event.value if one.event else "",
        who=tuple(name.name for name in one.who),
        whom=tuple(name.name for name in one.whom),
        modality=one.modality.value if one.modality else "",
        score=one.score,
        words=one.text,
        article=one.article,
        id=one.id,
        confidence=one.confidence,
    )
