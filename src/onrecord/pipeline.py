"""The whole path for any number of inputs: collect, clean, read. One outcome each, in order; nothing is lost.

Cleaning runs in a process of its own (`workers`), reading in this one, with one set of models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import cache
from importlib.metadata import version
from typing import Protocol

from msgspec import Struct

from onrecord.collect import collect_pages
from onrecord.collect.rejections import rejected_by
from onrecord.config import Limits
from onrecord.errors import InputError, OnrecordError
from onrecord.lexicon.press import PressLexicon, load_press_lexicon
from onrecord.lexicon.speech import SpeechLexicon, load_speech_lexicon
from onrecord.models.attribution import AttributionModel, load_attribution_model
from onrecord.models.blocks import BlockModel, load_block_model
from onrecord.read import read_article
from onrecord.records import Article, Models, Page, Reading, Rejected, Stage
from onrecord.workers import CleaningWorker

__all__ = ["BUG", "Outcome", "ReadOptions", "Tools", "load_tools", "read_pages", "read_sources"]


class ReadOptions(Struct, frozen=True, kw_only=True):
    """How to read."""

    flat: bool = False  # only outermost statements, one role a token
    as_is: bool = False  # the text is clean and must not be touched
    isolate: bool = True  # clean in a process that may be killed; False: in this one, without limits of time and memory
    debug: bool = False  # let a bug be raised instead of rejecting the page it came up on
    limits: Limits = Limits()


class Tools(Struct, frozen=True, kw_only=True):
    """What judges: models and word lists."""

    blocks: BlockModel
    press: PressLexicon
    attribution: AttributionModel
    speech: SpeechLexicon


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one page, and the page itself for those who keep it (None: no page could be had)."""

    result: Reading | Rejected
    page: Page | None = None


BUG = "bug"  # the code of a rejection that is our fault


class Cleaner(Protocol):
    """What turns pages into articles; `start` may begin slow preparations, and does not wait for them."""

    def start(self) -> None: ...
    def clean(self, page: Page) -> Article: ...
    def close(self) -> None: ...


@cache
def load_tools() -> Tools:
    """The models and word lists that come with the package; loaded once, in about 0.6 s.

    Raises:
        ReadError: a model is missing or damaged.
    """
    return Tools(
        blocks=load_block_model(),
        press=load_press_lexicon(),
        attribution=load_attribution_model(),
        speech=load_speech_lexicon(),
    )


def read_sources(sources: Sequence[str], *, options: ReadOptions, tools: Tools | None = None) -> Iterator[Outcome]:
    """Read files, folders and standard input ("-"): one outcome a page or refused input, in the order of the inputs.

    Args:
        sources: paths as `collect_pages` takes them.
        options: how to read.
        tools: None loads those of the package once there is a page to read.

    Raises:
        ReadError: the models or the cleaning process could not be started. Never for an input.
    """
    pages = collect_pages(sources, limits=options.limits, as_is=options.as_is)
    return read_pages(pages, options=options, tools=tools)


def read_pages(
    pages: Iterable[Page | Rejected], *, options: ReadOptions, tools: Tools | None = None
) -> Iterator[Outcome]:
    """As `read_sources`, for pages that were collected already; rejections are passed on in their place."""
    with closing(_cleaner(options, tools)) as cleaner:
        for page in pages:
            if isinstance(page, Rejected):
                yield Outcome(result=page)
            else:
                cleaner.start()
                yield Outcome(result=_read_page(page, cleaner, options, tools or load_tools()), page=page)


def _cleaner(options: ReadOptions, tools: Tools | None) -> Cleaner:
    return CleaningWorker(options.limits) if options.isolate else _CleanerHere(options.limits, tools)


class _CleanerHere:
    """Cleans in this process, without limits of time and memory."""

    def __init__(self, limits: Limits, tools: Tools | None) -> None:
        self._limits, self._tools = limits, tools

    def start(self) -> None:
        pass

    def clean(self, page: Page) -> Article:
        from onrecord.clean import clean_page  # noqa: PLC0415  half a second that the usual way has no need of

        tools = self._tools or load_tools()
        return clean_page(page, model=tools.blocks, lexicon=tools.press, limits=self._limits)

    def close(self) -> None:
        pass


def _read_page(page: Page, cleaner: Cleaner, options: ReadOptions, tools: Tools) -> Reading | Rejected:
    stage = Stage.CLEAN
    try:
        article = cleaner.clean(page)
        stage = Stage.READ
        statements = read_article(article, model=tools.attribution, lexicon=tools.speech, flat=options.flat)
    except InputError as error:
        return rejected_by(error, stage=stage, sha256=page.origin.sha256)
    except OnrecordError:
        raise
    except Exception as error:
        if options.debug:
            raise
        return _rejected_by_bug(error, page, stage)
    models = Models(onrecord=version("onrecord"), reader=tools.attribution.name, blocks=tools.blocks.name)
    return Reading(article=article, statements=statements, models=models)


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
