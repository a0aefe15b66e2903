"""Countries: codes, names, demonyms, capitals, form of government; joined from three sources and the hand layer."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.lexicon.actors.folding import fold

HAND = Path(__file__).parent / "hand"
_PLURAL = re.compile(
    r"\(s\)|\(men\)|\(women\)|\(singular.*?\)|\(plural\)|\(collective plural\)|\(US .*?\)|\(colloquial\)"
)
_NO_DEMONYM = {"", "none", "na", "chinese hong kong", "chinese/hong kong", "chinese/hong konger", "congo"}
_WITH_THE = {"United States", "United Kingdom", "Netherlands", "Philippines", "Bahamas", "Maldives", "Gambia"}
_ARTICLE = re.compile(r"United|Republic|Islands|Emirates|Federation|Comoros|Seychelles")
# Kosovo has no row in the list of codes; of these two the list gives the kingdom, office holders the country.
_WIKIDATA = {"XKX": "Q1246", "NLD": "Q55", "DNK": "Q35"}


@dataclass
class Country:
    code: str
    name: str
    names: list[str] = field(default_factory=list)
    demonyms: list[str] = field(default_factory=list)
    seats: list[str] = field(default_factory=list)
    wikidata: str = ""
    is_parliamentary: bool = False
    military: str = ""
    is_state: bool = True
    factbook: dict[str, str] = field(default_factory=dict)

    def the(self) -> str:
        """The name as it stands behind "of"."""
        wants = self.name in _WITH_THE or (_ARTICLE.search(self.name) and not self.name.startswith("The"))
        return f"the {self.name}" if wants else self.name


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of one of our own files: "|" between cells, lines that begin with "#" are comments."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="|", quoting=csv.QUOTE_NONE, strict=True))


def cells(text: str | None) -> list[str]:
    return [cell.strip() for cell in (text or "").split(";") if cell.strip()]


def read_countries(knowledge: Path) -> dict[str, Country]:
    """All countries by ISO code, with Kosovo (XKX) and the European Union (EUR)."""
    found, by_gec = _from_codes(knowledge / "country_codes/country_codes.csv")
    _add_factbook(found, by_gec, knowledge / "factbook/countries.jsonl")
    for row in rows(HAND / "countries.csv"):
        first, *others = cells(row["names"])
        country = found.setdefault(row["code"], Country(row["code"], first))
        country.names = [*others, *country.names, country.name]
        country.name = first
        country.demonyms = [*cells(row["demonyms"]), *(d for d in country.demonyms if d != "Korean")]
        country.seats = [*cells(row["seats"]), *country.seats] or country.seats
    for code, wikidata in _WIKIDATA.items():
        found[code].wikidata = wikidata
    for country in found.values():
        country.names = [n for n in dict.fromkeys(country.names) if n and n != country.name]
        country.demonyms = list(dict.fromkeys(country.demonyms))
        country.seats = [s for at, s in enumerate(country.seats) if not _is_among(s, country.seats[:at])]
    return found


def _is_among(seat: str, seats: list[str]) -> bool:
    known = {fold(name) for other in seats for name in other.split("=")}
    return any(fold(name) in known for name in seat.split("="))


def _from_codes(path: Path) -> tuple[dict[str, Country], dict[str, str]]:
    found, by_gec = {}, {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["ISO3166-1-Alpha-3"]
            short = re.sub(r" \(.*\)$", "", row["CLDR display name"] or row["official_name_en"])
            others = [
                row["official_name_en"],
                row["UNTERM English Short"],
                row["UNTERM English Formal"].removeprefix("the "),
            ]
            others += [row[f"UNTERM {language} Short"] for language in ("Chinese", "Russian")]
            seats = [row["Capital"]] if row["Capital"].strip() and len(row["Capital"]) > 2 else []
            wikidata = row["wikidata_id"].rpartition("/")[2]
            cleaned = [re.sub(r" \(.*\)", "", name).strip() for name in others]
            found[code] = Country(
                code, short, cleaned, [], seats, wikidata, is_state=bool(row["UNTERM English Formal"].strip())
            )
            by_gec[row["FIPS"].strip().lower()] = code
    return found, by_gec


def _add_factbook(found: dict[str, Country], by_gec: dict[str, str], path: Path) -> None:
    by_name = {fold(name): code for code, c in found.items() for name in (c.name, *c.names)}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        code = "XKX" if row["gec"] == "kv" else by_gec.get(row["gec"]) or by_name.get(fold(row["name"]))
        if code is None:
            continue
        country = found.setdefault(code, Country(code, row["name"]))
        country.demonyms += _demonyms(row["demonym_adj"]) + _demonyms(row["demonym_noun"])
        country.names += [n for n in (row["name"], row["long"]) if n and n.lower() not in {"none", "na"}]
        kind = row["government_type"]
        country.is_parliamentary = "parliamentary" in kind or kind == "federal republic"
        country.military = row["military"]
        country.factbook = row


def _demonyms(text: str) -> list[str]:
    plain = text.split(";", maxsplit=1)[0] if "note" in text else text
    parts = re.split(r" or |, |; |/", _PLURAL.sub("", plain))
    found = [part.strip() for part in parts if part.strip().lower() not in _NO_DEMONYM]
    return [d for d in found if "(" not in d] + [f"{d}s" for d in found if "(s)" in text and "(" not in d]
