"""Labelled HTML pages for the model of pages, from the article sets of a shared data folder; none is stored."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from onrecord.clean.align import cover_blocks, reduce_to_letters
from onrecord.clean.decode import decode_page
from onrecord.clean.html import read_json_bodies
from onrecord.clean.scan import scan_page
from onrecord.clean.structure import describe_page
from onrecord.lexicon.press import PressLexicon
from onrecord.models.blocks import BODY
from training.blocks.data import IGNORE, domain_of, label_block
from training.blocks.fit import Sample

SETS = ("scrapinghub", "fundus_eval", "naeb", "fundus")
_LEAST_FOUND = 0.85  # of the true body's letters; less, and the page shows another text
_CUT = 0.3  # share of pages that lose part of what stands before and after their body
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
                yield domain_of(record["url"]), sample


def _read_page(source: str, record: dict[str, str], lexicon: PressLexicon) -> Sample | None:
    body = record.get("articleBody") or ""
    blocks = scan_page(source)
    shares = cover_blocks(blocks, body.split("\n"))
    found = sum(share * len(reduce_to_letters(b.text)) for b, share in zip(blocks, shares, strict=True))
    if not body or found < _LEAST_FOUND * len(reduce_to_letters(body)):
        return None
    title = reduce_to_letters(record.get("title") or "")
    captions = " ".join(reduce_to_letters(text) for text in record.get("captions") or ())
    labels = np.array([label_block(b, s, title, captions) for b, s in zip(blocks, shares, strict=True)], dtype=np.int64)
    view = describe_page(blocks, [block.text for block in read_json_bodies(source)], lexicon)
    weights = np.array([1 + np.log1p(len(block.text)) / 3 for block in blocks], dtype=np.float32)
    return Sample(view.features, labels, weights * (labels != IGNORE), view.groups, view.sizes)


def vary(sample: Sample, rng: random.Random) -> Sample:
    """The page as another site might show it: less around its body, nothing stated in JSON-LD."""
    features = sample.features
    if rng.random() < _UNSTATED:
        features = features.copy()
        features[:, -2:] = 0
    keep = slice(None)
    inside = np.flatnonzero(sample.labels == BODY)
    if rng.random() < _CUT and len(inside):
        behind = len(features) - int(inside[-1]) - 1
        keep = slice(int(inside[0] * (1 - rng.random())), int(inside[-1]) + 1 + int(behind * rng.random()))
    return Sample(features[keep], sample.labels[keep], sample.weights[keep], sample.groups[:, keep], sample.sizes[keep])
