"""The whole path for any number of inputs: collect, clean, read, identify. One outcome each, in order; nothing is lost.

Cleaning runs in a process of its own (`workers`), reading in this one, with one set of models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from onrecord.collect import collect_pages
from onrecord.collect.rejections import rejected_by
from onrecord.config import Limits
from onrecord.connect import (
    Identifier,
    Linker,
    Named,
    aim_by_events,
    aim_statements,
    find_actors,
    identify_parties,
    identify_with,
    read_context,
)
from onrecord.errors import InputError, OnrecordError
from onrecord.lexicon.actors import load_actors
from onrecord.lexicon.aims import load_aim_words
from onrecord.lexicon.categories import read_categories
from onrecord.lexicon.events import load_code_book
from onrecord.lexicon.speech import SpeechLexicon, load_speech_lexicon
from onrecord.models.acts import load_act_model
from onrecord.models.attribution import load_attribution_model
from onrecord.models.deeds import load_deed_model
from onrecord.reading import Found, Judges, NameIndex, find_names, keep_sure, read_article
from onrecord.reading.categories import Categorizer
from onrecord.records import Article, Models, Page, Reading, Rejected, Stage
from onrecord.workers import CleaningWorker

if TYPE_CHECKING:
    from onrecord.lexicon.press import PressLexicon
    from onrecord.models.blocks import BlockModels

__all__ = [
    "BUG",
    "Cleaner",
    "Outcome",
    "ReadOptions",
    "Reader",
    "Tools",
    "clean_sources",
    "identify",
    "open_tools",
    "read_pages",
    "read_sources",
]


class ReadOptions(Struct, frozen=True, kw_only=True):
    """How to read."""

    flat: bool = False  # only outermost statements, one role a token
    as_is: bool = False  # the text is clean and must not be touched
    min_confidence: float = 0.0  # leave out statements of less, unless they hold one that is kept
    actors: Path | None = None  # the user's own list, which comes before the shipped catalogue
    categories: Path | None = None  # file of the user's own categories, see `lexicon.categories`
    isolate: bool = True  # clean in a process that may be killed; False: in this one, without limits of time and memory
    threads: int = 0  # of the reader's network; 0: one for each core
    debug: bool = False  # let a bug be raised instead of rejecting the page it came up on
    limits: Limits = Limits()


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one page, and the page itself for those who keep it (None: no page could be had)."""

    result: Reading | Rejected
    page: Page | None = None


BUG = "bug"  # the code of a rejection that is our fault


class Cleaner(Protocol):
    """What turns pages into articles; `start` may begin slow preparations, and does not wait for them."""

    def start(self) -> None:
        """Be ready soon."""

    def model_name(self) -> str:
        """Name and version of the block model."""

    def clean(self, page: Page) -> Article:
        """The article of a page; raises `CleanError` or `WorkerError`."""

    def close(self) -> None:
        """Let go of whatever was started."""


class Reader(Protocol):
    """What finds the statements of an article; `start` does slow preparations, once."""

    def start(self) -> None:
        """Be ready."""

    @property
    def name(self) -> str:
        """Names and versions of the models."""

    def read(self, article: Article, *, flat: bool) -> Found:
        """As `read_article`."""


class Tools(Struct, frozen=True, kw_only=True):
    """What judges. Whoever gives tools to `read_pages` closes the cleaner."""

    cleaner: Cleaner
    reader: Reader


class _ShippedReader:
    """The reader with the models, the word list and the actors that come with the package, loaded when first needed.

    Args:
        actors: the user's own list.
        threads: of the network; 0 means one for each core.
        categories: file of the user's own.
    """

    def __init__(self, actors: Path | None, threads: int, categories: Path | None = None) -> None:
        self._actors, self._threads, self._categories = actors, threads, categories

    def start(self) -> None:
        _load_reading(self._threads)
        _load_linker(self._actors)
        if self._categories:
            _load_categorizer(self._categories)

    @property
    def name(self) -> str:
        own = f", categories-{_load_categorizer(self._categories).version}" if self._categories else ""
        return f"{_load_reading(self._threads).name}, actors-{_load_linker(self._actors).catalogue.made}{own}"

    def read(self, article: Article, *, flat: bool) -> Found:
        judges = _load_reading(self._threads)
        found = read_article(article, judges, flat=flat)
        if flat:
            return found
        found = identify(article, found, lexicon=judges.lexicon, linker=_load_linker(self._actors))
        if self._categories is None:
            return found
        told = _load_categorizer(self._categories).tell(article.text, found.statements)
        return Found(statements=told, events=found.events)


