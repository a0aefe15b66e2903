"""An article as its labelled page, for a terminal: facts with the evidence for them, then every block with its role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from onrecord.cli.safe import safe_line, safe_text
from onrecord.facts import Fact, doubts_of, facts_of
from onrecord.records import Article, Block, BlockRole, ClutterKind

__all__ = ["labelled_view"]

_STYLES = {
    BlockRole.TITLE: "bold", BlockRole.BYLINE: "cyan", BlockRole.DATELINE: "cyan", BlockRole.CAPTION: "green",
    BlockRole.CREDIT: "magenta", BlockRole.CLUTTER: "dim",
}  # fmt: skip
_CHIP_STYLES = {
    BlockRole.TITLE: "black on yellow", BlockRole.BYLINE: "black on cyan", BlockRole.DATELINE: "black on cyan",
    BlockRole.BODY: "black on bright_white", BlockRole.CAPTION: "black on green", BlockRole.CREDIT: "black on magenta",
    BlockRole.CLUTTER: "dim",
}  # fmt: skip
_LABEL_WIDTH = max(len(name) for name in (*BlockRole, *ClutterKind))
_NARROW = 60  # columns; below, the role stands above its text
_SHOWN_CLUTTER = 8  # blocks of a stretch of clutter that are shown, and at most so many characters of them
_CLUTTER_CHARS = 160


def labelled_view(article: Article, *, width: int, whole: bool = False) -> RenderableType:
    """Facts, doubts, blocks. The role stands beside each block in words, so colour only helps.

    Args:
        width: columns; on a narrow terminal roles stand above their texts.
        whole: show all of the clutter by its kinds, instead of how each stretch of it begins.
    """
    facts = list(facts_of(article))
    title = next((fact for fact in facts if fact.name == "title"), Fact("title", "(no title)"))
    parts: list[RenderableType] = [_tell(title, style="bold"), _facts([fact for fact in facts if fact is not title])]
    parts += [Text(safe_line(doubt), style="yellow") for doubt in doubts_of(article)]
    return Group(*parts, Text(), *_rows(article, is_narrow=width < _NARROW, whole=whole))


def _facts(facts: Iterable[Fact]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for fact in facts:
        table.add_row(Text(fact.name, style="dim"), _tell(fact))
    return table


def _tell(fact: Fact, *, style: str = "") -> Text:
    line = Text(safe_line(fact.value), style=style)
    if fact.basis:
        line.append(f"  ({safe_line(fact.basis)})", style="not bold dim")
    return line


def _rows(article: Article, *, is_narrow: bool, whole: bool) -> Iterator[RenderableType]:
    blocks = sorted(article.blocks, key=lambda block: block.source_start)
    for (role, kind), run in groupby(blocks, key=lambda block: (block.role, block.kind if whole else None)):
        if role is not BlockRole.CLUTTER:
            for block in run:
                yield _row(role, role.upper(), _words(article, block), is_narrow=is_narrow)
        elif whole:
            words = Text(" · ".join(safe_line(block.text or "") for block in run), style=_STYLES[role])
            yield _row(role, str(kind or role), words, is_narrow=is_narrow)
        else:
            yield _row(role, str(role), _sum_up(list(run)), is_narrow=is_narrow)


def _words(article: Article, block: Block) -> Text:
    text = article.text[block.start : block.end] if block.role is BlockRole.BODY else block.text or ""
    shown = Text(safe_text(text), style=_STYLES.get(block.role, ""))
    if block.url:
        shown.append(f"\n{safe_line(block.url)}", style="dim")
    return shown


def _sum_up(run: list[Block]) -> Text:
    """A stretch of clutter in two lines: how many blocks of each kind, and how it begins."""
    counts = Counter(str(block.kind or "other") for block in run)
    told = Text(", ".join(f"{count} {kind}" for kind, count in counts.most_common()), style=_STYLES[BlockRole.CLUTTER])
    begin = " · ".join(safe_line(block.text or "") for block in run[:_SHOWN_CLUTTER])
    is_cut = len(begin) > _CLUTTER_CHARS or len(run) > _SHOWN_CLUTTER
    told.append(f"\n{begin[:_CLUTTER_CHARS].rstrip()}{' …' if is_cut else ''}")
    return told


def _row(role: BlockRole, name: str, words: Text, *, is_narrow: bool) -> RenderableType:
    label = Text(name, style=_CHIP_STYLES[role])
    if is_narrow:
        return Group(label, Padding(words, (0, 0, 1, 2)))
    table = Table.grid(padding=(0, 2, 1, 0))
    table.add_column(width=_LABEL_WIDTH, no_wrap=True)
    table.add_column(ratio=1)
    table.add_row(label, words)
    return table
