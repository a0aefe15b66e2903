"""Persons: read from each source, joined, and their terms joined with what several sources say of one."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from onrecord.lexicon.actors.folding import fold, fold_words, order_free_key
from onrecord.lexicon.actors.words import load_mention_words
from training.actors.countries import HAND, Country, cells, rows
from training.actors.facts import Person, Term

SUPRANATIONAL = {"UNO", "EUR", "IGO"}
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_FACTBOOK = re.compile(
    r"^((?:Transition(?:al)? |Interim |Acting )?(?:President|Prime Minister|Chancellor|Premier|King|Queen|Emperor"
    r"|Sultan|Amir|Grand Duke|Federal Chancellor|Taoiseach)) (?!of |and )([^(,;]+)"
    r" \(since (?:(\d{1,2}) )?(?:(\w+) )?(\d{4})\)"
)
_RANK = re.compile(r"^(?:(?:Col|Gen|Lt|Brig|Maj|Capt|Sgt|Dr|Sheikh|Ratu|Sir)\.? )+")
_POSITIONS = {  # as world_leaders and the Factbook word them -> as office_terms does
    "Federal Chancellor": "Chancellor",
    "Amir": "Emir",
    "Transition President": "President",
    "Transitional President": "President",
    "Interim President": "President",
    "Interim Prime Minister": "Prime Minister",
    "Transition Prime Minister": "Prime Minister",
}
_COUNTRY_OF_COW: dict[str, str] = tomllib.loads((HAND / "codes.toml").read_text(encoding="utf-8"))["cow"]
_NOT_A_STATE = {"BAV", "GDR", "OFS", "RVN", "TBT", "TRA", "VIE", "YPR", "ZAN", "MNG", "KOR", "VNM"}  # MNG: Montenegro


def read_people(shared: Path, countries: dict[str, Country]) -> list[Person]:
    """Everybody of all sources, each once."""
    knowledge = shared / "data/knowledge"
    people = _office_holders(knowledge / "officeholders", countries)
    register = Register(people)
    for person in _world_leaders(knowledge / "officeholders/world_leaders_2021.csv", countries):
        register.add(person)
    for person in _by_hand():
        register.add(person)
    for person in _factbook_leaders(countries.values()):
        register.add(person, loose=True)
    for person in _archigos(knowledge / "archigos/leader_spells.csv"):
        register.add(person, loose=True, only_new_terms=True)
    for person in _petrarch(shared / "data/actors/countries_actors.jsonl", countries):
        register.add(person, loose=True, only_new_terms=True)
    for person in register.people:
        # A term that ends before it begins is wrong in one of the two: nothing is claimed of it.
        person.terms = join_terms([t for t in person.terms if not t.end or t.start <= t.end + "~"])
    return register.people


class Register:
    """People found so far, and who of them a new one is."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = list(people)
        self._by_wikidata = {p.wikidata: p for p in self.people if p.wikidata}
        self._by_key: dict[str, list[Person]] = defaultdict(list)
        self._by_surname: dict[tuple[str, str], list[Person]] = defaultdict(list)
        for person in self.people:
            self._index(person)

    def add(self, person: Person, *, loose: bool = False, only_new_terms: bool = False) -> None:
        """Join a person with the one it is, or keep it as new."""
        known = self._by_wikidata.get(person.wikidata) if person.wikidata else None
        known = known or self._find(person)
        if known is None and loose:
            known = self._find_loosely(person) or self._find_in_office(person)
        if known is None:
            self.people.append(person)
            self._index(person)
            if person.wikidata:
                self._by_wikidata[person.wikidata] = person
            return
        if not known.terms or not only_new_terms:
            known.terms += person.terms
        if not loose:
            known.names |= {person.name, *person.names}
        if person.pinned:
            known.names |= {known.name}
            known.name = person.name
        known.names.discard(known.name)
        known.pinned = known.pinned or person.pinned
        known.sources |= person.sources
        self._index(known)

    def _index(self, person: Person) -> None:
        for key in sorted(person.name_keys()):
            if person not in self._by_key[key]:
                self._by_key[key].append(person)
        for name in (person.name, *person.names):
            for word in fold_words(name):
                found = self._by_surname[person.country, word]
                if person not in found:
                    found.append(person)

    def _find(self, person: Person) -> Person | None:
        found = {
            id(p): p for key in sorted(person.name_keys()) for p in self._by_key.get(key, ()) if _may_be_one(p, person)
        }
        first = order_free_key(person.name)
        return max(
            found.values(), key=lambda p: (first in p.name_keys(), _shared(p, person), len(p.terms)), default=None
        )

    def _find_loosely(self, person: Person) -> Person | None:
        """Of the same country, all words of the shorter name within the longer, two or more of them."""
        words = set(fold_words(person.name))
        if len(words) < 2:
            return None
        near = {id(p): p for word in sorted(words) for p in self._by_surname.get((person.country, word), ())}
        fits = [p for p in near.values() if any(_within(words, set(fold_words(n))) for n in (p.name, *p.names))]
        return max(fits, key=lambda p: (_shared(p, person), len(p.terms)), default=None)

    def _find_in_office(self, person: Person) -> Person | None:
        """Of the same country and surname, and began to lead it in the same days, as Archigos dates it."""
        if not person.terms or person.terms[0].position != "Leader":
            return None
        surname, start = fold_words(person.name)[-1], person.terms[0].start
        same = self._by_surname.get((person.country, surname), ())
        return next((p for p in same if any(_days_between(t.start, start) < 40 for t in p.terms)), None)


