"""From labelled runs of a page to the blocks and the text of an article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from onrecord.records import Block, BlockRole, ClutterKind

__all__ = ["Draft", "Laid", "lay_blocks"]

_JOINT = "\n\n"


class Draft(NamedTuple):
    """A run of the page with its role, before its place in the article's text is known."""

    role: BlockRole
    text: str
    start: int  # code points of the page
    end: int
    kind: ClutterKind | None = None  # of clutter
    url: str | None = None  # of the picture, beside a caption or a credit


class Laid(NamedTuple):
    """The blocks of an article, its text, and whether the text had to end before the page did."""

    blocks: tuple[Block, ...]
    text: str
    is_cut: bool


def lay_blocks(drafts: Iterable[Draft], max_chars: int) -> Laid:
    """Join the body drafts by blank lines; the one that would pass `max_chars` is cut, later ones are left out."""
    blocks: list[Block] = []
    parts: list[str] = []
    at, is_cut = 0, False
    for draft in drafts:
        if draft.role != BlockRole.BODY:
            place = {"source_start": draft.start, "source_end": draft.end}
            blocks.append(Block(role=draft.role, kind=draft.kind, **place, text=draft.text, url=draft.url))
            continue
        start = at + len(_JOINT) if parts else 0
        text = draft.text[: max(0, max_chars - start)]
        is_cut = is_cut or len(text) < len(draft.text)
        if text:
            at = start + len(text)
            parts.append(text)
            end = draft.end if len(text) == len(draft.text) else min(draft.end, draft.start + len(text))
            blocks.append(Block(role=BlockRole.BODY, source_start=draft.start, source_end=end, start=start, end=at))
    return Laid(tuple(blocks), _JOINT.join(parts), is_cut)
