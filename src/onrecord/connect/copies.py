"""Copies and wire pick-ups: which articles hold one text, what was cut, added or re-headed, and who had it first.

Two steps. Fingerprints find candidates among any number of articles: of every stretch of 20 words at least one run of
5 is remembered (winnowing; Schleimer, Wilkerson and Aiken 2003, "Winnowing: Local Algorithms for Document
Fingerprinting"). Then the words of both are aligned, and only that decides. A pick-up is often cut to a third and set
among other text: the two are as unlike as a whole (Jaccard .3, where MinHash no longer tells them from chance), and
alike in every stretch that was kept.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from onrecord.connect.words import Words, find_words, fold_words
from onrecord.connections import Copy, CopyGroup
from onrecord.records import Article, Span

__all__ = [
    "MAX_SHARED_BY",
    "CopyIndex",
    "agency_of",
    "compare_texts",
    "describe_group",
    "likely_copies",
    "sketch_text",
]

_RUN = 5  # words of a fingerprint: long enough to be rare, short enough to survive a typo in every twenty words
_WINDOW = 16  # runs of which one is remembered
MAX_SHARED_BY = 200  # articles with one fingerprint: from there on it is a set phrase of an outlet and tells nothing
_MIN_SHARED = 0.25  # of the fingerprints of the shorter one; a copy cut and cluttered with typos keeps .35 and more
_MOST_CANDIDATES = 12

_MIN_SHARE = 0.5  # of the shorter text, in common runs
_MIN_SHARE_SHORT, _SHORT = 0.75, 50  # the same where fewer words are shared: one long sentence is half of a brief
_MIN_WORDS = 12  # in common runs; below that nobody can say who copied
_LONG_RUN = 8  # words of a passage that is no chance; set phrases of news are shorter
_SHORT_RUN = 3  # words; shorter ones are chance as often as not
_NEAR = 3  # words between runs that are one passage with a change in it
_MIN_UNQUOTED, _LEAST_UNQUOTED = 15, 0.3  # words, and share of all: enough to judge an article by
_MOST_WORDS = 20_000  # aligned of a text; the table of an alignment takes n² bits

_QUOTED = re.compile(r"“[^”\n]*|\"[^\"\n]*\"|«[^»\n]*|„[^“”\n]*")


def sketch_text(text: str) -> tuple[int, ...]:
    """A text's fingerprints: 64-bit signed numbers, each once, the same on every machine; none of under five words."""
    return tuple(_winnow(_run_codes(fold_words(text))).tolist())


def _run_codes(keys: Sequence[str]) -> NDArray[np.uint64]:
    """A number for each run of `_RUN` words."""
    if len(keys) < _RUN:
        return np.zeros(0, np.uint64)
    words = np.fromiter(map(_word_code, keys), np.uint64, len(keys))
    code = np.zeros(len(keys) - _RUN + 1, np.uint64)
    for at in range(_RUN):
        code = code * _ODD + words[at : len(keys) - _RUN + 1 + at]
    code ^= code >> np.uint64(29)  # mixing as in splitmix64, so that the least of a window is a fair draw
    code *= _MIXER
    return np.asarray(code ^ (code >> np.uint64(32)))


_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIXER = np.uint64(0xBF58476D1CE4E5B9)


@lru_cache(maxsize=200_000)
def _word_code(key: str) -> int:
    return crc32(key.encode("utf-8", "replace")) + 1


