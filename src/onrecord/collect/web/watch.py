"""Watching feeds: asking for each again and again, as often as it brings something, and fetching what is new."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import time as wall_clock_s

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from onrecord.collect.web.addresses import Network, parse_networks, parse_url
from onrecord.collect.web.crawl import Collected, Crawl, CrawlOptions, Polled
from onrecord.collect.web.fetch import Web
from onrecord.collect.web.filters import Filters
from onrecord.collect.web.ledger import Collection, FeedState
from onrecord.collect.web.politeness import Manners, Role
from onrecord.errors import CollectError, UsageError

__all__ = ["Watch", "WatchedFeed", "Watchlist", "read_watchlist"]

_GROWTH, _MAX_GROWTH = 1.5, 8  # a feed that brings nothing is asked for less and less often, down to an eighth
_MAX_BACK_OFF_S = 24 * 3600.0  # a feed that fails is asked for once a day at least


class WatchedFeed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A feed or news sitemap that is watched; see docs/reference/feeds.md."""

    url: str
    every_minutes: float | None = None  # None: as the whole list
    hosts: tuple[str, ...] = ()
    match: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    since: date | None = None
    language: str | None = None

    @property
    def filters(self) -> Filters:
        """Which of its items are wanted."""
        since = datetime.combine(self.since, time(), UTC) if self.since else None
        return Filters(hosts=self.hosts, match=self.match, skip=self.skip, since=since, language=self.language)


class Watchlist(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What FEEDS.toml says."""

    feed: tuple[WatchedFeed, ...]
    every_minutes: float = 15.0
    contact: str | None = None  # a web or mail address, told to every site
    min_delay_seconds: float = 1.0
    max_delay_seconds: float = 60.0
    allow_net: tuple[str, ...] = ()

    @property
    def manners(self) -> Manners:
        """How politely hosts are treated."""
        return Manners(min_delay_s=self.min_delay_seconds, max_delay_s=self.max_delay_seconds)

    @property
    def networks(self) -> tuple[Network, ...]:
        """What may be reached beside the public internet."""
        return parse_networks(self.allow_net)


def read_watchlist(path: Path) -> Watchlist:
    """What a FEEDS.toml says.

    Raises:
        UsageError: there is none, or something in it is not as it should be; says what.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        watchlist = msgspec.convert(told, Watchlist, dec_hook=None)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name a file with the feeds.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: {error}; docs/reference/feeds.md says how it is written.") from error
    _check(watchlist, path)
    return watchlist


def _check(watchlist: Watchlist, path: Path) -> None:
    if not watchlist.feed:
        raise UsageError(f"{path}: it names no feed; add one with [[feed]] and url = ...")
    if min(watchlist.every_minutes, *(one.every_minutes or 1 for one in watchlist.feed)) <= 0:
        raise UsageError(f"{path}: every_minutes must be more than 0.")
    if watchlist.contact and not (watchlist.contact.isascii() and watchlist.contact.isprintable()):
        raise UsageError(f"{path}: contact must be a plain web or mail address.")
    _ = watchlist.networks
    for feed in watchlist.feed:
        try:
            parse_url(feed.url)
        except CollectError as error:
            raise UsageError(f"{path}: {error}.") from error


class Watch:
    """Asks for the feeds of a list until it is stopped.

    Args:
        told: is told of what asking for a feed gave.
    """

    def __init__(
        self,
        watchlist: Watchlist,
        web: Web,
        collection: Collection,
        *,
        options: CrawlOptions,
        told: Callable[[Polled], None],
    ) -> None:
        self._collection, self._told, self._once = collection, told, False
        self._feeds = {parse_url(feed.url).url: feed for feed in watchlist.feed}
        self._states = {url: collection.feed(url) for url in self._feeds}
        self._every_s = 60 * watchlist.every_minutes
        options = replace(options, manners=watchlist.manners, waits=True)
        self.crawl = Crawl(web, collection, options, conditions=self._conditions, on_polled=self._polled)

    def run(self, *, once: bool = False) -> Iterator[Collected]:
        """What an earlier run left over, then what the feeds bring, until `crawl.stop()`.

        Args:
            once: ask for each feed now, and only once.
        """
        self._once = once
        yield from self.crawl.recover()
        for url, feed in self._feeds.items():
            wait_s = 0.0 if once else self._states[url].due - wall_clock_s()
            self.crawl.add(url, Role.FEED, feed.filters, after_s=min(max(wait_s, 0.0), _MAX_BACK_OFF_S))
        yield from self.crawl.run()

    def _conditions(self, url: str) -> dict[str, str]:
        state = self._states[url]  # not from the ledger: this is called by the threads that wait on the network
        told = {"If-None-Match": state.etag, "If-Modified-Since": state.modified}
        return {name: value for name, value in told.items() if value}

    def _polled(self, polled: Polled) -> None:
        feed = self._feeds[polled.url]
        base_s = 60 * feed.every_minutes if feed.every_minutes else self._every_s
        state = self._states[polled.url] = next_state(
            self._states[polled.url], polled, base_s=base_s, now=wall_clock_s()
        )
        self._collection.keep_feed(polled.url, state)
        self._told(polled)
        if not self._once:
            self.crawl.add(polled.url, Role.FEED, feed.filters, after_s=state.due - wall_clock_s())


def next_state(state: FeedState, polled: Polled, *, base_s: float, now: float) -> FeedState:
    """What is known of a feed after it was asked for.

    Args:
        base_s: how often it is to be asked for while it brings something new each time.
        now: seconds since 1970.
    """
    if polled.error is not None or polled.exchange is None:
        failures = state.failures + 1
        wait_s = min(base_s * 2 ** min(failures, 20), max(_MAX_BACK_OFF_S, base_s))
        return replace(state, failures=failures, due=now + max(wait_s, polled.wait_s))
    slower = min(max(state.every_s, base_s) * _GROWTH, base_s * _MAX_GROWTH)
    every_s = base_s if polled.new else slower
    fields = polled.exchange.fields
    told = replace(state, etag=fields.get("etag"), modified=fields.get("last-modified"))
    kept = state if polled.exchange.status == 304 else told
    return replace(kept, every_s=every_s, failures=0, due=now + max(every_s, polled.wait_s))
