"""Expressions of time in text against the normalised dates of GUM (`coref/gum`, CC BY 4.0).

    python -m benchmarks.dates [--shared FOLDER] [--errors] [--json OUT]

recall: share of GUM's dates that an expression of ours overlaps. value: of those, the share with the same meaning.
A meaning is the first and the last day ("2012" is a year of days). Where GUM leaves an end open (notBefore, notAfter:
"a few months ago"), ours must lie within what it gives. Dates of GUM that are no days of the calendar ("--09-15" is a
part of some September, "13 billion years ago", one slip of a tag) are not counted for value.
"""

from __future__ import annotations

import argparse
import json
import re
from calendar import monthrange
from datetime import date
from pathlib import Path

from benchmarks.read import Row, rows_of
from onrecord.reading import find_anchor, find_times
from onrecord.reading.periods import Length, OpenSpan, Period, write_period
from onrecord.records import Article, Moment, Origin

_EDGE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?")


def edge(value: str, *, is_last: bool) -> date | None:
    """The first or the last day of an ISO date that may lack day and month; None if it is none."""
    found = _EDGE.fullmatch(value.removeprefix("-") if re.fullmatch(r"-\d{4}-\d\d-\d\d", value) else value)
    if not found:
        return None
    year, month, day = int(found[1]), int(found[2] or (12 if is_last else 1)), int(found[3] or 0)
    try:
        return date(year, month, day or (monthrange(year, month)[1] if is_last else 1))
    except ValueError:
        return None


def gold_span(row: Row) -> tuple[OpenSpan, bool] | None:
    """What GUM says, and whether an end is open; None if it is no time of the calendar."""
    first = next((str(row[key]) for key in ("when", "from", "notBefore") if key in row), None)
    last = next((str(row[key]) for key in ("when", "to", "notAfter") if key in row), None)
    span = OpenSpan(edge(first, is_last=False) if first else None, edge(last, is_last=True) if last else None)
    if (first and not span.first) or (last and not span.last):
        return None
    return span, "notBefore" in row or "notAfter" in row


def agrees(gold: OpenSpan, period: Period, *, is_open: bool) -> bool:
    if isinstance(period, Length):
        return False
    if not is_open:
        return gold == period
    after = gold.first is None or (period.first is not None and period.first >= gold.first)
    before = gold.last is None or (period.last is not None and period.last <= gold.last)
    return after and before


def measure(rows: list[Row], *, shows: bool = False) -> Row:
    counts = dict.fromkeys(("dates", "found", "valued", "right", "expressions"), 0)
    for row in rows:
        moment = Moment(value=str(row["date"]), basis="given with the input") if row["date"] else None
        article = Article(id="a", text=str(row["text"]), published=moment, origin=Origin(path="benchmark", sha256=""))
        times = find_times(article.text, find_anchor(article))
        counts["expressions"] += len(times)
        for told in row["dates"]:  # type: ignore[attr-defined]
            counts["dates"] += 1
            ours = [t for t in times if t.span.start < told["end"] and told["start"] < t.span.end]
            best = max(
                ours, key=lambda t: min(t.span.end, told["end"]) - max(t.span.start, told["start"]), default=None
            )
            counts["found"] += best is not None
            gold = gold_span(told)
            is_right = False
            if best is not None and gold is not None:
                counts["valued"] += 1
                is_right = agrees(gold[0], best.period, is_open=gold[1])
                counts["right"] += is_right
            if shows and not is_right:
                ours_told = write_period(best.period) if best else "MISSED"
                given = {key: value for key, value in told.items() if key not in ("start", "end", "text")}
                print(f"{row['date']}  {told['text']!r}: {given}, ours {ours_told}")
    return counts | {"recall": counts["found"] / counts["dates"], "value": counts["right"] / counts["valued"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--errors", action="store_true", help="print what is missed or valued otherwise")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    figures = measure(rows_of(args.shared / "data/coref/gum/dev.jsonl"), shows=args.errors)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
