"""From addresses to pages: fetch, keep as an archive, see what it is, and go on with what it names.

The calling thread decides and keeps; other threads only wait on the network, each on one request at a time. A page
comes out as it would if its archive were read as a file: same bytes, same origin.
"""

from __future__ import annotations

import hashlib
import io
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from queue import Empty, SimpleQueue

from msgspec import Struct
from msgspec.structs import replace

from onrecord.collect.http import parse_answer
from onrecord.collect.pages import collect_pages
from onrecord.collect.reader import ByteReader
from onrecord.collect.rejections import rejected_by
from onrecord.collect.warc import read_archive
from onrecord.collect.web.addresses import parse_url
from onrecord.collect.web.archive import Kept
from onrecord.collect.web.feeds import Item, Listing, parse_listing
from onrecord.collect.web.fetch import Exchange, Web
from onrecord.collect.web.filters import Filters
from onrecord.collect.web.ledger import Collection, State
from onrecord.collect.web.politeness import Frontier, Manners, Role, Task, Verdict
from onrecord.collect.web.robots import Robots
from onrecord.config import Limits, WebLimits
from onrecord.errors import (
    AddressRefused,
    BadStatus,
    CollectError,
    FetchFailed,
    FetchTimeLimitHit,
    UnsupportedInput,
)
from onrecord.records import Page, Rejected

__all__ = ["Collected", "Crawl", "CrawlOptions", "Outlook", "Polled"]

_MAX_DEPTH = 3  # a sitemap index names sitemaps; one that names indexes again is rare, more is a trap
_BUSY = frozenset({429, 503})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # statuses that may be gone the next time
_IN_HAND = frozenset({State.KEPT, State.DONE, State.DUPLICATE})


class CrawlOptions(Struct, frozen=True, kw_only=True):
    """How to fetch."""

    manners: Manners = Manners()
    robots: bool = True  # heed robots.txt
    again: bool = False  # fetch what was fetched before
    dry: bool = False  # fetch feeds and sitemaps only, keep nothing, tell which pages they name
    max_pages: int | None = None
    hosts_at_once: int = 8
    tries: int = 3  # of one address, in one run
    patience_s: float = 120.0  # a host that wants to be left alone for longer is given up, in this run
    waits: bool = False  # what failed for now is tried again later, not refused
    limits: Limits = Limits()
    web_limits: WebLimits = WebLimits()


class Collected(Struct, frozen=True, kw_only=True):
    """What became of one address. With neither page nor rejection: it, or its content, was fetched before."""

    url: str
    page: Page | None = None
    rejected: Rejected | None = None
    planned: Item | None = None  # in a dry run: a page that would be fetched


class Polled(Struct, frozen=True, kw_only=True):
    """What asking for a watched feed gave."""

    url: str
    exchange: Exchange | None = None
    error: CollectError | None = None
    new: int = 0  # pages it names that were not known
    wait_s: float = 0.0  # how long its host is to be left alone


class Outlook(Struct, frozen=True, kw_only=True):
    """How far a run is."""

    done: int
    waiting: int
    seconds_left: float


class _Visit(Struct, frozen=True, kw_only=True):
    """What fetching one address gave: the last of `seen` is its answer, unless there is an error."""

    task: Task
    seen: list[Exchange]
    error: CollectError | None = None
    crawl_delay_s: float | None = None


