"""`onrecord corrections`: what reviewers said of statements, and what models can learn from it."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.report import print_line, quiet_pipe
from onrecord.cli.tracking import DEFAULT_STORE, StoreFile, shorten
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.records import Span
    from onrecord.store.corrections import Correction

__all__ = ["corrections"]


class CorrectionFormat(StrEnum):
    """How corrections are printed."""

    TERMINAL = "terminal"
    JSONL = "jsonl"
    LESSONS = "lessons"


def corrections(
    store: StoreFile = DEFAULT_STORE,
    form: Annotated[
        CorrectionFormat,
        typer.Option("--format", help="For people; one JSON object a correction; or one an article, to train with."),
    ] = CorrectionFormat.TERMINAL,
) -> None:
    """List what reviewers said of statements (see /review in `onrecord serve`), or export it as training data.

    \b
    Examples:
      onrecord corrections talks.db
      onrecord corrections talks.db --format lessons > lessons.jsonl
    """
    from onrecord.export.lessons import lessons  # noqa: PLC0415  --help has no need of it
    from onrecord.store.corrections import Corrections  # noqa: PLC0415

    if not store.exists():
        raise UsageError(f"{store}: there is no store. Make one with: onrecord add SOURCE --store {store}")
    with quiet_pipe():
        if form is CorrectionFormat.LESSONS:
            for one in lessons(store):
                sys.stdout.write(msgspec.json.encode(one).decode() + "\n")
            return
        with Corrections(store, read_only=True) as kept:
            rows = kept.rows()
        for row in rows:
            if form is CorrectionFormat.JSONL:
                sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
            else:
                print_line(_told(row))
        if not rows and form is CorrectionFormat.TERMINAL:
            print_line("Nothing was reviewed yet. See: onrecord serve, under /review")


def _told(one: Correction) -> str:
    undone = f", taken back by {one.undone_by} at {one.undone_at}" if one.undone_at else ""
    made = f"{one.verdict.upper()} {one.article}/{one.judged.id} by {one.made_by} at {one.made_at}"
    return f"{one.number}  {made}{undone}{_changed(one)}"


def _changed(one: Correction) -> str:
    if one.corrected is None:
        return ""
    before, after = one.judged, one.corrected
    parts = []
    if before.act is not after.act:
        parts.append(f"act {before.act} -> {after.act}")
    names = [said.speaker.name if said.speaker else "nobody" for said in (before, after)]
    if names[0] != names[1]:
        parts.append(f"speaker {names[0]} -> {names[1]}")
    if before.content != after.content:
        parts.append(f"characters {_spans(before.content)} -> {_spans(after.content)}")
    return shorten(f": {'; '.join(parts)}", 200)


def _spans(spans: tuple[Span, ...]) -> str:
    return ", ".join(f"{span.start}-{span.end}" for span in spans)
