"""onrecord puts public statements on record.

    >>> import onrecord
    >>> reading = onrecord.read("page.html")            # doctest: +SKIP
    >>> reading.statements[0].speaker.name              # doctest: +SKIP
    'Kim Jong Un'

`read` takes one page, `read_all` any number of inputs, `open` what `onrecord add` kept. Everything they give is frozen
records; everything they raise is an `onrecord.errors.OnrecordError`.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

if TYPE_CHECKING:
    from onrecord.export.frames import OpenStore
    from onrecord.pipeline import Tools
    from onrecord.records import Reading, Rejected

__all__ = ["__version__", "open", "read", "read_all"]


class _How(TypedDict):
    as_is: bool
    flat: bool
    min_confidence: float
    isolate: bool
    actors: Path | None
    categories: Path | None
    debug: bool


def read(  # noqa: PLR0913  a keyword for each thing that can be said
    source: str | os.PathLike[str],
    *,
    as_is: bool = False,
    flat: bool = False,
    min_confidence: float = 0.0,
    isolate: bool = True,
    actors: str | os.PathLike[str] | None = None,
    categories: str | os.PathLike[str] | None = None,
) -> Reading:
    """The reading of one page: an HTML or text file, or one line of JSON.

    Args:
        source: path of the file.
        as_is: the text is clean and must not be touched; `article.text` equals it to the letter.
        flat: only outermost statements, one role a word.
        min_confidence: leave out statements of less, unless they hold one that is kept; from 0 to 1.
        isolate: parse in a process of its own, under limits of time and memory; False saves its start, about 0.7 s.
        actors: file of your own actors, as `onrecord actors add` writes it; they come before the shipped catalogue.
        categories: file of your own categories; see `docs/how-to/categories.md`.

    Raises:
        OnrecordError: the page cannot be read; the class says why, the message says where and what to do.
        UsageError: there are several pages in the source.
    """
    from onrecord.collect.rejections import error_of  # noqa: PLC0415  `import onrecord` is to be fast
    from onrecord.errors import UsageError  # noqa: PLC0415
    from onrecord.records import Rejected  # noqa: PLC0415

    results = _read(
        [source],
        isolate=isolate,
        as_is=as_is,
        flat=flat,
        min_confidence=min_confidence,
        actors=Path(actors) if actors else None,
        categories=Path(categories) if categories else None,
        debug=True,
    )
    first = next(results)
    if next(results, None) is not None:
        raise UsageError(f"{os.fspath(source)}: there is more than one page in it; use onrecord.read_all([...]).")
    if isinstance(first, Rejected):
        raise error_of(first)
    return first


def read_all(  # noqa: PLR0913
    sources: Iterable[str | os.PathLike[str]],
    *,
    as_is: bool = False,
    flat: bool = False,
    min_confidence: float = 0.0,
    isolate: bool = True,
    actors: str | os.PathLike[str] | None = None,
    categories: str | os.PathLike[str] | None = None,
) -> Iterator[Reading | Rejected]:
    """One result for each page of files and folders, in order; a `Rejected` for whatever cannot be read.

    Arguments as those of `read`. Nothing is raised for an input.
    """
    if isinstance(sources, (str, os.PathLike)):
        sources = [sources]
    return _read(
        sources,
        isolate=isolate,
        as_is=as_is,
        flat=flat,
        min_confidence=min_confidence,
        actors=Path(actors) if actors else None,
        categories=Path(categories) if categories else None,
        debug=False,
    )


def open(path: str | os.PathLike[str]) -> OpenStore:  # noqa: A001  as `gzip.open` and others are called
    """A store to be read: statements, articles and actors that answer a query, as rows and as DataFrames.

    Raises:
        StoreError: missing, not a store, made by a newer onrecord, locked, or not permitted; says what to do.
    """
    from onrecord.export.frames import OpenStore  # noqa: PLC0415

    return OpenStore(Path(path))


def _read(sources: Iterable[str | os.PathLike[str]], **how: Unpack[_How]) -> Iterator[Reading | Rejected]:
    from onrecord.errors import UsageError  # noqa: PLC0415
    from onrecord.pipeline import ReadOptions, read_sources  # noqa: PLC0415

    if not 0 <= how["min_confidence"] <= 1:
        raise UsageError(f"min_confidence is {how['min_confidence']}; it must lie between 0 and 1.")
    options = ReadOptions(**how)
    paths = [os.fspath(source) for source in sources]
    for outcome in read_sources(
        paths, options=options, tools=_tools(how["actors"], how["categories"], isolate=how["isolate"])
    ):
        yield outcome.result


@cache
def _tools(actors: Path | None, categories: Path | None, *, isolate: bool) -> Tools:
    """One set for all calls: in a loop over files, starting the cleaning process would cost more than reading."""
    from onrecord.pipeline import ReadOptions, open_tools  # noqa: PLC0415

    tools = open_tools(ReadOptions(isolate=isolate, actors=actors, categories=categories))
    atexit.register(tools.cleaner.close)
    return tools


def __getattr__(name: str) -> str:
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415

        return version("onrecord")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
