"""The user's own actors: read from CSV or JSON Lines, every bad row named with line, field and reason."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct

from onrecord.lexicon.actors.folding import slug
from onrecord.lexicon.actors.records import Actor, ActorKind, Role

__all__ = ["COLUMNS", "BadRow", "OwnActors", "join_actors", "parse_own", "write_own"]

# Of a CSV file, and of a flat line of JSON; only `name` must be there. docs/reference/actors.md tells each.
COLUMNS = ("id", "kind", "name", "names", "country", "wikidata", "sector", "title", "start", "end", "source", "as_of")
_PATTERNS = {
    "id": (re.compile(r"[a-z]+:\S+"), "a kind and a name, as person:ilka-moren"),
    "country": (re.compile(r"[A-Z]{3}"), "three capital letters, as PRK"),
    "wikidata": (re.compile(r"Q[1-9]\d*"), "a Q and digits, as Q56226"),
    "sector": (re.compile(r"[A-Z]{3}"), "three capital letters of PLOVER, as GOV"),
    "start": (re.compile(r"\d{4}(-\d\d(-\d\d)?)?"), "a date, as 2021, 2021-03 or 2021-03-09"),
    "end": (re.compile(r"\d{4}(-\d\d(-\d\d)?)?"), "a date, as 2021, 2021-03 or 2021-03-09"),
    "as_of": (re.compile(r"\d{4}(-\d\d(-\d\d)?)?"), "a date, as 2021, 2021-03 or 2021-03-09"),
}
_PREFIX = {
    ActorKind.PERSON: "person",
    ActorKind.OFFICE: "office",
    ActorKind.COUNTRY: "country",
    ActorKind.PLACE: "place",
    ActorKind.ROLE: "role",
}
_LONGEST_NAME = 300
Known = Callable[[str], Actor | None]


class BadRow(Struct, frozen=True):
    """A row that was left out."""

    line: int
    field: str  # "" if the whole row is meant
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.reason}" if self.field else f"line {self.line}: {self.reason}"


class OwnActors(Struct, frozen=True):
    """What a file held."""

    actors: tuple[Actor, ...]
    bad: tuple[BadRow, ...] = ()


def parse_own(text: str, *, today: str, known: Known = lambda _: None) -> OwnActors:
    """Actors of a CSV file with a heading, or of JSON Lines; told apart by the first character.

    Several rows of one id are one actor with several roles. A line of JSON is flat like a row of CSV, or an `Actor` as
    `onrecord actors show --format jsonl` prints it.

    Args:
        today: stands for `as_of` where a row gives none.
        known: the actor of an id, if there is one; its kind stands where a row gives none.
    """
    text = text.removeprefix("\ufeff")
    rows = _json_rows(text) if text.lstrip()[:1] == "{" else _csv_rows(text)
    made: list[Actor] = []
    bad: list[BadRow] = []
    for line, row in rows:
        result = row if isinstance(row, Actor | BadRow) else _actor_of(row, line, today, known)
        (bad if isinstance(result, BadRow) else made).append(result)  # type: ignore[arg-type]
    return OwnActors(tuple(join_actors(made)), tuple(bad))


def write_own(actors: Iterable[Actor]) -> str:
    """The same as JSON Lines, one actor a line, by id."""
    lines = [msgspec.json.encode(actor).decode() for actor in sorted(actors, key=lambda actor: actor.id)]
    return "".join(f"{line}\n" for line in lines)


def join_actors(actors: Iterable[Actor]) -> list[Actor]:
    """One actor for each id: the latest row gives the facts, names and roles of all are kept."""
    by_id: dict[str, Actor] = {}
    for actor in actors:
        known = by_id.get(actor.id)
        by_id[actor.id] = actor if known is None else _joined(known, actor)
    return list(by_id.values())


def _joined(old: Actor, new: Actor) -> Actor:
    names = dict.fromkeys(name for name in (*new.names, old.name, *old.names) if name != new.name)
    roles = {(role.title, (role.start or "")[:4]): role for role in (*old.roles, *new.roles)}
    return msgspec.structs.replace(
        new,
        names=tuple(names),
        country=new.country or old.country,
        wikidata=new.wikidata or old.wikidata,
        sector=new.sector or old.sector,
        roles=tuple(sorted(roles.values(), key=lambda role: role.start or "")),
        sources=tuple(dict.fromkeys((*old.sources, *new.sources))),
        as_of=max(old.as_of, new.as_of),
        level=max(old.level, new.level),
    )


def _csv_rows(text: str) -> Iterator[tuple[int, dict[str, object] | BadRow]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        unknown = [cell for cell in heading if cell not in COLUMNS]
        if "name" not in heading or unknown:
            told = f"no column is called {unknown[0]!r}" if unknown else "there is no column `name`"
            yield 1, BadRow(1, unknown[0] if unknown else "name", f"{told}; the heading may have {', '.join(COLUMNS)}")
            return
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, _row_of(heading, row, reader.line_num)
    except csv.Error as error:
        yield reader.line_num, BadRow(reader.line_num, "", f"no CSV: {error}")


def _row_of(heading: list[str], row: list[str], line: int) -> dict[str, object] | BadRow:
    if len(row) != len(heading):
        return BadRow(line, "", f"{len(row)} cells, not the {len(heading)} of the heading")
    return {name: cell.strip() for name, cell in zip(heading, row, strict=True) if cell.strip()}


def _json_rows(text: str) -> Iterator[tuple[int, dict[str, object] | Actor | BadRow]]:
    for line, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        try:
            row = json.loads(raw)
        except (ValueError, RecursionError):
            yield line, BadRow(line, "", "the line is not JSON")
            continue
        if not isinstance(row, dict):
            yield line, BadRow(line, "", "the line is no JSON object")
        elif "roles" in row or "sources" in row or "level" in row:
            yield line, _whole_actor(row, line)
        else:
            yield line, row


def _whole_actor(row: dict[str, object], line: int) -> Actor | BadRow:
    try:
        actor = msgspec.convert(row, Actor)
    except (msgspec.ValidationError, RecursionError) as error:
        where = re.search(r"`\$\.?(.*)`$", str(error))
        return BadRow(line, where[1] if where else "", str(error).split(" - at")[0])
    facts = {key: row[key] for key in ("id", "name", "country", "wikidata", "sector", "as_of") if row.get(key)}
    bad = _bad_cell(facts, line)
    for role in actor.roles:
        dates = {key: getattr(role, key) for key in ("start", "end", "as_of") if getattr(role, key)}
        bad = bad or _bad_cell(dates, line, is_role=True)
    return bad or actor


def _actor_of(row: Mapping[str, object], line: int, today: str, known: Known) -> Actor | BadRow:
    bad = _bad_cell(row, line)
    if bad is not None:
        return bad
    cells = {key: str(value) for key, value in row.items() if not isinstance(value, list) and value is not None}
    same = known(cells["id"]) if cells.get("id") else None
    kind = ActorKind(cells.get("kind") or (same.kind if same else "person"))
    source, as_of = cells.get("source") or "own list", cells.get("as_of") or today
    names = row["names"] if isinstance(row.get("names"), list) else cells.get("names", "").split(";")
    assert isinstance(names, list)
    return Actor(
        id=cells.get("id") or f"{_PREFIX.get(kind, 'org')}:{slug(cells['name'])}",
        kind=kind,
        name=cells["name"],
        names=tuple(dict.fromkeys(str(name).strip() for name in names if str(name).strip())),
        country=cells.get("country") or None,
        wikidata=cells.get("wikidata") or None,
        sector=cells.get("sector") or None,
        roles=_roles_of(cells, source, as_of),
        sources=(source,),
        as_of=as_of,
        level=3,
    )


def _roles_of(cells: Mapping[str, str], source: str, as_of: str) -> tuple[Role, ...]:
    if not cells.get("title"):
        return ()
    role = Role(
        title=cells["title"],
        office=f"office:{slug(cells['title'])}",
        country=cells.get("country") or None,
        sector=cells.get("sector") or None,
        start=cells.get("start") or None,
        end=cells.get("end") or None,
        source=source,
        as_of=as_of,
    )
    return (role,)


def _bad_cell(row: Mapping[str, object], line: int, *, is_role: bool = False) -> BadRow | None:
    """The first thing that is wrong with a row."""
    for key, value in row.items():
        if key not in COLUMNS:
            return BadRow(line, key, f"no such column; there are {', '.join(COLUMNS)}")
        if value is not None and not isinstance(value, str) and not (key == "names" and isinstance(value, list)):
            return BadRow(line, key, "expected text")
        pattern = _PATTERNS.get(key)
        if pattern and value and not pattern[0].fullmatch(str(value)):
            return BadRow(line, key, f"{str(value)[:60]!r} is not {pattern[1]}")
    return _bad_combination(row, line, is_role=is_role)


def _bad_combination(row: Mapping[str, object], line: int, *, is_role: bool) -> BadRow | None:
    start, end, kind, name = (str(row.get(key) or "") for key in ("start", "end", "kind", "name"))
    if not is_role and (not re.search(r"\w", name) or len(name) > _LONGEST_NAME):
        return BadRow(line, "name", "this is no name" if name else "a name is needed")
    if kind and kind not in list(ActorKind):
        return BadRow(line, "kind", f"{kind[:60]!r} is none of {', '.join(ActorKind)}")
    if start and end and end + "~" < start:
        return BadRow(line, "end", f"{end} lies before the start, {start}")
    if (start or end) and not is_role and not row.get("title"):
        return BadRow(line, "title", "dates need the title of the role that they are of")
    return None
