"""What a page's markup shows of each block: the elements it stands in, their names, and how much text they hold.

Together with the form of the text (`lines`) it is the input of the block model for pages. Blocks in the same elements
are grouped, so that the model can see a block with all that stands beside it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Sequence
from functools import lru_cache, reduce
from operator import or_

import numpy as np
from ahocorasick import Automaton
from msgspec import Struct
from numpy.typing import NDArray

from onrecord.clean.align import cover_blocks, reduce_to_letters
from onrecord.clean.lines import FEATURES, Line, describe_lines
from onrecord.clean.scan import VisibleBlock
from onrecord.lexicon.press import PressLexicon

__all__ = ["GROUPS", "NAME_COLUMNS", "PAGE_FEATURES", "PageView", "describe_page"]

_NEAREST = (
    {"p"},
    {"li"},
    {"h1"},
    {"h2", "h3"},
    {"h4", "h5", "h6"},
    {"td", "th"},
    {"figcaption"},
    {"blockquote"},
    {"a"},
    {"button", "label", "option", "select", "input", "legend"},
    {"div", "section", "article", "main", "body"},
    {"span", "b", "strong", "em", "i", "font", "small"},
    {"time", "address"},
)
_AROUND = (
    {"article"},
    {"main"},
    {"aside"},
    {"nav"},
    {"footer"},
    {"header"},
    {"form"},
    {"ul", "ol", "dl"},
    {"table"},
    {"figure"},
    {"noscript", "iframe", "template"},
    {"blockquote"},
    {"a"},
    {"h1", "h2", "h3", "h4"},
    {"button"},
    {"p"},
)
# Parts of class names and ids that the web's templates share; those between blanks stand as words only.
_NAMES = tuple(
    tuple(" ".join(part.split("_")) if part.startswith("_") else part for part in group.split())
    for group in (
        "article story post entry artikel nota noticia",
        "body content text copy paragraph prose rich",
        "articlebody article-body article__body story-body post-content entry-content article-content article-text",
        "lead intro summary standfirst dek deck chapo teaser subhead sub-head subtitle excerpt kicker sapo perex",
        "relat recommend more also popular trend most next read- latest outbrain taboola promo",
        "comment disqus reply discuss reaction",
        "newsletter subscri signup sign-up paywall register login regwall premium piano",
        "nav menu breadcrumb crumb _bar_ sidebar rail widget module block-",
        "foot copyright legal cookie consent privacy gdpr modal popup overlay banner",
        "share social facebook twitter whatsapp follow",
        "author byline contributor bio writer autor",
        "caption credit photo image figure media gallery slide video player",
        "_ad_ _ads_ advert sponsor anzeige dfp promoted partner",
        "tag topic categor section- label keyword",
        "date time publish meta info",
        "title headline heading",
        "quote pull blockquote embed tweet infobox factbox aside inset box",
        "list item card grid tile carousel",
        "hidden hide sr-only visually print noscript screen-reader",
    )
)
_NO_WORD = re.compile(r"[\W_]+")
_NEAR = 2  # elements with a name whose names count apart from those of the others
_NAME_CHARS = 200  # of one element that are looked at
_LEVELS = 6  # elements around a block whose text is weighed
_PROSE_WORDS = 10  # of a run that counts as running text
_STATED = 300  # characters of JSON-LD's body that must be found for it to count
_STRUCTURE = len(_NEAREST) + len(_AROUND) + 2 * len(_NAMES) + 3 * _LEVELS + 19
PAGE_FEATURES = FEATURES + _STRUCTURE + 2
_FIRST_NAME = FEATURES + len(_NEAREST) + len(_AROUND)
# Of the features, those that say which names the nearest elements and the others have.
NAME_COLUMNS = (
    slice(_FIRST_NAME, _FIRST_NAME + len(_NAMES)),
    slice(_FIRST_NAME + len(_NAMES), _FIRST_NAME + 2 * len(_NAMES)),
)
GROUPS = 4
_HEADING = 12  # characters of a headline at least
_LARGE, _COPIED = 400, 40  # letters of a block that may hold others, and of these
_MOST_LARGE, _MOST_COPIED = 200, 4_000  # blocks that are looked at; the work grows with their product


class PageView(Struct, frozen=True):
    """The blocks of a page as the block model sees them."""

    features: NDArray[np.float32]  # (blocks, PAGE_FEATURES), each roughly between 0 and 3
    groups: NDArray[np.int64]  # (GROUPS, blocks): blocks with the same second, third, fourth element, the same names
    sizes: NDArray[np.float32]  # (blocks,): hundreds of characters


def describe_page(blocks: Sequence[VisibleBlock], stated: Sequence[str], lexicon: PressLexicon) -> PageView:
    """What the model of pages needs to know.

    Args:
        stated: paragraphs of the article's body as the page's JSON-LD states it, if it does.
    """
    lines = describe_lines([Line(b.start, b.end, b.text, 0, 0) for b in blocks], lexicon)
    features = np.concatenate([lines, _describe_structure(blocks), _describe_stated(blocks, stated)], axis=1)
    sizes = np.array([len(block.text) / 100 for block in blocks], dtype=np.float32)
    return PageView(features, _group(blocks), sizes)


def _group(blocks: Sequence[VisibleBlock]) -> NDArray[np.int64]:
    around = [_number([block.parents[level : level + 1] for block in blocks]) for level in range(1, GROUPS)]
    return np.stack([*around, _number([(block.tags[:3], block.names) for block in blocks])])


def _describe_stated(blocks: Sequence[VisibleBlock], stated: Sequence[str]) -> NDArray[np.float32]:
    """The share of each block that JSON-LD's body holds, and whether it holds any of the page."""
    shares = np.array(cover_blocks(blocks, stated) if stated else [0.0] * len(blocks), dtype=np.float32)
    found = sum(share * len(block.text) for share, block in zip(shares.tolist(), blocks, strict=True) if share)
    return np.stack([shares, np.full(len(blocks), float(found > _STATED), dtype=np.float32)], axis=1)


