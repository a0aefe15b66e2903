"""Labels the visible blocks of an HTML page, each with its place in the source.

The block model says which are the body, seen with the elements around them and with the body that JSON-LD states.
Where it finds next to none, trafilatura is asked.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from msgspec import Struct
from trafilatura import bare_extraction

from onrecord.clean.align import cover_blocks, reduce_to_letters
from onrecord.clean.blocks import Draft
from onrecord.clean.flat import label_lines
from onrecord.clean.lines import Line
from onrecord.clean.markup import MarkupFacts, read_markup_facts
from onrecord.clean.scan import VisibleBlock, scan_page
from onrecord.clean.signs import find_credit, is_byline, read_whole_dateline
from onrecord.clean.structure import describe_page
from onrecord.lexicon.press import PressLexicon
from onrecord.models.blocks import BODY, BlockModels
from onrecord.records import BlockRole

__all__ = ["HtmlDrafts", "draft_html", "read_json_bodies"]

_PARSER = HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True)
_PARSER_ERRORS = (LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError)
_LEAST_CHANCE = 0.4  # of a block to be body; chosen by cross-validation over outlets, 0.3 to 0.5 differ little
_LEAST_LETTERS = 150  # of a body; below, another opinion is asked
_BODY_SHARE = 0.5  # of a block's letters that must be in trafilatura's text
_COPY_HEAD = 60  # letters that a block has in common with its copy at least
_MOST_COPIES = 50  # blocks that are looked for among all others
_WHOLE_LETTERS = 200  # of a block that may be the whole text once more
_WHOLE_SHARE = 0.6  # of its letters that other blocks hold
_STATED_LETTERS = 300  # of JSON-LD's body, from which on it stands in for what the page does not show
_SHOWN_SHARE = 0.5  # of JSON-LD's body that the page must show, else it is taken from there
_JSON_BODY = re.compile(r'"articleBody"\s{0,9}:\s{0,9}"')
_JSON_BREAK = re.compile(r"(?:\\r)?(?:\\n)+|\\u2029")
_JSON_END = re.compile(r'(?:[^"\\]++|\\.)*+"', re.DOTALL)
_JSON_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|.)")
_LONG_TAG = re.compile(r"<([A-Za-z][\w:-]{0,60})[^<>]{8192,}+>")
_MANY_ATTRIBUTES = 4_000  # equals signs and spaces of one tag
_NEAR_TAGS = 3  # elements around a block whose kind counts for it
_BYLINE_NAME = re.compile(r"\b(?:byline|author|autor|auteur)")
_CAPTION_NAME = re.compile(r"caption|bildunterschrift|legende")
_CREDIT_NAME = re.compile(
    r"\b(?:credit|photographer|copyright-holder)|(?:photo|image|media|asset)[-_]{1,2}(?:credit|copyright)|figcaption[-_]{1,2}credit"
)
_SIGNS_REACH = 14  # blocks around the body's first in which by-lines and datelines stand


class HtmlDrafts(Struct, frozen=True, kw_only=True):
    """A page's labelled runs, what its markup states, and how much of its body is link text (0 to 1)."""

    drafts: tuple[Draft, ...]
    facts: MarkupFacts
    link_share: float
    blocks: tuple[VisibleBlock, ...]  # what the runs were cut from


def draft_html(source: str, *, url: str | None, models: BlockModels, lexicon: PressLexicon) -> HtmlDrafts:
    """Label every visible block of a decoded page. Never raises for broken markup."""
    blocks = scan_page(source)
    tree = _parse(source)
    facts = read_markup_facts(tree, url=url) if tree is not None else MarkupFacts(url=url)
    is_body, blocks = _find_body(source, blocks, tree, models, lexicon)
    roles = _label_blocks(blocks, is_body, facts, lexicon) if any(is_body) else []
    if BlockRole.BODY not in roles:
        roles = label_lines([_as_line(block) for block in blocks], model=models.lines, lexicon=lexicon)
    drafts = [
        draft for block, role in zip(blocks, roles, strict=True) for draft in _draft_block(block, role, source, lexicon)
    ]
    return HtmlDrafts(drafts=tuple(drafts), facts=facts, link_share=_link_share(blocks, roles), blocks=tuple(blocks))


def _parse(source: str) -> HtmlElement | None:
    try:
        return document_fromstring(_LONG_TAG.sub(_thin_tag, source).encode("utf-8", "replace"), parser=_PARSER)
    except _PARSER_ERRORS:
        return None


def _thin_tag(tag: re.Match[str]) -> str:
    """A tag with thousands of attributes without them: parsers take time that grows with their square."""
    return tag.group() if tag.group().count("=") + tag.group().count(" ") < _MANY_ATTRIBUTES else f"<{tag.group(1)}>"


def _extract_body(tree: HtmlElement) -> str:
    try:
        found = bare_extraction(tree, favor_precision=True, include_comments=False, deduplicate=False)
    except _PARSER_ERRORS:
        return ""
    return (found and getattr(found, "text", None)) or ""


