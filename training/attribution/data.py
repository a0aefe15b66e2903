"""Annotated articles as the network's training windows."""

from __future__ import annotations

import gzip
import json
import random
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from onrecord.models.wording import Words, lay_windows, split_words
from onrecord.reading.quotes import find_quotations
from training.attribution.marks import Marks, Targets, cut, events_of, mentions_of, read_gum, read_pairs, told_of
from training.labels.read import ENTITIES, LABELS, read_entities, read_labels, read_rows

ROLES = ("source", "cue", "content")
LAYERS = 3  # outer statements, those in their contents, those in the contents of these
IGNORED = -100
Spans = list[tuple[int, int]]  # code points in an Annotation, words in a Labelled


@dataclass
class Annotation:
    """One attribution with code-point spans; one of layer n + 1 lies within the content of one of layer n."""

    source: Spans
    cue: Spans
    content: Spans
    layer: int = 0

    @classmethod
    def of(cls, roles: Mapping[str, Iterable[Iterable[int]]], *, layer: int = 0) -> Annotation:
        """From spans by role, as the corpora have them."""
        source, cue, content = (_pairs(roles[role]) for role in ROLES)
        return cls(source, cue, content, layer)


@dataclass
class Sample:
    """An article with its annotations.

    `convention` tells whose guidelines they follow; `known` are, for each inner layer, the code-point spans where it
    is annotated (None: everywhere); `unsure` are pieces of them, with their layer, that are left out of training.
    """

    text: str
    annotations: list[Annotation]
    convention: int = 0
    title: str | None = None
    known: list[Spans | None] = field(default_factory=lambda: [[] for _ in range(1, LAYERS)])
    unsure: list[tuple[int, int, int]] = field(default_factory=list)
    marks: Marks | None = None
    is_annotated: bool = True  # whether its attributions are; otherwise only `marks` are known


@dataclass
class Labelled:
    """Words of an article, a tag for each on every layer, and the word spans of its attributions."""

    words: Words
    tags: NDArray[np.int64]  # [W, LAYERS]
    spans: list[dict[str, Spans]]  # word spans, half-open, by role
    layers: list[int]
    convention: int
    marks: Marks | None


@dataclass
class Example:
    """One window ready for a batch; positions count pieces of the window."""

    ids: NDArray[np.int64]
    features: NDArray[np.int64]  # [3, length]
    tags: NDArray[np.int64]  # [length, LAYERS]
    convention: int
    links: list[tuple[list[int], list[int], list[tuple[int, int]], list[int], list[list[int]]]]
    # one a layer: cues, sources, contents (first, last), cue of each content (0 none), sources of each cue
    targets: Targets


def read_polnear(path: Path, *, apart_from: Sequence[str] = ()) -> list[Sample]:
    """The labellings in a file of PolNeAR's, but for those of some parts of the corpus, where the file tells them."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [read_annotations(row) for row in rows if row.get("compartment") not in apart_from]


def read_annotations(row: dict[str, Any]) -> Sample:
    """One labelling of one PolNeAR article."""
    return Sample(row["text"], [Annotation.of(a) for a in row["attributions"]])


def add_silver(samples: list[Sample], path: Path) -> None:
    """Give the samples, in their order, the inner layers that `silver.py` wrote."""
    for sample, line in zip(samples, path.read_text(encoding="utf-8").splitlines(), strict=True):
        row = json.loads(line)
        found = [Annotation.of(a, layer=a["layer"]) for a in row["found"]]
        sample.annotations += found
        sample.known = [_pairs(row["nested_in"]) for _ in range(1, LAYERS)]
        sample.unsure = [(s, e, layer) for s, e, layer in row["unsure"]]


def read_gold(path: Path) -> list[Sample]:
    """Hand-labelled statements; the fourth level of nesting and deeper is left out."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [nested_sample(row["text"], row["statements"], row["title"]) for row in rows]


def read_own(shared: Path) -> list[Sample]:
    """The articles labelled for this project, see `training/labels`, some with entities and events."""
    entities = read_entities()
    samples = []
    for row in read_labels(shared):
        sample = nested_sample(row["text"], row["statements"], row["title"])
        more = entities.get((row["corpus"], row["id"]))
        if more and sample.marks:
            entity_marks(more, sample.marks)
        samples.append(sample)
    return samples


