"""Shard in, shard out. Nothing here knows which engine calls it, or how often."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from onrecord.bulk.journal import Journal
from onrecord.bulk.judging import model_names, open_patient_tools
from onrecord.bulk.settings import Settings
from onrecord.bulk.shards import Shard
from onrecord.bulk.tables import QUARANTINE, TABLES, TableWriter
from onrecord.collect.pieces import Piece, PieceReader
from onrecord.collect.rejections import rejected_by
from onrecord.errors import BulkError, WorkerDied
from onrecord.pipeline import Tools, read_pages
from onrecord.records import Models, Page, Reading, Rejected, Stage

__all__ = [
    "MANIFEST",
    "UNFINISHED",
    "Counts",
    "Done",
    "Step",
    "Stepped",
    "prepare_folder",
    "process_shard",
    "write_aside",
]

MANIFEST, UNFINISHED = "manifest", "unfinished"

# When a page is given up. Who is killed from outside is not to blame: where that happens every five seconds, a long
# page needs many tries. With 5 tries one of 150 pages was given up wrongly (benchmarks/bulk.py, 43 workers killed).
_MAX_FAULTS, _MAX_TRIES = 3, 50
_READ_AHEAD = 2**20
_SIGN_OF_LIFE = 100  # pages; collecting takes a few milliseconds each, and an engine may wait minutes for a sign


class Step(NamedTuple):
    """How far a shard has come."""

    passed: int  # of its bytes
    pages: int  # results


Stepped = Callable[[Step], None]


class Counts(Struct, frozen=True, kw_only=True):
    """What came of a shard; `received` is `read` + `rejected`."""

    received: int = 0
    read: int = 0
    rejected: int = 0
    statements: int = 0
    events: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})


class Done(Struct, frozen=True, kw_only=True):
    """An entry of the manifest: what was put in, what came out and where it lies."""

    key: str
    name: str
    shard: Shard
    models: Models
    counts: Counts
    files: tuple[str, ...]  # within the folder
    starts: int = 1  # processes that worked on it


def process_shard(
    shard: Shard,
    out: Path,
    settings: Settings,
    *,
    tools: Tools | None = None,
    stepped: Stepped = lambda _: None,
    is_blamed: bool = False,
) -> Path:
    """Read all pages of a shard and write the tables; the path of its entry in the manifest.

    The result depends on nothing but the bytes of the inputs, their paths, the settings and the models; its name is the
    digest of these. If it is there already it is not made again; if somebody died over it, reading goes on where that
    ended. A page over which several processes died is rejected. The entry appears when all else is on the disk.

    Args:
        out: made by `prepare_folder`.
        tools: None opens those of the package, and closes them at the end.
        stepped: told after each page.
        is_blamed: the process that was at the shard before ended by what it did there (crash, memory, silence).

    Raises:
        BulkError: the folder holds records made by other models, or cannot be written.
        ReadError: the models could not be loaded.
    """
    judges = tools or open_patient_tools(settings.read_options)
    try:
        models = model_names(judges)
        _require_models(out, models)
        name = _name(shard, settings, models)
        entry = out / MANIFEST / f"{name}.json"
        if not entry.exists():
            with Journal(out / UNFINISHED / f"{name}.journal") as journal:
                if not entry.exists():  # whoever held the journal may have finished
                    work = _Work(shard=shard, out=out, settings=settings, tools=judges, models=models, name=name)
                    write_aside(entry, msgspec.json.encode(_finish(work, journal, stepped, is_blamed=is_blamed)))
                journal.remove()
    except BrokenPipeError:
        raise  # of whoever is told how far we are
    except OSError as error:
        told = error.strerror or error
        raise BulkError(f"{out}: cannot be written ({told}). Make room, then run the same again.") from error
    finally:
        if tools is None:
            judges.cleaner.close()
    return entry


class _Work(Struct, frozen=True, kw_only=True):
    """Everything about a shard but how far it is."""

    shard: Shard
    out: Path
    settings: Settings
    tools: Tools
    models: Models
    name: str


def _finish(work: _Work, journal: Journal, stepped: Stepped, *, is_blamed: bool) -> Done:
    deaths = journal.idle_starts
    journal.open_shard()
    if is_blamed:
        journal.blame()
    is_hopeless = deaths >= _MAX_TRIES or (journal.faults >= _MAX_FAULTS and not journal.tries)
    if journal.is_complete and is_hopeless:
        raise BulkError(f"{work.out}: {deaths} processes ended while they wrote {work.name}; they need more memory.")
    if not journal.is_complete and is_hopeless:
        journal.keep(_rest_given_up(work.shard, deaths))
    elif not journal.is_complete:
        _read_rest(work, journal, stepped)
    if not journal.is_complete:
        journal.complete()
    counts, files = _write(work, journal, stepped)
    return Done(
        key=work.shard.key,
        name=work.name,
        shard=work.shard,
        models=work.models,
        counts=counts,
        files=files,
        starts=journal.starts,
    )


def _require_models(out: Path, models: Models) -> None:
    """The first worker says who judges; the rest must agree, or records could not be compared."""
    path = out / "models.json"
    if not path.exists():
        write_aside(path, msgspec.json.encode(models))
    found = msgspec.json.decode(path.read_bytes(), type=Models)
    if found != models:
        raise BulkError(
            f"{out}: its records were made by {_told(found)}, and this is {_told(models)}. Give a new --out."
        )


def _told(models: Models) -> str:
    return f"onrecord {models.onrecord} ({models.reader}, {models.blocks})"


def _name(shard: Shard, settings: Settings, models: Models) -> str:
    digest = hashlib.sha256(msgspec.json.encode([settings, models, shard.refused]))
    for piece in shard.pieces:
        digest.update(msgspec.json.encode([piece.path, piece.start, piece.end]))
        digest.update(_content_digest(piece))
    return digest.hexdigest()[:32]


def _content_digest(piece: Piece) -> bytes:
    """Of its bytes; nothing for a file that is gone, which the reader will tell of."""
    digest = hashlib.sha256()
    try:
        with open(piece.path, "rb") as file:
            file.seek(piece.start)
            left = piece.size
            while left > 0 and (data := file.read(min(left, _READ_AHEAD))):
                digest.update(data)
                left -= len(data)
    except OSError:
        return b""
    return digest.digest()


def _read_rest(work: _Work, journal: Journal, stepped: Stepped) -> None:
    """A result for every page that has none."""
    options = work.settings.read_options
    inputs = _Inputs(work, stepped)
    for page in islice(inputs, journal.count, None):
        is_hopeless = journal.tries >= _MAX_TRIES or (journal.faults >= _MAX_FAULTS and journal.tries > 0)
        if is_hopeless and isinstance(page, Page):
            page = _given_up(page, journal.tries)
        journal.begin()
        for outcome in read_pages([page], options=options, tools=work.tools):
            journal.keep(outcome.result)
        stepped(Step(inputs.passed, journal.count))


def _given_up(page: Page, deaths: int) -> Rejected:
    told, origin = f"{deaths} processes ended while they read this page", page.origin
    return rejected_by(WorkerDied(origin.path, told, offset=origin.offset), stage=Stage.READ, sha256=origin.sha256)


def _rest_given_up(shard: Shard, deaths: int) -> Rejected:
    """What to say if nobody survives looking for the next page; that which stands first may not be the one."""
    told = f"{deaths} processes ended while they looked for the next page in this input or one that goes with it"
    piece = shard.pieces[0]
    return rejected_by(WorkerDied(piece.path, told, offset=piece.offset))


class _Inputs:
    """All that a shard holds, in order, and how far it was read; says now and then that it is still at it."""

    def __init__(self, work: _Work, stepped: Stepped) -> None:
        self._shard, self._options, self._stepped = work.shard, work.settings.read_options, stepped
        self._before = self._count = 0
        self._reader: PieceReader | None = None

    @property
    def passed(self) -> int:
        """Bytes of the shard."""
        return self._before + (self._reader.passed if self._reader else 0)

    def __iter__(self) -> Iterator[Page | Rejected]:
        yield from self._shard.refused
        for piece in self._shard.pieces:
            self._reader = PieceReader(piece, limits=self._options.limits, as_is=self._options.as_is)
            for result in self._reader:
                self._count += 1
                if self._count % _SIGN_OF_LIFE == 0:
                    self._stepped(Step(self.passed, self._count))
                yield result
            self._reader = None
            self._before += piece.size


def _write(work: _Work, journal: Journal, stepped: Stepped) -> tuple[Counts, tuple[str, ...]]:
    """The tables and the quarantine of a shard; counts and paths of files."""
    settings, out = work.settings, work.out
    writer = TableWriter(
        out,
        work.name,
        table_format=settings.table_format,
        period=settings.period,
        tables=[table for table in TABLES if settings.keeps_pages or table != "pages"],
    )
    counts: Counter[str] = Counter()
    rejected: list[bytes] = []
    try:
        for number, (result, page) in enumerate(_with_pages(work, journal, stepped)):
            key = f"{work.name[:16]}-{number:06d}"
            counts["received"] += 1
            if isinstance(result, Rejected):
                rejected.append(msgspec.json.encode({"key": key} | msgspec.to_builtins(result)) + b"\n")
                continue
            writer.add(result, page, key)
            counts.update(read=1, statements=len(result.statements), events=len(result.events))
        files = writer.finish()
    finally:
        writer.discard()
    if rejected:
        path = out / QUARANTINE / f"{work.name}.jsonl"
        write_aside(path, b"".join(rejected))
        files.append(str(path.relative_to(out)))
    return Counts(rejected=len(rejected), **counts), tuple(files)


def _with_pages(work: _Work, journal: Journal, stepped: Stepped) -> Iterator[tuple[Reading | Rejected, Page | None]]:
    """Each result; readings with their page, collected once more, if pages are kept."""
    pages = enumerate(_Inputs(work, stepped)) if work.settings.keeps_pages else None
    for number, result in enumerate(journal.results()):
        page: Page | Rejected | None = None
        if pages is not None and isinstance(result, Reading):
            page = next((page for at, page in pages if at == number), None)
            if not isinstance(page, Page) or page.origin != result.article.origin:
                raise BulkError(f"{result.article.origin.path}: it changed while it was read. Run the same again.")
        yield result, page if isinstance(page, Page) else None


def write_aside(path: Path, data: bytes) -> None:
    """Write a file that appears at once and whole."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def prepare_folder(out: Path) -> None:
    """Make the folders that shards write to."""
    for name in (MANIFEST, UNFINISHED, QUARANTINE):
        (out / name).mkdir(parents=True, exist_ok=True)
