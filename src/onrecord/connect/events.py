"""Ties the parties of events to the states and bodies they act for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from onrecord.connect.actors import Context, Linker
from onrecord.connect.coding import code_text
from onrecord.connect.describe import Description, describe
from onrecord.connect.mentions import country_of_words
from onrecord.lexicon.actors.records import Actor, ActorKind
from onrecord.records import Act, Event, EventType, Party, Span, Speaker, SpeakerBasis, Statement

__all__ = ["aim_by_events", "identify_parties"]

# Who acts for the state by being what they are.
_OF_STATE = frozenset(
    {
        ActorKind.GOVERNMENT,
        ActorKind.MINISTRY,
        ActorKind.ARMED_FORCE,
        ActorKind.PARLIAMENT,
        ActorKind.OFFICE,
        ActorKind.PEOPLE,
        ActorKind.PLACE,
    }
)
_NAME = r"(?:[A-Z][\w’'-]*|U\.[SNK]\.)"
_BEHIND = re.compile(rf"\s(?:of|in|from|for|at)\s(?:the\s|[a-z]+(?:ern)\s)?{_NAME}(?:\s{_NAME}){{0,3}}")
_BEFORE = re.compile(rf"{_NAME}(?:\s{_NAME}){{0,3}}(?:['’]s?\s(?:[a-z-]+\s){{1,2}}|\s)$")
_REACH = 60  # characters before a name
_IN_OFFICE = frozenset({"GOV", "MIL", "SPY", "COP", "LEG"})  # PLOVER's sectors of those who act for a state


def identify_parties(
    events: Sequence[Event],
    statements: Sequence[Statement],
    *,
    text: str,
    context: Context,
    date: str | None,
    linker: Linker,
) -> tuple[Event, ...]:
    """The same events, their parties with names, ids and countries of whom they act for.

    The user's own dictionaries come first: what they code is not looked up further.

    Args:
        statements: with speakers that are identified; who acts by saying so is whoever says it.
        text: that of the article; the words around a name tell where one belongs whom nobody knows.
        context: what the article's names tell of the countries it is about, see `read_context`.
        date: ISO day of the article; None weighs all times alike.
    """
    finder = _Finder(linker, context, date, text)
    speakers = {said.id: said.speaker for said in statements}
    found = []
    for event in events:
        speaker = speakers.get(event.statement or "")
        is_said = speaker is not None and [party.evidence for party in event.actor] == [None]
        if speaker and is_said:
            actors: tuple[Party, ...] = (finder.speaker(speaker),)
        else:
            actors = finder.side(event.actor, event.recipient)
        acting = {_key(party) for party in actors}
        recipients = tuple(p for p in finder.side(event.recipient, event.actor) if _key(p) not in acting)
        found.append(replace(event, actor=actors, recipient=recipients))
    return tuple(found)


def _key(party: Party) -> str:
    return party.id or party.name


def _of_state(state: Actor, country: str | None, sector: str | None) -> Party:
    return Party(name=state.name, id=state.id, wikidata=state.wikidata, country=country, sector=sector)


def _phrases(text: str, name: Span) -> Iterator[str]:
    """A name with more and more of its words: as it stands, with what it is of or in, with whose it is."""
    yield text[name.start : name.end]
    behind = _BEHIND.match(text, name.end)
    end = behind.end() if behind else name.end
    if behind:
        yield text[name.start : end]
    before = _BEFORE.search(text[max(name.start - _REACH, 0) : name.start])
    if before:
        yield before.group() + text[name.start : end]


class _Finder:
    """Looks up each name of an article once."""

    def __init__(self, linker: Linker, context: Context, date: str | None, text: str) -> None:
        self._linker, self._context, self._date, self._text = linker, context, date, text
        self._known: dict[str, Party] = {}
        self._described: dict[str, Description] = {}
        self._coded = code_text(text, linker.catalogue, date=date)

    def side(self, parties: Sequence[Party], other: Sequence[Party]) -> tuple[Party, ...]:
        """All of one side of an event, each once; those of the other side are not drawn over to it."""
        found: dict[str, Party] = {}
        apart = [party.evidence for party in other if party.evidence]
        for party in parties:
            coded = self._coded.parties(party.evidence, apart_from=apart) if party.evidence else ()
            for one in coded:
                found.setdefault(f"{_key(one)} {one.country}{one.sector or ''}", one)
            if not coded:
                one = self.party(party)
                found.setdefault(_key(one), one)
        return tuple(found.values())

    def party(self, party: Party) -> Party:
        found = self._known.get(party.name)
        if found is None:
            found = self._known[party.name] = self._look_up(party.name)
        if found.country is None and found.id is None and party.evidence is not None:
            found = self._by_words_around(found, party.evidence)
        return replace(found, evidence=party.evidence)

    def _by_words_around(self, party: Party, evidence: Span) -> Party:
        """The same party with the country that its title or what follows it tells; the state if it acts for that."""
        for phrase in _phrases(self._text, evidence):
            told = self._described.get(phrase)
            if told is None:
                told = self._described[phrase] = describe(phrase, self._linker, date=self._date, context=self._context)
            if told.country is not None:
                state = self._state(told, None)
                if state is not None:
                    return _of_state(state, told.country, told.sector)
                return replace(party, country=told.country, sector=party.sector or told.sector)
        return party

    def speaker(self, speaker: Speaker) -> Party:
        """Whom a speaker acts for by saying so; a signed statement of somebody with a country is that country's."""
        acts_for = speaker.sector in _IN_OFFICE or (speaker.basis is SpeakerBasis.SIGNED and speaker.country)
        state = self._linker.catalogue.get(f"country:{(speaker.country or '').lower()}") if acts_for else None
        if state is not None:
            return Party(
                name=state.name, id=state.id, wikidata=state.wikidata, country=speaker.country, sector=speaker.sector
            )
        return self.party(Party(name=speaker.name))

    def _look_up(self, name: str) -> Party:
        code = country_of_words(name.split(), self._linker.catalogue)
        if code is not None:  # "Israeli", "British": what is theirs acts for them
            state = self._linker.catalogue.get(f"country:{code.lower()}")
            if state is not None:
                return _of_state(state, code, None)
        told = describe(name, self._linker, date=self._date, context=self._context)
        actor = self._linker.catalogue.get(told.actor) if told.actor else None
        state = self._state(told, actor)
        if state is not None:
            return _of_state(state, told.country, told.sector)
        if actor is not None:
            shown = name if actor.kind is ActorKind.PERSON and " " in name else actor.name
            return Party(name=shown, id=actor.id, wikidata=actor.wikidata, country=told.country, sector=told.sector)
        return Party(name=name, country=told.country, sector=told.sector)

    def _state(self, told: Description, actor: Actor | None) -> Actor | None:
        """The state that is acted for; None for those who act for themselves."""
        if actor is not None and actor.kind is ActorKind.COUNTRY:
            return actor
        if not told.country:
            return None
        acts_for = (
            told.sector in _IN_OFFICE if actor is None or actor.kind is ActorKind.PERSON else actor.kind in _OF_STATE
        )
        return self._linker.catalogue.get(f"country:{told.country.lower()}") if acts_for else None


