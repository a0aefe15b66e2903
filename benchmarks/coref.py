"""Quality of mentions and coreference.

    python -m benchmarks.coref [--shared ../shared] [--model FOLDER] [--all] [--json OUT]

Over the documents of GUM that no weight has seen (`training/attribution/marks.py` names them; `--all` takes also those
that were trained on). Scored are persons, organisations and places that are named or meant by a pronoun, as noun
phrases without what follows the head; CoNLL F1 is the mean of MUC, B-cubed and CEAF-e (Pradhan et al. 2012). Singletons
count in `conll_with_singletons` only.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.attribution import load_attribution_model
from onrecord.reading.coreference import find_entities
from onrecord.reading.mentions import find_mentions
from onrecord.reading.names import find_names
from onrecord.reading.quotes import find_quotations

Key = tuple[int, int]
Clusters = list[frozenset[Any]]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = measure(args.shared, args.model, everything=args.all)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


def measure(shared: Path, folder: Path | None, *, everything: bool = False) -> dict[str, float]:
    from training.attribution.marks import is_held_out_document  # noqa: PLC0415  needs what training needs

    rows = [json.loads(line) for line in (shared / "data/coref/gum/dev.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if everything or is_held_out_document(row["id"])]
    model, lexicon = load_attribution_model(folder, threads=1), load_speech_lexicon()
    golds: Clusters = []
    founds: Clusters = []
    for row in rows:
        text = row["text"]
        tagging = model.tag(text, [(q.start, q.end) for q in find_quotations(text)])
        names = find_names(text, lexicon)
        entities = find_entities(text, find_mentions(tagging, text, names), tagging.meaning, names, lexicon)
        gold, ends = gold_clusters(row)
        shown = [[_key(row, m.span.start, m.span.end) for m in e.mentions] for e in entities]
        kept = [frozenset((row["id"], *k) for k in keys if k in ends or is_named(row, *k)) for keys in shown]
        golds += gold
        founds += [cluster for cluster in kept if cluster]
    return figures_of(golds, founds, len(rows))


def figures_of(golds: Clusters, founds: Clusters, documents: int) -> dict[str, float]:
    mentions, own = set().union(*golds), set().union(*founds)
    figures = {
        "documents": documents,
        "mentions": len(mentions),
        "mention_f1": f1(len(mentions & own), len(own), len(mentions)),
    }
    figures |= {f"mention_{n}": len(mentions & own) / len(of) for n, of in (("precision", own), ("recall", mentions))}
    for name, least in (("conll", 2), ("conll_with_singletons", 1)):
        parts = scores([c for c in golds if len(c) >= least], [c for c in founds if len(c) >= least])
        figures |= {name: sum(parts.values()) / 3, **({f"{p}": v for p, v in parts.items()} if least == 2 else {})}
    return figures


def gold_clusters(row: dict[str, Any]) -> tuple[Clusters, set[Key]]:
    """Clusters of named and pronominal mentions, and the spans of these."""
    from training.attribution.marks import KINDS, shortest  # noqa: PLC0415

    clusters: dict[str, set[Any]] = {}
    ends: set[Key] = set()
    for mention in row["mentions"]:
        if mention["etype"] not in KINDS:
            continue
        start, end, _ = shortest(row, mention)
        key = _key(row, start, end)
        if is_named(row, *key):
            clusters.setdefault(mention["cluster"], set()).add((row["id"], *key))
            ends.add(key)
    return [frozenset(c) for c in clusters.values()], ends


def is_named(row: dict[str, Any], start: int, end: int) -> bool:
    """Whether the head, the last word, is a name or a pronoun."""
    tags = [tag for s, e, tag in row["tokens"] if s >= start and e <= end and tag not in ("PUNCT", "PART")]
    return bool(tags) and tags[-1] in ("PROPN", "PRON")


def _key(row: dict[str, Any], start: int, end: int) -> Key:
    """Without determiner and ending of possession, on which guidelines differ."""
    text = row["text"][start:end]
    for ending in ("'s", "’s"):
        text = text.removesuffix(ending)
    bare = text[4:] if text.lower().startswith("the ") else text
    return start + len(text) - len(bare), start + len(text)


def f1(hits: float, found: float, wanted: float) -> float:
    return 2 * hits / (found + wanted) if found + wanted else 0.0


def scores(gold: Clusters, found: Clusters) -> dict[str, float]:
    """MUC, B-cubed and CEAF-e F1."""
    return {"muc": muc(gold, found), "b_cubed": b_cubed(gold, found), "ceaf_e": ceaf_e(gold, found)}


def muc(gold: Clusters, found: Clusters) -> float:
    recall, precision = _links(gold, found), _links(found, gold)
    return _harmonic(precision, recall)


def _links(of: Clusters, by: Clusters) -> float:
    owner = {m: n for n, cluster in enumerate(by) for m in cluster}
    kept = total = 0
    for cluster in of:
        parts = {owner[m] for m in cluster if m in owner}
        kept += len(cluster) - len(parts) - sum(m not in owner for m in cluster)
        total += len(cluster) - 1
    return kept / total if total else 0.0


def b_cubed(gold: Clusters, found: Clusters) -> float:
    return _harmonic(_b_cubed(found, gold), _b_cubed(gold, found))


def _b_cubed(of: Clusters, by: Clusters) -> float:
    owner = {m: cluster for cluster in by for m in cluster}
    shares = [len(cluster & owner.get(m, frozenset())) / len(cluster) for cluster in of for m in cluster]
    return sum(shares) / len(shares) if shares else 0.0


def ceaf_e(gold: Clusters, found: Clusters) -> float:
    """By the best one-to-one match of clusters; documents hold their own mentions, so each is matched by itself."""
    similar = 0.0
    for name in {m[0] for cluster in gold for m in cluster}:
        ours = [c for c in found if next(iter(c))[0] == name]
        theirs = [c for c in gold if next(iter(c))[0] == name]
        similar += _best_match([[2 * len(a & b) / (len(a) + len(b)) for b in ours] for a in theirs])
    return _harmonic(similar / len(found) if found else 0.0, similar / len(gold) if gold else 0.0)


def _best_match(table: Sequence[Sequence[float]]) -> float:
    if not table or not table[0]:
        return 0.0
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  comes with the extra for training

    rows, columns = linear_sum_assignment(table, maximize=True)
    return float(sum(table[r][c] for r, c in zip(rows, columns, strict=True)))


def _harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


if __name__ == "__main__":
    main()
