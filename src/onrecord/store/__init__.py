"""Keep pages, readings and rejections in one file, and find them again."""

from onrecord.store.answers import Answers
from onrecord.store.attempts import Attempts
from onrecord.store.counting import FACETS, ActorRow, Facet, FacetCount
from onrecord.store.events import EventAnswers, EventRow, event_row
from onrecord.store.faults import reach
from onrecord.store.flat import ArticleRow, StatementRow, statement_row
from onrecord.store.listing import Key
from onrecord.store.pages import KeptPage
from onrecord.store.query import EVENTS, STATEMENTS, Filter, Language, Query, parse_query
from onrecord.store.results import Added, AddedAs, Counts, Hit, Listed, Version
from onrecord.store.sqlite import Store

__all__ = [
    "EVENTS",
    "FACETS",
    "STATEMENTS",
    "ActorRow",
    "Added",
    "AddedAs",
    "Answers",
    "ArticleRow",
    "Attempts",
    "Counts",
    "EventAnswers",
    "EventRow",
    "Facet",
    "FacetCount",
    "Filter",
    "Hit",
    "KeptPage",
    "Key",
    "Language",
    "Listed",
    "Query",
    "StatementRow",
    "Store",
    "Version",
    "event_row",
    "parse_query",
    "reach",
    "statement_row",
]
