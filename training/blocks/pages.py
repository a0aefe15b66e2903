"""Labelled HTML pages for the model of pages, from the article sets of a shared data folder; none is stored.

Four sets state the true body; for pages of two more our own labels tell where it stands.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from onrecord.clean.align import cover_blocks, reduce_to_letters
from onrecord.clean.decode import decode_page
from onrecord.clean.html import read_json_bodies
from onrecord.clean.scan import VisibleBlock, scan_page
from onrecord.clean.structure import NAME_COLUMNS, describe_page
from onrecord.lexicon.press import PressLexicon
from onrecord.models.blocks import BODY, CAPTION, CLUTTER, TITLE
from training.blocks.data import IGNORE, domain_of, is_marked_caption, label_block, read_bodies
from training.blocks.fit import Sample

SETS = ("scrapinghub", "fundus_eval", "naeb", "fundus")
OURS = 0  # the set whose idea of a body our labels share: without summary above it, captions and notices
_LEAST_FOUND = 0.85  # of the true body's letters; less, and the page shows another text
_CUT = 0.3  # share of pages that lose part of what stands before and after their body
_UNNAMED = 0.3  # share of pages half of whose names of elements are not known: other templates have other names
_UNSTATED = 0.35  # share of pages whose JSON-LD is not shown: most pages of the world state no body


def read_pages(shared: Path, lexicon: PressLexicon) -> Iterator[tuple[str, Sample]]:
    """The domain of each page with a true body, and what is to be learned from it."""
    for name in SETS:
        folder = shared / "data" / "articles" / name
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        for page, record in truth.items():
            source = decode_page(gzip.decompress((folder / "html" / f"{page}.html.gz").read_bytes()))
            sample = _read_page(source, record, lexicon)
            if sample is not None:
                yield domain_of(record["url"]), sample._replace(convention=SETS.index(name))


def read_labelled_pages(shared: Path, lexicon: PressLexicon) -> Iterator[tuple[str, Sample]]:
    """The same for the pages of `bodies.jsonl` that hold an article."""
    for row, url, source in read_bodies(shared):
        blocks = scan_page(source)
        labels = [_label_by_place(block, row) for block in blocks]
        yield domain_of(url), _make_sample(source, blocks, labels, lexicon)._replace(convention=OURS)


def _label_by_place(block: VisibleBlock, row: dict[str, Any]) -> int:
    place = [block.start, block.end]
    if place == row["title"]:
        return TITLE
    if place in row["body"]:
        return BODY
    if place in row["unsure"]:
        return IGNORE
    return CAPTION if is_marked_caption(block) else CLUTTER


def _read_page(source: str, record: dict[str, str], lexicon: PressLexicon) -> Sample | None:
    body = record.get("articleBody") or ""
    blocks = scan_page(source)
    shares = cover_blocks(blocks, body.split("\n"))
    found = sum(share * len(reduce_to_letters(b.text)) for b, share in zip(blocks, shares, strict=True))
    if not body or found < _LEAST_FOUND * len(reduce_to_letters(body)):
        return None
    title = reduce_to_letters(record.get("title") or "")
    captions = " ".join(reduce_to_letters(text) for text in record.get("captions") or ())
    labels = [label_block(b, s, title, captions) for b, s in zip(blocks, shares, strict=True)]
    return _make_sample(source, blocks, labels, lexicon)


def _make_sample(source: str, blocks: list[VisibleBlock], classes: list[int], lexicon: PressLexicon) -> Sample:
    labels = np.array(classes, dtype=np.int64)
    view = describe_page(blocks, [block.text for block in read_json_bodies(source)], lexicon)
    weights = np.array([1 + np.log1p(len(block.text)) / 3 for block in blocks], dtype=np.float32)
    return Sample(view.features, labels, weights * (labels != IGNORE), view.groups, view.sizes)


def vary(sample: Sample, rng: random.Random) -> Sample:
    """The page as another site might show it: less around its body, other names, nothing stated in JSON-LD."""
    features = sample.features.copy()
    if rng.random() < _UNSTATED:
        features[:, -2:] = 0
    if rng.random() < _UNNAMED:
        near, far = NAME_COLUMNS
        unknown = np.array([rng.random() < 0.5 for _ in range(near.stop - near.start)])
        for columns in (near, far):
            features[:, columns][:, unknown] = 0
    keep = slice(None)
    inside = np.flatnonzero(sample.labels == BODY)
    if rng.random() < _CUT and len(inside):
        behind = len(features) - int(inside[-1]) - 1
        keep = slice(int(inside[0] * (1 - rng.random())), int(inside[-1]) + 1 + int(behind * rng.random()))
    return sample._replace(
        features=features[keep],
        labels=sample.labels[keep],
        weights=sample.weights[keep],
        groups=sample.groups[:, keep],
        sizes=sample.sizes[keep],
    )
