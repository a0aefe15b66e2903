"""What the models of deeds learn from: labelled words, and sentences with the event between two parties."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onrecord.models.clauses import Clause, clause_of, pair_signs, word_signs
from onrecord.models.deeds import numbers_of
from onrecord.models.sides import nobody_signs, side_signs
from onrecord.models.wording import Words, split_words
from onrecord.spans import split_sentences
from training.attribution.marks import EVENTS, alike, kinds_of
from training.labels.read import ENTITIES, read_labels

SIZE = 2**16  # of the tables of signs; half of it costs half a point of PLV's
SIDES = 2**15  # of the table of signs of actors and recipients
UNKNOWN = -1
WordSpan = tuple[int, int]
Rows = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass
class Sentence:
    """A sentence of a labelled article: for each word its signs, and 0, 1 + its event, or UNKNOWN."""

    signs: list[Rows]
    events: list[int]


@dataclass
class Told:
    """An event of a labelled article with the mentions of its sentence."""

    signs: list[Rows]  # of nobody, then of each mention
    sides: list[list[int]]  # which of these are actors, and recipients; empty where they are in another sentence


@dataclass
class Pair:
    """A sentence that tells one of these kinds of event between two parties."""

    text: str
    kinds: tuple[int, ...]
    signs: Rows
    weights: Floats  # of the signs; the sum of their squares is 1
    words: list[Rows]  # signs of the words one of which tells it
    is_placed: bool  # whether the set says which words these are


def read_sentences(shared: Path, tokenizer: Tokenizer) -> list[Sentence]:
    """The sentences of the articles whose events are labelled (`training/labels`)."""
    found = []
    for row in read_labels(shared, ENTITIES):
        if row["events"] is None:
            continue
        for span in split_sentences(row["text"]):
            text = row["text"][span.start : span.end]
            words = split_words(text, tokenizer, [])
            if len(words):
                inside = [e for e in row["events"] if span.start <= e["trigger"][0] < span.end]
                clause = clause_in(text, words)
                signs = [numbers_of(word_signs(clause, at), SIZE) for at in range(len(words))]
                found.append(Sentence(signs, _events(inside, span.start, words)))
    return found


def _events(rows: list[dict[str, Any]], start: int, words: Words) -> list[int]:
    events = [0] * len(words)
    spans = [words_of((row["trigger"][0] - start, row["trigger"][1] - start), words) for row in rows]
    for first, end in spans:
        events[first:end] = [UNKNOWN] * (end - first)
    for row, (first, _) in zip(rows, spans, strict=True):
        if first < len(events):
            events[first] = 1 + EVENTS.index(row["type"])
    return events


def read_events(shared: Path, tokenizer: Tokenizer) -> list[Told]:
    """The labelled events, with the mentions of their sentences."""
    found: list[Told] = []
    for row in read_labels(shared, ENTITIES):
        if row["entities"] is None:
            continue  # who is no party is not known there
        mentions = sorted({(s, e) for entity in row["entities"] for s, e in entity["mentions"]})
        for span in split_sentences(row["text"]) if row["events"] else ():
            inside = [e for e in row["events"] if span.start <= e["trigger"][0] < span.end]
            if inside:
                near = [(s - span.start, e - span.start) for s, e in mentions if span.start <= s and e <= span.end]
                found += _told(row["text"][span.start : span.end], inside, span.start, near, tokenizer)
    return found


def _told(
    text: str, rows: list[dict[str, Any]], start: int, near: list[tuple[int, int]], tokenizer: Tokenizer
) -> Iterator[Told]:
    words = split_words(text, tokenizer, [])
    clause = clause_in(text, words)
    mentions = [m for m in sorted({words_of(span, words) for span in near}) if m[1] <= len(words)]
    for row in rows:
        trigger = words_of((row["trigger"][0] - start, row["trigger"][1] - start), words)[0]
        if trigger >= len(words):
            continue
        signs = [nobody_signs(clause, trigger, mentions)]
        signs += [side_signs(clause, trigger, mention, mentions) for mention in mentions]
        sides = []
        for role in ("actors", "recipients"):
            spans = [(p["words"][0] - start, p["words"][1] - start) for p in row[role] if p["words"]]
            firsts = {words_of(span, words)[0] for span in spans if 0 <= span[0] < len(text)}
            at = [1 + number for number, mention in enumerate(mentions) if mention[0] in firsts]
            sides.append(at or ([] if row[role] else [0]))
        yield Told([numbers_of(own, SIDES) for own in signs], sides)


def read_pairs(shared: Path, tokenizer: Tokenizer) -> list[Pair]:
    """PLV's and PLOVER's sentences of the development part."""
    return [_pair(name, row, tokenizer) for name in ("plv", "plover_gsr") for row in rows_of(shared, name)]


def _pair(name: str, row: dict[str, Any], tokenizer: Tokenizer) -> Pair:
    words = split_words(row["text"], tokenizer, [])
    spans = [(s["role"], words_of((s["start"], s["end"]), words)) for s in row["spans"] if s["start"] is not None]
    actor, recipient = (
        next((span for held, span in spans if held in (role, "both")), None) for role in ("actor", "recipient")
    )
    clause = clause_in(row["text"], words)
    signs = pair_signs(clause, actor, recipient)
    weights = np.fromiter(signs.values(), np.float32, len(signs))
    placed = [at for role, span in spans if role == "event" for at in range(*span)]
    inside = {at for side in (actor, recipient) if side for at in range(*side)}
    places = placed or [at for at in range(len(words)) if at not in inside]
    told = [numbers_of(word_signs(clause, at), SIZE) for at in places if at < len(words)]
    return Pair(
        text=row["text"],
        kinds=kinds_of(row["root"] if name == "plv" else row["event"]),
        signs=numbers_of(signs, SIZE),
        weights=weights / max(float(np.linalg.norm(weights)), 1e-9),
        words=[each for each in told if len(each)],
        is_placed=bool(placed),
    )


def clause_in(text: str, words: Words) -> Clause:
    shown = [text[s:e] for s, e in zip(words.starts.tolist(), words.ends.tolist(), strict=True)]
    return clause_of(shown, words.shapes.tolist())


def words_of(span: tuple[int, int], words: Words) -> WordSpan:
    first = int(np.searchsorted(words.ends, span[0], "right"))
    return first, max(int(np.searchsorted(words.starts, span[1], "left")), first + 1)


def rows_of(shared: Path, name: str) -> Iterator[dict[str, Any]]:
    with (shared / "data/events" / name / "dev.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def folds_of(texts: list[str], count: int) -> list[int]:
    """The fold of each text; those alike are in the same."""
    return [group % count for group in alike(texts)]
