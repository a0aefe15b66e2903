"""Train the block model: `python -m training.blocks.train --shared ../shared [--check] [--out FILE]`.

`--check` trains only on pages of other outlets than those of flattened/scrapinghub and scores that set: the honest
figure. Without it the shipped weights are made from all sets. Needs the extra `train`. Fixed seeds; a few minutes on
two cores.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from onrecord.clean.lines import FEATURES, Line, describe_lines, split_lines
from onrecord.lexicon.press import PressLexicon, load_press_lexicon
from onrecord.models.blocks import BODY, BlockModel
from training.blocks.data import (
    IGNORE,
    PLAIN_STYLES,
    LabelledPage,
    labels_of_lines,
    read_articles,
    read_flattened,
    vary,
)
from training.blocks.network import DILATIONS, Network

NAME = "blocks-1"
NETWORKS = 3
EPOCHS = 16
BATCH = 16
VARIATIONS = 2
MAX_LINES = 1_500  # longer pages are cut in training
LEARNING_RATE = 3e-3


class Sample(NamedTuple):
    """A page as the network sees it."""

    features: NDArray[np.float32]
    labels: NDArray[np.int64]
    weights: NDArray[np.float32]


def read_all(shared: Path, *, check: bool) -> tuple[list[LabelledPage], list[LabelledPage]]:
    """Pages to train on, and pages of flattened/scrapinghub; no outlet is in both when checking."""
    held = list(read_flattened(shared, "scrapinghub"))
    others = [*read_flattened(shared, "fundus_eval"), *read_articles(shared, "naeb"), *read_articles(shared, "fundus")]
    if not check:
        return [*others, *held], held
    domains = {page.domain for page in held}
    return [page for page in others if page.domain not in domains], held


def make_samples(pages: Sequence[LabelledPage], lexicon: PressLexicon, seed: int) -> list[Sample]:
    """Each page as it is and in some variations."""
    rng = random.Random(seed)
    samples = []
    for page in pages:
        if BODY not in page.labels:
            continue
        copies = [page, *(vary(page, rng) for _ in range(VARIATIONS if page.style != "visible" else 2 * VARIATIONS))]
        samples += [make_sample(copy, lexicon) for copy in copies]
    return [sample for sample in samples if len(sample.labels)]


def make_sample(page: LabelledPage, lexicon: PressLexicon) -> Sample:
    """Features, classes and weights of a page's lines. A long line weighs more, but not as much as its length."""
    text, labels = labels_of_lines(page)
    lines = split_lines(text)
    weights = np.array([1 + np.log1p(len(line.text)) / 3 for line in lines], dtype=np.float32)
    known = np.array(labels, dtype=np.int64)
    features = describe_lines(lines, lexicon)
    return Sample(features[:MAX_LINES], known[:MAX_LINES], (weights * (known != IGNORE))[:MAX_LINES])


def train_network(samples: Sequence[Sample], seed: int) -> Network:
    """One network from one seed; the same seed gives the same weights."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    network = Network(FEATURES)
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.02)
    steps = EPOCHS * (len(samples) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=LEARNING_RATE, total_steps=steps)
    for epoch in range(EPOCHS):
        order = sorted(range(len(samples)), key=lambda at: len(samples[at].labels) * rng.uniform(0.8, 1.25))
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        rng.shuffle(batches)
        losses = [_step(network, optimizer, schedule, [samples[at] for at in batch]) for batch in batches]
        print(f"seed {seed} epoch {epoch + 1}: loss {np.mean(losses):.4f}", flush=True)
    return network.eval()


def _step(
    network: Network,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    batch: Sequence[Sample],
) -> float:
    longest = max(len(sample.labels) for sample in batch)
    lines = torch.zeros(len(batch), longest, FEATURES)
    labels = torch.full((len(batch), longest), 0)
    weights = torch.zeros(len(batch), longest)
    mask = torch.zeros(len(batch), longest)
    for row, sample in enumerate(batch):
        size = len(sample.labels)
        lines[row, :size] = torch.from_numpy(sample.features)
        labels[row, :size] = torch.from_numpy(np.maximum(sample.labels, 0))
        weights[row, :size] = torch.from_numpy(sample.weights)
        mask[row, :size] = 1
    scores = network(lines, mask)
    losses = torch.nn.functional.cross_entropy(scores.transpose(1, 2), labels, reduction="none")
    loss = (losses * weights).sum() / weights.sum().clamp(min=1)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    return float(loss.detach())


def train_model(pages: Sequence[LabelledPage], lexicon: PressLexicon) -> BlockModel:
    """The block model from labelled pages."""
    samples = make_samples(pages, lexicon, seed=7)
    rows = np.concatenate([sample.features for sample in samples])
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), 0.05)
    scaled = [s._replace(features=np.clip((s.features - mean) / scale, -5, 5).astype(np.float32)) for s in samples]
    print(f"{len(pages)} pages, {len(samples)} samples, {len(rows)} lines", flush=True)
    trained = (train_network(scaled, seed).arrays() for seed in range(7, 7 + NETWORKS))
    networks = tuple({key: array.astype(np.float32) for key, array in arrays.items()} for arrays in trained)
    return BlockModel(name=NAME, mean=mean, scale=scale, networks=networks, dilations=DILATIONS)


def save_model(model: BlockModel, path: Path) -> None:
    """Write the weights as `load_block_model` reads them, half precision."""
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


def score_lines(model: BlockModel, pages: Sequence[LabelledPage], lexicon: PressLexicon) -> dict[str, dict[str, float]]:
    """Body line F1 and character F1 of the bare network for each style (titles and unsure lines not scored)."""
    found: dict[str, dict[str, float]] = {}
    for style in sorted({page.style for page in pages}):
        counts = np.zeros((2, 3))
        for page in pages:
            if page.style == style:
                counts += _count(model, page, lexicon)
        f1 = 2 * counts[:, 0] / np.maximum(2 * counts[:, 0] + counts[:, 1] + counts[:, 2], 1)
        found[style] = {"line_f1": round(float(f1[0]), 4), "char_f1": round(float(f1[1]), 4)}
    plain = [found[style] for style in PLAIN_STYLES if style in found]
    found["plain styles"] = {
        key: round(float(np.mean([row[key] for row in plain])), 4) for key in ("line_f1", "char_f1")
    }
    return found


def _count(model: BlockModel, page: LabelledPage, lexicon: PressLexicon) -> NDArray[np.float64]:
    text, labels = labels_of_lines(page)
    lines = split_lines(text)
    is_body = model.predict(describe_lines(lines, lexicon)).argmax(axis=1) == BODY
    rows = np.zeros((2, 3))
    for line, label, found in zip(lines, labels, is_body, strict=True):
        if label in (IGNORE, 2):
            continue
        column = 0 if found and label == BODY else 1 if found else 2 if label == BODY else None
        if column is not None:
            rows[:, column] += (1, _solid(line))
    return rows


def _solid(line: Line) -> int:
    return len("".join(line.text.split()))


def main() -> None:
    """Train, score, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--shared", type=Path, required=True, help="the folder that holds data/articles and data/flattened"
    )
    parser.add_argument(
        "--check", action="store_true", help="hold all outlets of flattened/scrapinghub out and score it"
    )
    parser.add_argument("--out", type=Path, default=Path("src/onrecord/data/blocks.npz"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    lexicon = load_press_lexicon()
    pages, held = read_all(options.shared, check=options.check)
    model = train_model(pages, lexicon)
    save_model(model, options.out)
    if options.check:
        print(json.dumps(score_lines(model, held, lexicon), indent=1))


if __name__ == "__main__":
    main()