# The events that a statement of such an act is, or whose doing it speaks of.
_AIMED = {
    Act.ACCUSE: frozenset({EventType.ACCUSE}),
    Act.THREATEN: frozenset({EventType.THREATEN, EventType.ASSAULT, EventType.SANCTION}),
    Act.DEMAND: frozenset({EventType.REQUEST}),
    Act.ORDER: frozenset({EventType.REQUEST}),
    Act.SUPPORT: frozenset({EventType.SUPPORT, EventType.AID}),
    Act.REFUSE: frozenset({EventType.REJECT}),
    Act.OFFER: frozenset({EventType.AGREE, EventType.AID, EventType.COOPERATE}),
    Act.COMMIT: frozenset({EventType.AGREE, EventType.AID, EventType.SUPPORT, EventType.COOPERATE}),
}


def aim_by_events(statements: Sequence[Statement], events: Sequence[Event]) -> tuple[Statement, ...]:
    """The same statements; those without targets are aimed at whom an event that they tell, or are, is aimed at.

    Args:
        events: with parties that are identified.
    """
    return tuple(said if said.targets else replace(said, targets=_aimed_at(said, events)) for said in statements)


def _aimed_at(said: Statement, events: Sequence[Event]) -> tuple[Speaker, ...]:
    kinds = _AIMED.get(said.act, frozenset())
    found: dict[str, Speaker] = {}
    for event in events:
        in_cue = any(span.start <= event.trigger.start < span.end for span in said.cue)
        if event.type in kinds and (in_cue or event.statement == said.id):
            for party in event.recipient:
                is_actor = party.id is not None or party.country is not None
                if is_actor and (said.speaker is None or party.name != said.speaker.name):
                    found.setdefault(_key(party), _as_speaker(party))
    return tuple(found.values())


def _as_speaker(party: Party) -> Speaker:
    return Speaker(
        name=party.name,
        basis=SpeakerBasis.DESCRIPTION if party.id is None else SpeakerBasis.SHORT_NAME,
        evidence=party.evidence,
        id=party.id,
        wikidata=party.wikidata,
        country=party.country,
        sector=party.sector,
    )
