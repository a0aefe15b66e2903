"""The commands. Each takes its arguments, calls the library and prints; no rule of the domain lives here."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol, runtime_checkable

import typer

from onrecord.cli.actors import actors_app, own_path
from onrecord.cli.alerts import alerts_app
from onrecord.cli.bulk import bulk, import_
from onrecord.cli.bursts import bursts
from onrecord.cli.collect import collect, watch
from onrecord.cli.commitments import commitments
from onrecord.cli.compare import compare
from onrecord.cli.corrections import corrections
from onrecord.cli.escalation import escalation
from onrecord.cli.explain import explain
from onrecord.cli.export import export
from onrecord.cli.failed import failed_app
from onrecord.cli.follow import follow
from onrecord.cli.keeping import keeping_app
from onrecord.cli.mcp import mcp
from onrecord.cli.progress import shown_while_waiting
from onrecord.cli.report import (
    Format,
    Tally,
    article_printer_of,
    print_line,
    print_note,
    printer_of,
    quiet_pipe,
    write_labelled,
)
from onrecord.cli.stories import stories_app
from onrecord.cli.timeline import timeline
from onrecord.cli.versions import versions_app
from onrecord.errors import UsageError
from onrecord.records import Article, Reading, Rejected

if TYPE_CHECKING:
    from onrecord.pipeline import ReadOptions
    from onrecord.serve import Access

__all__ = ["run_app"]

DEFAULT_PORT = 8765
# The class of every usage error; typer brings its own click from some version on, so click cannot be asked.
_ClickException: type[Exception] = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException" and issubclass(kind, Exception)
)


@runtime_checkable
class _Showable(Protocol):
    exit_code: int

    def show(self) -> None: ...


app = typer.Typer(
    name="onrecord",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help comes in a third of the time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

app.add_typer(actors_app, name="actors")
app.add_typer(alerts_app, name="alerts")
app.add_typer(failed_app, name="failed")
app.add_typer(keeping_app)
app.add_typer(versions_app)
app.add_typer(stories_app)
app.command()(collect)
app.command()(watch)
app.command()(explain)
app.command()(commitments)
app.command("bulk")(bulk)
app.command("import")(import_)
app.command()(timeline)
app.command()(escalation)
app.command()(compare)
app.command()(bursts)
app.command()(export)
app.command()(mcp)
app.command()(follow)
app.command()(corrections)

Sources = Annotated[list[str], typer.Argument(metavar="SOURCE", help="Files, folders, or - for standard input.")]
Flat = Annotated[bool, typer.Option("--flat", help="Only outermost statements, one role a word.")]
MinConfidence = Annotated[
    float,
    typer.Option("--min-confidence", min=0.0, max=1.0, metavar="SHARE", help="Leave out what is less sure than this."),
]
AsIs = Annotated[bool, typer.Option("--as-is", help="The text is clean: take it to the letter.")]
StorePath = Annotated[
    Path, typer.Option("--store", metavar="FILE", envvar="ONRECORD_STORE", help="The store.", show_default=True)
]
OwnActors = Annotated[
    Path | None,
    typer.Option("--actors", metavar="FILE", envvar="ONRECORD_ACTORS", help="Your own actors; else beside the store."),
]
OwnCategories = Annotated[
    Path | None,
    typer.Option("--categories", metavar="FILE", envvar="ONRECORD_CATEGORIES", help="Your own categories (TOML)."),
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes any that is free.")]
OutputFormat = Annotated[Format, typer.Option("--format", help="For people, or one JSON object a line.")]
_DEFAULT_STORE = Path("onrecord.db")


def run_app(arguments: Sequence[str]) -> int:
    """Run one command; its exit code. Wrong usage is told here, everything else is raised."""
    try:
        status = app(list(arguments), prog_name="onrecord", standalone_mode=False)
    except _ClickException as error:
        if not isinstance(error, _Showable):
            raise
        error.show()
        return error.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    if status == 130:  # what newer versions of typer make of Ctrl-C
        raise KeyboardInterrupt
    return status or 0


def _print_version(wanted: bool) -> None:
    if wanted:
        from onrecord import __version__  # noqa: PLC0415

        print_line(f"onrecord {__version__}")
        raise typer.Exit


@app.callback()
def onrecord(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Put public statements on record: who said what, through whom we know it, and the characters that show it.

    \b
    Examples:
      onrecord try                              read the bundled pages, look at them in a browser
      onrecord read page.html                   read one saved page
      onrecord read pages/ --format jsonl       read a folder, one JSON object a page
      onrecord clean page.html                  see what is article and what is clutter
      curl -s URL | onrecord read -             read what another program fetched
      onrecord add pages/ && onrecord serve     keep the readings, look at them in a browser
      onrecord collect https://news.example/feed   fetch what a feed names, read and keep it

    Exit codes: 0 done; 1 some inputs were rejected; 2 wrong usage; 3 it could not go on.
    """