def entity_marks(row: Mapping[str, Any], marks: Marks) -> Marks:
    """The marks with the entities and events of a labelled article."""
    marks.mentions = None if row["entities"] is None else mentions_of(row["entities"])
    marks.events = None if row["events"] is None else events_of(row["events"])
    return marks


def read_marked(shared: Path) -> list[Sample]:
    """Texts of which only mentions or events are known."""
    data = shared / "data"
    marked = read_gum(data / "coref/gum/dev.jsonl", held_out=False) + read_pairs(data / "events", held_out=False)
    known = {(row["corpus"], row["id"]) for row in read_rows(LABELS)}
    for row in read_labels(shared, ENTITIES):
        if (row["corpus"], row["id"]) not in known:
            marked.append((row["text"], entity_marks(row, Marks())))
    unknown: list[Spans | None] = [[] for _ in range(1, LAYERS)]
    return [Sample(text, [], 1, known=unknown, marks=marks, is_annotated=False) for text, marks in marked]


def nested_sample(text: str, statements: list[dict[str, Any]], title: str | None) -> Sample:
    """An article whose statements tell in which other one they lie."""
    outer = {s["id"]: s["within"] for s in statements}
    depths = {s["id"]: _depth(s["id"], outer) for s in statements}
    annotations = [Annotation.of(s, layer=depths[s["id"]]) for s in statements if depths[s["id"]] < LAYERS]
    known: list[Spans | None] = [None] * (LAYERS - 1)
    return Sample(text, annotations, 1, title, known, marks=Marks(acts=told_of(statements)))


def _depth(statement: str, outer: dict[str, str | None]) -> int:
    holder = outer[statement]
    return 0 if holder is None else 1 + _depth(holder, outer)


def _pairs(spans: Iterable[Iterable[int]]) -> Spans:
    return [(s, e) for s, e in spans]


def label(sample: Sample, tokenizer: Tokenizer) -> Labelled:
    words = split_words(sample.text, tokenizer, [(q.start, q.end) for q in find_quotations(sample.text)])
    tags = np.full((len(words), LAYERS), 0 if sample.is_annotated else IGNORED, np.int64)
    for layer, known in enumerate(sample.known, 1):
        if known is not None:
            tags[:, layer] = IGNORED
        for start, end in known or []:
            first, last = _word_span(words, start, end)
            tags[first:last, layer] = 0
    for start, end, layer in sample.unsure:
        first, last = _word_span(words, start, end)
        tags[first:last, layer] = IGNORED
    spans, layers = [], []
    for annotation in sample.annotations:
        by_role = {role: [_word_span(words, *s) for s in getattr(annotation, role)] for role in ROLES}
        by_role = {role: [s for s in found if s[1] > s[0]] for role, found in by_role.items()}
        for number, role in enumerate(ROLES):
            for first, last in by_role[role]:
                tags[first:last, annotation.layer] = 2 + 2 * number
                tags[first, annotation.layer] = 1 + 2 * number
        spans.append(by_role)
        layers.append(annotation.layer)
    return Labelled(words, tags, spans, layers, sample.convention, sample.marks)


def _word_span(words: Words, start: int, end: int) -> tuple[int, int]:
    return int(np.searchsorted(words.ends, start, "right")), int(np.searchsorted(words.starts, end, "left"))


def cut_examples(labelled: Labelled, *, size: int, context: int) -> Iterator[Example]:
    words = labelled.words
    for window in lay_windows(words, size=size, context=context):
        start, end = window.start, window.end
        base, stop = int(words.first_piece[start]), int(words.first_piece[end])
        counts = np.diff(words.first_piece[start : end + 1])
        heads = words.first_piece[start:end] - base + 1
        tags = np.full((stop - base + 2, LAYERS), IGNORED, np.int64)
        tags[heads] = labelled.tags[start:end]
        features = np.zeros((3, stop - base + 2), np.int64)
        features[:, 1:-1] = np.repeat(
            np.stack([words.shapes, words.breaks, words.quotes])[:, start:end], counts, axis=1
        )
        features[0, 0] = features[0, -1] = 5
        ids = np.concatenate([[101], words.pieces[base:stop], [102]]).astype(np.int64)
        links = [_links(labelled, layer, start, end, heads) for layer in range(LAYERS)]
        targets = cut(labelled.marks, words, start, end, heads, len(ids))
        yield Example(ids, features, tags, labelled.convention, links, targets)


