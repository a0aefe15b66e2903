"""Whether mentions of one event in several articles are brought together.

    python -m benchmarks.coreference_events [--shared ../shared] [--orders 5] [--own] [--json OUT]

ECB+, development part (`clusters/ecbplus`), sentences that were checked: 5,053 mentions of events. As usual in the
literature, where an event is mentioned is given; which mentions tell the same is to be found. Articles are put into
stories first, by `connect.stories` in seeded orders; only mentions of one story can be linked, so the mistakes of that
count. A pair of mentions in two articles is right if both are of one chain: `precision` of the pairs found, `recall` of
the 19,892 pairs there are. `told_stories` is the same with the right stories given.

With `--own`, the events that onrecord itself finds (political ones, by PLOVER) are linked, and judged where their word
is a mention of the corpus; `own.recall` is of the pairs of which both ends were found, `own.recall_of_all` of all.
Nothing is trained on the corpus; the weights of `connect.same_events` and the limit were chosen on this part by hand.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.stories import article_of, read_rows
from onrecord.connect.claims import mentions_of
from onrecord.connect.same_events import EventMention, link_mentions
from onrecord.connect.stories import StoryIndex, told_in
from onrecord.models.likeness import load_likeness, load_rarity

Row = dict[str, Any]


class Marked(NamedTuple):
    """A mention and the chain it belongs to; None: a chain of its own."""

    mention: EventMention
    chain: str | None


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--orders", type=int, default=5)
    parser.add_argument("--own", action="store_true", help="read the articles and link onrecord's own events as well")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    rows: list[Row] = read_rows(args.shared / "data/clusters/ecbplus/dev.jsonl")
    figures = measure(rows, orders=args.orders) | (measure_own(rows) if args.own else {})
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


def measure(rows: Sequence[Row], *, orders: int) -> dict[str, float]:
    """Means over the orders."""
    marked = [one for row in rows for one in marked_in(row)]
    wanted = count_pairs(marked)
    results = [judge(link(marked, stories_of(rows, seed)), wanted) for seed in range(orders)]
    told = judge(link(marked, {row["id"]: str(row["subtopic"]) for row in rows}), wanted)
    return {
        "mentions": len(marked),
        "pairs": wanted,
        "orders": orders,
        "precision": statistics.mean(precision for precision, _ in results),
        "recall": statistics.mean(recall for _, recall in results),
        "worst_precision": min(precision for precision, _ in results),
        "worst_recall": min(recall for _, recall in results),
        "told_stories.precision": told[0],
        "told_stories.recall": told[1],
    }


def marked_in(row: Row) -> list[Marked]:
    """The mentions of events in the checked sentences of an article."""
    starts = dict(row["sentence_starts"])
    ends = dict(zip(starts, [*list(starts.values())[1:], len(row["text"])], strict=True))
    found = []
    for mention in row["mentions"]:
        number = mention["sent"]
        if "ACTION" in mention["type"] and number in row["validated_sentences"]:
            begin = starts[number]
            sentence = row["text"][begin : ends[number]]
            place = EventMention(row["id"], sentence, mention["start"] - begin, mention["end"] - begin)
            found.append(Marked(place, mention.get("chain")))
    return found


def stories_of(rows: Sequence[Row], seed: int) -> Mapping[str, str]:
    order = list(rows)
    random.Random(seed).shuffle(order)  # noqa: S311  no secret
    index = StoryIndex(load_rarity())
    for row in order:
        index.add(row["id"], told_in(article_of(row["id"], row["text"])))
    return index.story_of


def link(marked: Sequence[Marked], stories: Mapping[str, str]) -> list[list[Marked]]:
    by_story: dict[str, list[Marked]] = defaultdict(list)
    for one in marked:
        by_story[stories[one.mention.article]].append(one)
    return [
        [held[at] for at in group]
        for held in by_story.values()
        for group in link_mentions([one.mention for one in held], load_likeness(), load_rarity())
    ]


def judge(groups: Sequence[Sequence[Marked]], wanted: int) -> tuple[float, float]:
    """Precision and recall of the pairs in two articles."""
    found = right = 0
    for group in groups:
        for one, other in combinations(group, 2):
            if one.mention.article != other.mention.article:
                found += 1
                right += one.chain is not None and one.chain == other.chain
    return right / max(1, found), right / max(1, wanted)


def count_pairs(marked: Sequence[Marked]) -> int:
    """Pairs of one chain in two articles."""
    chains: dict[str, Counter[str]] = defaultdict(Counter)
    for one in marked:
        if one.chain is not None:
            chains[one.chain][one.mention.article] += 1
    return sum(
        (total := sum(c.values())) * (total - 1) // 2 - sum(n * (n - 1) // 2 for n in c.values())
        for c in chains.values()
    )


def measure_own(rows: Sequence[Row]) -> dict[str, float]:
    """Onrecord's own events, in the stories of one order."""
    stories, marked = stories_of(rows, 0), [one for row in rows for one in marked_in(row)]
    own: list[Marked] = []
    events = 0
    for row, reading in zip(rows, read(rows), strict=True):
        places = [m for m in row["mentions"] if "ACTION" in m["type"] and m["sent"] in row["validated_sentences"]]
        for event, mention in zip(reading.events, mentions_of(reading), strict=True):
            events += 1
            at = event.trigger
            gold = next((m for m in places if m["start"] < at.end and at.start < m["end"]), None)
            if gold is not None:
                own.append(Marked(mention._replace(article=row["id"]), gold.get("chain")))
    both = count_pairs(own)
    groups = link(own, stories)
    precision, recall = judge(groups, both)
    return {
        "own.events": events,
        "own.judged": len(own),
        "own.pairs": both,
        "own.precision": precision,
        "own.recall": recall,
        "own.recall_of_all": judge(groups, count_pairs(marked))[1],
    }


def read(rows: Sequence[Row]) -> list[Any]:
    import onrecord  # noqa: PLC0415  only with --own
    from onrecord.records import Reading  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ecb.jsonl"
        path.write_text("".join(json.dumps({"id": r["id"], "text": r["text"]}) + "\n" for r in rows), encoding="utf-8")
        readings = list(onrecord.read_all([path], as_is=True))
    return [reading for reading in readings if isinstance(reading, Reading)]


if __name__ == "__main__":
    main()
