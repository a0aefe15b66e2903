"""Whether copies are found among many articles, and only copies.

    python -m benchmarks.copies [--shared ../shared] [--count 50000] [--share 0.03] [--json OUT]

A pool of articles is made at run time: the bodies of `articles/` and the state-media texts of `corpora/`, each taken
only if less than a third of its runs of eight words stand in an earlier one (resolutions are left out: they renew each
other word for word); and, up to `--count`, articles set together from 10 to 30 sentences of the longer of these. Copies
are planted at `--share` of the pool: cut to 30 to 80 % (head, tail, or sentences here and there), re-headed, set among
clutter (up to 40 % of other text), with typos in 1 to 3 % of the words, or all of these. All articles are added one by
one in a seeded order; a pair that is found is right if both come from one text. Times are those of the processor.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

from onrecord.connect.copies import CopyIndex

_MIN_WORDS = 80  # of an article of the pool
_LONG = 200  # words: of such an article one sentence is no copy of it
_OWN = 8  # words
_MOST_SHARED = 1 / 3
KINDS = ("cut", "re-headed", "cluttered", "typos", "cut, cluttered, typos, re-headed")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--count", type=int, default=50_000)
    parser.add_argument("--share", type=float, default=0.03)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = measure(args.shared, count=args.count, share=args.share, seed=args.seed)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


def measure(shared: Path, *, count: int, share: float, seed: int) -> dict[str, float]:
    """Recall and precision of pairs with a planted copy, and the time a document."""
    chance = random.Random(seed)  # noqa: S311  no secret
    pool, real = make_pool(shared, count, chance)
    planted = [plant(chance, pool, number) for number in range(round(share * len(pool)))]
    documents = [(f"a{n}", text, f"Title {n}", n) for n, text in enumerate(pool)]
    documents += [(f"c{n}", text, title, source) for n, (source, _, text, title) in enumerate(planted)]
    chance.shuffle(documents)
    origin = {id_: source for id_, _, _, source in documents}
    index, pairs, slowest = CopyIndex(), set(), 0.0
    started = time.process_time()
    for id_, text, title, _ in documents:
        before = time.process_time()
        pairs |= {frozenset((id_, other)) for other in index.add(id_, text, title)}
        slowest = max(slowest, time.process_time() - before)
    took = time.process_time() - started
    wanted = {frozenset((f"a{source}", f"c{n}")) for n, (source, *_) in enumerate(planted)}
    right = [pair for pair in pairs if len({origin[id_] for id_ in pair}) == 1]
    figures = {
        "documents": len(documents),
        "real_texts": real,
        "planted": len(planted),
        "recall": len(wanted & pairs) / len(wanted),
        "precision": len(right) / len(pairs) if pairs else 0.0,
        "milliseconds_a_document": 1000 * took / len(documents),
        "slowest_milliseconds": 1000 * slowest,
    }
    for kind in KINDS:
        mine = {frozenset((f"a{source}", f"c{n}")) for n, (source, what, *_) in enumerate(planted) if what == kind}
        figures[f"recall.{kind}"] = len(mine & pairs) / len(mine) if mine else 0.0
    return figures


def make_pool(shared: Path, count: int, chance: random.Random) -> tuple[list[str], int]:
    """Texts of which none is a copy of another, and how many of them are real ones."""
    pool, seen = [], set[int]()
    for text in sorted(read_texts(shared), key=len, reverse=True):  # so that the shorter of two is left out
        words = text.split()
        runs = {hash(tuple(words[at : at + _OWN])) for at in range(len(words) - _OWN + 1)}
        if len(words) >= _MIN_WORDS and len(runs & seen) <= _MOST_SHARED * len(runs):
            pool.append(text)
            seen |= runs
    chance.shuffle(pool)
    pool = pool[:count]
    real = len(pool)
    long = [text for text in pool if len(text.split()) >= _LONG]
    sentences = [s for text in long for s in re.split(r"(?<=[.!?])\s+", text) if 8 <= len(s.split()) <= 40]
    while len(pool) < count:
        picked = chance.sample(sentences, chance.randint(10, 30))
        pool.append("\n\n".join(" ".join(picked[at : at + 3]) for at in range(0, len(picked), 3)))
    return pool, real


def read_texts(shared: Path) -> Iterator[str]:
    """Every text that can be had, news articles first."""
    data = shared / "data"
    for name in ("scrapinghub", "fundus_eval", "naeb", "fundus"):
        truth = json.loads((data / "articles" / name / "truth.json").read_text(encoding="utf-8"))
        yield from (page["articleBody"] for page in truth.values() if page.get("articleBody"))
    for path in sorted((data / "corpora").glob("*/dev.jsonl*")):
        packed = path.read_bytes()
        rows = map(json.loads, (gzip.decompress(packed) if path.suffix == ".gz" else packed).splitlines())
        yield from (row["text"] for row in rows if "text" in row and path.parent.name != "unsc_resolutions")


def plant(chance: random.Random, pool: list[str], number: int) -> tuple[int, str, str, str]:
    """(which text, what was done to it, the copy, its title)."""
    source, kind = chance.randrange(len(pool)), KINDS[number % len(KINDS)]
    text, title = pool[source], f"Title {source}"
    if "cut" in kind:
        text = cut(chance, text)
    if "cluttered" in kind:
        text = clutter(chance, text, pool)
    if "typos" in kind:
        text = misspell(chance, text)
    if "re-headed" in kind:
        title = f"Another heading {number}"
    return source, kind, text, title


def cut(chance: random.Random, text: str) -> str:
    """30 to 80 % of a text: its head, its tail, or sentences here and there; at least 60 words."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    kept = max(1, round(chance.uniform(0.3, 0.8) * len(sentences)))
    way = chance.choice(("head", "tail", "here and there"))
    order = list(range(len(sentences)))
    if way == "tail":
        order.reverse()
    elif way == "here and there":
        chance.shuffle(order)
    while kept < len(sentences) and sum(len(sentences[at].split()) for at in order[:kept]) < 60:
        kept += 1
    return " ".join(sentences[at] for at in sorted(order[:kept]))


def clutter(chance: random.Random, text: str, pool: list[str]) -> str:
    """The text with lines of other texts before, in the middle and after it, up to 40 % of its length."""
    room = chance.uniform(0.1, 0.4) * len(text.split())
    paragraphs = text.split("\n")
    while room > 0:
        words = chance.choice(pool).split()
        at = chance.randrange(len(words))
        piece = words[at : at + chance.randint(3, 15)]
        paragraphs.insert(chance.randint(0, len(paragraphs)), " ".join(piece))
        room -= len(piece)
    return "\n".join(paragraphs)


def misspell(chance: random.Random, text: str) -> str:
    """Letters left out, doubled or put for others in 1 to 3 % of the words."""
    share = chance.uniform(0.01, 0.03)
    words = text.split(" ")
    for number, word in enumerate(words):
        if len(word) > 2 and chance.random() < share:
            at = chance.randrange(len(word))
            words[number] = word[:at] + chance.choice(("", word[at] * 2, "e")) + word[at + 1 :]
    return " ".join(words)


if __name__ == "__main__":
    main()
