"""`onrecord explain`: the words of the text that decided each judgement on a statement."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.claims import claims_about, shown_chain
from onrecord.cli.report import Tally, print_line, quiet_pipe
from onrecord.cli.sources import readings_of
from onrecord.errors import UsageError
from onrecord.records import Reading, Statement

if TYPE_CHECKING:
    from onrecord.connecting import Story

__all__ = ["explain"]

_DEFAULT_STORE = Path("onrecord.db")
StorePath = Annotated[
    Path, typer.Option("--store", metavar="FILE", envvar="ONRECORD_STORE", help="The store.", show_default=True)
]


def explain(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A file, or the id of an article in the store.")],
    statement: Annotated[
        list[str] | None, typer.Argument(metavar="STATEMENT", help='Ids as "s3" or numbers; all if none is given.')
    ] = None,
    store: StorePath = _DEFAULT_STORE,
) -> None:
    """Show why a statement was judged as it was: the words that decided, with their places in the text.

    Act, hedge, condition, negation, sector, times, target and addressee each stand with their words. A judgement
    without words was made by the model from the whole statement, or from the article around it. Above them stands
    through whom it came; of an article in the store also who else tells it, and who denies it.

    \b
    Examples:
      onrecord explain page.html s3
      onrecord explain page.html 3 4
      onrecord explain 3f8a1c0b2d4e5f60 s1 --store talks.db
    """
    wanted = [f"s{one}" if one.isdecimal() else one for one in statement or []]
    tally = Tally("read")
    found: set[str] = set()
    with quiet_pipe():
        for reading in readings_of(source, store, tally):
            story = _story_of(source, reading, store)
            for said in reading.statements:
                if not wanted or said.id in wanted:
                    found.add(said.id)
                    _print(reading, said, story)
    missing = [one for one in wanted if one not in found]
    if missing and not tally.rejected:
        raise UsageError(
            f"{source}: no statement {', '.join(missing)}. See which there are with: onrecord read {source}"
        )
    raise typer.Exit(tally.close())


def _story_of(source: str, reading: Reading, store: Path) -> Story | None:
    """What else is told of the same, of an article in the store; None of a file, and where nothing was connected."""
    if source == "-" or Path(source).exists():
        return None
    from onrecord.connecting import Connector  # noqa: PLC0415  a second that a file has no need of

    with Connector(store, read_only=True) as connector:
        return connector.story(reading.article.id)


def _print(reading: Reading, said: Statement, story: Story | None) -> None:
    from onrecord.connect.provenance import chain_of  # noqa: PLC0415
    from onrecord.facts import explain as explanations  # noqa: PLC0415

    text = reading.article.text
    print_line(f"{said.id}  {' … '.join(text[span.start : span.end] for span in said.content)}")
    print_line(f"through: {shown_chain(chain_of(said, reading.article))}", indent=4)
    for indent, line in claims_about(story, reading.article.id, said.id) if story else ():
        print_line(line, indent=4 + indent)
    for one in explanations(text, said):
        words = ", ".join(f'"{words}" [{span.start}-{span.end}]' for span, words in one.words)
        print_line(f"{one.judged}: {one.value}{f', by {words}' if words else ''}", indent=4)
    print_line("")
