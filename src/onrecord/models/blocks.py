"""The block models: small convolutional networks over the lines of a text or the blocks of a page, run with numpy.

For every line or block they give the chances of being furniture, body, title or caption, seen with some thirty others
to each side and, on a page with markup, with all that stand in the same elements. Trained by `training/blocks`;
`data/blocks.md` is the model card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from io import BytesIO

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

__all__ = [
    "BODY",
    "CAPTION",
    "CLASSES",
    "CLUTTER",
    "TITLE",
    "BlockModel",
    "BlockModels",
    "load_block_models",
    "read_block_model",
]

CLUTTER, BODY, TITLE, CAPTION = range(4)
CLASSES = ("clutter", "body", "title", "caption")

Matrix = NDArray[np.float32]
Groups = Sequence[NDArray[np.int64]]


class BlockModel(Struct, frozen=True, kw_only=True):
    """Weights of several networks of one shape; their answers are averaged."""

    name: str
    mean: Matrix  # of each feature in training
    scale: Matrix
    networks: tuple[Mapping[str, Matrix], ...]
    dilations: tuple[int, ...]

    def predict(self, features: Matrix, groups: Groups = (), sizes: Matrix | None = None) -> Matrix:
        """Chances of each of `CLASSES`, one row a line; rows add up to 1.

        Args:
            groups: for each way of grouping that the model was trained with, the number of each line's group, from 0.
            sizes: the weight of each line in its groups; all alike if not given.
        """
        if not len(features):
            return np.zeros((0, len(CLASSES)), dtype=np.float32)
        inputs = np.clip((features - self.mean) / self.scale, -5, 5)
        weighed = np.ones(len(features), dtype=np.float32) if sizes is None else sizes
        pools = [_Pool(numbers, weighed) for numbers in groups]
        runs = [_softmax(self._run(inputs, weights, pools, weighed)) for weights in self.networks]
        chances: Matrix = np.mean(runs, axis=0, dtype=np.float32)
        return chances

    def _run(self, inputs: Matrix, weights: Mapping[str, Matrix], pools: Sequence[_Pool], sizes: Matrix) -> Matrix:
        shares = sizes / np.float32(max(float(sizes.sum()), 1e-6))
        hidden = _rectify(inputs @ weights["in.w"], weights["in.b"])
        for number, dilation in enumerate(self.dilations):
            hidden += _rectify(_convolve(hidden, weights[f"conv{number}.w"], dilation), weights[f"conv{number}.b"])
            mix = weights.get(f"mix{number}.w")
            if mix is not None:
                own, of_page = mix[: -hidden.shape[1]], mix[-hidden.shape[1] :]
                seen = np.concatenate([hidden, *(pool.means(hidden) for pool in pools)], axis=1) if pools else hidden
                page = np.asarray(shares @ hidden @ of_page, dtype=np.float32)  # the same for every line
                hidden = hidden + _rectify(seen @ own, page + weights[f"mix{number}.b"])
        scores: Matrix = hidden @ weights["out.w"] + weights["out.b"]
        return scores


class _Pool:
    """Means over groups of lines, each line weighed by its size."""

    def __init__(self, numbers: NDArray[np.int64], sizes: Matrix) -> None:
        self.order = np.argsort(numbers, kind="stable")
        ordered = numbers[self.order]
        self.firsts = np.flatnonzero(np.diff(ordered, prepend=-1))
        self.group = np.empty(len(numbers), dtype=np.int64)
        self.group[self.order] = np.cumsum(np.diff(ordered, prepend=ordered[:1]) > 0)
        self.sizes = sizes[self.order, None]
        self.totals = np.maximum(np.add.reduceat(self.sizes, self.firsts), np.float32(1e-6))

    def means(self, hidden: Matrix) -> Matrix:
        """For each line the mean of its group."""
        sums = np.add.reduceat(hidden[self.order] * self.sizes, self.firsts)
        return np.asarray((sums / self.totals)[self.group], dtype=np.float32)


class BlockModels(Struct, frozen=True, kw_only=True):
    """What the clean stage needs: a model of lines without markup, and one of the blocks of a page."""

    lines: BlockModel
    pages: BlockModel

    @property
    def name(self) -> str:
        """The names of both, as records state them."""
        return f"{self.lines.name}, {self.pages.name}"


def load_block_models() -> BlockModels:
    """Read the weights that come with the package."""
    lines, pages = ((files("onrecord") / "data" / name).read_bytes() for name in ("blocks.npz", "pages.npz"))
    return BlockModels(lines=read_block_model(lines), pages=read_block_model(pages))


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
    count, width = hidden.shape
    beside = np.zeros((count, 3, width), dtype=np.float32)
    beside[:, 1] = hidden
    if dilation < count:
        beside[dilation:, 0] = hidden[:-dilation]
        beside[:-dilation, 2] = hidden[dilation:]
    mixed: Matrix = beside.reshape(count, 3 * width) @ kernel.reshape(3 * width, -1)
    return mixed


def _rectify(scores: Matrix, bias: Matrix) -> Matrix:
    """Scores with their bias, none under zero; in place."""
    scores += bias
    return np.maximum(scores, 0, out=scores)


def _softmax(scores: Matrix) -> Matrix:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return chances