@app.command("try")
def try_samples(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages, or only print them.")] = True,
    port: Port = 0,
) -> None:
    """Read the bundled pages, print the record and serve it on this machine.

    The pages are invented and so is what is said in them. Nothing is kept: the store is in a temporary folder.

    \b
    Examples:
      onrecord try                  ends with Ctrl-C
      onrecord try --no-serve       print only
    """
    folder = Path(tempfile.mkdtemp(prefix="onrecord-"))
    try:
        store_path = folder / "try.db"
        samples = sorted(str(path) for path in Path(str(files("onrecord") / "data" / "samples")).glob("[0-9]*"))
        _add_sources(samples, store_path, _options(), shows=True)
        if serve:
            _serve(store_path, port, open_browser=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@app.command()
def read(
    sources: Sources,
    form: OutputFormat = Format.TERMINAL,
    flat: Flat = False,
    as_is: AsIs = False,
    min_confidence: MinConfidence = 0.0,
    actors: OwnActors = None,
    categories: OwnCategories = None,
) -> None:
    """Read pages and print who said what.

    SOURCE is HTML, plain text (also text that was flattened from a page), JSON Lines with one page a line, or a web
    archive (WARC, WET); packed or not; told apart by content. Readings go to standard output, rejections to standard
    error.

    \b
    Examples:
      onrecord read page.html
      onrecord read pages/ --format jsonl > readings.jsonl
      onrecord read articles.jsonl --as-is --flat --format jsonl
      onrecord read pages/ --min-confidence 0.8
    """
    from onrecord.pipeline import read_sources  # noqa: PLC0415  half a second that --help has no need of

    tally, show = Tally("read"), printer_of(form)
    own = _own_actors(actors, _DEFAULT_STORE)
    options = _options(flat=flat, as_is=as_is, min_confidence=min_confidence, actors=own, categories=categories)
    outcomes = read_sources(sources, options=options)
    with quiet_pipe():
        for outcome in shown_while_waiting(outcomes, "reading", prints=sys.stdout.isatty()):
            if isinstance(outcome.result, Rejected):
                tally.reject(outcome.result)
            else:
                show(outcome.result)
                tally.count("read")
    raise typer.Exit(tally.close())


@app.command()
def clean(
    sources: Sources,
    form: OutputFormat = Format.TERMINAL,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the labelled pages as one web page.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Show all of the clutter, not only how each run begins.")
    ] = False,
) -> None:
    """Show what is article on a page and what stands around it, without reading it.

    Every block of the page is shown with its role: title, byline, dateline, body, caption, credit, clutter. Clutter
    has a kind: navigation, subscription, related, newsletter, comments, legal, ticker, gallery, other. Above stand
    the facts of the article, each with the evidence for it in brackets. SOURCE is as for read.

    --html writes a page of its own instead, with no script and nothing to load: open it in any browser. With
    --format jsonl it is one article a line, as the records of read have it.

    \b
    Examples:
      onrecord clean page.html
      onrecord clean page.html --all | less -R
      onrecord clean pages/ --html labelled.html
      onrecord clean pages/ --format jsonl > articles.jsonl
    """
    from onrecord.pipeline import clean_sources  # noqa: PLC0415  half a second that --help has no need of

    tally = Tally("cleaned")
    outcomes = clean_sources(sources, options=_options())
    prints = form is Format.JSONL or html is None
    show = article_printer_of(form, whole=whole) if prints else None
    articles = _each_article(outcomes, tally, show, prints=prints and sys.stdout.isatty())
    with quiet_pipe():
        if html is None:
            deque(articles, maxlen=0)
        else:
            write_labelled(html, articles)
    if html is not None:
        print_note(f"wrote {html}")
    raise typer.Exit(tally.close())


