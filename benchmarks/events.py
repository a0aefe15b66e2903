"""Quality of events.

    python -m benchmarks.events plv|plover_gsr|cameo_pairs [--shared ../shared] [--model FOLDER] [--json OUT]

`plv`: which of PLOVER's roots stands between two given parties (CONCEDE and RETREAT count as one, as the set has it),
on the third of the sentences, by groups of like ones, that the encoder has not seen; `--all` takes also those that it
was trained on. `plover_gsr`: events found in raw sentences, the same third. `cameo_pairs`: actors and recipients found
without marks, in sentences that have no like among those that the encoder was trained on; and whether such a sentence,
with marks or without, only says something or chiefly tells cooperation or conflict, in words or deeds (`classes`). The
models of deeds are fitted anew for each fifth of the sentences, without those like them (`training.deeds`); a minute.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from benchmarks.read import Row, rows_of
from onrecord.connect import Linker
from onrecord.lexicon.actors import load_actors
from onrecord.lexicon.chief import load_chief_words
from onrecord.lexicon.events import load_code_book
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.acts import load_act_model
from onrecord.models.attribution import AttributionModel, Tagging, load_attribution_model
from onrecord.models.deeds import DeedModel
from onrecord.models.meaning import EVENT_TYPES
from onrecord.pipeline import identify
from onrecord.reading import Found, Judges, read_article
from onrecord.reading.chief import Chief, chief_of, class_of
from onrecord.reading.quotes import find_quotations
from onrecord.reading.triggers import score_between
from onrecord.records import Article, Event, EventType, Origin, Span

_COUNTRIES = {"JAP": "JPN", "ITL": "ITA", "VTN": "VNM", "IGO": "IGO", "ISM": "", "IMG": "IMG"}  # as that file has them
_BODIES = {"IGO", "UNO", "EUR", "NAT"}


def plv(args: argparse.Namespace) -> Row:
    """Type of the event between two given parties."""
    rows = rows_of(args.shared / "data/events/plv/dev.jsonl")
    kept = [row for row, is_new in zip(rows, unseen(args.shared, texts_of(rows)), strict=True) if is_new or args.all]
    model = load_attribution_model(args.model, threads=1)
    deeds = fold_models(args.shared, texts_of(kept))
    pairs = [(root(str(row["root"])), between(model, own, row)) for row, own in zip(kept, deeds, strict=True)]
    for (gold, found), count in Counter(pair for pair in pairs if pair[0] != pair[1]).most_common(12):
        print(f"{count:3}  {gold} taken for {found}")
    return {"sentences": len(kept), "accuracy": accuracy(pairs), "macro_f1": macro_f1(pairs)}


def between(model: AttributionModel, deeds: DeedModel, row: Row) -> str:
    """The root that a sentence tells between its two marked parties."""
    text = str(row["text"])
    tagging = model.tag(text, [(q.start, q.end) for q in find_quotations(text)])
    spans: Any = row["spans"]
    actor, recipient = (
        words_at(tagging, next((s for s in spans if s["role"] == role), None)) for role in ("actor", "recipient")
    )
    scores = score_between(text, tagging, deeds, actor=actor, recipient=recipient)
    return root(EVENT_TYPES[int(scores.argmax())])


def words_at(tagging: Tagging, span: dict[str, int] | None) -> tuple[int, int] | None:
    return None if span is None else tagging.words_in([Span(span["start"], span["end"])])[0]


def root(name: str) -> str:
    return "YIELD" if name in ("CONCEDE", "RETREAT") else name


def plover_gsr(args: argparse.Namespace) -> Row:
    """Events in raw sentences: found, added, and with the countries of both sides."""
    rows = rows_of(args.shared / "data/events/plover_gsr/dev.jsonl")
    kept = [row for row, is_new in zip(rows, unseen(args.shared, texts_of(rows)), strict=True) if is_new or args.all]
    folds = fold_models(args.shared, texts_of(kept))
    recalled = placed = extra = 0
    for row, found in zip(kept, read_all(args, texts_of(kept), folds), strict=True):
        same = [event for event in found.events if event.type == row["event"]]
        recalled += bool(same)
        extra += len(found.events) - bool(same)
        placed += any(has_countries(event, row) for event in same)
    count = len(kept)
    return {"sentences": count, "recall": recalled / count, "extra": extra / count, "with_countries": placed / count}


def has_countries(event: Event, row: Row) -> bool:
    gold: list[Any] = [row["actors"], row["recipients"]]
    return all(
        agrees({_COUNTRIES.get(p["country"], p["country"]) for p in wanted}, [p.country for p in own])
        for wanted, own in zip(gold, (event.actor, event.recipient), strict=True)
    )


def agrees(wanted: set[str], found: Sequence[str | None]) -> bool:
    """Nobody is nobody; organisations of states count as one country."""
    if not wanted:
        return True
    return any(code in wanted or (code in _BODIES and "IGO" in wanted) for code in found if code)


def cameo_pairs(args: argparse.Namespace) -> Row:
    """Actor and recipient spans found without marks; words shared, as F1, averaged over the marked sentences.

    And the class of five of what the sentence chiefly does.
    """
    rows = rows_of(args.shared / "data/events/cameo_pairs/dev.jsonl")
    rows = [row for row, is_new in zip(rows, unseen(args.shared, texts_of(rows)), strict=True) if is_new or args.all]
    folds = fold_models(args.shared, texts_of(rows))
    read = read_all(args, texts_of(rows), folds)
    marked = [(row, found) for row, found in zip(rows, read, strict=True) if row.get("spans")]
    shared: dict[str, list[float]] = {"actor": [], "recipient": []}
    for row, found in marked:
        spans: Any = row["spans"]
        for role, overlaps in shared.items():
            wanted = [(s["start"], s["end"]) for s in spans if s["role"] in (role, "both") and s["start"] is not None]
            if wanted:
                overlaps.append(best_overlap(wanted, found.events, role))
    figures: Row = {f"{role}_overlap": sum(v) / len(v) for role, v in shared.items()}
    both = [value for values in shared.values() for value in values]
    figures |= {"sentences": len(marked), "overlap": sum(both) / len(both)}
    model = load_attribution_model(args.model, threads=1)
    classes = [
        (str(row["penta"]), str(chief(model, deeds, found, str(row["text"]))))
        for row, deeds, found in zip(rows, folds, read, strict=True)
    ]
    for (gold, told), count in sorted(Counter(classes).items()):
        print(f"class {gold}, found {told}: {count}")
    return figures | {
        "sentences_classed": len(rows),
        "classes": accuracy(classes),
        "classes_macro_f1": macro_f1(classes),
    }


def chief(model: AttributionModel, deeds: DeedModel, found: Found, text: str) -> int:
    """What a sentence chiefly does; where it tells neither statement nor event, what all of its words are likest."""
    lexicon = load_chief_words()
    told = chief_of(text, found.statements, found.events, lexicon)
    if told is not None:
        return int(told)
    if lexicon.only_says(text):
        return int(Chief.STATEMENT)
    tagging = model.tag(text, [(q.start, q.end) for q in find_quotations(text)])
    scores = score_between(text, tagging, deeds, actor=None, recipient=None)
    return int(class_of(EventType(EVENT_TYPES[int(scores.argmax())]), "", lexicon))


def best_overlap(wanted: Sequence[tuple[int, int]], events: Iterable[Event], role: str) -> float:
    """Characters shared by the spans of the event that fits best, as F1."""
    gold = {n for s, e in wanted for n in range(s, e)}
    best = 0.0
    for event in events:
        parties = event.actor if role == "actor" else event.recipient
        own = {n for p in parties if p.evidence for n in range(p.evidence.start, p.evidence.end)}
        best = max(best, 2 * len(gold & own) / (len(gold) + len(own)))
    return best


def read_all(args: argparse.Namespace, texts: Sequence[str], folds: Sequence[DeedModel]) -> list[Found]:
    lexicon, linker = load_speech_lexicon(), Linker(load_actors())
    judges = Judges(
        model=load_attribution_model(args.model, threads=1),
        acts=load_act_model(),
        lexicon=lexicon,
        book=load_code_book(),
    )
    found = []
    for text, deeds in zip(texts, folds, strict=True):
        article = Article(id="", text=text, origin=Origin(path="", sha256=""))
        found.append(
            identify(article, read_article(article, replace(judges, deeds=deeds)), lexicon=lexicon, linker=linker)
        )
    return found


def fold_models(shared: Path, texts: Sequence[str]) -> list[DeedModel]:
    """For each text a model of deeds that has seen none like it."""
    from training.deeds.train import fit_folds  # noqa: PLC0415  needs what training needs

    return fit_folds(shared, texts)


def unseen(shared: Path, texts: Sequence[str]) -> list[bool]:
    """Whether each sentence is unlike all of those that the weights were trained on."""
    from training.attribution.marks import alike, read_pairs  # noqa: PLC0415  needs what training needs

    trained = [text for text, _ in read_pairs(shared / "data/events", held_out=False)]
    groups = alike([*trained, *texts])
    known = set(groups[: len(trained)])
    return [group not in known for group in groups[len(trained) :]]


def texts_of(rows: Sequence[Row]) -> list[str]:
    return [str(row["text"]) for row in rows]


def accuracy(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(gold == found for gold, found in pairs) / len(pairs)


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Over the labels that occur."""
    scores = []
    for label in {gold for gold, _ in pairs}:
        hits = sum(gold == found == label for gold, found in pairs)
        scores.append(2 * hits / sum((gold == label) + (found == label) for gold, found in pairs))
    return sum(scores) / len(scores)


TASKS = {"plv": plv, "plover_gsr": plover_gsr, "cameo_pairs": cameo_pairs}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = TASKS[args.task](args)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
