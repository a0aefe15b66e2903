"""The network of `onrecord.models.blocks` in torch, for training only; the package runs it with numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from onrecord.models.blocks import CLASSES

WIDTH = 48
DROPOUT = 0.2  # without it the chances on unseen outlets are far too sure


class Network(nn.Module):
    """Linear layer, residual dilated convolutions over the lines with means over groups between them, linear layer.

    Args:
        dilations: of the convolutions, in their order.
        mixes: the convolutions (from 0) after which a line sees the means of its `groups` and of the page.
        conventions: corpora do not agree on what belongs to a body; with so many ideas of it.
    """

    def __init__(
        self,
        features: int,
        dilations: Sequence[int],
        *,
        groups: int = 0,
        mixes: Sequence[int] = (),
        conventions: int = 0,
        width: int = WIDTH,
    ) -> None:
        super().__init__()
        self.first = nn.Linear(features, width)
        self.conventions = nn.Embedding(conventions + 1, width, padding_idx=0)  # the first stands for none
        nn.init.zeros_(self.conventions.weight)
        self.convolutions = nn.ModuleList(nn.Conv1d(width, width, 3, padding=d, dilation=d) for d in dilations)
        self.mixes = nn.ModuleDict({str(number): nn.Linear((groups + 2) * width, width) for number in mixes})
        self.last = nn.Linear(width, len(CLASSES))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(
        self, lines: torch.Tensor, mask: torch.Tensor, groups: torch.Tensor, sizes: torch.Tensor, told: torch.Tensor
    ) -> torch.Tensor:
        """Scores of shape (pages, lines, classes).

        Args:
            lines: (pages, lines, features).
            mask: (pages, lines), 0 behind the end of a page.
            groups: (pages, ways of grouping, lines), the number of each line's group.
            sizes: (pages, lines), the weight of each line in its groups, 0 behind the end of a page.
            told: (pages,), the convention of each, -1 where it is not told.
        """
        opened = self.first(lines) + self.conventions(told + 1)[:, None]
        hidden = self.dropout(torch.relu(opened)) * mask[..., None]
        for number, convolution in enumerate(self.convolutions):
            mixed = torch.relu(convolution(hidden.transpose(1, 2))).transpose(1, 2)
            hidden = hidden + self.dropout(mixed) * mask[..., None]
            if str(number) in self.mixes:
                mixed = torch.relu(self.mixes[str(number)](_with_means(hidden, groups, sizes)))
                hidden = hidden + self.dropout(mixed) * mask[..., None]
        scores: torch.Tensor = self.last(hidden)
        return scores

    def arrays(self, ours: int) -> dict[str, NDArray[np.float16]]:
        """The weights under the names and in the layout of `BlockModel`, which follows one convention, `ours`."""
        linear = {"in": self.first, "out": self.last, **{f"mix{number}": mix for number, mix in self.mixes.items()}}
        found: dict[str, torch.Tensor] = {}
        for name, layer in linear.items():
            found |= {f"{name}.w": layer.weight.T, f"{name}.b": layer.bias}
        if self.conventions.num_embeddings > 1:
            found["in.b"] = found["in.b"] + self.conventions.weight[ours + 1]
        for number, convolution in enumerate(self.convolutions):
            found |= {f"conv{number}.w": convolution.weight.permute(2, 1, 0), f"conv{number}.b": convolution.bias}
        return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in found.items()}


def _with_means(hidden: torch.Tensor, groups: torch.Tensor, sizes: torch.Tensor) -> torch.Tensor:
    """Each line beside the means of its groups and of its page."""
    pages, lines, width = hidden.shape
    weighed = (hidden * sizes[..., None]).reshape(-1, width)
    offsets = torch.arange(pages)[:, None] * lines
    seen = [hidden]
    for numbers in (*groups.unbind(1), torch.zeros(pages, lines, dtype=torch.long)):
        at = (numbers + offsets).reshape(-1)
        sums = torch.zeros(pages * lines, width).index_add(0, at, weighed)
        totals = torch.zeros(pages * lines).index_add(0, at, sizes.reshape(-1)) + 1e-6
        seen.append((sums / totals[:, None])[at].view(pages, lines, width))
    return torch.cat(seen, dim=-1)
