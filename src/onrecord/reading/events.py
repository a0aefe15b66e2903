"""Political events of an article: the word that tells each, who acts, at whom, and which statement holds it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from onrecord.lexicon.events import CodeBook
from onrecord.models.attribution import Tagging
from onrecord.models.deeds import DeedModel
from onrecord.models.meaning import MODALITIES, log_softmax
from onrecord.reading.coreference import Entity
from onrecord.reading.mentions import Mention
from onrecord.reading.triggers import Sentences, Trigger, find_triggers, type_between
from onrecord.records import Event, EventType, Modality, Party, Span, Statement
from onrecord.spans import split_sentences

__all__ = ["EventJudges", "find_events"]

# Chosen on the hand-labelled train articles.
_OF_ENCODER, _OF_WORDS = 0.5, 0.7  # what both count for who is on which side
_BESIDE = 15  # characters between two words that tell one event of a type
_NOBODY = 0.9  # probability of no party from which there is none
_NEAREST = 200  # mentions on either side of an event that may be its parties
_LEAST_PARTY, _OF_BEST = 0.1, 0.3  # a further party's least probability, and its least share of the best one's
_DETERMINER = re.compile(r"^(?:the|a|an|its|his|her|their)\s+", re.IGNORECASE)
_VERBAL = frozenset({"ACCUSE", "REQUEST", "REJECT", "THREATEN", "SUPPORT"})  # done by saying so


def find_events(
    text: str, tagging: Tagging, entities: Sequence[Entity], statements: Sequence[Statement], judges: EventJudges
) -> tuple[Event, ...]:
    """Events in text order. Parties are named as the article names them; `connect` ties them to actors.

    A word tells an event, and its parties are chosen among the mentions of its paragraph. What is done by saying so,
    and has no other actor there, is done by whoever says it. Source of the types: PLOVER 0.8.
    """
    coder = _Coder(text, tagging, entities, statements, judges)
    told = _told_once([coder.event(trigger) for trigger in coder.triggers()], coder)
    return tuple(replace(event, id=f"e{number}") for number, event in enumerate(told, 1))


def _told_once(events: Sequence[Event], coder: _Coder) -> list[Event]:
    """Without what a second word of the sentence tells of the same event; the likelier word stays."""
    kept: list[Event] = []
    for _, told in groupby(events, lambda event: coder.sentence(event.trigger.start)):
        of_sentence: list[Event] = []
        for event in told:
            same = next((n for n, other in enumerate(of_sentence) if _is_same(event, other)), None)
            if same is None:
                of_sentence.append(event)
            elif event.confidence > of_sentence[same].confidence:
                of_sentence[same] = event
        kept += of_sentence
    return sorted(kept, key=lambda event: event.trigger)


def _is_same(event: Event, other: Event) -> bool:
    """Whether two words of a sentence tell one event: of a type, side by side ("hunger strike") or of the same parties.

    Where one names none, they count as the same.
    """
    if event.type is not other.type:
        return False
    if event.trigger.start - other.trigger.end <= _BESIDE:
        return True
    sides = ((event.actor, other.actor), (event.recipient, other.recipient))
    return all(not a or not b or {p.name for p in a} & {p.name for p in b} for a, b in sides)


class EventJudges(Struct, frozen=True, kw_only=True):
    """What tells events beside the reader's network: the words, and the book that codes them."""

    deeds: DeedModel
    book: CodeBook


class _Who(Struct, frozen=True):
    mention: Mention
    entity: Entity


def _is_somebody(text: str, mention: Mention, entity: Entity) -> bool:
    """Not an age or an article that was taken for a name, nor a pronoun of which nobody knows whom it means."""
    span = mention.span
    words = _DETERMINER.sub("", text[span.start : span.end] + " ")
    is_name = any(char.isalpha() for char in words)
    return is_name and (entity.shown is not None or span not in entity.pronouns)


