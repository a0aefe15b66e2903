"""The words of a sentence as the models of deeds see them: stems, classes of words, and what stands around them.

The classes are in `data/deeds.toml`; what each means for an event is learned (`training/deeds`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct, convert

__all__ = ["Clause", "WordSpan", "clause_of", "pair_signs", "word_signs"]

WordSpan = tuple[int, int]  # half-open

_LIGHT = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "and",
        "its",
        "his",
        "her",
        "their",
        "that",
        "this",
        "has",
        "have",
        "had",
        "been",
        "be",
        "is",
        "was",
        "are",
        "were",
        "on",
        "in",
        "at",
        ",",
        ".",
        '"',
        "'s",
        "’s",
        "s",
    ]
)
_ENDINGS = ("ations", "ation", "ings", "ing", "ied", "ies", "edly", "ed", "es", "ment", "s", "ly")
_LEAST_STEM = 3
_FORMS = ("ed", "ing", "ion", "s")
_AUXILIARIES = frozenset(["will", "would", "to", "has", "have", "had", "is", "are", "was", "were", "not", "been", "be"])
# Classes that turn what stands under them into another event: a promise of aid, a refusal to meet.
_TURNING = frozenset(
    [
        "promise",
        "reject",
        "request",
        "threaten",
        "future",
        "plan",
        "order",
        "ought",
        "agree",
        "negation",
        "deny",
        "accuse",
        "impose",
        "ease",
        "sanction_word",
        "support_word",
    ]
)
_NEAR, _FAR = 4, 10  # words from a party: what stands nearer counts more
_STRONG, _MIDDLE, _WEAK = 1.0, 0.7, 0.4


class Clause(Struct, frozen=True, kw_only=True):
    """A sentence, word by word."""

    words: tuple[str, ...]  # lower-case
    shapes: tuple[int, ...]  # as `wording.SHAPES`
    stems: tuple[str, ...]
    classes: tuple[tuple[str, ...], ...]

    def form(self, at: int) -> str:
        """The ending of a word."""
        return next((ending for ending in _FORMS if self.words[at].endswith(ending)), "o")


def clause_of(words: Sequence[str], shapes: Sequence[int]) -> Clause:
    """A sentence from its words as they stand."""
    known = _load_classes()
    lower = tuple(word.lower() for word in words)
    classes = tuple(
        tuple(dict.fromkeys((*known.of_word(word), *known.of_phrase(lower, at)))) for at, word in enumerate(lower)
    )
    return Clause(words=lower, shapes=tuple(shapes), stems=tuple(map(_stem, lower)), classes=classes)


def word_signs(clause: Clause, at: int) -> Iterator[str]:
    """What speaks for a word telling an event: itself, what stands around it, and the classes of both.

    A word that tells none by its looks (short, light, no letters) has no signs.
    """
    word, stem, form = clause.words[at], clause.stems[at], clause.form(at)
    if not word[0].isalpha() or len(word) < _LEAST_STEM or word in _LIGHT:
        return
    yield from (f"t{stem}", f"x{form}", f"h{clause.shapes[at]}", f"5{word[:5]}")
    for place, other in _around(clause, at):
        yield f"{place}{clause.stems[other] if other is not None else ''}"
        if other is not None:
            yield from (f"{place}:{name}" for name in clause.classes[other])
            if clause.shapes[other] in (1, 2):
                yield f"{place}^"
            if place in ("-1", "+1", "+2"):
                yield f"{place}{stem}_{clause.stems[other]}"
    yield from _beside(clause, at)
    yield from _of_classes(clause, at)


def _around(clause: Clause, at: int) -> Iterator[tuple[str, int | None]]:
    """The nearest words that are not light, with their places: two before, three behind."""
    before = [n for n in range(max(at - 8, 0), at) if clause.words[n] not in _LIGHT][-2:]
    behind = [n for n in range(at + 1, min(at + 9, len(clause.words))) if clause.words[n] not in _LIGHT][:3]
    for count in (1, 2):
        yield f"-{count}", before[-count] if count <= len(before) else None
    for count in (1, 2, 3):
        yield f"+{count}", behind[count - 1] if count <= len(behind) else None


def _beside(clause: Clause, at: int) -> Iterator[str]:
    words, stem, form = clause.words, clause.stems[at], clause.form(at)
    if at > 0:
        yield from (f"<{words[at - 1]}", f"<{words[at - 1]}{form}")
    if at > 1:
        yield f"<<{words[at - 2]}_{words[at - 1]}"
    if at + 1 < len(words):
        yield from (f">{words[at + 1]}", f">{stem}_{words[at + 1]}")
    if at + 2 < len(words):
        yield f">>{words[at + 1]}_{words[at + 2]}"


def _of_classes(clause: Clause, at: int) -> Iterator[str]:
    own, form, stem = clause.classes[at], clause.form(at), clause.stems[at]
    behind = dict.fromkeys(name for names in clause.classes[at + 1 : at + 7] for name in names)
    before = dict.fromkeys(name for names in clause.classes[max(at - 6, 0) : at] for name in names)
    turning = [name for name in before if name in _TURNING]
    for name in own:
        yield from (f"c{name}", f"c{name}.{form}")
        if at:
            yield f"c{clause.words[at - 1]}.{name}"
        yield from (f"n{name}.{other}" for other in behind)
        yield from (f"p{name}.{other}" for other in turning)
    yield from (f"n{name}" for name in behind)
    yield from (f"p{name}" for name in before)
    yield from (f"n{stem}.{name}" for name in behind)
    if not own:
        yield "c"


def pair_signs(clause: Clause, actor: WordSpan | None, recipient: WordSpan | None) -> Mapping[str, float]:
    """What speaks for an event between two parties, with its weight: what stands before, between and behind them."""
    signs: dict[str, float] = {}
    sides = [side for side in (actor, recipient) if side is not None]
    inside = {at for first, end in sides for at in range(first, end)}
    for at, word in enumerate(clause.words):
        if at not in inside:
            weight = _weight(at, sides)
            for sign in _signs_at(clause, at, inside, _zone(at, actor, recipient)):
                signs[sign] = max(signs.get(sign, 0.0), weight)
            if len(word) > 5:
                signs[f"5{word[:5]}"] = _MIDDLE
    for name, side in (("A", actor), ("R", recipient)):
        if side is not None:
            signs.update(dict.fromkeys(_signs_of_party(clause, side, name), _MIDDLE))
    for sign in (*_behind_actor(clause, actor, inside), *_before_recipient(clause, recipient, inside)):
        signs.setdefault(sign, _STRONG)
    for sign in _between(clause, actor, recipient):
        signs.setdefault(sign, _STRONG)
    return signs


def _weight(at: int, sides: Sequence[WordSpan]) -> float:
    apart = min((abs(at - (end if at >= end else first)) for first, end in sides), default=_NEAR + 1)
    return _STRONG if apart <= _NEAR else _MIDDLE if apart <= _FAR else _WEAK


def _zone(at: int, actor: WordSpan | None, recipient: WordSpan | None) -> str:
    """Before, in the middle or at the end, and who of the two stands first."""
    order = "R" if actor is None or (recipient is not None and recipient < actor) else "A"
    first, *second = sorted(side for side in (actor, recipient) if side is not None) or [(0, 0)]
    if at < first[0]:
        return f"B{order}"
    return f"M{order}" if second and at < second[0][0] else f"E{order}"


def _signs_at(clause: Clause, at: int, inside: set[int], zone: str) -> Iterator[str]:
    stem = clause.stems[at]
    yield from (f"w{stem}", f"{zone}{stem}")
    if at + 1 < len(clause.stems) and at + 1 not in inside:
        yield f"b{stem}_{clause.stems[at + 1]}"
    if clause.classes[at]:
        behind = {
            n for m in range(at + 1, min(at + 8, len(clause.words))) if m not in inside for n in clause.classes[m]
        }
        for name in clause.classes[at]:
            yield f"{zone}:{name}"
            yield from (f"n{name}.{other}" for other in sorted(behind))
            yield from (f"s{name}.{other}" for other in clause.stems[at + 1 : at + 3])


def _signs_of_party(clause: Clause, side: WordSpan, name: str) -> Iterator[str]:
    for at in range(side[0], min(side[1], len(clause.words))):
        yield f"{name}{clause.stems[at]}"
        yield from (f"{name}:{other}" for other in clause.classes[at])


def _behind_actor(clause: Clause, actor: WordSpan | None, inside: set[int]) -> Iterator[str]:
    """The words behind the actor: its verb, most often, and what stands under that."""
    if actor is None:
        return
    seen = 0
    for at in range(actor[1], min(actor[1] + 9, len(clause.words))):
        if at in inside:
            break
        yield from (f">{name}{min(seen, 2)}" for name in clause.classes[at])
        if clause.classes[at] and not seen:
            before = clause.words[at - 1] if clause.words[at - 1] in _AUXILIARIES else ""
            yield from (f"f{name}.{clause.form(at)}.{before}" for name in clause.classes[at])
        seen += bool(clause.classes[at])
    for at in range(actor[1], min(actor[1] + 3, len(clause.words))):
        yield f">{at - actor[1]}{clause.stems[at]}"
    telling = [n for n in range(actor[1], min(actor[1] + 10, len(clause.words))) if n not in inside]
    telling = [n for n in telling if clause.words[n] not in _LIGHT][:4]
    yield from (f"a{clause.stems[n]}_{clause.stems[m]}" for k, n in enumerate(telling) for m in telling[k + 1 :])


def _before_recipient(clause: Clause, recipient: WordSpan | None, inside: set[int]) -> Iterator[str]:
    if recipient is None:
        return
    seen = 0
    for at in range(recipient[0] - 1, max(recipient[0] - 9, -1), -1):
        if at in inside:
            break
        yield from (f"<{name}{min(seen, 2)}" for name in clause.classes[at])
        seen += bool(clause.classes[at])
    for at in range(max(recipient[0] - 3, 0), recipient[0]):
        yield f"<{recipient[0] - at}{clause.stems[at]}"
    telling = [n for n in range(recipient[0] - 1, max(recipient[0] - 10, -1), -1) if n not in inside]
    telling = [n for n in telling if clause.words[n] not in _LIGHT][:4]
    yield from (f"r{clause.stems[m]}_{clause.stems[n]}" for k, n in enumerate(telling) for m in telling[k + 1 :])


def _between(clause: Clause, actor: WordSpan | None, recipient: WordSpan | None) -> Iterator[str]:
    """The first classes that stand between the parties."""
    if actor is None or recipient is None:
        return
    begin, end = (actor[1], recipient[0]) if actor < recipient else (recipient[1], actor[0])
    telling = [names for names in clause.classes[begin:end] if names]
    yield from (f"m{place}{name}" for place, names in enumerate(telling[:3]) for name in names)
    if not telling:
        yield "m"


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)]
    return word


class _Class(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    stems: str
    phrases: tuple[str, ...] = ()


class _Classes:
    """Which classes a word, or the words from one on, belong to."""

    def __init__(self, classes: Mapping[str, _Class]) -> None:
        self._whole: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._known: dict[str, tuple[str, ...]] = {}
        for name, own in classes.items():
            for stem in own.stems.split():
                table = self._whole if stem.startswith("=") else self._stems
                table.setdefault(stem.lstrip("="), []).append(name)
            for phrase in own.phrases:
                words = tuple(phrase.split())
                self._phrases.setdefault(words[0], []).append((words, name))

    def of_word(self, word: str) -> tuple[str, ...]:
        found = self._known.get(word)
        if found is None:
            begun = (self._stems.get(word[:count], ()) for count in range(_LEAST_STEM, len(word) + 1))
            found = (*self._whole.get(word, ()), *(name for names in begun for name in names))
            if len(self._known) < 100_000:
                self._known[word] = found
        return found

    def of_phrase(self, words: Sequence[str], at: int) -> Iterator[str]:
        for phrase, name in self._phrases.get(words[at], ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                yield name


@lru_cache(maxsize=1)
def _load_classes() -> _Classes:
    raw = tomllib.loads((files("onrecord") / "data" / "deeds.toml").read_text(encoding="utf-8"))
    return _Classes(convert(raw, dict[str, _Class]))
