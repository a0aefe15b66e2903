"""Whether articles on the same happening are brought together, and others kept apart.

    python -m benchmarks.stories [--shared ../shared] [--json OUT]

ECB+, development part (`clusters/ecbplus`): 772 articles, 66 stories; each topic holds two happenings of one kind (two
earthquakes, two trials), which have to be kept apart by their words alone, for few of the articles have a day. They are
added one by one in a seeded order. B-cubed F1 (Bagga and Baldwin 1998) of all, and of the same articles mixed with 417
others of `articles/`, each of which is a story by itself as far as anybody knows. `newswcl50` beside it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Hashable, Mapping
from pathlib import Path

from onrecord.connect.stories import StoryIndex, told_in
from onrecord.models.likeness import load_rarity
from onrecord.records import Article, Origin

_ADDRESS = re.compile(r"\Ahttps? : / /[^\n]*\n")  # ECB+ begins some of its texts with where they are from


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = measure(args.shared, seed=args.seed)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


def measure(shared: Path, *, seed: int) -> dict[str, float]:
    """B-cubed precision, recall and F1 of each set."""
    clusters = shared / "data/clusters"
    ecb = [(row["text"], row["subtopic"]) for row in read_rows(clusters / "ecbplus/dev.jsonl")]
    swc = [(row["text"], row["event_id"]) for row in read_rows(clusters / "newswcl50/dev.jsonl")]
    noise = [(text, f"noise {number}") for number, text in enumerate(read_noise(shared))]
    figures: dict[str, float] = {}
    for name, rows in (("ecbplus", ecb), ("mixed", [*ecb, *noise]), ("newswcl50", swc)):
        random.Random(seed).shuffle(rows)  # noqa: S311  no secret
        index = StoryIndex(load_rarity())
        for number, (text, _) in enumerate(rows):
            index.add(str(number), told_in(_article(str(number), text)))
        gold = {str(number): story for number, (_, story) in enumerate(rows)}
        precision, recall = b_cubed(gold, index.story_of)
        figures |= {
            f"{name}.articles": len(rows),
            f"{name}.stories": len(set(index.story_of.values())),
            f"{name}.precision": precision,
            f"{name}.recall": recall,
            f"{name}.f1": 2 * precision * recall / (precision + recall),
        }
    return figures


def read_rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_noise(shared: Path) -> list[str]:
    found = []
    for name in ("scrapinghub", "fundus_eval", "naeb", "fundus"):
        truth = json.loads((shared / "data/articles" / name / "truth.json").read_text(encoding="utf-8"))
        found += [page["articleBody"] for page in truth.values() if len(page.get("articleBody") or "") > 300]
    return found


def _article(id_: str, text: str) -> Article:
    return Article(id=id_, text=_ADDRESS.sub("", text), origin=Origin(path=id_, sha256="0" * 64))


def b_cubed(gold: Mapping[str, Hashable], found: Mapping[str, Hashable]) -> tuple[float, float]:
    """Precision and recall."""
    theirs, ours = defaultdict(set), defaultdict(set)
    for item, story in gold.items():
        theirs[story].add(item)
        ours[found[item]].add(item)
    shared = {item: len(theirs[gold[item]] & ours[found[item]]) for item in gold}
    precision = sum(shared[item] / len(ours[found[item]]) for item in gold) / len(gold)
    return precision, sum(shared[item] / len(theirs[gold[item]]) for item in gold) / len(gold)


if __name__ == "__main__":
    main()