class _Coder:
    def __init__(
        self, text: str, tagging: Tagging, entities: Sequence[Entity], statements: Sequence[Statement], by: EventJudges
    ) -> None:
        self._text, self._tagging, self._by = text, tagging, by
        people = (_Who(m, e) for e in entities for m in e.mentions if _is_somebody(text, m, e))
        self._people = sorted(people, key=lambda who: who.mention.words)
        self._paragraph = np.cumsum(tagging.words.breaks > 0)  # of each word
        self._sentences = split_sentences(text)
        self._clauses = Sentences(text, tagging, self._sentences)
        self._people_at = [who.mention.words[0] for who in self._people]
        self._holder = _innermost(tagging, statements)

    def triggers(self) -> list[Trigger]:
        return find_triggers(self._tagging, self._clauses, self._by.deeds)

    def event(self, told_by: Trigger) -> Event:
        """The event that a word tells; its id is given later."""
        words, meaning, trigger = self._tagging.words, self._tagging.meaning, told_by.word
        span = Span(int(words.starts[trigger]), int(words.ends[trigger]))
        statement = self._holder.get(trigger)
        near = self._near(trigger)
        sides = self._sides(trigger, near)
        actors = self._parties(sides[:, 0], near)
        acting = [id(who.entity) for who in actors]
        recipients = [who for who in self._parties(sides[:, 1], near) if id(who.entity) not in acting]
        sentence = self.sentence(span.start)
        kind = self._kind(told_by, actors, recipients)
        coding = self._by.book.code(kind, self._text[span.start : span.end], self._text[sentence.start : sentence.end])
        told = [self._party(who) for who in actors]
        if not told and kind in _VERBAL and statement is not None and statement.speaker is not None:
            told = [Party(name=statement.speaker.name)]
        return Event(
            id="",
            type=EventType(kind),
            mode=coding.mode,
            contexts=coding.contexts,
            cameo=coding.cameo,
            goldstein=coding.goldstein,
            score=coding.score,
            quad=coding.quad,
            actor=tuple(told),
            recipient=tuple(self._party(who) for who in recipients),
            modality=Modality(MODALITIES[int(meaning.modality[trigger].argmax())]),
            trigger=span,
            evidence=_around(span, [*actors, *recipients], sentence),
            statement=statement.id if statement is not None else None,
            confidence=round(told_by.chance, 3),
        )

    def _kind(self, trigger: Trigger, actors: Sequence[_Who], recipients: Sequence[_Who]) -> str:
        actor, recipient = (
            (side[0].mention.words[0], side[0].mention.words[1] + 1) if side else None for side in (actors, recipients)
        )
        return type_between(trigger, self._clauses, self._by.deeds, actor=actor, recipient=recipient)

    def _near(self, trigger: int) -> list[_Who]:
        """Those its paragraph mentions; of a very long one the nearest."""
        at = bisect_right(self._people_at, trigger)
        around = self._people[max(at - _NEAREST, 0) : at + _NEAREST]
        return [who for who in around if self._paragraph[who.mention.words[0]] == self._paragraph[trigger]]

    def _sides(self, trigger: int, near: Sequence[_Who]) -> NDArray[np.float32]:
        """[1 + near, 2] chances of nobody and of each to be the actor, and to be the recipient."""
        first, clause = self._clauses.at(trigger)
        at = [(who.mention.words[0] - first, who.mention.words[1] + 1 - first) for who in near]
        inside = [number for number, (begin, end) in enumerate(at) if begin >= 0 and end <= len(clause.words)]
        by_words = self._by.deeds.takes_side(clause, trigger - first, [at[number] for number in inside])
        table = np.repeat(by_words[:1], 1 + len(near), axis=0)  # those of other sentences stand as nobody does
        table[[1 + number for number in inside]] = by_words[1:]
        begins = [who.mention.words[0] for who in near]
        for side in (0, 1):
            read = self._tagging.meaning.party_scores([trigger], begins, recipients=side == 1)
            table[:, side] = _OF_ENCODER * log_softmax(read)[0] + _OF_WORDS * table[:, side]
        return np.exp(log_softmax(table.T)).T

    def _parties(self, chances: NDArray[np.float32], near: Sequence[_Who]) -> list[_Who]:
        """The likeliest party, and others nearly as likely that stand in none that is taken."""
        if not near:
            return []
        if chances[0] >= _NOBODY:
            return []
        best = float(chances[1:].max())
        taken: list[_Who] = []
        for number in np.argsort(-chances[1:], kind="stable").tolist():
            if taken and (chances[1 + number] < max(_LEAST_PARTY, _OF_BEST * best) or _meets(near[number], taken)):
                continue
            taken.append(near[number])
        return sorted(taken, key=lambda who: who.mention.span)

    def _party(self, who: _Who) -> Party:
        span, entity = who.mention.span, who.entity
        if entity.kind == "person" and entity.name is not None:
            return Party(name=entity.name.text, evidence=span)
        shown = entity.shown if span in entity.pronouns and entity.shown is not None else span
        return Party(name=_DETERMINER.sub("", self._text[shown.start : shown.end]), evidence=span)

    def sentence(self, position: int) -> Span:
        """The sentence that a character is in."""
        at = bisect_right(self._sentences, position, key=lambda s: s.start) - 1
        return self._sentences[max(at, 0)]


def _innermost(tagging: Tagging, statements: Sequence[Statement]) -> dict[int, Statement]:
    """The statement whose content holds each word, the shortest such content."""
    contents = [(span, s) for s in statements for span in s.content]
    holder: dict[int, Statement] = {}
    for span, statement in sorted(contents, key=lambda held: held[0].start - held[0].end):
        for first, end in tagging.words_in([span]):
            holder.update(dict.fromkeys(range(first, end), statement))
    return holder


def _meets(who: _Who, taken: Sequence[_Who]) -> bool:
    """Whether it is one of those taken, or stands in one of their mentions or holds it."""
    span = who.mention.span
    return any(
        who.entity is other.entity or (other.mention.span.start < span.end and span.start < other.mention.span.end)
        for other in taken
    )


def _around(trigger: Span, parties: Sequence[_Who], sentence: Span) -> Span:
    """From the first to the last of the words that tell the event, within its sentence."""
    spans = [trigger, *(who.mention.span for who in parties)]
    inside = [s for s in spans if sentence.start <= s.start and s.end <= sentence.end]
    return Span(min(s.start for s in [trigger, *inside]), max(s.end for s in [trigger, *inside]))
