"""What the wording of a page says about its article: title, by-line, dateline, day of publication, agency.

Facts from the markup come first; what only the wording tells is worked out from the labelled blocks, for pages of both
kinds. What cannot be known stays None. `signatures` weighs who wrote and which outlet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from onrecord.clean.blocks import Draft
from onrecord.clean.signs import DatelineSigns, name_authors, name_photo_agency, read_dateline, read_whole_dateline
from onrecord.dates import DatedPhrase, PrintedDate, find_dates, find_weekdays, next_weekday
from onrecord.lexicon.press import PressLexicon, fold_words
from onrecord.records import BlockRole, Dateline, Published

__all__ = ["TextFacts", "read_text_facts"]

_LEAD_BLOCKS = 3  # body blocks in which the day of the news is looked for
_DATELINE_BLOCKS = 2  # body blocks that may open with a dateline: a summary can stand before the lead
_DATE_REACH = 25  # blocks before the body in which a line with the date of publication may stand
_DATE_AFTER = 4  # and behind its first
_DATE_LINE = 120  # characters of such a line
_DATE_LINE_REST = 6  # words besides the date in a line that opens with no word such as "published"
_CAPTION_WITHIN = 2_000  # characters of a caption in which its date is looked for
_FRESH_DAYS = 2  # a picture of the news is not older than that when the text comes out
_ARCHIVE = ("file", "in this file", "archiv")  # captions of old pictures open so
_COPYRIGHT = re.compile(r"©|\(c\)|\bcopyright\b", re.IGNORECASE)


class TextFacts(Struct, frozen=True, kw_only=True):
    """What the wording of the blocks tells."""

    title: str | None
    authors: tuple[str, ...]
    dateline: Dateline | None
    published: Published | None
    agency: str | None


def read_text_facts(drafts: Sequence[Draft], source: str, lexicon: PressLexicon, *, outlet: str | None) -> TextFacts:
    """Facts from labelled blocks alone. `source` is the decoded page, for the place of the dateline in it."""
    title = next((d.text for d in drafts if d.role == BlockRole.TITLE), None)
    authors = dict.fromkeys(
        name for d in drafts if d.role == BlockRole.BYLINE for name in name_authors(d.text, lexicon)
    )
    dateline = _find_dateline(drafts, source, lexicon)
    return TextFacts(
        title=title and title.strip("#*_ "),
        authors=tuple(authors),
        dateline=dateline,
        published=_find_published(drafts, dateline, lexicon),
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


def _find_published(drafts: Sequence[Draft], dateline: Dateline | None, lexicon: PressLexicon) -> Published | None:
    return _from_date_line(drafts, lexicon) or _from_dateline(drafts, dateline) or _from_weekday(drafts)


def _from_date_line(drafts: Sequence[Draft], lexicon: PressLexicon) -> Published | None:
    """A line near the body's beginning that is a date or says "published"; one that says "updated" only if alone."""
    first = next((at for at, draft in enumerate(drafts) if draft.role == BlockRole.BODY), len(drafts))
    near = drafts[max(0, first - _DATE_REACH) : first + _DATE_AFTER]
    found = [(d, phrase) for d in near if d.role in _MAY_DATE for phrase in _dates_of_line(d.text, lexicon)]
    best = min(found, key=lambda pair: "update" in pair[0].text.lower()[:12], default=None)
    if best is None:
        return None
    draft, phrase = best
    return Published(value=_iso(phrase.printed), basis=f"date line {draft.text[phrase.start : phrase.end]!r}")


_MAY_DATE = frozenset({BlockRole.CLUTTER, BlockRole.BYLINE, BlockRole.DATELINE})


def _dates_of_line(text: str, lexicon: PressLexicon) -> list[DatedPhrase]:
    if len(text) > _DATE_LINE:
        return []
    words = fold_words(text)
    dates = [phrase for phrase in find_dates(text[:_CAPTION_WITHIN]) if phrase.printed.year]
    if not dates or _COPYRIGHT.search(text):
        return []
    rest = len(words) - len(fold_words(text[dates[0].start : dates[0].end]))
    return dates[:1] if lexicon.dated.opens(words) or rest <= _DATE_LINE_REST else []


def _from_dateline(drafts: Sequence[Draft], dateline: Dateline | None) -> Published | None:
    """The day in the dateline; a missing year is taken from a caption's date within a month of it."""
    phrase = next(find_dates(dateline.date), None) if dateline and dateline.date else None
    if phrase is None:
        return None
    if phrase.printed.year:
        return Published(value=_iso(phrase.printed), basis="dateline")
    for dated in _caption_dates(drafts):
        day = dated.printed.on_calendar()
        candidate = PrintedDate(dated.printed.year, phrase.printed.month, phrase.printed.day).on_calendar()
        if day and candidate and abs(candidate - day) <= timedelta(days=31):
            return Published(value=candidate.isoformat(), basis="dateline, its year from a caption date")
    return None


def _from_weekday(drafts: Sequence[Draft]) -> Published | None:
    """The first weekday of the lead, if it is the day of a fresh picture or shortly after it.

    News text names the day of the news in its first sentences and comes out on that day; a picture's caption gives the
    full date. Only a caption whose own weekday agrees with the calendar is trusted.
    """
    body = [draft.text for draft in drafts if draft.role == BlockRole.BODY][:_LEAD_BLOCKS]
    named = next(((text[start:end], weekday) for text in body for start, end, weekday in find_weekdays(text)), None)
    if named is None:
        return None
    for dated in _caption_dates(drafts):
        day = dated.printed.on_calendar()
        if day is None or dated.weekday != day.weekday():
            continue
        published = next_weekday(day, named[1])
        if published - day <= timedelta(days=_FRESH_DAYS):
            return Published(value=published.isoformat(), basis=f"weekday {named[0]!r} against caption date")
    return None


def _caption_dates(drafts: Sequence[Draft]) -> list[DatedPhrase]:
    captions = (d.text for d in drafts if d.role == BlockRole.CAPTION and not d.text.lower().startswith(_ARCHIVE))
    return [phrase for text in captions for phrase in find_dates(text[:_CAPTION_WITHIN]) if phrase.printed.year]


def _iso(printed: PrintedDate) -> str:
    return f"{printed.year:04d}-{printed.month:02d}-{printed.day:02d}"


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


_MAY_SIGN = frozenset({BlockRole.BYLINE, BlockRole.CLUTTER, BlockRole.CREDIT})


def _signing_agency(draft: Draft, lexicon: PressLexicon) -> str | None:
    """An agency that signs: a by-line "Ana Okoye, Associated Press", a copyright line with its name."""
    if len(draft.text) > 200:
        return None
    parts = [part.strip(" .") for part in re.split(r"[,|;()]| - ", draft.text)]
    if draft.role == BlockRole.BYLINE:
        return next((lexicon.agencies[part] for part in parts if part in lexicon.agencies), None)
    if draft.role == BlockRole.CLUTTER and _COPYRIGHT.search(draft.text):
        long_names = (name for name in lexicon.agencies if " " in name or name == "Reuters")
        return next((lexicon.agencies[name] for name in long_names if name in draft.text), None)
    return None
