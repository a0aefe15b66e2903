"""What the reader learns besides attribution: acts, mentions that mean the same, events with their actors.

Marks are code-point spans of a sample; `cut` makes them what the network sees of one window, in word pieces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from onrecord.models.wording import Words
from onrecord.records import Act

ACTS = tuple(str(act) for act in Act)
KINDS = {"person": 0, "group": 0, "organisation": 1, "organization": 1, "country": 2, "place": 2}
EVENTS = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip
MODALITIES = ("asserted", "future", "hypothetical", "negated", "historical")
HELD_OUT_DOCUMENTS = 4  # every so many of GUM's documents is not trained on
HELD_OUT_SENTENCES = 3  # and of the sentences of PLV and PLOVER's records
_IGNORED = -100
_ALIKE = 0.6  # share of words from which two sentences count as one
Span = tuple[int, int]


class Event(NamedTuple):
    kind: int
    modality: int
    trigger: Span
    actors: list[Span]
    recipients: list[Span]


class Pair(NamedTuple):
    """A sentence that tells an event of these kinds between two parties; where it tells it is not known."""

    kinds: tuple[int, ...]
    actor: Span | None
    recipient: Span | None


class Told(NamedTuple):
    """A statement and what it does."""

    act: int
    content: list[Span]
    cue: list[Span]


@dataclass
class Marks:
    """Of one text; None stands for what nobody has annotated."""

    mentions: list[tuple[int, int, int, str]] | None = None  # start, end, kind, entity
    loose: list[Span] = field(default_factory=list)  # mentions or not, as one takes it
    events: list[Event] | None = None
    acts: list[Told] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)

    @property
    def is_marked(self) -> bool:
        """Whether somebody has annotated mentions or events."""
        return self.mentions is not None or self.events is not None


@dataclass
class Targets:
    """Of one window, in pieces."""

    mentions: NDArray[np.int64]  # [length, 2]: outer and inner, 0 none, 1 + 2 kind first, 2 + 2 kind inside
    events: NDArray[np.int64]  # [length]: 0 none, 1 + kind
    same: list[tuple[int, int, list[int]]] = field(default_factory=list)  # first, last, earlier ones that are the same
    told: list[tuple[int, list[int], list[int]]] = field(default_factory=list)  # act, pieces of content, of cue
    roles: list[tuple[int, int, list[int], list[int]]] = field(default_factory=list)  # trigger, modality, parties
    pairs: list[tuple[tuple[int, ...], int | None, int | None]] = field(default_factory=list)


def cut(marks: Marks | None, words: Words, start: int, end: int, heads: NDArray[np.int32], length: int) -> Targets:
    """The marks that lie in the words from `start` to `end`, whose first pieces are `heads` in the window."""
    found = Targets(np.full((length, 2), _IGNORED, np.int64), np.full(length, _IGNORED, np.int64))
    if marks is None:
        return found
    window = _Window(words, start, end, heads)
    if marks.mentions is not None:
        found.mentions[heads] = 0
        _mark_mentions(found, marks, window)
    if marks.events is not None:
        found.events[heads] = 0
        _mark_events(found, marks.events, window)
    for told in marks.acts:
        content, cue = window.pieces(told.content), window.pieces(told.cue)
        if content:
            found.told.append((told.act, content, cue))
    for pair in marks.pairs:
        actor, recipient = window.first(pair.actor), window.first(pair.recipient)
        if actor is not None or recipient is not None:
            found.pairs.append((pair.kinds, actor, recipient))
    return found


class _Window:
    def __init__(self, words: Words, start: int, end: int, heads: NDArray[np.int32]) -> None:
        self.words, self.start, self.end, self.heads = words, start, end, heads

    def inside(self, span: Span) -> tuple[int, int] | None:
        """First and last word of the span, counted from the window's first; None if one lies without."""
        first = int(np.searchsorted(self.words.ends, span[0], "right"))
        last = int(np.searchsorted(self.words.starts, span[1], "left")) - 1
        if self.start <= first <= last < self.end:
            return first - self.start, last - self.start
        return None

    def first(self, span: Span | None) -> int | None:
        found = span and self.inside(span)
        return int(self.heads[found[0]]) if found else None

    def pieces(self, spans: Iterable[Span]) -> list[int]:
        """First pieces of all words of the spans that lie in the window."""
        found: list[int] = []
        for s, e in spans:
            first = max(int(np.searchsorted(self.words.ends, s, "right")), self.start)
            last = min(int(np.searchsorted(self.words.starts, e, "left")), self.end)
            found += self.heads[first - self.start : last - self.start].tolist() if first < last else []
        return found


