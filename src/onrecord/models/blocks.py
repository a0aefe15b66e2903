"""The block model: a small convolutional network over the lines of a page, run with numpy.

For every line it gives the chances of being furniture, body, title or caption, seen with some thirty lines to each
side. Trained by `training/blocks`; `data/blocks.md` is its model card.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from io import BytesIO

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = ["BODY", "CAPTION", "CLASSES", "CLUTTER", "TITLE", "BlockModel", "load_block_model", "read_block_model"]

CLUTTER, BODY, TITLE, CAPTION = range(4)
CLASSES = ("clutter", "body", "title", "caption")

Matrix = NDArray[np.float32]


class BlockModel(Struct, frozen=True, kw_only=True):
    """Weights of several networks of one shape; their answers are averaged."""

    name: str
    mean: Matrix  # of each feature in training
    scale: Matrix
    networks: tuple[Mapping[str, Matrix], ...]
    dilations: tuple[int, ...]

    def predict(self, features: Matrix) -> Matrix:
        """Chances of each of `CLASSES`, one row a line; rows add up to 1."""
        if not len(features):
            return np.zeros((0, len(CLASSES)), dtype=np.float32)
        inputs = np.clip((features - self.mean) / self.scale, -5, 5)
        chances: Matrix = np.mean([_softmax(self._run(inputs, w)) for w in self.networks], axis=0, dtype=np.float32)
        return chances

    def _run(self, inputs: Matrix, weights: Mapping[str, Matrix]) -> Matrix:
        hidden = np.maximum(inputs @ weights["in.w"] + weights["in.b"], 0)
        for number, dilation in enumerate(self.dilations):
            mixed = _convolve(hidden, weights[f"conv{number}.w"], dilation) + weights[f"conv{number}.b"]
            hidden = hidden + np.maximum(mixed, 0)
        scores: Matrix = hidden @ weights["out.w"] + weights["out.b"]
        return scores


def load_block_model() -> BlockModel:
    """Read the weights that come with the package."""
    return read_block_model((files("onrecord") / "data" / "blocks.npz").read_bytes())


def read_block_model(data: bytes) -> BlockModel:
    """The model in the bytes of an .npz file that `training.blocks.train` wrote."""
    with np.load(BytesIO(data), allow_pickle=False) as stored:
        arrays = {key: stored[key] for key in stored.files}
    count = int(arrays["networks"])
    return BlockModel(
        name=str(arrays["name"]),
        mean=arrays["mean"].astype(np.float32),
        scale=arrays["scale"].astype(np.float32),
        networks=tuple(_network(arrays, f"{number}/") for number in range(count)),
        dilations=tuple(int(d) for d in arrays["dilations"]),
    )


def _network(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> Mapping[str, Matrix]:
    return {key.removeprefix(prefix): a.astype(np.float32) for key, a in arrays.items() if key.startswith(prefix)}


def _convolve(hidden: Matrix, kernel: Matrix, dilation: int) -> Matrix:
    """Kernel of three taps (before, here, after), each `dilation` lines apart; outside the page is zero."""
    before = np.zeros_like(hidden)
    after = np.zeros_like(hidden)
    if dilation < len(hidden):
        before[dilation:] = hidden[:-dilation]
        after[:-dilation] = hidden[dilation:]
    mixed: Matrix = before @ kernel[0] + hidden @ kernel[1] + after @ kernel[2]
    return mixed


def _softmax(scores: Matrix) -> Matrix:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return chances
