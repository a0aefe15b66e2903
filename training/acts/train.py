"""Train the act model: `python -m training.acts.train --shared ../shared [--check] [--out PATH]`.

`--check` writes nothing: it trains on all but a fifth of the articles at a time and scores the rest. Needs the extra
`train`. Fixed seeds; some minutes on one core.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from onrecord.models.acts import ACTS, ActModel
from onrecord.models.attribution import AttributionModel, load_attribution_model
from onrecord.reading.acts import best_act
from training.acts.data import Example, read_gold_examples, read_own_examples
from training.acts.network import UNSEEN, Floats, Material, Network

NAME = "acts-1"
SEEDS = (1, 2)
EPOCHS = 6
BATCH = 64
RATE, SLOWER = 2e-3, 0.7  # the rate of the first epoch, and what it is multiplied by after each
GOLD_WEIGHT = 3.0  # of a hand-labelled statement in the loss, beside 1 for one of our own labels
BALANCE = 0.4  # how far towards acts of equal frequency the scores are moved; cross-validated, as all of these
FOLDS = 5
OUT = Path("src/onrecord/data/acts.npz")


def fit_model(examples: Sequence[Example], weights: Sequence[float], reader: AttributionModel) -> ActModel:
    """The networks of all seeds for these examples."""
    material = Material(examples, reader.embed)
    loss_weights = torch.tensor(weights)
    networks = [_fit_network(material, loss_weights, seed) for seed in SEEDS]
    shares = np.bincount(material.acts, minlength=len(ACTS)) / len(examples)
    bias = (-BALANCE * np.log(shares)).astype(np.float32)
    weighed = [network.arrays() for network in networks]
    return ActModel(
        name=NAME,
        reader=reader.name,
        signs=np.mean([network.signs.weight.detach().numpy() for network in networks], axis=0),
        networks=tuple({**arrays, "out.b": arrays["out.b"] + bias} for arrays in weighed),
    )


def _fit_network(material: Material, weights: torch.Tensor, seed: int) -> Network:
    torch.manual_seed(seed)
    network = Network(_mean_and_scale(material.read), _mean_and_scale(_all_pieces(material))).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02)
    for _ in range(EPOCHS):
        for numbers in torch.randperm(len(weights)).split(BATCH):
            scores = network(material.batch(numbers.tolist(), unseen=UNSEEN["signs"]))
            losses = torch.nn.functional.cross_entropy(
                scores, material.acts[numbers], reduction="none", label_smoothing=0.05
            )
            optimizer.zero_grad()
            (losses * weights[numbers]).mean().backward()
            optimizer.step()
        for group in optimizer.param_groups:
            group["lr"] *= SLOWER
    return network.eval()


def _all_pieces(material: Material) -> Floats:
    return material.embed(np.unique(np.concatenate(material.content)))


def _mean_and_scale(rows: Floats) -> tuple[Floats, Floats]:
    return rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3)


def save_model(model: ActModel, path: Path) -> None:
    """Write the weights as `read_act_model` reads them, half precision."""
    arrays: dict[str, NDArray[np.generic]] = {
        "name": np.array(model.name),
        "reader": np.array(model.reader),
        "networks": np.array(len(model.networks)),
        "signs": model.signs.astype(np.float16),
    }
    for number, network in enumerate(model.networks):
        arrays.update({f"{number}/{key}": value.astype(np.float16) for key, value in network.items()})
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def check(own: Sequence[Example], gold: Sequence[Example], reader: AttributionModel) -> None:
    """Accuracy and macro-F1 on articles left out, for either set."""
    found = {"own": np.zeros(len(own), int), "gold": np.zeros(len(gold), int)}
    for fold in range(FOLDS):
        learned = [(e, 1.0) for e in own if _fold(e) != fold] + [(e, GOLD_WEIGHT) for e in gold if _fold(e) != fold]
        model = fit_model([e for e, _ in learned], [weight for _, weight in learned], reader)
        for name, examples in (("own", own), ("gold", gold)):
            left = [number for number, example in enumerate(examples) if _fold(example) == fold]
            wordings = [examples[n].wording for n in left]
            chances = model.predict(wordings, reader.embed)
            found[name][left] = [ACTS.index(best_act(w, row)) for w, row in zip(wordings, chances, strict=True)]
        print(f"fold {fold} done", flush=True)
    for name, examples in (("own", own), ("gold", gold)):
        acts = np.array([example.act for example in examples])
        ruled = np.array([ACTS.index(example.wording.ruled) for example in examples])
        print(f"{name}: {_scores(found[name], acts)}; word lists alone: {_scores(ruled, acts)}")


def _fold(example: Example) -> int:
    return zlib.crc32(example.article.encode()) % FOLDS


def _scores(found: NDArray[np.int64], acts: NDArray[np.int64]) -> str:
    f1 = [2 * np.sum((found == a) & (acts == a)) / (np.sum(found == a) + np.sum(acts == a)) for a in np.unique(acts)]
    return f"accuracy {np.mean(found == acts):.3f}, macro-F1 {np.mean(f1):.3f}"


def main() -> None:
    """Read, train, write; or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="the folder that holds data/")
    parser.add_argument("--check", action="store_true", help="score on articles left out; write nothing")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    torch.set_num_threads(1)
    reader = load_attribution_model(threads=1)
    own, gold = read_own_examples(options.shared), read_gold_examples(options.shared, "train")
    if options.check:
        check(own, gold, reader)
        return
    model = fit_model([*own, *gold], [1.0] * len(own) + [GOLD_WEIGHT] * len(gold), reader)
    save_model(model, options.out)


if __name__ == "__main__":
    main()
