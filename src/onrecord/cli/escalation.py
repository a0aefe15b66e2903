"""`onrecord escalation`: how much threat and force is told of over time, when that changed, and by which articles."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.report import print_line, print_note, quiet_pipe
from onrecord.cli.safe import safe_line
from onrecord.cli.tracking import DEFAULT_STORE, ReportFormat, Speaker, StoreFile, bar, observe, shorten
from onrecord.errors import UsageError
from onrecord.track.periods import Step

if TYPE_CHECKING:
    from onrecord.track.escalation import Break, Escalation, Level

__all__ = ["escalation"]


def escalation(
    store: StoreFile = DEFAULT_STORE,
    speaker: Speaker = None,
    step: Annotated[Step, typer.Option("--by", help="How long a period is.")] = Step.WEEK,
    form: Annotated[ReportFormat, typer.Option("--format", help="For people, or a row or object a period.")] = (
        ReportFormat.TERMINAL
    ),
) -> None:
    """Show how much threat and force the store tells of, and when that changed.

    Both are shares of articles, set to 100 on average. A change names the articles whose words and deeds weigh most in
    it. Periods without articles are gaps, not calm. With --speaker only that actor's words and deeds count.

    \b
    Examples:
      onrecord escalation talks.db
      onrecord escalation talks.db --speaker "North Korea" --by month
      onrecord escalation talks.db --format csv > index.csv
    """
    from onrecord.track.escalation import build_escalation  # noqa: PLC0415  numpy is not needed for --help
    from onrecord.track.occurrences import is_named, keys_of  # noqa: PLC0415

    occurrences, coverage = observe(store)
    if speaker:
        keys = keys_of(speaker, occurrences)
        occurrences = [one for one in occurrences if is_named(keys, one.who)]
        if not occurrences:
            raise UsageError(f"{store}: nobody called {speaker!r} says or does anything in it.")
    built = build_escalation(occurrences, coverage, step=step)
    with quiet_pipe():
        _PRINTERS[form](built)
    undated = sum(one.day is None for one in coverage)
    if undated:
        print_note(f"{undated} of {len(coverage)} articles have no known day and are left out.")


def _print_chart(built: Escalation) -> None:
    most = max((level.threat_index or 0.0 for level in built.levels), default=0.0)
    breaks = {one.day: one for one in built.breaks}
    print_line(f"threats and acts of force, 100 = the mean share of articles · by {built.step}")
    for level in built.levels:
        if level.start in breaks:
            _print_break(breaks[level.start])
        print_line(f"{level.start}  {_told(level, most)}")


def _told(level: Level, most: float) -> str:
    if level.threat_index is None:
        return "? gap: no articles"
    score = "" if level.score is None else f", score {level.score:+.1f}"
    drawn = f"{bar(level.threat_index, most)} " if level.threat_index else ""
    return f"{drawn}threats {level.threat_index:.0f}, acts {level.act_index:.0f}{score} ({_articles(level.articles)})"


def _articles(count: int) -> str:
    return f"{count} article{'' if count == 1 else 's'}"


def _print_break(one: Break) -> None:
    told = [f"{name} {_change(share)}" for name, share in (("threats", one.threats), ("acts", one.acts))]
    print_line(f"=== {'rise' if one.is_rise else 'fall'} from {one.day} on: {', '.join(told)} of articles")
    for cause in one.causes:
        line = f"{cause.day} {cause.weight:.1f}  {cause.title or '(no title)'}: {shorten(cause.text)} [{cause.article}]"
        sys.stdout.write(f"      {safe_line(line)}\n")


def _change(share: tuple[float, float]) -> str:
    return f"{share[0]:.0%} -> {share[1]:.0%}"


def _write_csv(built: Escalation) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["start", "end", "articles", "threats", "acts", "threat_index", "act_index", "score", "is_break"])
    breaks = {one.day for one in built.breaks}
    for one in built.levels:
        row = [one.start, one.end, one.articles, one.threats, one.acts, one.threat_index, one.act_index, one.score]
        writer.writerow([*row, int(one.start in breaks)])


def _write_jsonl(built: Escalation) -> None:
    records: Sequence[Level | Break] = [*built.levels, *built.breaks]
    for record in records:
        kind = "break" if record in built.breaks else "level"
        row = {"record": kind, **msgspec.to_builtins(record)}
        sys.stdout.write(msgspec.json.encode(row).decode() + "\n")


_PRINTERS = {
    ReportFormat.TERMINAL: _print_chart,
    ReportFormat.CSV: _write_csv,
    ReportFormat.JSONL: _write_jsonl,
}
