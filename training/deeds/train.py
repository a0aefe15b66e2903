"""Make the weights of the models of deeds.

    python -m training.deeds.train --shared ../shared [--out src/onrecord/data/deeds.npz]

A minute on one core. How good they are is measured by `python -m benchmarks.events`, which fits them anew for each
fold.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import asdict

from onrecord.models.attribution import load_attribution_model
from onrecord.models.deeds import DeedModel
from training.deeds.data import folds_of, read_events, read_pairs, read_sentences
from training.deeds.fit import fit

NAME = "deeds-1"
SEED = 5
FOLDS = 5


def fit_folds(shared: Path, texts: Sequence[str]) -> list[DeedModel]:
    """For each text a model that was fitted without all sentences of PLV's and PLOVER's that are like it."""
    tokenizer = load_attribution_model(threads=1).tokenizer
    sentences, pairs = read_sentences(shared, tokenizer), read_pairs(shared, tokenizer)
    events = read_events(shared, tokenizer)
    folds = folds_of([*(pair.text for pair in pairs), *texts], FOLDS)
    of_pairs, of_texts = folds[: len(pairs)], folds[len(pairs) :]
    models = {}
    for fold in sorted(set(of_texts)):
        others = [pair for pair, own in zip(pairs, of_pairs, strict=True) if own != fold]
        models[fold] = fit(sentences, others, events, name=NAME, seed=SEED)
    return [models[fold] for fold in of_texts]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=Path("src/onrecord/data/deeds.npz"))
    args = parser.parse_args()
    tokenizer = load_attribution_model(threads=1).tokenizer
    sentences, pairs = read_sentences(args.shared, tokenizer), read_pairs(args.shared, tokenizer)
    model = fit(sentences, pairs, read_events(args.shared, tokenizer), name=NAME, seed=SEED)
    np.savez_compressed(args.out, **asdict(model))
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
