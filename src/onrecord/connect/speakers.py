"""Ties those who speak in an article, and those who passed their words on, to actors of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from onrecord.connect.actors import Context, Linker, read_context
from onrecord.connect.describe import describe
from onrecord.lexicon.actors.records import Actor, ActorKind
from onrecord.records import Speaker, SpeakerBasis, Statement

__all__ = ["identify_speakers"]


def identify_speakers(
    statements: Sequence[Statement], *, names: Iterable[str], date: str | None, linker: Linker
) -> tuple[Statement, ...]:
    """The same statements, their speakers with ids, countries and sectors where these are known.

    Args:
        names: all names of the article as they stand there; they tell which countries it is about.
        date: ISO day of the article; None weighs all times alike.
    """
    identifier = _Identifier(linker, read_context(names, linker, date=date), date)
    return tuple(
        replace(
            said,
            speaker=identifier.identify(said.speaker) if said.speaker else None,
            via=tuple(identifier.identify(one) for one in said.via),
        )
        for said in statements
    )


class _Identifier:
    """Looks up each name of an article once."""

    def __init__(self, linker: Linker, context: Context, date: str | None) -> None:
        self._linker, self._context, self._date = linker, context, date
        self._known: dict[str, Speaker] = {}

    def identify(self, speaker: Speaker) -> Speaker:
        found = self._known.get(speaker.name)
        if found is None:
            found = self._known[speaker.name] = self._look_up(speaker)
        return replace(found, basis=speaker.basis, evidence=speaker.evidence)

    def _look_up(self, speaker: Speaker) -> Speaker:
        described = describe(speaker.name, self._linker, date=self._date, context=self._context)
        told = replace(speaker, country=described.country, sector=described.sector)
        best = self._linker.link(speaker.name, date=self._date, context=self._context).best
        if best is None:
            return told
        actor = self._linker.catalogue.get(best.id)
        if best.kind is ActorKind.PLACE and best.country:  # a capital that speaks is its state
            actor = self._linker.catalogue.get(f"country:{best.country.lower()}") or actor
        if actor is None:
            return told
        return replace(told, id=actor.id, wikidata=actor.wikidata, name=_name_of(speaker, actor))


def _name_of(speaker: Speaker, actor: Actor) -> str:
    """The catalogue's name for what the article shortens, or describes by an office.

    A person's full name stays as the article spells it, and so does a body that it only describes.
    """
    is_person = actor.kind is ActorKind.PERSON
    is_told = " " in speaker.name and speaker.basis is not SpeakerBasis.DESCRIPTION
    stays = is_told if is_person else speaker.basis is SpeakerBasis.DESCRIPTION or actor.kind is ActorKind.OFFICE
    return speaker.name if stays else actor.name