def _each_article(
    outcomes: Iterable[Article | Rejected], tally: Tally, show: Callable[[Article], None] | None, *, prints: bool
) -> Iterator[Article]:
    """The articles as they come, each shown and counted; rejections are told."""
    for outcome in shown_while_waiting(outcomes, "cleaning", prints=prints):
        if isinstance(outcome, Rejected):
            tally.reject(outcome)
            continue
        if show:
            show(outcome)
        tally.count("cleaned")
        yield outcome


@app.command()
def add(
    sources: Sources,
    store: StorePath = _DEFAULT_STORE,
    flat: Flat = False,
    as_is: AsIs = False,
    min_confidence: MinConfidence = 0.0,
    actors: OwnActors = None,
    categories: OwnCategories = None,
) -> None:
    """Read pages and keep them in a store, raw bytes and readings.

    A page that is there already is counted as a duplicate; one that changed becomes a new version beside the old one.
    Refused inputs are kept in quarantine with the reason.

    \b
    Examples:
      onrecord add page.html
      onrecord add pages/ --store talks.db
    """
    own = _own_actors(actors, store)
    options = _options(flat=flat, as_is=as_is, min_confidence=min_confidence, actors=own, categories=categories)
    raise typer.Exit(_add_sources(sources, store, options, shows=False))


@app.command()
def show(article_id: str, store: StorePath = _DEFAULT_STORE, form: OutputFormat = Format.TERMINAL) -> None:
    """Show an article of the store and what is said in it.

    \b
    Examples:
      onrecord show 3f8a1c0b2d4e5f60
      onrecord show 3f8a1c0b2d4e5f60 --format jsonl
    """
    from onrecord.store import Store  # noqa: PLC0415

    _require_store(store)
    with Store.open(store, read_only=True) as opened, quiet_pipe():
        printer_of(form)(opened.reading(article_id))


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(metavar="QUERY", help='Words, "phrases", beginnings*, filters.')],
    store: StorePath = _DEFAULT_STORE,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many answers.")] = 20,
) -> None:
    """Search statements and articles of the store; all words must be there, and all filters hold.

    Filters: speaker, via, act, kind, country, sector, is, confidence, outlet, agency, language, article, since, until,
    date; a minus before one leaves out.

    \b
    Examples:
      onrecord search dam
      onrecord search 'speaker:"Ada Lorne" act:threaten,demand since:2024-01-01 "the dam"'
      onrecord search '"finish the dam"' --limit 5
      onrecord search 'ministr*' spillway
    """
    from onrecord.cli.hits import print_hits  # noqa: PLC0415
    from onrecord.store import Store  # noqa: PLC0415

    _require_store(store)
    with Store.open(store, read_only=True) as opened, quiet_pipe():
        print_hits(opened.search(" ".join(words), limit=limit))


