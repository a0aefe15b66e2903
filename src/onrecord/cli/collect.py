"""`onrecord collect` and `onrecord watch`: the two commands that go to the network."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeVar

import typer

from onrecord.cli.actors import own_path
from onrecord.cli.progress import shown_while_waiting
from onrecord.cli.report import Tally, print_line, print_note, quiet_pipe
from onrecord.errors import UsageError
from onrecord.records import Page, Rejected

if TYPE_CHECKING:
    from onrecord.collect.web import Collected, Collection, Crawl, Filters, Polled, Web
    from onrecord.pipeline import ReadOptions

__all__ = ["collect", "watch"]

_DEFAULT_STORE = Path("onrecord.db")
Shown = TypeVar("Shown")

Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Only fetch, into web archives in this folder; no store.")
]
StorePath = Annotated[
    Path, typer.Option("--store", metavar="FILE", envvar="ONRECORD_STORE", help="The store.", show_default=True)
]
AllowNet = Annotated[
    list[str] | None,
    typer.Option("--allow-net", metavar="CIDR", help="A network that may be reached though it is not public."),
]
MinConfidence = Annotated[
    float,
    typer.Option("--min-confidence", min=0.0, max=1.0, metavar="SHARE", help="Leave out what is less sure than this."),
]
OwnActors = Annotated[
    Path | None,
    typer.Option("--actors", metavar="FILE", envvar="ONRECORD_ACTORS", help="Your own actors; else beside the store."),
]


def collect(
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL", help="Pages, feeds, sitemaps, robots.txt.")] = None,
    listed: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A file with one URL a line; - for standard input.")
    ] = None,
    out: Out = None,
    store: StorePath = _DEFAULT_STORE,
    host: Annotated[list[str] | None, typer.Option(metavar="HOST", help="Only pages of this host and below.")] = None,
    match: Annotated[list[str] | None, typer.Option(metavar="PATTERN", help="Only such URLs; * is anything.")] = None,
    skip: Annotated[list[str] | None, typer.Option(metavar="PATTERN", help="No such URLs; * is anything.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="Nothing older, as far as told."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Nothing in another language, as far as told.")
    ] = None,
    articles_only: Annotated[
        bool, typer.Option("--articles-only", help="Store nothing that turns out to be no article.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many pages.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be fetched.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Fetch what was fetched before, to see what changed.")] = False,
    delay: Annotated[float, typer.Option(min=0.0, metavar="SECONDS", help="Least pause between two requests.")] = 1.0,
    robots: Annotated[bool, typer.Option("--robots/--no-robots", help="Heed robots.txt.")] = True,
    contact: Annotated[str | None, typer.Option(help="A web or mail address that sites are told.")] = None,
    allow_net: AllowNet = None,
    min_confidence: MinConfidence = 0.0,
    actors: OwnActors = None,
) -> None:
    """Fetch pages, or what feeds and sitemaps name, and read and keep them in a store.

    What was fetched is kept as web archives (WARC), beside the store or in the folder --out names. Nothing is fetched
    twice: run the same command again after any stop, and it goes on. Only the public internet can be reached.

    The filters are for what lists, feeds and sitemaps name; --since, --language and --articles-only are asked once more
    when a page was read. What is left out then is in the archive, and not in the store.

    \b
    Examples:
      onrecord collect https://news.example/2031/ferry.html
      onrecord collect https://news.example/feed.xml --match '*/politics/*' --since 2031-05-01
      onrecord collect https://news.example/sitemap.xml --dry-run
      onrecord collect --from urls.txt --out archive/
    """
    from onrecord.collect.web import Crawl, CrawlOptions, Filters, Item, Manners, Role  # noqa: PLC0415  as in app

    filters = Filters(
        hosts=tuple(host or ()),
        match=tuple(match or ()),
        skip=tuple(skip or ()),
        since=since.replace(tzinfo=UTC) if since else None,
        language=language,
        articles_only=articles_only,
    )
    manners = Manners(min_delay_s=delay, max_delay_s=max(60.0, delay))
    options = CrawlOptions(manners=manners, robots=robots, again=again, dry=dry_run, max_pages=limit)
    listed_urls = [url for url in _read_list(listed) if filters.admits(Item(url=url))]
    if not urls and listed is None:
        raise UsageError("nothing to fetch: give a URL, or a file with URLs with --from.")
    web = _web(allow_net, contact)
    target = _Target(out, store, _reading(min_confidence, actors, store), filters)
    with web, _open_collection(target, robots=robots, dry=dry_run) as collection:
        crawl = Crawl(web, collection, options)
        for url in urls or ():
            crawl.add(url, Role.ENTRY, filters)
        for url in listed_urls:
            crawl.add(url, Role.ENTRY, filters)
        if dry_run:
            status = _tell_plan(crawl)
        else:
            status = _keep_all(chain(crawl.recover(), crawl.run()), crawl, collection, target)
    raise typer.Exit(status)


def watch(
    feeds: Annotated[Path, typer.Argument(metavar="FEEDS.toml", help="The feeds, and how to treat them.")],
    out: Out = None,
    store: StorePath = _DEFAULT_STORE,
    once: Annotated[bool, typer.Option("--once", help="Ask for each feed once, fetch what is new, and end.")] = False,
    allow_net: AllowNet = None,
    min_confidence: MinConfidence = 0.0,
    actors: OwnActors = None,
) -> None:
    """Watch feeds and news sitemaps: fetch, read and keep what is new, until stopped (Ctrl-C, SIGTERM).

    \b
    Examples:
      onrecord watch FEEDS.toml --store talks.db
      onrecord watch FEEDS.toml --once            for cron
    """
    from onrecord.collect.web import CrawlOptions, Watch, read_watchlist  # noqa: PLC0415

    watchlist = read_watchlist(feeds)
    target = _Target(out, store, _reading(min_confidence, actors, store))
    web = _web([*watchlist.allow_net, *(allow_net or ())], watchlist.contact)
    with web, _open_collection(target) as collection:
        watching = Watch(watchlist, web, collection, options=CrawlOptions(), told=_tell_polled)
        with _stopped_by_signals(watching.crawl):
            status = _keep_all(watching.run(once=once), watching.crawl, collection, target)
    raise typer.Exit(status)


class _Target(NamedTuple):
    """Where to put what is fetched: a folder of archives, or a store with archives beside it."""

    out: Path | None
    store: Path
    reading: ReadOptions
    filters: Filters | None = None  # asked of pages that were read

    @property
    def folder(self) -> Path:
        """Where the archives lie."""
        return self.out or self.store.with_suffix(".collected")


def _read_list(path: Path | None) -> list[str]:
    """The addresses of a file, one a line; empty lines and those that begin with # are passed over."""
    if path is None:
        return []
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); name a file with one URL a line.") from error
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _reading(min_confidence: float, actors: Path | None, store: Path) -> ReadOptions:
    from onrecord.pipeline import ReadOptions  # noqa: PLC0415

    if actors is not None and not actors.exists():
        raise UsageError(f"{actors}: there is no such file. Make one with: onrecord actors add NAME --actors {actors}")
    beside = own_path(actors, store)
    debug = bool(os.environ.get("ONRECORD_DEBUG"))
    return ReadOptions(min_confidence=min_confidence, debug=debug, actors=beside if beside.exists() else None)


