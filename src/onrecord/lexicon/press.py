"""What the press prints around its articles: agency signatures, by-line and credit words, page furniture."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import chain

import py3langid
from msgspec import Struct

from onrecord.lexicon.outlets import OutletBook, load_outlet_book
from onrecord.records import ClutterKind

__all__ = ["ClutterBook", "PhraseBook", "PressLexicon", "SignatureWords", "fold_words", "load_press_lexicon"]

_WORD = re.compile(r"\w+")


class PhraseBook(Struct, frozen=True):
    """Phrases by their first word, longest first, each a tuple of folded words."""

    by_first: Mapping[str, tuple[tuple[str, ...], ...]]

    def length_at(self, words: Sequence[str], at: int) -> int:
        """How many words from `at` the longest phrase covers that stands there; 0: none."""
        for phrase in self.by_first.get(words[at], ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                return len(phrase)
        return 0

    def opens(self, words: Sequence[str]) -> int:
        """How many words of the line's beginning are one of the phrases; 0: none."""
        return self.length_at(words, 0) if words else 0

    def is_whole(self, words: Sequence[str]) -> bool:
        """Is the line nothing but one of the phrases?"""
        return bool(words) and tuple(words) in self.by_first.get(words[0], ())

    def ends(self, words: Sequence[str]) -> bool:
        """Does the line end with one of the phrases?"""
        first = max(0, len(words) - 5)
        return any(self.length_at(words, at) == len(words) - at for at in range(first, len(words)))

    def count(self, words: Sequence[str]) -> int:
        """How many of the phrases stand in the line."""
        return sum(self.length_at(words, at) > 0 for at in range(len(words)) if words[at] in self.by_first)


class ClutterBook(Struct, frozen=True):
    """Phrases by their first word, each with the kind of clutter it speaks of; `ranks` has the surest kinds first."""

    by_first: Mapping[str, tuple[tuple[tuple[str, ...], ClutterKind], ...]]
    ranks: Mapping[ClutterKind, int]

    def kind_of(self, words: Sequence[str]) -> ClutterKind | None:
        """The surest kind of which a phrase stands in a text; None if none does."""
        found = {
            kind
            for at, word in enumerate(words)
            for phrase, kind in self.by_first.get(word, ())
            if len(phrase) == 1 or tuple(words[at : at + len(phrase)]) == phrase
        }
        return min(found, key=self.ranks.__getitem__, default=None)


class SignatureWords(Struct, frozen=True, kw_only=True):
    """Words that tell names of persons and outlets from what is printed beside them; folded."""

    joints: frozenset[str]  # between two names: "and"
    departments: frozenset[str]  # a name with one of them is that of an office
    openings: PhraseBook  # "view all posts by"
    behind: tuple[str, ...]  # behind names in scripts without spaces, longest first
    legal_forms: frozenset[str]  # "llc"


class PressLexicon(Struct, frozen=True, kw_only=True, eq=False):
    """Loaded once by `load_press_lexicon`, then passed to whoever cleans pages."""

    agencies: Mapping[str, str]  # as printed in signatures, case kept -> the name we give
    photo_agencies: Mapping[str, str]  # as printed in picture credits, case kept -> the name we give
    chrome_lines: PhraseBook
    chrome_starts: PhraseBook
    chrome_terms: PhraseBook
    bylines: PhraseBook
    byline_openings: PhraseBook  # these and longer ones
    bylines_end: PhraseBook
    dated: PhraseBook
    updated: PhraseBook
    walls: PhraseBook
    clutter: ClutterBook
    credits: PhraseBook
    credit_houses: PhraseBook
    credit_words: frozenset[str]  # no picture credit is without one of these
    outlets: OutletBook
    signatures: SignatureWords


def fold_words(text: str) -> list[str]:
    """The words of a text without case.

    >>> fold_words("Sign-in: NOW")
    ['sign', 'in', 'now']
    """
    return _WORD.findall(text.lower())


def load_press_lexicon() -> PressLexicon:
    """Read the word lists of the package; also warms the language identifier, so that cleaning opens no file."""
    py3langid.classify("warm")
    agencies = _read("agencies.toml")["agency"]
    chrome = _read("chrome.toml")
    return PressLexicon(
        agencies={printed: a["name"] for a in agencies for printed in a["names"]},
        photo_agencies={printed: a["name"] for a in agencies for printed in a["photo"]},
        chrome_lines=_phrase_book(chrome["lines"]),
        chrome_starts=_phrase_book(chrome["starts"]),
        chrome_terms=_phrase_book(chrome["terms"]),
        bylines=_phrase_book(chrome["bylines"]),
        byline_openings=_phrase_book([*chrome["bylines"], *chrome["byline_phrases"]]),
        bylines_end=_phrase_book(chrome["bylines_end"]),
        dated=_phrase_book(chrome["dated"]),
        updated=_phrase_book(chrome["updated"]),
        walls=_phrase_book(chrome["walls"]),
        clutter=_clutter_book(dict(chrome["clutter"])),
        credits=_phrase_book(chrome["credits"]),
        credit_houses=_phrase_book(chrome["credit_houses"]),
        credit_words=_first_words(chrome["credits"], chrome["credit_houses"], *(a["photo"] for a in agencies)),
        outlets=load_outlet_book(),
        signatures=_read_signatures(bylines=[*chrome["bylines"], *chrome["byline_phrases"]]),
    )


def _clutter_book(listed: Mapping[str, Iterable[str]]) -> ClutterBook:
    by_first: dict[str, list[tuple[tuple[str, ...], ClutterKind]]] = {}
    for kind, phrases in listed.items():
        for words in map(fold_words, phrases):
            by_first.setdefault(words[0], []).append((tuple(words), ClutterKind(kind)))
    ranks = {ClutterKind(kind): rank for rank, kind in enumerate(listed)}
    return ClutterBook({first: tuple(found) for first, found in by_first.items()}, ranks)


def _read_signatures(bylines: Iterable[str]) -> SignatureWords:
    words = _read("signatures.toml")
    return SignatureWords(
        joints=frozenset(words["joints"]),
        departments=frozenset(words["departments"]),
        openings=_phrase_book([*words["openings"], *bylines]),
        behind=tuple(sorted(words["behind"], key=len, reverse=True)),
        legal_forms=frozenset(words["legal_forms"]),
    )


def _read(name: str) -> dict[str, list]:  # type: ignore[type-arg]
    return tomllib.loads((files("onrecord") / "data" / name).read_text(encoding="utf-8"))


def _first_words(*lists: Iterable[str]) -> frozenset[str]:
    return frozenset(words[0] for words in map(fold_words, chain(*lists)) if words)


def _phrase_book(phrases: Iterable[str]) -> PhraseBook:
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for words in {tuple(fold_words(phrase)) for phrase in phrases} - {()}:
        by_first.setdefault(words[0], []).append(words)
    return PhraseBook({first: tuple(sorted(found, key=lambda w: (-len(w), w))) for first, found in by_first.items()})
