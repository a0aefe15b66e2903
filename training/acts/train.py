"""Train the act model: `python -m training.acts.train --shared ../shared [--check] [--out PATH]`.

`--check` writes nothing: it scores the articles that were held out of the reader's training. Needs the extra `train`.
Fixed seeds; some minutes on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from msgspec.structs import replace
from numpy.typing import NDArray

from onrecord.models.acts import ACTS, ActModel
from onrecord.models.attribution import AttributionModel, load_attribution_model
from onrecord.reading.acts import best_act
from training.acts.data import Example, read_gold_examples, read_own_examples
from training.acts.network import UNSEEN, Floats, Material, Network

NAME = "acts-2"
SEEDS = (1, 2)
EPOCHS = 6
BATCH = 64
RATE, SLOWER = 2e-3, 0.7  # the rate of the first epoch, and what it is multiplied by after each
GOLD_WEIGHT = 3.0  # of a hand-labelled statement in the loss, beside 1 for one of our own labels
BALANCE = 0.4  # how far towards acts of equal frequency the scores are moved; cross-validated, as all of these
TRUST = 0.5  # what the reader's own judgement counts; chosen with --check
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
        trust=TRUST,
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
        "trust": np.array(model.trust),
        "signs": model.signs.astype(np.float16),
    }
    for number, network in enumerate(model.networks):
        arrays.update({f"{number}/{key}": value.astype(np.float16) for key, value in network.items()})
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def check(own: Sequence[Example], gold: Sequence[Example], reader: AttributionModel) -> None:
    """Accuracy and macro-F1 on the articles that the reader has not seen either."""
    learned = [(e, 1.0) for e in own if not e.held_out] + [(e, GOLD_WEIGHT) for e in gold if not e.held_out]
    model = fit_model([e for e, _ in learned], [weight for _, weight in learned], reader)
    left = [e for e in (*own, *gold) if e.held_out]
    acts = np.array([example.act for example in left])
    wordings = [example.wording for example in left]
    print(
        f"{len(left)} statements; word lists alone: {_scores(np.array([ACTS.index(w.ruled) for w in wordings]), acts)}"
    )
    for trust in (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 100.0):
        chances = replace(model, trust=trust).predict(wordings, reader.embed)
        found = [ACTS.index(best_act(w, row)) for w, row in zip(wordings, chances, strict=True)]
        print(f"trust {trust}: {_scores(np.array(found), acts)}")


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
