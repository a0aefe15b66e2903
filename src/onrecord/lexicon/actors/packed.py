"""The catalogue as one file: parallel columns for what every search needs, rows that are decoded when asked for.

The file is a zstd frame around one msgpack array, `Columns`. Texts of a column are joined by line breaks and
split at once; lists of numbers are little-endian arrays. So it opens in a tenth of the time that decoding takes.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from onrecord.lexicon.actors.folding import fold, korean_key, loose_word, order_free_key
from onrecord.lexicon.actors.records import Actor, ActorKind, Role, Source

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = [
    "FORMAT",
    "SURNAME_FIRST",
    "Columns",
    "Row",
    "full_keys",
    "join",
    "numbers",
    "pack",
    "packed_bytes",
    "split",
    "surname_keys",
    "years_of",
]

FORMAT = 1
KINDS = tuple(ActorKind)
SURNAME_FIRST = frozenset({"PRK", "KOR", "CHN", "TWN", "HKG", "VNM", "KHM", "SGP", "HUN", "MMR", "MAC"})
# where the father's name stands before the mother's
_TWO_SURNAMES = frozenset(
    [
        "ESP",
        "MEX",
        "ARG",
        "CHL",
        "COL",
        "PER",
        "VEN",
        "ECU",
        "BOL",
        "PRY",
        "URY",
        "CUB",
        "DOM",
        "GTM",
        "HND",
        "SLV",
        "NIC",
        "CRI",
        "PAN",
        "GNQ",
        "PHL",
        "PRI",
    ]
)
_PARTICLES = frozenset(
    [
        "al",
        "el",
        "bin",
        "ibn",
        "ben",
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "di",
        "du",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "zu",
        "y",
        "e",
        "jr",
        "sr",
        "ii",
        "iii",
    ]
)
_FIRST_YEAR, _LAST_YEAR = 0, 9999


class Row(Struct, frozen=True, array_like=True):
    """One actor, as stored; offices, titles and sources are numbers of the tables in `Columns`."""

    name: str
    names: tuple[str, ...]
    wikidata: int
    sector: str
    roles: tuple[tuple[int, str, str, int], ...]  # number of the title, start, end, number of the source
    sources: tuple[int, ...]


class Title(Struct, frozen=True, array_like=True):
    """A title that roles point to."""

    text: str
    office: str
    country: str
    sector: str


class Columns(Struct, frozen=True, array_like=True):
    """All of the file."""

    format: int
    made: str
    sources: tuple[Source, ...]
    titles: bytes  # msgpack of a list of Title, decoded when first asked for
    ids: str
    countries: str  # of each actor, "" for none
    kinds: bytes  # one byte each
    levels: bytes
    first_years: bytes  # of any role, 0 if not known
    last_years: bytes  # 9999 if not ended
    row_ends: bytes
    rows: bytes
    full: str  # folded names of everything; persons also in free order, behind "~", and Koreans behind "^"
    full_ends: bytes
    full_actors: bytes
    surnames: str
    surname_ends: bytes
    surname_actors: bytes
    loose: str  # of each surname
    holders: bytes  # msgpack: office -> its holders, as numbers of actors; decoded when first asked for
    demonyms: str  # "folded adjective\tcountry": "south korean"
    places: str  # "folded name\tcountry": towns and regions, to know a country by
    agents: str  # "folded phrase\tsector\tsecond sector": "farmer"


def join(texts: Iterable[str]) -> str:
    """Texts as one column; a line break inside one would break the file, so it becomes a blank."""
    return "\n".join(text.replace("\n", " ") for text in texts)


def split(column: str) -> list[str]:
    """The texts of a column."""
    return column.split("\n") if column else []


def numbers(code: str, data: bytes) -> array[int]:
    """Numbers of a column; `code` is that of `array`."""
    found = array(code)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def full_keys(actor: Actor) -> set[str]:
    """Keys under which an actor is found by a whole name; a role is nobody's."""
    if actor.kind is ActorKind.ROLE:
        return set()
    keys: set[str] = set()
    for name in (actor.name, *actor.names):
        if actor.kind is not ActorKind.PERSON or " " not in fold(name):
            keys.add(fold(name))
        else:
            keys.add("~" + order_free_key(name))
            korean = korean_key(name) if actor.country in {"PRK", "KOR"} else None
            keys |= {"^" + korean} if korean else set()
    return keys - {"", "~", "^"}


def surname_keys(actor: Actor) -> set[str]:
    """Words that may stand alone for a person."""
    if actor.kind is not ActorKind.PERSON:
        return set()
    keys: set[str] = set()
    for name in (actor.name, *actor.names):
        if " " in name or name.isascii():
            keys |= _surnames(name, actor.country or "")
    return keys