def _describe_structure(blocks: Sequence[VisibleBlock]) -> NDArray[np.float32]:
    if not blocks:
        return np.zeros((0, _STRUCTURE), dtype=np.float32)
    masses = np.array([_prose(block) for block in blocks])
    total = float(masses.sum()) or 1.0
    alike = _number([(block.tags[:3], block.names) for block in blocks])
    parts = [
        _sign_kinds(blocks),
        _weigh_elements(blocks, masses, total),
        np.array([(block.link_share, min(len(block.pieces), 12) / 6) for block in blocks]),
        (np.bincount(alike, masses)[alike] / total)[:, None],
        np.log1p(masses)[:, None] / 4,
        np.array([len(block.parents) / 8 for block in blocks])[:, None],
        _same_as_beside(_number([block.parents[1:2] for block in blocks])),
        _same_as_beside(_number([(block.tags[:2], block.names) for block in blocks])),
        np.array([block.is_unseen for block in blocks])[:, None],
        np.log1p(np.bincount(alike)[alike])[:, None] / 2,
        np.array([(block.pieces[0].in_link, block.pieces[-1].in_link) for block in blocks]),
        np.array(_place_headings(blocks)),
        np.array(_find_copies(blocks)),
    ]
    return np.concatenate(parts, axis=1, dtype=np.float32, casting="unsafe")


def _number(kinds: Sequence[Hashable]) -> NDArray[np.int64]:
    """A number for each kind, from 0 in the order in which they first come."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(kind, len(numbers)) for kind in kinds], dtype=np.int64)


def _same_as_beside(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether the block before is of the same kind, and whether the next one is."""
    same = numbers[1:] == numbers[:-1]
    return np.stack([np.append(False, same), np.append(same, False)], axis=1)


def _sign_kinds(blocks: Sequence[VisibleBlock]) -> NDArray[np.float32]:
    """What tags and names say; blocks with the same around them are looked at once."""
    kinds = list(dict.fromkeys((block.tags, block.names) for block in blocks))
    numbers = {kind: number for number, kind in enumerate(kinds)}
    signs = np.array([_tag_signs(tags) + _name_signs(names) for tags, names in kinds], dtype=np.float32)
    return signs[[numbers[block.tags, block.names] for block in blocks]]


