"""`onrecord mcp`: a store for language models."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onrecord.errors import UsageError

__all__ = ["mcp"]


def mcp(store: Annotated[Path, typer.Argument(metavar="STORE", help="The store.")]) -> None:
    """Serve the store to a language model over standard input and output (Model Context Protocol).

    Five tools that only read: search_statements, get_evidence, actor, timeline, compare. Needs onrecord[mcp].

    \b
    Examples:
      onrecord mcp talks.db         as the command of a client, such as a desktop assistant or an editor
    """
    from onrecord.serve.mcp import run_stdio  # noqa: PLC0415

    if not store.exists():
        raise UsageError(f"{store}: there is no store. Make one with: onrecord add SOURCE --store {store}")
    run_stdio(store)