def identify(article: Article, found: Found, *, lexicon: SpeechLexicon, linker: Linker) -> Found:
    """What was found in an article tied to actors of the linker's catalogue at its date.

    Who speaks, who passed it on, whom it is aimed at and said to, and the parties of events.
    """
    if not found.statements and not found.events:
        return found
    named = find_names(article.text, lexicon, context=article.title or "")
    names = [article.text[mention.span.start : mention.span.end] for mention in named.mentions]
    names += [f"{name.title} {name.text}" for name in named.names if name.is_person and name.title]
    day = article.published.value[:10] if article.published else None
    context = read_context(names, linker, date=day)
    identifier, words = Identifier(linker, context, day), load_aim_words()
    actors = find_actors(article.text, list_named(named, lexicon), identifier, no_actors=words.no_actors)
    statements = identify_with(identifier, found.statements)
    aimed = aim_statements(statements, article.text, actors, words=words, identifier=identifier)
    events = identify_parties(found.events, statements, text=article.text, context=context, date=day, linker=linker)
    return Found(statements=aim_by_events(aimed, events), events=events)


def list_named(found: NameIndex, lexicon: SpeechLexicon) -> list[Named]:
    """The names of an article as `connect` wants them, in full where the lexicon knows more than the article."""
    named = []
    for mention in found.mentions:
        name = mention.name
        full = lexicon.metonyms.get(name.text) or lexicon.acronyms.get(name.text.replace(".", ""), name.text)
        is_body = any(word.lower() in lexicon.organisations for word in full.split())
        is_sure = bool(name.title or name.short)
        named.append(Named(mention.span.start, mention.span.end, full, name.is_person, is_body, is_sure))
    return named


