"""A state agency through a year: timeline, commitments, formulas, each leading to its characters.

    python -m benchmarks.case [--shared ../shared] [--articles N] [--show] [--json OUT]

What the worked case of the documentation does with invented reports, done with real ones, which may be measured and not
shown: the English reports of KCNA of 2024 (`corpora/kcna_en_2024`), all or the first N of each month in turn, and the
two founding examples (`seeds`). No figure here is one of quality but `leads_to_its_characters`: of all places that are
told (statements and events on the timeline, commitments with their later mentions, phrases), the share at whose spans
stand the words that are shown. The others say that there is something to see.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, zip_longest
from pathlib import Path

import onrecord
from benchmarks.read import Row, rows_of
from onrecord.lexicon.outcomes import load_outcome_lexicon
from onrecord.lexicon.tone import load_tone_lexicon
from onrecord.records import Reading, Span
from onrecord.track.commitments import Followed, follow_commitments
from onrecord.track.formulas import Comparison, compare_passages
from onrecord.track.occurrences import Occurrence, coverage_of, occurrences_of
from onrecord.track.periods import Step, day_of
from onrecord.track.phrases import Passage
from onrecord.track.timeline import Wanted, build_timeline

KCNA = "data/corpora/kcna_en_2024/dev.jsonl"
SEEDS = "data/seeds"
SPEAKER = "Kim Jong Un"
MIDDLE = date(2024, 5, 1)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--articles", type=int, help="so many reports; all if left out")
    parser.add_argument("--show", action="store_true", help="print commitments and phrases")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = measure(read_all(args.shared, args.articles), show=args.show)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


def read_all(shared: Path, count: int | None) -> list[Reading]:
    rows = spread(rows_of(shared / KCNA))[:count]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kcna.jsonl"
        path.write_text("".join(json.dumps(row | {"outlet": "KCNA"}) + "\n" for row in rows), encoding="utf-8")
        results = list(chain(onrecord.read_all([path], as_is=True), onrecord.read_all((shared / SEEDS).glob("*.txt"))))
    return [one for one in results if isinstance(one, Reading)]


def spread(rows: Sequence[Row]) -> list[Row]:
    """The first of each month, the second of each month, and so on."""
    months: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        months[str(row["date"])[:7]].append(row)
    return [row for tier in zip_longest(*months.values()) for row in tier if row is not None]


def measure(readings: Sequence[Reading], *, show: bool) -> dict[str, object]:
    occurrences = [one for reading in readings for one in occurrences_of(reading)]
    texts = {reading.article.id: reading.article.text for reading in readings}
    timeline = build_timeline(
        occurrences, [coverage_of(one.article) for one in readings], wanted=Wanted(who=SPEAKER), step=Step.MONTH
    )
    followed = follow_commitments(
        occurrences, lexicon=load_outcome_lexicon(), today=date(2024, 10, 1), due=due_days(readings)
    )
    sides = [
        [one for one in readings if (day := day_of_reading(one)) and (day >= MIDDLE) is late] for late in (False, True)
    ]
    compared = compare_passages(*map(passages, sides), hardness=load_tone_lexicon().hardness)
    places = [*occurrences, *(mention.said for one in followed for mention in one.mentions)]
    told = [holds(texts, one) for one in places] + list(phrases_hold(texts, compared))
    if show:
        show_all(followed, compared)
    return {
        "reports": len(readings),
        "statements_and_events": len(occurrences),
        "months_on_the_timeline": len(timeline.windows),
        "of_them_with_words_of_the_speaker": sum(bool(window.occurrences) for window in timeline.windows),
        "commitments": len(followed),
        **{f"commitments.{status}": count for status, count in Counter(one.status.value for one in followed).items()},
        "commitments_with_later_mentions": sum(bool(one.mentions) for one in followed),
        **{
            f"phrases.{change}": count
            for change, count in Counter(one.change.value for one in compared.formulas).items()
        },
        "places": len(told),
        "leads_to_its_characters": sum(told) / len(told),
    }


def due_days(readings: Sequence[Reading]) -> dict[tuple[str, str], date]:
    return {
        (reading.article.id, said.id): day
        for reading in readings
        for said in reading.statements
        if said.deadline and (day := day_of(said.deadline.rpartition("/")[2]))
    }


def day_of_reading(reading: Reading) -> date | None:
    return coverage_of(reading.article).day


def passages(readings: Sequence[Reading]) -> list[Passage]:
    return [Passage(article=one.article.id, text=one.article.text) for one in readings]


def holds(texts: Mapping[str, str], one: Occurrence) -> bool:
    """Whether the words that are shown stand at the spans that are told."""
    return bool(one.text) and cut(texts[one.article], one.spans) == one.text


def cut(text: str, spans: Sequence[Span]) -> str:
    return " … ".join(text[span.start : span.end] for span in spans)


def phrases_hold(texts: Mapping[str, str], compared: Comparison) -> Iterator[bool]:
    for one in compared.formulas:
        for place in (*one.places_before, *one.places_after):
            there = texts[place.article][place.span.start : place.span.end]
            yield " ".join(there.lower().split()) == one.phrase


def show_all(followed: Sequence[Followed], compared: Comparison) -> None:
    for one in followed:
        if one.mentions:
            print(
                one.status, one.made.day, one.made.text, [(m.fate.value, m.said.day, m.said.text) for m in one.mentions]
            )
    for formula in compared.formulas:
        print(formula.change, formula.phrase, formula.before, formula.after, f"{formula.z:.1f}")


if __name__ == "__main__":
    main()
