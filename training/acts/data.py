"""Labelled statements as the network of acts sees them, each with its act."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from onrecord.lexicon.speech import SpeechLexicon, load_speech_lexicon
from onrecord.models.acts import ACTS, Wording
from onrecord.models.attribution import AttributionModel, load_attribution_model
from onrecord.reading.quotes import find_quotations
from onrecord.reading.statements import Draft, word_drafts
from onrecord.records import Act, Span
from onrecord.spans import dateline_end
from training.attribution.train import HELD_OUT_EVERY, OWN_HELD_OUT_EVERY
from training.labels.read import read_labels


class Example(NamedTuple):
    """One statement; those of an article are never parted in checks."""

    article: str
    wording: Wording
    act: int  # index into ACTS
    held_out: bool  # of the reader's training


def read_own_examples(shared: Path) -> list[Example]:
    """The statements labelled for this project, see `training/labels`."""
    return list(_examples(read_labels(shared), OWN_HELD_OUT_EVERY))


def read_gold_examples(shared: Path, part: str) -> list[Example]:
    """Hand-labelled statements."""
    lines = (shared / f"data/gold/{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return list(_examples(map(json.loads, lines), HELD_OUT_EVERY))


def _examples(rows: Iterable[Mapping[str, Any]], held_out_every: int) -> Iterator[Example]:
    model, lexicon = load_attribution_model(threads=1), load_speech_lexicon()
    for number, row in enumerate(rows):
        wordings = _wordings(row["text"], row["statements"], model, lexicon)
        for statement, wording in zip(row["statements"], wordings, strict=True):
            yield Example(str(row["id"]), wording, ACTS.index(Act(statement["act"])), number % held_out_every == 0)


def _wordings(
    text: str, statements: list[dict[str, Any]], model: AttributionModel, lexicon: SpeechLexicon
) -> list[Wording]:
    drafts = {s["id"]: Draft(_spans(s["source"]), _spans(s["cue"]), _spans(s["content"]), 1.0) for s in statements}
    for statement in statements:
        drafts[statement["id"]].holder = drafts.get(statement["within"])
    tagging = model.tag(text, [(q.start, q.end) for q in find_quotations(text)], start=dateline_end(text))
    return word_drafts(text, list(drafts.values()), tagging, lexicon)


def _spans(pairs: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
