"""`onrecord follow`: commitments with their later mentions and where they stand."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.compare import CompareFormat
from onrecord.cli.report import print_line, quiet_pipe
from onrecord.cli.safe import safe_line
from onrecord.cli.tracking import DEFAULT_STORE, Speaker, StoreFile, due_days, observe, shorten
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.track.commitments import Followed
    from onrecord.track.occurrences import Occurrence

__all__ = ["follow"]


def follow(
    store: StoreFile = DEFAULT_STORE,
    speaker: Speaker = None,
    settled: Annotated[
        bool, typer.Option("--settled", help="Only commitments of which something was told later.")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DAY", help="The day that counts as today; today if not given.")
    ] = None,
    form: Annotated[CompareFormat, typer.Option("--format", help="For people, or one JSON object a commitment.")] = (
        CompareFormat.TERMINAL
    ),
) -> None:
    """Follow what was promised, planned or aimed at: repeated, strengthened, softened, fulfilled, failed, dropped.

    Each line has the words and where they stand. A later mention is matched by its words; its likeness to the
    commitment stands beside it.

    \b
    Examples:
      onrecord follow talks.db
      onrecord follow talks.db --speaker "Kim Jong Un" --settled
    """
    from onrecord.lexicon.outcomes import load_outcome_lexicon  # noqa: PLC0415  --help has no need of it
    from onrecord.track.commitments import follow_commitments  # noqa: PLC0415
    from onrecord.track.occurrences import is_named, keys_of  # noqa: PLC0415
    from onrecord.track.periods import parse_range  # noqa: PLC0415

    today = parse_range(as_of).start if as_of else datetime.now(UTC).date()
    occurrences, _ = observe(store)
    keys = keys_of(speaker, occurrences) if speaker else frozenset[str]()
    due = due_days(store)
    found = [
        one
        for one in follow_commitments(occurrences, lexicon=load_outcome_lexicon(), today=today, due=due)
        if (not speaker or is_named(keys, one.made.who)) and (one.mentions or one.status != "open" or not settled)
    ]
    if speaker and not any(is_named(keys, one.who) for one in occurrences):
        raise UsageError(f"{store}: nobody called {speaker!r} says anything in it.")
    with quiet_pipe():
        for one in found:
            if form is CompareFormat.JSONL:
                sys.stdout.write(msgspec.json.encode(one).decode() + "\n")
            else:
                _print(one)
        if not found and form is CompareFormat.TERMINAL:
            print_line("No commitment is on record.")


def _print(one: Followed) -> None:
    due = f", due {one.due}" if one.due else ""
    end = ", known only from this" if one.is_known_from_its_end else ""
    print_line(f"{one.status.upper()}{due}{end}: {_said(one.made)}")
    for mention in one.mentions:
        sys.stdout.write(f"    {safe_line(f'{mention.fate}: {_said(mention.said)} (like {mention.likeness:.2f})')}\n")


def _said(one: Occurrence) -> str:
    who = ", ".join(name.name for name in one.who) or "(nobody named)"
    return f"{one.day} {who}: {shorten(one.text)} [{one.article} {one.id}]"
