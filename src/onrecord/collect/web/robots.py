"""What a site asks of robots: robots.txt, fetched once a day and heeded. RFC 9309."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct
from protego import Protego

from onrecord.collect.http import parse_answer
from onrecord.collect.web.addresses import Place, parse_url
from onrecord.collect.web.fetch import Exchange, Web
from onrecord.errors import AddressRefused, CollectError, FetchFailed, RobotsRefused

__all__ = ["Robots", "sitemaps_in"]

_KEPT_S = 24 * 3600.0  # RFC 9309, 2.4
_MAX_PACKED = 100  # a robots.txt larger by this factor than what is heeded of it is none
_FAILURE_KEPT_S = 600.0  # a server that is down now may be up in ten minutes


class _Known(Struct, frozen=True, kw_only=True):
    """The rules of one origin; an error where they could not be had."""

    rules: Protego | None
    error: CollectError | None = None
    until: float


class Robots:
    """The rules of each origin that is met.

    Args:
        max_bytes: of a robots.txt, what lies behind is not heeded.
        clock: seconds, of which only differences count.
    """

    def __init__(self, web: Web, *, max_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._web, self._max_bytes, self._clock = web, max_bytes, clock
        self._name = web.user_agent.partition("/")[0]  # what groups of rules go by; RFC 9309, 2.2.1
        self._known: dict[str, _Known] = {}

    def check(self, url: str, seen: list[Exchange]) -> float | None:
        """How many seconds the site wants between two requests (None: it does not say).

        Args:
            seen: what had to be fetched to know is added here.

        Raises:
            RobotsRefused: the site asks not to fetch this.
            FetchFailed: its rules cannot be had; as long as that is so, nothing may be fetched.
            AddressRefused: the rules lead to where nothing may be fetched.
        """
        place = parse_url(url)
        known = self._known.get(place.origin)
        if known is None or known.until <= self._clock():
            known = self._known[place.origin] = self._fetch(place, seen)
        if known.error is not None:
            raise type(known.error)(url, known.error.reason)
        if known.rules is None:
            return None
        if not known.rules.can_fetch(place.url, self._name):
            raise RobotsRefused(url, "robots.txt of the site asks not to fetch this")
        return known.rules.crawl_delay(self._name)

    def _fetch(self, place: Place, seen: list[Exchange]) -> _Known:
        now = self._clock()
        try:
            for exchange in self._web.follow(f"{place.origin}/robots.txt"):
                seen.append(exchange)  # noqa: PERF402  those before an error count as well
        except AddressRefused as error:
            return _Known(rules=None, error=error, until=now + _FAILURE_KEPT_S)
        except CollectError as error:
            return _unknown(f"{error.reason}", now)
        answer = seen[-1]
        if answer.status >= 500 or answer.status == 429:
            return _unknown(f"the server answered with status {answer.status}", now)
        if answer.status >= 400 or answer.status < 200:
            return _Known(rules=None, until=now + _KEPT_S)
        try:
            data = parse_answer(answer.block, answer.url, 0, limit=self._max_bytes * _MAX_PACKED).body
        except CollectError as error:
            return _unknown(error.reason, now)
        return _Known(rules=Protego.parse(data[: self._max_bytes].decode("utf-8", "replace")), until=now + _KEPT_S)


def _unknown(why: str, now: float) -> _Known:
    error = FetchFailed("robots.txt", f"robots.txt of the site cannot be had ({why}), so nothing may be fetched")
    return _Known(rules=None, error=error, until=now + _FAILURE_KEPT_S)


def sitemaps_in(data: bytes) -> list[str]:
    """The sitemaps that a robots.txt names."""
    return list(Protego.parse(data.decode("utf-8", "replace")).sitemaps)