def _mark_mentions(found: Targets, marks: Marks, window: _Window) -> None:
    for span in marks.loose:
        if inside := window.inside(span):
            found.mentions[window.heads[inside[0] : inside[1] + 1]] = _IGNORED
    at = [(inside, kind, entity) for s, e, kind, entity in marks.mentions or () if (inside := window.inside((s, e)))]
    taken = np.zeros((2, window.end - window.start), bool)
    for (first, last), kind, _ in sorted(at, key=lambda m: (m[0][0] - m[0][1], m[0][0])):
        layer = next((n for n in (0, 1) if not taken[n, first : last + 1].any()), None)
        if layer is None:
            continue
        taken[layer, first : last + 1] = True
        found.mentions[window.heads[first : last + 1], layer] = 2 + 2 * kind
        found.mentions[window.heads[first], layer] = 1 + 2 * kind
    at.sort(key=lambda m: m[0])
    for number, ((first, last), _, entity) in enumerate(at):
        earlier = [n for n in range(number) if at[n][2] == entity]
        found.same.append((int(window.heads[first]), int(window.heads[last]), earlier))


def _mark_events(found: Targets, events: Sequence[Event], window: _Window) -> None:
    for event in events:
        inside = window.inside(event.trigger)
        if inside is None:
            continue
        first, last = inside
        trigger = int(window.heads[first])
        found.events[window.heads[first : last + 1]] = _IGNORED
        found.events[trigger] = 1 + event.kind
        actors, recipients = (
            sorted({at for span in spans if (at := window.first(span)) is not None})
            for spans in (event.actors, event.recipients)
        )
        found.roles.append((trigger, event.modality, actors, recipients))


# ---- where marks come from


def told_of(statements: Iterable[Mapping[str, Any]]) -> list[Told]:
    """What labelled statements do."""
    spans = lambda pairs: [(s, e) for s, e in pairs]  # noqa: E731
    return [Told(ACTS.index(s["act"]), spans(s["content"]), spans(s["cue"])) for s in statements if "act" in s]


def mentions_of(entities: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, int, str]]:
    """The mentions of labelled entities."""
    return [
        (s, e, KINDS[entity["type"]], str(number))
        for number, entity in enumerate(entities)
        for s, e in entity["mentions"]
    ]


def events_of(rows: Iterable[Mapping[str, Any]]) -> list[Event]:
    """Labelled events; parties that the text does not name there are left out."""
    words = lambda parties: [(p["words"][0], p["words"][1]) for p in parties if p["words"]]  # noqa: E731
    return [
        Event(
            EVENTS.index(row["type"]),
            MODALITIES.index(row["modality"]),
            (row["trigger"][0], row["trigger"][1]),
            words(row["actors"]),
            words(row["recipients"]),
        )
        for row in rows
    ]


def read_gum(path: Path, *, held_out: bool) -> list[tuple[str, Marks]]:
    """Texts of GUM with their mentions, those that are trained on or the others.

    A noun phrase that is mentioned once and names nobody may be a mention or not; it teaches nothing.
    """
    rows = _rows(path)
    return [(row["text"], gum_marks(row)) for row in rows if is_held_out_document(row["id"]) == held_out]


