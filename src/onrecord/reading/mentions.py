"""Where the text mentions persons, organisations and places: names, descriptions and pronouns, one inside another."""

from __future__ import annotations

import calendar
from collections import defaultdict

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from onrecord.models.attribution import Tagging
from onrecord.models.meaning import MENTION_KINDS
from onrecord.reading.names import NameIndex
from onrecord.records import Span

__all__ = ["NAMED", "Mention", "find_mentions"]

WordSpan = tuple[int, int]  # first and last word
NAMED = 0.5  # the chance given to names that the network does not mention
_CALENDAR = frozenset({*calendar.day_name, *calendar.month_name})  # in English, the names of no actor
_DETERMINERS = ("", "the")
_LEAST = 0.5  # probability from which words are a mention


class Mention(Struct, frozen=True, kw_only=True):
    """A noun phrase or pronoun that stands for somebody."""

    span: Span
    words: WordSpan
    kind: str  # one of MENTION_KINDS
    chance: float  # that its words are a mention


def find_mentions(tagging: Tagging, text: str, names: NameIndex) -> list[Mention]:
    """Mentions in text order, outer before inner.

    A mention may lie in another one ("the president of [the United States]") but never half of it. What the network
    finds comes first; then each name of the article that it has passed over.
    """
    found = _Found()
    for layer in (0, 1):
        for first, last, kind, chance in _tagged(tagging.meaning.mentions[:, layer]):
            span = _trimmed(text, int(tagging.words.starts[first]), int(tagging.words.ends[last]))
            if span is not None:
                found.add(Mention(span=span, words=(first, last), kind=kind, chance=chance))
    starts = {m.span.end: m.span.start for m in found.mentions.values()}
    for named in names.mentions:
        before = text[starts.get(named.span.end, named.span.start) : named.span.start]
        words = tagging.words_in([named.span])
        if not words or (before.strip().lower() in _DETERMINERS and named.span.end in starts):
            continue
        first, last = words[0][0], words[0][1] - 1
        cut = found.broken_off(first, last)
        if cut is not None:  # the network broke off within the name
            span = Span(cut.span.start, named.span.end)
            found.replace(cut, structs.replace(cut, span=span, words=(cut.words[0], last)))
        elif named.name.text not in _CALENDAR:
            kind = "person" if named.name.is_person else _kind_at(tagging, first)
            found.add(Mention(span=named.span, words=(first, last), kind=kind, chance=NAMED))
    return sorted(found.mentions.values(), key=lambda m: (m.words[0], -m.words[1]))


class _Found:
    """Mentions of which none holds half of another one."""

    def __init__(self) -> None:
        self.mentions: dict[WordSpan, Mention] = {}
        self._over: defaultdict[int, list[WordSpan]] = defaultdict(list)  # what lies over each word

    def add(self, mention: Mention) -> None:
        """Unless its words are one already, or it would cross one."""
        first, last = mention.words
        crossed = any(a < first and b < last for a, b in self._over[first])
        crossed = crossed or any(first < a and last < b for a, b in self._over[last])
        if not crossed and mention.words not in self.mentions:
            self._put(mention)

    def broken_off(self, first: int, last: int) -> Mention | None:
        """The mention that begins before these words and ends among them."""
        return next((self.mentions[a, b] for a, b in self._over[first] if a < first and b < last), None)

    def replace(self, mention: Mention, other: Mention) -> None:
        """Put a longer one in its place."""
        del self.mentions[mention.words]
        for word in range(mention.words[0], mention.words[1] + 1):
            self._over[word].remove(mention.words)
        if other.words not in self.mentions:
            self._put(other)
        else:
            self.mentions[other.words] = other

    def _put(self, mention: Mention) -> None:
        self.mentions[mention.words] = mention
        for word in range(mention.words[0], mention.words[1] + 1):
            self._over[word].append(mention.words)


def _kind_at(tagging: Tagging, word: int) -> str:
    """Organisation or place, by what the network holds likelier."""
    chances = np.exp(tagging.meaning.mentions[word]).sum(axis=0)
    organisation, place = (float(chances[1 + 2 * n] + chances[2 + 2 * n]) for n in (1, 2))
    return MENTION_KINDS[1] if organisation >= place else MENTION_KINDS[2]


def _tagged(scores: NDArray[np.float32]) -> list[tuple[int, int, str, float]]:
    """First and last word, kind and chance of each tagged stretch of a layer."""
    chances = np.exp(scores)
    mentioned = 1 - chances[:, 0]
    starts = chances[:, 1::2]
    inside = chances[:, 2::2]
    found = []
    at, count = 0, len(scores)
    while at < count:
        if mentioned[at] < _LEAST:
            at += 1
            continue
        last = at
        while last + 1 < count and inside[last + 1].sum() >= max(
            _LEAST * mentioned[last + 1], starts[last + 1].sum(), chances[last + 1, 0]
        ):
            last += 1
        kinds = (starts[at : last + 1] + inside[at : last + 1]).sum(axis=0)
        found.append((at, last, MENTION_KINDS[int(kinds.argmax())], float(mentioned[at : last + 1].mean())))
        at = last + 1
    return found


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Without marks at either end, and without the ending of possession."""
    shown = text[start:end]
    for ending in ("'s", "’s", "'", "’"):
        shown = shown.removesuffix(ending) if len(shown) > len(ending) + 1 else shown
    left = len(shown) - len(shown.lstrip('"“”‘(,;:'))
    shown = shown.rstrip('"“”’),;:')
    return Span(start + left, start + len(shown)) if left < len(shown) else None
