"""The network of `onrecord.models.acts` in torch, for training only; the package runs it with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from onrecord.models.acts import ACTS, MOST_PIECES, Embed, Wording, bag_of
from training.acts.data import Example

SIGNS = 1 << 13
SPOTTED = {"content": 96, "cue": 48}
READ = 64
DROPOUT = 0.4
UNSEEN = {"signs": 0.3, "pieces": 0.15, "read": 0.3}  # shares left out at random in training

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class Batch(NamedTuple):
    """Statements as the network sees them; pieces are (statements, most, vector), and which are there."""

    signs: torch.Tensor
    offsets: torch.Tensor
    read: torch.Tensor
    content: tuple[torch.Tensor, torch.Tensor]
    cue: tuple[torch.Tensor, torch.Tensor]


class Network(nn.Module):
    """Linear layers over mean vectors and, the best fit of all pieces counting, over each piece; signs add to the end.

    Args:
        read: mean and scale of the mean vectors.
        pieces: mean and scale of the vectors of pieces.
    """

    def __init__(self, read: tuple[Floats, Floats], pieces: tuple[Floats, Floats]) -> None:
        super().__init__()
        self.read_scale, self.pieces_scale = read, pieces
        self.read = nn.Linear(len(read[0]), READ)
        self.content = nn.Linear(len(pieces[0]), SPOTTED["content"])
        self.cue = nn.Linear(len(pieces[0]), SPOTTED["cue"])
        self.out = nn.Linear(sum(SPOTTED.values()) + READ, len(ACTS))
        self.signs = nn.EmbeddingBag(SIGNS, len(ACTS), mode="sum")
        nn.init.zeros_(self.signs.weight)
        self.dropout, self.read_dropout = nn.Dropout(DROPOUT), nn.Dropout(UNSEEN["read"])

    def forward(self, batch: Batch) -> torch.Tensor:
        read = self.read(self.read_dropout(_scaled(batch.read, self.read_scale)))
        spotted = [self._spot(self.content, batch.content), self._spot(self.cue, batch.cue)]
        hidden = torch.relu(torch.cat([*spotted, read], dim=1))
        return self.out(self.dropout(hidden)) + self.signs(batch.signs, batch.offsets)

    def _spot(self, layer: nn.Linear, pieces: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        vectors, there = pieces
        if self.training:
            there = there & (torch.rand(there.shape) > UNSEEN["pieces"])
        scores = layer(_scaled(vectors, self.pieces_scale)).masked_fill(~there[:, :, None], -1e4)
        return scores.amax(dim=1)

    def arrays(self) -> dict[str, Floats]:
        """The weights as `ActModel` has them, without signs."""
        found = {"out.w": self.out.weight.T, "out.b": self.out.bias}
        for name, layer, (mean, scale) in (
            ("read", self.read, self.read_scale),
            ("content", self.content, self.pieces_scale),
            ("cue", self.cue, self.pieces_scale),
        ):
            weight = layer.weight.T / torch.from_numpy(scale)[:, None]
            found |= {f"{name}.w": weight, f"{name}.b": layer.bias - torch.from_numpy(mean) @ weight}
        return {key: value.detach().numpy().astype(np.float32) for key, value in found.items()}


def _scaled(values: torch.Tensor, scale: tuple[Floats, Floats]) -> torch.Tensor:
    return (values - torch.from_numpy(scale[0])) / torch.from_numpy(scale[1])


class Material:
    """Examples made ready for batches."""

    def __init__(self, examples: Sequence[Example], embed: Embed) -> None:
        wordings = [example.wording for example in examples]
        self.embed = embed
        self.articles = [example.article for example in examples]
        self.signs = [torch.from_numpy(bag_of(wording, SIGNS)) for wording in wordings]
        self.content = [wording.content_pieces[:MOST_PIECES] for wording in wordings]
        self.cue = [wording.cue_pieces[:MOST_PIECES] for wording in wordings]
        self.read = np.stack([_read(wording, embed) for wording in wordings])
        self.acts = torch.tensor([example.act for example in examples])

    def batch(self, numbers: Sequence[int], *, unseen: float = 0.0) -> Batch:
        """The examples of these numbers; `unseen` of their signs are left out."""
        signs = [self.signs[n] for n in numbers]
        if unseen:
            signs = [each[torch.rand(len(each)) > unseen] for each in signs]
        offsets = torch.tensor([0, *(len(each) for each in signs[:-1])]).cumsum(0)
        content, cue = (self._padded([texts[n] for n in numbers]) for texts in (self.content, self.cue))
        return Batch(torch.cat(signs), offsets, torch.from_numpy(self.read[numbers]), content, cue)

    def _padded(self, texts: Sequence[Ints]) -> tuple[torch.Tensor, torch.Tensor]:
        longest = max(1, *(len(ids) for ids in texts))
        ids = np.stack([np.pad(each, (0, longest - len(each))) for each in texts])
        there = np.arange(longest)[None, :] < np.array([len(each) for each in texts])[:, None]
        return torch.from_numpy(self.embed(ids.ravel()).reshape(*ids.shape, -1)), torch.from_numpy(there)


def _read(wording: Wording, embed: Embed) -> Floats:
    pieces = [embed(ids[:MOST_PIECES]) for ids in (wording.content_pieces, wording.cue_pieces)]
    means = [each.sum(axis=0) / max(len(each), 1) for each in pieces]
    return np.concatenate([wording.links, *means]).astype(np.float32)
