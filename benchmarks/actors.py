"""Who is meant: linking to the actors catalogue, and country and sector of whoever is spoken of.

    python -m benchmarks.actors officeholders|gum|ngec_actor|catalogue [--shared ../shared] [--json FILE] [--show N]

- `officeholders`: 500 terms (seeded) from knowledge/officeholders, of which the catalogue is made; each person by a
  name that is not the stored one (surname first, no hyphens, no accents, initials, title and surname), on a day within
  the term, in an article about the country. Distractors are all others of that surname in the catalogue. Right: the
  person first and clear of doubt, and the position among the roles that it held on that day.
- `gum`: mentions of coref/gum that have a Wikipedia link and a proper noun; the link counts as covered if exactly one
  actor has that title as a name. Precision and recall over the covered ones; what becomes of the others apart.
- `ngec_actor`: expected country and sector of events/ngec_actor. These cases served for measuring only.
- `catalogue`: size, time to load (the best of nine, other work aside), mentions a second.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import subprocess
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from onrecord.connect import Context, Description, Link, Linker, Outcome, describe, read_context
from onrecord.lexicon.actors import Actor, ActorKind, load_actors
from onrecord.lexicon.actors.folding import fold

Row = dict[str, Any]
SEED, SAMPLE = 20, 500
LAST_DAY = date(2023, 2, 1)  # of the source
AS_OF = "2022-06-01"  # when the cases of ngec_actor were written
SURNAME_FIRST = {"North Korea", "South Korea", "China", "Taiwan", "Vietnam", "Cambodia"}


# ------------------------------------------------------------------------------------------------ office holders


def surname_first(name: str, *, is_eastern: bool) -> str:
    words = name.split()
    return " ".join([*words[1:], words[0]]) if is_eastern else " ".join([words[-1], *words[:-1]])


def initials(name: str, *, is_eastern: bool) -> str:
    words = re.split(r"[ -]", name)
    if is_eastern:
        return f"{'. '.join(w[0] for w in words[1:])}. {words[0]}"
    return f"{' '.join(w[0] + '.' for w in name.split()[:-1])} {name.rsplit(maxsplit=1)[-1]}"


def without_accents(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def title_and_surname(row: Row, *, is_eastern: bool) -> str:
    words = row["person"].split()
    return f"{row['position']} {words[0] if is_eastern else words[-1]}"


def variants(row: Row) -> dict[str, str]:
    """Names of a person other than the stored one, by kind."""
    name, is_eastern = row["person"], row["jurisdiction"] in SURNAME_FIRST
    if " " not in name or name.split()[-1].endswith("."):
        return {}
    made = {
        "surname first": surname_first(name, is_eastern=is_eastern),
        "no hyphens": name.replace("-", " "),
        "no accents": without_accents(name),
        "initials": initials(name, is_eastern=is_eastern),
        "title and surname": title_and_surname(row, is_eastern=is_eastern),
    }
    return {kind: made_name for kind, made_name in made.items() if made_name != name}


def sample_terms(shared: Path, seed: int) -> list[tuple[Row, str, str, str]]:
    """Term, kind of variant, variant, day: kinds in turn, as far as a name has them."""
    chance = random.Random(seed)  # noqa: S311  a sample, no secret
    with (shared / "data/knowledge/officeholders/office_terms.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chance.shuffle(rows)
    kinds = ["surname first", "no hyphens", "no accents", "initials", "title and surname"]
    found: list[tuple[Row, str, str, str]] = []
    for row in rows:
        made = variants(row)
        wanted = kinds[len(found) % len(kinds)]
        if wanted in made and row["start"] and re.match(r"Q\d", row["jurisdiction_qid"]):
            found.append((row, wanted, made[wanted], day_within(row, chance)))
        if len(found) == SAMPLE:
            break
    return found


def day_within(row: Row, chance: random.Random) -> str:
    first = as_day(row["start"], last=False)
    last = as_day(row["end"], last=True) if row["end"] else LAST_DAY
    return (first + timedelta(days=chance.randrange(max(1, (last - first).days)))).isoformat()


def as_day(text: str, *, last: bool) -> date:
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    return date(year, month or (12 if last else 1), day or (28 if last else 1))


def officeholders(args: argparse.Namespace) -> Row:
    linker = Linker(load_actors())
    country_of = {a.wikidata: a.country for a in all_actors(linker) if a.kind is ActorKind.COUNTRY}
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    person_right = alone = 0
    terms = sample_terms(args.shared, args.seed)
    for row, kind, name, day in terms:
        total[kind] += 1
        context = Context(countries={country_of[row["jurisdiction_qid"]] or "": 1.0})
        link = linker.link(name, date=day, context=context)
        is_person, is_role = judge(link, row, day, linker)
        person_right += is_person
        right[kind] += is_person and is_role
        alone += all(judge(linker.link(name, date=day), row, day, linker))
        if not (is_person and is_role) and args.show:
            print(kind, name, day, row["person"], row["position"], row["jurisdiction"], "->", shown(link))
    return {
        "cases": len(terms),
        "person_and_role": sum(right.values()) / len(terms),
        "person": person_right / len(terms),
        "without_article": alone / len(terms),
    } | {f"by_kind.{kind.replace(' ', '_')}": right[kind] / total[kind] for kind in total}


def judge(link: Link, row: Row, day: str, linker: Linker) -> tuple[bool, bool]:
    """Is it the person, and had it the position on that day?"""
    if link.best is None:
        return False, False
    actor = linker.catalogue.get(link.best.id)
    assert actor is not None
    held = [fold(role.title) for role in actor.roles if role.held_on(day)]
    return actor.wikidata == row["person_qid"], any(
        fold(row["position"]) in title or "ambassador of" in title for title in held
    )


def shown(link: Link) -> str:
    found = [(c.id, c.score, c.role.title if c.role else None) for c in link.candidates[:2]]
    return f"{link.outcome} {found}"


def all_actors(linker: Linker) -> Iterable[Actor]:
    return (linker.catalogue.actor(number) for number in range(len(linker.catalogue)))


# ------------------------------------------------------------------------------------------------------------ GUM

KINDS_OF = {
    "person": {ActorKind.PERSON, ActorKind.PEOPLE},
    "place": {ActorKind.COUNTRY, ActorKind.PLACE},
    "organization": set(ActorKind) - {ActorKind.PERSON, ActorKind.PEOPLE, ActorKind.PLACE, ActorKind.OFFICE},
}


def gum(args: argparse.Namespace) -> Row:
    linker = Linker(load_actors())
    gold_of = titles_of(linker)
    counts: Counter[str] = Counter()
    for line in (args.shared / "data/coref/gum/dev.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        mentions = named_mentions(article)
        context = read_context([name_of(article, m) for m in mentions], linker, date=article["date"])
        for mention in mentions:
            if mention.get("wiki"):
                link = linker.link(name_of(article, mention), date=article["date"], context=context)
                count_mention(counts, mention, link, gold_of, args)
    covered, linked = counts["covered"], counts["linked"]
    return {
        "mentions": covered + counts["not covered"],
        "covered": covered,
        "coverage": covered / (covered + counts["not covered"]),
        "precision": counts["right"] / linked,
        "recall": counts["right"] / covered,
        "not_covered_left_alone": 1 - counts["not covered but linked"] / counts["not covered"],
        "precision_over_all": counts["right"] / (linked + counts["not covered but linked"]),
    }


def count_mention(
    counts: Counter[str],
    mention: Row,
    link: Link,
    gold_of: Mapping[tuple[str, str], set[str]],
    args: argparse.Namespace,
) -> None:
    gold = gold_of.get((title_key(mention["wiki"]), mention["etype"]), set())
    best = link.best.id if link.best else None
    if len(gold) != 1:
        counts["not covered"] += 1
        counts["not covered but linked"] += best is not None
        if best and args.show:
            print("NOT COVERED", mention["text"], mention["wiki"], mention["etype"], "->", shown(link))
        return
    counts["covered"] += 1
    counts["linked"] += best is not None
    counts["right"] += best in gold
    if best not in gold and args.show:
        print(
            "MISS" if best is None else "WRONG", mention["text"], mention["wiki"], mention["etype"], "->", shown(link)
        )


def titles_of(linker: Linker) -> dict[tuple[str, str], set[str]]:
    """Actors by title of an English article and type of entity: those that have it as their first name, else as any."""
    first: dict[tuple[str, str], set[str]] = defaultdict(set)
    any_name: dict[tuple[str, str], set[str]] = defaultdict(set)
    for actor in all_actors(linker):
        for etype, kinds in KINDS_OF.items():
            if actor.kind in kinds:
                first[title_key(actor.name), etype].add(actor.id)
                for name in actor.names:
                    if len(fold(name)) > 3:
                        any_name[title_key(name), etype].add(actor.id)
    return dict(any_name) | dict(first)


def title_key(title: str) -> str:
    return fold(unquote(title).replace("_", " "))


def named_mentions(article: Row) -> list[Row]:
    """Mentions with a proper noun before the first preposition, verb or comma; others name nobody, they describe."""
    found = []
    for mention in article["mentions"]:
        inside = [tag for start, end, tag in article["tokens"] if mention["start"] <= start and end <= mention["end"]]
        head = list(takewhile(lambda tag: tag not in {"ADP", "VERB", "AUX", "PUNCT", "SCONJ"}, inside))
        if "PROPN" in head:
            found.append(mention)
    return found


def name_of(article: Row, mention: Row) -> str:
    return str(article["text"][mention["start"] : mention["end"]])


# ----------------------------------------------------------------------------------------------------------- NGEC


def ngec_actor(args: argparse.Namespace) -> Row:
    linker = Linker(load_actors())
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for line in (args.shared / "data/events/ngec_actor/dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("status") or row["method"] == "query_wiki":
            continue
        day = iso_day(row.get("query_date"))
        context = read_context([row["context"]], linker) if row.get("context") else Context()
        found = describe(row["text"], linker, date=day, context=context)
        for figure, expected, got in expectations(row, found):
            total[figure] += 1
            right[figure] += fits(expected, got)
            if not fits(expected, got) and args.show:
                print(figure, repr(row["text"]), "expected", expected, "got", got, found.actor)
    return {f"{figure}_cases": count for figure, count in total.items()} | {
        figure: right[figure] / count for figure, count in total.items()
    }


def iso_day(text: str | None) -> str:
    """The day of a case, written as 2021-01-06, as 6 January 2021, or as "today"."""
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y"):
        with suppress(ValueError, TypeError):
            return datetime.strptime(text or "", form).date().isoformat()  # noqa: DTZ007
    return AS_OF


def expectations(row: Row, found: Description) -> Iterable[tuple[str, object, str]]:
    expected = row["expect"]
    if "country" in expected:
        yield "country", expected["country"], found.country or ""
    if "code_1" in expected:
        yield "sector", expected["code_1"], found.sector or ""
    if "_result" in expected:
        yield "left_alone", "", found.actor or ""


def fits(expected: object, got: str) -> bool:
    if isinstance(expected, dict):
        return got != expected["ne"] if "ne" in expected else got in expected.get("in", ())
    return bool(expected == got)


# ------------------------------------------------------------------------------------------------------ catalogue


def catalogue(args: argparse.Namespace) -> Row:
    size = len((files("onrecord") / "data" / "actors.bin").read_bytes())
    script = (
        "import onrecord.lexicon.actors as a, time; begun = time.perf_counter(); a.load_actors(); "
        "print(time.perf_counter() - begun)"
    )
    times = sorted(
        float(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout)
        for _ in range(9)
    )
    actors = load_actors()
    return {"actors": len(actors), "bytes": size, "load_s": times[0], "mentions_per_s": speed(args)}


def speed(args: argparse.Namespace) -> float:
    """Mentions of the GUM articles linked in one second, contexts read before; best of three."""
    linker = Linker(load_actors())
    work: list[tuple[Sequence[str], str, Context]] = []
    for line in (args.shared / "data/coref/gum/dev.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        names = [name_of(article, mention) for mention in named_mentions(article)]
        work.append((names, article["date"], read_context(names, linker, date=article["date"])))
    rates = []
    for _ in range(3):
        begun = time.process_time()
        linked = sum(
            linker.link(name, date=day, context=c).outcome is Outcome.LINKED for names, day, c in work for name in names
        )
        rates.append(sum(len(names) for names, _, _ in work) / (time.process_time() - begun))
        assert linked
    return max(rates)


TASKS: dict[str, Callable[[argparse.Namespace], Row]] = {
    "officeholders": officeholders,
    "gum": gum,
    "ngec_actor": ngec_actor,
    "catalogue": catalogue,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--seed", type=int, default=SEED, help="of the sample of office holders")
    parser.add_argument("--show", action="store_true", help="print what is not right")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    figures = TASKS[args.task](args)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