def _find_body(
    source: str, blocks: list[VisibleBlock], tree: HtmlElement | None, models: BlockModels, lexicon: PressLexicon
) -> tuple[list[bool], list[VisibleBlock]]:
    """Which blocks are the body. A body that only stands in the page's JSON-LD is added as blocks of its own."""
    stated = list(read_json_bodies(source))
    view = describe_page(blocks, [block.text for block in stated], lexicon)
    chances = models.pages.predict(view.features, list(view.groups), view.sizes)[:, BODY]
    is_body = [chance >= _LEAST_CHANCE for chance in chances.tolist()]
    if _letters(blocks, is_body) < _LEAST_LETTERS and tree is not None:
        shares = cover_blocks(blocks, _extract_body(tree).split("\n"))
        is_body = [body or share >= _BODY_SHARE for body, share in zip(is_body, shares, strict=True)]
    if _is_unseen(stated, blocks, is_body):
        hidden = {(block.start, block.end) for block in stated}
        blocks = sorted([*blocks, *stated], key=lambda block: block.start)
        is_body = [(block.start, block.end) in hidden for block in blocks]
    return _without_copies(blocks, is_body), blocks


def _without_copies(blocks: Sequence[VisibleBlock], is_body: list[bool]) -> list[bool]:
    """Pages hold their text or parts of it more than once, for other screens and for search; the last copy is kept."""
    letters = {at: reduce_to_letters(blocks[at].text) for at, body in enumerate(is_body) if body}
    last = {text: at for at, text in letters.items()}
    kept = {at: text for at, text in letters.items() if len(text) < _COPY_HEAD or last[text] == at}
    for at in [at for at, text in kept.items() if len(text) >= _WHOLE_LETTERS][:_MOST_COPIES]:
        if _is_whole(kept[at], [text for other, text in kept.items() if other != at]):
            del kept[at]
    alike = Counter(text[:_COPY_HEAD] for text in kept.values() if len(text) >= _COPY_HEAD)
    for at in [at for at, text in kept.items() if alike[text[:_COPY_HEAD]] > 1][:_MOST_COPIES]:
        if kept[at] in "".join(text for other, text in kept.items() if other != at):
            del kept[at]
    return [at in kept for at in range(len(is_body))]


def _is_whole(text: str, others: Sequence[str]) -> bool:
    """Whether a block is the text of several others in one, as pages keep it for search engines."""
    within = [len(other) for other in others if len(other) < len(text) and other in text]
    return len(within) > 1 and sum(within) >= _WHOLE_SHARE * len(text)


def _letters(blocks: Sequence[VisibleBlock], chosen: Sequence[bool]) -> int:
    return sum(len(reduce_to_letters(block.text)) for block, is_chosen in zip(blocks, chosen, strict=True) if is_chosen)


def _is_unseen(stated: Sequence[VisibleBlock], blocks: Sequence[VisibleBlock], is_body: Sequence[bool]) -> bool:
    """Whether JSON-LD states a body most of which the page does not show."""
    size = _letters(stated, [True] * len(stated))
    if size < _STATED_LETTERS or _letters(blocks, is_body) > size:
        return False
    shares = cover_blocks(blocks, [block.text for block in stated])
    shown = sum(share * len(reduce_to_letters(b.text)) for b, share in zip(blocks, shares, strict=True) if share)
    return shown < _SHOWN_SHARE * size


def read_json_bodies(source: str) -> Iterator[VisibleBlock]:
    """The paragraphs of the article's text in JSON-LD, each with the place of its escaped form in the source."""
    for opening in _JSON_BODY.finditer(source):
        end = _JSON_END.match(source, opening.end())
        if not end:
            return
        at = opening.end()
        for broken in [*_JSON_BREAK.finditer(source, at, end.end() - 1), None]:
            stop = broken.start() if broken else end.end() - 1
            yield from _read_json_run(source[at:stop], at)
            at = broken.end() if broken else stop


def _read_json_run(escaped: str, begin: int) -> Iterator[VisibleBlock]:
    """The blocks of one line of such a text; where it holds markup, as a page with that markup would show them."""
    text = _decode_json(escaped)
    if "<" not in text and "&" not in text:
        shown = " ".join(text.split())
        if shown:
            yield VisibleBlock(shown, begin, begin + len(escaped), ("script",), (), 0.0, ())
        return
    places = _places_of(escaped)
    for block in scan_page(text):
        start, end = begin + places[block.start], begin + places[block.end]
        yield VisibleBlock(block.text, start, end, ("script",), (), 0.0, ())


def _decode_json(escaped: str) -> str:
    try:
        return str(json.loads(f'"{escaped}"', strict=False)).encode("utf-8", "replace").decode("utf-8")
    except ValueError:
        return ""


