"""Text with marked spans as safe HTML. Knows nothing of records; every character of the text is kept and escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Mark", "Piece", "cut_pieces", "page_html"]


class Mark(NamedTuple):
    """Half-open code-point span and the label shown for it."""

    start: int
    end: int
    label: str


class Piece(NamedTuple):
    """A run of text under the same marks; `marks` are positions in the list that was given."""

    start: int
    end: int
    marks: tuple[int, ...]


def cut_pieces(length: int, marks: list[Mark]) -> list[Piece]:
    """Cut 0..length at every mark's edge; pieces follow each other without gap or overlap. Empty marks are left out.

    >>> cut_pieces(6, [Mark(0, 4, "a"), Mark(2, 6, "b")])
    [Piece(start=0, end=2, marks=(0,)), Piece(start=2, end=4, marks=(0, 1)), Piece(start=4, end=6, marks=(1,))]
    """
    edges = {0, length}
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for number, mark in enumerate(marks):
        if mark.start >= mark.end:  # marks nothing, and would never be closed
            continue
        edges.update((mark.start, mark.end))
        opening.setdefault(mark.start, []).append(number)
        closing.setdefault(mark.end, []).append(number)
    pieces, live, cuts = [], set[int](), sorted(edges)
    for start, end in pairwise(cuts):
        live.difference_update(closing.get(start, ()))
        live.update(opening.get(start, ()))
        pieces.append(Piece(start, end, tuple(sorted(live))))
    return pieces


def page_html(title: str, text: str, marks: Iterable[Mark]) -> str:
    """A heading and the text, each marked run in a `<mark>` whose tooltip names its labels."""
    marks = list(marks)
    parts = [f"<h3>{escape(title)}</h3>", '<div style="white-space:pre-wrap">']
    for start, end, numbers in cut_pieces(len(text), marks):
        run = escape(text[start:end])
        tip = escape(" / ".join(marks[n].label for n in numbers), quote=True)
        parts.append(f'<mark title="{tip}">{run}</mark>' if numbers else run)
    return "".join([*parts, "</div>"])
