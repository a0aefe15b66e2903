"""Whose turn it is: one request at a time to a host, with a pause that grows with how long the host takes. No I/O.

The pause follows Scrapy's AutoThrottle: half way from the last pause to the time the last answer took, never shorter
after a failure. A host that fails is left alone for twice as long each time; one that names a time is left alone so
long.
"""

from __future__ import annotations

import heapq
from enum import StrEnum

from msgspec import Struct

from onrecord.collect.web.filters import Filters

__all__ = ["Frontier", "Manners", "Role", "Task", "Verdict"]


class Role(StrEnum):
    """What an address is asked for as."""

    ENTRY = "entry"  # named by the user: a page, a feed or a sitemap
    LISTING = "listing"  # named by an index of sitemaps
    FEED = "feed"  # watched: asked for again and again
    PAGE = "page"


class Manners(Struct, frozen=True, kw_only=True):
    """How politely hosts are treated, in seconds."""

    min_delay_s: float = 1.0  # between the end of an answer and the next request to that host
    max_delay_s: float = 60.0  # what a slow host or its Crawl-delay can make of it
    back_off_s: float = 5.0  # how long a host that failed once is left alone; doubled with each failure that follows
    max_back_off_s: float = 3600.0  # how long a host that fails, or names a time, is left alone


class Task(Struct, frozen=True, kw_only=True):
    """An address to be fetched, and how it came up."""

    url: str  # in plain spelling
    host: str
    role: Role
    asked: str  # the address it is fetched for; another one after a redirect
    filters: Filters
    source: str | None = None  # the feed or sitemap that named it
    depth: int = 0  # of sitemap indexes above it
    hops: int = 0  # redirects that led here
    tries: int = 0


class Verdict(Struct, frozen=True, kw_only=True):
    """How a host took a request."""

    took_s: float | None = None  # None: no answer came
    crawl_delay_s: float | None = None  # what its robots.txt wants
    retry_after_s: float | None = None
    failed: bool = False


class _Host(Struct, kw_only=True):
    """One host's queue (not-before time, order, task) and pace."""

    delay_s: float
    queue: list[tuple[float, int, Task]] = []
    ready_at: float = 0.0
    failures: int = 0
    is_busy: bool = False
    took_s: float = 1.0  # of late, on average


class Frontier:
    """What is still to be fetched, by host. Times are seconds of a clock that the caller reads."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._hosts: dict[str, _Host] = {}
        self._turns: list[tuple[float, int, str]] = []  # when which host is ready; what is out of date is passed over
        self._count = self._waiting = 0

    def __len__(self) -> int:
        return self._waiting

    def add(self, task: Task, *, not_before: float = 0.0) -> None:
        """One more; tasks of a host are taken in the order in which they may be, then in that in which they came."""
        host = self._hosts.setdefault(task.host, _Host(delay_s=self._manners.min_delay_s))
        self._count += 1
        self._waiting += 1
        heapq.heappush(host.queue, (not_before, self._count, task))
        self._line_up(task.host)

    def take(self, now: float) -> Task | None:
        """A task whose host is ready; the host is busy until `done`."""
        wait_s = self.wait_s(now)
        if wait_s is None or wait_s > 0:
            return None
        host = self._hosts[heapq.heappop(self._turns)[2]]
        host.is_busy = True
        self._waiting -= 1
        return heapq.heappop(host.queue)[2]

    def done(self, name: str, verdict: Verdict, now: float) -> float:
        """The host is free again, and ready after its pause; when that is."""
        host = self._hosts[name]
        host.is_busy = False
        host.failures = host.failures + 1 if verdict.failed else 0
        self._adapt(host, verdict)
        host.ready_at = now + self._pause_s(host, verdict)
        self._line_up(name)
        return host.ready_at

    def wait_s(self, now: float) -> float | None:
        """How long until some host is ready; None: nothing is left, or all that is left is with busy hosts."""
        while self._turns:
            turn, _, name = self._turns[0]
            host = self._hosts[name]
            if not host.is_busy and host.queue and _turn(host) == turn:
                return max(turn - now, 0.0)
            heapq.heappop(self._turns)
        return None

    def seconds_left(self, now: float) -> float:
        """How long all of it will take: as long as the host that takes longest."""
        hosts = (host for host in self._hosts.values() if host.queue)
        return max(
            (max(host.ready_at - now, 0.0) + len(host.queue) * (host.delay_s + host.took_s) for host in hosts),
            default=0.0,
        )

    def _line_up(self, name: str) -> None:
        host = self._hosts[name]
        if host.queue and not host.is_busy:
            self._count += 1
            heapq.heappush(self._turns, (_turn(host), self._count, name))

    def _adapt(self, host: _Host, verdict: Verdict) -> None:
        manners = self._manners
        if verdict.took_s is not None:
            host.took_s = (host.took_s + verdict.took_s) / 2
            target = (host.delay_s + verdict.took_s) / 2
            host.delay_s = max(target, host.delay_s) if verdict.failed else target
        host.delay_s = max(host.delay_s, manners.min_delay_s, verdict.crawl_delay_s or 0.0)
        host.delay_s = min(host.delay_s, max(manners.max_delay_s, manners.min_delay_s))

    def _pause_s(self, host: _Host, verdict: Verdict) -> float:
        wanted = [host.delay_s]
        if verdict.failed:
            wanted.append(min(self._manners.back_off_s * 2 ** min(host.failures - 1, 20), self._manners.max_back_off_s))
        if verdict.retry_after_s is not None:
            wanted.append(min(verdict.retry_after_s, self._manners.max_back_off_s))
        return max(wanted)


def _turn(host: _Host) -> float:
    return max(host.ready_at, host.queue[0][0])
