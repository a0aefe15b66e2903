"""A reading as a person likes to see it in a terminal. Text in, rich text out; nothing is printed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from onrecord.cli.safe import safe_line, safe_text
from onrecord.highlight import Mark, Piece, cut_pieces
from onrecord.records import Act, Article, Reading, Speaker, SpeakerBasis, Statement

__all__ = ["reading_view"]

_INDENT = 4
_MAX_DEPTH_SHOWN = 8  # deeper nesting is drawn at this depth: a line must keep some room for words
_CHIP_STYLES = {
    Act.COMMIT: "black on green", Act.GOAL: "black on green", Act.OFFER: "black on green",
    Act.SUPPORT: "black on green", Act.ORDER: "black on yellow", Act.DEMAND: "black on yellow",
    Act.THREATEN: "white on red", Act.ACCUSE: "white on red", Act.REFUSE: "black on magenta",
    Act.DENY: "black on magenta", Act.ADMIT: "black on cyan",
}  # fmt: skip
_CHIP_STYLE = "black on bright_white"


def reading_view(reading: Reading, *, colour: bool) -> RenderableType:
    """Header, marked text, list of statements. Without colour the marks are brackets."""
    article = reading.article
    parts: list[RenderableType] = [*_header(article), Text()]
    if article.text:
        marked = _marked_text(article.text, reading.statements, colour=colour)
        parts += [Padding(marked, (0, 0, 0, 2)), Text()]
    return Group(*parts, *_statement_list(article.text, reading.statements))


def _header(article: Article) -> Iterator[Text]:
    yield Text(safe_line(article.title or "(no title)"), style="bold")
    facts = [article.outlet, article.agency if article.agency != article.outlet else None, *article.authors]
    if article.published:
        facts.append(f"{article.published.value} ({article.published.basis})")
    if article.dateline:
        facts.append(article.dateline.place)
    facts.append(article.language)
    line = " · ".join(safe_line(fact) for fact in facts if fact)
    if line:
        yield Text(line)
    where = f"{article.url or article.origin.path}  [{article.id}]"
    yield Text(safe_line(where), style="dim")
    if not article.is_article:
        yield Text(f"perhaps no article: {safe_line(article.reason or 'unclear')}", style="yellow")
    if article.limits_hit:
        yield Text(f"cut at a limit: {safe_line(', '.join(article.limits_hit))}", style="yellow")


def _marked_text(text: str, statements: Sequence[Statement], *, colour: bool) -> Text:
    numbers, marks = [], []
    for number, statement in enumerate(statements, 1):
        for span in statement.content:
            numbers.append(number)
            marks.append(Mark(span.start, span.end, ""))
    shown = Text()
    live: tuple[int, ...] = ()
    for piece in (*cut_pieces(len(text), marks), Piece(len(text), len(text), ())):
        _append_edges(shown, live, piece.marks, marks, numbers, colour=colour)
        shown.append(safe_text(text[piece.start : piece.end]), style=_depth_style(len(piece.marks)) if colour else "")
        live = piece.marks
    return shown


def _append_edges(
    shown: Text,
    before: Sequence[int],
    after: Sequence[int],
    marks: Sequence[Mark],
    numbers: Sequence[int],
    *,
    colour: bool,
) -> None:
    """What opens and closes between two pieces: the number of a statement, and brackets if there is no colour."""
    closed = len(set(before) - set(after))
    if closed and not colour:
        shown.append("]" * closed)
    for mark in sorted(set(after) - set(before), key=lambda mark: (-marks[mark].end, numbers[mark])):
        shown.append(f"{numbers[mark]} " if colour else f"[{numbers[mark]} ", style="bold cyan" if colour else "")


def _depth_style(depth: int) -> str:
    return ("", "underline", "underline bold")[min(depth, 2)]


def _statement_list(text: str, statements: Sequence[Statement]) -> Iterator[RenderableType]:
    if not statements:
        yield Text("No statements found.", style="dim")
        return
    depths = _depths(statements)
    width = len(str(len(statements)))
    for number, statement in enumerate(statements, 1):
        left = min(depths[statement.id], _MAX_DEPTH_SHOWN) * _INDENT
        yield Padding(_headline(number, width, text, statement), (0, 0, 0, left))
        yield Padding(Text(_quoted(text, statement)), (0, 0, 0, left + width + 2))


def _depths(statements: Iterable[Statement]) -> dict[str, int]:
    """How deep each statement lies; one whose holder comes later or not at all lies at the top."""
    depths: dict[str, int] = {}
    for statement in statements:
        depths[statement.id] = depths.get(statement.within or "", -1) + 1
    return depths


def _headline(number: int, width: int, text: str, statement: Statement) -> Text:
    line = Text()
    line.append(f"{number:>{width}}  ", style="bold cyan")
    line.append(_speaker_name(text, statement), style="bold")
    for speaker in statement.via:
        line.append(f"  via {safe_line(speaker.name)}")
    line.append("  ")
    line.append(f" {statement.act.upper()} ", style=_CHIP_STYLES.get(statement.act, _CHIP_STYLE))
    flags = [name for name in ("hedged", "conditional", "negated") if getattr(statement, name)]
    line.append(" ".join(["", *flags]), style="italic")
    line.append(f"  {statement.kind}, {statement.confidence:.0%}", style="dim")
    return line


def _speaker_name(text: str, statement: Statement) -> str:
    words = safe_line(" ".join(text[span.start : span.end] for span in statement.source))
    speaker = statement.speaker
    if speaker is None:
        return words or "(nobody named)"
    name = safe_line(speaker.name)
    return f"{name} ({words})" if _explains(speaker, words) else name


def _explains(speaker: Speaker, words: str) -> bool:
    """Whether the reader should see by which words the speaker was meant."""
    return speaker.basis in (SpeakerBasis.PRONOUN, SpeakerBasis.TITLE) and bool(words)


def _quoted(text: str, statement: Statement) -> str:
    return " … ".join(safe_line(text[span.start : span.end]) for span in statement.content)
