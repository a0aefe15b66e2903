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
_TAG = re.compile(r"</?([a-zA-Z][^\s/>]{0,60})")
_TAG_END = re.compile(r"""(?>[^>=]+|=\s{0,99}(?:"[^"]*"|'[^']*')|=)*>""")  # a quote opens a value only behind "="
_NAMING = re.compile(
    r"""\b(?:class|id|itemprop|rel|role|data-testid)\s{0,9}=\s{0,9}(?:"([^"]{0,400})|'([^']{0,400})|([^\s>"']{1,400}))""",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")  # soft hyphen, zero-width marks: nothing a reader sees
_LOOK_BACK = 60  # open elements that an end tag may close; deeper is broken markup
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
    names: str  # classes, ids and roles of these elements, lower case
    link_share: float  # of its characters
    pieces: tuple[Piece, ...]


class _Element(NamedTuple):
    tag: str
    names: str


class _Scanner:
    """The state of one walk; used once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.open: list[_Element] = []
        self.links = 0
        self.pieces: list[Piece] = []

    def walk(self) -> Iterator[VisibleBlock]:
        at, size = 0, len(self.source)
        while at < size:
            mark = self.source.find("<", at)
            mark = size if mark < 0 else mark
            self.take_text(at, mark)
            if mark >= size:
                break
            tag = _TAG.match(self.source, mark)
            if tag:
                at = self.tag_end(tag.end())
                yield from self.take_tag(tag, at)
                at = self.skip_hidden(tag, at)
            else:
                at = self.skip_other(mark)
        yield from self.close_block()

    def take_text(self, start: int, end: int) -> None:
        raw = self.source[start:end]
        if not raw or raw.isspace():
            if raw and self.pieces:
                self.pieces.append(Piece(start, end, " ", in_link=False))
            return
        if "\n" in raw and any(element.tag == "pre" for element in self.open[-3:]):
            self.take_lines(start, raw)
        else:
            self.take_run(start, raw)

    def take_run(self, start: int, raw: str) -> None:
        text = _SPACE.sub(" ", unescape(raw) if "&" in raw else raw)
        first = start + len(raw) - len(raw.lstrip())
        self.pieces.append(Piece(first, start + len(raw.rstrip()), text, self.links > 0))

    def take_lines(self, start: int, raw: str) -> None:
        """Preformatted text: its line breaks count."""
        for line in raw.splitlines(keepends=True):
            if not line.isspace():
                self.take_run(start, line)
            self.pieces.append(Piece(start + len(line), start + len(line), "\n", in_link=False))
            start += len(line)

    def tag_end(self, at: int) -> int:
        """Where the tag ends whose name ends at `at`; quoted values may hold '>'."""
        found = _TAG_END.match(self.source, at)
        return found.end() if found else len(self.source)

    def take_tag(self, tag: re.Match[str], end: int) -> Iterator[VisibleBlock]:
        name = tag.group(1).lower()
        if name in BREAKING:
            yield from self.close_block()
        elif name == "br":
            self.pieces.append(Piece(tag.start(), end, "\n", in_link=False))
        if tag.group().startswith("</"):
            self.close_element(name)
        elif name not in VOID and name not in HIDDEN and not self.source.endswith("/>", tag.start(), end):
            self.open_element(name, tag.end(), end)

    def open_element(self, name: str, start: int, end: int) -> None:
        found = _NAMING.findall(self.source, start, min(end, start + 2_000))
        self.open.append(_Element(name, " ".join("".join(names) for names in found).lower()))
        self.links += name == "a"

    def close_element(self, name: str) -> None:
        for back in range(1, min(len(self.open), _LOOK_BACK) + 1):
            if self.open[-back].tag == name:
                self.links -= sum(element.tag == "a" for element in self.open[-back:])
                del self.open[-back:]
                return

    def skip_hidden(self, tag: re.Match[str], at: int) -> int:
        name = tag.group(1).lower()
        if name not in HIDDEN or tag.group().startswith("</") or self.source.endswith("/>", tag.start(), at):
            return at
        found = re.compile(f"</{name}", re.IGNORECASE).search(self.source, at)
        return found.start() if found else len(self.source)

    def skip_other(self, mark: int) -> int:
        """Comments, doctypes, instructions; any other '<' is text."""
        if self.source.startswith("<!--", mark):
            return self.after("-->", mark + 4)
        if self.source.startswith(("<!", "<?", "</"), mark):
            return self.after(">", mark + 2)
        self.pieces.append(Piece(mark, mark + 1, "<", self.links > 0))
        return mark + 1

    def after(self, closing: str, at: int) -> int:
        found = self.source.find(closing, at)
        return len(self.source) if found < 0 else found + len(closing)

    def close_block(self) -> Iterator[VisibleBlock]:
        pieces, self.pieces = self.pieces, []
        if not pieces:
            return
        around = self.open[-_LOOK_UP:][::-1]
        tags = tuple(element.tag for element in around)
        names = " ".join(element.names for element in around if element.names)
        for group in _split_at_breaks(pieces):
            block = _make_block(group, tags, names)
            if block:
                yield block


def scan_page(source: str) -> list[VisibleBlock]:
    """All text blocks of a page in source order, furniture included. Time grows linearly with the page."""
    return list(_Scanner(source).walk())


def _split_at_breaks(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """Two line breaks end a block; so does one behind the end of a sentence. Any other line break is a space."""
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


def _make_block(pieces: list[Piece], tags: tuple[str, ...], names: str) -> VisibleBlock | None:
    text = _SPACE.sub(" ", _UNSEEN.sub("", "".join(piece.text for piece in pieces))).strip()
    if not text:
        return None
    solid = [piece for piece in pieces if piece.text.strip()]
    linked = sum(len(piece.text.strip()) for piece in solid if piece.in_link)
    first, last = solid[0], solid[-1]
    return VisibleBlock(text, first.start, last.end, tags, names, min(1.0, linked / len(text)), tuple(solid))