def _web(networks: list[str] | None, contact: str | None) -> Web:
    from onrecord import __version__  # noqa: PLC0415
    from onrecord.collect.web import AddressRules, Web, parse_networks  # noqa: PLC0415

    told = f" (+{contact})" if contact else ""
    return Web(AddressRules(allowed=parse_networks(networks or [])), user_agent=f"onrecord/{__version__}{told}")


@contextmanager
def _open_collection(target: _Target, *, robots: bool = True, dry: bool = False) -> Iterator[Collection]:
    """The folder of archives; a dry run that finds none leaves none."""
    from onrecord import __version__  # noqa: PLC0415
    from onrecord.collect.web import Collection  # noqa: PLC0415

    with ExitStack() as stack:
        folder = target.folder
        if dry and not folder.exists():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        yield stack.enter_context(Collection(folder, software=f"onrecord/{__version__}", robots=robots))


def _tell_plan(crawl: Crawl) -> int:
    """Print what would be fetched: the address, and the day that a list gives for it."""
    tally = Tally("to fetch", "had before")
    with quiet_pipe():
        for collected in shown_while_waiting(crawl.run(), "looking", prints=sys.stdout.isatty()):
            if collected.rejected is not None:
                tally.reject(collected.rejected)
            elif collected.planned is None:
                tally.count("had before")
            else:
                day = f" {collected.planned.published:%Y-%m-%d}" if collected.planned.published else ""
                print_line(f"{collected.url}{day}")
                tally.count("to fetch")
    return tally.close(always=True)


