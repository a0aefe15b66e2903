"""The pages for people: one screen beside the other, all of them made from the same store by the same templates."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from onrecord.serve.screens.actors import add_actors
from onrecord.serve.screens.articles import add_articles
from onrecord.serve.screens.comparing import add_comparison
from onrecord.serve.screens.frame import Frame
from onrecord.serve.screens.inbox import add_inbox
from onrecord.serve.screens.reviewing import add_review
from onrecord.serve.screens.searching import add_search
from onrecord.serve.screens.stories import add_stories
from onrecord.store.pool import Pool

__all__ = ["make_pages", "show_error"]


def make_pages(stores: Pool, environment: Environment, reviewer: str) -> APIRouter:
    """Routes that answer with HTML made from these stores; who signs in with no name is `reviewer`."""
    pages = APIRouter(default_response_class=HTMLResponse)
    for add in (add_search, add_articles, add_actors, add_comparison, add_stories, add_inbox, add_review):
        add(pages, Frame(stores, environment, reviewer))
    return pages


def show_error(environment: Environment, *, status: int, title: str, message: str) -> HTMLResponse:
    """A page that says what went wrong and where to go from here."""
    return Frame(Pool(Path()), environment).render("error.html", status=status, title=title, message=message)
