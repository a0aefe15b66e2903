"""What is fuzzed: for each target a function that takes any bytes, and raises if what must hold of them does not.

An error of onrecord is an answer; anything else that is raised is a finding. `tests/fuzz` runs each over its seeds and
over the inputs that were once found to break it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from functools import cache
from typing import NamedTuple
from unittest.mock import patch

from onrecord.clean.article import clean_page
from onrecord.collect.jsonl import read_lines
from onrecord.collect.pages import read_stream
from onrecord.collect.reader import ByteReader, open_reader
from onrecord.collect.wacz import is_zip, read_wacz
from onrecord.collect.web.feeds import parse_entries, parse_listing
from onrecord.config import Limits
from onrecord.dates import find_dates, find_weekdays, parse_iso, parse_moment, stamp
from onrecord.errors import BadQuery, OnrecordError
from onrecord.lexicon.press import PressLexicon, load_press_lexicon
from onrecord.models.blocks import BlockModels, load_block_models
from onrecord.reading.quotes import find_quotations
from onrecord.reading.when import find_times
from onrecord.records import Article, Origin, Page, PageKind, Rejected
from onrecord.relative_dates import find_day_offsets, resolve
from onrecord.spans import split_sentences
from onrecord.store.query import MAX_FILTERS, MAX_TERMS, parse_query

__all__ = ["TARGETS", "Target"]

_SILENT = patch("onrecord.clean.html.bare_extraction", new=lambda *_, **__: None)
_LIMITS = Limits(input_bytes=2**18, unpacked_bytes=2**20)
_ANCHOR = date(2031, 5, 2)


class Target(NamedTuple):
    """What is fuzzed with bytes, and the longest input worth trying."""

    run: Callable[[bytes], None]
    most_bytes: int


@cache
def _judges() -> tuple[BlockModels, PressLexicon]:
    return load_block_models(), load_press_lexicon()


def _clean(data: bytes, kind: PageKind) -> None:
    models, lexicon = _judges()
    origin = Origin(path="fuzz", sha256=hashlib.sha256(data).hexdigest(), length=len(data))
    page = Page(id="fuzz", data=data, kind=kind, origin=origin)
    try:
        article = clean_page(page, models=models, lexicon=lexicon, limits=_LIMITS)
    except OnrecordError:
        return
    _check_blocks(article)


def _check_blocks(article: Article) -> None:
    article.text.encode()  # no lone surrogates: it must be possible to write it
    at = 0
    for block in article.blocks:
        assert 0 <= block.source_start <= block.source_end
        if block.start is not None and block.end is not None:
            assert block.start >= at
            assert article.text[at : block.start].strip() == ""
            at = block.end
    assert article.text[at:].strip() == ""


def run_html(data: bytes) -> None:
    """The body blocks tile the text.

    trafilatura, which is asked about pages with next to no body and takes two thirds of the time, is asked only about
    one input in 16, drawn by its digest; about the others it says nothing.
    """
    with _SILENT if hashlib.sha256(data).digest()[0] % 16 else nullcontext():
        _clean(data, PageKind.HTML)


def run_flat(data: bytes) -> None:
    """As `run_html`, for text that was flattened already."""
    _clean(data, PageKind.TEXT)


def run_quotes(data: bytes) -> None:
    """Quotations lie in the text in order and cross no line; sentences hold every visible character once."""
    text = data.decode("utf-8", "replace")
    at = 0
    for quotation in find_quotations(text):
        assert at <= quotation.start < quotation.end <= len(text)
        assert "\n" not in text[quotation.start : quotation.end]
        at = quotation.end
    at = 0
    for sentence in split_sentences(text):
        assert at <= sentence.start < sentence.end <= len(text)
        assert not text[at : sentence.start].strip()
        at = sentence.end
    assert not text[at:].strip()


def run_warc(data: bytes) -> None:
    """Every input gives pages and rejections, with places that lie in it."""
    file = io.BytesIO(data)
    try:
        if is_zip(file):
            results = read_wacz(file, "fuzz", limits=_LIMITS)
        else:
            results = read_stream(open_reader(file, "fuzz", _LIMITS), "fuzz", _LIMITS, as_is=False)
        for result in results:
            if isinstance(result, Rejected):
                assert result.reason
                assert result.offset >= 0
            else:
                assert result.data.strip()
                assert result.origin.length
    except OnrecordError:
        return


def run_jsonl(data: bytes) -> None:
    """A page or a rejection for each line that is not blank."""
    results = list(read_lines(ByteReader(io.BytesIO(data)), "fuzz", limits=_LIMITS, as_is=False))
    assert len(results) == sum(1 for line in data.split(b"\n") if line.strip())
    for result in results:
        if isinstance(result, Page):
            assert data[result.origin.offset :][: result.origin.length or 0].strip()


def run_feed(data: bytes) -> None:
    """Items have addresses, and dates a zone."""
    try:
        listing = parse_listing(data, "https://news.example/feed.xml")
    except OnrecordError:
        return
    for item in listing.items if listing else ():
        assert item.url
        assert item.published is None or item.published.tzinfo is not None
    entries = parse_entries(data, "feed.xml") if listing else None
    for entry in entries.items if entries else ():
        assert entry.content is None or entry.content == entry.content.strip() != ""


def run_dates(data: bytes) -> None:
    """Dates stand where they say; whatever is resolved is an interval."""
    text = data.decode("utf-8", "replace")
    for phrase in find_dates(text):
        assert 0 <= phrase.start < phrase.end <= len(text)
        stamp(text, phrase)
    for start, end, _ in (*find_weekdays(text), *find_day_offsets(text)):
        assert 0 <= start < end <= len(text)
    parse_iso(text)
    parse_moment(text)
    for is_ahead in (False, True):
        days = resolve(text, _ANCHOR, is_ahead=is_ahead)
        assert days is None or days.first <= days.last
    for time in find_times(text, _ANCHOR):
        assert 0 <= time.span.start < time.span.end <= len(text)


def run_query(data: bytes) -> None:
    """A query, or a message that says where."""
    text = data.decode("utf-8", "replace")
    try:
        query = parse_query(text)
    except BadQuery as bad:
        if not 0 <= bad.position <= len(text):
            raise AssertionError(bad.position) from bad
        return
    assert len(query.terms) <= MAX_TERMS
    assert len(query.filters) <= MAX_FILTERS
    assert all(any(letter.isalnum() for letter in term.text) for term in query.terms)


TARGETS = {
    "html": Target(run_html, 4_096),
    "flat": Target(run_flat, 4_096),
    "quotes": Target(run_quotes, 1_024),
    "warc": Target(run_warc, 4_096),
    "feed": Target(run_feed, 4_096),
    "jsonl": Target(run_jsonl, 2_048),
    "dates": Target(run_dates, 256),
    "query": Target(run_query, 512),
}
