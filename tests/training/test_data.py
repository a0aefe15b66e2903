"""Windows to learn from. All texts are our own."""

import random

import numpy as np
import pytest

from onrecord.models.attribution import load_attribution_model
from training.attribution.data import (
    IGNORED,
    LAYERS,
    Annotation,
    Sample,
    cut_examples,
    disguise,
    label,
    nested_sample,
    wrap,
)

TEXT = "Moren said on Monday that Odun had vowed to rebuild the old port. It rained all day long in the town, she said."


def spans(part, text=TEXT):
    return [(text.index(part), text.index(part) + len(part))]


OUTER = Annotation(spans("Moren"), spans("said"), spans("Odun had vowed to rebuild the old port"))
INNER = Annotation(spans("Odun"), spans("had vowed"), spans("to rebuild the old port"), layer=1)


@pytest.fixture(scope="module")
def tokenizer():
    return load_attribution_model(threads=1).tokenizer


def roles(sample, annotation):
    return [[sample.text[s:e] for s, e in getattr(annotation, role)] for role in ("source", "cue", "content")]


def test_nesting_becomes_layers_and_what_is_not_annotated_is_ignored(tokenizer):
    known = label(Sample(TEXT, [OUTER, INNER], known=[OUTER.content, []]), tokenizer)
    inside = slice(5, 13)
    assert known.tags.shape[1] == LAYERS
    assert (known.tags[inside, 1] != IGNORED).all()
    assert known.tags[0, 1] == IGNORED
    assert (known.tags[:, 2] == IGNORED).all()
    (example,) = cut_examples(known, size=254, context=0)
    assert (example.tags > 0).any(axis=0).tolist() == [True, True, False]


def test_statements_within_statements_stand_on_deeper_layers():
    rows = [
        {"id": "s1", "within": None, "source": [], "cue": [], "content": [[0, 60]]},
        {"id": "s2", "within": "s1", "source": [], "cue": [], "content": [[0, 50]]},
        {"id": "s3", "within": "s2", "source": [], "cue": [], "content": [[0, 40]]},
        {"id": "s4", "within": "s3", "source": [], "cue": [], "content": [[0, 30]]},
    ]
    assert [a.layer for a in nested_sample(TEXT, rows, None).annotations] == [0, 1, 2]


def test_a_wrapped_sentence_moves_its_statements_one_layer_in():
    sample = Sample(TEXT, [OUTER, INNER], known=[OUTER.content, []])
    for seed in range(20):
        wrapped = wrap(sample, 1.0, random.Random(seed))
        by_layer = {a.layer: a for a in wrapped.annotations}
        assert sorted(by_layer) == [0, 1, 2]
        assert roles(wrapped, by_layer[2]) == roles(sample, INNER)
        assert roles(wrapped, by_layer[1]) == roles(sample, OUTER)
        held = wrapped.text[slice(*by_layer[0].content[0])]
        assert held == TEXT[: TEXT.index(".")]
        assert wrapped.known[1] == by_layer[1].content


def test_a_sentence_left_alone_keeps_its_layers():
    sample = Sample(TEXT, [OUTER, INNER], known=[OUTER.content, []])
    kept = wrap(sample, 0.0, random.Random(1))
    assert (kept.text, sorted(a.layer for a in kept.annotations)) == (TEXT, [0, 1])
    assert kept.known == sample.known


def test_disguises_keep_every_character_in_its_place():
    text = "“We won,” she said.\nIt’s over."
    seen = {disguise(Sample(text, []), random.Random(seed)).text for seed in range(200)}
    assert len(seen) > 2
    assert {len(t) for t in seen} == {len(text)}
    assert all(np.array([a == b for a, b in zip(text, t, strict=True) if a.isalnum()]).all() for t in seen)
