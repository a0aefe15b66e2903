"""A reading as a person likes to see it in a terminal. Text in, rich text out; nothing is printed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from onrecord.cli.safe import safe_line, safe_text
from onrecord.facts import facts_of_statement
from onrecord.highlight import Mark, Piece, cut_pieces
from onrecord.records import Act, Article, BlockRole, Party, Reading, Speaker, SpeakerBasis, Statement

__all__ = ["reading_view"]

_INDENT = 4
_MAX_DEPTH_SHOWN = 8  # deeper nesting is drawn at this depth: a line must keep some room for words
_EVEN_CHANCES = 0.5
_CHIP_STYLES = {
    Act.COMMIT: "black on green", Act.GOAL: "black on green", Act.OFFER: "black on green",
    Act.SUPPORT: "black on green", Act.ORDER: "black on yellow", Act.DEMAND: "black on yellow",
    Act.THREATEN: "white on red", Act.ACCUSE: "white on red", Act.REFUSE: "black on magenta",
    Act.DENY: "black on magenta", Act.ADMIT: "black on cyan",
}  # fmt: skip
_EVENT_STYLES = {1: "black on green", 2: "black on green", 3: "black on yellow", 4: "white on red"}
_CHIP_STYLE = "black on bright_white"


def reading_view(reading: Reading, *, colour: bool) -> RenderableType:
    """Header, marked text, list of statements. Without colour the marks are brackets."""
    article = reading.article
    parts: list[RenderableType] = [*_header(article), Text()]
    if article.text:
        marked = _marked_text(article.text, reading.statements, colour=colour)
        parts += [Padding(marked, (0, 0, 0, 2)), Text()]
    return Group(*parts, *_statement_list(article.text, reading.statements), *_event_list(article.text, reading))


def _header(article: Article) -> Iterator[Text]:
    yield Text(safe_line(article.title or "(no title)"), style="bold")
    facts = [article.outlet, article.agency if article.agency != article.outlet else None, *article.authors]
    if article.published:
        facts.append(f"{article.published.value[:10]} ({article.published.basis})")
    if article.modified:
        facts.append(f"changed {article.modified.value[:10]}")
    if article.dateline:
        facts.append(article.dateline.place)
    facts += [article.section, article.language, "for subscribers" if article.paywall else None]
    line = " · ".join(safe_line(fact) for fact in facts if fact)
    if line:
        yield Text(line)
    where = f"{article.url or article.origin.path}  [{article.id}]"
    yield Text(safe_line(where), style="dim")
    if left_out := _left_out(article):
        yield Text(f"kept beside the text: {left_out}", style="dim")
    if not article.is_article:
        yield Text(f"perhaps no article: {safe_line(article.reason or 'unclear')}", style="yellow")
    if article.language not in (None, "en"):
        yield Text("the reader learned English only; expect it to miss and mistake much here", style="yellow")
    if article.limits_hit:
        yield Text(f"cut at a limit: {safe_line(', '.join(article.limits_hit))}", style="yellow")


def _left_out(article: Article) -> str:
    """How many blocks of each role are not in the text, e.g. "1 caption, 12 clutter"."""
    counts = Counter(block.role for block in article.blocks)
    return ", ".join(f"{counts[role]} {role}" for role in BlockRole if counts[role] and role is not BlockRole.BODY)


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
    """Every statement with those nested in it below; its number is its place in the text."""
    if not statements:
        yield Text("No statements found.", style="dim")
        return
    width = len(str(len(statements)))
    for number, statement, depth in _tree(statements):
        left = min(depth, _MAX_DEPTH_SHOWN) * _INDENT
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_row(
            Text(f"{number:>{width}}", style="bold cyan"),
            Group(_headline(text, statement), Text(_quoted(text, statement)), *_beside(statement)),
        )
        yield Padding(grid, (0, 0, 0, left))


def _event_list(text: str, reading: Reading) -> Iterator[RenderableType]:
    """Every event: who, what, to whom, and the number of the statement that tells it."""
    if not reading.events:
        return
    numbers = {said.id: number for number, said in enumerate(reading.statements, 1)}
    yield Text()
    grid = Table.grid(padding=(0, 2, 0, 0))
    for event in reading.events:
        line = Text()
        line.append(f" {event.type} ", style=_EVENT_STYLES[event.quad])
        line.append(f"  {_parties(event.actor)} → {_parties(event.recipient)}", style="bold")
        mode = [event.mode] if event.mode else []
        told = numbers.get(event.statement or "")
        facts = [*mode, event.modality, f"CAMEO {event.cameo}", _sureness(event.confidence)]
        line.append(f"  {', '.join(facts)}", style="dim")
        if told is not None:
            line.append(f"  in {told}", style="cyan")
        evidence = safe_line(text[event.evidence.start : event.evidence.end])
        grid.add_row(Text(event.id, style="bold cyan"), Group(line, Text(evidence)))
    yield grid


def _parties(parties: Sequence[Party]) -> str:
    return safe_line(", ".join(party.name for party in parties)) or "(nobody named)"


def _tree(statements: Sequence[Statement]) -> Iterator[tuple[int, Statement, int]]:
    """Number, statement and depth, each right after the one it lies in; where that is unknown, at the top."""
    inner: dict[str, list[int]] = {}
    places: dict[str, int] = {}
    roots = []
    for place, statement in enumerate(statements):
        if statement.within in places:
            inner.setdefault(statement.within, []).append(place)
        else:
            roots.append(place)
        places[statement.id] = place
    waiting = [(place, 0) for place in reversed(roots)]
    while waiting:
        place, depth = waiting.pop()
        yield place + 1, statements[place], depth
        waiting.extend((below, depth + 1) for below in reversed(inner.get(statements[place].id, [])))


def _headline(text: str, statement: Statement) -> Text:
    line = Text()
    line.append(_speaker_name(text, statement), style="bold")
    if statement.speaker and statement.speaker.country:
        line.append(f"  {safe_line(statement.speaker.country)}", style="dim")
    if statement.via:
        line.append("  via " + ", via ".join(safe_line(speaker.name) for speaker in statement.via))
    line.append("  ")
    line.append(f" {statement.act.upper()} ", style=_CHIP_STYLES.get(statement.act, _CHIP_STYLE))
    flags = [name for name in ("hedged", "conditional", "negated") if getattr(statement, name)]
    line.append(" ".join(["", *flags]), style="italic")
    line.append(f"  {statement.kind}, {_sureness(statement.confidence)}", style="dim")
    return line


def _beside(statement: Statement) -> Iterator[Text]:
    """One line with whom it is aimed at, when it was said and by when it is due; none where nothing is known."""
    told = [f"{fact.name} {fact.value}" for fact in facts_of_statement(statement)]
    if told:
        yield Text(safe_line(" · ".join(told)), style="dim")


def _sureness(confidence: float) -> str:
    """In per cent; below even chances in words too, since such a line is worth a look at the text."""
    if confidence < 0.01:
        return "unsure, under 1%"
    return f"unsure, {confidence:.0%}" if confidence < _EVEN_CHANCES else f"{confidence:.0%}"


def _speaker_name(text: str, statement: Statement) -> str:
    words = safe_line(" ".join(text[span.start : span.end] for span in statement.source))
    speaker = statement.speaker
    if speaker is None:
        return words or "(nobody named)"
    name = safe_line(speaker.name)
    if speaker.basis is SpeakerBasis.SIGNED:
        return f"{name} (signed)"
    return f"{name} ({words})" if _explains(speaker, words) else name


def _explains(speaker: Speaker, words: str) -> bool:
    """Whether the reader should see by which words the speaker was meant."""
    is_office = speaker.basis is SpeakerBasis.DESCRIPTION and speaker.name not in words
    return (is_office or speaker.basis in (SpeakerBasis.PRONOUN, SpeakerBasis.TITLE)) and bool(words)


def _quoted(text: str, statement: Statement) -> str:
    return " … ".join(safe_line(text[span.start : span.end]) for span in statement.content)
