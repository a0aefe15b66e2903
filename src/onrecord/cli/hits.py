"""Answers to a search, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.padding import Padding
from rich.text import Text

from onrecord.cli.report import new_console, print_captured
from onrecord.cli.safe import safe_line, safe_text
from onrecord.records import Span
from onrecord.store import Hit

__all__ = ["print_hits"]


def print_hits(hits: Sequence[Hit]) -> None:
    """By article, best first: whose words, and the words with what was looked for in bold."""
    console = new_console()
    if not hits:
        console.print("Nothing found.")
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.article_id, []).append(hit)
    with console.capture() as capture:
        for found in groups.values():
            console.print(_heading(found[0]))
            for hit in found:
                console.print(Padding(_found(hit), (0, 0, 0, 4)))
            console.print()
    print_captured(capture.get())


def _heading(hit: Hit) -> Text:
    facts = (hit.title or "(no title)", hit.outlet, hit.published and hit.published[:10])
    line = Text(" · ".join(safe_line(fact) for fact in facts if fact), style="bold")
    line.append(f"  [{safe_line(hit.article_id)}]", style="dim")
    return line


def _found(hit: Hit) -> Text:
    text = Text()
    if hit.statement_id is not None:
        text.append(safe_line(hit.speaker or "(nobody named)"), style="bold")
        if hit.via:
            text.append("  via " + ", via ".join(safe_line(name) for name in hit.via))
        text.append(f"  {hit.act.upper() if hit.act else ''}  ", style="cyan")
    _append_marked(text, hit.snippet, hit.matches)
    return text


def _append_marked(text: Text, snippet: str, matches: Sequence[Span]) -> None:
    last = 0
    for span in matches:
        text.append(safe_text(snippet[last : span.start]))
        text.append(safe_text(snippet[span.start : span.end]), style="bold yellow")
        last = span.end
    text.append(safe_text(snippet[last:]))
