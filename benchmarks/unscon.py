"""Criticism in speeches before the UN Security Council, and the country that it is aimed at (UNSCon, CC BY-SA).

    python -m benchmarks.unscon [--shared FOLDER] [--errors N] [--json OUT]

Each part of a speech is laid out as one statement a unit, its speaker the country that speaks. Of the units that people
labelled as negative evaluation of a country, `target` is the share for which the rules (`onrecord.connect.targets`),
told that the unit accuses, name that country; `named` is the share for which they name any.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.read import Row, rows_of
from onrecord.connect import Linker
from onrecord.lexicon.actors import load_actors
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.pipeline import identify
from onrecord.reading import Found
from onrecord.records import Act, Article, Moment, Origin, Span, Speaker, SpeakerBasis, Statement, StatementKind

_CRITICISM = "a0_NE"


def as_statements(row: Row) -> tuple[str, list[Statement], list[Row]]:
    """The text of a part, a statement for each unit that criticises, and these units."""
    speaker = Speaker(name=str(row["country"]).replace("_", " "), basis=SpeakerBasis.NAME)
    text, statements, units = "", [], []
    for unit in row["edus"]:  # type: ignore[attr-defined]
        start = len(text)
        text += unit["text"] + " "
        if unit["label"] != _CRITICISM or unit["target_type"] != "Country":
            continue
        units.append(unit)
        statements.append(
            Statement(
                id=f"s{len(units)}",
                kind=StatementKind.INDIRECT,
                content=(Span(start, start + len(unit["text"])),),
                speaker=speaker,
                act=Act.ACCUSE,
                confidence=1.0,
            )
        )
    return text, statements, units


def measure(rows: list[Row], *, errors: int = 0) -> Row:
    lexicon, linker = load_speech_lexicon(), Linker(load_actors())
    counts = dict.fromkeys(("units", "named", "right"), 0)
    for row in rows:
        text, statements, units = as_statements(row)
        moment = Moment(value=f"{row['year']}-07-01", basis="given with the input")
        article = Article(id="a", text=text, published=moment, origin=Origin(path="benchmark", sha256=""))
        found = identify(article, Found(statements=tuple(statements)), lexicon=lexicon, linker=linker)
        for said, unit in zip(found.statements, units, strict=True):
            wanted = str(unit["target"]).replace("_", " ").lower()
            names = [one.name.lower() for one in said.targets]
            names += [str(one.country).lower() for one in said.targets]
            is_right = any(wanted == name or wanted.startswith(name) or name.startswith(wanted) for name in names)
            counts["units"] += 1
            counts["named"] += bool(said.targets)
            counts["right"] += is_right
            if not is_right and errors:
                errors -= 1
                print(f"{row['country']}: wanted {wanted}, got {[one.name for one in said.targets]}: {unit['text']}")
    return counts | {"named_share": counts["named"] / counts["units"], "target": counts["right"] / counts["units"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--errors", type=int, default=0, help="print the first N that are wrong")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    figures = measure(rows_of(args.shared / "data/commitments/unscon/dev.jsonl"), errors=args.errors)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
