"""Finds the text that a page shows and where in its source each run of it stands.

Parsers of HTML give trees without offsets, so this module walks the source once, by hand and in linear time. It knows
just enough of HTML to say where text starts a new block and which elements are around it; broken markup never stops it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

__all__ = ["Piece", "VisibleBlock", "scan_page"]

BREAKING = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "iframe",
        "label",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "noscript",
        "object",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "video",
        "audio",
        "picture",
        "template",
    ]
)
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
HIDDEN = frozenset(["script", "style", "title", "svg", "math"])  # what stands in them is not text of the page
# A tag; else the opening of a comment or an instruction, or a tag without end. A quote opens a value only after "=".
_MARKUP = re.compile(
    r"""<(?:(?P<closing>/?)(?P<name>[a-zA-Z][^\s/>]{0,60})(?P<rest>(?>[^>=]+|=\s{0,99}(?:"[^"]*"|'[^']*')|=)*)>"""
    r"|!--|[!?/]|(?=[a-zA-Z]))"
)
_NAMING = re.compile(
    r"""\s(?i:class|id|itemprop|rel|role|data-testid)\s{0,9}=\s{0,9}(?:"([^"]{0,400})|'([^']{0,400})|([^\s>"']{1,400}))"""
)
# What keeps an element from its reader; second copies of a text stand in such.
_UNSEEING = re.compile(
    r"""display\s?:\s?none|visibility\s?:\s?hidden|aria-hidden\s?=\s?["']?true|\shidden(?=[\s=>]|$)""", re.IGNORECASE
)
_HIDDEN_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in HIDDEN}
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")  # soft hyphen, zero-width marks: nothing a reader sees
_LOOK_BACK = 60  # open elements that an end tag may close; deeper is broken markup
_NAMED_WITHIN = 2_000  # characters of a tag that are looked at for names
_LOOK_UP = 8  # open elements whose names tell what a block is


class Piece(NamedTuple):
    """A run of source text between two tags, decoded; offsets are code points of the page."""

    start: int
    end: int
    text: str
    in_link: bool


class VisibleBlock(NamedTuple):
    """Text that stands together on the page, white space squeezed."""

    text: str
    start: int
    end: int
    tags: tuple[str, ...]  # elements around it, nearest first
    names: tuple[str, ...]  # classes, ids and roles of each of these elements, lower case
    link_share: float  # of its characters
    pieces: tuple[Piece, ...]
    parents: tuple[int, ...] = ()  # numbers of these elements, each its own
    is_unseen: bool = False  # an element around it says that it is not shown

    def near_names(self, most: int) -> str:
        """The first characters of the names, nearest first."""
        return " ".join(filter(None, self.names))[:most]


class _Element(NamedTuple):
    tag: str
    names: str
    number: int
    is_unseen: bool


class _Scanner:
    """The state of one walk; used once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.open: list[_Element] = []
        self.links = 0
        self.unseen = 0
        self.elements = 0
        self.pieces: list[Piece] = []

    def walk(self) -> Iterator[VisibleBlock]:
        source, at, search = self.source, 0, _MARKUP.search
        while found := search(source, at):
            start = found.start()
            if start > at:
                self.take_text(at, start)
            closing, name, rest = found.groups()
            if name is None:
                at = self.skip_other(found)
                continue
            name = name.lower()
            if name in BREAKING:
                if self.pieces:
                    yield from self.close_block()
            elif name == "br":
                self.pieces.append(Piece(start, found.end(), "\n", in_link=False))
            at = found.end()
            if closing:
                self.close_element(name)
            elif name in VOID or rest.endswith("/"):
                continue
            elif name in HIDDEN:
                at = self.after_hidden(name, at)
            else:
                self.open_element(name, rest)
        self.take_text(at, len(source))
        yield from self.close_block()

    def take_text(self, start: int, end: int) -> None:
        raw = self.source[start:end]
        if raw.isspace():
            if self.pieces:
                self.pieces.append(Piece(start, end, " ", in_link=False))
            return
        if not raw:
            return
        if "\n" in raw and any(element.tag == "pre" for element in self.open[-3:]):
            self.take_lines(start, raw)
        else:
            self.take_run(start, raw)

    def take_run(self, start: int, raw: str) -> None:
        text = (unescape(raw) if "&" in raw else raw).replace("\n", " ")
        first = start + len(raw) - len(raw.lstrip())
        self.pieces.append(Piece(first, start + len(raw.rstrip()), text, self.links > 0))

    def take_lines(self, start: int, raw: str) -> None:
        """Preformatted text: its line breaks count."""
        for line in raw.splitlines(keepends=True):
            if not line.isspace():
                self.take_run(start, line)
            self.pieces.append(Piece(start + len(line), start + len(line), "\n", in_link=False))
            start += len(line)

    def open_element(self, name: str, attributes: str) -> None:
        names, is_unseen = "", False
        if attributes:
            named = _NAMING.findall(attributes, 0, _NAMED_WITHIN)
            names = " ".join([double or single or bare for double, single, bare in named]).lower()
            is_unseen = _says_unseen(attributes)
        self.elements += 1
        self.open.append(_Element(name, names, self.elements, is_unseen))
        self.links += name == "a"
        self.unseen += is_unseen

    def close_element(self, name: str) -> None:
        if self.open and self.open[-1].tag == name:  # as nearly always
            self.unseen -= self.open.pop().is_unseen
            self.links -= name == "a"
            return
        for back in range(1, min(len(self.open), _LOOK_BACK) + 1):
            if self.open[-back].tag == name:
                self.links -= sum(element.tag == "a" for element in self.open[-back:])
                self.unseen -= sum(element.is_unseen for element in self.open[-back:])
                del self.open[-back:]
                return

    def after_hidden(self, name: str, at: int) -> int:
        found = _HIDDEN_ENDS[name].search(self.source, at)
        return found.start() if found else len(self.source)

    def skip_other(self, found: re.Match[str]) -> int:
        """Where a comment, a doctype, an instruction or a tag without end is over."""
        if found.group() == "<!--":
            return self.after("-->", found.end())
        return self.after(">", found.end()) if found.group() != "<" else len(self.source)

    def after(self, closing: str, at: int) -> int:
        found = self.source.find(closing, at)
        return len(self.source) if found < 0 else found + len(closing)

    def close_block(self) -> Iterator[VisibleBlock]:
        pieces, self.pieces = self.pieces, []
        if not pieces:
            return
        if not any(piece.text != " " for piece in pieces):
            return
        around = tuple(zip(*self.open[: -_LOOK_UP - 1 : -1], strict=True))[:3]
        for group in _split_at_breaks(pieces):
            block = _make_block(group, *around, is_unseen=self.unseen > 0)
            if block:
                yield block


def _says_unseen(attributes: str) -> bool:
    """Cheaply in most cases: one of the words is in all that `_UNSEEING` finds, capitals apart."""
    if "hidden" not in attributes and "display" not in attributes:
        return False
    return _UNSEEING.search(attributes, 0, _NAMED_WITHIN) is not None


def scan_page(source: str) -> list[VisibleBlock]:
    """All text blocks of a page in source order, furniture included. Time grows linearly with the page."""
    return list(_Scanner(source).walk())


def _split_at_breaks(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Two line breaks end a block; so does one behind the end of a sentence. Any other line break is a space."""
    if not any("\n" in piece.text for piece in pieces):
        yield pieces
        return
    group: list[Piece] = []
    for piece in pieces:
        if "\n" in piece.text and piece.text.isspace() and _ends_block(group):
            yield group
            group = []
        else:
            group.append(piece)
    yield group


def _ends_block(group: list[Piece]) -> bool:
    for piece in reversed(group):
        text = piece.text
        if "\n" in text and text.isspace():
            return True
        if not text.isspace():
            return text.rstrip().endswith((".", "!", "?", "。", "”", '"', ":", "…"))
    return False


def _make_block(
    pieces: list[Piece],
    tags: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
    parents: tuple[int, ...] = (),
    *,
    is_unseen: bool,
) -> VisibleBlock | None:
    joined = "".join([piece.text for piece in pieces])
    text = " ".join((joined if joined.isascii() else _UNSEEN.sub("", joined)).split())
    if not text:
        return None
    solid = [piece for piece in pieces if piece.text.strip()]
    linked = sum(len(piece.text.strip()) for piece in solid if piece.in_link)
    first, last = solid[0], solid[-1]
    link_share = min(1.0, linked / len(text))
    return VisibleBlock(text, first.start, last.end, tags, names, link_share, tuple(solid), parents, is_unseen)