@app.command()
def serve(
    store: StorePath = _DEFAULT_STORE,
    port: Port = DEFAULT_PORT,
    browser: Annotated[bool, typer.Option("--open", help="Open a browser.")] = False,
    host: Annotated[
        str,
        typer.Option("--host", metavar="ADDRESS", help="Address to serve from; any but this machine's needs a token."),
    ] = "127.0.0.1",
    names: Annotated[
        list[str] | None, typer.Option("--name", metavar="NAME", help="A further name that the server answers to.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option("--rate", min=0.0, metavar="N", help="Requests a second of one client; 0: no limit.")
    ] = None,
    reviewer: Annotated[
        str | None,
        typer.Option("--reviewer", metavar="NAME", help="Who reviews under /review; else the name of your account."),
    ] = None,
) -> None:
    """Serve the store as web pages and as an API, to this machine only. Ctrl-C ends it.

    With --host others can reach it; then ONRECORD_TOKEN must hold a token, which everybody who asks has to give.

    \b
    Examples:
      onrecord serve
      onrecord serve --store talks.db --port 9000 --open
      onrecord serve --host 0.0.0.0 --name record.example      with ONRECORD_TOKEN set
    """
    from onrecord.serve import Access  # noqa: PLC0415

    token = os.environ.get("ONRECORD_TOKEN") or None
    access = Access.allow(host, names=tuple(names or ()), token=token, rate_per_s=rate)
    _require_store(store)
    _serve(store, port, open_browser=browser, access=access, reviewer=reviewer)


def _options(
    *,
    flat: bool = False,
    as_is: bool = False,
    min_confidence: float = 0.0,
    actors: Path | None = None,
    categories: Path | None = None,
) -> ReadOptions:
    from onrecord.pipeline import ReadOptions  # noqa: PLC0415

    debug = bool(os.environ.get("ONRECORD_DEBUG"))
    return ReadOptions(
        flat=flat,
        as_is=as_is,
        min_confidence=min_confidence,
        debug=debug,
        actors=actors,
        categories=_checked(categories),
    )


def _checked(categories: Path | None) -> Path | None:
    """Whether the file of categories can be read is told before anything is begun."""
    if categories is not None:
        from onrecord.lexicon.categories import read_categories  # noqa: PLC0415  few have any

        read_categories(categories)
    return categories


def _own_actors(file: Path | None, store: Path) -> Path | None:
    """The user's own actors: the file that was named, or that beside the store if there is one."""
    if file is not None and not file.exists():
        raise UsageError(f"{file}: there is no such file. Make one with: onrecord actors add NAME --actors {file}")
    beside = own_path(file, store)
    return beside if beside.exists() else None


def _require_store(path: Path) -> None:
    if not path.exists():
        raise UsageError(f"{path}: there is no store. Make one with: onrecord add SOURCE --store {path}")


def _add_sources(sources: Sequence[str], path: Path, options: ReadOptions, *, shows: bool) -> int:
    from onrecord.collect import collect_pages  # noqa: PLC0415
    from onrecord.connecting import Connector  # noqa: PLC0415
    from onrecord.pipeline import read_pages  # noqa: PLC0415
    from onrecord.store import AddedAs, Attempts, Store, reach  # noqa: PLC0415

    tally, print_reading = Tally("stored", "duplicate"), printer_of(Format.TERMINAL)
    is_duplicate = {AddedAs.DUPLICATE, AddedAs.REREAD}
    with Store.open(path) as store, Attempts.open(path) as attempts, Connector(path) as connector, quiet_pipe():
        pages = map(attempts.admit, collect_pages(sources, limits=options.limits, as_is=options.as_is))
        outcomes = read_pages(pages, options=options)
        for outcome in shown_while_waiting(outcomes, "reading", prints=sys.stdout.isatty()):
            if isinstance(outcome.result, Rejected) or outcome.page is None:
                assert isinstance(outcome.result, Rejected)
                store.reject(outcome.result, page=outcome.page)
                tally.reject(outcome.result)
                continue
            added = store.add(outcome.page, outcome.result)
            connector.connect_article(added.article_id)
            tally.count("duplicate" if added.outcome in is_duplicate else "stored")
            if shows:
                print_reading(outcome.result)
            else:
                print_line(f"{added.outcome}: {added.article_id} {_summary(outcome.result)}")
                sys.stdout.flush()  # whoever reads this may count on it at once
            reach("acknowledged")
    return tally.close(always=not shows)


def _summary(reading: Reading) -> str:
    count = len(reading.statements)
    return f"{reading.article.title or '(no title)'} ({count} statement{'' if count == 1 else 's'})"


def _serve(
    path: Path, port: int, *, open_browser: bool, access: Access | None = None, reviewer: str | None = None
) -> None:
    from onrecord.serve import run  # noqa: PLC0415

    with suppress(KeyboardInterrupt):
        run(path, port=port, open_browser=open_browser, announce=_announce, access=access, reviewer=reviewer)


def _announce(address: str) -> None:
    print_line(f"serving at {address} (Ctrl-C ends it)")
    sys.stdout.flush()