class _CleanerHere:
    """Cleans in this process, without limits of time and memory."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def start(self) -> None:
        pass

    def model_name(self) -> str:
        return _load_cleaning()[0].name

    def clean(self, page: Page) -> Article:
        from onrecord.clean import clean_page  # noqa: PLC0415  half a second that the usual way has no need of

        models, lexicon = _load_cleaning()
        return clean_page(page, models=models, lexicon=lexicon, limits=self._limits)

    def close(self) -> None:
        pass


@cache
def _load_reading(threads: int) -> Judges:
    return Judges(
        model=load_attribution_model(threads=threads),
        acts=load_act_model(),
        deeds=load_deed_model(),
        lexicon=load_speech_lexicon(),
        book=load_code_book(),
    )


@cache
def _load_linker(own: Path | None) -> Linker:
    if own is None:
        return Linker(load_actors())
    from onrecord.store.actors import read_own_actors  # noqa: PLC0415  brings the database along

    return Linker(load_actors().with_own(read_own_actors(own).actors))


@cache
def _load_categorizer(path: Path) -> Categorizer:
    from onrecord.models.likeness import load_likeness, load_rarity  # noqa: PLC0415  only those who have categories

    return Categorizer(read_categories(path), load_likeness(), load_rarity())


@cache
def _load_cleaning() -> tuple[BlockModels, PressLexicon]:
    from onrecord.lexicon.press import load_press_lexicon  # noqa: PLC0415
    from onrecord.models.blocks import load_block_models  # noqa: PLC0415

    return load_block_models(), load_press_lexicon()


def open_tools(options: ReadOptions) -> Tools:
    """The tools that come with the package; close the cleaner after use. Nothing is loaded before it is needed."""
    reader = _ShippedReader(options.actors, options.threads, options.categories)
    return Tools(cleaner=_open_cleaner(options), reader=reader)


def _open_cleaner(options: ReadOptions) -> Cleaner:
    return CleaningWorker(options.limits) if options.isolate else _CleanerHere(options.limits)


def read_sources(sources: Sequence[str], *, options: ReadOptions, tools: Tools | None = None) -> Iterator[Outcome]:
    """Read files, folders and standard input ("-"): one outcome a page or refused input, in the order of the inputs.

    Args:
        sources: paths as `collect_pages` takes them.
        options: how to read.
        tools: None takes those of the package, and closes them at the end.

    Raises:
        ReadError: the models or the cleaning process could not be started. Never for an input.
    """
    pages = collect_pages(sources, limits=options.limits, as_is=options.as_is)
    return read_pages(pages, options=options, tools=tools)


def read_pages(
    pages: Iterable[Page | Rejected], *, options: ReadOptions, tools: Tools | None = None
) -> Iterator[Outcome]:
    """As `read_sources`, for pages that were collected already; rejections are passed on in their place."""
    judges = tools or open_tools(options)
    try:
        for page in pages:
            if isinstance(page, Rejected):
                yield Outcome(result=page)
                continue
            judges.cleaner.start()
            judges.reader.start()
            yield Outcome(result=_read_page(page, judges, options), page=page)
    finally:
        if tools is None:
            judges.cleaner.close()


def clean_sources(
    sources: Sequence[str], *, options: ReadOptions, cleaner: Cleaner | None = None
) -> Iterator[Article | Rejected]:
    """As `read_sources`, but only as far as the articles: nothing is read in them, and no reader is loaded.

    Args:
        cleaner: None takes that of the package, and closes it at the end.
    """
    judge = cleaner or _open_cleaner(options)
    try:
        for page in collect_pages(sources, limits=options.limits, as_is=options.as_is):
            if isinstance(page, Rejected):
                yield page
                continue
            judge.start()
            yield _clean_page(page, judge, options)
    finally:
        if cleaner is None:
            judge.close()


def _clean_page(page: Page, cleaner: Cleaner, options: ReadOptions) -> Article | Rejected:
    try:
        return cleaner.clean(page)
    except InputError as error:
        return rejected_by(error, stage=Stage.CLEAN, sha256=page.origin.sha256)
    except OnrecordError:
        raise
    except Exception as error:
        if options.debug:
            raise
        return _rejected_by_bug(error, page, Stage.CLEAN)


def _read_page(page: Page, tools: Tools, options: ReadOptions) -> Reading | Rejected:
    article = _clean_page(page, tools.cleaner, options)
    return article if isinstance(article, Rejected) else _read_article(article, page, tools, options)


def _read_article(article: Article, page: Page, tools: Tools, options: ReadOptions) -> Reading | Rejected:
    try:
        found = tools.reader.read(article, flat=options.flat)
    except InputError as error:
        return rejected_by(error, stage=Stage.READ, sha256=page.origin.sha256)
    except OnrecordError:
        raise
    except Exception as error:
        if options.debug:
            raise
        return _rejected_by_bug(error, page, Stage.READ)
    models = Models(onrecord=version("onrecord"), reader=tools.reader.name, blocks=tools.cleaner.model_name())
    statements = keep_sure(found.statements, options.min_confidence)
    kept = {statement.id for statement in statements}
    events = tuple(
        event
        for event in found.events
        if event.confidence >= options.min_confidence and (event.statement is None or event.statement in kept)
    )
    return Reading(article=article, statements=statements, events=events, models=models)


def _rejected_by_bug(error: Exception, page: Page, stage: Stage) -> Rejected:
    """One page that we trip over must not cost the rest of a long run."""
    told = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return Rejected(
        path=page.origin.path,
        stage=stage,
        code=BUG,
        reason=f"this is a bug in onrecord ({told}); please report it",
        offset=page.origin.offset,
        sha256=page.origin.sha256,
    )
