"""What a store answers with: frozen plain records, ready to be shown or sent."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from onrecord.records import Act, Span
from onrecord.store.corrections import Verdict

__all__ = ["Added", "AddedAs", "Counts", "Hit", "Listed", "Version"]


class AddedAs(StrEnum):
    """What became of a page that was added."""

    STORED = "stored"  # never seen before
    NEW_VERSION = "new version"  # other bytes from a place that is known; both stay citable
    DUPLICATE = "duplicate"  # the same bytes, read by the same models
    REREAD = "reread"  # the same bytes, read by other models; counts as a duplicate


class Added(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to `Store.add`; by then it is on the disk."""

    outcome: AddedAs
    article_id: str  # under which the article is cited; not the page's own id if that was taken
    version: int = 1


class Counts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many inputs came in and what became of them; the three add up to the first."""

    received: int
    stored: int
    duplicate: int
    quarantined: int
    statements: int  # in the newest readings; not part of the sum


class Hit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place that answers a query: a statement, or an article none of whose statements does."""

    article_id: str
    statement_id: str | None = None
    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    speaker: str | None = None
    via: tuple[str, ...] = ()
    act: Act | None = None
    hedged: bool = False
    conditional: bool = False
    negated: bool = False
    review: Verdict | None = None  # what a reviewer said of it, if anybody looked
    snippet: str  # of the statement's content or of the body; line breaks are blanks, left-out ends are "…"
    matches: tuple[Span, ...] = ()  # code points of `snippet`
    speaker_matches: tuple[Span, ...] = ()  # code points of `speaker`
    title_matches: tuple[Span, ...] = ()  # code points of `title`; only where the article itself was found


class Listed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article in a list."""

    article_id: str
    title: str | None = None
    opening: str = ""  # how the body begins, in one line; what to call an article without a title
    outlet: str | None = None
    published: str | None = None
    url: str | None = None
    path: str
    version: int
    statements: int
    speakers: tuple[str, ...] = ()  # names, in the order of their first statement
    added_at: str


class Version(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the articles that came from the same place."""

    article_id: str
    version: int
    added_at: str