def _links(
    labelled: Labelled, layer: int, start: int, end: int, heads: NDArray[np.int32]
) -> tuple[list[int], list[int], list[tuple[int, int]], list[int], list[list[int]]]:
    inside = lambda span: start <= span[0] and span[1] <= end  # noqa: E731
    at = lambda word: int(heads[word - start])  # noqa: E731
    cues: list[int] = []
    sources: list[int] = []
    contents: list[tuple[int, int]] = []
    content_cue: list[int] = []
    cue_sources: list[list[int]] = []
    rows = [s for s, own in zip(labelled.spans, labelled.layers, strict=True) if own == layer]
    for spans in rows:
        for span in filter(inside, spans["source"]):
            if at(span[0]) not in sources:
                sources.append(at(span[0]))
    for spans in rows:
        cue = next(filter(inside, spans["cue"]), None)
        if spans["cue"] and cue is None:
            continue  # its cue lies outside the window: nothing can be learned of its links
        if cue is not None:
            cues.append(at(cue[0]))
            own = [1 + sources.index(at(s[0])) for s in filter(inside, spans["source"])]
            cue_sources.append(own or ([0] if not spans["source"] else []))
        for span in filter(inside, spans["content"]):
            contents.append((at(span[0]), at(span[1] - 1)))
            content_cue.append(0 if cue is None else len(cues))
    return cues, sources, contents, content_cue, cue_sources


# ---- synthetic nesting: a sentence that holds an attribution becomes the content of another

_SPEAKERS = (
    "the Korean Central News Agency",
    "KCNA",
    "state media",
    "Reuters",
    "the Associated Press",
    "Xinhua",
    "the state news agency",
    "TASS",
    "Interfax",
    "Yonhap News Agency",
    "the newspaper",
    "the agency",
    "the report",
    "local media",
    "the official newspaper",
    "the ministry",
    "a spokesman for the ministry",
    "a government official",
    "two officials",
    "the prime minister's office",
    "Al Jazeera",
    "he",
    "she",
    "the foreign ministry",
    "an aide",
    "the network",
    "Kyodo News",
    "the South's spy agency",
    "the statement",
    "people familiar with the matter",
)
_BEFORE = (
    "{} said {}that ",
    "{} said ",
    "{} reported {}that ",
    "{} says ",
    "According to {}, ",
    "{} also reported that ",
)
_AFTER = (", {} said.", ", {} reported.", ", according to {}.", ", {} said {}.", ", says {}.", ", {} added.")
_DAYS = ("on Monday ", "Tuesday ", "on Wednesday ", "Thursday ", "late Friday ", "")
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z])|\n+")


def wrap(sample: Sample, share: float, rng: random.Random) -> Sample:
    """Put about `share` of the sentences that hold an attribution into the mouth of somebody else.

    What stood on a layer in such a sentence stands on the next one in it.
    """
    text: list[str] = []
    moved: list[Annotation] = []
    known: list[Spans | None] = [[] for _ in range(1, LAYERS)]
    tiles = Tiles()
    left = list(sample.annotations)
    for start, end in _sentences(sample.text):
        own = [a for a in left if _lies_in(a, start, end)]
        sentence = sample.text[start:end]
        at = sum(map(len, text))
        whole = own and not any(_touches(a, start, end) for a in left if a not in own)
        if whole and _plain(sentence) and rng.random() < share:
            before, after, outer = _wrapping(sentence, rng)
            body_end = end - (1 if after else 0)
            moved.append(_shifted(outer, at, 0))
            at += len(before)
            moved += [_shifted(_clip(a, body_end), at - start, a.layer + 1) for a in own if a.layer + 1 < LAYERS]
            left = [a for a in left if a not in own]
            known[0] = [*(known[0] or []), (at, at + body_end - start)]
            text += [before, sample.text[start:body_end], after]
            tiles.wrapped.append((start, end))
        else:
            text.append(sentence)
        tiles.starts.append((start, at - start))
    for layer, spans in enumerate(sample.known, 1):
        for span in spans or []:
            deeper = layer if tiles.wraps(span) else layer - 1
            if deeper < len(known):
                known[deeper] = [*(known[deeper] or []), tiles.moved(span)]
    unsure = [(*tiles.moved((s, e)), layer + tiles.wraps((s, e))) for s, e, layer in sample.unsure]
    moved += [Annotation.of({r: map(tiles.moved, getattr(a, r)) for r in ROLES}, layer=a.layer) for a in left]
    return Sample("".join(text), moved, sample.convention, sample.title, known, [u for u in unsure if u[2] < LAYERS])