def _surnames(name: str, country: str) -> set[str]:
    parts = name.replace("-", "\0").split()
    words = [" ".join(fold(part.replace("\0", "-")).split()) for part in parts]
    words = [word for word in words if word and word not in _PARTICLES]
    if not words:
        return set()
    found = {words[-1]}
    if country in SURNAME_FIRST:
        found.add(words[0])
    if country in _TWO_SURNAMES and len(words) > 2:
        found.add(words[-2])
    found |= {part for word in found for part in word.split()[-1:] if len(part) > 2}
    found |= {word.replace(" ", "") for word in found}
    return found


def years_of(roles: Sequence[Role]) -> tuple[int, int]:
    """First and last year of any role."""
    starts = [int(role.start[:4]) for role in roles if role.start]
    ends = [int(role.end[:4]) if role.end else _LAST_YEAR for role in roles]
    return min(starts, default=_FIRST_YEAR), max(ends, default=_LAST_YEAR)


def pack(
    actors: Sequence[Actor],
    *,
    sources: Mapping[str, Source],
    demonyms: Mapping[str, str],
    places: Mapping[str, str],
    agents: Iterable[tuple[str, str, str]],
    made: str,
) -> Columns:
    """Columns of a catalogue; `sources` by the name that roles and actors give."""
    numbered = {name: number for number, name in enumerate(sources)}
    titles: dict[Title, int] = {}
    encoded = [msgspec.msgpack.encode(_row(actor, numbered, titles)) for actor in actors]
    full, surnames = _postings(actors, full_keys), _postings(actors, surname_keys)
    years = [years_of(actor.roles) for actor in actors]
    return Columns(
        format=FORMAT,
        made=made,
        sources=tuple(sources.values()),
        titles=msgspec.msgpack.encode(list(titles)),
        ids=join(actor.id for actor in actors),
        countries=join(actor.country or "" for actor in actors),
        kinds=bytes(KINDS.index(actor.kind) for actor in actors),
        levels=bytes(actor.level for actor in actors),
        first_years=_bytes("H", [first for first, _ in years]),
        last_years=_bytes("H", [last for _, last in years]),
        row_ends=_ends(map(len, encoded)),
        rows=b"".join(encoded),
        full=join(full),
        full_ends=_ends(map(len, full.values())),
        full_actors=_bytes("I", [number for found in full.values() for number in found]),
        surnames=join(surnames),
        surname_ends=_ends(map(len, surnames.values())),
        surname_actors=_bytes("I", [number for found in surnames.values() for number in found]),
        loose=join(" ".join(map(loose_word, word.split())) for word in surnames),
        holders=msgspec.msgpack.encode(_holders(actors)),
        demonyms=join(f"{word}\t{country}" for word, country in sorted(demonyms.items())),
        places=join(f"{name}\t{country}" for name, country in sorted(places.items())),
        agents=join("\t".join(agent) for agent in sorted(agents)),
    )


def packed_bytes(columns: Columns) -> bytes:
    """The file."""
    return zstd.compress(msgspec.msgpack.encode(columns), level=19)


def _row(actor: Actor, sources: Mapping[str, int], titles: dict[Title, int]) -> Row:
    roles = []
    for role in actor.roles:
        title = Title(role.title, role.office or "", role.country or "", role.sector or "")
        number = titles.setdefault(title, len(titles))
        roles.append((number, role.start or "", role.end or "", sources[role.source]))
    return Row(
        name=actor.name,
        names=actor.names,
        wikidata=int((actor.wikidata or "Q0")[1:]),
        sector=actor.sector or "",
        roles=tuple(roles),
        sources=tuple(sources[name] for name in actor.sources),
    )


def _holders(actors: Sequence[Actor]) -> dict[int, list[int]]:
    number_of = {actor.id: number for number, actor in enumerate(actors)}
    found: dict[int, list[int]] = {}
    for number, actor in enumerate(actors):
        for office in dict.fromkeys(role.office for role in actor.roles):
            if office in number_of:
                found.setdefault(number_of[office], []).append(number)
    return found


def _postings(actors: Sequence[Actor], keys_of: object) -> dict[str, list[int]]:
    assert callable(keys_of)
    found: dict[str, list[int]] = {}
    for number, actor in enumerate(actors):
        for key in keys_of(actor):
            found.setdefault(key, []).append(number)
    return dict(sorted(found.items()))


def _bytes(code: str, values: Iterable[int]) -> bytes:
    found = array(code, values)
    if sys.byteorder == "big":
        found.byteswap()
    return found.tobytes()


def _ends(lengths: Iterable[int]) -> bytes:
    ends, at = [], 0
    for length in lengths:
        at += length
        ends.append(at)
    return _bytes("I", ends)
