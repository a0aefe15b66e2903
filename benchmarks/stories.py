"""Whether articles on the same happening are brought together, and others kept apart.

    python -m benchmarks.stories [--shared ../shared] [--orders 10] [--json OUT]

ECB+, development part (`clusters/ecbplus`): 772 articles, 66 stories; each topic holds two happenings of one kind (two
earthquakes, two trials), which have to be kept apart by their words alone, for few of the articles have a day. They are
added one by one. What comes of it depends on the order, so it is done in ten seeded ones: figures are means, `worst` is
the least F1 of an order. B-cubed F1 (Bagga and Baldwin 1998) of all, and of the same articles mixed with 417 others of
`articles/`. Some of those tell of one happening: `benchmarks/stories.toml` names them and says how they were found.
Each of the rest counts as a story by itself. In `apart` each of the 417 does, as was measured before these were marked.
`known_f1` is that of the articles of ECB+ alone, others among them counting as mistakes. `newswcl50` beside it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import tomllib
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

from onrecord.connect.stories import StoryIndex, told_in
from onrecord.connections import Told
from onrecord.models.likeness import load_rarity
from onrecord.records import Article, Origin

NOISE = "noise"
_ADDRESS = re.compile(r"\Ahttps? : / /[^\n]*\n")  # ECB+ begins some of its texts with where they are from


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--orders", type=int, default=10)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = measure(args.shared, orders=args.orders)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


def measure(shared: Path, *, orders: int) -> dict[str, float]:
    """Means over the orders of B-cubed precision, recall and F1 of each set."""
    clusters = shared / "data/clusters"
    ecb = [(row["text"], row["subtopic"]) for row in read_rows(clusters / "ecbplus/dev.jsonl")]
    swc = [(row["text"], str(row["event_id"])) for row in read_rows(clusters / "newswcl50/dev.jsonl")]
    noise = read_noise(shared)
    apart = [(text, f"{NOISE} {number}") for number, (text, _) in enumerate(noise)]
    figures: dict[str, float] = {"orders": orders}
    for name, rows in (("ecbplus", ecb), ("mixed", [*ecb, *noise]), ("apart", [*ecb, *apart]), ("newswcl50", swc)):
        told = [told_in(article_of(str(number), text)) for number, (text, _) in enumerate(rows)]
        gold = {str(number): story for number, (_, story) in enumerate(rows)}
        results = [measure_order(gold, told, seed) for seed in range(orders)]
        figures[f"{name}.articles"] = len(rows)
        figures |= {f"{name}.{key}": statistics.mean(result[key] for result in results) for key in results[0]}
        figures[f"{name}.worst"] = min(result["f1"] for result in results)
    return figures


def measure_order(gold: Mapping[str, str], told: Sequence[Told], seed: int) -> dict[str, float]:
    """Of one order of arrival."""
    order = list(gold)
    random.Random(seed).shuffle(order)  # noqa: S311  no secret
    index = StoryIndex(load_rarity())
    for id_ in order:
        index.add(id_, told[int(id_)])
    known = [id_ for id_, story in gold.items() if not story.startswith(NOISE)]
    precision, recall = b_cubed(gold, index.story_of)
    return {
        "stories": len(set(index.story_of.values())),
        "precision": precision,
        "recall": recall,
        "f1": mean_of(precision, recall),
        "known_f1": mean_of(*b_cubed(gold, index.story_of, of=known)),
    }


def mean_of(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


def read_rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_noise(shared: Path) -> list[tuple[str, str]]:
    """Text and happening of the articles that are not of ECB+."""
    marked = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["happening"]
    happening_of = {address: one["what"] for one in marked for address in one["articles"]}
    found = []
    for name in ("scrapinghub", "fundus_eval", "naeb", "fundus"):
        truth = json.loads((shared / "data/articles" / name / "truth.json").read_text(encoding="utf-8"))
        pages = [page for page in truth.values() if len(page.get("articleBody") or "") > 300]
        found += [
            (page["articleBody"], f"{NOISE} {happening_of.get(page.get('url'), f'{name} {number}')}")
            for number, page in enumerate(pages)
        ]
    return found


def article_of(id_: str, text: str) -> Article:
    return Article(id=id_, text=_ADDRESS.sub("", text), origin=Origin(path=id_, sha256="0" * 64))


def b_cubed(
    gold: Mapping[str, Hashable], found: Mapping[str, Hashable], *, of: Sequence[str] | None = None
) -> tuple[float, float]:
    """Precision and recall, of all items or the mean of some."""
    theirs, ours = defaultdict(set), defaultdict(set)
    for item, story in gold.items():
        theirs[story].add(item)
        ours[found[item]].add(item)
    items = list(gold) if of is None else of
    shared = {item: len(theirs[gold[item]] & ours[found[item]]) for item in items}
    precision = sum(shared[item] / len(ours[found[item]]) for item in items) / len(items)
    return precision, sum(shared[item] / len(theirs[gold[item]]) for item in items) / len(items)


if __name__ == "__main__":
    main()