class Crawl:
    """One run over addresses. `run` gives what becomes of them; `stop` ends it soon, with nothing half done.

    Args:
        conditions: fields that are sent along when a feed is asked for, by its address.
        on_polled: is told what asking for a feed gave.
    """

    def __init__(
        self,
        web: Web,
        collection: Collection,
        options: CrawlOptions,
        *,
        conditions: Callable[[str], dict[str, str]] | None = None,
        on_polled: Callable[[Polled], None] | None = None,
    ) -> None:
        self._web, self._collection, self._options = web, collection, options
        self._conditions, self._on_polled = conditions, on_polled
        self._robots = Robots(web, max_bytes=options.web_limits.robots_bytes)
        self._frontier = Frontier(options.manners)
        self._visits: SimpleQueue[_Visit] = SimpleQueue()
        self._in_flight = self._done = self._pages = 0
        self._unsettled = [] if options.dry else collection.unsettled()
        self._met = {one.url for one in self._unsettled}  # addresses that have been, or will be, told of in this run
        self._at_hand: deque[Collected] = deque()
        self._stop = threading.Event()

    # --- the door ---------------------------------------------------------------------------------------------------

    def add(self, url: str, role: Role, filters: Filters, *, after_s: float = 0.0) -> None:
        """Put an address on the list, not to be asked for before so many seconds have passed."""
        task = Task(url="", host="", role=role, asked="", filters=filters)
        self._at_hand.extend(self._put(url, task, after_s=after_s))

    def run(self) -> Iterator[Collected]:
        """What becomes of each address, as it becomes known, until nothing is left or it is stopped."""
        while not self._stop.is_set() and not self._has_enough():
            while self._at_hand:
                yield self._at_hand.popleft()
            self._send_out()
            wait_s = self._frontier.wait_s(time.monotonic())
            if not self._in_flight:
                if wait_s is None:
                    return
                self._stop.wait(min(wait_s, 1.0))
                continue
            visit = self._next_visit(wait_s if self._in_flight < self._options.hosts_at_once else None)
            if visit is not None:
                yield from self._take(visit)

    def stop(self) -> None:
        """End `run` after what it is at. May be called from anywhere, also from a signal handler."""
        self._stop.set()

    @property
    def outlook(self) -> Outlook:
        """How far the run is."""
        left = self._frontier.seconds_left(time.monotonic())
        return Outlook(done=self._done, waiting=len(self._frontier) + self._in_flight, seconds_left=left)

    def recover(self) -> Iterator[Collected]:
        """Pages that an earlier run fetched, and that whoever asked for them has not said to have."""
        for file in dict.fromkeys(one.file for one in self._unsettled):
            urls = {one.offset: one.url for one in self._unsettled if one.file == file}
            for result in collect_pages([str(self._collection.folder / file)], limits=self._options.limits):
                place = result.origin.offset if isinstance(result, Page) else result.offset
                if place in urls:
                    yield _collected(urls[place], result)

    # --- on the list ------------------------------------------------------------------------------------------------

    def _put(self, url: str, task: Task, *, after_s: float = 0.0) -> Iterator[Collected]:
        """Put it on the list; what became of it, if it needs no fetching."""
        try:
            place = parse_url(url)
        except AddressRefused as error:
            yield self._count(self._refuse(url, error))
            return
        task = replace(task, url=place.url, host=place.host, asked=task.asked or place.url)
        if task.role is not Role.FEED and not task.hops:
            if place.url in self._met:
                return
            self._met.add(place.url)
            if not self._options.again and self._collection.state(place.url) in _IN_HAND:
                yield self._count(Collected(url=place.url))
                return
        self._frontier.add(task, not_before=time.monotonic() + after_s if after_s else 0.0)

    def _put_items(self, items: Iterable[Item], task: Task) -> Iterator[Collected]:
        for item in items:
            role = Role.LISTING if item.is_listing else Role.PAGE
            if self._options.dry and role is Role.PAGE:
                yield Collected(url=item.url, planned=item)
            else:
                found = replace(task, role=role, asked="", source=task.asked, depth=task.depth + 1, hops=0, tries=0)
                yield from self._put(item.url, found)

    # --- on the network ---------------------------------------------------------------------------------------------

    def _send_out(self) -> None:
        while self._in_flight < self._options.hosts_at_once:
            task = self._frontier.take(time.monotonic())
            if task is None:
                return
            self._in_flight += 1
            threading.Thread(target=self._visit, args=(task,), daemon=True).start()

    def _visit(self, task: Task) -> None:
        seen: list[Exchange] = []
        error, delay_s = None, None
        try:
            if self._options.robots:
                delay_s = self._robots.check(task.url, seen)
            extra = self._conditions(task.asked) if self._conditions and task.role is Role.FEED else {}
            seen.append(self._web.exchange(task.url, extra=extra))
        except CollectError as problem:
            error = problem
        except Exception as problem:  # noqa: BLE001  a thread that dies in silence would lose the address
            error = FetchFailed(task.url, f"this is a bug in onrecord ({problem!r}); please report it")
        self._visits.put(_Visit(task=task, seen=seen, error=error, crawl_delay_s=delay_s))

    def _next_visit(self, wait_s: float | None) -> _Visit | None:
        try:
            visit = self._visits.get(timeout=1.0 if wait_s is None else min(wait_s + 0.001, 1.0))
        except Empty:
            return None
        self._in_flight -= 1
        return visit

    # --- what came back ---------------------------------------------------------------------------------------------

    def _take(self, visit: _Visit) -> Iterator[Collected]:
        task, answer = visit.task, None if visit.error else visit.seen[-1]
        error = visit.error or _bad_status(visit.seen[-1], task)
        verdict = Verdict(
            took_s=answer.took_s if answer else None,
            crawl_delay_s=visit.crawl_delay_s,
            retry_after_s=_retry_after_s(answer) if answer and answer.status in _BUSY else None,
            failed=_may_pass(error, answer),
        )
        now = time.monotonic()
        wait_s = self._frontier.done(task.host, verdict, now) - now
        try:
            if error is not None:
                self._keep(visit.seen)
                raise error
            if answer is not None and answer.redirect is not None:
                yield from self._take_redirect(visit, answer.redirect)
            elif answer is not None:
                yield from self._take_answer(visit, answer, wait_s)
        except CollectError as problem:
            yield from self._take_failure(task, problem, again=verdict.failed, wait_s=wait_s)

    def _take_failure(self, task: Task, error: CollectError, *, again: bool, wait_s: float) -> Iterator[Collected]:
        if again and task.tries + 1 < self._options.tries and wait_s <= self._options.patience_s:
            self._frontier.add(replace(task, tries=task.tries + 1))
        elif task.role is Role.FEED:
            self._tell(Polled(url=task.asked, error=error, wait_s=wait_s))
        else:
            yield self._count(self._refuse(task.asked, error, waits=again and self._options.waits))

    def _take_redirect(self, visit: _Visit, target: str) -> Iterator[Collected]:
        task = visit.task
        self._keep(visit.seen)
        if task.hops >= self._options.web_limits.redirects:
            raise FetchFailed(task.asked, f"it redirects more than {task.hops} times")
        try:
            place = parse_url(target)
        except AddressRefused as error:
            raise AddressRefused(task.asked, f"it redirects to {target}: {error.reason}") from error
        yield from self._put(place.url, replace(task, hops=task.hops + 1))

    def _take_answer(self, visit: _Visit, answer: Exchange, wait_s: float) -> Iterator[Collected]:
        task = visit.task
        if answer.status == 304:
            self._tell(Polled(url=task.asked, exchange=answer, wait_s=wait_s))
            yield from self._put_items(self._pending(task), task)
            return
        try:
            body = parse_answer(answer.block, answer.url, 0, limit=self._options.web_limits.answer_bytes).body
            listing = None if task.role is Role.PAGE else parse_listing(body, answer.url)
        except CollectError:
            self._keep(visit.seen)
            raise
        if listing is None and task.role in (Role.ENTRY, Role.PAGE):
            yield self._count(self._take_page(visit, body))
            return
        self._keep(visit.seen)
        if listing is None:
            raise UnsupportedInput(task.asked, "it is no feed and no sitemap")
        new, items = self._wanted(task, listing)
        if task.role is Role.FEED:
            self._tell(Polled(url=task.asked, exchange=answer, new=new, wait_s=wait_s))
        yield from self._cut_items(task, listing)
        yield from self._put_items(items, task)

    def _wanted(self, task: Task, listing: Listing) -> tuple[int, list[Item]]:
        """How many items are new, and those that are to be fetched."""
        if task.depth >= _MAX_DEPTH:
            raise UnsupportedInput(task.asked, f"sitemaps lie more than {_MAX_DEPTH} deep")
        items = [_plain(item) for item in listing.items if task.filters.admits(item)]
        if task.role is not Role.FEED:
            return len(items), items
        listings = [item for item in items if item.is_listing]
        new = self._collection.find((item.url for item in items if not item.is_listing), task.asked)
        return len(new), listings + self._pending(task)

    def _pending(self, task: Task) -> list[Item]:
        return [Item(url=url) for url in self._collection.pending(task.asked)]

    def _cut_items(self, task: Task, listing: Listing) -> Iterator[Collected]:
        if listing.was_cut:
            reason = f"it names more than {len(listing.items)} addresses; the others were left out"
            yield Collected(url=task.asked, rejected=rejected_by(UnsupportedInput(task.asked, reason)))

    def _take_page(self, visit: _Visit, body: bytes) -> Collected:
        task = visit.task
        if self._options.dry:
            return Collected(url=task.asked, planned=Item(url=task.asked))
        kept = self._collection.keep_page(task.asked, visit.seen, hashlib.sha256(body).hexdigest())
        if kept is None:
            return Collected(url=task.asked)
        collected = _collected(task.asked, self._page(kept))
        self._pages += collected.page is not None
        return collected

    def _page(self, kept: Kept) -> Page | Rejected:
        """The page in a record that was just kept, as reading its archive would give it."""
        path = str(self._collection.folder / kept.file)
        result = next(iter(read_archive(ByteReader(io.BytesIO(kept.plain)), path, limits=self._options.limits)))
        if isinstance(result, Rejected):
            return result
        return replace(result, origin=replace(result.origin, offset=kept.offset))

    # --- how --------------------------------------------------------------------------------------------------------

    def _keep(self, seen: list[Exchange]) -> None:
        if not self._options.dry:
            self._collection.keep([one for one in seen if one.status != 304])

    def _refuse(self, url: str, error: CollectError, *, waits: bool = False) -> Collected:
        if not self._options.dry:
            self._collection.refuse(url, error, waits=waits)
        if waits:
            self._met.discard(url)
        return Collected(url=url, rejected=replace(rejected_by(error), path=url))

    def _tell(self, polled: Polled) -> None:
        if self._on_polled:
            self._on_polled(polled)

    def _count(self, collected: Collected) -> Collected:
        self._done += 1
        return collected

    def _has_enough(self) -> bool:
        return self._options.max_pages is not None and self._pages >= self._options.max_pages


