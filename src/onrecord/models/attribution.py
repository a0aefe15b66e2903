"""The reader's network at run time: int8 encoder under onnxruntime, embeddings looked up in numpy.

Weights: `data/reader/` (made by `training/attribution`, see the model card there).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onrecord.errors import ReadError
from onrecord.models.wording import Window, Words, lay_windows, split_words

__all__ = ["BEGIN", "TAGS", "AttributionModel", "Tagging", "load_attribution_model"]

Floats = NDArray[np.float32]

TAGS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
BEGIN = {"source": 1, "cue": 3, "content": 5}
_BATCH = 16  # windows a run; 4 to 32 differ by under 3 % (benchmarks/read.py speed)


@dataclass(frozen=True)
class Tagging:
    """What the network says of one text of W words.

    There are two layers: outermost attributions, and those inside their contents.
    """

    words: Words
    tags: Floats  # [W, 2, 7] log-probabilities of TAGS
    links: Floats  # [W, 5, k]: cue for contents, content's first word, its last word, cue for sources, source
    null: Floats  # [2] score of "no cue" for a content, "no source" for a cue
    distance: Floats  # [2, 18] score by signed distance in pieces

    def content_cue_scores(self, contents: Sequence[tuple[int, int]], cues: Sequence[int]) -> Floats:
        """Log-probabilities [contents, 1 + cues] that a content (first, last word) belongs to none or to a cue."""
        first = np.array([c[0] for c in contents], dtype=int)
        last = np.array([c[1] for c in contents], dtype=int)
        at = np.array(cues, dtype=int)
        scores = (self.links[first, 1] + self.links[last, 2]) @ self.links[at, 0].T
        return self._finished(scores, 0, self._pieces(first)[:, None] - self._pieces(at)[None, :])

    def cue_source_scores(self, cues: Sequence[int], sources: Sequence[int]) -> Floats:
        """Log-probabilities [cues, 1 + sources] that a cue has no source or that one."""
        at, origin = np.array(cues, dtype=int), np.array(sources, dtype=int)
        scores = self.links[at, 3] @ self.links[origin, 4].T
        return self._finished(scores, 1, self._pieces(origin)[None, :] - self._pieces(at)[:, None])

    def _pieces(self, words: NDArray[np.int64]) -> NDArray[np.int32]:
        return self.words.first_piece[words]

    def _finished(self, scores: Floats, kind: int, distance: NDArray[np.int32]) -> Floats:
        size = np.ceil(np.log2(np.maximum(np.abs(distance), 1))).astype(int).clip(max=8)
        scores = scores / np.sqrt(self.links.shape[2]) + self.distance[kind][np.where(distance < 0, size, size + 9)]
        scores = np.where(np.abs(distance) > _REACH, -np.inf, scores)
        whole = np.concatenate([np.full((len(scores), 1), self.null[kind], np.float32), scores], axis=1)
        return _log_softmax(whole.astype(np.float32))


_REACH = 254  # pieces: the network never saw a link longer than its window


class AttributionModel:
    """Tags the words of a text and scores links between them. Thread-safe; one encoder run a window."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        self.name: str = card["name"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        with np.load(folder / "embeddings.npz") as tables:
            self._tables = {key: tables[key] for key in tables.files}
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = ort.InferenceSession(str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"])

    def tag(self, text: str, quotations: Sequence[tuple[int, int]], *, flat: bool = False) -> Tagging:
        """Run the network over `text`.

        Args:
            quotations: half-open code-point spans of what stands in quotation marks, marks included.
            flat: tag after PolNeAR's conventions instead of onrecord's own.
        """
        words = split_words(text, self._tokenizer, quotations)
        windows = lay_windows(words)
        links = np.zeros((len(words), 5 * self._link_size), np.float32)
        tags = np.zeros((len(words), 2, len(TAGS)), np.float32)
        by_length = sorted(windows, key=lambda w: w.end - w.start)
        for start in range(0, len(by_length), _BATCH):
            self._run(words, by_length[start : start + _BATCH], 0 if flat else 1, tags, links)
        return Tagging(
            words=words,
            tags=_log_softmax(tags),
            links=links.reshape(len(words), 5, self._link_size),
            null=self._tables["null"],
            distance=self._tables["distance"],
        )

    @property
    def _link_size(self) -> int:
        return int(self._tables["link_size"])

    def _run(self, words: Words, windows: list[Window], convention: int, tags: Floats, links: Floats) -> None:
        lengths = [int(words.first_piece[w.end] - words.first_piece[w.start]) + 2 for w in windows]
        x = np.zeros((len(windows), max(lengths), self._tables["position"].shape[1]), np.float32)
        for row, (window, length) in enumerate(zip(windows, lengths, strict=True)):
            x[row, :length] = self._embed(words, window, convention)
        (out,) = self._session.run(None, {"x": x, "lengths": np.array(lengths, np.int32)})
        for row, window in enumerate(windows):
            base = words.first_piece[window.start] - 1
            heads = words.first_piece[window.own : window.end] - base
            values = out[row, heads]
            tags[window.own : window.end] = values[:, : 2 * len(TAGS)].reshape(-1, 2, len(TAGS))
            links[window.own : window.end] = values[:, 2 * len(TAGS) :]

    def _embed(self, words: Words, window: Window, convention: int) -> Floats:
        tables = self._tables
        start, end = words.first_piece[window.start], words.first_piece[window.end]
        ids = np.concatenate([[101], words.pieces[start:end], [102]])
        counts = np.diff(words.first_piece[window.start : window.end + 1])
        x = tables["word"][ids] * tables["word_scale"][ids, None]
        x = x + tables["position"][: len(ids)] + tables["convention"][convention]
        owner = np.repeat(np.arange(window.start, window.end), counts)
        inner = tables["shape"][words.shapes[owner]] + tables["line"][words.breaks[owner]]
        x[1:-1] += inner + tables["quote"][words.quotes[owner]]
        edge = tables["shape"][5] + tables["line"][0] + tables["quote"][0]
        x[0] += edge
        x[-1] += edge
        return np.asarray(x, dtype=np.float32)


def load_attribution_model(folder: Path | None = None, *, threads: int = 0) -> AttributionModel:
    """The shipped weights, or those in `folder`. `threads` 0 means one for each core.

    Raises:
        ReadError: the weights are missing or damaged.
    """
    folder = folder or Path(str(files("onrecord") / "data" / "reader"))
    try:
        return AttributionModel(folder, threads=threads)
    except Exception as error:  # onnxruntime and tokenizers raise bare exceptions of their own
        raise ReadError(f"{folder}: the reader's weights cannot be loaded ({error}). Reinstall onrecord.") from error


def _log_softmax(x: Floats) -> Floats:
    x = x - x.max(axis=-1, keepdims=True)
    return np.asarray(x - np.log(np.exp(x).sum(axis=-1, keepdims=True)), dtype=np.float32)
