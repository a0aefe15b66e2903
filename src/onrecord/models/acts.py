"""What a statement does, judged by small networks over its words and over what the reader's encoder made of them.

They see hashed words and pairs of words of cue, content and source, what the word lists say, what the word pieces of
cue and content mean, and what the encoder made of them. Run with numpy. Trained by `training/acts`; `data/acts.md` is
the model card.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from itertools import pairwise
from typing import NamedTuple
from zipfile import BadZipFile
from zlib import crc32

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from onrecord.errors import ReadError
from onrecord.records import Act

__all__ = ["ACTS", "MOST_PIECES", "ActModel", "Embed", "Wording", "bag_of", "load_act_model", "read_act_model"]

ACTS = tuple(Act)

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Embed = Callable[[Ints], Floats]  # the vectors of word pieces, as the encoder has them

_WORD = re.compile(r"\w+(?:[’']\w+)?|[^\w\s]")
_MARKS = ('"', "“")
_MOST = 60  # words of a content that are looked at
MOST_PIECES = 80
_BATCH = 64  # statements looked at together
_STEM = 5  # letters by which forms of one word are held together


class Wording(NamedTuple):
    """A statement as the network sees it."""

    source: str
    cue: str
    content: str
    nested: bool  # it lies in another statement
    passes_on: bool  # another statement fills its content
    ruled: Act  # what the word lists say
    links: Floats  # the mean link vectors of content and cue, one after the other
    content_pieces: Ints  # ids of their word pieces
    cue_pieces: Ints
    judged: Floats  # [acts] log-probabilities by the reader's own network


def bag_of(wording: Wording, size: int) -> NDArray[np.int64]:
    """The numbers, below `size`, of what is said of a statement's words; each once, in ascending order."""
    return np.unique([crc32(sign.encode()) % size for sign in _signs(wording)])


def _signs(wording: Wording) -> Iterator[str]:
    source, cue, content = (_WORD.findall(text.lower()) for text in (wording.source, wording.cue, wording.content))
    content = content[:_MOST]
    yield from (f"c:{word}" for word in cue)
    yield from (f"ck:{word[:_STEM]}" for word in cue)
    yield from (f"cc:{first} {second}" for first, second in pairwise(cue))
    yield f"call:{' '.join(cue)}"
    yield from (f"b:{word}" for word in content)
    yield from (f"b5:{word[:_STEM]}" for word in content)
    yield from (f"bb:{first} {second}" for first, second in pairwise(content))
    yield from (f"p{place}:{word}" for place, word in enumerate(content[:4]))
    yield from (f"s:{word}" for word in source[-3:])
    quoted = any(mark in wording.content for mark in _MARKS)
    yield from (f"source:{bool(source)}", f"cue:{bool(cue)}", f"quoted:{quoted}")
    yield from (f"nested:{wording.nested}", f"passes:{wording.passes_on}", f"length:{min(6, len(content) // 6)}")
    yield from (f"r:{wording.ruled}", f"r:{wording.ruled}:{bool(cue)}")


class ActModel(Struct, frozen=True, kw_only=True):
    """Weights of several networks of one shape, whose scores are averaged, and of what the signs add."""

    name: str
    reader: str  # the model of attributions whose vectors these networks know
    signs: Floats  # (size of a bag, acts): what each sign adds to the scores
    networks: tuple[Mapping[str, Floats], ...]
    trust: float = 0.0  # what the reader's own judgement counts beside theirs

    def predict(self, wordings: Sequence[Wording], embed: Embed) -> Floats:
        """Chances of each of `ACTS`, one row a statement; rows add up to 1."""
        runs = [self._run(wordings[at : at + _BATCH], embed) for at in range(0, len(wordings), _BATCH)]
        return np.concatenate([np.zeros((0, len(ACTS)), np.float32), *runs])

    def _run(self, wordings: Sequence[Wording], embed: Embed) -> Floats:
        content = _Pieces([wording.content_pieces[:MOST_PIECES] for wording in wordings], embed)
        cue = _Pieces([wording.cue_pieces[:MOST_PIECES] for wording in wordings], embed)
        seen = np.hstack([np.stack([wording.links for wording in wordings]), content.means(), cue.means()])
        scores = np.stack([self.signs[bag_of(wording, len(self.signs))].sum(axis=0) for wording in wordings])
        for weights in self.networks:
            read = np.maximum(seen @ weights["read.w"] + weights["read.b"], 0)
            spotted = [
                pieces.spot(weights[f"{n}.w"], weights[f"{n}.b"]) for n, pieces in (("content", content), ("cue", cue))
            ]
            hidden = np.hstack([*spotted, read])
            scores = scores + (hidden @ weights["out.w"] + weights["out.b"]) / len(self.networks)
        scores = scores + self.trust * np.stack([wording.judged for wording in wordings])
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


class _Pieces:
    """The word pieces of some texts with their vectors."""

    def __init__(self, ids: Sequence[Ints], embed: Embed) -> None:
        self.sizes = np.array([len(each) for each in ids])
        self.filled = np.flatnonzero(self.sizes)
        self.firsts = (np.cumsum(self.sizes) - self.sizes)[self.filled]
        self.vectors = embed(np.concatenate([np.zeros(0, np.int64), *ids]))

    def means(self) -> Floats:
        """The mean vector of each text; 0 for an empty one."""
        sizes = np.maximum(self.sizes, 1)[:, None].astype(np.float32)
        return np.asarray(self._reduced(np.add, self.vectors) / sizes, dtype=np.float32)

    def spot(self, weights: Floats, bias: Floats) -> Floats:
        """How much the piece that fits best is like each of the sought meanings; 0 for an empty text."""
        return np.maximum(self._reduced(np.maximum, self.vectors @ weights + bias), 0)

    def _reduced(self, how: np.ufunc, rows: Floats) -> Floats:
        reduced = np.zeros((len(self.sizes), rows.shape[1]), np.float32)
        if len(self.filled):
            reduced[self.filled] = how.reduceat(rows, self.firsts)
        return reduced


@lru_cache(maxsize=1)
def load_act_model() -> ActModel:
    """The weights that come with the package; read from disk once.

    Raises:
        ReadError: they are missing or damaged.
    """
    path = files("onrecord") / "data" / "acts.npz"
    try:
        return read_act_model(path.read_bytes())
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise ReadError(
            f"{path}: the weights of the act model cannot be loaded ({error}). Reinstall onrecord."
        ) from error


def read_act_model(data: bytes) -> ActModel:
    """The model in the bytes of an .npz file that `training.acts.train` wrote."""
    with np.load(BytesIO(data), allow_pickle=False) as stored:
        arrays = {key: stored[key] for key in stored.files}
    return ActModel(
        name=str(arrays["name"]),
        reader=str(arrays["reader"]),
        signs=arrays["signs"].astype(np.float32),
        networks=tuple(_network(arrays, f"{number}/") for number in range(int(arrays["networks"]))),
        trust=float(arrays["trust"]) if "trust" in arrays else 0.0,
    )


def _network(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> Mapping[str, Floats]:
    return {key.removeprefix(prefix): a.astype(np.float32) for key, a in arrays.items() if key.startswith(prefix)}
