"""Labelled pages for the block model, from the article sets of a shared data folder; nothing of them is stored."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

from onrecord.clean.align import cover_texts, reduce_to_letters
from onrecord.clean.decode import decode_page
from onrecord.clean.lines import split_lines
from onrecord.clean.scan import VisibleBlock, scan_page
from onrecord.models.blocks import BODY, CAPTION, CLUTTER, TITLE

IGNORE = -1
LABELS = Path(__file__).parent.parent / "labels" / "bodies.jsonl"
_LEAST_UNSURE = 8  # letters of a line that is looked for among what nobody is sure of
FOLDS = 4
_LEAST_FOUND = 0.9  # of the true body's letters; less, and the page shows another text


class LabelledPage(NamedTuple):
    """One page flattened in one way: every line with its class, `IGNORE` where nobody knows."""

    page: str
    style: str
    domain: str
    lines: tuple[str, ...]
    labels: tuple[int, ...]


def read_flattened(shared: Path, name: str) -> Iterator[LabelledPage]:
    """The pages of `flattened/NAME.jsonl.gz`; captions are told by the markup of the same pages."""
    captions = _captions_by_page(shared, name)
    with gzip.open(shared / "data" / "flattened" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            known = captions.get(row["page"], "")
            labels = tuple(_label_flat(line, known) for line in row["lines"])
            yield LabelledPage(
                row["page"], row["style"], domain_of(row["url"]), tuple(x["text"] for x in row["lines"]), labels
            )


def read_articles(shared: Path, name: str) -> Iterator[LabelledPage]:
    """The pages of `articles/NAME` with a true body, flattened in every style."""
    from training.blocks.flatten import STYLES, flatten_page  # noqa: PLC0415, benchmarks need none of its libraries

    folder = shared / "data" / "articles" / name
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    for page, record in truth.items():
        source = _source(folder, page)
        marked = " ".join(reduce_to_letters(b.text) for b in scan_page(source) if is_marked_caption(b))
        captions = " ".join([*(reduce_to_letters(text) for text in record.get("captions") or ()), marked])
        for style in STYLES:
            lines = flatten_page(source, style)
            labels = _label_lines(lines, record, captions)
            if BODY in labels:
                yield LabelledPage(page, style, domain_of(record["url"]), tuple(lines), tuple(labels))


def read_bodies(shared: Path) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each page of `training/labels/bodies.jsonl` that holds an article: its labels, its address, its decoded source.

    Raises:
        SystemExit: a page is not the one that was labelled.
    """
    truths: dict[str, dict[str, dict[str, str]]] = {}
    for row in map(json.loads, LABELS.read_text(encoding="utf-8").splitlines()):
        folder = shared / "data" / "articles" / row["set"]
        if row["set"] not in truths:
            truths[row["set"]] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        data = gzip.decompress((folder / "html" / f"{row['page']}.html.gz").read_bytes())
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            raise SystemExit(f"{row['set']}, {row['page']}: the page is not the one that was labelled (other sha256).")
        if row["body"]:
            yield row, truths[row["set"]][row["page"]]["url"], decode_page(data)


def read_labelled(shared: Path) -> Iterator[LabelledPage]:
    """The pages of `read_bodies`, flattened in every style."""
    from training.blocks.flatten import STYLES, flatten_page  # noqa: PLC0415, as above

    for row, url, source in read_bodies(shared):
        blocks = scan_page(source)
        texts = {(block.start, block.end): block.text for block in blocks}
        record = {
            "articleBody": "\n".join(texts[start, end] for start, end in row["body"]),
            "title": texts.get(tuple(row["title"] or ()), ""),
        }
        unsure = " ".join(reduce_to_letters(texts[start, end]) for start, end in row["unsure"])
        captions = " ".join(reduce_to_letters(block.text) for block in blocks if is_marked_caption(block))
        for style in STYLES:
            lines = flatten_page(source, style)
            labels = _label_lines(lines, record, captions)
            if BODY in labels:
                known = [
                    IGNORE if label != BODY and _stands_in(line, unsure) else label
                    for line, label in zip(lines, labels, strict=True)
                ]
                yield LabelledPage(row["page"], style, domain_of(url), tuple(lines), tuple(known))


def _stands_in(line: str, letters: str) -> bool:
    own = reduce_to_letters(line)
    return len(own) >= _LEAST_UNSURE and own in letters


