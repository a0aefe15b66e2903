"""From tag and link scores to attributions: which words are source, cue and content, and which belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from onrecord.models.attribution import BEGIN, TAGS, Tagging
from onrecord.models.wording import SHAPES, Words

__all__ = ["Attribution", "content_chance", "decode_attributions", "word_spans_to_characters"]

Floats = NDArray[np.float32]
WordSpan = tuple[int, int]  # half-open, in words

_ROLES = ("source", "cue", "content")
_NEVER = np.float32(-1e4)
_MARK = SHAPES.index("punctuation")
_SURELY_NONE = np.log(0.95)  # a word whose probability of having no role is above this parts two stretches


@dataclass
class Attribution:
    """Word spans of one attribution; one of layer n + 1 lies inside the content of one of layer n."""

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


def decode_attributions(tagging: Tagging, *, flat: bool, leanings: Sequence[float] = ()) -> list[Attribution]:
    """Attributions of all layers (`flat`: of the outermost only), in text order.

    Args:
        leanings: added to the score of "no role", a layer each; above 0 means fewer attributions.
    """
    found: list[Attribution] = []
    held: NDArray[np.bool_] | None = None
    for layer in range(1 if flat else tagging.tags.shape[1]):
        leaning = leanings[layer] if layer < len(leanings) else 0.0
        attributions = _decode_layer(tagging, layer, held, leaning=leaning)
        if not attributions:
            break
        found += attributions
        held = _words_of(attributions, len(tagging.words))
    return sorted(found, key=lambda a: (min(s for s, _ in a.content), a.layer))


def _words_of(attributions: Sequence[Attribution], count: int) -> NDArray[np.bool_]:
    """Which words lie in a content."""
    held = np.zeros(count, bool)
    for attribution in attributions:
        for start, end in attribution.content:
            held[start:end] = True
    return held


def _decode_layer(tagging: Tagging, layer: int, held: NDArray[np.bool_] | None, *, leaning: float) -> list[Attribution]:
    scores = tagging.tags[:, layer].copy()
    if leaning:
        scores[:, 0] += leaning
        scores -= np.logaddexp.reduce(scores, axis=1, keepdims=True)  # so that confidence is about the choice made
    likely = scores
    if held is not None:
        scores = scores.copy()
        scores[~held, 1:] = _NEVER
    path = _best_path(scores, _gaps(tagging.words))
    return _link(tagging, _spans_of(path, likely), layer)


def _transitions(running_on: Sequence[str]) -> Floats:
    """Score of going from tag to tag where only these roles may run on: 0 or impossible."""
    table = np.zeros((len(TAGS), len(TAGS)), np.float32)
    for role, begin in BEGIN.items():
        inside = begin + 1
        table[:, inside] = _NEVER
        if role in running_on:
            table[begin, inside] = table[inside, inside] = 0.0
    return table


# Within a line; over a line break in mid-sentence; over the end of a paragraph, where all but one of 23,843 pieces of
# content end in PolNeAR's and the hand-labelled train parts.
_STEPS = np.stack([_transitions(_ROLES), _transitions(["content"]), _transitions([])])


def _gaps(words: Words) -> NDArray[np.int64]:
    """What stands before each word: 0 nothing, 1 a line break, 2 the end of a paragraph (index into `_STEPS`)."""
    after_mark = np.roll(words.shapes == _MARK, 1)
    ends_paragraph = (words.breaks == 2) | ((words.breaks == 1) & after_mark)
    return np.asarray(np.minimum(words.breaks, 1) + ends_paragraph, dtype=np.int64)


def _best_path(scores: Floats, gaps: NDArray[np.int64]) -> NDArray[np.int64]:
    """The most probable legal tag sequence.

    The most probable tags are mostly legal as they stand. Where they are not, Viterbi's algorithm solves the stretch
    between the nearest words that surely have no role.
    """
    path = np.asarray(scores.argmax(axis=1), dtype=np.int64)
    before = np.concatenate([[0], path[:-1]])
    wrong = np.flatnonzero(_STEPS[gaps, before, path] < 0)
    if not len(wrong):
        return path
    fences = np.concatenate([[-1], np.flatnonzero(scores[:, 0] > _SURELY_NONE), [len(scores)]])
    reached = 0
    for index in wrong.tolist():
        if index < reached:
            continue
        at = int(np.searchsorted(fences, index))
        start, reached = int(fences[at - 1]) + 1, int(fences[at])
        path[start:reached] = _viterbi(scores[start:reached], gaps[start:reached])
    return path


def _viterbi(scores: Floats, gaps: NDArray[np.int64]) -> list[int]:
    """The best legal path through a stretch that comes after a word without role."""
    best, back = scores[0] + _STEPS[0, 0], []
    for row, gap in zip(scores[1:], gaps[1:].tolist(), strict=True):
        reached = best[:, None] + _STEPS[gap]
        back.append(reached.argmax(axis=0))
        best = reached.max(axis=0) + row
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def _spans_of(path: NDArray[np.int64], log_probs: Floats) -> _Pieces:
    found: dict[str, list[tuple[WordSpan, float]]] = {role: [] for role in _ROLES}
    tagged = np.flatnonzero(path)
    is_first = (path[tagged] % 2 == 1) | (np.diff(tagged, prepend=-2) > 1)
    bounds = np.append(np.flatnonzero(is_first), len(tagged))
    chosen = log_probs[tagged, path[tagged]]
    for first, last in pairwise(bounds.tolist()):
        span = (int(tagged[first]), int(tagged[last - 1]) + 1)
        found[TAGS[path[span[0]]][2:]].append((span, float(chosen[first:last].mean())))
    return _Pieces(**found)


def _link(tagging: Tagging, pieces: _Pieces, layer: int) -> list[Attribution]:
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
    _give_sources(tagging, spoken, [span for span, _ in pieces.source])
    for attribution in spoken:
        attribution.score /= 2 + 2 * len(attribution.content)
    return sorted(spoken + orphans, key=lambda a: min(a.content))


def _give_sources(tagging: Tagging, attributions: list[Attribution], sources: list[WordSpan]) -> None:
    """A source may serve several cues ("she said ..., adding that ..."): one in eight does in PolNeAR's train part."""
    heads = [a.cue[0] for a in attributions if a.cue]
    if not heads or not sources:
        return
    choices = tagging.cue_source_choices(heads, [s for s, _ in sources])
    for attribution, choice in zip(attributions, choices, strict=True):
        source, chance = choice.best
        attribution.score += chance
        if source >= 0:
            attribution.source.append(sources[source])


def content_chance(tagging: Tagging, start: int, end: int) -> float:
    """The mean probability of the words in a half-open code-point span to be content of an outermost attribution."""
    words = tagging.words
    first, last = np.searchsorted(words.ends, start, "right"), np.searchsorted(words.starts, end, "left")
    chances = np.exp(tagging.tags[first:last, 0, BEGIN["content"] :]).sum(axis=1)
    return float(chances.mean()) if len(chances) else 0.0


def word_spans_to_characters(tagging: Tagging, spans: Sequence[WordSpan]) -> list[tuple[int, int]]:
    """Half-open code-point spans of half-open word spans."""
    words = tagging.words
    return [(int(words.starts[s]), int(words.ends[e - 1])) for s, e in spans]
