"""What connects readings with each other: frozen plain records, as those of `records.py`, which they never change.

Spans are half-open code points of `Article.text` of the article that the field names.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from onrecord.records import Span

__all__ = [
    "Claim",
    "ClaimKind",
    "Contradiction",
    "Copy",
    "CopyGroup",
    "QuoteChange",
    "QuoteCheck",
    "QuoteKind",
    "Report",
    "SharedQuotation",
    "Sources",
    "Told",
    "Trace",
]


class Copy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two articles that hold one text, as far as their words tell, and what differs."""

    share: float  # of the words of the shorter article, how many stand in the other in the same order
    same: tuple[tuple[Span, Span], ...]  # runs of words in both, (first article, second)
    cut: tuple[Span, ...] = ()  # of the first article: what the second has not
    added: tuple[Span, ...] = ()  # of the second article: what the first has not
    changed: tuple[tuple[Span, Span], ...] = ()  # a few words put for others in the middle of a run
    reheaded: bool = False  # both have a title, and these differ


class CopyGroup(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Articles that are copies of one text. For corroboration they are one source."""

    id: str  # of the article of the group that was added first; stays when others join
    articles: tuple[str, ...]  # by day of publication, those without one last
    earliest: str | None  # the article with the earliest day; None where two share it or no day is known
    agency: str | None  # behind the text, as most of those name it who name one


class QuoteKind(StrEnum):
    """How a quotation stands to the words it is taken from."""

    VERBATIM = "verbatim"  # the same words; marks, case, spelling of one language and editor's brackets do not count
    SHORTENED = "shortened"  # words were left out, nothing else
    ALTERED = "altered"  # a word, a number, a "not" is another; what else is there is the same
    TRANSLATED = "translated otherwise"  # the same thing told in other words throughout
    NOT_FOUND = "not found"


class QuoteChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place where a quotation and its source part; one of the two spans may be missing, never both."""

    quote: Span | None  # words of the quotation; None: left out
    source: Span | None  # words of the source; None: put in


class QuoteCheck(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quotation held against a text."""

    kind: QuoteKind
    source: Span | None = None  # where in the text the words stand; None: not found
    changes: tuple[QuoteChange, ...] = ()  # in the order of the quotation
    kept: float = 0.0  # share of the quotation that stands in the source, weighed by how much words tell


class Report(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quotation as one article has it."""

    article: str
    statement: str
    speaker: str | None = None
    words: str  # within quotation marks; parts that stand apart are joined by " … "


class SharedQuotation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same words in several articles, held against the fullest report of them."""

    fullest: Report
    others: tuple[tuple[Report, QuoteCheck], ...]  # checked against `fullest.words`


class Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of an article tells its story."""

    terms: dict[str, float]  # by word, how much it tells
    day: str | None = None  # ISO 8601


class ClaimKind(StrEnum):
    """What is told."""

    STATEMENT = "statement"
    EVENT = "event"


class Trace(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place where something is told, and the way it came there."""

    article: str
    kind: ClaimKind
    id: str  # of the statement or event, within its reading
    spans: tuple[Span, ...]
    words: str  # of the spans, " … " between them
    chain: tuple[str, ...]  # the first source that is named, whoever passed it on, the outlet
    copy_of: str | None = None  # the article that had this text first, where this one is a copy of it
    denies: bool = False  # it is told that it is not so


class Sources(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where articles have it from: each group is one source, however many outlets print it."""

    groups: tuple[tuple[str, ...], ...]  # ids of articles; the largest group first
    names: tuple[str | None, ...]  # of each group: the agency, else the outlet; None: neither is known

    @property
    def independent(self) -> int:
        """How many sources there are, as far as copies and names tell."""
        return len(self.groups)


class Claim(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One statement or one event that several articles tell."""

    kind: ClaimKind
    reports: tuple[Trace, ...]  # of two articles at least; the earliest day first, those without a day last
    sources: Sources  # of these articles: how many of them are independent


class Contradiction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something is told in one place and denied in another."""

    told: Trace
    denied: Trace
    likeness: float  # of what is told and what is denied, by their words, 0 to 1
