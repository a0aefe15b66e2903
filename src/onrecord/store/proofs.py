"""A small file that proves one statement: that it stands in a store with a known root, letter by letter."""

from __future__ import annotations

from pathlib import Path

import apsw
import msgspec
from msgspec import Struct

from onrecord.errors import StoreError, UsageError
from onrecord.records import Reading
from onrecord.store.connection import select
from onrecord.store.leaves import Leaf, Said, said_parts, sha256_hex
from onrecord.store.merkle import hash_leaf, inclusion_path, root_by_path, root_of
from onrecord.store.reports import TreeHead, opened

__all__ = ["Proof", "check_proof", "parse_proof", "prove_statement"]

_FORMAT = "onrecord-proof-1"


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way up a hash tree: which leaf of how many, and the hashes beside the way, lowest first."""

    index: int
    size: int
    path: tuple[str, ...]


class Proof(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From a statement to the root: up the tree of its reading, and from there up the tree of the store."""

    format: str
    said: msgspec.Raw  # JSON of Said, to the byte: it is what was hashed
    in_reading: Step
    reading: msgspec.Raw  # JSON of Leaf, to the byte
    in_store: Step
    root: str  # "SIZE:ROOT" of the store when the proof was made


def prove_statement(path: Path, statement: str) -> Proof:
    """The proof of a statement of the newest reading of an article.

    Args:
        path: the store.
        statement: "ARTICLE#STATEMENT", as "3f8a1c0b2d4e5f60#s2".

    Raises:
        UsageError: there is no such statement.
        StoreError: the store cannot be read, or what it holds of the statement was changed.
    """
    article, _, statement_id = statement.rpartition("#")
    with opened(path) as connection:
        number, parts, reading = _find_reading(connection, path, article, statement)
        leaves = [hashed for (hashed,) in select(connection, tuple[bytes], "SELECT hash FROM leaf ORDER BY number")]
    index = next((i for i, one in enumerate(reading.statements) if one.id == statement_id), None)
    if index is None:
        raise UsageError(f"{statement}: the article has no such statement. See them with: onrecord show {article}")
    said = said_parts(reading)
    hashes = [hash_leaf(part) for part in said]
    return Proof(
        format=_FORMAT,
        said=msgspec.Raw(said[index]),
        in_reading=_step(index, hashes),
        reading=msgspec.Raw(parts.encode()),
        in_store=_step(number - 1, leaves),
        root=str(TreeHead(size=len(leaves), root=root_of(leaves).hex())),
    )


def parse_proof(data: bytes) -> Proof:
    """A proof from its file.

    Raises:
        UsageError: it is none.
    """
    try:
        proof = msgspec.json.decode(data, type=Proof)
    except msgspec.MsgspecError as error:
        raise UsageError(
            f"this is not a proof ({error}); make one with: onrecord verify STORE --proof STATEMENT"
        ) from error
    if proof.format != _FORMAT:
        raise UsageError(f"this proof is of format {proof.format!r}; this onrecord checks {_FORMAT}.")
    return proof


def check_proof(proof: Proof, head: TreeHead) -> tuple[Said, Leaf] | str:
    """The statement and the reading it stands in, if the proof leads from them to the root; else why it does not.

    Args:
        proof: from anyone.
        head: from where it can be trusted: your own note, a printed page, a timestamping service.
    """
    try:
        said, leaf = msgspec.json.decode(proof.said, type=Said), msgspec.json.decode(proof.reading, type=Leaf)
    except msgspec.MsgspecError as error:
        return f"the proof cannot be read ({error})"
    if _root_after(proof.in_reading, bytes(proof.said)) != leaf.statements:
        return "the statement is not one of the reading that the proof names"
    if said.article != leaf.article:
        return "the statement and the reading name different articles"
    if proof.in_store.size != head.size:
        return f"the proof is for a store of {proof.in_store.size} readings, the root for one of {head.size}"
    if _root_after(proof.in_store, bytes(proof.reading)) != head.root:
        return "the reading is not in a store with this root"
    return said, leaf


def _find_reading(connection: apsw.Connection, path: Path, article: str, statement: str) -> tuple[int, str, Reading]:
    query = """SELECT r.number, l.parts, r.record FROM article a JOIN reading r ON r.article = a.number
               JOIN leaf l ON l.number = r.number WHERE a.id = ? ORDER BY r.number DESC LIMIT 1"""
    rows = select(connection, tuple[int, str, str], query, (article,))
    if not rows:
        told = "Name it as ARTICLE#STATEMENT; `onrecord search WORDS` tells the ids."
        raise UsageError(f"{statement}: there is no such article in {path}. {told}")
    number, parts, record = rows[0]
    if sha256_hex(record) != msgspec.json.decode(parts, type=Leaf).record:
        raise StoreError(
            f"{path}: the record of {article} was changed since it was written; see: onrecord verify {path}"
        )
    return number, parts, msgspec.json.decode(record, type=Reading)


def _step(index: int, hashes: list[bytes]) -> Step:
    path = tuple(hashed.hex() for hashed in inclusion_path(index, hashes))
    return Step(index=index, size=len(hashes), path=path)


def _root_after(step: Step, data: bytes) -> str | None:
    try:
        path = [bytes.fromhex(hashed) for hashed in step.path]
    except ValueError:
        return None
    root = root_by_path(hash_leaf(data), step.index, step.size, path)
    return root.hex() if root else None
