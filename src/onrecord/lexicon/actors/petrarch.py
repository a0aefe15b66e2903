"""Actor and agent dictionaries of PETRARCH, TABARI's successor, as the user's own actors.

    GOLLUM                          ; a name, with other spellings below it
    +SMEAGOL
        [HOB < 950601]              ; its codes, each with the dates that it holds between
        [HOBGOV 950601-990815]
    MINISTER_OF_!FIELD! [~GOV]      ; an agent: what stands for "~" is the code of whose it is
    !FIELD! = TRADE, WAR            ; what stands for a word between exclamation marks

Source: https://github.com/openeventdata/petrarch2 (Open Event Data Alliance), the dictionaries and their documentation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product
from math import prod

from msgspec import Struct

from onrecord.lexicon.actors.folding import slug
from onrecord.lexicon.actors.own import BadRow, OwnActors, join_actors
from onrecord.lexicon.actors.records import Actor, ActorKind, Role

__all__ = ["PETRARCH", "is_petrarch", "parse_petrarch"]

PETRARCH = "PETRARCH dictionary"  # source of roles whose title is a code
_HIDDEN = re.compile(r"<!\s?--.*?-->", re.DOTALL)
_COMMENT = re.compile(r"(?:^|\s)[#;].*|(?<=\])\s*[#;].*|^<!.*")
_ENTRY = re.compile(r"([^\[\]{}]*)(?:\{([^{}]*)\})?\s*((?:\[[^\[\]]*\]\s*)*)")
_CODE = re.compile(r"\[([^\[\]]*)\]")
_DATED = re.compile(r"([A-Z0-9~+#/-]+?)(?:\s*(<|>)\s*(\d+)|\s+(\d+)\s*-\s*(\d+))?")
_SET = re.compile(r"\s*(![^!\s]+!)\s*=\s*(.+)")
_ANY_SET = re.compile(r"(![^!\s]+!)")
_COUNTRY = re.compile(r"[A-Z]{3}")
_LIKE_ONE = re.compile(
    r"^(?:[+!\w][^\[\]\n,]*|[ \t]+)(?:\[[A-Z0-9~+#/-]{3,}[^\[\]\n]*\][ \t]*)+(?:[#;].*)?$", re.MULTILINE
)
_CENTURY = 30  # two digits below it are a year of this century
_MOST_SPELLINGS = 500  # of one entry, made by its sets of words


class _Entry(Struct):
    line: int
    names: list[str]
    roles: list[Role]


def is_petrarch(text: str) -> bool:
    """Whether a file has the form of such a dictionary, rather than that of `parse_own`."""
    return not text.lstrip().startswith("{") and _LIKE_ONE.search(text) is not None


def parse_petrarch(text: str, *, today: str) -> OwnActors:
    """Actors and agents of a dictionary; each role is a code, as title, with the dates that it holds between.

    Agents are actors of the kind "role". Names are taken as whole words; a blank means the same as "_".

    Args:
        today: stands for `as_of`.
    """
    plain = _HIDDEN.sub(lambda hidden: "\n" * hidden[0].count("\n"), text.removeprefix("\ufeff"))
    lines = [(number, _COMMENT.sub("", line).rstrip()) for number, line in enumerate(plain.splitlines(), 1)]
    sets = {found[1]: _words_of(found[2]) for _, line in lines if (found := _SET.fullmatch(line))}
    entries: list[_Entry] = []
    bad: list[BadRow] = []
    for number, line in lines:
        if line.strip() and not _SET.fullmatch(line):
            wrong = _take(line, number, entries, today)
            bad += [wrong] if wrong else []
    made = [_actor(entry, sets, today) for entry in entries]
    return OwnActors(
        tuple(join_actors(one for one in made if isinstance(one, Actor))),
        tuple(sorted([*bad, *(one for one in made if isinstance(one, BadRow))], key=lambda row: row.line)),
    )


def _take(line: str, number: int, entries: list[_Entry], today: str) -> BadRow | None:
    """Add a line to the entry before it, or begin one with it."""
    parts = _ENTRY.fullmatch(line.strip())
    if parts is None:
        return BadRow(number, "", "neither a name nor a code in brackets")
    name, plural = parts[1].strip(), parts[2]
    if name.startswith("+") or not name:
        if not entries:
            return BadRow(number, "", "it belongs to an entry, and there is none before it")
        entry = entries[-1]
    else:
        entry = _Entry(number, [], [])
        entries.append(entry)
    entry.names += [one for one in (name.removeprefix("+").strip(), *_words_of(plural or "")) if one]
    for code in _CODE.findall(parts[3]):
        role = _role(code.strip(), today)
        if role is None:
            return BadRow(number, "code", f"{code[:60]!r} is no code with dates, as [HOBGOV 950601-990815]")
        entry.roles.append(role)
    return None


def _words_of(listed: str) -> list[str]:
    return [word.strip() for word in listed.split(",") if word.strip()]


def _role(text: str, today: str) -> Role | None:
    found = _DATED.fullmatch(text)
    if found is None:
        return None
    code, sign, day, first, last = found.groups()
    start = first or (day if sign == ">" else None)
    end = last or (day if sign == "<" else None)
    days = [None if one is None else _day(one) for one in (start, end)]
    if "" in days:
        return None
    country, sector = _parts(code)
    return Role(title=code, country=country, sector=sector, start=days[0], end=days[1], source=PETRARCH, as_of=today)


def _parts(code: str) -> tuple[str | None, str | None]:
    """Country and first sector of a code; an agent has no country."""
    country, rest = ("", code.strip("~")) if "~" in code else (code[:3], code[3:])
    return country if _COUNTRY.fullmatch(country) else None, rest[:3] if _COUNTRY.fullmatch(rest[:3]) else None


def _day(digits: str) -> str:
    """ISO date of YYMMDD or YYYYMMDD; empty if it is neither.

    >>> _day("950601"), _day("20121109"), _day("9506")
    ('1995-06-01', '2012-11-09', '')
    """
    if len(digits) == 6:
        digits = ("20" if int(digits[:2]) < _CENTURY else "19") + digits
    if len(digits) != 8 or not ("01" <= digits[4:6] <= "12" and "01" <= digits[6:] <= "31"):
        return ""
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _actor(entry: _Entry, sets: Mapping[str, list[str]], today: str) -> Actor | BadRow:
    if not entry.roles:
        return BadRow(entry.line, "code", f"{entry.names[0][:60]!r} has no code")
    spelt = [_spelt_out(name, sets) for name in entry.names]
    names = list(dict.fromkeys(_shown(one) for some in spelt for one in some or ()))
    if None in spelt:
        return BadRow(entry.line, "name", f"its sets of words make more than {_MOST_SPELLINGS} names")
    if not names or not all(re.search(r"\w", name) for name in names):
        return BadRow(entry.line, "name", "this is no name")
    is_agent = any("~" in role.title for role in entry.roles)
    kind = ActorKind.ROLE if is_agent else _kind(entry.roles)
    always = next((role for role in entry.roles if not role.start and not role.end), None)
    return Actor(
        id=f"{'role' if is_agent else 'person' if kind is ActorKind.PERSON else 'org'}:{slug(names[0])}",
        kind=kind,
        name=names[0].lower() if is_agent else names[0],
        names=tuple(name.lower() if is_agent else name for name in names[1:]),
        country=always.country if always else None,
        sector=always.sector if always else None,
        roles=tuple(entry.roles),
        sources=(PETRARCH,),
        as_of=today,
        level=3,
    )


def _kind(roles: list[Role]) -> ActorKind:
    """A dictionary does not say; who held offices between dates is a person."""
    held = any(role.sector and (role.start or role.end) for role in roles)
    return ActorKind.PERSON if held else ActorKind.ORGANISATION


def _spelt_out(name: str, sets: Mapping[str, list[str]]) -> list[str] | None:
    """All that a name with sets of words stands for; None if that is too much."""
    choices = [sets.get(part, []) if _ANY_SET.fullmatch(part) else [part] for part in _ANY_SET.split(name)]
    return None if prod(map(len, choices)) > _MOST_SPELLINGS else ["".join(parts) for parts in product(*choices)]


def _shown(name: str) -> str:
    """A name as it is written, of capitals with underscores.

    >>> _shown("CARAS_GALADHON_"), _shown("U.N._"), _shown("IMF")
    ('Caras Galadhon', 'U.N.', 'IMF')
    """
    words = name.replace("_", " ").split()
    if len(words) == 1 and (len(words[0]) <= 3 or "." in words[0]):
        return words[0]
    return " ".join("-".join(part[:1].upper() + part[1:].lower() for part in word.split("-")) for word in words)
