"""Whether categories told by a few words and phrases are found again, on statements labelled by hand.

    python -m benchmarks.categories [--shared FOLDER] [--least SHARE] [--json OUT]

`categories.toml` tells nine fields of policy by phrases, and some by a few words, written without a look at the data.
Each is held against the sectors of the 475 statements of gold/train: people labelled these, partly by the whole
article, which the categories do not see. `nearest` is how often the likest of the nine is one of those labelled.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from benchmarks.read import Row, rows_of
from onrecord.lexicon.categories import Categories, read_categories
from onrecord.models.likeness import load_likeness, load_rarity
from onrecord.reading.categories import Categorizer
from onrecord.records import Span, Statement, StatementKind

FILE = Path(__file__).parent / "categories.toml"
Labelled = tuple[str, Statement, frozenset[str]]


def statements_of(rows: list[Row]) -> list[Labelled]:
    """(text, statement, sectors) of all that is labelled."""
    found = []
    for row in rows:
        for said in row["statements"]:  # type: ignore[attr-defined]
            spans = tuple(Span(start, end) for start, end in said["content"])
            made = Statement(id=said["id"], kind=StatementKind.INDIRECT, content=spans, confidence=1.0)
            found.append((str(row["text"]), made, frozenset(said["sector"] or ())))
    return found


def measure(labelled: list[Labelled], categories: Categories) -> Row:
    """Precision, recall and F1, by category and on the average."""
    judge = Categorizer(categories, load_likeness(), load_rarity())
    told = [frozenset(judge.tell(text, [said])[0].categories) for text, said, _ in labelled]
    figures: dict[str, dict[str, float]] = {}
    for one in categories.all:
        pairs = [
            (one.name in found, one.name in sectors) for found, (_, _, sectors) in zip(told, labelled, strict=True)
        ]
        right, found, wanted = (sum(map(all, pairs)), sum(a for a, _ in pairs), sum(b for _, b in pairs))
        precision, recall = right / max(found, 1), right / max(wanted, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        figures[one.name] = {"statements": wanted, "precision": precision, "recall": recall, "f1": f1}
    means = {name: sum(row[name] for row in figures.values()) / len(figures) for name in ("precision", "recall", "f1")}
    return {"mean": means, **figures}


def nearest(labelled: list[Labelled], categories: Categories) -> Row:
    """How often the likest category is right, of statements that have one of them; and by always the commonest."""
    judge = Categorizer(categories, load_likeness(), load_rarity())
    names = {one.name for one in categories.all}
    asked = [one for one in labelled if one[2] & names]
    right = 0
    for text, said, sectors in asked:
        words = " ".join(text[span.start : span.end] for span in said.content)
        best = max(categories.all, key=lambda one: judge.likeness(one, words))
        right += best.name in sectors
    commonest = max(sum(name in sectors for _, _, sectors in asked) for name in names)
    return {"statements": len(asked), "nearest": right / len(asked), "always_the_commonest": commonest / len(asked)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--least", type=float, help="likeness from which an example fits; that of the file if left out")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    categories = read_categories(FILE)
    if args.least:
        categories = replace(categories, all=tuple(replace(one, least=args.least) for one in categories.all))
    labelled = statements_of(rows_of(args.shared / "data/gold/train.jsonl"))
    by_examples = replace(categories, all=tuple(replace(one, words=None) for one in categories.all))
    figures = {
        "examples_alone": measure(labelled, by_examples),
        "words_and_examples": measure(labelled, categories),
        "by_likeness": nearest(labelled, by_examples),
    }
    told = json.dumps(_flat(figures), indent=1)
    print(told)
    if args.json:
        args.json.write_text(told + "\n", encoding="utf-8")


def _flat(figures: Mapping[str, object], before: str = "") -> Row:
    """One level of keys, joined by dots."""
    told: Row = {}
    for name, value in figures.items():
        told |= _flat(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return told


if __name__ == "__main__":
    main()
