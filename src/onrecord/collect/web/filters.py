"""Which of the pages that a feed, a sitemap or a list names are wanted. No I/O."""

from __future__ import annotations

import re
from datetime import datetime
from fnmatch import translate
from functools import cache
from urllib.parse import urlsplit

from msgspec import Struct

from onrecord.collect.web.feeds import Item
from onrecord.records import Article

__all__ = ["Filters"]


class Filters(Struct, frozen=True, kw_only=True):
    """All of them must agree. What a list does not tell (day, language) is no reason to leave a page out."""

    hosts: tuple[str, ...] = ()  # these and all below them; none: any
    match: tuple[str, ...] = ()  # patterns of whole addresses, * for any characters; one must fit; none: any
    skip: tuple[str, ...] = ()  # patterns likewise; none may fit
    since: datetime | None = None  # with a zone
    language: str | None = None  # "en" also takes "en-gb"
    articles_only: bool = False  # once it is read, nothing that is an index, a stub or the like

    def admits(self, item: Item) -> bool:
        """Whether the page is wanted. Of an item that is a sitemap itself, only the day counts."""
        if self.since and item.published and item.published < self.since:
            return False
        if item.is_listing:
            return True
        if self.language and item.language and not _is_language(item.language, self.language):
            return False
        return self._admits_url(item.url)

    def objection(self, article: Article) -> str | None:
        """Why a page is not wanted now that it was read, which tells more than lists do; None: it is wanted."""
        if self.articles_only and not article.is_article:
            return article.reason or "it is no article"
        day = article.published.value[:10] if article.published else ""
        if self.since and day and day < f"{self.since:%Y-%m-%d}"[: len(day)]:
            return f"it is of {day}"
        if self.language and article.language and not _is_language(article.language, self.language):
            return f"its language is {article.language!r}"
        return None

    def _admits_url(self, url: str) -> bool:
        if self.hosts and not any(_lies_below(url, host) for host in self.hosts):
            return False
        if self.match and not any(_pattern(text).match(url) for text in self.match):
            return False
        return not any(_pattern(text).match(url) for text in self.skip)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(translate(text))


def _lies_below(url: str, host: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return name == host.lower() or name.endswith(f".{host.lower()}")


def _is_language(told: str, wanted: str) -> bool:
    return told.lower() == wanted.lower() or told.lower().startswith(f"{wanted.lower()}-")
