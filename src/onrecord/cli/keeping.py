"""`onrecord status`, `check`, `verify`, `backup` and `restore`: whether a store is whole, and copies of it."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.progress import share_shown
from onrecord.cli.report import Format, print_line, print_note, quiet_pipe
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.store.ledger import Ledger
    from onrecord.store.reports import Finding, TreeHead

__all__ = ["keeping_app"]

keeping_app = typer.Typer()

StoreArgument = Annotated[
    Path, typer.Argument(metavar="STORE", envvar="ONRECORD_STORE", help="The store.", show_default=True)
]
OutputFormat = Annotated[Format, typer.Option("--format", help="For people, or one JSON object.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]
_DEFAULT_STORE = Path("onrecord.db")
_FOUND = 1
_MOST_SHOWN = 50  # of a store that is damaged all over, nobody reads more; --format jsonl has all


@keeping_app.command()
def status(store: StoreArgument = _DEFAULT_STORE, form: OutputFormat = Format.TERMINAL) -> None:
    """Show the ledger of a store: in = stored + duplicate + quarantined, failures, sizes, models.

    \b
    Examples:
      onrecord status
      onrecord status talks.db --format jsonl
    """
    from onrecord.store.ledger import read_ledger  # noqa: PLC0415  --help has no need of the database

    _require(store)
    ledger = read_ledger(store)
    with quiet_pipe():
        if form is Format.JSONL:
            _print_json(ledger)
        else:
            for line in _ledger_lines(store, ledger):
                print_line(line)
    raise typer.Exit(0 if ledger.adds_up else _FOUND)


@keeping_app.command()
def check(store: StoreArgument = _DEFAULT_STORE, form: OutputFormat = Format.TERMINAL) -> None:
    """Check everything in a store: the file, raw pages against their digests, spans, rows, both search indexes.

    Exit code 1 if anything is wrong.

    \b
    Examples:
      onrecord check
      onrecord check talks.db
    """
    from onrecord.store.check import check_store  # noqa: PLC0415  as above

    _require(store)
    with share_shown("checking") as progress:
        checked = check_store(store, progress=progress)
    verified = checked.verified
    summary = f"{verified.articles} articles, {verified.readings} readings, {checked.pages} raw pages"
    raise typer.Exit(_tell_findings(store, checked.findings, summary, form, verified.head))


@keeping_app.command()
def verify(
    store: StoreArgument = _DEFAULT_STORE,
    proof: Annotated[
        str | None, typer.Option("--proof", metavar="STATEMENT", help="Print the proof of ARTICLE#STATEMENT instead.")
    ] = None,
    check_file: Annotated[
        Path | None, typer.Option("--check", metavar="FILE", help="Check a proof; needs --root and no store.")
    ] = None,
    root: Annotated[
        str | None, typer.Option("--root", metavar="SIZE:ROOT", help="The root as it was noted earlier, or elsewhere.")
    ] = None,
    form: OutputFormat = Format.TERMINAL,
) -> None:
    """Verify that nothing in a store was changed since it was written, and name what was.

    Raw pages, models and records are the leaves of a hash tree. Note its root (the last line) where nobody can change
    it: with --root it is shown later that all of what was there then is there still, as it was.

    A proof is a small file for one statement. Whoever has it and the root can check it without the store.

    \b
    Examples:
      onrecord verify talks.db
      onrecord verify talks.db --root 1204:6d1f...
      onrecord verify talks.db --proof 3f8a1c0b2d4e5f60#s2 > proof.json
      onrecord verify --check proof.json --root 1204:6d1f...
    """
    head = _parse_root(root)
    if check_file is not None:
        raise typer.Exit(_check_proof(check_file, head))
    _require(store)
    if proof is not None:
        from onrecord.store.proofs import prove_statement  # noqa: PLC0415  as above

        _print_json(prove_statement(store, proof))
        raise typer.Exit
    from onrecord.store.verify import verify_store  # noqa: PLC0415  as above

    with share_shown("verifying") as progress:
        verified = verify_store(store, known=head, progress=progress)
    if not verified.index_compared:
        print_note(f"the search index was not compared; that is part of: onrecord check {store}")
    summary = f"{verified.articles} articles, {verified.readings} readings"
    raise typer.Exit(_tell_findings(store, verified.findings, summary, form, verified.head))


@keeping_app.command()
def backup(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="The store.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    overwrite: Overwrite = False,
) -> None:
    """Copy a store as it is at this moment, also while others read and write.

    The copy is one file and a store itself. It appears when it is whole.

    \b
    Examples:
      onrecord backup talks.db talks-2026-01-31.db
    """
    from onrecord.store.backup import back_up  # noqa: PLC0415  as above

    _require(store)
    with share_shown("copying") as progress:
        back_up(store, file, overwrite=overwrite, progress=progress)
    print_line(f"copied {store} to {file} ({_size(file.stat().st_size)})")


@keeping_app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `onrecord backup` made.")],
    store: Annotated[Path, typer.Argument(metavar="STORE", help="The store that is to be as the copy is.")],
    overwrite: Overwrite = False,
) -> None:
    """Make a store from a copy. One that is there is replaced only with --overwrite, as a whole or not at all.

    A store so damaged that it does not open is kept beside the new one as STORE.damaged.

    \b
    Examples:
      onrecord restore talks-2026-01-31.db talks.db
      onrecord restore talks-2026-01-31.db talks.db --overwrite
    """
    from onrecord.store.backup import restore as restore_store  # noqa: PLC0415  as above

    _require(file)
    with share_shown("restoring") as progress:
        restore_store(file, store, overwrite=overwrite, progress=progress)
    print_line(f"restored {store} from {file} ({_size(store.stat().st_size)})")


def _require(path: Path) -> None:
    if not path.exists():
        raise UsageError(f"{path}: there is no store. Make one with: onrecord add SOURCE --store {path}")


def _parse_root(text: str | None) -> TreeHead | None:
    from onrecord.store.reports import parse_head  # noqa: PLC0415  as above

    if text is None:
        return None
    head = parse_head(text)
    if head is None:
        raise UsageError(f"{text}: this is no root; it is printed by `onrecord verify STORE` as SIZE:ROOT.")
    return head


def _check_proof(file: Path, head: TreeHead | None) -> int:
    from onrecord.store.proofs import check_proof, parse_proof  # noqa: PLC0415  as above

    if head is None:
        raise UsageError(
            "--check needs --root SIZE:ROOT, from somebody whom you trust; the proof itself proves nothing."
        )
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}. Check the path.") from error
    checked = check_proof(parse_proof(data), head)
    if isinstance(checked, str):
        print_line(f"NOT PROVEN: {checked}")
        return _FOUND
    said, leaf = checked
    speaker = said.statement.speaker.name if said.statement.speaker else "nobody named"
    print_line(f"proven: {said.article}#{said.statement.id} is in the store with this root, letter by letter")
    print_line(f"  {speaker}: {said.statement.act.upper()}  “{' … '.join(said.content)}”")
    facts = (said.title, said.outlet, said.published, said.url)
    print_line(f"  in {' · '.join(fact for fact in facts if fact) or '(no title)'}")
    print_line(f"  raw page: SHA-256 {leaf.page}; read {leaf.added_at}")
    return 0


def _tell_findings(store: Path, findings: Sequence[Finding], summary: str, form: Format, head: TreeHead) -> int:
    with quiet_pipe():
        if form is Format.JSONL:
            _print_json({"store": str(store), "looked_at": summary, "root": str(head), "findings": list(findings)})
            return _FOUND if findings else 0
        for finding in findings[:_MOST_SHOWN]:
            print_line(f"{finding.where}: {finding.part}: {finding.problem}")
        if len(findings) > _MOST_SHOWN:
            print_line(f"... and {len(findings) - _MOST_SHOWN} more; --format jsonl has all")
        if findings:
            print_line(f"CHANGED OR DAMAGED: {len(findings)} found in {summary}")
        else:
            print_line(f"all as it was written: {summary}")
        print_line(f"root {head}")
    return _FOUND if findings else 0


def _ledger_lines(store: Path, ledger: Ledger) -> Iterator[str]:
    yield f"{store}  {_size(ledger.sizes.file)}, version {ledger.version}"
    yield (
        f"{ledger.received} in = {ledger.stored} stored + {ledger.duplicate} duplicate "
        f"+ {ledger.quarantined} quarantined"
    )
    if not ledger.adds_up:
        yield "THIS DOES NOT ADD UP: something was lost or changed; see: onrecord check"
    if ledger.begun:
        yield f"{ledger.begun} begun and not ended: being read now, or onrecord died over it"
    if ledger.first_at and ledger.last_at:
        yield f"stored {ledger.first_at[:10]} to {ledger.last_at[:10]}; {ledger.new_versions} as new versions"
    yield f"{ledger.statements} statements"
    for failures in ledger.failures:
        yield f"  quarantined at {failures.stage}: {failures.inputs} {failures.code}"
    sizes = ledger.sizes
    yield (
        f"raw pages {_size(sizes.pages)}, packed {_size(sizes.pages_packed)}; records {_size(sizes.records)}; "
        f"search {_size(sizes.index)}; free {_size(sizes.free)}"
    )
    for row in ledger.models:
        yield f"{row.readings} read by onrecord {row.models.onrecord}, {row.models.reader}, {row.models.blocks}"


def _size(count: int) -> str:
    """How large, for people.

    >>> _size(1_500_000), _size(900)
    ('1.4 MiB', '900 bytes')
    """
    for unit, step in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= step:
            return f"{count / step:.1f} {unit}"
    return f"{count} bytes"


def _print_json(record: object) -> None:
    sys.stdout.write(msgspec.json.encode(record).decode() + "\n")
