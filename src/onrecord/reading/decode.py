"""From tag and link scores to attributions: which words are source, cue and content, and which belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from onrecord.models.attribution import BEGIN, TAGS, Choice, Tagging

__all__ = ["Attribution", "decode_attributions"]

Floats = NDArray[np.float32]
WordSpan = tuple[int, int]  # half-open, in words

_ROLES = ("source", "cue", "content")
_NEVER = np.float32(-1e4)


@dataclass
class Attribution:
    """Word spans of one attribution; `layer` 1 lies inside the content of one of layer 0."""

    cue: WordSpan | None
    source: list[WordSpan] = field(default_factory=list)
    content: list[WordSpan] = field(default_factory=list)
    layer: int = 0
    score: float = 0.0  # log-probability per decision


@dataclass(frozen=True)
class _Pieces:
    """Tagged spans of one layer with the mean log-probability of their words."""

    source: list[tuple[WordSpan, float]]
    cue: list[tuple[WordSpan, float]]
    content: list[tuple[WordSpan, float]]


def decode_attributions(
    tagging: Tagging, *, flat: bool, leanings: tuple[float, float] = (0.0, 0.0)
) -> list[Attribution]:
    """Attributions of both layers (`flat`: of the outer one only), in text order.

    Args:
        flat: a source goes to one cue at most, as PolNeAR annotates; else one source may serve several cues.
        leanings: added to the score of "no role" on each layer; above 0 means fewer attributions.
    """
    outer = _decode_layer(tagging, 0, None, one_to_one=flat, leaning=leanings[0])
    if flat:
        return outer
    held = np.zeros(len(tagging.words), bool)
    for attribution in outer:
        for start, end in attribution.content:
            held[start:end] = True
    return sorted(
        outer + _decode_layer(tagging, 1, held, one_to_one=False, leaning=leanings[1]),
        key=lambda a: (min(s for s, _ in a.content), a.layer),
    )


def _decode_layer(
    tagging: Tagging, layer: int, held: NDArray[np.bool_] | None, *, one_to_one: bool, leaning: float
) -> list[Attribution]:
    scores = tagging.tags[:, layer].copy()
    scores[:, 0] += leaning
    scores -= np.logaddexp.reduce(scores, axis=1, keepdims=True)  # so that confidence is about the choice made
    likely = scores.copy()
    if held is not None:
        scores[~held, 1:] = _NEVER
    path = _best_path(scores, tagging.words.breaks)
    pieces = _spans_of(path, likely)
    return _link(tagging, pieces, layer, one_to_one=one_to_one)


def _transitions(*, new_line: bool) -> Floats:
    """Score of going from tag to tag: 0 or impossible. Only contents run on over a line break."""
    table = np.zeros((len(TAGS), len(TAGS)), np.float32)
    for begin in BEGIN.values():
        inside = begin + 1
        table[:, inside] = _NEVER
        if not new_line or begin == BEGIN["content"]:
            table[begin, inside] = table[inside, inside] = 0.0
    return table


def _best_path(scores: Floats, breaks: NDArray[np.int32]) -> NDArray[np.int64]:
    """The most probable legal tag sequence (Viterbi)."""
    if not len(scores):
        return np.zeros(0, np.int64)
    plain, broken = _transitions(new_line=False), _transitions(new_line=True)
    start = np.array([0.0 if t in (0, 1, 3, 5) else _NEVER for t in range(len(TAGS))], np.float32)
    best, back = scores[0] + start, np.zeros((len(scores), len(TAGS)), np.int64)
    for index in range(1, len(scores)):
        reached = best[:, None] + (broken if breaks[index] else plain)
        back[index] = reached.argmax(axis=0)
        best = reached.max(axis=0) + scores[index]
        best -= best.max()
    path = np.zeros(len(scores), np.int64)
    path[-1] = int(best.argmax())
    for index in range(len(scores) - 1, 0, -1):
        path[index - 1] = back[index, path[index]]
    return path


def _spans_of(path: NDArray[np.int64], log_probs: Floats) -> _Pieces:
    chosen = log_probs[np.arange(len(path)), path]
    found: dict[str, list[tuple[WordSpan, float]]] = {role: [] for role in _ROLES}
    index = 0
    while index < len(path):
        tag = int(path[index])
        if tag == 0:
            index += 1
            continue
        role = TAGS[tag][2:]
        end = index + 1
        while end < len(path) and path[end] == BEGIN[role] + 1:
            end += 1
        found[role].append(((index, end), float(chosen[index:end].mean())))
        index = end
    return _Pieces(**found)


def _link(tagging: Tagging, pieces: _Pieces, layer: int, *, one_to_one: bool) -> list[Attribution]:
    cues = [span for span, _ in pieces.cue]
    attributions = [Attribution(cue=span, layer=layer, score=score) for span, score in pieces.cue]
    orphans: list[Attribution] = []
    if pieces.content:
        choices = tagging.content_cue_choices([(s, e - 1) for (s, e), _ in pieces.content], [s for s, _ in cues])
        for choice, (span, score) in zip(choices, pieces.content, strict=True):
            cue, chance = choice.best
            if cue >= 0:
                attributions[cue].content.append(span)
                attributions[cue].score += score + chance
            else:
                orphans.append(Attribution(cue=None, content=[span], layer=layer, score=score + chance))
    spoken = [a for a in attributions if a.content]
    _give_sources(tagging, spoken, [span for span, _ in pieces.source], one_to_one=one_to_one)
    for attribution in spoken:
        attribution.score /= 2 + 2 * len(attribution.content)
    return sorted(spoken + orphans, key=lambda a: min(a.content))


def _give_sources(
    tagging: Tagging, attributions: list[Attribution], sources: list[WordSpan], *, one_to_one: bool
) -> None:
    heads = [a.cue[0] for a in attributions if a.cue]
    if not heads or not sources:
        return
    choices = tagging.cue_source_choices(heads, [s for s, _ in sources])
    chosen = _matching(choices) if one_to_one else [choice.best for choice in choices]
    for attribution, (source, chance) in zip(attributions, chosen, strict=True):
        attribution.score += chance
        if source >= 0:
            attribution.source.append(sources[source])


def _matching(choices: Sequence[Choice]) -> list[tuple[int, float]]:
    """Stable matching: each takes the best option it can get, an option keeps the one with the best score."""
    wishes = [iter(np.argsort(-choice.scores).tolist()) for choice in choices]
    taken: dict[int, int] = {}  # option -> who has it
    chosen = [(-1, 0.0)] * len(choices)
    waiting = list(range(len(choices)))
    while waiting:
        row = waiting.pop()
        at = next(wishes[row])
        option, chance = int(choices[row].options[at]), float(choices[row].scores[at])
        rival = taken.get(option)
        if rival is not None and chosen[rival][1] >= chance:
            waiting.append(row)
            continue
        if rival is not None:
            waiting.append(rival)
        chosen[row] = (option, chance)
        if option >= 0:
            taken[option] = row
    return chosen


def word_spans_to_characters(tagging: Tagging, spans: Sequence[WordSpan]) -> list[tuple[int, int]]:
    """Half-open code-point spans of half-open word spans."""
    words = tagging.words
    return [(int(words.starts[s]), int(words.ends[e - 1])) for s, e in spans]