@dataclass
class Tiles:
    """Where the pieces of the old text start, how far each moved, and which were wrapped."""

    starts: list[tuple[int, int]] = field(default_factory=list)
    wrapped: Spans = field(default_factory=list)

    def wraps(self, span: tuple[int, int]) -> bool:
        return any(start <= span[0] < end for start, end in self.wrapped)

    def moved(self, span: tuple[int, int]) -> tuple[int, int]:
        """The span in the new text; its ends move with the pieces in which they lie."""
        return span[0] + self._by(span[0]), span[1] + self._by(span[1] - 1)

    def _by(self, position: int) -> int:
        return self.starts[bisect_right(self.starts, (position, 10**9)) - 1][1]


def disguise(sample: Sample, rng: random.Random) -> Sample:
    """Now and then other marks and lines, as pages have them; each character keeps its place."""
    text = sample.text
    if rng.random() < STRAIGHTENED:
        text = text.translate(_STRAIGHT)
    if rng.random() < UNQUOTED:
        text = text.translate(_UNQUOTED)
    if rng.random() < JOINED:
        text = text.replace("\n", " ")
    return replace(sample, text=text)


# Shares of articles an epoch; guesses, small enough to leave most of the text as it was.
STRAIGHTENED, UNQUOTED, JOINED = 0.15, 0.03, 0.06
_STRAIGHT = str.maketrans("“”„‘’", '"""\'\'')
_UNQUOTED = str.maketrans('“”„"', "    ")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Tiles of the text: sentences and what stands between them."""
    position = 0
    for gap in _SENTENCE.finditer(text):
        yield position, gap.start()
        yield gap.start(), gap.end()
        position = gap.end()
    yield position, len(text)


def _plain(sentence: str) -> bool:
    return 40 < len(sentence) < 320 and sentence.endswith(".") and sentence.count('"') % 2 == 0


def _lies_in(a: Annotation, start: int, end: int) -> bool:
    return all(start <= s and e <= end for role in ROLES for s, e in getattr(a, role))


def _touches(a: Annotation, start: int, end: int) -> bool:
    return any(s < end and start < e for role in ROLES for s, e in getattr(a, role))


def _clip(a: Annotation, end: int) -> Annotation:
    cut = {role: [(s, min(e, end)) for s, e in getattr(a, role) if s < end] for role in ROLES}
    return Annotation.of(cut)


def _shifted(a: Annotation, by: int, layer: int) -> Annotation:
    moved = {role: [(s + by, e + by) for s, e in getattr(a, role)] for role in ROLES}
    return Annotation.of(moved, layer=layer)


def _wrapping(sentence: str, rng: random.Random) -> tuple[str, str, Annotation]:
    """What goes before and after, and the outer annotation relative to the start of what goes before."""
    speaker = rng.choice(_SPEAKERS)
    if rng.random() < 0.5:
        template = rng.choice(_BEFORE)
        before = template.format(speaker, rng.choice(_DAYS))
        cue = next(c for c in ("said", "reported", "says", "According to", "also reported") if c in template)
        cue = "also reported" if "also" in template else cue
        shown = before if template.startswith("According") else before[0].upper() + before[1:]
        at, cue_at = shown.lower().index(speaker.lower()), shown.index(cue)
        body = (len(before), len(before) + len(sentence) - 1)
        return shown, "", Annotation([(at, at + len(speaker))], [(cue_at, cue_at + len(cue))], [body])
    template = rng.choice(_AFTER)
    after = template.format(speaker, rng.choice(_DAYS).strip() or "earlier")
    cue = next(c for c in ("said", "reported", "according to", "says", "added") if c in template)
    base = len(sentence) - 1
    at, cue_at = base + after.index(speaker), base + after.index(cue)
    outer = Annotation([(at, at + len(speaker))], [(cue_at, cue_at + len(cue))], [(0, base)])
    return "", after, outer
