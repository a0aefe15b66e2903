"""Decoding with hand-made scores: no weights are loaded."""

import numpy as np

from onrecord.models.attribution import TAGS, Tagging
from onrecord.models.wording import Window, Words
from onrecord.reading.decode import decode_attributions, word_spans_to_characters

TEXT = "Moren said rain fell . Sato agreed"
SURE = 8.0


def tagging(outer: list[str], inner: list[str] | None = None) -> Tagging:
    """Scores that make these tags all but certain; link scores follow distance, the nearest cue or source winning."""
    tokens = TEXT.split()
    starts = np.array([TEXT.index(t) for t in tokens], np.int32)
    ends = starts + np.array([len(t) for t in tokens], np.int32)
    count = len(tokens)
    scores = np.zeros((count, 2, len(TAGS)), np.float32)
    for layer, labels in enumerate((outer, inner or ["O"] * count)):
        for word, tag in enumerate(labels):
            scores[word, layer, TAGS.index(tag)] = SURE
    logits = scores - np.log(np.exp(scores).sum(axis=2, keepdims=True))
    none = np.zeros(count, np.int32)
    words = Words(starts, ends, np.arange(count + 1, dtype=np.int32), none, none, none, none)
    near = -np.tile(np.arange(9, dtype=np.float32), (2, 2))
    return Tagging(
        words=words,
        tags=logits,
        windows=[Window(0, 0, count)],
        links=[np.zeros((count, 5, 4), np.float32)],
        null=np.array([-9.0, -9.0], np.float32),
        distance=near,
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


def test_flat_gives_a_source_to_one_cue_only():
    outer = ["B-source", "B-cue", "B-content", "I-content", "O", "B-content", "B-cue"]
    assert [a[0] for a in shown(tagging(outer))] == ["Moren", "Moren"]
    assert sorted(a[0] for a in shown(tagging(outer), flat=True)) == ["", "Moren"]


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
    )
    assert decode_attributions(nothing, flat=False) == []
