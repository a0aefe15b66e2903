"""Decoding with hand-made scores: no weights are loaded."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.models.attribution import TAGS, Tagging
from onrecord.models.meaning import nothing_meant
from onrecord.models.wording import SHAPES, Window, Words
from onrecord.reading.decode import _best_path, content_chance, decode_attributions, word_spans_to_characters

TEXT = "Moren said rain fell . Sato agreed"
SURE = 8.0


def tagging(*layers: list[str]) -> Tagging:
    """Scores that make these tags all but certain; link scores follow distance, the nearest cue or source winning."""
    tokens = TEXT.split()
    starts = np.array([TEXT.index(t) for t in tokens], np.int32)
    ends = starts + np.array([len(t) for t in tokens], np.int32)
    count = len(tokens)
    scores = np.zeros((count, len(layers), len(TAGS)), np.float32)
    for layer, labels in enumerate(layers):
        for word, tag in enumerate(labels):
            scores[word, layer, TAGS.index(tag)] = SURE
    logits = scores - np.log(np.exp(scores).sum(axis=2, keepdims=True))
    none = np.zeros(count, np.int32)
    shapes = np.array([0 if t.isalnum() else SHAPES.index("punctuation") for t in tokens], np.int32)
    words = Words(starts, ends, np.arange(count + 1, dtype=np.int32), none, shapes, none, none)
    near = -np.tile(np.arange(9, dtype=np.float32), (2, 2))
    return Tagging(
        words=words,
        tags=logits,
        windows=[Window(0, 0, count)],
        links=[np.zeros((count, 5, 4), np.float32)],
        null=np.array([-9.0, -9.0], np.float32),
        distance=near,
        meaning=nothing_meant(words),
    )


def shown(tags: Tagging, *, flat: bool = False) -> list[tuple[str, str, str, int]]:
    def text(spans):
        return " ".join(TEXT[s:e] for s, e in word_spans_to_characters(tags, spans))

    found = decode_attributions(tags, flat=flat)
    return [(text(a.source), text([a.cue] if a.cue else []), text(a.content), a.layer) for a in found]


def test_source_cue_and_content_are_put_together():
    outer = ["B-source", "B-cue", "B-content", "I-content", "O", "O", "O"]
    assert shown(tagging(outer)) == [("Moren", "said", "rain fell", 0)]


def test_a_content_may_stand_in_two_pieces():
    outer = ["B-source", "B-cue", "B-content", "I-content", "O", "B-content", "I-content"]
    assert shown(tagging(outer)) == [("Moren", "said", "rain fell Sato agreed", 0)]


def test_an_inner_attribution_is_found_only_inside_an_outer_content():
    outer = ["B-source", "B-cue", "B-content", "I-content", "I-content", "I-content", "I-content"]
    inner = ["B-source", "O", "B-content", "I-content", "O", "B-source", "B-cue"]
    tags = tagging(outer, inner)
    assert shown(tags)[1:] == [("Sato", "agreed", "rain fell", 1)]
    assert shown(tags, flat=True) == [("Moren", "said", "rain fell . Sato agreed", 0)]


def test_a_cue_without_content_is_no_attribution():
    assert shown(tagging(["B-source", "B-cue", "O", "O", "O", "O", "O"])) == []


def test_an_inside_tag_without_its_beginning_is_not_believed():
    outer = ["B-source", "B-cue", "O", "I-content", "O", "O", "O"]
    contents = [content for _, _, content, _ in shown(tagging(outer))]
    assert all(content.split()[-1] == "fell" for content in contents)


@pytest.mark.parametrize("flat", [False, True])
def test_a_source_may_serve_two_cues(flat):
    outer = ["B-source", "B-cue", "B-content", "I-content", "O", "B-content", "B-cue"]
    assert [a[0] for a in shown(tagging(outer), flat=flat)] == ["Moren", "Moren"]


def test_each_layer_is_found_inside_the_one_above():
    outer = ["B-source", "B-cue", "B-content", "I-content", "I-content", "I-content", "I-content"]
    inner = ["O", "O", "B-content", "I-content", "I-content", "B-source", "B-cue"]
    third = ["B-source", "O", "B-content", "B-cue", "O", "O", "O"]
    assert [a[3] for a in shown(tagging(outer, inner, third))] == [0, 1, 2]
    nothing = ["O"] * 7
    assert [a[3] for a in shown(tagging(outer, nothing, third))] == [0]


def test_a_lone_mark_belongs_to_what_ends_before_it():
    tags = tagging(["O", "O", "B-content", "I-content", "B-cue", "B-source", "B-content"])
    far = np.array([[-9.0] * 9 + [9.0] * 9] * 2, np.float32)  # a cue after its content has next to no chance
    wrong = dataclasses.replace(tags, distance=far[:, ::-1] * [[1.0], [0.0]])
    assert ("Sato", ".", "rain fell", 0) in [(a[0], a[1], a[2].removesuffix(" agreed"), a[3]) for a in shown(wrong)]


def slow_best_path(scores, gaps):
    """Every legal sequence, one after the other."""
    legal = [p for p in product(range(len(TAGS)), repeat=len(scores)) if is_legal(p, gaps)]
    return max(legal, key=lambda p: sum(scores[i, tag] for i, tag in enumerate(p)))


def is_legal(path, gaps):
    for before, tag, gap in zip((0, *path), path, gaps, strict=False):
        is_inside = tag > 0 and tag % 2 == 0
        runs_on = before in (tag - 1, tag) and (gap == 0 or (gap == 1 and TAGS[tag] == "I-content"))
        if is_inside and not runs_on:
            return False
    return True


@settings(deadline=None, max_examples=60)
@given(
    logits=st.lists(st.lists(st.integers(-3, 3), min_size=7, max_size=7), min_size=1, max_size=4),
    gaps=st.lists(st.integers(0, 2), min_size=4, max_size=4),
)
def test_the_tags_read_off_are_the_most_probable_legal_ones(logits, gaps):
    scores = np.array(logits, np.float32) + np.linspace(0, 0.1, 7 * len(logits), dtype=np.float32).reshape(-1, 7)
    scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
    before = np.array(gaps[: len(logits)])
    path = _best_path(scores, before)
    assert is_legal(path.tolist(), before)
    best = slow_best_path(scores, before)
    total = lambda p: sum(scores[i, tag] for i, tag in enumerate(p))  # noqa: E731
    assert total(path) >= total(best) - 0.06  # a word that is 95 % sure to have no role is taken at its word


@pytest.mark.parametrize(
    ("broken_before", "contents"),
    [(0, ["fell . Sato agreed"]), (1, ["fell . Sato agreed"]), (2, ["fell .", "Sato agreed"])],
)
def test_a_content_ends_with_its_paragraph_but_not_with_a_line_in_mid_sentence(broken_before, contents):
    tags = tagging(["O", "O", "O", "B-content", "I-content", "I-content", "I-content"])
    breaks = np.zeros(7, np.int32)
    breaks[5] = broken_before
    shapes = np.zeros(7, np.int32)
    tags = dataclasses.replace(tags, words=tags.words._replace(breaks=breaks, shapes=shapes))
    assert [a[2] for a in shown(tags)] == contents
    ended = dataclasses.replace(tags, words=tags.words._replace(shapes=np.where(np.arange(7) == 4, 5, 0)))
    assert [a[2] for a in shown(ended)] == (["fell . Sato agreed"] if not broken_before else ["fell .", "Sato agreed"])


def test_the_chance_to_be_content_is_the_mean_over_the_words():
    tags = tagging(["O", "O", "B-content", "I-content", "O", "O", "O"])
    assert content_chance(tags, TEXT.index("rain"), TEXT.index("fell") + 4) == pytest.approx(1, abs=0.01)
    assert content_chance(tags, TEXT.index("said"), TEXT.index("fell")) == pytest.approx(0.5, abs=0.01)
    assert content_chance(tags, 5, 5) == 0


def test_no_words_give_no_attributions():
    empty = np.zeros(0, np.int32)
    words = Words(empty, empty, np.zeros(1, np.int32), empty, empty, empty, empty)
    nothing = Tagging(
        words=words,
        tags=np.zeros((0, 2, 7), np.float32),
        windows=[],
        links=[],
        null=np.zeros(2, np.float32),
        distance=np.zeros((2, 18), np.float32),
        meaning=nothing_meant(words),
    )
    assert decode_attributions(nothing, flat=False) == []
