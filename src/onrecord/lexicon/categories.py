"""Categories of the user's own, from a TOML file: words that tell each, and phrases that are examples of it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

from msgspec import Struct, ValidationError, convert

from onrecord.errors import UsageError
from onrecord.records import Act

__all__ = ["Categories", "Category", "read_categories"]

_MOST = 200  # categories of a file, and phrases of each: more is a training set
_ADVICE = (
    'Write a table for each category: [ceasefire], then words = ["truce"] and examples = ["both sides stop firing"].'
)


class _Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    least: float = 0.3  # right of 66 %, and 36 % of all found (benchmarks.categories)


class Category(Struct, frozen=True, kw_only=True):
    """One category."""

    name: str
    words: re.Pattern[str] | None  # any of them tells it; None: there are none
    examples: tuple[str, ...]
    acts: frozenset[Act]  # only statements of these; empty: of any
    least: float  # likeness to an example, 0 to 1, from which a statement belongs to it


class Categories(Struct, frozen=True, kw_only=True):
    """Those of one file, in its order; `version` changes when the file does."""

    all: tuple[Category, ...]
    version: str


def read_categories(path: Path) -> Categories:
    """The categories of a file.

    Raises:
        UsageError: it cannot be read, is no TOML, or holds what is no category; says what and what to do.
    """
    try:
        data = path.read_bytes()
        raw = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error}). Name a file of categories.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: is no TOML ({error}). {_ADVICE}") from error
    if not raw or len(raw) > _MOST:
        raise UsageError(f"{path}: holds {len(raw)} categories; there may be 1 to {_MOST}. {_ADVICE}")
    made = tuple(_make(path, name, told) for name, told in raw.items())
    return Categories(all=made, version=hashlib.sha256(data).hexdigest()[:8])


def _make(path: Path, name: str, raw: object) -> Category:
    try:
        told = convert(raw, _Told)
    except ValidationError as error:
        raise UsageError(f"{path}, [{name}]: {error}. It may have words, examples, acts and least.") from error
    words, examples = ([" ".join(one.split()) for one in some] for some in (told.words, told.examples))
    if not any(words + examples) or not all(words + examples) or len(examples) > _MOST or not name.strip():
        raise UsageError(f"{path}, [{name}]: a category needs a name, and words or examples, none of them empty.")
    if not 0 < told.least <= 1:
        raise UsageError(f"{path}, [{name}]: least is {told.least}; it lies above 0 and up to 1 (0.3 if left out).")
    pattern = re.compile(rf"\b(?:{'|'.join(map(_form, words))})(?!\w)", re.IGNORECASE) if words else None
    return Category(name=name, words=pattern, examples=tuple(examples), acts=frozenset(told.acts), least=told.least)


def _form(word: str) -> str:
    r"""A word or phrase; behind "*" any ending.

    >>> _form("cease fire*")
    'cease\\s+fire\\w*'
    """
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
