"""Train the reader's network.

    python -m training.attribution.train --shared ../shared --minilm MODEL_DIR --out .work/reader.pt

Runs on two CPU cores, with bfloat16 where the processor has it. Everything random hangs on --seed.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from training.attribution.data import (
    IGNORED,
    Example,
    Sample,
    add_silver,
    cut_examples,
    disguise,
    label,
    read_gold,
    read_marked,
    read_own,
    read_polnear,
    wrap,
)
from training.attribution.network import DEPTHS, NAMED, REST, Reader, load_minilm

WRAPPED_SENTENCES = 0.5  # of those that may be, in an article with synthetic nesting
INNER_WEIGHT = 2.0  # the inner layers are sparse
HELD_OUT_EVERY = 30  # article of PolNeAR and of the hand-labelled ones is not trained on
OWN_HELD_OUT_EVERY = 13  # article of training/labels
SMOOTHING = 0.03  # of the outer layer's labels: people agree on three of four only
MARK_WEIGHTS = {
    "mentions": 0.8,
    "same": 0.2,
    "acts": 0.4,
    "events": 1.5,
    "modality": 0.15,
    "parties": 0.25,
    "pairs": 0.5,
}
TOLD_WEIGHT = 2.0  # of a word that tells an event; one in fifty does
LATER = ("rest", "named", "act", "party_null", "party_distance")  # heads that weights to start from may lack
MASKED, MASK = 0.06, 103  # share of word pieces hidden from the encoder, so that it does not learn PolNeAR by heart


def learning(samples: list[Sample], every: int = HELD_OUT_EVERY) -> list[Sample]:
    """The samples that are trained on; the others serve to choose settings and to fit confidence."""
    return [s for number, s in enumerate(samples) if number % every]


def held_out(samples: list[Sample], every: int = HELD_OUT_EVERY) -> list[Sample]:
    """Those of the samples that are not trained on."""
    return samples[::every]


def collate(batch: list[Example]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    width = max(len(e.ids) for e in batch)
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    features = torch.zeros(3, len(batch), width, dtype=torch.long)
    tags = torch.full((len(batch), width, DEPTHS), IGNORED, dtype=torch.long)
    for row, example in enumerate(batch):
        length = len(example.ids)
        ids[row, :length] = torch.from_numpy(example.ids)
        features[:, row, :length] = torch.from_numpy(example.features)
        tags[row, :length] = torch.from_numpy(example.tags)
    lengths = torch.tensor([len(e.ids) for e in batch])
    return ids, features, torch.tensor([e.convention for e in batch]), lengths, tags


def loss_of(reader: Reader, batch: list[Example]) -> Tensor:
    ids, features, convention, lengths, tags = collate(batch)
    masked = (torch.rand(ids.shape) < MASKED) & (ids > 999)  # not the marks of the vocabulary
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_fast_bfloat16()):
        scores, links, rest, named = reader(ids.masked_fill(masked, MASK), features, convention, lengths)
    scores = scores.float().view(*scores.shape[:2], DEPTHS, -1)
    outer = (tags[:, :, 0] != IGNORED).sum()
    total = mark_loss(reader, batch, rest, named)
    if not outer:
        return total
    total = total + F.cross_entropy(
        scores[:, :, 0].flatten(0, 1), tags[:, :, 0].flatten(), ignore_index=IGNORED, label_smoothing=SMOOTHING
    )
    for depth in range(1, DEPTHS):
        known = (tags[:, :, depth] != IGNORED).sum()
        if known:
            inner = F.cross_entropy(
                scores[:, :, depth].flatten(0, 1), tags[:, :, depth].flatten(), ignore_index=IGNORED
            )
            total = total + INNER_WEIGHT * inner * known / outer
    return total + 0.3 * link_loss(reader, batch, links)


def mark_loss(reader: Reader, batch: list[Example], rest: Tensor, named: Tensor) -> Tensor:
    """Of acts, mentions and events; each is a mean over what a batch holds of it, times a weight.

    A mention may mean any earlier one of its entity (Lee et al. 2017). Where a sentence tells the event between two
    parties, any of its words may: all words and kinds compete, and those of the right kind win together.
    """
    vectors = dict(zip(REST, rest.float().split(list(REST.values()), dim=-1), strict=True))
    vectors |= dict(zip(NAMED, named.float().split(list(NAMED.values()), dim=-1), strict=True))
    width = rest.shape[1]
    parts: dict[str, list[Tensor]] = {name: [] for name in MARK_WEIGHTS}
    parts["mentions"].append(
        _tag_loss(vectors["mentions"].unflatten(-1, (2, -1)), [_wide(e.targets.mentions, width) for e in batch])
    )
    told = torch.tensor([1.0] + [TOLD_WEIGHT] * (vectors["events"].shape[-1] - 1))
    parts["events"].append(_tag_loss(vectors["events"], [_wide(e.targets.events, width) for e in batch], told))
    for row, example in enumerate(batch):
        targets = example.targets
        of = {name: vector[row] for name, vector in vectors.items()}
        if targets.told:
            scores = reader.act_scores(of["acts"], [(content, cue) for _, content, cue in targets.told])
            parts["acts"].append(F.cross_entropy(scores, torch.tensor([t[0] for t in targets.told]), reduction="none"))
        if targets.same:
            first = torch.tensor([m[0] for m in targets.same])
            last = torch.tensor([m[1] for m in targets.same])
            scores = reader.same_scores(of["same"], first, last)
            right = [[1 + n for n in earlier] or [0] for _, _, earlier in targets.same]
            parts["same"].append(_any_of(scores, right))
        if targets.roles:
            triggers = torch.tensor([t[0] for t in targets.roles])
            modality = torch.tensor([t[1] for t in targets.roles])
            parts["modality"].append(F.cross_entropy(of["modality"][triggers], modality, reduction="none"))
            everybody = sorted({p for t in targets.roles for p in t[2] + t[3]} | {m[0] for m in targets.same})
            for which, parties in enumerate(([t[2] for t in targets.roles], [t[3] for t in targets.roles])):
                right = [[1 + everybody.index(p) for p in own] or [0] for own in parties]
                scores = reader.party_scores(of["roles"], triggers, torch.tensor(everybody, dtype=torch.long), which)
                parts["parties"].append(_any_of(scores, right))
        for kinds, actor, recipient in targets.pairs:
            scores = pair_scores(reader, of, len(example.ids), actor, recipient)
            parts["pairs"].append((scores.logsumexp((0, 1)) - scores[:, list(kinds)].logsumexp((0, 1)))[None])
    total = rest.sum() * 0 + named.sum() * 0
    for name, weight in MARK_WEIGHTS.items():
        if parts[name]:
            total = total + weight * torch.cat([p.reshape(-1) for p in parts[name]]).mean()
    return total


def pair_scores(reader: Reader, of: dict[str, Tensor], length: int, actor: int | None, recipient: int | None) -> Tensor:
    """[length - 2, kinds]: how much each piece tells an event of each kind between the two."""
    pieces = torch.arange(1, length - 1)
    events = of["events"][1 : length - 1]
    scores = (events - events[:, :1])[:, 1:]
    for which, party in enumerate((actor, recipient)):
        at = torch.tensor([] if party is None else [party], dtype=torch.long)
        scores = scores + reader.party_scores(of["roles"], pieces, at, which)[:, -1:]
    return scores


def _tag_loss(scores: Tensor, targets: list[Tensor], weights: Tensor | None = None) -> Tensor:
    wanted = torch.stack(targets)
    if not (wanted != IGNORED).any():
        return scores.sum()[None] * 0
    return F.cross_entropy(scores.flatten(0, -2), wanted.flatten(), weights, ignore_index=IGNORED)[None]


def _wide(tags: NDArray[np.int64], width: int) -> Tensor:
    wide = np.full((width, *tags.shape[1:]), IGNORED, np.int64)
    wide[: len(tags)] = tags
    return torch.from_numpy(wide)


def _any_of(scores: Tensor, right: list[list[int]]) -> Tensor:
    return torch.stack([row.logsumexp(0) - row[own].logsumexp(0) for row, own in zip(scores, right, strict=True)])


def has_fast_bfloat16() -> bool:
    """Without its own instructions a processor multiplies bfloat16 a hundred times slower than float32."""
    return bool(torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001


def link_loss(reader: Reader, batch: list[Example], links: Tensor) -> Tensor:
    losses = []
    for row, example in enumerate(batch):
        for cues, sources, contents, content_cue, cue_sources in example.links:
            if not contents and not cues:
                continue
            pieces = torch.tensor(contents, dtype=torch.long).view(-1, 2)
            to_cue, to_source = reader.link_scores(
                links[row], pieces, torch.tensor(sources, dtype=torch.long), torch.tensor(cues, dtype=torch.long)
            )
            if contents:
                losses.append(F.cross_entropy(to_cue, torch.tensor(content_cue), reduction="sum") / 4)
            for number, own in enumerate(cue_sources):
                if own:
                    losses.append((to_source[number].logsumexp(0) - to_source[number, own].logsumexp(0)) / 4)
    return torch.stack(losses).sum() / len(batch) if losses else links.sum() * 0


def epoch_examples(
    polnear: list[Sample], gold: list[Sample], tokenizer: Tokenizer, rng: random.Random, wrapped: float
) -> list[Example]:
    """Windows of all articles, cut anew; `wrapped` is the share of PolNeAR's articles with synthetic nesting."""
    samples = [wrap(s, WRAPPED_SENTENCES, rng) if rng.random() < wrapped else s for s in polnear]
    samples += gold
    examples: list[Example] = []
    for sample in (disguise(s, rng) for s in samples):
        size, context = rng.choice((160, 200, 254, 254)), rng.choice((0, 0, 48, 64))
        examples += cut_examples(label(sample, tokenizer), size=size, context=context)
    return examples


