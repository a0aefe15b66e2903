"""`onrecord actors`: look into the catalogue, and keep one's own actors beside it."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.report import Format, print_line, quiet_pipe
from onrecord.cli.safe import safe_line, safe_text
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.lexicon.actors import Actor, Catalogue
    from onrecord.lexicon.actors.own import OwnActors

__all__ = ["actors_app", "own_path"]

actors_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

OwnFile = Annotated[
    Path | None,
    typer.Option("--actors", metavar="FILE", envvar="ONRECORD_ACTORS", help="Your own actors; else beside the store."),
]
StorePath = Annotated[
    Path, typer.Option("--store", metavar="FILE", envvar="ONRECORD_STORE", help="The store.", show_default=True)
]
OutputFormat = Annotated[Format, typer.Option("--format", help="For people, or one JSON object a line.")]
Day = Annotated[str | None, typer.Option("--date", metavar="DAY", help="As 2021-01-06, 2021-01 or 2021.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DAY", help="Until when the facts are known to hold; today if not given."),
]
_DEFAULT_STORE = Path("onrecord.db")
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@actors_app.callback()
def actors() -> None:
    """Who is who: persons with their offices by date, states, parties, armed forces, media, organisations.

    The catalogue is shipped with onrecord; every role says until when its source can know. Your own actors come before
    it. They lie in one file, beside the store or where --actors says.

    \b
    Examples:
      onrecord actors search "Kim Yo Jong"
      onrecord actors search minister --date 2021-05-01
      onrecord actors show person:kim-jong-un
      onrecord actors add "Ilka Moren" --country NOR --title "Mayor of Velm" --start 2024-03-01
      onrecord actors import mine.csv
    """


@actors_app.command()
def search(
    name: Annotated[list[str], typer.Argument(metavar="NAME", help="A name or mention, with or without titles.")],
    date: Day = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many answers.")] = 10,
    own_file: OwnFile = None,
    store: StorePath = _DEFAULT_STORE,
    form: OutputFormat = Format.TERMINAL,
) -> None:
    """Search the catalogue by name; with a date, who held the roles then.

    All spellings are tried: surname first, other transliterations, titles before the name, offices of countries.

    \b
    Examples:
      onrecord actors search KCNA
      onrecord actors search "Lee Myung Bak"
      onrecord actors search "South Korean president" --date 2009-05-01
      onrecord actors search Kim --format jsonl
    """
    from onrecord.connect import Linker  # noqa: PLC0415
    from onrecord.lexicon.actors.searching import search_actors  # noqa: PLC0415

    day = _checked_day(date, "--date")
    catalogue, words = _catalogue(own_file, store), " ".join(name)
    linked = [catalogue.get(one.id) for one in Linker(catalogue).link(words, date=day).candidates]
    found = {actor.id: actor for actor in (*linked, *search_actors(catalogue, words, limit=limit)) if actor is not None}
    shown = list(found.values())[:limit]
    with quiet_pipe():
        for actor in shown:
            if form is Format.JSONL:
                _print_json(actor)
            else:
                print_line(_headline(actor, day))
    if not shown:
        raise UsageError(f"{words}: nobody of that name. Add your own with: onrecord actors add NAME")


@actors_app.command()
def show(
    actor_id: Annotated[
        str, typer.Argument(metavar="ID", help='"person:kim-jong-un", or a Wikidata number as Q56226.')
    ],
    own_file: OwnFile = None,
    store: StorePath = _DEFAULT_STORE,
    form: OutputFormat = Format.TERMINAL,
) -> None:
    """Show all that is known of an actor, with the source of each role and its day.

    \b
    Examples:
      onrecord actors show person:kim-jong-un
      onrecord actors show Q56226 --format jsonl
    """
    actor = _catalogue(own_file, store).get(actor_id)
    if actor is None:
        raise UsageError(f"{actor_id}: no actor has that id. Find ids with: onrecord actors search NAME")
    with quiet_pipe():
        if form is Format.JSONL:
            _print_json(actor)
        else:
            sys.stdout.write("".join(f"{safe_text(line)}\n" for line in _card(actor)))


@actors_app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name that is shown.")],
    actor_id: Annotated[str | None, typer.Option("--id", help="The id; made of the name if not given.")] = None,
    kind: Annotated[str | None, typer.Option(help='"party", "ministry" ...; a person if not given.')] = None,
    names: Annotated[str | None, typer.Option("--names", help='Other spellings, ";" between them.')] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166, three letters.")] = None,
    wikidata: Annotated[str | None, typer.Option(help="As Q56226.")] = None,
    sector: Annotated[str | None, typer.Option(help="PLOVER, three letters, as GOV.")] = None,
    title: Annotated[str | None, typer.Option(help="A role, with its country: Mayor of Velm.")] = None,
    start: Annotated[str | None, typer.Option(help="Since when.")] = None,
    end: Annotated[str | None, typer.Option(help="Until when.")] = None,
    source: Annotated[str | None, typer.Option(help="Where you know it from.")] = None,
    as_of: AsOf = None,
    own_file: OwnFile = None,
    store: StorePath = _DEFAULT_STORE,
) -> None:
    """Add an actor, or a name or role of one, to your own list.

    An actor that is there under the same id gets the new names and the new role. To change one of the shipped
    catalogue, give its id: names and roles that it has stay.

    \b
    Examples:
      onrecord actors add "Ilka Moren" --country NOR --title "Mayor of Velm" --start 2024-03-01
      onrecord actors add "Kim Jong Un" --id person:kim-jong-un --names "Marshal Kim"
      onrecord actors add "Velm Harbour Union" --kind organisation --sector LAB
    """
    from onrecord.lexicon.actors.own import parse_own  # noqa: PLC0415

    given = {
        "name": name,
        "id": actor_id,
        "kind": kind,
        "names": names,
        "country": country,
        "wikidata": wikidata,
        "sector": sector,
        "title": title,
        "start": start,
        "end": end,
        "source": source,
        "as_of": as_of,
    }
    row = {key: value for key, value in given.items() if value}
    found = parse_own(msgspec.json.encode(row).decode(), today=_today(), known=_catalogue(own_file, store).get)
    if found.bad:
        raise UsageError(f"--{found.bad[0].field}: {found.bad[0].reason}")
    _keep(found, own_file, store)
    print_line(f"added: {_headline(found.actors[0], None)}")


@actors_app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with a heading, JSON Lines, or a PETRARCH dictionary.")
    ],
    own_file: OwnFile = None,
    store: StorePath = _DEFAULT_STORE,
) -> None:
    """Add all actors of a file to your own list; rows that are wrong are named and left out.

    The columns: name (needed), id, kind, names, country, wikidata, sector, title, start, end, source, as_of. Several
    rows of one id or name are one actor with several roles.

    Dictionaries of actors and of agents as PETRARCH reads them are taken as well, and code the parties of events.

    \b
    Examples:
      onrecord actors import mine.csv
      onrecord actors import mine.jsonl --actors team.jsonl
      onrecord actors import Phoenix.Countries.actors.txt
    """
    from onrecord.lexicon.actors.own import parse_own  # noqa: PLC0415
    from onrecord.lexicon.actors.petrarch import is_petrarch, parse_petrarch  # noqa: PLC0415
    from onrecord.store.actors import read_text  # noqa: PLC0415

    if not file.is_file():
        raise UsageError(f"{file}: no such file")
    text, today = read_text(file), _today()
    if is_petrarch(text):
        found = parse_petrarch(text, today=today)
    else:
        found = parse_own(text, today=today, known=_catalogue(own_file, store).get)
    _keep(found, own_file, store)
    raise typer.Exit(_told(found, file, "actor"))


@actors_app.command()
def refresh(
    export: Annotated[
        Path, typer.Argument(metavar="WIKIDATA_EXPORT", help="JSON result of a query, or entities as JSON Lines.")
    ],
    as_of: AsOf = None,
    own_file: OwnFile = None,
    store: StorePath = _DEFAULT_STORE,
) -> None:
    """Bring roles up to date from a Wikidata export that you have downloaded; onrecord fetches nothing.

    The export is the JSON that query.wikidata.org gives for a query on P39 (position held) with P580 and P582 (start
    and end); docs/reference/actors.md has the query. Or entities of a dump, one a line, with the positions among them.
    Persons that the catalogue knows by their Wikidata number keep id, names and other roles.

    \b
    Examples:
      onrecord actors refresh query.json --as-of 2026-05-01
    """
    from onrecord.lexicon.actors import load_actors  # noqa: PLC0415
    from onrecord.lexicon.actors.wikidata import parse_wikidata  # noqa: PLC0415
    from onrecord.store.actors import read_text  # noqa: PLC0415

    if not export.is_file():
        raise UsageError(f"{export}: no such file")
    day = _checked_day(as_of, "--as-of") or _today()
    found = parse_wikidata(read_text(export), load_actors(), as_of=day)
    _keep(found, own_file, store)
    raise typer.Exit(_told(found, export, "person"))


def _catalogue(own_file: Path | None, store: Path) -> Catalogue:
    from onrecord.lexicon.actors import load_actors  # noqa: PLC0415
    from onrecord.store.actors import read_own_actors  # noqa: PLC0415

    own = read_own_actors(own_path(own_file, store), today=_today()).actors
    return load_actors().with_own(own) if own else load_actors()


def _keep(found: OwnActors, own_file: Path | None, store: Path) -> None:
    """Join what was found with the user's list, and with the shipped actors that it speaks of."""
    from onrecord.lexicon.actors import load_actors  # noqa: PLC0415
    from onrecord.lexicon.actors.own import join_actors  # noqa: PLC0415
    from onrecord.store.actors import read_own_actors, write_own_actors  # noqa: PLC0415

    path = own_path(own_file, store)
    own = read_own_actors(path, today=_today()).actors
    kept = {actor.id for actor in own}
    shipped = [known for actor in found.actors if actor.id not in kept and (known := load_actors().get(actor.id))]
    if found.actors:
        write_own_actors(path, tuple(join_actors([*shipped, *own, *found.actors])))


