"""The words of an article that tell political events, and which: by what the encoder read and by the words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onrecord.models.attribution import Tagging
from onrecord.models.clauses import Clause, WordSpan, clause_of
from onrecord.models.deeds import DeedModel
from onrecord.models.meaning import EVENT_TYPES, log_softmax
from onrecord.records import Span

__all__ = ["Sentences", "Trigger", "find_triggers", "score_between", "type_between"]

Floats = NDArray[np.float32]

# Chosen on PLOVER's records and the labelled articles that no weight has seen.
_TRIED = 0.01  # chance by the encoder from which the words are looked at
_LEAST = 0.15  # chance from which a word tells an event
_OF_ENCODER, _OF_WORDS = 0.5, 0.5  # what the odds of both count
_OF_PAIR = 2.0  # what the parties count for the type
_OF_READ = 0.08  # what the encoder counts where both parties are given; chosen on PLV's third that it has not seen


class Trigger(NamedTuple):
    """A word that tells an event."""

    word: int
    chance: float
    odds: Floats  # [types] log odds of each of `EVENT_TYPES` against no event


class Sentences:
    """The sentences of a text by their words, made when they are asked for."""

    def __init__(self, text: str, tagging: Tagging, sentences: Sequence[Span]) -> None:
        self._text, self._words, self._sentences = text, tagging.words, sentences
        self._starts = np.searchsorted(tagging.words.starts, [span.start for span in sentences])
        self._clauses: dict[int, Clause] = {}

    def at(self, word: int) -> tuple[int, Clause]:
        """The number of the first word of the sentence that a word is in, and the sentence."""
        number = max(int(np.searchsorted(self._starts, word, "right")) - 1, 0)
        first = int(self._starts[number])
        if number not in self._clauses:
            end = int(self._starts[number + 1]) if number + 1 < len(self._starts) else len(self._words)
            starts, ends = self._words.starts[first:end].tolist(), self._words.ends[first:end].tolist()
            shown = [self._text[s:e] for s, e in zip(starts, ends, strict=True)]
            self._clauses[number] = clause_of(shown, self._words.shapes[first:end].tolist())
        return first, self._clauses[number]


def find_triggers(tagging: Tagging, sentences: Sentences, model: DeedModel) -> list[Trigger]:
    """In text order. What the encoder holds for all but impossible is not looked at."""
    events = tagging.meaning.events
    found = []
    for word in np.flatnonzero(events[:, 0] <= np.log1p(-_TRIED)).tolist():
        first, clause = sentences.at(word)
        odds = _OF_ENCODER * (events[word, 1:] - events[word, 0]) + _OF_WORDS * model.tells(clause, word - first)
        chance = float(1 / (1 + np.exp(-np.logaddexp.reduce(odds))))
        if chance >= _LEAST:
            found.append(Trigger(word, chance, odds))
    return found


def type_between(
    trigger: Trigger, sentences: Sentences, model: DeedModel, *, actor: WordSpan | None, recipient: WordSpan | None
) -> str:
    """The likeliest of `EVENT_TYPES`, given the words of the parties, too.

    Args:
        actor: numbers of its words in the text, half-open; None where there is none in the sentence.
        recipient: likewise.
    """
    first, clause = sentences.at(trigger.word)
    sides = (_inside(side, first, len(clause.words)) for side in (actor, recipient))
    return EVENT_TYPES[int((trigger.odds + _OF_PAIR * model.stands_between(clause, *sides)).argmax())]


def score_between(
    text: str, tagging: Tagging, model: DeedModel, *, actor: WordSpan | None, recipient: WordSpan | None
) -> Floats:
    """[types] how likely a sentence tells each of `EVENT_TYPES` between two parties that are given by their words."""
    _, clause = Sentences(text, tagging, [Span(0, len(text))]).at(0)
    firsts = (None if side is None else side[0] for side in (actor, recipient))
    read = np.logaddexp.reduce(tagging.meaning.pair_scores(np.arange(len(tagging.words)), *firsts), axis=0)
    return _OF_READ * log_softmax(read) + model.stands_between(clause, actor, recipient)


def _inside(side: WordSpan | None, first: int, count: int) -> WordSpan | None:
    """Counted from the first word of the sentence; None where it lies in another one."""
    return None if side is None or not first <= side[0] < first + count else (side[0] - first, side[1] - first)
