"""Rows made of a reading, for lists and counts."""

from __future__ import annotations

import msgspec

from onrecord.records import Reading

__all__ = ["statement_rows"]

Row = tuple[int, str, int, str | None, str, str, int, int, int, str | None, float]


def statement_rows(article: int, reading: Reading) -> list[Row]:
    """One row for each statement, as the table `statement` has its columns."""
    return [
        (
            *(article, said.id, position, said.speaker.name if said.speaker else None),
            *(msgspec.json.encode([via.name for via in said.via]).decode(), said.act.value),
            *(int(said.hedged), int(said.conditional), int(said.negated), said.within, said.confidence),
        )
        for position, said in enumerate(reading.statements)
    ]
