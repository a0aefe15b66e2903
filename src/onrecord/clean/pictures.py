"""Which picture a caption or a credit belongs to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from onrecord.clean.blocks import Draft
from onrecord.records import BlockRole

__all__ = ["find_pictures"]

_TAG = re.compile(r"<(/?figure|img|source|amp-img)\b([^>]{0,6000})", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""\s(src|data-src|data-original|data-lazy-src|data-srcset|srcset)\s{0,3}=\s{0,3}(?:"([^"]*)|'([^']*)|([^\s"'>]+))""",
    re.IGNORECASE,
)
_NO_PICTURE = re.compile(
    r"^(?:data|javascript|blob|about):|\.svg(?:$|\?)|(?:^|[/_-])(?:pixel|spacer|blank|1x1)\b", re.IGNORECASE
)
_REACH = 4_000  # characters of the source between a picture and its caption outside a figure
_ADDRESS_CHARS = 2_000
_SHOWS_PICTURES = (BlockRole.CAPTION, BlockRole.CREDIT)


class _Picture(NamedTuple):
    at: int  # code points of the page
    figure: int  # number of the figure it stands in; 0: none
    url: str


class _Pictures(NamedTuple):
    """The pictures of a page in order; its figures as (place, number of the figure that is open from there)."""

    pictures: list[_Picture]
    edges: list[tuple[int, int]]


def find_pictures(drafts: Sequence[Draft], source: str, base: str | None) -> Iterator[Draft]:
    """The drafts, captions and credits with the addresses of their pictures.

    That is the nearest picture in the same figure; outside figures, the nearest before it with no other text between
    than other captions. An address stays as printed where nothing says what it begins from.
    """
    found: _Pictures | None = None
    text_end = 0  # where the last text ended that is no caption
    for draft in drafts:
        if draft.role in _SHOWS_PICTURES:
            found = found or _scan_pictures(source)
            url = _nearest(found, draft.start, text_end)
            yield draft._replace(url=_make_whole(url, base)) if url else draft
        else:
            text_end = draft.end
            yield draft


def _scan_pictures(source: str) -> _Pictures:
    pictures: list[_Picture] = []
    edges, open_figures, number = [(0, 0)], [0], 0
    for tag in _TAG.finditer(source):
        name = tag[1].lower()
        if name == "figure":
            number += 1
            open_figures.append(number)
            edges.append((tag.start(), number))
        elif name == "/figure":
            if len(open_figures) > 1:
                open_figures.pop()
                edges.append((tag.end(), open_figures[-1]))
        elif url := _read_address(tag[2]):
            pictures.append(_Picture(tag.start(), open_figures[-1], url))
    return _Pictures(pictures, edges)


def _read_address(attributes: str) -> str | None:
    """The picture that a tag shows: its own address before those that scripts put in its place, else the largest."""
    stated = {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _ADDRESS.finditer(attributes)}
    for name in ("src", "data-src", "data-original", "data-lazy-src", "srcset", "data-srcset"):
        url = unescape(stated.get(name, "")).strip()
        if name.endswith("srcset"):
            url = _largest(url)
        if url and len(url) <= _ADDRESS_CHARS and not _NO_PICTURE.search(url):
            return url
    return None


def _largest(candidates: str) -> str:
    """Of "a.jpg 320w, b.jpg 640w" the last one with the greatest width or density."""
    parts = [part.split() for part in re.split(r",\s{1,9}", candidates[: 4 * _ADDRESS_CHARS]) if part.strip()]
    return max(parts, key=lambda part: _size_of(part[-1]), default=[""])[0]


def _size_of(descriptor: str) -> float:
    number = descriptor[:-1]
    return float(number) if descriptor[-1:] in "wx" and number.replace(".", "", 1).isdecimal() else 0.0


def _nearest(found: _Pictures, at: int, text_end: int) -> str | None:
    figure = found.edges[bisect_right(found.edges, (at, len(found.edges))) - 1][1]
    if figure:
        inside = [picture for picture in found.pictures if picture.figure == figure]
        return min(inside, key=lambda picture: abs(picture.at - at)).url if inside else None
    before = bisect_right(found.pictures, at, key=lambda picture: picture.at) - 1
    if before < 0 or found.pictures[before].at < max(text_end, at - _REACH):
        return None
    return found.pictures[before].url


def _make_whole(url: str, base: str | None) -> str:
    try:
        whole = urljoin(base, url) if base else url
        return whole if urlsplit(whole).scheme in ("http", "https", "") else url
    except ValueError:
        return url
