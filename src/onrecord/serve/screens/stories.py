"""Stories that several articles tell, and what rules told of."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from msgspec import Struct

from onrecord.connecting import Connector
from onrecord.serve.screens.frame import Frame, Wanted
from onrecord.store.alerts import Alerts
from onrecord.track.alerts import Alert

__all__ = ["StoryLine", "add_stories"]

MOST_STORIES = 200
MOST_ALERTS = 200


class StoryLine(Struct, frozen=True, kw_only=True):
    """A story in the list; `texts` are those that are no copies of each other."""

    id: str
    title: str | None
    articles: int
    texts: int
    first_day: str | None
    last_day: str | None


class AlertLine(Struct, frozen=True, kw_only=True):
    """An alert in the list."""

    number: int
    rule: str
    fired_at: str
    state: str
    title: str
    quotation: str
    article: str | None
    statement: str | None
    more: int


def add_stories(pages: APIRouter, frame: Frame) -> None:
    """Routes under /stories and /alerts."""

    @pages.get("/stories", response_model=None)
    def list_stories(how: Wanted = None) -> Response:
        with Connector(frame.store_path, read_only=True) as connector:
            rows = [StoryLine(**one._asdict()) for one in connector.stories(limit=MOST_STORIES)]
            waiting = connector.unconnected()
        if how:
            return frame.table(how, StoryLine, rows, "stories")
        return frame.render("stories.html", here="/stories", stories=rows, waiting=waiting)

    @pages.get("/stories/{article_id:path}")
    def show_story(article_id: str) -> HTMLResponse:
        with Connector(frame.store_path, read_only=True) as connector:
            story = connector.story(article_id)
        titles = {one.article.id: one.article for one in story.members} if story else {}
        return frame.render("story.html", here="/stories", story=story, articles=titles, article_id=article_id)

    @pages.get("/alerts", response_model=None)
    def list_alerts(how: Wanted = None) -> Response:
        with Alerts(frame.store_path, read_only=True) as alerts:
            rows = alerts.rows(limit=MOST_ALERTS)
        lines = []
        for one in rows:
            alert = msgspec.json.decode(one.record, type=Alert)
            lines.append(
                AlertLine(
                    number=one.number,
                    rule=one.rule,
                    fired_at=one.fired_at,
                    state=one.state,
                    title=alert.title,
                    quotation=alert.quotation,
                    article=alert.article,
                    statement=alert.statement,
                    more=alert.more,
                )
            )
        if how:
            return frame.table(how, AlertLine, lines, "alerts")
        return frame.render("alerts.html", here="/alerts", alerts=lines)
