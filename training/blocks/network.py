"""The network of `onrecord.models.blocks` in torch, for training only; the package runs it with numpy."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from onrecord.models.blocks import CLASSES

DILATIONS = (1, 2, 4, 8, 16)
WIDTH = 48
DROPOUT = 0.2  # without it the chances on unseen outlets are far too sure


class Network(nn.Module):
    """Linear layer, residual dilated convolutions over the lines, linear layer."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.first = nn.Linear(features, WIDTH)
        self.convolutions = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 3, padding=d, dilation=d) for d in DILATIONS)
        self.last = nn.Linear(WIDTH, len(CLASSES))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, lines: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Scores of shape (pages, lines, classes) for inputs of shape (pages, lines, features)."""
        hidden = self.dropout(torch.relu(self.first(lines))) * mask[..., None]
        for convolution in self.convolutions:
            mixed = torch.relu(convolution(hidden.transpose(1, 2))).transpose(1, 2)
            hidden = hidden + self.dropout(mixed) * mask[..., None]
        scores: torch.Tensor = self.last(hidden)
        return scores

    def arrays(self) -> dict[str, NDArray[np.float16]]:
        """The weights under the names and in the layout of `BlockModel`."""
        found = {
            "in.w": self.first.weight.T,
            "in.b": self.first.bias,
            "out.w": self.last.weight.T,
            "out.b": self.last.bias,
        }
        for number, convolution in enumerate(self.convolutions):
            found[f"conv{number}.w"] = convolution.weight.permute(2, 1, 0)
            found[f"conv{number}.b"] = convolution.bias
        return {name: tensor.detach().numpy().astype(np.float16) for name, tensor in found.items()}
