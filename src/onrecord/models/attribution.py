"""The reader's network at run time: int8 encoder under onnxruntime, embeddings looked up in numpy.

Weights: `data/reader/` (made by `training/attribution`, see the model card there).
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import onnxruntime as ort
from msgspec import Struct
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onrecord.errors import ReadError
from onrecord.models.meaning import Meaning, log_softmax, meaning_of, nothing_meant
from onrecord.models.wording import Window, Words, lay_windows, split_words
from onrecord.records import Span

__all__ = ["BEGIN", "TAGS", "AttributionModel", "Choice", "Convention", "Tagging", "load_attribution_model"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

TAGS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
BEGIN = {"source": 1, "cue": 3, "content": 5}
_NEVER = np.float32(-1e4)
_EMPTY = (np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
_BATCH = 16  # windows a run; 4 to 32 differ by under 3 % (benchmarks/speed.py)


class Choice(NamedTuple):
    """What one content (or cue) may belong to: log-probabilities of `options`, the first of which is -1, "nothing".

    Only those of the same window are options: a table of all with all would take gigabytes on a long text.
    """

    options: Ints
    scores: Floats

    @property
    def best(self) -> tuple[int, float]:
        """The most probable option and its log-probability."""
        at = int(self.scores.argmax())
        return int(self.options[at]), float(self.scores[at])


class Convention(Struct, frozen=True, kw_only=True):
    """What was chosen and fitted for one way of annotating, on articles that no weight has seen.

    Confidence is 1 / (1 + exp(-x)), where x is the sum of what applies of offset, slope times score, and the rest.
    """

    leanings: tuple[float, ...] = ()  # added to the score of "no role", a layer each
    signed: float = 0.5  # least chance of a signed sentence to be a statement
    least: float = 0.0  # below it a statement is not believed, unless it has a cue and holds one that is
    offset: float = 0.0
    slope: float = 1.0
    nested: float = 0.0
    without_cue: float = 0.0
    without_source: float = 0.0

    def confidence(self, score: float, *, is_nested: bool, has_cue: bool, has_source: bool) -> float:
        """The share of statements like this one that people would confirm."""
        x = self.offset + self.slope * score + self.nested * is_nested
        x += self.without_cue * (not has_cue) + self.without_source * (not has_source)
        return round(1 / (1 + math.exp(-x)), 3)


@dataclass(frozen=True)
class Tagging:
    """What the network says of one text of W words.

    There is a layer for outermost attributions, one for those inside their contents, and so on.
    """

    words: Words
    tags: Floats  # [W, layers, 7] log-probabilities of TAGS
    windows: list[Window]  # in text order; each word is owned by one
    links: list[
        Floats
    ]  # a window each: [words, 5, k], cue for contents, content's first word, its last, cue for sources, source
    null: Floats  # [2] score of "no cue" for a content, "no source" for a cue
    distance: Floats  # [2, 18] score by signed distance in pieces
    meaning: Meaning

    def content_cue_choices(self, contents: Sequence[tuple[int, int]], cues: Sequence[int]) -> list[Choice]:
        """For each content (first, last word) which of the cues it may belong to.

        Vectors of different windows cannot be compared, so a cue outside the content's window has no chance.
        """
        ends = np.array(contents, dtype=int).reshape(-1, 2)
        at = np.array(cues, dtype=int)
        choices = [_NOTHING] * len(ends)
        for rows, columns, links, start in self._blocks(ends[:, 0], at):
            first, last = ends[rows, 0] - start, (ends[rows, 1] - start).clip(max=len(links) - 1)
            scores = (links[first, 1] + links[last, 2]) @ links[at[columns] - start, 0].T
            shifted = self._shifted(scores, 0, ends[rows, 0][:, None], at[columns][None, :])
            self._fill(choices, 0, rows, columns, shifted)
        return choices

    def cue_source_choices(self, cues: Sequence[int], sources: Sequence[int]) -> list[Choice]:
        """For each cue which of the sources it may have."""
        at, origin = np.array(cues, dtype=int), np.array(sources, dtype=int)
        choices = [_NOTHING] * len(at)
        for rows, columns, links, start in self._blocks(at, origin):
            scores = links[at[rows] - start, 3] @ links[origin[columns] - start, 4].T
            shifted = self._shifted(scores, 1, origin[columns][None, :], at[rows][:, None])
            self._fill(choices, 1, rows, columns, shifted)
        return choices

    def words_in(self, spans: Sequence[Span]) -> list[tuple[int, int]]:
        """The words that each of these spans touches, half-open."""
        first = np.searchsorted(self.words.ends, [span.start for span in spans], "right").tolist()
        last = np.searchsorted(self.words.starts, [span.end for span in spans], "left").tolist()
        return [(a, b) for a, b in zip(first, last, strict=True) if a < b]

    def pieces_in(self, spans: Sequence[Span]) -> Ints:
        """Ids of the word pieces of the words in `spans`."""
        first, pieces = self.words.first_piece, self.words.pieces
        found = [pieces[first[a] : first[b]] for a, b in self.words_in(spans)]
        return np.concatenate([np.zeros(0, np.int64), *found])

    def act_chances(self, content: Sequence[Span], cue: Sequence[Span]) -> Floats:
        """What the network takes a statement to do: log-probabilities in the order of `Act`."""
        numbers = [
            np.concatenate([np.zeros(0, np.int64), *(np.arange(a, b) for a, b in self.words_in(spans))])
            for spans in (content, cue)
        ]
        return self.meaning.act_chances(*numbers)

    def mean_link(self, spans: Sequence[Span]) -> Floats:
        """The mean of the link vectors, all five in a row, of the words in `spans`; 0 without words."""
        rows = [row for first, last in self.words_in(spans) for row in self._link_rows(first, last)]
        if not rows:
            return np.zeros(self.links[0][0].size if self.links else 0, np.float32)
        return np.asarray(np.concatenate(rows).mean(axis=0), dtype=np.float32)

    def _link_rows(self, first: int, last: int) -> Iterator[Floats]:
        at = bisect_right(self.windows, first, key=lambda window: window.own) - 1
        while first < last:
            window, links = self.windows[at], self.links[at]
            own = links[first - window.start : last - window.start]  # what lies beyond the window is the next one's
            yield own.reshape(len(own), -1)
            first, at = window.end, at + 1

    def _fill(self, choices: list[Choice], kind: int, rows: Ints, columns: Ints, scores: Floats) -> None:
        options = np.append(-1, columns)
        none = np.full((len(rows), 1), self.null[kind], np.float32)
        for row, chances in zip(rows.tolist(), log_softmax(np.hstack([none, scores])), strict=True):
            choices[row] = Choice(options, chances)

    def _blocks(self, rows: Ints, columns: Ints) -> Iterator[tuple[Ints, Ints, Floats, int]]:
        """For each window: positions of the rows it owns, of the columns it holds, its vectors and its first word."""
        for window, links in zip(self.windows, self.links, strict=True):
            own = np.flatnonzero((rows >= window.own) & (rows < window.end))
            held = np.flatnonzero((columns >= window.start) & (columns < window.end))
            if len(own) and len(held):
                yield own, held, links, window.start

    def _shifted(self, scores: Floats, kind: int, here: Ints, there: Ints) -> Floats:
        distance = self.words.first_piece[here] - self.words.first_piece[there]
        size = np.ceil(np.log2(np.maximum(np.abs(distance), 1))).astype(int).clip(max=8)
        scaled = scores / np.sqrt(self.links[0].shape[2]) + self.distance[kind][np.where(distance < 0, size, size + 9)]
        return np.asarray(scaled, dtype=np.float32)


_NOTHING = Choice(np.array([-1]), np.zeros(1, np.float32))


class AttributionModel:
    """Tags the words of a text and scores links between them. Thread-safe; one encoder run a window."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        self.name: str = card["name"]
        self._conventions = msgspec.convert(card["conventions"], dict[str, Convention])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        with np.load(folder / "embeddings.npz") as tables:
            self._tables = {key: tables[key] for key in tables.files}
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = ort.InferenceSession(str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"])
        self._link_size = int(self._tables["link_size"])
        self._rest = int(self._tables["rest_sizes"][:4].sum()) if "rest_sizes" in self._tables else 0
        width = self._session.get_outputs()[0].shape[2]
        self._layers = (width - self._rest - 5 * self._link_size) // len(TAGS)

    def convention(self, *, flat: bool) -> Convention:
        """Settings for PolNeAR's way of annotating (`flat`) or for onrecord's own."""
        return self._conventions["flat" if flat else "own"]

    def tag(self, text: str, quotations: Sequence[tuple[int, int]], *, flat: bool = False, start: int = 0) -> Tagging:
        """Run the network over `text`.

        Args:
            quotations: half-open code-point spans of what stands in quotation marks, marks included.
            flat: tag after PolNeAR's conventions instead of onrecord's own.
            start: words before this character, a dateline say, have no role; a paragraph is taken to begin here.
        """
        words = split_words(text, self.tokenizer, quotations)
        first = int(np.searchsorted(words.starts, start)) if start else 0
        if first < len(words):
            words.breaks[first] = 2
        windows = lay_windows(words)
        outputs, named = self._run_all(words, windows, 0 if flat else 1)
        width = self._layers * len(TAGS)
        tags = np.zeros((len(words), width), np.float32)
        for window, output in zip(windows, outputs, strict=True):
            tags[window.own : window.end] = output[window.own - window.start :, :width]
        by_layer = tags.reshape(len(words), self._layers, len(TAGS))
        by_layer[:first, :, 1:] = _NEVER
        return Tagging(
            words=words,
            tags=log_softmax(by_layer),
            windows=windows,
            links=[output[:, width : width + 5 * self._link_size].reshape(len(output), 5, -1) for output in outputs],
            null=self._tables["null"],
            distance=self._tables["distance"],
            meaning=self._meaning(
                words, windows, [output[:, width + 5 * self._link_size :] for output in outputs], named
            ),
        )

    def embed(self, pieces: Ints) -> Floats:
        """What the word pieces mean by themselves, a row each."""
        tables = self._tables
        return np.asarray(tables["word"][pieces] * tables["word_scale"][pieces, None], dtype=np.float32)

    def _meaning(self, words: Words, windows: list[Window], rest: list[Floats], named: list[Floats]) -> Meaning:
        return meaning_of(words, windows, (rest, named), self._tables) if self._rest else nothing_meant(words)

    def _run_all(self, words: Words, windows: list[Window], convention: int) -> tuple[list[Floats], list[Floats]]:
        """Both outputs of each window; windows of like length run together."""
        found: list[tuple[Floats, Floats]] = [_EMPTY] * len(windows)
        by_length = sorted(range(len(windows)), key=lambda n: windows[n].end - windows[n].start)
        for at in range(0, len(by_length), _BATCH):
            batch = by_length[at : at + _BATCH]
            outputs = self._run(words, [windows[n] for n in batch], convention)
            for number, output in zip(batch, outputs, strict=True):
                found[number] = output
        return [out for out, _ in found], [named for _, named in found]

    def _run(self, words: Words, windows: list[Window], convention: int) -> list[tuple[Floats, Floats]]:
        """Both outputs at the first piece of each word, a window each."""
        lengths = [int(words.first_piece[w.end] - words.first_piece[w.start]) + 2 for w in windows]
        x = np.zeros((len(windows), max(lengths), self._tables["position"].shape[1]), np.float32)
        for row, (window, length) in enumerate(zip(windows, lengths, strict=True)):
            x[row, :length] = self._embed(words, window, convention)
        out, *more = self._session.run(None, {"x": x, "lengths": np.array(lengths, np.int32)})
        named = more[0] if more else out[:, :, :0]
        heads = [words.first_piece[w.start : w.end] - words.first_piece[w.start] + 1 for w in windows]
        return [(out[row, own], named[row, own]) for row, own in enumerate(heads)]

    def _embed(self, words: Words, window: Window, convention: int) -> Floats:
        tables = self._tables
        start, end = words.first_piece[window.start], words.first_piece[window.end]
        ids = np.concatenate([[101], words.pieces[start:end], [102]])
        counts = np.diff(words.first_piece[window.start : window.end + 1])
        x = self.embed(ids) + tables["position"][: len(ids)] + tables["convention"][convention]
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
