"""Resolutions of the UN Security Council: what their operative paragraphs do, and whom they speak to.

    python -m benchmarks.resolutions [--shared FOLDER] [--most N] [--json OUT]

`act`: of the paragraphs that begin with one of the verbs below, in N resolutions drawn by chance (seeded), the share
of which the whole reader makes a statement of the body with that verb as cue and an act that the verb has. `found` is
the share that has a statement with that cue at all. Which paragraphs there are is told by a pattern of this file, not
by the reader's. `addressee`: 100 paragraphs that ask or order were drawn by chance (seed 2026) after the last change
of the rules, and the words that these give were judged by eye; `resolutions.toml` lists them with the judgements and
a digest of the words, no text. A paragraph whose words changed since counts as wrong, and is told, so that somebody
looks again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import tomllib
from collections import Counter
from pathlib import Path

from benchmarks.read import Row, rows_of
from onrecord.connect import Linker
from onrecord.connect.operative import spoken_to
from onrecord.lexicon.actors import load_actors
from onrecord.lexicon.events import load_code_book
from onrecord.lexicon.resolutions import load_resolution_words
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.acts import load_act_model
from onrecord.models.attribution import load_attribution_model
from onrecord.pipeline import identify
from onrecord.reading import Judges, read_article
from onrecord.reading.resolutions import Operative, find_operative
from onrecord.records import Act, Article, Moment, Origin, Statement, StatementKind

JUDGED = Path(__file__).parent / "resolutions.toml"
SEED = 2026
_EXPECTED = {
    "Demands": {Act.DEMAND},
    "Calls upon": {Act.DEMAND},
    "Calls on": {Act.DEMAND},
    "Calls for": {Act.DEMAND},
    "Requests": {Act.DEMAND},
    "Urges": {Act.DEMAND},
    "Invites": {Act.DEMAND},
    "Appeals": {Act.DEMAND},
    "Encourages": {Act.DEMAND},
    "Decides": {Act.COMMIT, Act.ORDER},  # binds itself ("to remain seized") or others ("that all States shall")
    "Condemns": {Act.ACCUSE},
    "Deplores": {Act.ACCUSE},
    "Welcomes": {Act.SUPPORT},
    "Endorses": {Act.SUPPORT},
    "Approves": {Act.SUPPORT},
    "Commends": {Act.SUPPORT},
}
_VERBS = "|".join(sorted(_EXPECTED, key=len, reverse=True)).replace(" ", r"\s+")
_PARAGRAPH = re.compile(rf"(?:^|\n)[ \t]*(?:\d{{1,2}}[.,][ \t]+)?({_VERBS})\b")


def acts(rows: list[Row], most: int) -> Row:
    """Of so many resolutions, by the whole reader."""
    judges = Judges(
        model=load_attribution_model(threads=1),
        acts=load_act_model(),
        lexicon=load_speech_lexicon(),
        book=load_code_book(),
    )
    linker = Linker(load_actors())
    counts: Counter[str] = Counter()
    wrong: Counter[tuple[str, str]] = Counter()
    for row in random.Random(SEED).sample(rows, min(most, len(rows))):  # noqa: S311  a draw
        text = str(row["text"])
        published = Moment(value=str(row["date"]), basis="given")
        article = Article(id="a", text=text, published=published, origin=Origin(path="benchmark", sha256=""))
        found = identify(article, read_article(article, judges), lexicon=judges.lexicon, linker=linker)
        for paragraph in _PARAGRAPH.finditer(text):
            verb = " ".join(paragraph[1].split())
            said = [one for one in found.statements if _has_cue(one, paragraph.start(1))]
            counts["paragraphs"] += 1
            counts["found"] += bool(said)
            is_right = any(one.act in _EXPECTED[verb] for one in said)
            counts["right"] += is_right
            counts["speaker"] += any(one.speaker is not None and "Security Council" in one.speaker.name for one in said)
            if not is_right:
                wrong[verb, str(said[0].act) if said else "no statement"] += 1
    for (verb, got), count in wrong.most_common(12):
        print(f"{count:3}  {verb}: {got}")
    shares = {name: counts[name] / counts["paragraphs"] for name in ("found", "right", "speaker")}
    return {
        "paragraphs": counts["paragraphs"],
        "found": shares["found"],
        "act": shares["right"],
        "speaker": shares["speaker"],
    }


def _has_cue(said: Statement, at: int) -> bool:
    return any(span.start <= at < span.end for span in said.cue)


def drawn(rows: list[Row]) -> list[tuple[str, str]]:
    """A hundred paragraphs that ask or order, drawn by chance: (id and place, digest of the words)."""
    words = load_resolution_words()
    asking: list[tuple[Row, int, Operative]] = []
    for row in rows:
        for number, one in enumerate(find_operative(str(row["text"]), words), 1):
            if one.act in (Act.DEMAND, Act.ORDER):
                asking.append((row, number, one))
    return [
        (f"{row['id']}:{number}", _digest(phrase_of(str(row["text"]), one)))
        for row, number, one in random.Random(SEED).sample(asking, 100)  # noqa: S311  a draw
    ]


def phrase_of(text: str, one: Operative) -> str:
    """The words for whoever a paragraph speaks to; empty for nobody."""
    said = Statement(
        id="s",
        kind=StatementKind.INDIRECT,
        source=one.draft.source,
        cue=one.draft.cue,
        content=one.draft.content,
        act=one.act,
        confidence=1.0,
    )
    span = spoken_to(text, said)
    return " ".join(text[span.start : span.end].split()) if span else ""


def _digest(phrase: str) -> str:
    return hashlib.sha256(phrase.encode()).hexdigest()[:8]


def addressees(rows: list[Row]) -> Row:
    """The share of the hundred whose words were judged right and are still the same."""
    judged = tomllib.loads(JUDGED.read_text(encoding="utf-8"))
    known, wrong = dict(one.split("=") for one in judged["digests"]), set(judged["wrong"])
    now = dict(drawn(rows))
    changed = [name for name in known if now.get(name) != known[name]]
    if changed:
        print(f"changed since they were judged, look again: {', '.join(changed)}")
    right = sum(name not in wrong and name not in changed for name in known)
    return {"judged": len(known), "changed": len(changed), "addressee": right / len(known)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--most", type=int, default=150, help="resolutions that are read")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    rows = rows_of(args.shared / "data/corpora/unsc_resolutions/dev.jsonl")
    figures = acts(rows, args.most) | addressees(rows)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
