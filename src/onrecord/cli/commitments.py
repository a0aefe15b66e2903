"""`onrecord commitments`: who binds itself to what, towards whom, by when and on which condition."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from onrecord.cli.report import Format, Tally, print_line, quiet_pipe
from onrecord.cli.sources import readings_of
from onrecord.records import Commitment, Reading

__all__ = ["commitments"]

_DEFAULT_STORE = Path("onrecord.db")
StorePath = Annotated[
    Path, typer.Option("--store", metavar="FILE", envvar="ONRECORD_STORE", help="The store.", show_default=True)
]
OutputFormat = Annotated[Format, typer.Option("--format", help="For people, or one JSON object a line.")]


def commitments(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE", help="Files, folders, or ids of articles in the store.")
    ],
    store: StorePath = _DEFAULT_STORE,
    form: OutputFormat = Format.TERMINAL,
) -> None:
    """List commitments: who vows, plans, aims or considers what, towards whom, by when, on which condition.

    \b
    Examples:
      onrecord commitments page.html
      onrecord commitments pages/ --format jsonl
      onrecord commitments 3f8a1c0b2d4e5f60 --store talks.db
    """
    from onrecord.commitments import find_commitments  # noqa: PLC0415
    from onrecord.lexicon.speech import load_speech_lexicon  # noqa: PLC0415  half a second that --help has no need of

    tally, lexicon = Tally("read"), load_speech_lexicon()
    with quiet_pipe():
        for source in sources:
            for reading in readings_of(source, store, tally):
                for one in find_commitments(reading.article.text, reading.statements, lexicon=lexicon):
                    _print(reading, one, form)
    raise typer.Exit(tally.close())


def _print(reading: Reading, one: Commitment, form: Format) -> None:
    from onrecord.facts import show_days  # noqa: PLC0415

    if form is Format.JSONL:
        row = {"article": reading.article.id, **msgspec.to_builtins(one)}
        sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
        return
    text = reading.article.text
    what = " … ".join(text[span.start : span.end] for span in one.what)
    print_line(f"{one.strength.upper()} {one.who.name if one.who else '(nobody named)'}: {what}")
    told = [
        f"towards {', '.join(actor.name for actor in one.towards)}" if one.towards else "",
        f"by {show_days(one.by)}" if one.by else "",
        text[one.condition.start : one.condition.end] if one.condition else "",
        f"on {', '.join(one.sector)}" if one.sector else "",
        f"said on {show_days(one.made_on)}" if one.made_on else "",
        f"{reading.article.id} {one.statement}",
    ]
    print_line(" · ".join(part for part in told if part), indent=4)
