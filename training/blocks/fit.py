"""Fits the network to samples, whatever they describe: lines of a text or blocks of a page."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from onrecord.models.blocks import BlockModel
from training.blocks.network import Network

_TOLD = 0.5  # share of samples of which the network is told the convention
MOST = 1_500  # lines or blocks of a sample; what goes beyond is cut in training


class Sample(NamedTuple):
    """A page as the network sees it, a row a line or block."""

    features: NDArray[np.float32]  # (lines, features)
    labels: NDArray[np.int64]  # class, negative where nobody knows
    weights: NDArray[np.float32]  # of the row in the loss
    groups: NDArray[np.int64]  # (ways of grouping, lines): the number of each line's group
    sizes: NDArray[np.float32]  # the weight of each line in its groups
    convention: int = -1  # whose idea of a body the labels follow, see `Shape.conventions`; negative: nobody's


class Shape(NamedTuple):
    """How a network is built and trained."""

    name: str
    dilations: tuple[int, ...]
    mixes: tuple[int, ...] = ()  # convolutions after which lines see the means of their groups
    width: int = 48
    share: float = 1.0  # of the samples that an epoch sees, drawn anew each time
    networks: int = 3
    epochs: int = 16
    batch: int = 16
    rate: float = 3e-3
    conventions: int = 0  # ideas of what belongs to a body; the network is told which one a sample follows
    ours: int = 0  # the one that the model shall follow


Vary = Callable[[Sample, random.Random], Sample]


def fit_model(samples: Sequence[Sample], shape: Shape, vary: Vary | None = None) -> BlockModel:
    """The averaged networks for these samples; `vary` makes another sample of each for every epoch."""
    rows = np.concatenate([sample.features for sample in samples])
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 0.05)
    print(f"{len(samples)} samples, {len(rows)} lines", flush=True)

    def scaled(sample: Sample) -> Sample:
        return sample._replace(features=np.clip((sample.features - mean) / scale, -5, 5).astype(np.float32))

    fixed = [scaled(sample) for sample in samples] if vary is None else []
    networks = []
    for seed in range(7, 7 + shape.networks):
        rng = random.Random(seed)
        epochs = (
            _draw(fixed, shape.share, rng) or [scaled(vary(sample, rng)) for sample in samples if vary]
            for _ in range(shape.epochs)
        )
        networks.append(_fit_network(epochs, samples[0], len(samples), shape, seed).arrays(shape.ours))
    return BlockModel(
        name=shape.name,
        mean=mean,
        scale=scale,
        networks=tuple({key: array.astype(np.float32) for key, array in arrays.items()} for arrays in networks),
        dilations=shape.dilations,
    )


def _draw(samples: Sequence[Sample], share: float, rng: random.Random) -> Sequence[Sample]:
    return samples if share == 1 else rng.sample(samples, round(share * len(samples)))


def _fit_network(epochs: Iterable[Sequence[Sample]], first: Sample, count: int, shape: Shape, seed: int) -> Network:
    """One network from one seed; the same seed gives the same weights.

    Args:
        first: a sample, for its sizes.
        count: samples an epoch.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    network = Network(
        first.features.shape[1],
        shape.dilations,
        groups=len(first.groups),
        mixes=shape.mixes,
        conventions=shape.conventions,
        width=shape.width,
    ).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=shape.rate, weight_decay=0.02)
    steps = shape.epochs * (round(shape.share * count) // shape.batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=shape.rate, total_steps=steps)
    for number, samples in enumerate(epochs, 1):
        order = sorted(range(len(samples)), key=lambda at: len(samples[at].labels) * rng.uniform(0.8, 1.25))
        batches = [order[at : at + shape.batch] for at in range(0, len(order), shape.batch)]
        rng.shuffle(batches)
        losses = []
        for batch in batches:
            loss = _loss(network, [samples[at] for at in batch], rng)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"seed {seed} epoch {number}: loss {np.mean(losses):.4f}", flush=True)
    return network.eval()


def _loss(network: Network, batch: Sequence[Sample], rng: random.Random) -> torch.Tensor:
    longest = max(8, *(min(MOST, len(sample.labels)) for sample in batch))
    features = batch[0].features.shape[1]
    lines = torch.zeros(len(batch), longest, features)
    labels = torch.zeros(len(batch), longest, dtype=torch.long)
    groups = torch.full((len(batch), len(batch[0].groups), longest), longest - 1)
    weights, mask, sizes = (torch.zeros(len(batch), longest) for _ in range(3))
    for row, sample in enumerate(batch):
        size = min(MOST, len(sample.labels))
        lines[row, :size] = torch.from_numpy(sample.features[:size])
        labels[row, :size] = torch.from_numpy(np.maximum(sample.labels[:size], 0))
        weights[row, :size] = torch.from_numpy(sample.weights[:size])
        sizes[row, :size] = torch.from_numpy(sample.sizes[:size])
        mask[row, :size] = 1
        for way, numbers in enumerate(sample.groups):
            groups[row, way, :size] = torch.from_numpy(np.unique(numbers[:size], return_inverse=True)[1])
    told = torch.tensor([sample.convention if rng.random() < _TOLD else -1 for sample in batch])
    scores = network(lines, mask, groups, sizes, told)
    losses = torch.nn.functional.cross_entropy(scores.transpose(1, 2), labels, reduction="none")
    return (losses * weights).sum() / weights.sum().clamp(min=1)


def save_model(model: BlockModel, path: Path) -> None:
    """Write the weights as `read_block_model` reads them, half precision."""
    arrays: dict[str, NDArray[np.generic]] = {
        "name": np.array(model.name),
        "mean": model.mean.astype(np.float32),
        "scale": model.scale.astype(np.float32),
        "dilations": np.array(model.dilations),
        "networks": np.array(len(model.networks)),
    }
    for number, network in enumerate(model.networks):
        arrays.update({f"{number}/{key}": np.asarray(value, dtype=np.float16) for key, value in network.items()})
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
