"""What a sentence chiefly does, in five classes: a mere statement, or cooperation or conflict, in words or deeds.

Source: Schrodt, CAMEO 1.1b3 (2012), roots 01 to 20; the five classes after Parolin et al. 2022, doi
10.1145/3514094.3534178, which count reduced relations (16) among conflict in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from onrecord.lexicon.chief import ChiefWords
from onrecord.records import Act, Event, EventType, Span, Statement

__all__ = ["Chief", "chief_of", "class_of"]


class Chief(IntEnum):
    """Five classes of what a sentence tells."""

    STATEMENT = 0  # or an appeal, with no further act
    VERBAL_COOPERATION = 1
    MATERIAL_COOPERATION = 2
    VERBAL_CONFLICT = 3
    MATERIAL_CONFLICT = 4


_OF_TYPES = {
    EventType.AGREE: Chief.VERBAL_COOPERATION,
    EventType.CONSULT: Chief.VERBAL_COOPERATION,
    EventType.SUPPORT: Chief.VERBAL_COOPERATION,
    EventType.CONCEDE: Chief.MATERIAL_COOPERATION,
    EventType.COOPERATE: Chief.MATERIAL_COOPERATION,
    EventType.AID: Chief.MATERIAL_COOPERATION,
    EventType.RETREAT: Chief.MATERIAL_COOPERATION,
    EventType.REQUEST: Chief.STATEMENT,
    EventType.ACCUSE: Chief.VERBAL_CONFLICT,
    EventType.REJECT: Chief.VERBAL_CONFLICT,
    EventType.THREATEN: Chief.VERBAL_CONFLICT,
    EventType.SANCTION: Chief.VERBAL_CONFLICT,
    EventType.PROTEST: Chief.MATERIAL_CONFLICT,
    EventType.MOBILIZE: Chief.MATERIAL_CONFLICT,
    EventType.COERCE: Chief.MATERIAL_CONFLICT,
    EventType.ASSAULT: Chief.MATERIAL_CONFLICT,
}
_OF_ACTS = {
    Act.ACCUSE: Chief.VERBAL_CONFLICT,
    Act.THREATEN: Chief.VERBAL_CONFLICT,
    Act.REFUSE: Chief.VERBAL_CONFLICT,
    Act.COMMIT: Chief.VERBAL_COOPERATION,
    Act.OFFER: Chief.VERBAL_COOPERATION,
    Act.SUPPORT: Chief.VERBAL_COOPERATION,
}
# What is done by saying so, and the acts whose words may do it.
_SAID = {EventType.AGREE, EventType.REJECT, EventType.THREATEN, EventType.REQUEST}
_DOING = {Act.COMMIT, Act.REFUSE, Act.THREATEN, Act.DEMAND, Act.OFFER, Act.GOAL}
_REACH = 40  # characters behind a word in which it may be told what is said


def class_of(kind: EventType, words: str, lexicon: ChiefWords) -> Chief:
    """The class of an event by its type and the words that tell it; a demand is more than an appeal."""
    if kind is EventType.REQUEST and lexicon.demands.match(words):
        return Chief.VERBAL_CONFLICT
    if kind is EventType.CONCEDE and words.lower().startswith("apolog"):
        return Chief.VERBAL_COOPERATION
    return _OF_TYPES[kind]


def chief_of(
    sentence: str, statements: Iterable[Statement], events: Sequence[Event], lexicon: ChiefWords
) -> Chief | None:
    """The class of what comes first: an outermost statement with its words behind it, or an event outside of any.

    A source behind its words ("..., officials said") only vouches for them. None: neither statement nor event is told.
    """
    told = _Told(sentence, statements, events, lexicon)
    classes = [*told.of_statements(), *told.of_events()]
    return min(classes)[1] if classes else None


class _Told:
    def __init__(
        self, text: str, statements: Iterable[Statement], events: Sequence[Event], lexicon: ChiefWords
    ) -> None:
        self._text, self._events, self._lexicon = text, events, lexicon
        self._statements = [
            said
            for said in statements
            if said.within is None and said.cue and said.content and min(said.content) >= min(said.cue)
        ]

    def of_statements(self) -> list[tuple[int, Chief]]:
        """Where each cue begins, and what the statement does."""
        return [(min(said.cue).start, self._of_statement(said)) for said in self._statements]

    def of_events(self) -> list[tuple[int, Chief]]:
        """Where each event is told that no statement holds, and its class."""
        held = [span for said in self._statements for span in (*said.cue, *said.content)]
        return [(event.trigger.start, self._of_event(event)) for event in self._events if not _lies_in(event, held)]

    def _of_statement(self, said: Statement) -> Chief:
        words, start, end = self._lexicon, min(said.cue).start, max(span.end for span in said.cue)
        cue = self._text[start:end]
        if words.only_says(self._text[start : end + _REACH]):
            return Chief.STATEMENT
        if words.demands.search(cue):
            return Chief.VERBAL_CONFLICT
        if words.appeals.search(cue):
            return Chief.STATEMENT
        if words.saying.search(cue):
            return self._of_words(said)
        own = [event for event in self._events if _lies_in(event, said.cue)]
        if own:
            return self._class_of(max(own, key=lambda event: event.confidence))
        return _OF_ACTS.get(said.act, Chief.STATEMENT)

    def _of_words(self, said: Statement) -> Chief:
        """What words do that are told by "said": a promise, a refusal, a demand; else they only say something."""
        if said.act not in _DOING:
            return Chief.STATEMENT
        done = [event for event in self._events if event.type in _SAID and _lies_in(event, said.content)]
        classes = [(event.trigger.start, self._class_of(event)) for event in done]
        return min((one for one in classes if one[1] is not Chief.STATEMENT), default=(0, Chief.STATEMENT))[1]

    def _of_event(self, event: Event) -> Chief:
        found = self._class_of(event)
        verbal = found in (Chief.VERBAL_COOPERATION, Chief.VERBAL_CONFLICT)
        behind = self._text[event.trigger.start : event.trigger.end + _REACH]
        is_mere = verbal and (self._lexicon.mere.search(behind) or self._lexicon.denials.match(behind))
        return Chief.STATEMENT if is_mere else found

    def _class_of(self, event: Event) -> Chief:
        return class_of(event.type, self._text[event.trigger.start : event.trigger.end], self._lexicon)


def _lies_in(event: Event, spans: Iterable[Span]) -> bool:
    return any(span.start <= event.trigger.start < span.end for span in spans)