def batches(examples: list[Example], size: int, rng: random.Random) -> list[list[Example]]:
    """Batches of near-equal length in random order."""
    keyed = sorted(examples, key=lambda e: len(e.ids) + rng.random() * 24)
    cut = [keyed[i : i + size] for i in range(0, len(keyed), size)]
    rng.shuffle(cut)
    return cut


def optimizer_of(reader: Reader, rate: float, head_rate: float) -> torch.optim.AdamW:
    reader.word.weight.requires_grad_(requires_grad=False)
    new = {"tags", "links", "null", "distance", "shape", "line", "quote", "convention"}
    new |= {"rest", "named", "act", "party_null", "party_distance"}
    heads = [p for n, p in reader.named_parameters() if n.split(".")[0] in new]
    body = [p for n, p in reader.named_parameters() if n.split(".")[0] not in new | {"word"}]
    groups = [{"params": body, "lr": rate}, {"params": heads, "lr": head_rate}]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def load_tokenizer(minilm: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(minilm / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def load_reader(args: argparse.Namespace) -> Reader:
    reader = Reader()
    load_minilm(reader, load_file(args.minilm / "model.safetensors"))
    if args.start:
        missing, unknown = reader.load_state_dict(torch.load(args.start), strict=False)
        if unknown or any(name.split(".")[0] not in LATER for name in missing):
            raise SystemExit(f"{args.start}: these are not weights of this network: {[*missing, *unknown][:5]}")
    if args.int8:
        reader.round_as_int8()
    return reader.train()


def load_samples(args: argparse.Namespace) -> tuple[list[Sample], list[Sample]]:
    """PolNeAR's articles, and those with nesting, each as often as an epoch sees it."""
    polnear = read_polnear(args.shared / "data/attribution/polnear/train.jsonl.gz")
    if args.silver:
        add_silver(polnear, args.silver)
    nested = learning(read_gold(args.shared / "data/gold/train.jsonl")) * args.gold_repeats
    own = learning(read_own(args.shared), OWN_HELD_OUT_EVERY)
    nested += own * args.own_repeats
    if args.marks:
        nested += read_marked(args.shared) + [s for s in own if s.marks and s.marks.is_marked] * args.marked_repeats
    return learning(polnear), nested


def train(args: argparse.Namespace) -> None:
    rng = random.Random(args.seed)
    torch.manual_seed(args.seed)
    np.random.seed(args.seed)
    torch.set_num_threads(args.threads)
    tokenizer, reader = load_tokenizer(args.minilm), load_reader(args)
    polnear, nested = load_samples(args)
    optimizer = optimizer_of(reader, args.rate, args.head_rate)
    network = torch.compile(reader, dynamic=True) if args.compile else reader
    begun, step, planned = time.monotonic(), 0, 0
    for epoch in range(min(args.epochs, args.stop_after)):
        seen = rng.sample(polnear, round(len(polnear) * args.polnear_share))
        cut = batches(epoch_examples(seen, nested, tokenizer, rng, args.wrapped), args.batch, rng)
        planned = planned or len(cut) * args.epochs
        mean, pieces = 0.0, 0
        for number, batch in enumerate(cut):
            set_rates(optimizer, step / planned, (args.rate, args.head_rate))
            loss = loss_of(network, batch)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimizer.step()
            step += 1
            pieces += sum(len(e.ids) for e in batch)
            mean += (loss.item() - mean) / min(number + 1, 100)
            if number % 50 == 0:
                passed = time.monotonic() - begun
                print(f"epoch {epoch} {number}/{len(cut)} loss {mean:.3f} {passed:.0f}s {pieces}", flush=True)
        torch.save(reader.state_dict(), args.out)


def set_rates(optimizer: torch.optim.Optimizer, done: float, rates: tuple[float, float]) -> None:
    """Learning rates rise over the first 6 % of the steps and then fall to nothing."""
    scale = min(1.0, done / 0.06 + 0.01) * max(0.0, 1 - done / 1.02)
    for group, rate in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = rate * scale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--minilm", type=Path, required=True, help="folder with model.safetensors and tokenizer.json")
    parser.add_argument("--out", type=Path, default=Path(".work/reader.pt"))
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--silver", type=Path, help="inner layer for PolNeAR, from silver.py")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--stop-after", type=int, default=100, help="epochs after which to stop before the last")
    parser.add_argument("--polnear-share", type=float, default=1.0, help="share of PolNeAR's articles an epoch sees")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--wrapped", type=float, default=0.15, help="share of articles with synthetic nesting")
    parser.add_argument("--gold-repeats", type=int, default=3, help="times an epoch sees a hand-labelled article")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--own-repeats", type=int, default=2, help="times an epoch sees an article of training/labels")
    parser.add_argument(
        "--marks", action="store_true", help="also see texts of which only mentions or events are known"
    )
    parser.add_argument(
        "--marked-repeats", type=int, default=1, help="times more for articles with entities and events"
    )
    parser.add_argument("--int8", action="store_true", help="round weights and inputs as the exported network does")
    parser.add_argument("--compile", action="store_true", help="a fifth faster; needs a C++ compiler and a minute")
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    train(args)


if __name__ == "__main__":
    main()