def _label_lines(lines: list[str], record: dict[str, str], captions: str) -> list[int]:
    """The class of each line of a flattened page; nothing is body where the body is not found."""
    body = record.get("articleBody") or ""
    shares = cover_texts(lines, body.split("\n"))
    letters = [reduce_to_letters(line) for line in lines]
    found = sum(share * len(run) for share, run in zip(shares, letters, strict=True))
    if found < _LEAST_FOUND * len(reduce_to_letters(body)):
        return [CLUTTER] * len(lines)
    title = reduce_to_letters(record.get("title") or "")
    return [_label_line(run, share, title, captions) for run, share in zip(letters, shares, strict=True)]


def _label_line(letters: str, share: float, title: str, captions: str) -> int:
    if letters and letters == title:
        return TITLE
    if 0.2 < share < 0.6:
        return IGNORE
    if share >= 0.6:
        return BODY
    return CAPTION if len(letters) >= 20 and letters in captions else CLUTTER


def vary(page: LabelledPage, rng: random.Random) -> LabelledPage:
    """The same page as other people pass it on: with less furniture around it, other blank lines, or bare."""
    inside = [at for at, label in enumerate(page.labels) if label == BODY]
    keep_before, keep_after = rng.choice((0.0, 0.02, 0.1, 0.5)), rng.choice((0.0, 0.0, 0.02, 0.1, 0.5))
    first, last = inside[0] * (1 - keep_before), inside[-1] + 1 + (len(page.lines) - inside[-1]) * keep_after
    inner_loss = rng.choice((0.0, 0.5, 0.9, 1.0))
    blank = rng.choice(("as is", "none", "each"))
    lines: list[str] = []
    labels: list[int] = []
    for at in range(int(first), min(len(page.lines), round(last))):
        text, label = page.lines[at], page.labels[at]
        is_blank = not text.strip()
        if (is_blank and blank != "as is") or (not is_blank and label == CLUTTER and rng.random() < inner_loss):
            continue
        lines.append(text)
        labels.append(label)
        if blank == "each":
            lines.append("")
            labels.append(CLUTTER)
    return page._replace(lines=tuple(lines), labels=tuple(labels))


def labels_of_lines(page: LabelledPage) -> tuple[str, list[int]]:
    """The page as one text, and the class of each of its lines that `split_lines` gives."""
    text = "\n".join(page.lines)
    starts: list[int] = []
    at = 0
    for line in page.lines:
        starts.append(at)
        at += len(line) + 1
    labels, number = [], 0
    for found in split_lines(text):
        while number + 1 < len(starts) and starts[number + 1] <= found.start:
            number += 1
        labels.append(page.labels[number])
    return text, labels


def _label_flat(line: dict[str, str], captions: str) -> int:
    role = line.get("role")
    if role == "title":
        return TITLE
    if role == "caption":
        return CAPTION
    if role in ("unsure", "dup"):
        return IGNORE
    if line["label"] == "article":
        return BODY
    letters = reduce_to_letters(line["text"])
    return CAPTION if len(letters) >= 20 and letters in captions else CLUTTER


def label_block(block: VisibleBlock, share: float, title: str, captions: str) -> int:
    """The class of a block of which the true body holds a share; title and captions are reduced to letters."""
    letters = reduce_to_letters(block.text)
    if title and letters == title:
        return TITLE
    if 0.2 < share < 0.6 or not letters:
        return IGNORE
    if share >= 0.6:
        return BODY
    is_caption = is_marked_caption(block) or (len(letters) >= 20 and letters in captions)
    return CAPTION if is_caption else CLUTTER


def is_marked_caption(block: VisibleBlock) -> bool:
    """Whether the markup says that a block of some length is a caption."""
    return len(block.text) >= 25 and ("figcaption" in block.tags[:3] or "caption" in block.near_names(120))


def _captions_by_page(shared: Path, name: str) -> dict[str, str]:
    folder = shared / "data" / "articles" / name
    pages = [path.name.removesuffix(".html.gz") for path in sorted((folder / "html").iterdir())]
    return {
        page: " ".join(reduce_to_letters(b.text) for b in scan_page(_source(folder, page)) if is_marked_caption(b))
        for page in pages
    }


def _source(folder: Path, page: str) -> str:
    with gzip.open(folder / "html" / f"{page}.html.gz") as packed:
        return packed.read().decode("utf-8", "replace").replace("\0", "")


def fold_of(domain: str) -> int:
    """The fold, from 0, in which an outlet is held out."""
    return crc32(domain.encode()) % FOLDS


def domain_of(url: str) -> str:
    """The registered domain of an address, as far as can be told without a list of them."""
    host = urlsplit(url if "//" in url else f"//{url}").hostname or url
    parts = host.removeprefix("www.").split(".")
    return ".".join(parts[-3:] if len(parts) > 2 and len(parts[-2]) <= 3 else parts[-2:])
