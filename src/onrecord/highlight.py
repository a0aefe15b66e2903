"""Text with marked spans as safe HTML. Knows nothing of records; every character of the text is kept and escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Bar", "Mark", "Piece", "bars_html", "cut_pieces", "page_html"]


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


class Bar(NamedTuple):
    """A line of a chart: its name, its length (0 to 1), what is told beside it, and what a tooltip adds."""

    name: str
    share: float
    told: str
    more: str = ""


# Amber under dark ink, and a line under what lies in more than one mark; as attributes, since notebooks drop sheets.
_MARKED = "background:#ffe8a3;color:#1c1e22"
_NESTED = f"{_MARKED};border-bottom:2px solid #a87400"


def page_html(title: str, text: str, marks: Iterable[Mark], notes: Iterable[tuple[str, str]] = ()) -> str:
    """A heading, the text with each marked run in a `<mark>` whose tooltip names its labels, and a list of notes.

    Args:
        notes: headline and words of each, shown below the text, numbered from 1.
    """
    marks = list(marks)
    parts = [f"<h3>{escape(title)}</h3>", '<div style="white-space:pre-wrap;max-width:45em;line-height:1.5">']
    for start, end, numbers in cut_pieces(len(text), marks):
        run = escape(text[start:end])
        tip = escape(" / ".join(marks[n].label for n in numbers), quote=True)
        style = _NESTED if len(numbers) > 1 else _MARKED
        parts.append(f'<mark title="{tip}" style="{style}">{run}</mark>' if numbers else run)
    items = [f"<li><b>{escape(head)}</b><br>{escape(words)}</li>" for head, words in notes]
    return "".join([*parts, "</div>", *(["<ol>", *items, "</ol>"] if items else [])])


def bars_html(title: str, about: str, bars: Iterable[Bar]) -> str:
    """A heading, a line below it, and a bar for each name, as a table; safe to show, holds no script."""
    rows = [
        f'<tr title="{escape(bar.more, quote=True)}">'
        f'<th style="text-align:left;font-weight:normal">{escape(bar.name)}</th>'
        f'<td style="width:12em"><div style="background:#a87400;height:.8em;width:{100 * bar.share:.0f}%"></div></td>'
        f'<td style="text-align:left">{escape(bar.told)}</td></tr>'
        for bar in bars
    ]
    return "".join([f"<h3>{escape(title)}</h3><p>{escape(about)}</p><table>", *rows, "</table>"])
