"""What each block of clutter is there for: told from its form, from the elements around it, and from its wording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from onrecord.clean.blocks import Draft
from onrecord.clean.scan import VisibleBlock
from onrecord.lexicon.press import PressLexicon, fold_words
from onrecord.records import BlockRole, ClutterKind

__all__ = ["holds_wall", "sort_clutter"]

# Parts of the names that templates give to elements, tried in this order. Source: general knowledge of web pages,
# 2026-11.
_NAMES = {
    ClutterKind.COMMENTS: "(?<!has-)comment|disqus|kommentar|leserbrief|commento|comentario|respond\\b",
    ClutterKind.NEWSLETTER: "newsletter|mailing-?list|signup-?form|email-?(?:signup|alert)",
    ClutterKind.SUBSCRIPTION: "paywall|subscri|regwall|piano|abo(?:nne|nnier|-|\\b)|premium-(?:wall|offer)|meter"
    "|login-?wall|donat",
    ClutterKind.LEGAL: "cookie|consent|gdpr|copyright|\\blegal|disclaimer|imprint|impressum|onetrust|didomi",
    ClutterKind.TICKER: "weather|wetter|meteo|ticker|stock-?quote|marquee|live-?score|scoreboard|breaking-?news",
    ClutterKind.GALLERY: "gallery|galerie|slide-?show|lightbox|photo-?(?:count|nav)|carousel-(?:count|control|ind)",
    ClutterKind.NAVIGATION: "\\bnav|navi?gation|menu|breadcrumb|share|sharing|social|masthead|skip-?link|pagination"
    "|search|toolbar|site-?(?:header|footer)|topbar|sitemap|language-?(?:switch|select)|\\btags?\\b|tag-?list|topic-?list",
    ClutterKind.RELATED: "relate|recommend|teaser|most-?(?:read|popular|viewed)|popular|trending|outbrain|taboola|promo"
    "|more-?(?:from|on|stories|news)|read-?(?:also|next|more)|latest|sidebar|headline-?list|card|story-?(?:list|grid)"
    "|up-?next|feed|recirc|recent-?post|(?:article|news|post)s?-?list|post-item",
}
_NAMED = tuple((kind, re.compile(form)) for kind, form in _NAMES.items())
_ANY_NAME = re.compile("|".join(_NAMES.values()))
_TAGS = {
    "nav": ClutterKind.NAVIGATION, "menu": ClutterKind.NAVIGATION, "header": ClutterKind.NAVIGATION,
    "footer": ClutterKind.NAVIGATION,
}  # fmt: skip
_OF_ARTICLES = frozenset({"article", "main", "section"})  # a header within one is not that of the site
_ROOTS = frozenset({"html", "body"})  # their classes speak of the whole page
# A short line of these kinds is what it says, whatever menu it stands in.
_SAYS_ITSELF = frozenset({ClutterKind.LEGAL, ClutterKind.NEWSLETTER, ClutterKind.SUBSCRIPTION, ClutterKind.COMMENTS})
_LABEL_WORDS = 6
_NEAR = 3  # elements around a block whose names are tried first
_NAME_CHARS = 200  # of one element
_COUNTER = re.compile(
    r"(?:[^\W\d_]{1,12}\s)?\d{1,3}\s?(?:/|of|von|sur|de|di|van|av)\s?\d{1,3}(?:\s[^\W\d_]{1,12})?", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_WEATHER = re.compile(r"[-−]?\d{1,3}\s?°\s?[CF]?\b")
_QUOTE = re.compile(r"[-+−]\d{1,4}[.,]\d{1,3}\s?%?|[-+−]?\d{1,3}[.,]\d{1,3}\s?%")
_COPYRIGHT = ("©", "opyright", "OPYRIGHT", "(c) 2", "(C) 2", "ights reserved", "IGHTS RESERVED", "ights Reserved")
_SHORT = 60  # characters of a counter, a temperature, a price
_LEGAL_CHARS = 400
_WORDED_CHARS = 300
_TEASER_WORDS = 4  # in a link; more is no name of a section
_MENU_WORDS = 6  # in a menu; more is no entry of one
_TEASER_LETTERS = 12  # in scripts without blanks
_LINKED = 0.8  # share of link text in a teaser or a menu
_WALL_REACH = 12  # blocks around the end of the body in which a wall stands


def sort_clutter(drafts: Iterable[Draft], blocks: Iterable[VisibleBlock], lexicon: PressLexicon) -> Iterator[Draft]:
    """The drafts, those of clutter with their kinds.

    Args:
        blocks: of the page, where it has markup; a draft is matched to the block that begins where it does.
    """
    around = {block.start: block for block in blocks}
    for draft in drafts:
        if draft.role == BlockRole.CLUTTER:
            role, text, start, end, *_ = draft
            yield Draft(role, text, start, end, _kind_of(text, around.get(start), lexicon))
        else:
            yield draft


def holds_wall(drafts: Sequence[Draft], lexicon: PressLexicon) -> bool:
    """Whether a notice near the end of the body says that the rest is for subscribers."""
    ends = [at for at, draft in enumerate(drafts) if draft.role == BlockRole.BODY]
    if not ends:
        return False
    near = drafts[max(0, ends[-1] - 2) : ends[-1] + _WALL_REACH]
    return any(lexicon.walls.count(fold_words(draft.text[:_LEGAL_CHARS])) for draft in near)


def _kind_of(text: str, block: VisibleBlock | None, lexicon: PressLexicon) -> ClutterKind:
    by_form = _by_form(text)
    if by_form:
        return by_form
    near, far = _by_names(block.tags, block.names) if block else (None, None)
    is_link = block is not None and block.link_share >= _LINKED
    is_teaser = is_link and near in (None, ClutterKind.NAVIGATION) and _is_teaser(text, is_in_menu=near is not None)
    if near and not is_teaser and (near != ClutterKind.NAVIGATION or text.count(" ") > _LABEL_WORDS):
        return near
    words = fold_words(text[:_WORDED_CHARS])
    worded = lexicon.clutter.kind_of(words)
    if near and not is_teaser:
        return worded if worded in _SAYS_ITSELF and len(words) <= _LABEL_WORDS else near
    if is_teaser:
        # A headline in a menu or under "share" is another article; without names around it, so is any long link.
        return worded or (far if near is None and far not in (None, ClutterKind.NAVIGATION) else ClutterKind.RELATED)
    return worded or far or (ClutterKind.NAVIGATION if is_link else ClutterKind.OTHER)


def _by_form(text: str) -> ClutterKind | None:
    """What figures and signs show in any language."""
    length = len(text)
    if length <= _SHORT and _DIGIT.search(text):
        if _COUNTER.fullmatch(text):
            return ClutterKind.GALLERY
        if _WEATHER.search(text) or _QUOTE.fullmatch(text):
            return ClutterKind.TICKER
    if length <= _LEGAL_CHARS:
        for sign in _COPYRIGHT:
            if sign in text:
                return ClutterKind.LEGAL
    return None


@lru_cache(maxsize=2_048)
def _by_names(tags: tuple[str, ...], names: tuple[str, ...]) -> tuple[ClutterKind | None, ClutterKind | None]:
    """What the nearest elements are called; where that says nothing, what those around them are."""
    for level, (tag, name) in enumerate(zip(tags, names, strict=False)):
        if tag in _ROOTS:
            break
        kind = _named(name[:_NAME_CHARS]) or (None if _is_own_header(tags, level) else _TAGS.get(tag))
        if kind and level < _NEAR:
            return kind, None
        if kind and kind != ClutterKind.SUBSCRIPTION:  # a wall can be around the whole article
            return None, kind
    return None, None


def _is_own_header(tags: tuple[str, ...], level: int) -> bool:
    return tags[level] == "header" and not _OF_ARTICLES.isdisjoint(tags[level:])


@lru_cache(maxsize=4_096)
def _named(name: str) -> ClutterKind | None:
    if not name or not _ANY_NAME.search(name):
        return None
    return next((kind for kind, form in _NAMED if form.search(name)), None)


def _is_teaser(text: str, *, is_in_menu: bool) -> bool:
    words = text.count(" ") + 1
    if words <= 2 and not text.isascii():
        return len(text) > _TEASER_LETTERS
    return words > (_MENU_WORDS if is_in_menu else _TEASER_WORDS)
