"""Ties those who speak in an article, and those who passed their words on, to actors of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from onrecord.connect.actors import Context, Linker
from onrecord.connect.identifier import Identifier
from onrecord.records import Statement

__all__ = ["identify_speakers", "identify_with"]

_IN_OFFICE = frozenset({"GOV", "MIL"})


def identify_speakers(
    statements: Sequence[Statement], *, context: Context, date: str | None, linker: Linker
) -> tuple[Statement, ...]:
    """The same statements, their speakers with ids, countries and sectors where these are known.

    Args:
        context: what the article's names tell of the countries it is about, see `read_context`.
        date: ISO day of the article; None weighs all times alike.
    """
    return identify_with(Identifier(linker, context, date), statements)


def identify_with(identifier: Identifier, statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """As `identify_speakers`, by an identifier of the article."""
    return tuple(_identify(said, identifier) for said in statements)


def _identify(said: Statement, identifier: Identifier) -> Statement:
    if said.speaker is None:
        return replace(said, via=tuple(identifier.identify(one) for one in said.via))
    speaker = identifier.identify(said.speaker)
    is_we = bool(said.via) and said.via[0].name == said.speaker.name  # only who says "we" passes on himself
    via = [identifier.identify(one) for one in said.via]
    if is_we and speaker.sector in _IN_OFFICE:
        speaker = identifier.state_of(speaker)
    elif not is_we:
        via = [one for one in via if one.id is None or one.id != speaker.id]
    return replace(said, speaker=speaker, via=tuple(via))
