"""Which mentions of an article mean the same person, organisation or place.

Each mention takes the likeliest earlier one, or none. The network scores that from what it read (Lee et al. 2017); what
names and pronouns say for certain is added to its scores.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from onrecord.lexicon.speech import SpeechLexicon
from onrecord.models.meaning import Meaning, log_softmax
from onrecord.reading.mentions import Mention
from onrecord.reading.names import Name, NameIndex
from onrecord.records import Span

__all__ = ["Entity", "EntityIndex", "find_entities"]

Floats = NDArray[np.float32]

# Added to the network's scores; chosen on the articles of training/labels that no weight has seen.
_SAME_NAME, _OTHER_KIND, _INSIDE, _NAME_FOR_PRONOUN = 8.0, -3.0, -6.0, -2.0
_FORMS = {
    "i": frozenset({"i", "me", "my", "mine", "myself"}),
    "we": frozenset({"we", "us", "our", "ours", "ourselves"}),
    "you": frozenset({"you", "your", "yours", "yourself", "yourselves"}),
    "he": frozenset({"he", "him", "his", "himself"}),
    "she": frozenset({"she", "her", "hers", "herself"}),
    "it": frozenset({"it", "its", "itself"}),
    "they": frozenset({"they", "them", "their", "theirs", "themselves"}),
}
# Pronouns that cannot mean the same.
_APART = {
    "i": frozenset({"we", "you", "it", "they"}),
    "we": frozenset({"i", "you", "he", "she"}),
    "you": frozenset({"i", "we", "it"}),
    "he": frozenset({"she", "it", "they", "we"}),
    "she": frozenset({"he", "it", "they", "we"}),
    "it": frozenset({"i", "he", "she", "you"}),
    "they": frozenset({"i", "he", "she"}),
}
_OPPOSITE = {"he": "she", "she": "he"}
_LEAST = np.log(0.05)  # probability from which an earlier mention is tried at all
_LONGEST_TELLING = 60  # characters; longer mentions describe rather than name
_BLOCK, _REACH = 256, 1024  # so many mentions are scored at once, with so many before them; names reach further
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
    capitals: str = ""  # its words, if they look like a name that nobody has found

    @property
    def key(self) -> str:
        """What mentions of one name share; empty without a name."""
        return self.name.text if self.name is not None else self.capitals

    @property
    def form(self) -> str | None:
        """Which of the personal pronouns."""
        return next((form for form, words in _FORMS.items() if self.word in words), None)


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
    groups: list[_Group] = []
    group_of: list[_Group] = []
    named: dict[str, _Group] = {}  # which group had each name last
    for begin in range(0, len(seen), _BLOCK):
        since = max(begin - _REACH, 0)
        around = seen[since : begin + _BLOCK]
        scores = meaning.same_scores([s.mention.words for s in around], begin - since)
        scores = log_softmax(scores + _rules(around, begin - since))
        for own, chances in zip(around[begin - since :], scores, strict=True):
            earlier = (group_of[since + best] for best in _likeliest(chances[: len(group_of) - since + 1]))
            far = [named[own.key]] if own.key in named and since else []
            joined = next((group for group in (*earlier, *far) if group.takes(own)), None)
            if joined is None:
                joined = _Group()
                groups.append(joined)
            joined.add(own)
            group_of.append(joined)
            if own.key:
                named[own.key] = joined
    return [_entity(group.members) for group in groups]


class EntityIndex:
    """Whose mention stands where."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        self._mentions = sorted(((m.span, e) for e in entities for m in e.mentions), key=lambda pair: pair[0])
        self._ends = list(accumulate((span.end for span, _ in self._mentions), max))

    def at(self, start: int, end: int) -> Entity | None:
        """Whose mention fits a half-open span best; None if none shares half of the characters of both."""
        best, found = 0.5, None
        for span, entity in self._mentions[bisect_right(self._ends, start) :]:
            if span.start >= end:
                break
            shared = min(span.end, end) - max(span.start, start)
            whole = max(span.end, end) - min(span.start, start)
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
        named = named or [m.name for m in inside if m.span == mention.span]
    else:
        least = _LEAST_COVERED * len(shown.removeprefix("the ").removeprefix("The "))
        named = [m.name for m in inside if m.span.end - m.span.start >= least]
    bare = shown[4:] if word.startswith("the ") else shown
    capitals = bare if bare[:1].isupper() and bare.rsplit(" ", 1)[-1][:1].isupper() else ""
    return _Seen(mention=mention, name=named[-1] if named else None, word=None, capitals=capitals)


class _Group:
    """Mentions that mean the same, so far."""

    def __init__(self) -> None:
        self.members: list[_Seen] = []
        self._name: Name | None = None
        self._forms: set[str] = set()

    def takes(self, own: _Seen) -> bool:
        """Whether nothing that is certain speaks against it."""
        if own.name is not None and self._name is not None and own.name is not self._name:
            return False
        if own.name is not None and own.name.pronoun and _OPPOSITE[own.name.pronoun] in self._forms:
            return False
        if own.form is None:
            return True
        told = self._name.pronoun if self._name is not None else ""
        return not _APART[own.form] & self._forms and not (told and _OPPOSITE[told] == own.form)

    def add(self, own: _Seen) -> None:
        self.members.append(own)
        self._name = self._name or own.name
        if own.form is not None:
            self._forms.add(own.form)


def _likeliest(chances: Floats) -> list[int]:
    """Which of the earlier mentions to try, best first; those after "nothing earlier is meant" are not tried."""
    tried = []
    for best in np.argsort(-chances, kind="stable").tolist():
        if best == 0 or chances[best] < _LEAST:
            break
        tried.append(best - 1)
    return tried


def _rules(seen: Sequence[_Seen], begin: int) -> Floats:
    """[n - begin, 1 + n] to be added to the network's scores."""
    keys = {key: number for number, key in enumerate(dict.fromkeys(s.key for s in seen if s.key))}
    names = np.array([keys.get(s.key, -1) for s in seen])
    pronouns = np.array([s.word is not None for s in seen])
    persons = np.array([s.mention.kind == "person" for s in seen])
    starts = np.array([s.mention.span.start for s in seen])
    ends = np.array([s.mention.span.end for s in seen])
    own = slice(begin, None)
    adds = (
        ((names[own, None] == names[None, :]) & (names[own, None] >= 0), _SAME_NAME),
        (persons[own, None] != persons[None, :], _OTHER_KIND),
        ((starts[None, :] <= starts[own, None]) & (ends[None, :] >= ends[own, None]), _INSIDE),
        ((names[own, None] >= 0) & pronouns[None, :], _NAME_FOR_PRONOUN),
    )
    table = np.zeros((len(seen) - begin, 1 + len(seen)), np.float32)
    for where, score in adds:
        table[:, 1:] += np.where(where, score, 0.0)
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
