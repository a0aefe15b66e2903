"""`onrecord diff`: what changed between two versions of a page."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.report import Format, print_line, quiet_pipe
from onrecord.cli.safe import safe_text
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.records import Reading
    from onrecord.store import Store
    from onrecord.store.changes import Change

__all__ = ["versions_app"]

versions_app = typer.Typer()

StorePath = Annotated[
    Path, typer.Option("--store", metavar="FILE", envvar="ONRECORD_STORE", help="The store.", show_default=True)
]
OutputFormat = Annotated[Format, typer.Option("--format", help="For people, or one JSON object.")]
_DEFAULT_STORE = Path("onrecord.db")
_AROUND = 80  # characters shown beside a change: a line


@versions_app.command()
def diff(
    article_id: str,
    other_id: Annotated[str | None, typer.Argument(metavar="[OTHER_ID]", help="Else the version before it.")] = None,
    store: StorePath = _DEFAULT_STORE,
    form: OutputFormat = Format.TERMINAL,
) -> None:
    """Show the versions of a page, and word by word what changed from the version before.

    Words that went stand in [-brackets-], words that came in {+braces+}. Both versions stay in the store, each with an
    id to cite.

    \b
    Examples:
      onrecord diff 3f8a1c0b2d4e5f60
      onrecord diff 3f8a1c0b2d4e5f60 91e7903ac34e47dc --format jsonl
    """
    from onrecord.store import Store  # noqa: PLC0415  --help has no need of the database
    from onrecord.store.changes import compare_texts  # noqa: PLC0415

    if not store.exists():
        raise UsageError(f"{store}: there is no store. Make one with: onrecord add SOURCE --store {store}")
    with Store.open(store, read_only=True) as opened, quiet_pipe():
        older, newer = _pair(opened, article_id, other_id)
        changes = compare_texts(older.article.text, newer.article.text)
        if form is Format.JSONL:
            told = {"old": older.article.id, "new": newer.article.id, "changes": changes}
            sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
            return
        for version in opened.versions(newer.article.id):
            print_line(f"version {version.version}: {version.article_id}, kept {version.added_at}")
        for line in _told(older, newer, changes):
            sys.stdout.write(safe_text(line) + "\n")


def _pair(store: Store, article_id: str, other_id: str | None) -> tuple[Reading, Reading]:
    """The two to compare, the older first."""
    versions = [version.article_id for version in store.versions(article_id)]
    reading = store.reading(article_id)
    if other_id is not None:
        return reading, store.reading(other_id)
    at = versions.index(reading.article.id)
    if at == 0 and len(versions) > 1:
        return reading, store.reading(versions[1])
    if at == 0:
        raise UsageError(f"{article_id}: there is only one version of it.")
    return store.reading(versions[at - 1]), reading


def _told(older: Reading, newer: Reading, changes: Sequence[Change]) -> Iterator[str]:
    yield f"--- {older.article.id}  {older.article.title or '(no title)'}"
    yield f"+++ {newer.article.id}  {newer.article.title or '(no title)'}"
    if not changes:
        yield "the text is the same"
    for group in _near_each_other(changes):
        yield ""
        yield _marked(older.article.text, newer.article.text, group)


def _near_each_other(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Changes with so little between them that it is shown whole."""
    group: list[Change] = []
    for change in changes:
        if group and change.new.start - group[-1].new.end > 2 * _AROUND:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _marked(old: str, new: str, group: Sequence[Change]) -> str:
    first, last = group[0].new.start, group[-1].new.end
    at = max(first - _AROUND, 0)
    parts = ["…" if at else ""]
    for change in group:
        parts.append(new[at : change.new.start])
        if change.old.start < change.old.end:
            parts.append(f"[-{old[change.old.start : change.old.end]}-]")
        if change.new.start < change.new.end:
            parts.append(f"{{+{new[change.new.start : change.new.end]}+}}")
        at = change.new.end
    return "".join([*parts, new[last : last + _AROUND], "…" if last + _AROUND < len(new) else ""])
