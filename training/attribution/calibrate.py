"""Fit the map from scores to confidence on articles that no weight has seen.

    python -m training.attribution.calibrate --shared ../shared --model src/onrecord/data/reader

PolNeAR's annotator-training articles are neither in its train nor in its dev part, and six people labelled each. The
target of a found attribution is the share of them who have it too (half of the words of content and source shared).
The fitted pair goes into `card.json`; confidence = 1 / (1 + exp(-(a + b * score))).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onrecord.models.attribution import load_attribution_model
from onrecord.models.wording import Words
from onrecord.reading.decode import Attribution, WordSpan, decode_attributions
from onrecord.reading.quotes import find_quotations
from training.attribution.data import Sample, label, read_annotations

HELD_OUT = "annotator-training"  # compartment of the multi-annotator file
Floats = NDArray[np.float64]


def read_held_out(path: Path) -> dict[str, list[Sample]]:
    """The labellings of each held-out article, by its id."""
    labellings: dict[str, list[Sample]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["compartment"] == HELD_OUT:
                labellings[row["id"]].append(read_annotations(row))
    return labellings


def word_set(spans: list[WordSpan], words: Words) -> frozenset[int]:
    """Positions of the words, marks left out."""
    return frozenset(w for start, end in spans for w in range(start, end) if words.shapes[w] != 5)


def agree(found: frozenset[int], other: frozenset[int]) -> bool:
    if not found or not other:
        return not found and not other
    return 2 * len(found & other) >= max(len(found), len(other))


def share_agreeing(attribution: Attribution, labellings: list[list[dict[str, list[WordSpan]]]], words: Words) -> float:
    content, source = word_set(attribution.content, words), word_set(attribution.source, words)
    hits = [
        any(agree(content, word_set(a["content"], words)) and agree(source, word_set(a["source"], words)) for a in own)
        for own in labellings
    ]
    return sum(hits) / len(hits)


def fit(scores: Floats, targets: Floats) -> tuple[float, float]:
    """Logistic regression with one input by Newton's method; soft targets."""
    x = np.stack([np.ones_like(scores), scores], axis=1)
    weights = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        hessian = x.T @ (x * (p * (1 - p))[:, None]) + 1e-3 * np.eye(2)
        weights += np.linalg.solve(hessian, x.T @ (targets - p))
    return float(weights[0]), float(weights[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path, required=True)
    args = parser.parse_args()
    model = load_attribution_model(args.model)
    scores, targets = [], []
    for samples in read_held_out(args.shared / "data/attribution/polnear/multi_annotator.jsonl.gz").values():
        text = samples[0].text
        tagging = model.tag(text, [(q.start, q.end) for q in find_quotations(text)], flat=True)
        labelled = [label(s, model.tokenizer).spans for s in samples]
        for attribution in decode_attributions(tagging, flat=True):
            scores.append(attribution.score)
            targets.append(share_agreeing(attribution, labelled, tagging.words))
    pair = fit(np.array(scores), np.array(targets))
    card = json.loads((args.model / "card.json").read_text(encoding="utf-8"))
    card["calibration"] = [round(number, 4) for number in pair]
    (args.model / "card.json").write_text(json.dumps(card) + "\n", encoding="utf-8")
    print(f"{len(scores)} attributions, mean agreement {np.mean(targets):.3f}, calibration {card['calibration']}")


if __name__ == "__main__":
    main()
