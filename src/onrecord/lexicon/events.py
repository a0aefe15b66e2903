"""The code book of events: modes, contexts, CAMEO codes and scores of PLOVER's sixteen types."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct, convert

__all__ = ["CodeBook", "Coding", "load_code_book"]


class Coding(Struct, frozen=True, kw_only=True):
    """What the code book makes of one event."""

    mode: str | None
    contexts: tuple[str, ...]
    cameo: str
    goldstein: float
    score: float  # PLOVER's, -10 conflict to 10 cooperation
    quad: int  # 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict


class _Code(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    cameo: str
    goldstein: float
    mode: str | None = None
    score: float | None = None
    stems: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    def fits(self, trigger: str, clause: str) -> bool:
        if not self.stems and not self.near:
            return True
        if any(trigger.startswith(stem) for stem in self.stems):
            return True
        return any(re.search(rf"\b{re.escape(stem)}", clause) for stem in self.near)


class _Type(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    quad: int
    score: float
    cameo: str
    goldstein: float
    codes: tuple[_Code, ...] = ()


class CodeBook(Struct, frozen=True, kw_only=True):
    """Loaded once from `data/events.toml`."""

    types: Mapping[str, _Type]
    contexts: Mapping[str, re.Pattern[str]]

    def code(self, kind: str, trigger: str, clause: str) -> Coding:
        """Mode, contexts and codes of an event.

        Args:
            kind: one of PLOVER's types.
            trigger: the word that tells the event.
            clause: the words around it, itself included.
        """
        own, clause = self.types[kind], clause.lower()
        fine = next((code for code in own.codes if code.fits(trigger.lower(), clause)), None)
        return Coding(
            mode=fine.mode if fine else None,
            contexts=tuple(name for name, signs in self.contexts.items() if signs.search(clause)),
            cameo=fine.cameo if fine else own.cameo,
            goldstein=fine.goldstein if fine else own.goldstein,
            score=own.score if fine is None or fine.score is None else fine.score,
            quad=own.quad,
        )


@lru_cache(maxsize=1)
def load_code_book() -> CodeBook:
    """The shipped code book; read from disk once."""
    raw = tomllib.loads((files("onrecord") / "data" / "events.toml").read_text(encoding="utf-8"))
    contexts: dict[str, Sequence[str]] = raw.pop("contexts")
    return CodeBook(
        types=convert(raw, dict[str, _Type]),
        contexts={name: re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})") for name, words in contexts.items()},
    )
