"""Quality of the reader.

    python -m benchmarks.read polnear|gold|signed [--shared ../shared] [--json OUT]

The first two write predictions and run the project's scorers over them; nothing is scored by other code. Both tell how
far confidence can be trusted. `signed` takes 100 signed statements of KCNA (from the press statements in the
development part of 2024) and compares the speaker with that of `signed.toml`, written down from headline and lead by
hand.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from benchmarks.reliability import diagram, expected_calibration_error, precision_at_recall
from onrecord.connect import Linker
from onrecord.lexicon.actors import load_actors
from onrecord.lexicon.events import load_code_book
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.acts import load_act_model
from onrecord.models.attribution import AttributionModel, load_attribution_model
from onrecord.pipeline import identify
from onrecord.reading import Found, Judges, read_article
from onrecord.records import Article, Moment, Origin, SpeakerBasis

Row = dict[str, object]


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def as_article(row: Row) -> Article:
    origin = Origin(path="benchmark", sha256="")
    title, date = row.get("title"), row.get("date")
    published = Moment(value=str(date), basis="given with the input") if date else None
    return Article(
        id=str(row["id"]),
        title=str(title) if title else None,
        published=published,
        text=str(row["text"]),
        origin=origin,
    )


def read_all(rows: Iterable[Row], model: AttributionModel, *, flat: bool) -> list[tuple[Row, Found]]:
    lexicon, linker = load_speech_lexicon(), Linker(load_actors())
    judges = Judges(model=model, acts=load_act_model(), lexicon=lexicon, book=load_code_book())
    read = []
    for row in rows:
        article = as_article(row)
        found = read_article(article, judges, flat=flat)
        read.append((row, found if flat else identify(article, found, lexicon=lexicon, linker=linker)))
    return read


def run_scorer(shared: Path, tool: str, gold: Path, predictions: Iterable[Row], folder: Path) -> Row:
    path, out = folder / "predictions.jsonl", folder / "scores.json"
    path.write_text("".join(json.dumps(p) + "\n" for p in predictions), encoding="utf-8")
    command = [sys.executable, str(shared / "tools" / tool), str(gold), str(path), "--json", str(out)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    print(done.stdout)
    scores: Row = json.loads(out.read_text(encoding="utf-8"))
    return scores


def polnear(args: argparse.Namespace, folder: Path) -> Row:
    path = args.gold or args.shared / "data/attribution/polnear/dev.jsonl"
    rows = rows_of(path)
    read = read_all(rows, load_attribution_model(args.model), flat=True)
    predictions: list[Row] = [
        {"id": row["id"], "attributions": msgspec.to_builtins(found.statements)} for row, found in read
    ]
    scores = run_scorer(args.shared, "score_attribution.py", path, predictions, folder)
    figures: Row = {}
    for name, value in scores.items():
        if isinstance(value, dict):
            figures |= {name: value.get("f1", value.get("accuracy"))}
    figures |= {f"attribution50.{part}": scores["attribution50"][part] for part in ("p", "r")}  # type: ignore[index]
    judged = judged_attributions(scorer(args.shared, "score_attribution"), rows, predictions)
    wanted = sum(len(row["attributions"]) for row in rows)  # type: ignore[arg-type,misc]
    figures["articles_lost"] = len(rows) - len(predictions)
    return figures | confidence_figures(judged, wanted)


def judged_attributions(tool: ModuleType, rows: list[Row], predictions: list[Row]) -> list[tuple[float, bool]]:
    """Confidence of each found attribution, and whether the scorer matches it on source and content."""
    judged = []
    for row, prediction in zip(rows, predictions, strict=True):
        article = tool.Article(row["text"])
        gold = [tool.Attribution(article, a, row["id"]) for a in row["attributions"]]  # type: ignore[attr-defined]
        found: Any = prediction["attributions"]
        own = [tool.Attribution(article, a, row["id"]) for a in found]
        pairs = tool.match(gold, own, lambda g, p: tool.agree(g, p, "content") and tool.agree(g, p, "source"))
        hits = set(pairs.values())
        judged += [(a["confidence"], number in hits) for number, a in enumerate(found)]
    return judged


def confidence_figures(judged: list[tuple[float, bool]], wanted: int) -> Row:
    print(diagram(judged))
    precision, least = precision_at_recall(judged, wanted, least_recall=0.4)
    figures: Row = {
        "calibration_error": expected_calibration_error(judged),
        "precision_at_recall_40": precision,
        "min_confidence_at_recall_40": least,
    }
    print(json.dumps(figures, indent=1))
    return figures


def scorer(shared: Path, name: str) -> ModuleType:
    """One of the project's scorers as a module."""
    spec = importlib.util.spec_from_file_location(name, shared / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gold(args: argparse.Namespace, folder: Path) -> Row:
    path = args.gold or args.shared / "data/gold/dev.jsonl"
    rows = rows_of(path)
    read = read_all(rows, load_attribution_model(args.model), flat=False)
    predictions: list[Row] = [
        {
            "article": {"id": row["id"], "text": row["text"]},
            "statements": msgspec.to_builtins(found.statements),
            "events": msgspec.to_builtins(found.events),
        }
        for row, found in read
    ]
    if args.predictions:
        args.predictions.write_text("".join(json.dumps(p) + "\n" for p in predictions), encoding="utf-8")
    figures = flattened(run_scorer(args.shared, "score_statements.py", path, predictions, folder))
    tool = scorer(args.shared, "score_statements")
    by_id = {str(row["id"]): prediction for row, prediction in zip(rows, predictions, strict=True)}
    state_media = [row for row in rows if row.get("outlet") == "KCNA"]
    if state_media:
        figures["kcna.att50.F1"] = tool.score(state_media, by_id)["att50"]["F1"]
        print(f"KCNA alone: att50 F1 {figures['kcna.att50.F1']:.3f}")
    modalities = matched_modalities(rows, by_id)
    figures["matched_events"] = len(modalities)
    figures["modality"] = sum(wanted == told for wanted, told in modalities) / max(len(modalities), 1)
    print(f"modality of {len(modalities)} matched events: {figures['modality']:.3f}")
    wanted = sum(len(row["statements"]) for row in rows)  # type: ignore[arg-type,misc]
    return figures | confidence_figures(judged_statements(tool, rows, by_id), wanted)


def matched_modalities(rows: list[Row], by_id: dict[str, Row]) -> list[tuple[str, str]]:
    """Modality as labelled and as found, of events that the scorer matches by type and evidence, in its order."""
    pairs = []
    for row in rows:
        wanted: Any = row["events"]
        left: Any = list(by_id[str(row["id"])]["events"])  # type: ignore[call-overload]
        for event in wanted:
            same = next((one for one in left if one["type"] == event["type"] and meet(event, one)), None)
            if same is not None:
                left.remove(same)
                pairs.append((str(event["modality"]), str(same["modality"])))
    return pairs


def meet(event: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether the evidence of two events overlaps."""
    (start, end), (begin, stop) = event["evidence"], other["evidence"]
    return bool(start < stop and begin < end)


def judged_statements(tool: ModuleType, rows: list[Row], by_id: dict[str, Row]) -> list[tuple[float, bool]]:
    """Confidence of each found statement, and whether the scorer matches it."""
    judged = []
    for row in rows:
        found: Any = by_id[str(row["id"])]["statements"]
        hits = set(tool.match(row["statements"], found, tool.words(row["text"])).values())
        judged += [(s["confidence"], number in hits) for number, s in enumerate(found)]
    return judged


def flattened(scores: Row) -> Row:
    flat: Row = {}
    for name, value in scores.items():
        if isinstance(value, dict):
            flat.update({f"{name}.{part}": number for part, number in value.items()})
        else:
            flat[name] = value
    return flat


def signed(args: argparse.Namespace, _folder: Path) -> Row:
    wanted = tomllib.loads(SIGNED.read_text(encoding="utf-8"))["signers"]
    rows = [row for row in rows_of(args.shared / "data/corpora/kcna_en_2024/dev.jsonl") if row["id"] in wanted]
    told = [
        (str(row["id"]), said.speaker)
        for row, found in read_all(rows, load_attribution_model(args.model), flat=False)
        for said in found.statements
        if said.speaker and said.speaker.basis is SpeakerBasis.SIGNED
    ]
    drawn = random.Random(20).sample(told, min(100, len(told)))  # noqa: S311, a fixed sample
    sample = sorted(drawn, key=lambda one: one[0])
    tool = scorer(args.shared, "score_statements")
    right = 0
    for article, speaker in sample:
        is_right = tool.agree(wanted[article], speaker.name)
        right += is_right
        print(f"{'right' if is_right else 'WRONG'}  {article}  {speaker.name}  [{speaker.id}]  {speaker.country}")
    return {
        "articles": len(rows),
        "articles_without": len(rows) - len({article for article, _ in told}),
        "signed_statements": len(told),
        "sampled": len(sample),
        "speaker": right / len(sample),
        "with_id": sum(speaker.id is not None for _, speaker in sample) / len(sample),
        "country": sum(speaker.country == "PRK" for _, speaker in sample) / len(sample),
    }


TASKS = {"polnear": polnear, "gold": gold, "signed": signed}
SIGNED = Path(__file__).with_name("signed.toml")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path, help="folder of other weights")
    parser.add_argument("--gold", type=Path, help="score against another file of the same form")
    parser.add_argument("--predictions", type=Path, help="keep the predictions here (gold)")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = TASKS[args.task](args, Path(folder))
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
