"""What the sources say, in one form: persons with terms of office, and other actors."""

from __future__ import annotations

from dataclasses import dataclass, field

from onrecord.lexicon.actors.folding import fold, korean_key, order_free_key
from onrecord.lexicon.actors.records import ActorKind


@dataclass(frozen=True)
class Term:
    """A person held a position of a country (or body) from `start` to `end`; dates as the source gives them."""

    position: str
    country: str
    start: str
    end: str
    source: str


@dataclass
class Person:
    name: str
    country: str
    names: set[str] = field(default_factory=set)
    wikidata: str = ""
    born: str = ""
    terms: list[Term] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    sector: str = ""  # where no term tells it
    pinned: bool = False  # by hand: keeps the plain id

    def name_keys(self) -> set[str]:
        """Under which another source may have the same person."""
        found = {order_free_key(name) for name in (self.name, *self.names) if " " in fold(name)}
        if self.country in {"PRK", "KOR"}:
            found |= {"^" + key for name in (self.name, *self.names) if (key := korean_key(name))}
        return found


@dataclass(frozen=True)
class Body:
    """An actor that is no person."""

    kind: ActorKind
    name: str
    country: str
    sector: str
    names: tuple[str, ...] = ()
    wikidata: str = ""
    source: str = "hand"
    level: int = 2
    slug: str = ""  # if the id is not to be made of the name