def is_held_out_document(name: str) -> bool:
    """Whether a document of GUM's is kept for measuring; those of the hand-labelled dev part always are."""
    of_dev = name.removeprefix("GUM_news_") in ("korea", "asylum", "afghan", "questionnaire")
    return of_dev or crc32(name.encode()) % HELD_OUT_DOCUMENTS == 0


def gum_marks(row: Mapping[str, Any]) -> Marks:
    marks = Marks(mentions=[])
    for mention in row["mentions"]:
        kind = KINDS.get(mention["etype"])
        if kind is None:
            continue
        start, end, names = shortest(row, mention)
        if mention["coref_link"] == "sgl" and not names:
            marks.loose.append((start, end))
        else:
            marks.mentions.append((start, end, kind, mention["cluster"]))  # type: ignore[union-attr]
    return marks


_OUTSIDE = frozenset({"ADP", "SCONJ", "PUNCT", "VERB", "AUX", "ADV", "CCONJ", "PRON"})  # what no noun is part of


def shortest(row: Mapping[str, Any], mention: Mapping[str, Any]) -> tuple[int, int, bool]:
    """A mention without what follows its head noun (clauses, phrases, appositions), and whether it holds a name."""
    tokens = [t for t in row["tokens"] if t[0] >= mention["start"] and t[1] <= mention["end"]]
    last = len(tokens) - 1
    for number in range(1, len(tokens)):
        before, tag = tokens[number - 1][2], tokens[number][2]
        is_behind = before in ("NOUN", "PROPN", "PRON", "NUM") and tag in _OUTSIDE
        word = row["text"][tokens[number][0] : tokens[number][1]]
        names_on = word == "of" and number < last and tokens[number + 1][2] in ("PROPN", "DET")
        if is_behind and not names_on and word not in ("-", "–", ".", "’s", "'s", "’", "'"):
            last = number - 1
            break
    end = tokens[last][1] if tokens else mention["end"]
    return mention["start"], end, any(tag in ("PROPN", "PRON") for _, _, tag in tokens[: last + 1])


def read_pairs(events: Path, *, held_out: bool) -> list[tuple[str, Marks]]:
    """Sentences of PLV and PLOVER's records with the event between two parties."""
    rows = [(name, row) for name in ("plv", "plover_gsr") for row in _rows(events / name / "dev.jsonl")]
    groups = alike([row["text"] for _, row in rows])
    found: dict[str, Marks] = {}
    for (name, row), group in zip(rows, groups, strict=True):
        if (group % HELD_OUT_SENTENCES == 0) == held_out:
            pair = Pair(
                kinds_of(row["root"] if name == "plv" else row["event"]), _party(row, "actor"), _party(row, "recipient")
            )
            found.setdefault(row["text"], Marks()).pairs.append(pair)
    return list(found.items())


def kinds_of(root: str) -> tuple[int, ...]:
    """PLV's YIELD is two of PLOVER's events."""
    return tuple(EVENTS.index(name) for name in (("CONCEDE", "RETREAT") if root == "YIELD" else (root,)))


def _party(row: Mapping[str, Any], role: str) -> Span | None:
    return next(((s["start"], s["end"]) for s in row["spans"] if s["role"] in (role, "both")), None)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def alike(texts: Sequence[str]) -> list[int]:
    """A number for each text; those that share most words, or begin alike, have the same."""
    bags = [frozenset(re.findall(r"\w+", text.lower())) for text in texts]
    starts = [re.sub(r"\W", "", text.lower())[:50] for text in texts]
    group = list(range(len(texts)))

    def root(n: int) -> int:
        while group[n] != n:
            n = group[n]
        return n

    for n, (bag, start) in enumerate(zip(bags, starts, strict=True)):
        for other in range(n):
            if start == starts[other] or len(bag & bags[other]) >= _ALIKE * len(bag | bags[other]):
                group[root(n)] = root(other)
    return [crc32(min(starts[m] for m in [root(n)]).encode()) for n in range(len(texts))]
