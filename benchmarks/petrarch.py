"""Codes of a user's own PETRARCH dictionaries, on the sentences by which PETRARCH itself is tested.

    python -m benchmarks.petrarch [--shared ../shared] [--json OUT] [--show]

The dictionaries of the set are written in PETRARCH's form and imported as a user's would be. `codes`: of the events
that are expected, the share of which both codes are given to somebody whom the sentence names, the actor's and the
recipient's; `dated`: the same of the sentences that test roles with dates. What is expected of nobody in the
dictionaries ("---", "###", "XYZ", no code) is not counted. `events`: the share that is found as an event of the reader
with that actor and that recipient, without the verbs of the set, which are no part of it; codes of events differ from
CAMEO's in many of them and are not compared.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from itertools import permutations, product
from pathlib import Path
from typing import Any

from benchmarks.read import Row, as_article, rows_of
from onrecord.connect import Linker
from onrecord.connect.coding import code_text
from onrecord.lexicon.actors import Actor, Catalogue, load_actors
from onrecord.lexicon.actors.petrarch import parse_petrarch
from onrecord.lexicon.events import load_code_book
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.acts import load_act_model
from onrecord.models.attribution import load_attribution_model
from onrecord.pipeline import identify
from onrecord.reading import Judges, read_article
from onrecord.records import Event, Party

_NOBODY = ("---", "###", "+++", "XYZ")
Pair = tuple[str, str]


def as_dictionary(rows: Sequence[Row]) -> str:
    """Entries as PETRARCH has them in a file."""
    return "\n".join(line for row in rows for line in lines_of(row)) + "\n"


def lines_of(row: Row) -> Iterator[str]:
    words: Any = row.get("values") or row.get("aliases") or ()
    if "substitution" in row:
        yield f"{row['substitution']} = {', '.join(words)}"
        return
    roles: Any = row["roles"]
    yield str(row["name"]).replace(" ", "_")
    yield from (f"+{alias.replace(' ', '_')}" for alias in words)
    yield from (f"\t[{role.get('code', '')}{role.get('raw', '')}{dates_of(role)}]" for role in roles)


def dates_of(role: dict[str, str]) -> str:
    start, end = (role.get(key, "").replace("-", "") for key in ("from", "to"))
    if start and end:
        return f" {start}-{end}"
    return f" >{start}" if start else f" <{end}" if end else ""


def own_catalogue(folder: Path) -> Catalogue:
    actors: list[Actor] = []
    for name in ("actors", "agents"):
        found = parse_petrarch(as_dictionary(rows_of(folder / f"petrarch_validate_{name}.jsonl")), today="2014-09-24")
        actors += found.actors
        for bad in found.bad:
            print(f"rejected: {name}, {bad}")
    return load_actors().with_own(actors)


def wanted_of(row: Row) -> list[Pair]:
    """The pairs of codes that a sentence must give, without those in which somebody has none."""
    events: Any = row["events"]
    pairs = [(event.get("actor_code"), event.get("recipient_code")) for event in events]
    return [(a, b) for a, b in pairs if a and b and not f"{a} {b}".startswith(_NOBODY) and b[:3] not in _NOBODY]


def pairs_of(event: Event) -> set[Pair]:
    """Each who acts with each at whom; those who do something together, each with each."""
    actors, recipients = ({code_of(party) for party in side} for side in (event.actor, event.recipient))
    if actors and recipients:
        return set(product(actors, recipients))
    return set(permutations(actors or recipients, 2))


def code_of(party: Party) -> str:
    return f"{party.country or ''}{party.sector or ''}"


def measure(args: argparse.Namespace) -> Row:
    catalogue = own_catalogue(args.shared / "data/actors")
    lexicon, linker = load_speech_lexicon(), Linker(catalogue)
    judges = Judges(
        model=load_attribution_model(threads=1), acts=load_act_model(), lexicon=lexicon, book=load_code_book()
    )
    told: list[tuple[str, bool, bool]] = []
    rows = rows_of(args.shared / "data/events/petrarch_unit/dev.jsonl")
    for row in rows:
        article = as_article(row)
        named = code_text(article.text, catalogue, date=str(row["date"]))
        codes = {code_of(party) for some in named.lists for party in some}
        found = identify(article, read_article(article, judges), lexicon=lexicon, linker=linker)
        pairs: set[Pair] = set().union(*(pairs_of(event) for event in found.events))
        for pair in wanted_of(row):
            told.append((str(row["category"]), codes.issuperset(pair), pair in pairs))
            if args.show and not all(told[-1][1:]):
                print(f"{row['id']}: {pair} of {sorted(codes)}, events {sorted(pairs)}")
    dated = [is_coded for category, is_coded, _ in told if category == "DATE"]
    return {
        "sentences": len(rows),
        "expected": len(told),
        "codes": sum(is_coded for _, is_coded, _ in told) / len(told),
        "expected_dated": len(dated),
        "dated": sum(dated) / len(dated),
        "events": sum(is_found for *_, is_found in told) / len(told),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--show", action="store_true", help="print what is not as expected")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = measure(args)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
