"""The door of the clean stage: a page goes in, an article with labelled blocks comes out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

import py3langid
from msgspec import Struct

from onrecord.clean.blocks import Draft, lay_blocks
from onrecord.clean.clutter import holds_wall, sort_clutter
from onrecord.clean.decode import decode_page
from onrecord.clean.flat import draft_text
from onrecord.clean.html import draft_html
from onrecord.clean.markup import MarkupFacts
from onrecord.clean.metadata import read_text_facts
from onrecord.clean.moments import is_later
from onrecord.clean.pictures import find_pictures
from onrecord.clean.signatures import name_outlet, read_signatures
from onrecord.clean.standing import PageShape
from onrecord.config import Limits
from onrecord.dates import parse_moment
from onrecord.errors import CleanError, NoArticle
from onrecord.lexicon.press import PressLexicon
from onrecord.models.blocks import BlockModels
from onrecord.records import Article, Block, BlockRole, Moment, Page, PageKind

__all__ = ["clean_page"]

_PAGE_FACTOR = 10  # characters of a page that are looked at, as a multiple of those of a body
_MOST_LINES = 50_000  # of a flattened page; the longest of the dev sets has 1,485
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")
_LINE_BREAK = re.compile(r"\n|\r")
_BROKEN_SHARE = 0.1  # of characters that no text has; more, and the bytes are not text
_NO_TEXT = re.compile("[\ufffd\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WORD = re.compile(r"[^\W\d_]+")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_RUNNING_WORDS = 5  # in one line: less is no running text
_STUB_WORDS = 25  # less is a notice, not an article
_SHAPED_WORDS = 120  # less, and the page is what its markup says; a video's or a gallery's text seldom has more
_GALLERY_PICTURES = 6  # with captions, at least
_PICTURE_WORDS = 15  # of running text a picture; articles with many pictures have more
_GALLERY_WORDS = 300  # of running text; more is an article, however many pictures go with it
_DOUBT_WITHIN = 8_000  # characters; 300 words are fewer
_INDEX_LINKS = 0.5  # share of link text in a body from which on it is a list of other articles
_LANGUAGE_WITHIN = 600  # characters; on all 417 bodies of the dev sets the answer is that for 2,000


class _Draft(Struct, frozen=True, kw_only=True):
    """A page's labelled runs with what the markup states."""

    source: str
    drafts: tuple[Draft, ...]
    facts: MarkupFacts
    link_share: float
    limits_hit: tuple[str, ...]


def clean_page(page: Page, *, models: BlockModels, lexicon: PressLexicon, limits: Limits) -> Article:
    """The article of a page, its parts told apart.

    Labels, never deletes: what is not body keeps its text and its place. A page `AS_IS` keeps its text to the letter.
    A page with running text that is hardly an article (an index, a stub) has `is_article` False and a reason.

    Raises:
        NoArticle: there is no running text at all.
        CleanError: the bytes are not text.
    """
    text = decode_page(page.data, page.encoding)
    if page.kind == PageKind.AS_IS:
        return _keep_as_is(page, text, limits)
    _check_is_text(page, text)
    drafted = _draft_page(page, text, models=models, lexicon=lexicon, limits=limits)
    return _make_article(page, drafted, lexicon=lexicon, limits=limits)


def _check_is_text(page: Page, text: str) -> None:
    head = text[:20_000]
    if len(_NO_TEXT.findall(head)) > _BROKEN_SHARE * len(head):
        raise CleanError(
            page.origin.path, "the bytes are not text in any known encoding; is this a picture or an archive?"
        )
    if not text.strip():
        raise NoArticle(page.origin.path, "the page is empty")


def _keep_as_is(page: Page, text: str, limits: Limits) -> Article:
    if not text.strip():
        raise NoArticle(page.origin.path, "the text is empty")
    most, limit = _reach(text, limits)
    is_cut = len(text) > most
    text = text[:most]
    block = Block(role=BlockRole.BODY, source_start=0, source_end=len(text), start=0, end=len(text))
    return Article(
        id=page.id,
        url=page.url,
        title=page.title,
        outlet=page.outlet,
        published=_given_date(page),
        language=_name_language(text),
        text=text,
        blocks=(block,),
        limits_hit=(*page.limits_hit, *((limit,) if is_cut else ())),
        origin=page.origin,
    )


def _draft_page(page: Page, text: str, *, models: BlockModels, lexicon: PressLexicon, limits: Limits) -> _Draft:
    most = _PAGE_FACTOR * limits.text_chars
    if page.kind == PageKind.TEXT:
        most = min(most, _end_of_lines(text))
    hit = (*page.limits_hit, *(("page_chars",) if len(text.rstrip()) > most else ()))
    source = text[:most]
    if page.kind == PageKind.TEXT:
        drafts = tuple(sort_clutter(draft_text(source, model=models.lines, lexicon=lexicon), (), lexicon))
        return _Draft(source=source, drafts=drafts, facts=MarkupFacts(url=page.url), link_share=0.0, limits_hit=hit)
    found = draft_html(source, url=page.url, models=models, lexicon=lexicon)
    pictured = find_pictures(found.drafts, source, found.facts.base)
    drafts = tuple(sort_clutter(pictured, found.blocks, lexicon))
    return _Draft(source=source, drafts=drafts, facts=found.facts, link_share=found.link_share, limits_hit=hit)


