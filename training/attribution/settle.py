"""Choose the reader's settings and fit its confidence on articles that no weight has seen.

    python -m training.attribution.settle --shared ../shared --model src/onrecord/data/reader

For PolNeAR's convention (`flat`) these are the articles that `train` holds out of PolNeAR's train part, and the four on
which its six annotators were trained: the former tell of the same days as what was learned from. For onrecord's own
convention (`own`) they are those that `train` holds out of the hand-labelled train articles and of `training/labels`.
Confidence is a logistic regression on which statements share half of content and source each with a labelled one.
Leanings, the least chance of a signed sentence and the least confidence that is believed are chosen one after the other
for the best F1. The result is written into the model's `card.json`.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from onrecord.lexicon.events import load_code_book
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.acts import load_act_model
from onrecord.models.attribution import AttributionModel, Convention, Tagging, load_attribution_model
from onrecord.reading import Judges, read_article
from onrecord.records import Article, Origin, SpeakerBasis, Statement
from training.attribution.data import Sample, read_gold, read_own, read_polnear
from training.attribution.train import OWN_HELD_OUT_EVERY, held_out

Floats = NDArray[np.float64]
LEANINGS = (0.0, -0.25, -0.5, -0.75, -1.0, -1.5, -2.0, -2.5, -3.0)  # mildest first
CHANCES = (0.3, 0.2, 0.1, 0.4, 0.5, 0.6)
LEAST = (0.45, 0.4, 0.35, 0.3)
RULED = 0.9  # the confidence of what rules find, which is not fitted
RAW = {"offset": 0.0, "slope": 1.0, "nested": 0.0, "without_cue": 0.0, "without_source": 0.0, "least": 0.0}
AS_GOOD = 0.002  # of F1: a few statements
STRENGTH = 1.0  # of the pull of the small coefficients towards nothing; they rest on few statements


class Remembering(AttributionModel):
    """The model, which tags each text once only, and whose convention can be set."""

    def __init__(self, model: AttributionModel) -> None:
        self.__dict__.update(model.__dict__)
        self._tagged: dict[tuple[str, bool], Tagging] = {}
        self.chosen = Convention()

    def tag(self, text: str, quotations: Sequence[tuple[int, int]], *, flat: bool = False, start: int = 0) -> Tagging:
        if (text, flat) not in self._tagged:
            self._tagged[text, flat] = super().tag(text, quotations, flat=flat, start=start)
        return self._tagged[text, flat]

    def convention(self, *, flat: bool) -> Convention:
        del flat
        return self.chosen


@dataclass
class Trial:
    """What one setting finds in the held-out articles."""

    labelled: list[int]  # layers of the labelled statements
    judged: list[tuple[Statement, bool]]

    def f1(self, *, nested_only: bool = False) -> float:
        hits = [hit for s, hit in self.judged if s.within is not None or not nested_only]
        wanted = [layer for layer in self.labelled if layer or not nested_only]
        return 2 * sum(hits) / max(len(hits) + len(wanted), 1)


def attempt(model: Remembering, samples: Sequence[Sample], *, flat: bool) -> Trial:
    judges = Judges(model=model, acts=load_act_model(), lexicon=load_speech_lexicon(), book=load_code_book())
    trial = Trial([a.layer for sample in samples for a in sample.annotations], [])
    for sample in samples:
        article = Article(id="", title=sample.title, text=sample.text, origin=Origin(path="", sha256=""))
        found = read_article(article, judges, flat=flat).statements
        trial.judged += zip(found, matched(found, sample), strict=True)
    return trial


def matched(found: Sequence[Statement], sample: Sample) -> list[bool]:
    """Which of the found statements are labelled, each label used once, the closest pairs first."""
    pairs = []
    for number, statement in enumerate(found):
        for other, label in enumerate(sample.annotations):
            content = _shared(statement.content, label.content)
            source = _shared(statement.source, label.source) if label.source or statement.source else 1.0
            if content >= 0.5 and (source >= 0.5 or not (label.source or sample.convention == 0)):
                pairs.append((content + source, number, other))
    taken: set[int] = set()
    hits = [False] * len(found)
    for _, number, other in sorted(pairs, reverse=True):
        if not hits[number] and other not in taken:
            hits[number] = True
            taken.add(other)
    return hits


def _shared(first: Sequence[Any], second: Sequence[tuple[int, int]]) -> float:
    """Characters shared, as a part of the longer."""
    a = {i for span in first for i in range(span.start, span.end)}
    b = {i for start, end in second for i in range(start, end)}
    return len(a & b) / max(len(a), len(b)) if a and b else 0.0


def choose(model: Remembering, samples: Sequence[Sample], *, flat: bool) -> Convention:
    """The setting with the best F1, one number after the other; each is tried with a confidence of its own.

    A leaning of an inner layer is judged by the nested statements, since it has no part in the others.
    """
    chosen = Convention(leanings=(0.0,) if flat else (0.0, 0.0, 0.0), signed=0.3)
    for layer in range(len(chosen.leanings)):
        options = [_with_leaning(chosen, layer, leaning) for leaning in LEANINGS]
        chosen = _mildest(model, samples, options, flat=flat, nested_only=layer > 0)
    if not flat:
        options = [msgspec.structs.replace(chosen, signed=chance) for chance in CHANCES]
        chosen = _mildest(model, samples, options, flat=flat, nested_only=False)
    return chosen


def _with_leaning(convention: Convention, layer: int, leaning: float) -> Convention:
    leanings = (*convention.leanings[:layer], leaning, *convention.leanings[layer + 1 :])
    return msgspec.structs.replace(convention, leanings=leanings)


def _mildest(
    model: Remembering, samples: Sequence[Sample], options: list[Convention], *, flat: bool, nested_only: bool
) -> Convention:
    """The first of those that are as good as the best, so that a lucky setting does not win."""
    tried = [settled(model, samples, option, flat=flat) for option in options]
    scores = [trial.f1(nested_only=nested_only) for _, trial in tried]
    best = next(n for n, score in enumerate(scores) if score >= max(scores) - AS_GOOD)
    print(f"{tried[best][0]}\n    F1 {scores[best]:.3f} of", [f"{s:.3f}" for s in scores], flush=True)
    return tried[best][0]


def settled(
    model: Remembering, samples: Sequence[Sample], convention: Convention, *, flat: bool
) -> tuple[Convention, Trial]:
    """The setting with fitted confidence and the least that is believed, and what it finds.

    Of several that are as good, the one that believes less.
    """
    model.chosen = msgspec.structs.replace(convention, **RAW)
    judged = attempt(model, samples, flat=flat).judged
    hits = [(s, hit) for s, hit in judged if not _is_ruled(s)]
    features = np.array([[1.0, _score(s), s.within is not None, not s.cue, not s.source] for s, _ in hits])
    weights = fit(features, np.array([float(hit) for _, hit in hits]))
    names = ("offset", "slope", "nested", "without_cue", "without_source")
    fitted = msgspec.structs.replace(convention, **{n: round(float(w), 3) for n, w in zip(names, weights, strict=True)})
    tried = []
    for least in LEAST:
        model.chosen = msgspec.structs.replace(fitted, least=least)
        tried.append((model.chosen, attempt(model, samples, flat=flat)))
    scores = [trial.f1() for _, trial in tried]
    return next(pair for pair, score in zip(tried, scores, strict=True) if score >= max(scores) - AS_GOOD)


def _is_ruled(statement: Statement) -> bool:
    """Whether it was found by a rule, with a confidence that is not fitted."""
    signed = statement.speaker is not None and statement.speaker.basis is SpeakerBasis.SIGNED
    return statement.confidence == RULED or (signed and not statement.cue)


def _score(statement: Statement) -> float:
    """The score behind the confidence of a convention whose slope is 1 and whose other numbers are 0."""
    confidence = max(statement.confidence, 0.0005)  # it is rounded to three places
    return math.log(confidence / (1 - confidence))


def fit(features: Floats, targets: Floats) -> Floats:
    """Logistic regression by Newton's method; all but offset and slope are drawn towards nothing."""
    weights = np.zeros(features.shape[1])
    pull = np.diag([1e-3, 1e-3, *[STRENGTH] * (features.shape[1] - 2)])
    for _ in range(50):
        p = 1 / (1 + np.exp(-features @ weights))
        hessian = features.T @ (features * (p * (1 - p))[:, None]) + pull
        weights = weights + np.linalg.solve(hessian, features.T @ (targets - p) - pull @ weights)
    return np.asarray(weights)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path, required=True)
    args = parser.parse_args()
    data = args.shared / "data"
    model = Remembering(load_attribution_model(args.model))
    flat = held_out(read_polnear(data / "attribution/polnear/train.jsonl.gz"))
    flat += read_polnear(data / "attribution/polnear/multi_annotator.jsonl.gz", apart_from=("train", "dev"))
    own = held_out(read_gold(data / "gold/train.jsonl")) + held_out(read_own(args.shared), OWN_HELD_OUT_EVERY)
    conventions = {"flat": choose(model, flat, flat=True), "own": choose(model, own, flat=False)}
    card = json.loads((args.model / "card.json").read_text(encoding="utf-8"))
    card["conventions"] = msgspec.to_builtins(conventions)
    (args.model / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card["conventions"]))


if __name__ == "__main__":
    main()
