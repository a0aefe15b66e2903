"""Which mentions of an article mean the same person, organisation or place.

Each mention takes the likeliest earlier one, or none. The network scores that from what it read (Lee et al. 2017); what
names and pronouns say for certain is added to its scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from onrecord.lexicon.speech import SpeechLexicon
from onrecord.models.meaning import Meaning, log_softmax
from onrecord.reading.mentions import Mention
from onrecord.reading.names import Name, NameIndex
from onrecord.records import Span

__all__ = ["Entity", "entity_of", "find_entities"]

Floats = NDArray[np.float32]

# Added to the network's scores; chosen on the articles of training/labels that no weight has seen.
_SAME_NAME, _OTHER_NAME = 8.0, -8.0
_OTHER_GENDER, _OTHER_KIND, _INSIDE = -8.0, -3.0, -6.0
_HE = frozenset({"he", "him", "his", "himself"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_LONGEST_TELLING = 60  # characters; longer mentions describe rather than name
_LEAST_COVERED = 0.6  # of a description by the name in it, to be that name


class Entity(Struct, frozen=True, kw_only=True):
    """Somebody or something the article speaks of."""

    mentions: tuple[Mention, ...]  # in text order, never empty
    kind: str  # that of most of them
    name: Name | None  # the fullest name that one of them gives
    shown: Span | None  # the mention that tells most of whom is meant; None: there are pronouns only
    pronouns: frozenset[Span]  # mentions that are pronouns


class _Seen(Struct, frozen=True, kw_only=True):
    """What a mention tells by its words alone."""

    mention: Mention
    name: Name | None
    word: str | None  # a pronoun, lower-case

    @property
    def gender(self) -> str | None:
        return "he" if self.word in _HE else "she" if self.word in _SHE else None


def find_entities(
    text: str, mentions: Sequence[Mention], meaning: Meaning, names: NameIndex, lexicon: SpeechLexicon
) -> list[Entity]:
    """The entities of an article, by their first mention.

    Args:
        mentions: in text order.
    """
    if not mentions:
        return []
    pronouns = frozenset().union(
        *(lexicon.pronouns[kind] for kind in ("person", "speaker", "thing", "many", "relative"))
    )
    seen = [_see(text, mention, names, pronouns) for mention in mentions]
    scores = log_softmax(meaning.same_scores([m.words for m in mentions]) + _Rules(seen).table)
    groups: list[list[_Seen]] = []
    group_of: list[int] = []
    for number, own in enumerate(seen):
        best = int(scores[number, : number + 1].argmax())
        if best == 0:
            group_of.append(len(groups))
            groups.append([own])
        else:
            group_of.append(group_of[best - 1])
            groups[group_of[-1]].append(own)
    return [_entity(group) for group in groups]


def entity_of(entities: Sequence[Entity], start: int, end: int) -> Entity | None:
    """Whose mention fits a half-open span best; None if none shares half of the characters of both."""
    best, found = 0.5, None
    for entity in entities:
        for mention in entity.mentions:
            shared = min(mention.span.end, end) - max(mention.span.start, start)
            whole = max(mention.span.end, end) - min(mention.span.start, start)
            if shared > best * whole:
                best, found = shared / whole, entity
    return found


def _see(text: str, mention: Mention, names: NameIndex, pronouns: frozenset[str]) -> _Seen:
    shown = text[mention.span.start : mention.span.end]
    word = shown.lower()
    if word in pronouns:
        return _Seen(mention=mention, name=None, word=word)
    inside = names.inside(mention.span.start, mention.span.end)
    if mention.kind == "person":
        named = [m.name for m in inside if m.name.is_person and m.span.end == mention.span.end]
        named = named or [m.name for m in inside if m.name.is_person and not text.startswith(("'s", "’s"), m.span.end)]
    else:
        least = _LEAST_COVERED * len(shown.removeprefix("the ").removeprefix("The "))
        named = [m.name for m in inside if m.span.end - m.span.start >= least]
    return _Seen(mention=mention, name=named[-1] if named else None, word=None)


class _Rules:
    """[n, 1 + n] to be added to the network's scores."""

    def __init__(self, seen: Sequence[_Seen]) -> None:
        self._seen = seen

    @cached_property
    def table(self) -> Floats:
        count = len(self._seen)
        table = np.zeros((count, 1 + count), np.float32)
        names = np.array([-1 if s.name is None else id(s.name) for s in self._seen])
        named = (names[:, None] >= 0) & (names[None, :] >= 0)
        table[:, 1:] += np.where(named, np.where(names[:, None] == names[None, :], _SAME_NAME, _OTHER_NAME), 0.0)
        genders = np.array([{"he": 1, "she": 2}.get(s.gender or "", 0) for s in self._seen])
        both = (genders[:, None] > 0) & (genders[None, :] > 0)
        table[:, 1:] += np.where(both & (genders[:, None] != genders[None, :]), _OTHER_GENDER, 0.0)
        persons = np.array([s.mention.kind == "person" for s in self._seen])
        table[:, 1:] += np.where(persons[:, None] != persons[None, :], _OTHER_KIND, 0.0)
        starts = np.array([s.mention.span.start for s in self._seen])
        ends = np.array([s.mention.span.end for s in self._seen])
        table[:, 1:] += np.where((starts[None, :] <= starts[:, None]) & (ends[None, :] >= ends[:, None]), _INSIDE, 0.0)
        return table


def _entity(group: Sequence[_Seen]) -> Entity:
    kinds = [s.mention.kind for s in group]
    named = [s.name for s in group if s.name is not None]
    telling = [s.mention.span for s in group if s.name is not None] or [s.mention.span for s in group if not s.word]
    return Entity(
        mentions=tuple(s.mention for s in group),
        kind=max(dict.fromkeys(kinds), key=kinds.count),
        name=max(named, key=lambda n: len(n.text)) if named else None,
        shown=max(telling, key=_telling) if telling else None,
        pronouns=frozenset(s.mention.span for s in group if s.word),
    )


def _telling(span: Span) -> int:
    """Longer ones tell more, up to a point."""
    length = span.end - span.start
    return length if length <= _LONGEST_TELLING else -length
