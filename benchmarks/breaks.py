"""Known breaks in the headlines of a state news agency, and phrases that were planted in them.

    python -m benchmarks.breaks [--shared ../shared] [--headlines FILE] [--json OUT] [--show]

The breaks stand in `breaks.toml`, named before any result was looked at. One is found if an alarm lies within 30 days
of it. An alarm is a day on which the level of threats and arms in the headlines changed (`track.escalation`), or from
which phrases of threat, arms and mourning surge (`track.surges`); two within 45 days are one. An alarm near no known
break is a false one, whatever happened then. Breaks outside the days of the headlines cannot be found and are counted
apart.

Planted formulas: 40 invented phrases, each put into ten headlines of one half year; the half year before has none.
Found if `track.formulas` says that the phrase appeared, and, with the halves exchanged, that it vanished. Two random
halves of one half year show how much is found where nothing changed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tomllib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from onrecord.lexicon.tone import load_tone_lexicon
from onrecord.track.escalation import cuts_of_fields
from onrecord.track.formulas import Change, compare_passages
from onrecord.track.periods import Step
from onrecord.track.phrases import Passage
from onrecord.track.surges import Headline, find_surges

HEADLINES = "data/corpora/kcna_headlines_1997_2014/dev.jsonl.gz"
WITHIN_DAYS = 30
ONE_DAYS = 45
SURGES_A_YEAR = 0.9  # together with changes of level somewhat more than one alarm a year, of which some are right
SURGING = ("threats", "arms", "mourning")
LEVELS = ("threats", "arms")
PLANTED, TIMES, SEED = 40, 10, 7
SYLLABLES = ("bra", "dol", "fen", "gar", "hul", "jit", "kov", "lem", "nar", "pok", "rul", "sev", "tam", "vor", "zim")


def read_headlines(path: Path) -> list[Headline]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    rows = [json.loads(line) for line in text.split("\n")[:-1]]
    return [
        Headline(article=str(number), day=date.fromisoformat(row["date"]), text=row["title"])
        for number, row in enumerate(rows)
        if row.get("title")
    ]


def alarms_in(headlines: Sequence[Headline], *, show: bool) -> list[date]:
    lexicon = load_tone_lexicon()
    surges = find_surges(headlines, {name: lexicon.fields[name] for name in SURGING}, a_year=SURGES_A_YEAR)
    held = [lexicon.fields_in(one.text) for one in headlines]
    levels = cuts_of_fields(held, [one.day for one in headlines], LEVELS, step=Step.WEEK)
    if show:
        for surge in surges:
            print(f"{surge.day} surge {surge.weight:.0f}: {', '.join(surge.phrases)}")
        for day in levels:
            print(f"{day} level")
    days = [surge.day for surge in surges]
    return sorted([*days, *(day for day in levels if all(abs((day - one).days) > ONE_DAYS for one in days))])


def known_breaks() -> list[date]:
    raw = tomllib.loads((Path(__file__).parent / "breaks.toml").read_text(encoding="utf-8"))
    return sorted(row["day"] for row in raw["break"])


def measure_breaks(headlines: Sequence[Headline], *, show: bool) -> dict[str, object]:
    first, last = min(one.day for one in headlines), max(one.day for one in headlines)
    known = [day for day in known_breaks() if first <= day <= last]
    alarms = alarms_in(headlines, show=show)
    found = [day for day in known if any(abs((day - alarm).days) <= WITHIN_DAYS for alarm in alarms)]
    false = [alarm for alarm in alarms if all(abs((day - alarm).days) > WITHIN_DAYS for day in known)]
    years = ((last - first).days + 1) / 365.25
    return {
        "headlines": len(headlines),
        "years": round(years, 2),
        "breaks_in_these_days": len(known),
        "breaks_found": len(found),
        "share_found": len(found) / len(known),
        "alarms": len(alarms),
        "false_alarms": len(false),
        "false_alarms_a_year": round(len(false) / years, 3),
        "chance": round(by_chance(len(alarms), years), 3),
        "missed": [day.isoformat() for day in known if day not in found],
    }


def by_chance(alarms: int, years: float) -> float:
    """The share of breaks that as many alarms on random days would find."""
    days = years * 365.25
    return 1 - (1 - (2 * WITHIN_DAYS + 1) / days) ** alarms


def measure_planted(headlines: Sequence[Headline]) -> dict[str, object]:
    lexicon, chance = load_tone_lexicon(), random.Random(SEED)  # noqa: S311  planting is no secret
    middle = date(2005, 7, 1)
    earlier = [one.text for one in headlines if middle - timedelta(days=182) <= one.day < middle]
    later = [one.text for one in headlines if middle <= one.day < middle + timedelta(days=182)]
    names = [invent(chance) for _ in range(PLANTED)]
    for name in names:
        for place in chance.sample(range(len(later)), TIMES):
            later[place] = plant(later[place], name, chance)
    sides = [[Passage(article=str(n), text=text) for n, text in enumerate(side)] for side in (earlier, later)]
    appeared = compare_passages(sides[0], sides[1], hardness=lexicon.hardness)
    vanished = compare_passages(sides[1], sides[0], hardness=lexicon.hardness)
    return {
        "planted": PLANTED,
        "phrases_that_differ": len(appeared.formulas),
        "planted_appeared": recalled(names, appeared.formulas, Change.APPEARED),
        "planted_vanished": recalled(names, vanished.formulas, Change.VANISHED),
        "found_where_nothing_changed": measure_nothing(later, chance),
    }


def measure_nothing(texts: Sequence[str], chance: random.Random) -> int:
    """Formulas that seem to differ between two random halves of one half year."""
    mixed = chance.sample(texts, len(texts))
    halves = [
        [Passage(article=str(n), text=text) for n, text in enumerate(half)]
        for half in (mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :])
    ]
    return len(compare_passages(*halves, hardness=load_tone_lexicon().hardness).formulas)


def invent(chance: random.Random) -> str:
    return " ".join("".join(chance.choices(SYLLABLES, k=2)) for _ in range(chance.choice((2, 3, 4))))


def plant(headline: str, name: str, chance: random.Random) -> str:
    words = headline.split()
    place = chance.randrange(len(words) + 1)
    return " ".join([*words[:place], name, *words[place:]])


def recalled(names: Sequence[str], formulas: Sequence[Any], change: Change) -> float:
    """Names that are reported, alone or as part of a longer phrase."""
    told = [one.phrase for one in formulas if one.change is change]
    return sum(any(f" {name} " in f" {phrase} " for phrase in told) for name in names) / len(names)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--headlines", type=Path, help="another file of {date, title} a line")
    parser.add_argument("--show", action="store_true", help="print every alarm")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    headlines = read_headlines(args.headlines or args.shared / HEADLINES)
    figures = measure_breaks(headlines, show=args.show) | measure_planted(headlines)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