def _days_between(one: str, other: str) -> int:
    if len(one) < 10 or len(other) < 10:
        return 99_999
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)


def _within(one: set[str], other: set[str]) -> bool:
    small, large = sorted((one, other), key=len)
    return len(small) >= 2 and small <= large


def _may_be_one(known: Person, new: Person) -> bool:
    if known.pinned and new.pinned:
        return False  # the hand layer names nobody twice
    return known.country == new.country or bool({known.country, new.country} & SUPRANATIONAL)


def _shared(known: Person, new: Person) -> int:
    return len({(t.position, t.country) for t in known.terms} & {(t.position, t.country) for t in new.terms})


def _office_holders(folder: Path, countries: dict[str, Country]) -> list[Person]:
    code_of = {c.wikidata: code for code, c in countries.items() if c.wikidata} | {"Q219060": "PSE"}
    people: dict[str, Person] = {}
    with (folder / "office_terms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            position = row["position"].strip()
            code = code_of.get(row["jurisdiction_qid"]) or _body_of(position)
            person = people.setdefault(row["person_qid"], Person(row["person"], code, wikidata=row["person_qid"]))
            person.terms.append(Term(_capital(position), code, row["start"], row["end"], "officeholders"))
            person.sources.add("officeholders")
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if known := people.get(row["qid"]):
                known.names |= _other_names(row) - {known.name}
                known.born = row["dob"]
    for person in people.values():
        at_home = [t.country for t in person.terms if t.country not in SUPRANATIONAL] or [person.country]
        person.country = max(at_home, key=at_home.count)
    return list(people.values())


def _body_of(position: str) -> str:
    is_un = "United Nations" in position or "International Court" in position
    return "UNO" if is_un else "IGO"


def _other_names(row: dict[str, str]) -> set[str]:
    names = {re.sub(r" \(.*\)$", "", row["enwiki"])} if row["enwiki"] else set()
    labels = json.loads(row["labels_json"]) if row["labels_json"] else {}
    names |= {labels[language] for language in ("en", "ko", "zh", "ja", "ru") if language in labels}
    return {re.sub(r" \(.*\)$", "", name).strip() for name in names} - {""}


def _world_leaders(path: Path, countries: dict[str, Country]) -> Iterator[Person]:
    code_of = {c.wikidata: c for c in countries.values() if c.wikidata}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            country = code_of.get(row["countryid"])
            if country is None or not row["officeholderLabel"] or not row["officeholder"]:
                continue
            position = re.split(r" of (?:the )?(?!the\b)(?=[A-Z])", row["positionLabel"])[0]
            position = _POSITIONS.get(_capital(position), _capital(position))
            term = Term(position, country.code, row["start_year"], row["end_year"], "leaders")
            name = re.sub(r" of [A-Z].*$", "", row["officeholderLabel"])
            yield Person(name, country.code, wikidata=row["officeholder"], terms=[term], sources={"leaders"})


def _by_hand() -> Iterator[Person]:
    people: dict[str, Person] = {}
    for row in rows(HAND / "people.csv"):
        person = people.setdefault(row["name"], Person(row["name"], row["country"], sources={"hand"}, pinned=True))
        if person.country in SUPRANATIONAL:
            person.country = row["country"]
        person.names |= set(cells(row["others"]))
        person.terms += [_hand_term(text, row["country"]) for text in cells(row["roles"])]
    for person in people.values():
        person.names |= {person.name} if "(" in person.name else set()
        person.name = re.sub(r" \(.*\)$", "", person.name)
        person.names = {re.sub(r" \(.*\)$", "", name) for name in person.names} - {person.name}
        yield person


def _hand_term(text: str, country: str) -> Term:
    title, _, dates = text.partition("@")
    start, _, end = dates.strip().partition("..")
    return Term(title.strip(), country, start.strip(), end.strip(), "hand")


def _factbook_leaders(countries: Iterable[Country]) -> Iterator[Person]:
    for country in countries:
        for field in ("chief_of_state", "head_of_government"):
            match = _FACTBOOK.match(country.factbook.get(field, ""))
            if match is None or not country.is_state:
                continue
            title, name, day, month, year = match.groups()
            name = _cased(_RANK.sub("", name))
            if len(name.split()) < 2 and "King" not in title:
                continue
            if (
                title in {"King", "Queen", "Emperor", "Sultan"}
                and country.code != "GBR"
                and "represented" in match.string
            ):
                continue
            start = year
            if month and month.lower() in MONTHS:
                start += f"-{MONTHS.index(month.lower()) + 1:02d}" + (f"-{int(day):02d}" if day else "")
            position = _POSITIONS.get(title, title)
            term = Term(position, country.code, start, "", "factbook")
            yield Person(name, country.code, terms=[term], sources={"factbook"})


def _cased(name: str) -> str:
    """The name without words in capitals: "LEE Jae-myung" is "Lee Jae-myung"."""
    roman = re.compile(r"^[IVX]+$")
    words = [w if not w.isupper() or roman.match(w) or len(w) == 1 or "." in w else _title(w) for w in name.split()]
    return " ".join(words)


def _title(word: str) -> str:
    return "-".join(
        "'".join(part[:1].upper() + part[1:].lower() for part in half.split("'")) for half in word.split("-")
    )


def _archigos(path: Path) -> Iterator[Person]:
    with path.open(encoding="utf-8", newline="", errors="replace") as file:
        for row in csv.DictReader(file):
            name, code = row["leader"].strip(), row["idacr"]
            if code in _NOT_A_STATE or "\ufffd" in name or "," in name or len(name.split()) < 2:
                continue
            name = re.sub(r"^([A-Z]\.)([A-Z])", r"\1 \2", name.replace("`", "'"))
            country = _COUNTRY_OF_COW.get(code, code)
            term = Term("Leader", country, row["start"], row["end"], "archigos")
            yield Person(name, country, terms=[term], sources={"archigos"})


def _petrarch(path: Path, countries: dict[str, Country]) -> Iterator[Person]:
    """Persons with dated roles; the roles tell no office, so they become "official" with the sector of the code."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        dated = [
            r for r in row["roles"] if r.get("from") and r.get("code", "")[3:6] in {"GOV", "MIL", "LEG", "JUD", "SPY"}
        ]
        names = [row["name"], *row.get("aliases", ())]
        if not dated or not all(_is_a_persons_name(name) for name in names[:1]):
            continue
        country = dated[0]["code"][:3]
        if country not in countries:
            continue
        terms = [Term(_sector_title(r["code"][3:]), country, r["from"], r.get("to", ""), "petrarch") for r in dated]
        first, *others = [_cased(name) for name in names if _is_a_persons_name(name)]
        yield Person(first, country, names=set(others) - {first}, terms=terms, sources={"petrarch"})


def _is_a_persons_name(name: str) -> bool:
    words = name.split()
    if any(word.lower().strip(".") in load_mention_words().titles for word in words):
        return False
    return 2 <= len(words) <= 4 and all(re.fullmatch(r"[A-Z'`.-]+", w) for w in words) and len(name) < 40


def _sector_title(code: str) -> str:
    titles = {
        "GOVMIL": "Defence official",
        "MIL": "Military officer",
        "LEG": "Member of parliament",
        "JUD": "Member of the judiciary",
    }
    titles |= {
        "GOVLEG": "Member of parliament",
        "GOVJUD": "Justice official",
        "SPY": "Intelligence official",
        "GOVSPY": "Intelligence official",
    }
    return titles.get(code, "Government official")


def _capital(position: str) -> str:
    return position[:1].upper() + position[1:]


def join_terms(terms: list[Term]) -> list[Term]:
    """One term where several sources tell of the same; the newest source that knows an end gives it."""
    groups: list[list[Term]] = []
    for term in sorted(terms, key=lambda t: (t.position, t.country, t.start)):
        group = next((g for g in groups if _is_same(g[0], term)), None)
        if group is None:
            groups.append([term])
        else:
            group.append(term)
    return sorted((_joined(group) for group in groups), key=lambda t: (t.start, t.end or "9"))


def _is_same(one: Term, other: Term) -> bool:
    if (one.position, one.country) != (other.position, other.country):
        return False
    if not one.end and not other.end and one.source != other.source and "factbook" in (one.source, other.source):
        return True  # re-elections: the Factbook counts from the last
    if other.start <= (one.end or "9") and one.source != other.source and one.end == other.end and one.end:
        return True
    return one.start[:4] == other.start[:4] and (
        one.start.startswith(other.start) or other.start.startswith(one.start) or one.source != other.source
    )


def _joined(group: list[Term]) -> Term:
    order = ["petrarch", "archigos", "leaders", "officeholders", "hand", "factbook"]
    newest = max(group, key=lambda t: order.index(t.source))
    by_hand = next((t for t in group if t.source == "hand"), newest)
    start = min((t.start for t in group), key=lambda s: (s[:4], -len(s), s))
    end = by_hand.end or newest.end
    source = "hand" if by_hand.source == "hand" and by_hand.end else newest.source
    return Term(newest.position, newest.country, start, end, source)


def key_of(name: str) -> str:
    return order_free_key(name) or fold(name)