def _winnow(codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The least code of every window, each once."""
    if len(codes) > _WINDOW:
        codes = np.lib.stride_tricks.sliding_window_view(codes, _WINDOW).min(axis=1)
    return np.unique(codes).view(np.int64)


class Postings(Protocol):
    """Which articles have a fingerprint; in memory or in a store."""

    def sharing(self, prints: Sequence[int]) -> Iterable[tuple[str, int, int]]:
        """(article, how many of these fingerprints it has, how many it has in all).

        Fingerprints of more than `MAX_SHARED_BY` articles count for nothing.
        """


def likely_copies(prints: Sequence[int], postings: Postings) -> tuple[str, ...]:
    """Articles worth comparing with a text of these fingerprints, the likeliest first, never more than twelve."""
    own = len(prints)
    scored = [
        (shared / max(1, min(own, total)), article)
        for article, shared, total in postings.sharing(prints)
        if shared >= min(2, own, total) and shared >= _MIN_SHARED * min(own, total)
    ]
    return tuple(article for _, article in sorted(scored, reverse=True)[:_MOST_CANDIDATES])


class CopyIndex:
    """Texts one after the other, each compared with those before it; in memory."""

    def __init__(self) -> None:
        self._holders: dict[int, list[str]] = defaultdict(list)
        self._totals: dict[str, int] = {}
        self._texts: dict[str, tuple[str, str | None]] = {}

    def sharing(self, prints: Sequence[int]) -> Iterable[tuple[str, int, int]]:
        """As `Postings` asks."""
        shared: Counter[str] = Counter()
        for code in prints:
            holders = self._holders.get(code, ())
            if len(holders) <= MAX_SHARED_BY:
                shared.update(holders)
        return [(article, count, self._totals[article]) for article, count in shared.items()]

    def add(self, id_: str, text: str, title: str | None = None) -> dict[str, Copy]:
        """The articles added before that hold the same text, the likeliest first; then remember this one too."""
        prints = sketch_text(text)
        found = {}
        for other in likely_copies(prints, self):
            copy = compare_texts(self._texts[other], (text, title))
            if copy:
                found[other] = copy
        for code in prints:
            self._holders[code].append(id_)
        self._totals[id_], self._texts[id_] = len(prints), (text, title)
        return found


def compare_texts(first: tuple[str, str | None], second: tuple[str, str | None]) -> Copy | None:
    """How two articles, given as (text, title), are one text; None if they are not.

    They are if half the words of one stand in the other, in order and in runs; words in quotation marks do not count
    where there are enough others, for whoever was there can quote the same speech. Of each text the first 20,000 words
    are compared.
    """
    ours, theirs = find_words(first[0])[:_MOST_WORDS], find_words(second[0])[:_MOST_WORDS]
    passages = _passages(ours.keys, theirs.keys)
    held = [block for passage in passages for block in passage]
    shared = sum(block.end - block.start for block in held)
    share = max(
        _share(first[0], ours, [(block.start, block.end) for block in held]),
        _share(second[0], theirs, [(block.other, block.other_end) for block in held]),
    )
    if shared < _MIN_WORDS or share < (_MIN_SHARE if shared >= _SHORT else _MIN_SHARE_SHORT):
        return None
    titles = [fold_words(title or "") for _, title in (first, second)]
    return _differences(ours, theirs, passages, share=share, reheaded=all(titles) and titles[0] != titles[1])


class _Block(NamedTuple):
    """Words `start` up to `end` of the first text, equal to as many from `other` on of the second."""

    start: int
    end: int
    other: int

    @property
    def other_end(self) -> int:
        return self.other + self.end - self.start


def _passages(ours: Sequence[str], theirs: Sequence[str]) -> list[list[_Block]]:
    """Runs of equal words in both texts, in order, those near each other together."""
    passages: list[list[_Block]] = []
    for code in LCSseq.opcodes(ours, theirs):
        if code.tag != "equal" or code.src_end - code.src_start < _SHORT_RUN:
            continue
        block = _Block(code.src_start, code.src_end, code.dest_start)
        last = passages[-1][-1] if passages else None
        if last and block.start - last.end <= _NEAR and block.other - last.other_end <= _NEAR:
            passages[-1].append(block)
        else:
            passages.append([block])
    return [passage for passage in passages if sum(block.end - block.start for block in passage) >= _LONG_RUN]


def _share(text: str, words: Words, held: Sequence[tuple[int, int]]) -> float:
    """Of the words outside quotation marks, how many are held; of all if these are few."""
    counts = np.ones(len(words), bool)
    for quoted in _QUOTED.finditer(text):
        counts[bisect_left(words.starts, quoted.start()) : bisect_left(words.starts, quoted.end())] = False
    if counts.sum() < max(_MIN_UNQUOTED, _LEAST_UNQUOTED * len(words)):
        counts[:] = True
    return float(sum(counts[start:end].sum() for start, end in held) / max(1, counts.sum()))


def _differences(
    ours: Words, theirs: Words, passages: Sequence[Sequence[_Block]], *, share: float, reheaded: bool
) -> Copy:
    """What the second text made of the first."""
    cut: list[Span] = []
    added: list[Span] = []
    changed: list[tuple[Span, Span]] = []
    at = other_at = 0
    edges = [(block, number > 0) for passage in passages for number, block in enumerate(passage)]
    for block, is_inside in [*edges, (_Block(len(ours), len(ours), len(theirs)), False)]:
        gone = ours.span(at, block.start - 1) if block.start > at else None
        come = theirs.span(other_at, block.other - 1) if block.other > other_at else None
        if is_inside and gone and come:
            changed.append((gone, come))
        else:
            cut += [gone] if gone else []
            added += [come] if come else []
        at, other_at = block.end, block.other_end
    return Copy(
        share=round(share, 3),
        same=tuple(
            (ours.span(passage[0].start, passage[-1].end - 1), theirs.span(passage[0].other, passage[-1].other_end - 1))
            for passage in passages
        ),
        cut=tuple(cut),
        added=tuple(added),
        changed=tuple(changed),
        reheaded=reheaded,
    )


def describe_group(id_: str, articles: Sequence[Article]) -> CopyGroup:
    """Who of the articles that hold one text had it first, and the agency behind it."""
    ordered = sorted(articles, key=lambda article: (not article.published, _day(article) or "", article.id))
    agencies = Counter(name for article in ordered if (name := agency_of(article)))
    return CopyGroup(
        id=id_,
        articles=tuple(article.id for article in ordered),
        earliest=_earliest(ordered),
        agency=agencies.most_common(1)[0][0] if agencies else None,
    )


def agency_of(article: Article) -> str | None:
    """The agency that an article names as its source."""
    return article.agency or (article.dateline.agency if article.dateline else None)


def _day(article: Article) -> str | None:
    return article.published.value[:10] if article.published else None


def _earliest(ordered: Sequence[Article]) -> str | None:
    """The article with the earliest day, or time of that day if all of them tell it."""
    day = _day(ordered[0])
    if day is None:
        return None
    first = [article for article in ordered if _day(article) == day]
    if len(first) == 1:
        return first[0].id
    times = [_time(article) for article in first]
    known = [time for time in times if time is not None]
    if len(known) < len(first) or known.count(min(known)) > 1:
        return None
    return first[times.index(min(known))].id


def _time(article: Article) -> datetime | None:
    """The moment of publication; None without a time and a zone, which alone can be compared."""
    try:
        moment = datetime.fromisoformat(article.published.value if article.published else "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
