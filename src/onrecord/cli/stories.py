"""`onrecord connect`, `story` and `quote`: what articles of a store have in common."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.claims import print_claims, print_contradictions
from onrecord.cli.progress import shown_while_waiting
from onrecord.cli.report import Format, print_line, print_note, quiet_pipe
from onrecord.errors import UsageError
from onrecord.records import Article, Rejected

if TYPE_CHECKING:
    from onrecord.connecting import Connector, FoundQuotation, Member, Story
    from onrecord.connections import Copy, CopyGroup, QuoteCheck, SharedQuotation
    from onrecord.records import Span

__all__ = ["stories_app"]

stories_app = typer.Typer()

StoreArgument = Annotated[
    Path, typer.Argument(metavar="STORE", envvar="ONRECORD_STORE", help="The store.", show_default=True)
]
OutputFormat = Annotated[Format, typer.Option("--format", help="For people, or one JSON object a line.")]
_DEFAULT_STORE = Path("onrecord.db")


@stories_app.command()
def connect(
    store: StoreArgument = _DEFAULT_STORE,
    anew: Annotated[bool, typer.Option("--anew", help="Forget what was connected, and begin from the start.")] = False,
) -> None:
    """Find copies and stories among the articles of a store. `onrecord add` does so for each article it adds.

    Needed for stores that were filled by an older onrecord, and after readings were made anew.

    \b
    Examples:
      onrecord connect talks.db
      onrecord connect talks.db --anew
    """
    with _connector(store, writes=True) as connector:
        numbers = deque(shown_while_waiting(connector.connect_all(anew=anew), "connecting", prints=False))
    print_line(f"{len(numbers)} article{'' if len(numbers) == 1 else 's'} connected")


@stories_app.command()
def story(
    store: StoreArgument = _DEFAULT_STORE,
    article_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Of a story, or of any article in it.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many stories.")] = 20,
    form: OutputFormat = Format.TERMINAL,
) -> None:
    """List the stories that several articles tell, or show one: who copied whom, who quotes how, who tells what.

    Statements and events that several articles tell stand with the way of each report, from the first source that is
    named to the outlet, and with the number of independent sources: copies of one text count once. What is told in one
    place and denied in another stands last.

    \b
    Examples:
      onrecord story talks.db
      onrecord story talks.db 3f8a1c0b2d4e5f60
    """
    with _connector(store) as connector, quiet_pipe():
        if connector.unconnected():
            print_note(f"not all articles were connected yet; do so with: onrecord connect {store}")
        if article_id is None:
            _list_stories(connector, limit, form)
            return
        found = connector.story(article_id)
        if found is None:
            raise UsageError(f"{article_id}: not connected yet. Do so with: onrecord connect {store}")
        if form is Format.JSONL:
            _print_json(found)
        else:
            _show_story(found)


@stories_app.command()
def quote(
    words: Annotated[str, typer.Argument(metavar="WORDS", help="What is quoted, in one argument.")],
    store: StoreArgument = _DEFAULT_STORE,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="FILE", help="Check against this text instead of the store.")
    ] = None,
    form: OutputFormat = Format.TERMINAL,
) -> None:
    """Show where words were reported and how the reports differ, or check them against a primary text.

    A report is verbatim, shortened, altered, translated otherwise (other words throughout that seem to mean the same),
    or not found. What counts as altered: another number, a "not" that came or went, a few words put for others. Look at
    the places that are shown before you say that somebody was misquoted.

    With --against, exit code 1 says that the words are altered or not found.

    \b
    Examples:
      onrecord quote "we will not ask for leave" talks.db
      onrecord quote "we will never ask for leave" --against speech.txt
    """
    with quiet_pipe():
        if against is not None:
            raise typer.Exit(_check_against(words, against, form))
        with _connector(store) as connector:
            found = connector.find_quotation(words)
        for one in found:
            if form is Format.JSONL:
                _print_json(one)
            else:
                _show_found(words, one)
        if not found and form is Format.TERMINAL:
            print_line("Nobody in the store is reported to have said this.")


def _connector(store: Path, *, writes: bool = False) -> Connector:
    from onrecord.connecting import Connector  # noqa: PLC0415  --help has no need of it

    if not store.exists():
        raise UsageError(f"{store}: there is no store. Make one with: onrecord add SOURCE --store {store}")
    return Connector(store, read_only=not writes)


def _list_stories(connector: Connector, limit: int, form: Format) -> None:
    rows = connector.stories(limit=limit)
    for row in rows:
        if form is Format.JSONL:
            sys.stdout.write(msgspec.json.encode(row._asdict()).decode() + "\n")
            continue
        days = " to ".join(dict.fromkeys(day for day in (row.first_day, row.last_day) if day)) or "no day known"
        texts = f"{row.articles} articles, {row.texts} text{'' if row.texts == 1 else 's'}"
        print_line(f"{row.id}  {days}  {texts}  {row.title or '(no title)'}")
    if not rows and form is Format.TERMINAL:
        print_line("No story is told by two articles.")


def _show_story(found: Story) -> None:
    sources = found.sources.independent
    print_line(f"story {found.id}: {len(found.members)} articles, {sources} independent source{'s' * (sources != 1)}")
    for group, name in zip(found.sources.groups, found.sources.names, strict=True):
        _print_indented(4, f"{name or 'source not named'}: {', '.join(group)}")
    print_line("")
    for member in found.members:
        _show_member(member)
    for copies in found.copies:
        print_line(_group_line(copies))
    for quotation in found.quotations:
        print_line("")
        _show_shared(quotation)
    print_claims(found.claims)
    print_contradictions(found.contradictions)


def _show_member(member: Member) -> None:
    print_line(f"{_facts(member.article)}  [{member.article.id}]")
    for other, copy in member.copies.items():
        _print_indented(4, f"copy of {other}, {copy.share:.0%}: {_what_changed(copy)}")


def _facts(article: Article) -> str:
    day = article.published.value[:10] if article.published else "no day"
    return " · ".join(fact for fact in (day, article.outlet, article.agency, article.title or "(no title)") if fact)


def _what_changed(copy: Copy) -> str:
    told = [
        f"{len(spans)} passage{'' if len(spans) == 1 else 's'} {verb}"
        for spans, verb in ((copy.cut, "cut"), (copy.added, "added"), (copy.changed, "changed"))
        if spans
    ]
    return ", ".join([*told, *(["re-headed"] if copy.reheaded else [])]) or "unchanged"


def _group_line(copies: CopyGroup) -> str:
    earliest = f"earliest {copies.earliest}" if copies.earliest else "which is the earliest is not known"
    agency = f", from {copies.agency}" if copies.agency else ""
    return f"one text{agency}: {', '.join(copies.articles)}; {earliest}"


def _show_shared(quotation: SharedQuotation) -> None:
    fullest = quotation.fullest
    print_line(f"{fullest.speaker or '(nobody named)'}, fullest in {fullest.article}: “{fullest.words}”")
    for report, check in quotation.others:
        _print_indented(4, f"{report.article}: {check.kind}")
        _show_changes(check, report.words, fullest.words)


def _show_changes(check: QuoteCheck, quoted: str, source: str) -> None:
    for change in check.changes:
        there, here = _cut_out(source, change.source), _cut_out(quoted, change.quote)
        told = f"left out: {there}" if here is None else f"{there} -> {here}"
        _print_indented(8, f"put in: {here}" if there is None else told)


def _cut_out(text: str, span: Span | None) -> str | None:
    return text[span.start : span.end] if span else None


def _show_found(words: str, one: FoundQuotation) -> None:
    print_line(f"{one.check.kind}: {one.report.speaker or '(nobody named)'}, {_facts(one.article)}")
    _print_indented(4, f"[{one.article.id} {one.report.statement}] {one.report.words}")
    if one.is_part:
        _show_changes(one.check, one.report.words, words)
    else:
        _show_changes(one.check, words, one.report.words)


def _check_against(words: str, file: Path, form: Format) -> int:
    from onrecord.connect.quotations import check_quotation  # noqa: PLC0415  as above
    from onrecord.connections import QuoteKind  # noqa: PLC0415
    from onrecord.models.likeness import load_likeness  # noqa: PLC0415

    text = _primary_text(file)
    check = check_quotation(words, text, load_likeness())
    if form is Format.JSONL:
        _print_json(check)
    else:
        where = (
            f" at {check.source.start} to {check.source.end}: {_cut_out(text, check.source)}" if check.source else ""
        )
        print_line(f"{check.kind}{where}")
        _show_changes(check, words, text)
    return 1 if check.kind in {QuoteKind.ALTERED, QuoteKind.NOT_FOUND} else 0


def _primary_text(file: Path) -> str:
    """The article of a page, or the whole of what is plain text: a transcript has no clutter to take away."""
    from onrecord.pipeline import ReadOptions, clean_sources  # noqa: PLC0415  as above

    if file.suffix.lower() in {".txt", ".md", ""} and file.is_file():
        from onrecord.store.actors import read_text  # noqa: PLC0415

        return read_text(file)
    outcomes = list(clean_sources([str(file)], options=ReadOptions()))
    articles = [outcome for outcome in outcomes if isinstance(outcome, Article)]
    if not articles:
        rejected = next(outcome for outcome in outcomes if isinstance(outcome, Rejected))
        raise UsageError(f"{file}: [{rejected.code}] {rejected.reason}")
    return "\n\n".join(article.text for article in articles)


def _print_json(record: msgspec.Struct) -> None:
    sys.stdout.write(msgspec.json.encode(record).decode() + "\n")


def _print_indented(blanks: int, line: str) -> None:
    sys.stdout.write(" " * blanks)
    print_line(line)
