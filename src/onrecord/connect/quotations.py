"""Whether a quotation says what was said: held against a primary text, or against how others report the same words.

The kinds, in the order in which they are tried:

not found             too little of it stands in any one stretch of the text
verbatim              nothing differs but typography, spelling and what the editor put in brackets
altered               a number was put for another, a "not" came or went, or a few words did while the rest is kept
translated otherwise  much is other words, in another order perhaps, that mean the same
shortened             words were left out and nothing else
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from onrecord.connect.alignment import Aligned, Plain, align_words, plain_words, weight_of
from onrecord.connect.words import Words, find_words, fold_words
from onrecord.connections import QuoteChange, QuoteCheck, QuoteKind, Report, SharedQuotation
from onrecord.records import Reading, Span, Statement, StatementKind
from onrecord.spans import split_sentences

__all__ = ["Likeness", "check_quotation", "quoted_words", "shared_quotations"]

_MIN_KEPT = 0.4  # of the weight of a quotation's words; renderings of one sentence keep .3 to .7 (benchmarks.drifts)
_MIN_FULL_WORDS = 2  # that tell something and are kept; one more of a quotation of six and more
_WIDESPREAD = 0.28  # of the weight replaced or put in: from there on it is told in other words, not changed in places

# How alike two renderings are at least, by the words of the reader's network (benchmarks.drifts): of 50 hand-made pairs
# one in twenty is less alike than .49, of 2,450 sentences put together at random the most alike has .38.
_MIN_ALIKE = 0.45
_UNLIKE, _SAME = 0.15, 0.5  # products of vectors that say nothing, and as much as the same word does

_NOT = frozenset({"not", "no", "never", "neither", "nor", "none", "nothing", "nobody", "without", "cannot"})
_BRACKETS = re.compile(r"\[[^\]\n]*\]")
_ELLIPSIS = re.compile(r"\.\s?\.\s?\.|…|\[\s?\]")
_QUOTED = re.compile(r"“[^”\n]*”?|\"[^\"\n]*\"?|«[^»\n]*»?|„[^“”\n]*[“”]?|‘[^\n]*’")


class Likeness(Protocol):
    """What tells how near words are in meaning."""

    def vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """[words, sizes], rows of length 1."""


def check_quotation(quote: str, text: str, likeness: Likeness | None = None) -> QuoteCheck:
    """How the words of a quotation stand to a text: the best stretch of it, and every place where the two part.

    Args:
        likeness: without it, only renderings that share a third of their words are found to be such.

    >>> quoted = "We will never leave the northern harbour to them."
    >>> check_quotation(quoted, "He said: we will leave the northern harbour to them, and soon.").kind
    <QuoteKind.ALTERED: 'altered'>
    """
    own, theirs = find_words(quote, _outside_brackets(quote)), find_words(text)
    ours, source = plain_words(own), plain_words(theirs)
    parts = align_words(ours.keys, source.keys)
    kept = _kept(ours, parts)
    if not _is_found(ours, parts, kept):
        return (likeness and _find_rendering(ours, text, likeness)) or QuoteCheck(kind=QuoteKind.NOT_FOUND)
    differing = [part for part in parts if not part.same]
    where = [part.text for part in parts if part.text[1] > part.text[0]]
    return QuoteCheck(
        kind=_kind(quote, own, ours, source, differing),
        source=_span(theirs, source, (where[0][0], where[-1][1])),
        changes=tuple(
            QuoteChange(quote=_span(own, ours, part.quote), source=_span(theirs, source, part.text))
            for part in differing
        ),
        kept=round(kept, 3),
    )


def _find_rendering(ours: Plain, text: str, likeness: Likeness) -> QuoteCheck | None:
    """The sentence, or two in a row, that mean what the quotation means; None if none comes near."""
    full = [key for key in ours.keys if weight_of(key) == 1]
    if len(full) < _MIN_FULL_WORDS:
        return None
    vectors = likeness.vectors(full)
    sentences = split_sentences(text)
    pairs = [Span(one.start, two.end) for one, two in pairwise(sentences)]
    best = max(((_alike(vectors, text, span, likeness), span) for span in [*sentences, *pairs]), default=None)
    if best is None or best[0] < _MIN_ALIKE:
        return None
    source = plain_words(find_words(text, [best[1]]))
    if _numbers(ours.keys) != _numbers(source.keys):
        return None  # other words and another number: something else was said
    kind = QuoteKind.TRANSLATED if _negations(ours.keys) == _negations(source.keys) else QuoteKind.ALTERED
    return QuoteCheck(kind=kind, source=best[1], kept=round(min(best[0], 1.0), 3))


def _alike(vectors: NDArray[np.float32], text: str, span: Span, likeness: Likeness) -> float:
    """How well each word of either finds its like in the other, from 0 to 1."""
    full = [key for key in plain_words(find_words(text, [span])).keys if weight_of(key) == 1]
    if not full:
        return 0.0
    alike = ((vectors @ likeness.vectors(full).T - _UNLIKE) / (_SAME - _UNLIKE)).clip(0, 1)
    return float(alike.max(axis=1).mean() + alike.max(axis=0).mean()) / 2


def _outside_brackets(quote: str) -> list[Span]:
    """A quotation without what its editor put in: "he [Kim] said"."""
    edges = [0, *(edge for match in _BRACKETS.finditer(quote) for edge in match.span()), len(quote)]
    return [Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _kept(ours: Plain, parts: Sequence[Aligned]) -> float:
    same = sum(_weight(ours, part.quote) for part in parts if part.same)
    return same / max(1e-9, _weight(ours, (0, len(ours.keys))))


def _weight(plain: Plain, part: tuple[int, int]) -> float:
    return sum(map(weight_of, plain.keys[part[0] : part[1]]))


def _is_found(ours: Plain, parts: Sequence[Aligned], kept: float) -> bool:
    full = sum(weight_of(key) == 1 for part in parts if part.same for key in ours.keys[part.quote[0] : part.quote[1]])
    wanted = sum(weight_of(key) == 1 for key in ours.keys)
    if not wanted:  # "I will": found to the letter or not at all
        return bool(parts) and all(part.same for part in parts)
    return kept >= _MIN_KEPT and full >= min(_MIN_FULL_WORDS + (wanted >= 6), wanted)


def _kind(quote: str, own: Words, ours: Plain, source: Plain, differing: Sequence[Aligned]) -> QuoteKind:
    if not differing:
        return QuoteKind.VERBATIM
    unmarked = [part for part in differing if not _is_marked(quote, own, ours, part)]
    here = [ours.keys[at] for part in unmarked for at in range(*part.quote)]
    there = [source.keys[at] for part in unmarked for at in range(*part.text)]
    put_for = [source.keys[at] for part in unmarked if part.quote[1] > part.quote[0] for at in range(*part.text)]
    if _numbers(here) != _numbers(put_for) or _negations(here) != _negations(there):
        return QuoteKind.ALTERED
    replaced = sum(map(weight_of, here))
    if not replaced:
        return QuoteKind.SHORTENED
    is_widespread = replaced >= _WIDESPREAD * _weight(ours, (0, len(ours.keys)))
    return QuoteKind.TRANSLATED if is_widespread else QuoteKind.ALTERED


def _numbers(keys: Sequence[str]) -> list[str]:
    return sorted(key for key in keys if key[0].isdigit())


def _negations(keys: Sequence[str]) -> int:
    """0 for an even number of them, 1 for an odd one."""
    return sum(key in _NOT for key in keys) % 2


def _is_marked(quote: str, own: Words, ours: Plain, part: Aligned) -> bool:
    """Whether words were only left out, and the quotation has an ellipsis or a bracket in their place."""
    at, end = part.quote
    if end > at:
        return False
    after = own.starts[ours.at[at]] if at < len(ours.at) else len(quote)
    before = own.ends[ours.at[at - 1]] if at else 0
    return _ELLIPSIS.search(quote, before, after) is not None or "[" in quote[before:after]


def _span(words: Words, plain: Plain, part: tuple[int, int]) -> Span | None:
    return words.span(plain.at[part[0]], plain.at[part[1] - 1]) if part[1] > part[0] else None


def quoted_words(reading: Reading) -> tuple[Report, ...]:
    """What a reading has in quotation marks, statement by statement; paraphrases are left out."""
    found = []
    for said in reading.statements:
        if said.kind is StatementKind.INDIRECT:
            continue
        parts = _quoted_parts(reading.article.text, said)
        if parts:
            speaker = said.speaker.name if said.speaker else None
            words = " … ".join(parts)
            found.append(Report(article=reading.article.id, statement=said.id, speaker=speaker, words=words))
    return tuple(found)


def _quoted_parts(text: str, said: Statement) -> list[str]:
    """The quoted stretches of a statement; all of it if it is in quotation marks as a whole."""
    parts = []
    for span in said.content:
        content = text[span.start : span.end]
        quoted = [match.group().strip('“”"«»„‘’ ') for match in _QUOTED.finditer(content)]
        parts += quoted or ([content] if said.kind is StatementKind.DIRECT else [])
    return [part for part in parts if part]


def shared_quotations(reports: Sequence[Report], likeness: Likeness | None = None) -> tuple[SharedQuotation, ...]:
    """The quotations that several articles have, the one in most articles first; each held against its fullest report.

    A report joins the fullest one in which it is found; of equally full ones the first counts. Those of the article
    that has the fullest are left out.
    """
    groups: list[tuple[Report, list[tuple[Report, QuoteCheck]]]] = []
    for report in sorted(reports, key=lambda report: -len(report.words)):
        home = next(((group, check) for group in groups if (check := _check(report, group[0], likeness))), None)
        if home is None:
            groups.append((report, []))
        elif report.article != home[0][0].article:
            home[0][1].append((report, home[1]))
    shared = [SharedQuotation(fullest=fullest, others=tuple(others)) for fullest, others in groups if others]
    return tuple(sorted(shared, key=lambda quotation: -len({other.article for other, _ in quotation.others})))


def _check(report: Report, fullest: Report, likeness: Likeness | None) -> QuoteCheck | None:
    """The one held against the other; None where they have nothing to do with each other."""
    ours, theirs = ({key for key in fold_words(one.words) if weight_of(key) == 1} for one in (report, fullest))
    is_one_speaker = report.speaker is not None and report.speaker == fullest.speaker
    if len(ours & theirs) < min(_MIN_FULL_WORDS, len(ours)) and not is_one_speaker:
        return None
    check = check_quotation(report.words, fullest.words, likeness if is_one_speaker else None)
    return None if check.kind is QuoteKind.NOT_FOUND else check
