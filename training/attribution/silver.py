"""Label the inside of PolNeAR's contents with a first reader, since the corpus annotates no nesting.

    python -m training.attribution.silver --model FOLDER --shared ../shared --out .work/silver.jsonl

The contents of an article are read again as paragraphs of a text of their own. What the reader finds there with
confidence becomes an annotation of the next layer; what it half finds is left out of training.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

from onrecord.models.attribution import AttributionModel, load_attribution_model
from onrecord.reading.decode import Attribution, decode_attributions, word_spans_to_characters
from onrecord.reading.quotes import find_quotations
from training.attribution.data import LAYERS, ROLES, Sample, Spans, read_polnear

SURE, UNSURE = 0.7, 0.35  # confidence from which a finding is taken, and below which it is taken for none
LEAST = 25  # characters; shorter contents hold nothing


def inner_annotations(sample: Sample, model: AttributionModel) -> dict[str, list[object]]:
    """`nested_in`: spans where the inner layers are known; `found`: annotations; `unsure`: spans to leave out."""
    spans = sorted({span for a in sample.annotations for span in a.content if span[1] - span[0] >= LEAST})
    text, starts = "", []
    for start, end in spans:
        starts.append((len(text), start, end - start))
        text += sample.text[start:end] + "\n\n"
    quotations = [(q.start, q.end) for q in find_quotations(text)]
    tagging = model.tag(text, quotations)
    found: list[object] = []
    unsure: list[object] = []
    for attribution in decode_attributions(tagging, flat=False):
        layer = attribution.layer + 1
        if layer == LAYERS:
            continue
        confidence = math.exp(attribution.score)
        roles = {role: _moved(word_spans_to_characters(tagging, spans_of(attribution, role)), starts) for role in ROLES}
        if confidence >= SURE:
            found.append({"layer": layer, **roles})
        elif confidence >= UNSURE:
            unsure += [(*span, layer) for role in ROLES for span in roles[role]]
    return {"nested_in": [list(span) for span in spans], "found": found, "unsure": unsure}


def spans_of(attribution: Attribution, role: str) -> Spans:
    if role == "cue":
        return [attribution.cue] if attribution.cue else []
    return attribution.source if role == "source" else attribution.content


def _moved(spans: Spans, starts: list[tuple[int, int, int]]) -> Spans:
    """Spans of the text of contents as spans of the article; those that run over a seam are cut there."""
    moved = []
    for start, end in spans:
        at, origin, length = max(s for s in starts if s[0] <= start)
        moved.append((start - at + origin, min(end - at, length) + origin))
    return moved


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(".work/silver.jsonl"))
    args = parser.parse_args()
    model = load_attribution_model(args.model)
    samples = read_polnear(args.shared / "data/attribution/polnear/train.jsonl.gz")
    with args.out.open("w", encoding="utf-8") as out:
        for number, sample in enumerate(samples):
            out.write(json.dumps(inner_annotations(sample, model)) + "\n")
            if number % 100 == 0:
                print(f"{number} of {len(samples)} articles", flush=True)


if __name__ == "__main__":
    main()