def _keep_all(results: Iterable[Collected], crawl: Crawl, collection: Collection, target: _Target) -> int:
    tally = Tally("fetched", "had before") if target.out else Tally("stored", "duplicate", "had before")
    keep = _keep_in_archive if target.out else _keep_in_store
    with quiet_pipe():
        keep(results, crawl, collection, target, tally)
    return tally.close(always=True)


def _keep_in_archive(
    results: Iterable[Collected], crawl: Crawl, collection: Collection, _: _Target, tally: Tally
) -> None:
    for collected in _shown(results, crawl):
        if collected.page is not None:
            print_line(f"fetched: {collected.url} {collected.page.origin.path}, byte {collected.page.origin.offset}")
            tally.count("fetched")
        elif collected.rejected is not None:
            tally.reject(collected.rejected)
        else:
            tally.count("had before")
        collection.settle(collected.url)


def _keep_in_store(
    results: Iterable[Collected], crawl: Crawl, collection: Collection, target: _Target, tally: Tally
) -> None:
    from onrecord.connecting import Connector  # noqa: PLC0415  half a second that --help has no need of
    from onrecord.pipeline import read_pages  # noqa: PLC0415
    from onrecord.store import AddedAs, Attempts, Store  # noqa: PLC0415

    in_hand: deque[str] = deque()  # addresses whose pages are being read: outcomes come in the order of the pages
    path = target.store
    with Store.open(path) as store, Attempts.open(path) as attempts, Connector(path) as connector:
        pages = map(attempts.admit, _pages(results, in_hand, tally))
        for outcome in _shown(read_pages(pages, options=target.reading), crawl):
            if isinstance(outcome.result, Rejected):
                store.reject(outcome.result, page=outcome.page)
                tally.reject(outcome.result)
            elif objection := target.filters and target.filters.objection(outcome.result.article):
                print_line(f"left out: {in_hand[0]}: {objection}")
                tally.count("left out")
            elif outcome.page is not None:
                added = store.add(outcome.page, outcome.result)
                connector.connect_article(added.article_id)
                is_known = added.outcome in (AddedAs.DUPLICATE, AddedAs.REREAD)
                tally.count("duplicate" if is_known else "stored")
                print_line(f"{added.outcome}: {added.article_id} {outcome.result.article.title or outcome.page.url}")
                sys.stdout.flush()
            collection.settle(in_hand.popleft())


def _pages(results: Iterable[Collected], in_hand: deque[str], tally: Tally) -> Iterator[Page | Rejected]:
    for collected in results:
        result = collected.page or collected.rejected
        if result is None:
            tally.count("had before")
            continue
        in_hand.append(collected.url)
        yield result


def _shown(items: Iterable[Shown], crawl: Crawl) -> Iterator[Shown]:
    return shown_while_waiting(items, "collecting", prints=sys.stdout.isatty(), ahead=lambda: _ahead(crawl))


def _ahead(crawl: Crawl) -> str:
    """How much is still to come, and how long that takes with the pauses that politeness wants."""
    outlook = crawl.outlook
    if not outlook.waiting:
        return ""
    minutes, seconds = divmod(round(outlook.seconds_left), 60)
    return f", {outlook.waiting} to come, about {f'{minutes} min' if minutes else f'{seconds} s'} left"


def _tell_polled(polled: Polled) -> None:
    if polled.error is not None:
        print_note(f"feed failed: {polled.url}: [{polled.error.code}] {polled.error.reason}")
    elif polled.new:
        print_note(f"feed: {polled.url}: {polled.new} new")


@contextmanager
def _stopped_by_signals(crawl: Crawl) -> Iterator[None]:
    """SIGTERM and Ctrl-C end the run after the page it is at; a second Ctrl-C ends it at once."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        crawl.stop()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
