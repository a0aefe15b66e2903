"""What connects readings with each other: frozen plain records, as those of `records.py`, which they never change.

Spans are half-open code points of `Article.text` of the article that the field names.
"""

from __future__ import annotations

from msgspec import Struct

from onrecord.records import Span

__all__ = ["Copy", "CopyGroup"]


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