def own_path(own_file: Path | None, store: Path) -> Path:
    """The file of the user's own actors: the one named, else that beside the store."""
    return own_file or store.with_name(f"{store.stem}-actors.jsonl")


def _told(found: OwnActors, file: Path, noun: str) -> int:
    """Say what became of a file; the exit code."""
    for bad in found.bad:
        sys.stderr.write(safe_line(f"rejected: {file}, {bad}") + "\n")
    count = len(found.actors)
    rejected = len(found.bad)
    print_line(f"{count} {noun}{'' if count == 1 else 's'} kept, {rejected} row{'' if rejected == 1 else 's'} rejected")
    return 1 if found.bad else 0


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _checked_day(text: str | None, option: str) -> str | None:
    if text is not None and not _DAY.fullmatch(text):
        raise UsageError(f"{option}: {text!r} is no date; give it as 2021-01-06, 2021-01 or 2021")
    return text


def _print_json(actor: Actor) -> None:
    sys.stdout.write(msgspec.json.encode(actor).decode() + "\n")


def _headline(actor: Actor, day: str | None) -> str:
    """Id, name, country, and the role that counts on that day."""
    held = [role for role in actor.roles if day is None or role.held_on(day)]
    facts = [actor.name, actor.country or "", held[-1].title if held else actor.sector or ""]
    return f"{actor.id}  {', '.join(fact for fact in facts if fact)}"


def _card(actor: Actor) -> list[str]:
    facts = [actor.kind.value, actor.country, f"sector {actor.sector}" if actor.sector else None, actor.wikidata]
    lines = [f"{actor.name}  [{actor.id}]", "  " + ", ".join(fact for fact in facts if fact)]
    if actor.names:
        lines.append(f"  also: {'; '.join(actor.names)}")
    for role in actor.roles:
        dates = f"{role.start or '?'} to {role.end or f'(not ended by {role.as_of})'}"
        lines.append(f"  {dates}: {role.title} ({role.source})")
    return [*lines, f"  known from {'; '.join(actor.sources)}, until {actor.as_of}"]
