"""`onrecord bursts`: phrases that came far more often than usual for a while, and when."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.compare import CompareFormat, passage_of
from onrecord.cli.report import print_line, quiet_pipe
from onrecord.cli.tracking import DEFAULT_STORE, Speaker, StoreFile, readings_in
from onrecord.track.periods import Step

if TYPE_CHECKING:
    from datetime import date

    from onrecord.track.phrases import Passage

__all__ = ["bursts"]


def bursts(
    store: StoreFile = DEFAULT_STORE,
    speaker: Speaker = None,
    step: Annotated[Step, typer.Option("--by", help="How long a period is.")] = Step.MONTH,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many bursts.")] = 20,
    form: Annotated[CompareFormat, typer.Option("--format", help="For people, or one JSON object a burst.")] = (
        CompareFormat.TERMINAL
    ),
) -> None:
    """Show phrases that came far more often than usual for a while, the most striking first.

    A phrase has two to five words and counts once an article. Bursts are Kleinberg's.

    \b
    Examples:
      onrecord bursts talks.db
      onrecord bursts talks.db --speaker "Kim Jong Un" --by week
    """
    from onrecord.track.bursts import bursts_of_phrases  # noqa: PLC0415  --help has no need of it
    from onrecord.track.occurrences import coverage_of  # noqa: PLC0415

    passages: dict[str, Passage] = {}
    days: dict[str, date] = {}
    for reading in readings_in(store):
        day, passage = coverage_of(reading.article).day, passage_of(reading, speaker)
        if day:
            days[reading.article.id] = day
            if passage:
                passages[reading.article.id] = passage
    found = bursts_of_phrases(passages, days, step=step)
    with quiet_pipe():
        for one in found[:limit]:
            if form is CompareFormat.JSONL:
                sys.stdout.write(msgspec.json.encode(one).decode() + "\n")
            else:
                last = one.end - timedelta(days=1)
                print_line(
                    f"{one.start}..{last}  {one.phrase}: {one.within:.0%} of articles; of all articles {one.usual:.0%}"
                )
        if not found and form is CompareFormat.TERMINAL:
            print_line("No phrase bursts.")
