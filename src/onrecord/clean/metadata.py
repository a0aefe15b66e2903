"""What the wording of a page says about its article: title, by-line, dateline, day of publication, agency.

Facts from the markup come first; what only the wording tells is worked out from the labelled blocks, for pages of both
kinds. What cannot be known stays None. `signatures` weighs who wrote and which outlet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from onrecord.clean.blocks import Draft
from onrecord.clean.dating import find_moments
from onrecord.clean.signs import DatelineSigns, name_authors, name_photo_agency, read_dateline, read_whole_dateline
from onrecord.lexicon.press import PressLexicon
from onrecord.records import BlockRole, Dateline, Moment

__all__ = ["TextFacts", "read_text_facts"]

_DATELINE_BLOCKS = 2  # body blocks that may open with a dateline: a summary can stand before the lead
_COPYRIGHT = re.compile(r"©|\(c\)|\bcopyright\b", re.IGNORECASE)


class TextFacts(Struct, frozen=True, kw_only=True):
    """What the wording of the blocks tells."""

    title: str | None
    authors: tuple[str, ...]
    dateline: Dateline | None
    published: Moment | None
    modified: Moment | None
    agency: str | None


def read_text_facts(drafts: Sequence[Draft], source: str, lexicon: PressLexicon, *, outlet: str | None) -> TextFacts:
    """Facts from labelled blocks alone. `source` is the decoded page, for the place of the dateline in it."""
    title = next((d.text for d in drafts if d.role == BlockRole.TITLE), None)
    authors = dict.fromkeys(
        name for d in drafts if d.role == BlockRole.BYLINE for name in name_authors(d.text, lexicon)
    )
    dateline = _find_dateline(drafts, source, lexicon)
    moments = find_moments(drafts, dateline, lexicon)
    return TextFacts(
        title=title and title.strip("#*_ "),
        authors=tuple(authors),
        dateline=dateline,
        published=moments.published,
        modified=moments.modified,
        agency=_find_agency(drafts, dateline, lexicon, has_own_author=bool(authors or outlet)),
    )


def _find_dateline(drafts: Sequence[Draft], source: str, lexicon: PressLexicon) -> Dateline | None:
    for draft in drafts:
        if draft.role == BlockRole.DATELINE:
            signs = read_whole_dateline(draft.text, lexicon.agencies)
            if signs:
                return _place_dateline(signs, draft, source, lexicon)
    body = [draft for draft in drafts if draft.role == BlockRole.BODY]
    for draft in body[:_DATELINE_BLOCKS]:
        signs = read_dateline(draft.text, lexicon.agencies)
        if signs:
            return _place_dateline(signs, draft, source, lexicon)
    return None


def _place_dateline(signs: DatelineSigns, draft: Draft, source: str, lexicon: PressLexicon) -> Dateline:
    agency = lexicon.agencies.get(signs.agency, signs.agency) if signs.agency else None
    end = _end_in_source(draft, signs.end, source)
    return Dateline(place=signs.place, date=signs.date, agency=agency, source_start=draft.start, source_end=end)


def _end_in_source(draft: Draft, length: int, source: str) -> int:
    """Where the first `length` characters of a block end in the page; markup may stand between them."""
    head = draft.text[:length]
    if source.startswith(head, draft.start):
        return draft.start + length
    at = draft.start
    for word in head.split():
        found = source.find(word, at, draft.end)
        at = found + len(word) if found >= 0 else at
    return at if at > draft.start else draft.end


def _find_agency(
    drafts: Sequence[Draft], dateline: Dateline | None, lexicon: PressLexicon, *, has_own_author: bool
) -> str | None:
    """Whose copy the text is: the dateline or a by-line or copyright line names the agency.

    Without these: a text that opens with a dateline in wire style, signed by nobody, whose pictures are all of one
    agency, is taken for that agency's. A picture credit alone proves nothing, outlets illustrate their own stories with
    agency pictures.
    """
    if dateline and dateline.agency:
        return dateline.agency
    signed = [_signing_agency(draft, lexicon) for draft in drafts if draft.role in _MAY_SIGN]
    named = next((name for name in signed if name), None)
    if named or has_own_author or dateline is None or dateline.place.upper() != dateline.place:
        return named
    credited = {name_photo_agency(d.text, lexicon) for d in drafts if d.role == BlockRole.CREDIT}
    return credited.pop() if len(credited) == 1 else None


_PARTING = re.compile(r"[,|;()]| - ")
_MAY_SIGN = frozenset({BlockRole.BYLINE, BlockRole.CLUTTER, BlockRole.CREDIT})


def _signing_agency(draft: Draft, lexicon: PressLexicon) -> str | None:
    """An agency that signs: a by-line "Ana Okoye, Associated Press", a copyright line with its name."""
    if len(draft.text) > 200:
        return None
    if draft.role == BlockRole.BYLINE:
        parts = (part.strip(" .") for part in _PARTING.split(draft.text))
        return next((lexicon.agencies[part] for part in parts if part in lexicon.agencies), None)
    if draft.role == BlockRole.CLUTTER and _COPYRIGHT.search(draft.text):
        long_names = (name for name in lexicon.agencies if " " in name or name == "Reuters")
        return next((lexicon.agencies[name] for name in long_names if name in draft.text), None)
    return None
