"""The catalogue in memory: found by name, decoded one actor at a time, with the user's own actors in front."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from onrecord.lexicon.actors.folding import fold, loose_word
from onrecord.lexicon.actors.packed import FORMAT, KINDS, Columns, Row, Title, full_keys, numbers, split, surname_keys
from onrecord.lexicon.actors.packed import years_of as years_of_roles
from onrecord.lexicon.actors.records import Actor, ActorKind, Role, Source

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["Brief", "Catalogue", "load_actors", "open_catalogue"]

_MOST_UNPACKED = 64 * 2**20  # bytes; the shipped file has 12 million


class Brief(Struct, frozen=True, array_like=True):
    """What is known of an actor without decoding it."""

    id: str
    kind: ActorKind
    country: str
    level: int
    first_year: int
    last_year: int
    is_own: bool = False  # from the user's list


class Catalogue:
    """Actors by name and by id. Make one by `load_actors` or `open_catalogue`; never changed afterwards.

    A number stands for an actor within one catalogue: `find` gives numbers, `brief` and `actor` take them. The user's
    own actors have the highest numbers.
    """

    def __init__(self, columns: Columns, own: Sequence[Actor] = ()) -> None:
        self._columns, self._own = columns, tuple(own)
        self._ids = split(columns.ids)
        self._countries = split(columns.countries)
        if len(self._ids) > 1 and len(self._countries) != len(self._ids):
            raise ValueError("the columns of the catalogue differ in length")
        self._kinds, self._levels = columns.kinds, columns.levels
        self._first, self._last = numbers("H", columns.first_years), numbers("H", columns.last_years)
        self._row_ends = numbers("I", columns.row_ends)
        self._full = _numbered(columns.full)
        self._full_ends, self._full_actors = numbers("I", columns.full_ends), numbers("I", columns.full_actors)
        self._surnames = _numbered(columns.surnames)
        self._surname_ends = numbers("I", columns.surname_ends)
        self._surname_actors = numbers("I", columns.surname_actors)
        self._own_full = _postings(own, full_keys, len(self._ids))
        self._own_surnames = _postings(own, surname_keys, len(self._ids))
        self._own_ids = {actor.id: len(self._ids) + at for at, actor in enumerate(own)}
        self._actors: dict[int, Actor] = {}
        self._briefs: dict[int, Brief] = {}

    def __len__(self) -> int:
        return len(self._ids) + len(self._own)

    @property
    def made(self) -> str:
        """The day on which the shipped part was built."""
        return self._columns.made

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the shipped actors come from."""
        return self._columns.sources

    @property
    def own(self) -> tuple[Actor, ...]:
        """The user's own actors."""
        return self._own

    def with_own(self, actors: Iterable[Actor]) -> Catalogue:
        """The same with the user's own actors; one that has the id of a shipped actor takes its place."""
        return Catalogue(self._columns, tuple({actor.id: actor for actor in (*self._own, *actors)}.values()))

    def find(self, key: str) -> list[int]:
        """Actors that have this folded name; see `folding` for what stands before the name of a person."""
        found = self._posted(self._full.get(key), self._full_ends, self._full_actors)
        return self._shadowed(found, self._own_full.get(key))

    def find_surname(self, word: str) -> list[int]:
        """Persons who may be called by this folded word alone."""
        found = self._posted(self._surnames.get(word), self._surname_ends, self._surname_actors)
        return self._shadowed(found, self._own_surnames.get(word))

    def find_similar_surname(self, word: str) -> list[int]:
        """Persons whose surname differs from the folded word only by the habits of transliteration."""
        return sorted({number for like in self._by_loose.get(_loose(word), ()) for number in self.find_surname(like)})

    def number_of(self, actor_id: str) -> int | None:
        """The number of an actor; None if no actor has that id (or Wikidata id)."""
        return self._own_ids.get(actor_id, self._by_id.get(actor_id))

    def get(self, actor_id: str) -> Actor | None:
        """The actor of an id, or of a Wikidata id like "Q30"."""
        number = self.number_of(actor_id)
        if number is None and actor_id[:1] in "Qq" and actor_id[1:].isdecimal():
            number = self._by_wikidata.get(int(actor_id[1:]))
        return None if number is None else self.actor(number)

    def brief(self, number: int) -> Brief:
        """The little that is needed to weigh a candidate."""
        brief = self._briefs.get(number)
        if brief is None:
            brief = self._briefs[number] = self._make_brief(number)
        return brief

    def actor(self, number: int) -> Actor:
        """All that is known of an actor."""
        actor = self._actors.get(number)
        if actor is None:
            at = number - len(self._ids)
            actor = self._actors[number] = self._own[at] if at >= 0 else self._decode(number)
        return actor

    def holders(self, office: int) -> list[int]:
        """Everybody who is known to have held an office, at any time."""
        office_id = self.brief(office).id
        own = [n for n in self._own_ids.values() if any(role.office == office_id for role in self.actor(n).roles)]
        return [*own, *(n for n in self._holders.get(office, ()) if self._ids[n] not in self._own_ids)]

    def country_of_place(self, name: str) -> str | None:
        """The country of a town or region, by folded name."""
        return self._places.get(name)

    def country_named(self, words: str, *, capitals: bool = False) -> str | None:
        """The country of a folded name, adjective or people: of "south korea" and of "south koreans".

        Args:
            capitals: the words were written in capitals, so that "us" is the United States.
        """
        return self._country_words.get(words) or (self._country_words.get(f"!{words}") if capitals else None)

    def agent(self, phrase: str) -> tuple[str, str] | None:
        """Sector and second sector (or "") of a folded word or phrase for persons: "farmer"."""
        return self._agents.get(phrase)

    def _make_brief(self, number: int) -> Brief:
        at = number - len(self._ids)
        if at >= 0:
            actor = self._own[at]
            return Brief(
                actor.id, actor.kind, actor.country or "", actor.level, *years_of_roles(actor.roles), is_own=True
            )
        return Brief(
            self._ids[number],
            KINDS[self._kinds[number]],
            self._countries[number],
            self._levels[number],
            self._first[number],
            self._last[number],
        )

    def _decode(self, number: int) -> Actor:
        start = self._row_ends[number - 1] if number else 0
        row = msgspec.msgpack.decode(self._columns.rows[start : self._row_ends[number]], type=Row)
        sources = self._columns.sources
        return Actor(
            id=self._ids[number],
            kind=KINDS[self._kinds[number]],
            name=row.name,
            names=row.names,
            country=self._countries[number] or None,
            wikidata=f"Q{row.wikidata}" if row.wikidata else None,
            sector=row.sector or None,
            roles=tuple(self._role(*role) for role in row.roles),
            sources=tuple(sources[at].name for at in row.sources),
            as_of=max((sources[at].as_of for at in row.sources), default=""),
            level=self._levels[number],
        )

    def _role(self, title_number: int, start: str, end: str, source_number: int) -> Role:
        title, source = self._titles[title_number], self._columns.sources[source_number]
        return Role(
            title=title.text,
            office=title.office or None,
            country=title.country or None,
            sector=title.sector or None,
            start=start or None,
            end=end or None,
            source=source.name,
            as_of=source.as_of,
        )

    def _posted(self, at: int | None, ends: Sequence[int], actors: Sequence[int]) -> list[int]:
        return [] if at is None else list(actors[ends[at - 1] if at else 0 : ends[at]])

    def _shadowed(self, found: list[int], own: list[int] | None) -> list[int]:
        if not self._own_ids:
            return found
        return [*(own or ()), *(number for number in found if self._ids[number] not in self._own_ids)]

    @cached_property
    def _titles(self) -> list[Title]:
        return msgspec.msgpack.decode(self._columns.titles, type=list[Title])

    @cached_property
    def _by_id(self) -> dict[str, int]:
        return {actor_id: number for number, actor_id in enumerate(self._ids)}

    @cached_property
    def _by_wikidata(self) -> dict[int, int]:
        own = {int(a.wikidata[1:]): len(self._ids) + at for at, a in enumerate(self._own) if a.wikidata}
        starts = [0, *self._row_ends]
        decode = msgspec.msgpack.Decoder(Row).decode
        rows = (decode(self._columns.rows[starts[at] : starts[at + 1]]) for at in range(len(self._ids)))
        return {row.wikidata: at for at, row in enumerate(rows) if row.wikidata} | own

    @cached_property
    def _by_loose(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for surname, loose in zip(self._surnames, split(self._columns.loose), strict=True):
            found.setdefault(loose, []).append(surname)
        for surname in self._own_surnames.keys() - self._surnames.keys():
            found.setdefault(_loose(surname), []).append(surname)
        return found

    @cached_property
    def _holders(self) -> dict[int, list[int]]:
        return msgspec.msgpack.decode(self._columns.holders, type=dict[int, list[int]])

    @cached_property
    def _places(self) -> dict[str, str]:
        return _pairs(self._columns.places)

    @cached_property
    def _country_words(self) -> dict[str, str]:
        own = {fold(n): a.country for a in self._own if a.kind is ActorKind.COUNTRY for n in (a.name, *a.names)}
        return _pairs(self._columns.demonyms) | {name: country for name, country in own.items() if country}

    @cached_property
    def _agents(self) -> dict[str, tuple[str, str]]:
        rows = (line.split("\t") for line in split(self._columns.agents))
        return {phrase: (sector, second) for phrase, sector, second in rows}


def open_catalogue(data: bytes) -> Catalogue:
    """The catalogue in the bytes of a file.

    Raises:
        ValueError: the bytes are no catalogue, or one of another version.
    """
    try:
        plain = zstd.ZstdDecompressor().decompress(data, _MOST_UNPACKED)
        columns = msgspec.msgpack.decode(plain, type=Columns)
    except (zstd.ZstdError, msgspec.MsgspecError) as error:
        raise ValueError(f"no actors catalogue: {error}") from error
    if columns.format != FORMAT:
        raise ValueError(f"a catalogue of format {columns.format}; this onrecord reads {FORMAT}. Build it again.")
    return Catalogue(columns)


@lru_cache(maxsize=1)
def load_actors() -> Catalogue:
    """The shipped catalogue; read from disk once."""
    return open_catalogue((files("onrecord") / "data" / "actors.bin").read_bytes())


def _pairs(column: str) -> dict[str, str]:
    return {key: value for key, _, value in (line.partition("\t") for line in split(column))}


def _numbered(column: str) -> dict[str, int]:
    keys = split(column)
    return dict(zip(keys, range(len(keys)), strict=True))


def _postings(actors: Sequence[Actor], keys_of: object, first: int) -> Mapping[str, list[int]]:
    assert callable(keys_of)
    found: dict[str, list[int]] = {}
    for number, actor in enumerate(actors, first):
        for key in keys_of(actor):
            found.setdefault(key, []).append(number)
    return found


def _loose(word: str) -> str:
    return " ".join(map(loose_word, fold(word).split()))
