"""Fit the heads of acts, mentions and events to an encoder that stays as it is.

    python -m training.attribution.heads --shared ../shared --minilm MODEL_DIR --start MEAN.pt --out .work/reader.pt

For the mean of weights before and after the heads were learned (`average`): its encoder attributes as well as the first
and knows mentions and events from the second, but its heads no longer fit it. Minutes on two cores.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
import torch

from training.attribution.data import Sample, read_marked, read_own
from training.attribution.train import (
    LATER,
    OWN_HELD_OUT_EVERY,
    batches,
    collate,
    epoch_examples,
    learning,
    load_reader,
    load_tokenizer,
    mark_loss,
)

RATE = 1.5e-3
EPOCHS = 3


def samples_of(shared: Path, rng: random.Random) -> list[Sample]:
    """Everything with mentions or events, and as many again of which only acts are known."""
    own = learning(read_own(shared), OWN_HELD_OUT_EVERY)
    marked = [s for s in own if s.marks and s.marks.is_marked]
    others = [s for s in own if s.marks and not s.marks.is_marked]
    return marked + read_marked(shared) + rng.sample(others, min(len(others), len(marked) // 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--minilm", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--int8", action="store_true")
    parser.add_argument("--seed", type=int, default=31)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    torch.manual_seed(args.seed)
    np.random.seed(args.seed)
    torch.set_num_threads(2)
    tokenizer, reader = load_tokenizer(args.minilm), load_reader(args)
    heads = [p for name, p in reader.named_parameters() if name.split(".")[0] in LATER]
    for parameter in reader.parameters():
        parameter.requires_grad_(requires_grad=False)
    for parameter in heads:
        parameter.requires_grad_(requires_grad=True)
    optimizer = torch.optim.AdamW(heads, lr=RATE, weight_decay=0.01)
    samples = samples_of(args.shared, rng)
    step = 0
    for epoch in range(EPOCHS):
        cut = batches(epoch_examples([], samples, tokenizer, rng, 0.0), 12, rng)
        mean = 0.0
        for number, batch in enumerate(cut):
            for group in optimizer.param_groups:
                group["lr"] = RATE * max(0.02, 1 - step / (EPOCHS * len(cut)))
            ids, features, convention, lengths, _ = collate(batch)
            _, _, rest, named = reader(ids, features, convention, lengths)
            loss = mark_loss(reader, batch, rest, named)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            mean += (loss.item() - mean) / min(number + 1, 50)
            if number % 25 == 0:
                print(f"epoch {epoch} {number}/{len(cut)} loss {mean:.3f}", flush=True)
    torch.save(reader.state_dict(), args.out)


if __name__ == "__main__":
    main()
