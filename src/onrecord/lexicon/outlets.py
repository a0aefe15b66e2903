"""Which outlet stands behind a web address."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from msgspec import Struct

__all__ = ["OutletBook", "fold_name", "load_outlet_book"]

_MOST_LABELS = 10  # of an address that are looked at; the longest listed has four
_DOORS = ("www.", "m.", "mobile.", "amp.", "edition.", "beta.")  # labels that lead to the same outlet


class OutletBook(Struct, frozen=True, kw_only=True):
    """Loaded once by `load_outlet_book`."""

    by_domain: Mapping[str, str]  # address without "www." -> the name that the outlet gives itself
    folded: frozenset[str]  # these names by `fold_name`

    def find(self, host: str) -> tuple[str, bool] | None:
        """The outlet of a host, and whether its own address is listed rather than one above it.

        >>> book = OutletBook(by_domain={"example.co.uk": "The Example"}, folded=frozenset())
        >>> book.find("www.example.co.uk"), book.find("shop.example.co.uk"), book.find("co.uk")
        (('The Example', True), ('The Example', False), None)
        """
        host = host.lower().rstrip(".")
        labels = host.removeprefix(next((door for door in _DOORS if host.startswith(door)), "")).split(".")
        for skipped in range(max(0, len(labels) - _MOST_LABELS), len(labels)):
            name = self.by_domain.get(".".join(labels[skipped:]))
            if name:
                return name, skipped == 0
        return None


def fold_name(text: str) -> str:
    """A name's letters and digits without case, for comparing names.

    >>> fold_name("The Velm-Gazette")
    'thevelmgazette'
    """
    return "".join(filter(str.isalnum, text.casefold()))


def load_outlet_book() -> OutletBook:
    """Read the list of the package."""
    text = (files("onrecord") / "data" / "outlets.csv").read_text(encoding="utf-8")
    rows = (line.partition(",") for line in text.splitlines() if line and not line.startswith("#"))
    by_domain = {domain: name for domain, _, name in rows}
    return OutletBook(by_domain=by_domain, folded=frozenset(map(fold_name, by_domain.values())))
