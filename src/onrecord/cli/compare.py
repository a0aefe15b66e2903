"""`onrecord compare`: phrases that appear, vanish, harden or soften between two texts or two stretches of time."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.report import Tally, print_line, quiet_pipe
from onrecord.cli.safe import safe_line
from onrecord.cli.tracking import DEFAULT_STORE, StoreFile, readings_in
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.records import Article, Reading
    from onrecord.track.formulas import Comparison, Formula, Place
    from onrecord.track.phrases import Passage

__all__ = ["CompareFormat", "compare", "passage_of"]

_QUOTED = 45  # characters to each side of a phrase


class CompareFormat(StrEnum):
    """How a comparison is printed."""

    TERMINAL = "terminal"
    JSONL = "jsonl"


def compare(
    store: StoreFile = DEFAULT_STORE,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option("--between", metavar="A B", help="Two files or folders; or two times, as 2020 2021-01..2021-03."),
    ] = None,
    speaker: Annotated[
        str | None, typer.Option("--speaker", metavar="NAME|ID", help="Only the words of that speaker (of a store).")
    ] = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="NAME", help="Only articles of that outlet (of a store).")
    ] = None,
    min_count: Annotated[int, typer.Option(min=1, help="Leave out phrases that are rarer on both sides.")] = 3,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many phrases of each change.")] = 15,
    form: Annotated[CompareFormat, typer.Option("--format", help="For people, or one JSON object a phrase.")] = (
        CompareFormat.TERMINAL
    ),
) -> None:
    """Compare the wording of two texts, or of a store at two times: which phrases appear, vanish, harden, soften.

    A and B are files or folders if both are there (no store is needed then), else stretches of time of STORE. Phrases
    have two to five words. Each is shown where it stands.

    \b
    Examples:
      onrecord compare --between old.txt new.txt
      onrecord compare talks.db --between 2020 2021
      onrecord compare talks.db --between 2020-10..2020-12 2021-01..2021-03 --speaker "Kim Jong Un"
    """
    from onrecord.lexicon.tone import load_tone_lexicon  # noqa: PLC0415  --help has no need of it
    from onrecord.track.formulas import compare_passages  # noqa: PLC0415

    if between is None:
        raise UsageError("say what to compare: --between A B, two files or two times, as --between 2020 2021.")
    tally = Tally("read")
    if all(Path(one).exists() for one in between):
        if speaker or outlet:
            raise UsageError(
                "--speaker and --outlet are for a store: add the files first (onrecord add), then compare."
            )
        articles = [list(_articles_in(one, tally)) for one in between]
        sides = [[_whole(article) for article in side] for side in articles]
    else:
        articles, sides = _sides_of_store(store, between, speaker, outlet)
    for name, side in zip(between, sides, strict=True):
        if not side:
            raise UsageError(f"there is nothing to compare of {name!r}.")
    compared = compare_passages(*sides, hardness=load_tone_lexicon().hardness, min_count=min_count)
    with quiet_pipe():
        _print(compared, {one.id: one for side in articles for one in side}, form, limit)
    raise typer.Exit(tally.close())


def _articles_in(source: str, tally: Tally) -> Iterator[Article]:
    from onrecord.pipeline import ReadOptions, clean_sources  # noqa: PLC0415  half a second
    from onrecord.records import Rejected  # noqa: PLC0415

    for result in clean_sources([source], options=ReadOptions()):
        if isinstance(result, Rejected):
            tally.reject(result)
        else:
            tally.count("read")
            yield result


def _sides_of_store(
    store: Path, between: tuple[str, str], speaker: str | None, outlet: str | None
) -> tuple[list[list[Article]], list[list[Passage]]]:
    """The articles and passages of both times, those of the speaker or outlet if one is asked for."""
    from onrecord.track.occurrences import coverage_of  # noqa: PLC0415
    from onrecord.track.periods import parse_range  # noqa: PLC0415

    days = [parse_range(one) for one in between]
    articles: list[list[Article]] = [[], []]
    sides: list[list[Passage]] = [[], []]
    for reading in readings_in(store):
        day, source = coverage_of(reading.article).day, coverage_of(reading.article).source
        passage = passage_of(reading, speaker)
        if passage is None or (outlet and source.casefold() != outlet.casefold()):
            continue
        for number, stretch in enumerate(days):
            if day in stretch:
                articles[number].append(reading.article)
                sides[number].append(passage)
    return articles, sides


def passage_of(reading: Reading, speaker: str | None) -> Passage | None:
    """All of an article, or what a speaker says in it; None if that is nothing."""
    from onrecord.track.occurrences import is_named, keys_of, occurrences_of  # noqa: PLC0415
    from onrecord.track.phrases import Passage  # noqa: PLC0415

    if speaker is None:
        return _whole(reading.article)
    said = [one for one in occurrences_of(reading) if one.act]
    keys = keys_of(speaker, said)
    spans = sorted({span for one in said if is_named(keys, one.who) for span in one.spans})
    outer = [
        span for span in spans if not any(o != span and o.start <= span.start and span.end <= o.end for o in spans)
    ]
    return Passage(article=reading.article.id, text=reading.article.text, spans=tuple(outer)) if outer else None


def _whole(article: Article) -> Passage:
    from onrecord.track.phrases import Passage  # noqa: PLC0415

    return Passage(article=article.id, text=article.text)


def _print(compared: Comparison, articles: dict[str, Article], form: CompareFormat, limit: int) -> None:
    if form is CompareFormat.JSONL:
        for one in compared.formulas:
            sys.stdout.write(msgspec.json.encode(one).decode() + "\n")
        return
    before = f"{compared.articles_before} with {compared.phrases_before} phrases"
    print_line(f"articles before: {before}; after: {compared.articles_after} with {compared.phrases_after} phrases")
    shown: dict[str, int] = {}
    for one in compared.formulas:
        shown[one.change] = shown.get(one.change, 0) + 1
        if shown[one.change] == 1:
            print_line("")
            print_line(one.change.upper())
        if shown[one.change] <= limit:
            _print_formula(one, articles)
    if not compared.formulas:
        print_line("No phrase differs by more than chance would make it.")
    for change, count in shown.items():
        if count > limit:
            print_line(f"{count - limit} more {change}: see them with --limit {count}")


def _print_formula(one: Formula, articles: dict[str, Article]) -> None:
    tones = ""
    if one.change in ("hardened", "softened"):
        tones = f", words around it {one.tone_before:+.1f} -> {one.tone_after:+.1f}"
    sys.stdout.write(f"  {safe_line(f'{one.phrase}  {one.before} -> {one.after} (z {one.z:+.1f}{tones})')}\n")
    for mark, places in (("-", one.places_before), ("+", one.places_after)):
        for place in places[:1]:
            sys.stdout.write(f"      {mark} {safe_line(_quoted(place, articles[place.article]))}\n")


def _quoted(place: Place, article: Article) -> str:
    start, end = max(0, place.span.start - _QUOTED), place.span.end + _QUOTED
    before, after = "…" * (start > 0), "…" * (end < len(article.text))
    return f"{before}{article.text[start:end]}{after} [{article.id} {place.span.start}-{place.span.end}]"
