"""Outlets, agencies and those who speak or are spoken to, as the table `named` keeps them: one row for each way."""

from __future__ import annotations

from typing import NamedTuple

import apsw

from onrecord.lexicon.actors.folding import fold

__all__ = ["Name", "name_of", "number_of", "padded"]

_FIND = """
    SELECT number FROM named WHERE kind = ?1 AND name = ?2 AND ifnull(actor, '') = ifnull(?4, '')
        AND ifnull(wikidata, '') = ifnull(?5, '') AND ifnull(country, '') = ifnull(?6, '')
        AND ifnull(sector, '') = ifnull(?7, '')"""
_ADD = "INSERT INTO named (kind, name, folded, actor, wikidata, country, sector) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"


class Name(NamedTuple):
    """An outlet, an agency or a speaker, as `named` holds it."""

    kind: str
    name: str
    folded: str
    actor: str | None = None
    wikidata: str | None = None
    country: str | None = None
    sector: str | None = None


def name_of(kind: str, name: str, *known: str | None) -> Name:
    """A name with what is `known` of it: id, Wikidata's number, country, sector."""
    return Name(kind, name, padded(name), *known)


def number_of(connection: apsw.Connection, name: Name) -> int:
    """The number of its row, which is made if there is none."""
    for (number,) in connection.execute(_FIND, name):
        return int(number)
    connection.execute(_ADD, name)
    return connection.last_insert_rowid()


def padded(name: str | None) -> str:
    """The words of a name without case, accents and marks, a blank before and after each: whole words can be found.

    >>> padded("Kim Jong-un"), padded(None)
    (' kim jong un ', '')
    """
    folded = fold(name) if name else ""
    return f" {folded} " if folded else ""