def _places_of(escaped: str) -> list[int]:
    """Where in an escaped text each character of what it means begins, and where the last one ends."""
    places, at = [], 0
    for escape in _JSON_ESCAPE.finditer(escaped):
        places += [*range(at, escape.start()), escape.start()]
        at = escape.end()
    return [*places, *range(at, len(escaped) + 1)]


def _as_line(block: VisibleBlock) -> Line:
    return Line(block.start, block.end, block.text, 0, 0)


def _label_blocks(
    blocks: Sequence[VisibleBlock], is_body: list[bool], facts: MarkupFacts, lexicon: PressLexicon
) -> list[BlockRole]:
    first = is_body.index(True)
    near = range(first - _SIGNS_REACH, len(is_body) - is_body[::-1].index(True) + _SIGNS_REACH)
    title = _find_title(blocks, first, facts)
    roles = []
    for at, (block, body) in enumerate(zip(blocks, is_body, strict=True)):
        if at == title:
            roles.append(BlockRole.TITLE)
        elif at not in near:
            roles.append(BlockRole.CLUTTER)
        elif _is_caption(block):
            roles.append(_caption_role(block, lexicon))
        elif body:
            roles.append(BlockRole.DATELINE if at == first and _is_dateline(block, lexicon) else BlockRole.BODY)
        else:
            is_near = abs(at - first) <= _SIGNS_REACH
            roles.append(_surrounding_role(block, lexicon, is_near=is_near))
    return roles


def _find_title(blocks: Sequence[VisibleBlock], first: int, facts: MarkupFacts) -> int | None:
    """The block of the headline: that with the title's wording nearest before the body, else the only h1."""
    wanted = reduce_to_letters(facts.title or "").lower()
    same = [at for at, block in enumerate(blocks) if wanted and reduce_to_letters(block.text).lower() == wanted]
    headings = [at for at in same if blocks[at].tags[:1] == ("h1",)]
    for found in (headings, [at for at in same if at <= first], same):
        if found:
            return found[0]
    mains = [at for at, block in enumerate(blocks[: first + 2]) if "h1" in block.tags[:2]]
    return mains[-1] if mains else None


def _is_caption(block: VisibleBlock) -> bool:
    if "figcaption" in block.tags[:_NEAR_TAGS]:
        return True
    return bool(_CAPTION_NAME.search(block.near_names(80))) and "p" not in block.tags[:1] and len(block.text) < 1_000


def _caption_role(block: VisibleBlock, lexicon: PressLexicon) -> BlockRole:
    credit = find_credit(block.text, lexicon)
    is_credit = (credit is not None and credit.start == 0) or (
        bool(_CREDIT_NAME.search(block.near_names(60))) and len(block.text) <= 120
    )
    return BlockRole.CREDIT if is_credit else BlockRole.CAPTION


def _is_dateline(block: VisibleBlock, lexicon: PressLexicon) -> bool:
    return read_whole_dateline(block.text, lexicon.agencies) is not None


def _surrounding_role(block: VisibleBlock, lexicon: PressLexicon, *, is_near: bool) -> BlockRole:
    if is_near and _is_dateline(block, lexicon):
        return BlockRole.DATELINE
    is_named = bool(_BYLINE_NAME.search(block.near_names(160)))
    if (
        is_near
        and len(block.text) <= 140
        and (is_byline(block.text, lexicon) or (is_named and _is_short_name(block.text)))
    ):
        return BlockRole.BYLINE
    if _CREDIT_NAME.search(block.near_names(60)) and len(block.text) <= 120:
        return BlockRole.CREDIT
    credit = find_credit(block.text, lexicon)
    if credit is None:
        return BlockRole.CLUTTER
    return BlockRole.CREDIT if credit.start == 0 else BlockRole.CAPTION


def _is_short_name(text: str) -> bool:
    words = text.split()
    return 2 <= len(words) <= 6 and words[0][:1].isupper() and not text.endswith((".", "?", "!"))


def _draft_block(block: VisibleBlock, role: BlockRole, source: str, lexicon: PressLexicon) -> list[Draft]:
    credit = find_credit(block.text, lexicon) if role == BlockRole.CAPTION else None
    at = source.rfind(credit.text, block.start, block.end) if credit and credit.start else -1
    if credit is None or at < 0:
        return [Draft(role, block.text, block.start, block.end)]
    opening = at - (source[at - 1] in "([")
    caption = block.text[: credit.start].rstrip()
    return [
        Draft(BlockRole.CAPTION, caption, block.start, opening),
        Draft(BlockRole.CREDIT, credit.text, opening, block.end),
    ]


def _link_share(blocks: Sequence[VisibleBlock], roles: Sequence[BlockRole]) -> float:
    body = [block for block, role in zip(blocks, roles, strict=True) if role == BlockRole.BODY]
    total = sum(len(block.text) for block in body)
    return sum(block.link_share * len(block.text) for block in body) / total if total else 0.0
