"""Looks the names of one article up in the catalogue, each of them once."""

from __future__ import annotations

import re

from msgspec.structs import replace

from onrecord.connect.actors import Candidate, Context, Linker
from onrecord.connect.describe import describe
from onrecord.connect.groups import head_of, names_government, possessor
from onrecord.connect.mentions import country_of_words, strip_possessive
from onrecord.lexicon.actors.catalogue import Catalogue
from onrecord.lexicon.actors.records import Actor, ActorKind
from onrecord.records import Speaker, SpeakerBasis

__all__ = ["Identifier"]

_SPEAKS_FOR = re.compile(
    r"(?:(?P<before>.{2,150}?)(?:['’]s)? spokes(?:man|woman|person|people)"
    r"|(?:\w+ ){0,2}spokes\w+ (?:for|of|from) (?P<behind>.{2,150}))$",
    re.IGNORECASE,
)
_MOST_WORDS, _LONGEST_NAME = 24, 6
_DETERMINER = re.compile(r"^the\s", re.IGNORECASE)


class Identifier:
    """Who the actors of one article are, at its date.

    Args:
        context: what the article's names tell of the countries it is about, see `read_context`.
        date: ISO day of the article; None weighs all times alike.
    """

    def __init__(self, linker: Linker, context: Context, date: str | None) -> None:
        self._linker, self._context, self._date = linker, context, date
        self._known: dict[tuple[str, bool], Speaker] = {}

    def identify(self, speaker: Speaker) -> Speaker:
        """The same with id, country and sector where these are known, and the name that the catalogue gives."""
        key = speaker.name, speaker.basis is SpeakerBasis.DESCRIPTION
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._look_up(speaker)
        return replace(found, basis=speaker.basis, evidence=speaker.evidence)

    def state_of(self, speaker: Speaker) -> Speaker:
        """The state that somebody in office speaks for."""
        state = self.state(speaker.country)
        return speaker if state is None else replace(state, basis=speaker.basis, evidence=speaker.evidence)

    def state(self, country: str | None) -> Speaker | None:
        """The state of a country's code; None where the catalogue has none, as of UNO."""
        state = self._linker.catalogue.get(f"country:{country.lower()}") if country else None
        if state is None:
            return None
        return Speaker(name=state.name, basis=SpeakerBasis.NAME, id=state.id, wikidata=state.wikidata, country=country)

    @property
    def catalogue(self) -> Catalogue:
        """Where it looks."""
        return self._linker.catalogue

    def _look_up(self, speaker: Speaker) -> Speaker:
        described = describe(speaker.name, self._linker, date=self._date, context=self._context)
        told = replace(speaker, country=described.country, sector=described.sector)
        if speaker.basis is SpeakerBasis.DESCRIPTION and names_government(speaker.name):
            state = self._governed(speaker.name, described.country)
            if state is not None:
                return replace(state, sector=told.sector)
        if described.actor is None:
            return self._grouped(self._spoken_for(speaker, told))
        actor = self._linker.catalogue.get(described.actor)
        if actor is not None and actor.kind is ActorKind.PLACE and actor.country:  # a capital that speaks is its state
            actor = self._linker.catalogue.get(f"country:{actor.country.lower()}") or actor
        if actor is None:
            return told
        return replace(told, id=actor.id, wikidata=actor.wikidata, name=_name_of(speaker, actor))

    def _governed(self, name: str, country: str | None) -> Speaker | None:
        """The state behind "the Jordanian government" and "the Moren administration"."""
        head = _DETERMINER.sub("", name).rsplit(" ", 1)[0]
        person = self._link(strip_possessive(head)) if country is None or head[:1].isupper() else None
        if person is not None and person.kind is ActorKind.PERSON:
            actor = self._linker.catalogue.get(person.id)
            country = person.role.country if person.role is not None else actor.country if actor else country
        return self.state(country)

    def _grouped(self, told: Speaker) -> Speaker:
        """Unnamed people by what they are and where they belong, so that they can be looked for."""
        head = head_of(told.name) if told.basis is SpeakerBasis.DESCRIPTION else None
        if head is None:
            return told
        owner = possessor(told.name) or self._named_inside(told.name)
        if owner is None and told.country:
            state = self.state(told.country)
            owner = state.name if state else None
        return replace(told, name=f"{head} ({owner})" if owner else head)

    def _named_inside(self, mention: str) -> str | None:
        """The body of the catalogue among the words: NATO, of "a Nato official"."""
        words = [strip_possessive(word) for word in mention.split()[:_MOST_WORDS]]
        for count in range(min(_LONGEST_NAME, len(words)), 0, -1):
            for at in range(len(words) - count + 1):
                part = words[at : at + count]
                if not (part[0][:1].isupper() and part[-1][:1].isupper()):
                    continue
                best = self._link(" ".join(part))
                if best is not None and best.kind not in {ActorKind.PLACE, ActorKind.PEOPLE, ActorKind.OFFICE}:
                    actor = self._linker.catalogue.get(best.id)
                    return actor.name if actor else None
        return None

    def _link(self, name: str) -> Candidate | None:
        return self._linker.link(name, date=self._date, context=self._context).best

    def _spoken_for(self, speaker: Speaker, told: Speaker) -> Speaker:
        """Behind "a spokesman for the ministry" the ministry."""
        match = _SPEAKS_FOR.match(speaker.name)
        best = self._body(match["before"] or match["behind"]) if match else None
        if best is None or best.kind is ActorKind.PLACE:
            return told
        actor = self._linker.catalogue.get(best.id)
        return replace(told, id=best.id, wikidata=actor.wikidata if actor else None)

    def _body(self, name: str) -> Candidate | None:
        """A body by its name; "the Foreign Ministry of the Democratic ..." also as the North Korean one."""
        best = self._link(name)
        if best is not None:
            return best
        for joint in re.finditer(r" of (?:the )?", name):
            code = country_of_words(name[joint.end() :].split(), self._linker.catalogue)
            country = self._linker.catalogue.get(f"country:{code.lower()}") if code else None
            if country is not None:
                told = f"{country.name}'s {_DETERMINER.sub('', name[: joint.start()])}"
                return self._link(told)
        return None


def _name_of(speaker: Speaker, actor: Actor) -> str:
    """The catalogue's name for what the article shortens, or describes by an office.

    A person's full name stays as the article spells it, and so does a body that it only describes: "the government".
    """
    if actor.kind is ActorKind.OFFICE:
        return speaker.name
    is_described = speaker.basis is SpeakerBasis.DESCRIPTION
    if actor.kind is ActorKind.PERSON:
        return speaker.name if " " in speaker.name and not is_described else actor.name
    words = speaker.name.split()
    return speaker.name if words[0].islower() or (is_described and words[-1].islower()) else actor.name