def _place_headings(blocks: Sequence[VisibleBlock]) -> list[tuple[float, float, float]]:
    """For each block whether an h1 stands before it, how far above, and how far the next one is below."""
    marks = [at for at, block in enumerate(blocks) if "h1" in block.tags[:2] and len(block.text) >= _HEADING]
    found = []
    for at in range(len(blocks)):
        after = bisect_right(marks, at)
        above = math.log1p(at - marks[after - 1]) / 3 if after else 0.0
        below = math.log1p(marks[after] - at) / 3 if after < len(marks) else 0.0
        found.append((float(after > 0), above, below))
    return found


def _find_copies(blocks: Sequence[VisibleBlock]) -> list[tuple[float, float, float]]:
    """For each block whether another holds all its text, and whether it holds those of others, in number and share."""
    letters = [
        reduce_to_letters(block.text) if at < _MOST_COPIED and len(block.text) >= _COPIED else ""
        for at, block in enumerate(blocks)
    ]
    large = [at for at, text in enumerate(letters) if len(text) >= _LARGE][:_MOST_LARGE]
    found = [[0.0, 0.0, 0.0] for _ in blocks]
    for at, text in enumerate(letters):
        if len(text) < _COPIED:
            continue
        for other in large:
            if other != at and len(letters[other]) > len(text) and text in letters[other]:
                found[at][0] = 1.0
                found[other][1] += 0.25
                found[other][2] += len(text) / len(letters[other])
    return [(own, min(held, 3.0), min(share, 1.0)) for own, held, share in found]


@lru_cache(maxsize=1_024)
def _tag_signs(tags: tuple[str, ...]) -> tuple[float, ...]:
    nearest = tags[0] if tags else ""
    return (
        *(float(nearest in group) for group in _NEAREST),
        *(float(not group.isdisjoint(tags)) for group in _AROUND),
    )


@lru_cache(maxsize=1_024)
def _name_signs(names: tuple[str, ...]) -> tuple[float, ...]:
    """Which of `_NAMES` are in the names of the nearest elements, then in those of the others."""
    named = [_signs_of(name[:_NAME_CHARS]) for name in names if name]
    near, far = reduce(or_, named[:_NEAR], 0), reduce(or_, named[_NEAR:], 0)
    return tuple(float(signs >> bit & 1) for signs in (near, far) for bit in range(len(_NAMES)))


@lru_cache(maxsize=4_096)
def _signs_of(name: str) -> int:
    """The groups of `_NAMES` one of which is in a name, a bit each."""
    return reduce(or_, (bits for _, bits in _PARTS.iter(f"{name} {_NO_WORD.sub(' ', name)} ")), 0)


def _find_parts() -> Automaton:
    """Finds all parts of `_NAMES` in one pass over a name; each stands for the bits of its groups."""
    bits: Counter[str] = Counter()
    for bit, group in enumerate(_NAMES):
        bits.update(dict.fromkeys(group, 1 << bit))
    found = Automaton()
    for part, value in bits.items():
        found.add_word(part, value)
    found.make_automaton()
    return found


_PARTS = _find_parts()


def _prose(block: VisibleBlock) -> float:
    """Characters of running text: not link text, and not a few words only."""
    words = block.text.count(" ") + 1
    return len(block.text) * (1 - block.link_share) if words >= _PROSE_WORDS else 0.0


def _weigh_elements(blocks: Sequence[VisibleBlock], masses: NDArray[np.float64], total: float) -> NDArray[np.float32]:
    """Of the elements around each block: their share of the page's running text; what of them is such, what links."""
    numbers: dict[int, int] = {0: 0}  # of elements near a block; 0 stands for none
    around = np.zeros((len(blocks), _LEVELS), dtype=np.int64)
    for at, block in enumerate(blocks):
        for level, parent in enumerate(block.parents[:_LEVELS]):
            around[at, level] = numbers.setdefault(parent, len(numbers))
    sizes = np.array([len(block.text) for block in blocks], dtype=np.float64)
    linked = sizes * [block.link_share for block in blocks]
    held, prose, links = (
        np.bincount(around.ravel(), np.repeat(weights, _LEVELS), len(numbers)) for weights in (sizes, masses, linked)
    )
    held = np.maximum(held, 1)
    measures = np.stack([prose / total, prose / held, links / held], axis=1)
    measures[0] = 0
    return np.asarray(measures[around].reshape(len(blocks), -1), dtype=np.float32)