def _reach(text: str, limits: Limits) -> tuple[int, str]:
    """How many characters of a body are kept, and the name of the limit that says so."""
    if len(text) <= limits.text_words:
        return limits.text_chars, "text_chars"
    beyond = next(islice(_WORD_OR_MARK.finditer(text), limits.text_words, None), None)
    if beyond is not None and beyond.start() < limits.text_chars:
        return beyond.start(), "text_words"
    return limits.text_chars, "text_chars"


def _end_of_lines(text: str) -> int:
    """Where the lines end that are looked at."""
    if text.count("\n") + text.count("\r") <= _MOST_LINES:
        return len(text)
    beyond = next(islice(_LINE_BREAK.finditer(text), _MOST_LINES, None), None)
    return beyond.start() if beyond else len(text)


def _make_article(page: Page, drafted: _Draft, *, lexicon: PressLexicon, limits: Limits) -> Article:
    most, limit = _reach("\n\n".join(d.text for d in drafted.drafts if d.role == BlockRole.BODY), limits)
    laid = lay_blocks(drafted.drafts, most)
    _check_runs(page, drafted.drafts)
    facts = drafted.facts
    outlet = page.outlet or name_outlet(facts, drafted.drafts, lexicon, url=page.url)
    told = read_text_facts(drafted.drafts, drafted.source, lexicon, outlet=outlet)
    signed = read_signatures(facts, told.authors, outlet, lexicon)
    published = _given_date(page) or facts.published or told.published
    reason = _doubt(laid.text, drafted)
    return Article(
        id=page.id,
        url=facts.url,
        title=page.title or facts.title or told.title,
        outlet=outlet,
        agency=told.agency or signed.agency,
        authors=signed.authors,
        published=published,
        modified=next((one for one in (facts.modified, told.modified) if one and is_later(one, published)), None),
        dateline=told.dateline,
        section=facts.section,
        language=_name_language(laid.text),
        paywall=facts.paywall if facts.paywall is not None else holds_wall(drafted.drafts, lexicon) or None,
        text=laid.text,
        blocks=laid.blocks,
        is_article=reason is None,
        reason=reason,
        limits_hit=(*drafted.limits_hit, *((limit,) if laid.is_cut else ())),
        origin=page.origin,
    )


def _given_date(page: Page) -> Moment | None:
    value = parse_moment(page.published) if page.published else None
    return Moment(value=value, basis="given with the input") if value else None


def _check_runs(page: Page, drafts: Sequence[Draft]) -> None:
    """A page none of whose lines has a few words in a row holds no text that could be read."""
    if any(_has_words(draft.text, _RUNNING_WORDS) for draft in drafts):
        return
    longest = max((_count_words(draft.text) for draft in drafts), default=0)
    raise NoArticle(page.origin.path, f"no running text: the longest of its {len(drafts)} lines has {longest} words")


def _doubt(text: str, drafted: _Draft) -> str | None:
    """Why a page is hardly an article, what it is instead first; None if it looks like one."""
    words, shape = _count_words(text[:_DOUBT_WITHIN]), drafted.facts.shape
    if not words:
        return f"no body among its {len(drafted.drafts)} blocks"
    if drafted.link_share > _INDEX_LINKS:
        return f"{PageShape.INDEX}: {drafted.link_share:.0%} of its text are links"
    if words < _STUB_WORDS:
        return f"{shape or 'stub'}: only {words} words of running text"
    if shape and words < _SHAPED_WORDS:
        return f"{shape}: so its markup says, and it has only {words} words of running text"
    pictures = len({draft.url for draft in drafted.drafts if draft.role == BlockRole.CAPTION and draft.url})
    if pictures >= _GALLERY_PICTURES and words < min(_GALLERY_WORDS, pictures * _PICTURE_WORDS):
        return f"{PageShape.GALLERY}: {pictures} pictures with captions and {words} words of running text"
    return None


def _count_words(text: str) -> int:
    return len(_WORD.findall(text)) + len(_WIDE.findall(text)) // 2


def _has_words(text: str, least: int) -> bool:
    """Does a text have so many words? Mostly its beginning is enough to tell."""
    if len(text) < 2 * least - 1:
        return False
    return _count_words(text[: 20 * least]) >= least or _count_words(text) >= least


def _name_language(text: str) -> str | None:
    return py3langid.classify(text[:_LANGUAGE_WITHIN])[0] if _has_words(text, _RUNNING_WORDS) else None
