"""The two founding examples, read whole, against the careful reading in `expected.json`.

    python -m benchmarks.seeds [--shared ../shared] [--json OUT]

Page chrome and all goes through the pipeline. `expected.json` counts characters of the raw file; it is brought into
gold form over `article.text` by the blocks' source offsets, so a body line that was lost shows up as a lost statement.

Four of its sources are pronouns whose characters were looked up inside other words ("he" in "then", "it" in "its").
Such a source is taken where the word stands by itself, closest to the cue: see `whole_word`.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from pathlib import Path

import msgspec

from benchmarks.read import Row, flattened, run_scorer
from onrecord.pipeline import ReadOptions, read_sources
from onrecord.records import Article, BlockRole, Reading

ROLES = ("source", "cue", "content")


def in_article(article: Article, start: int, end: int) -> list[int] | None:
    """A span of the page as a span of `article.text`; None where no body block holds it."""
    for block in article.blocks:
        if block.role is BlockRole.BODY and block.start is not None and block.source_start <= start < block.source_end:
            shift = block.start - block.source_start
            return [start + shift, min(end, block.source_end) + shift]
    return None


def whole_word(page: str, start: int, end: int, cue: int) -> tuple[int, int]:
    """A labelled span as it is; where its ends cut words, the same words where they stand whole, closest to `cue`."""
    whole = re.compile(rf"(?<!\w){re.escape(page[start:end])}(?!\w)")
    if whole.match(page, start):
        return start, end
    places = [found.start() for found in whole.finditer(page)]
    nearest = min(places, key=lambda place: abs(place - cue))
    return nearest, nearest + end - start


def gold_form(expected: dict[str, list[Row]], article: Article, page: str) -> tuple[Row, int]:
    """A gold row over `article.text` of the article of `page`, and how many of its spans lie in no body block."""
    statements, lost = [], 0
    for number, entry in enumerate(expected["statements"], 1):
        row: Row = {"id": f"s{number}", "kind": entry["kind"], "act": entry["act"], "speaker": entry["speaker"]}
        row |= {"via": entry.get("via") or [], "targets": entry.get("targets") or [], "within": None}
        row |= {flag: bool(entry.get(flag)) for flag in ("hedged", "conditional", "negated")}
        cue = next((s["start"] for s in entry.get("cue") or []), 0)  # type: ignore[attr-defined]
        for role in ROLES:
            labelled = [whole_word(page, s["start"], s["end"], cue) for s in entry.get(role) or []]  # type: ignore[attr-defined]
            spans = [in_article(article, start, end) for start, end in labelled]
            lost += spans.count(None)
            row[role] = [s for s in spans if s]
        statements.append(row)
    for row in statements:
        row["within"] = next(
            (o["id"] for o in statements if o is not row and o["act"] == "report" and holds(o, row)), None
        )
    return {"id": article.id, "text": article.text, "statements": statements, "events": []}, lost


def holds(outer: Row, inner: Row) -> bool:
    return all(any(a <= s and e <= b for a, b in outer["content"]) for s, e in inner["content"])  # type: ignore[attr-defined]


def chain_found(reading: Reading) -> bool:
    """Some statement reached us through the Korean Central News Agency."""
    return any(
        "Korean Central News Agency" in link.name or link.name == "KCNA" for s in reading.statements for link in s.via
    )


def line_errors(shared: Path, readings: dict[str, Reading]) -> list[str]:
    """Lines of the examples whose label differs from the hand-made one."""
    wrong = []
    for line in (shared / "data/flattened/seeds.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        article = readings[row["page"]].article
        body = [(b.source_start, b.source_end) for b in article.blocks if b.role is BlockRole.BODY]
        position = 0
        for entry in row["lines"]:
            text = entry["text"]
            if text.strip():
                is_body = any(s <= position + len(text) // 2 < e for s, e in body)
                if is_body != (entry["label"] == "article"):
                    wrong.append(f"{row['page']}: {text[:60]!r} should be {entry['label']}")
            position += len(text) + 1
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    expected = json.loads((args.shared / "data/seeds/expected.json").read_text(encoding="utf-8"))
    readings, golds, lost = {}, [], 0
    for entry in expected:
        path = args.shared / "data/seeds" / entry["file"]
        (outcome,) = read_sources([str(path)], options=ReadOptions())
        reading = outcome.result
        if not isinstance(reading, Reading):
            raise SystemExit(f"{path}: {reading}")
        readings[path.stem] = reading
        row, missing = gold_form(entry, reading.article, path.read_bytes().decode())
        golds.append(row)
        lost += missing
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        gold = folder / "gold.jsonl"
        gold.write_text("".join(json.dumps(g) + "\n" for g in golds), encoding="utf-8")
        result = flattened(
            run_scorer(
                args.shared, "score_statements.py", gold, [msgspec.to_builtins(r) for r in readings.values()], folder
            )
        )
    wrong = line_errors(args.shared, readings)
    print("\n".join(wrong))
    articles = [r.article for r in readings.values()]
    result |= {
        "lost_spans": lost,
        "wrong_lines": len(wrong),
        "chains_found": sum(map(chain_found, readings.values())),
        "titles": [a.title for a in articles],
        "datelines": [a.dateline.place if a.dateline else None for a in articles],
        "credits": [b.text for a in articles for b in a.blocks if b.role is BlockRole.CREDIT],
        "published": [a.published.value if a.published else None for a in articles],
        "agencies": [a.agency for a in articles],
    }
    print(json.dumps(result, indent=1))
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
