"""`onrecord timeline`: who said and did what over time, with gaps in the collection told apart from silence."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.report import print_line, print_note, quiet_pipe
from onrecord.cli.safe import safe_line
from onrecord.cli.tracking import (
    DEFAULT_STORE,
    ReportFormat,
    Since,
    Speaker,
    StoreFile,
    Until,
    bar,
    days_between,
    observe,
    shorten,
)
from onrecord.errors import UsageError
from onrecord.records import Act
from onrecord.track.periods import Step

if TYPE_CHECKING:
    from onrecord.track.occurrences import Coverage, Occurrence
    from onrecord.track.timeline import Timeline, Window

__all__ = ["timeline"]

_COLUMNS = ("start", "end", "kind", "statements", "events", "articles", "missing_sources", *Act)


def timeline(
    store: StoreFile = DEFAULT_STORE,
    speaker: Speaker = None,
    acts: Annotated[
        list[Act] | None, typer.Option("--act", metavar="ACT", help="Only statements that do this; may be repeated.")
    ] = None,
    since: Since = None,
    until: Until = None,
    step: Annotated[Step, typer.Option("--by", help="How long a period is.")] = Step.WEEK,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", min=0.0, max=1.0, metavar="SHARE", help="Leave out what is less sure.")
    ] = 0.0,
    quotations: Annotated[
        bool, typer.Option("--quotations/--chart", help="Quote what was said, or only count.")
    ] = True,
    form: Annotated[ReportFormat, typer.Option("--format", help="For people, or a row or object a period.")] = (
        ReportFormat.TERMINAL
    ),
) -> None:
    """Show statements and events over time, by day, week or month.

    A period without articles of the sources that carry the speaker is shown as a gap: nothing is known then. A period
    with articles in which the speaker says nothing is shown as silent.

    \b
    Examples:
      onrecord timeline talks.db --speaker "Kim Jong Un"
      onrecord timeline talks.db --speaker person:kim-jong-un --act threaten --act commit --by month
      onrecord timeline talks.db --since 2021-01 --until 2021-03 --chart
      onrecord timeline talks.db --format csv > timeline.csv
    """
    from onrecord.track.timeline import Wanted, build_timeline  # noqa: PLC0415

    occurrences, coverage = observe(store)
    wanted = Wanted(
        who=speaker,
        acts=frozenset(acts or ()),
        days=days_between(since, until, coverage),
        min_confidence=min_confidence,
    )
    built = build_timeline(occurrences, coverage, wanted=wanted, step=step)
    if speaker and not built.who:
        raise UsageError(f"{store}: nobody called {speaker!r} says or does anything in it. {_frequent(occurrences)}")
    with quiet_pipe():
        _print(built, coverage, form, speaker=speaker, quotations=quotations)


def _print(
    built: Timeline, coverage: list[Coverage], form: ReportFormat, *, speaker: str | None, quotations: bool
) -> None:
    if form is ReportFormat.CSV:
        _write_csv(built)
    elif form is ReportFormat.JSONL:
        for window in built.windows:
            sys.stdout.write(msgspec.json.encode(window).decode() + "\n")
    else:
        _print_chart(built, speaker, quotations=quotations)
    if built.undated:
        print_note(f"{built.undated} of {len(coverage)} articles have no known day and stand on no timeline.")


def _print_chart(built: Timeline, speaker: str | None, *, quotations: bool) -> None:
    said, done = sum(w.statements for w in built.windows), sum(w.events for w in built.windows)
    names = " = ".join(dict.fromkeys(f"{one.name} [{one.id}]" if one.id else one.name for one in built.who))
    print_line(f"{names or speaker or 'everybody'} · {said} statements, {done} events · by {built.step}")
    if built.sources:
        print_line(f"sources: {', '.join(built.sources)}")
    most = max((w.statements + w.events for w in built.windows), default=0)
    for window in built.windows:
        print_line(f"{window.start}  {_told(window, most)}")
        if quotations:
            for one in window.occurrences:
                sys.stdout.write(f"    {safe_line(_quotation(one))}\n")


def _told(window: Window, most: int) -> str:
    missing = f"no articles of {', '.join(window.missing)}" if window.missing else ""
    if window.kind == "gap":
        return f"? gap: {missing or 'no articles'}"
    if window.kind == "silent":
        told = f"- silent in {window.articles} article{'' if window.articles == 1 else 's'}"
    else:
        acts = [f"{act} {count}" for act, count in window.acts.items()]
        events = (
            [f"event {window.events}" if window.events == 1 else f"events {window.events}"] if window.events else []
        )
        count = window.statements + window.events
        told = f"{bar(count, most)} {count}  {', '.join([*acts, *events])}"
    return f"{told} ({missing})" if missing else told


def _quotation(one: Occurrence) -> str:
    text = shorten(one.text)
    who = ", ".join(name.name for name in one.who)
    via = "".join(f" via {name}" for name in one.via)
    if one.event:
        whom = ", ".join(name.name for name in one.whom)
        aimed = f" → {whom}" if whom else ""
        return f"{one.day} {one.event} {who or '(nobody named)'}{aimed}: {text} [{one.article} {one.id}]"
    return f"{one.day} {one.act} {who or '(nobody named)'}{via}: {text} [{one.article} {one.id}]"


def _write_csv(built: Timeline) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for w in built.windows:
        counts = [w.acts.get(act, 0) for act in Act]
        writer.writerow(
            [
                w.start,
                w.end,
                w.kind.value,
                w.statements,
                w.events,
                w.articles,
                "; ".join(map(_cell, w.missing)),
                *counts,
            ]
        )


def _cell(text: str) -> str:
    """A text that a spreadsheet takes for no formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _frequent(occurrences: list[Occurrence]) -> str:
    from collections import Counter  # noqa: PLC0415

    names = Counter(name.name for one in occurrences for name in one.who).most_common(5)
    return f"Most often there: {', '.join(name for name, _ in names)}." if names else "It holds no statements yet."
