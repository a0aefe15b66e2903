"""What became of pledges, told from what was published about them.

    python -m benchmarks.commitments [--shared ../shared] [--json OUT] [--show]

Three classes of TrumpTracker's five: nothing done ("Not started"), kept or under way ("Achieved", "In progress",
"Compromised"), broken. The evidence is the words in the addresses of the sources of a pledge, and its status note
where it has one. A source that three pledges or more share is the list that they were taken from, and no evidence of
what came of them. Without other evidence a pledge is open: nothing was done.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from benchmarks.events import accuracy, macro_f1
from benchmarks.read import Row, rows_of
from onrecord.lexicon.outcomes import OutcomeLexicon, load_outcome_lexicon

DATA = "data/commitments/trumptracker/dev.jsonl"
CLASSES = {"Not started": "open", "Achieved": "kept", "In progress": "kept", "Compromised": "kept", "Broken": "broken"}
KINDS = {"fulfilled": "kept", "begun": "kept", "failed": "broken", "dropped": "broken"}
SHARED_BY = 3
ARCHIVED = re.compile(r"https?://web\.archive\.org/web/\d+/")


def words_of(address: str) -> str:
    """The words at the end of an address, if it names its article in words."""
    path = urlsplit(ARCHIVED.sub("", address)).path
    words = re.findall(r"[a-z']{2,}", unquote(path).rstrip("/").rpartition("/")[2].lower())
    return " ".join(words) if len(words) >= 3 else ""


def plain(address: str) -> str:
    return ARCHIVED.sub("", address).partition("?")[0].partition("#")[0].rstrip("/").removeprefix("https://")


def evidence_of(row: Row, lists: set[str]) -> list[str]:
    sources: list[str] = [str(one) for one in listed(row["sources"]) if plain(str(one)) not in lists]
    note = str(row["status_info"]).strip()
    return [*(words_of(one) for one in sources), *([note] if note else [])] if sources or note else []


def listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else []


def judge(evidence: Sequence[str], lexicon: OutcomeLexicon) -> str:
    """The class that most of the evidence speaks for; evidence that says nothing tells at least of something done."""
    if not evidence:
        return "open"
    votes = Counter(KINDS[kind] for text in evidence if (kind := lexicon.kind_of(text)))
    return max(votes, key=lambda name: (votes[name], name == "broken")) if votes else "kept"


def measure(shared: Path, *, show: bool) -> dict[str, object]:
    rows, lexicon = rows_of(shared / DATA), load_outcome_lexicon()
    counts = Counter(address for row in rows for address in {plain(str(one)) for one in listed(row["sources"])})
    lists = {address for address, count in counts.items() if count >= SHARED_BY}
    pairs = []
    for row in rows:
        evidence = evidence_of(row, lists)
        pairs.append((CLASSES[str(row["status"])], judge(evidence, lexicon)))
        if show and pairs[-1][0] != pairs[-1][1]:
            print(pairs[-1], str(row["promise"])[:60], evidence)
    with_evidence = [pair for pair, row in zip(pairs, rows, strict=True) if evidence_of(row, lists)]
    return {
        "pledges": len(rows),
        "accuracy": accuracy(pairs),
        "macro_f1": macro_f1(pairs),
        "most_frequent_class": max(Counter(gold for gold, _ in pairs).values()) / len(pairs),
        "pledges_with_evidence": len(with_evidence),
        "accuracy_with_evidence": accuracy(with_evidence),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--show", action="store_true", help="print what was judged otherwise")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = measure(args.shared, show=args.show)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
