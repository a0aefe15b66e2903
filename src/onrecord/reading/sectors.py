"""Of which sectors of policy a statement speaks: by its words, else by those of its article."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from onrecord.lexicon.sectors import SectorWords
from onrecord.records import Sector, Span, Statement

__all__ = ["SectorFinder"]

_MOST = 2  # sectors of a statement


class SectorFinder:
    """Finds the words of one text that tell a sector, once, and then asks which of them a statement holds."""

    def __init__(self, text: str, words: SectorWords) -> None:
        self._found = [
            (match.start(), match.end(), words.groups[(match.lastindex or 1) - 1])
            for match in words.pattern.finditer(text)
        ]
        self._starts = [start for start, _, _ in self._found]
        self._usual = Counter(sector for _, _, sector in self._found)

    def sectors_of(self, said: Statement) -> tuple[tuple[Sector, ...], tuple[Span, ...]]:
        """The sectors, and the words that tell them; without such words the sector of most of the article."""
        told = self._within(said.content) or self._within((*said.source, *said.cue))
        if not told:
            return tuple(sector for sector, count in self._usual.most_common(1) if count > 2), ()
        counts = Counter(sector for _, _, sector in told)
        ranked = sorted(counts, key=lambda sector: (-counts[sector], -self._usual[sector]))[:_MOST]
        kept = [sector for sector in ranked if 2 * counts[sector] >= counts[ranked[0]]]
        spans = tuple(Span(start, end) for start, end, sector in told if sector in kept)
        return tuple(sector for sector in Sector if sector in kept), spans

    def _within(self, spans: Sequence[Span]) -> list[tuple[int, int, Sector]]:
        inside = []
        for span in spans:
            at = self._found[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]
            inside += [one for one in at if one[1] <= span.end]
        return inside
