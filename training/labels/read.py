"""Read the stand-off labels together with the texts they speak of.

Labels are in `statements.jsonl` beside this file, one article a line: corpus, id, how many characters of the text were
labelled, the sha256 of these, and statements with offsets. The texts stay where they are.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LABELS = Path(__file__).parent / "statements.jsonl"
ENTITIES = Path(__file__).parent / "entities.jsonl"


def read_labels(shared: Path, labels: Path = LABELS) -> list[dict[str, Any]]:
    """Every labelled article with its `title` and `text`, and its `statements` or `entities` and `events`.

    Raises:
        SystemExit: a text is missing or is not the one that was labelled.
    """
    rows = read_rows(labels)
    articles = {corpus: dict(corpus_articles(shared, corpus)) for corpus in sorted({row["corpus"] for row in rows})}
    return [_labelled(row, *articles[row["corpus"]].get(row["id"], (None, ""))) for row in rows]


def read_entities(labels: Path = ENTITIES) -> dict[tuple[str, str], dict[str, Any]]:
    """By corpus and id: the entities with their mentions, and the events, of some of the labelled articles."""
    return {(row["corpus"], row["id"]): row for row in read_rows(labels)}


def read_rows(labels: Path) -> list[dict[str, Any]]:
    """Labels alone, without the texts."""
    return [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]


def corpus_articles(shared: Path, corpus: str) -> Iterator[tuple[str, tuple[str | None, str]]]:
    """Id, title and text (no white space at either end) of each article of a corpus under `data/`."""
    folder = shared / "data" / corpus
    if (folder / "truth.json").exists():
        prefix = corpus.removeprefix("articles/")
        for page, truth in json.loads((folder / "truth.json").read_text(encoding="utf-8")).items():
            yield f"{prefix}_{page}", (truth.get("title"), (truth.get("articleBody") or "").strip())
        return
    for name in ("train.jsonl.gz", "dev.jsonl.gz", "dev.jsonl"):
        path = folder / name
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8") if name.endswith(".gz") else path.open() as lines:
                yield from ((str(r["id"]), (r.get("title"), r["text"].strip())) for r in map(json.loads, lines))
            return
    raise SystemExit(
        f"{folder}: no truth.json, train.jsonl.gz or dev.jsonl; point --shared at the folder with the data."
    )


def _labelled(row: dict[str, Any], title: str | None, whole: str) -> dict[str, Any]:
    text = whole[: row["characters"]]
    if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
        raise SystemExit(f"{row['corpus']}, {row['id']}: the text is not the one that was labelled (other sha256).")
    return {**row, "title": title, "text": text}