def _collected(url: str, result: Page | Rejected) -> Collected:
    if isinstance(result, Rejected):
        return Collected(url=url, rejected=replace(result, path=url, offset=0))
    return Collected(url=url, page=result)


def _plain(item: Item) -> Item:
    """The item with its address in plain spelling; an address that has none stays, to be refused later."""
    try:
        return replace(item, url=parse_url(item.url).url)
    except AddressRefused:
        return item


def _bad_status(answer: Exchange, task: Task) -> BadStatus | None:
    is_unchanged = answer.status == 304 and task.role is Role.FEED
    if 200 <= answer.status < 300 or is_unchanged or answer.redirect is not None:
        return None
    return BadStatus(task.asked, f"the server answered with status {answer.status}")


def _may_pass(error: CollectError | None, answer: Exchange | None) -> bool:
    """Whether trying again later makes sense."""
    if isinstance(error, BadStatus):
        return answer is not None and answer.status in _PASSING
    return isinstance(error, FetchFailed | FetchTimeLimitHit)


def _retry_after_s(answer: Exchange) -> float | None:
    """What Retry-After asks for: seconds, or a moment. RFC 9110, 10.2.3."""
    told = answer.fields.get("retry-after", "").strip()
    if told.isdecimal() and told.isascii():
        return float(told[:9])
    try:
        moment = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
