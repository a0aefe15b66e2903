"""The lines of a page, and what can be seen of a line without knowing its language: input of the block model.

A line is described by its own form (length, case, punctuation, marks), by its place on the page, and by the page as a
whole; the model adds the neighbours. Word lists (`PressLexicon`) give a few more hints where the language is known.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onrecord.lexicon.press import PressLexicon, fold_words

__all__ = ["FEATURES", "Line", "describe_lines", "split_lines", "wrap_width"]

_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_LETTER_RUN = re.compile(r"[^\W\d_]+")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")  # scripts without spaces: two signs count as a word
_SENTENCE_END = re.compile(r"[.!?。！？؟।…][\"'”’»)\]*_]*$")
_INNER_END = re.compile(r"[.!?。！？؟।][\"'”’»)\]*_]*\s+\S|[。！？]")
_BULLET = re.compile(r"[*•·▪◦‣\-–+]\s|\d{1,3}[.)]\s")
_LINK = re.compile(r"\]\(|https?:|www\.|!\[")
_DATE = re.compile(r"\b(?:19|20)\d\d\b")
_TIME = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_QUOTE = re.compile('["“”„«»「」]')
_OPENING_MARKS, _CLOSING_MARKS = "#>*•·▪◦‣|_-–+ \t\xa0", "*_| \t\xa0"
_LOOK = 2_000  # characters of a line that are looked at; the form of a longer line does not change any more


class Line(NamedTuple):
    """A line of a page without the white space around it; offsets are code points of the page."""

    start: int
    end: int
    text: str
    indent: int  # white space before it
    blanks: int  # empty lines before it


class _Form(NamedTuple):
    """What a text shows of itself."""

    words: tuple[str, ...]
    measures: tuple[float, ...]
    is_prose: bool
    size: float  # letters and digits, in characters of an alphabet


FEATURES = 58


def split_lines(text: str) -> list[Line]:
    """The lines of a text that are not blank, in order."""
    lines: list[Line] = []
    last_end, started = 0, False
    for match in _LINE.finditer(text):
        stripped = match.group().strip()
        if not stripped:
            continue
        start = match.start() + match.group().index(stripped[0])
        breaks = _count_breaks(text, last_end, match.start()) if started else 1
        lines.append(Line(start, start + len(stripped), stripped, start - match.start(), breaks - 1))
        last_end, started = start + len(stripped), True
    return lines


def _count_breaks(text: str, start: int, end: int) -> int:
    between = text[start:end]
    return max(1, between.count("\n") or len(between.strip(" \t").splitlines()))


def wrap_width(lines: Sequence[Line]) -> int | None:
    """The width that a page's text was wrapped at, or None where lines are as long as their paragraphs.

    Wrapped prose shows a cliff: many lines shortly under the width, none over it (links aside), and a good part of
    them in the middle of a sentence.
    """
    long = [line.text for line in lines if len(line.text) >= 40 and not _LINK.search(line.text[:_LOOK])]
    if len(long) < 5:
        return None
    width = sorted(map(len, long))[min(len(long) - 1, int(len(long) * 0.98))]
    near = [text for text in long if width - 16 <= len(text) <= width]
    unfinished = sum(not _SENTENCE_END.search(text[-12:]) for text in near)
    return width if width <= 120 and len(near) >= 0.5 * len(long) and unfinished >= 0.3 * len(near) else None


def describe_lines(lines: Sequence[Line], lexicon: PressLexicon) -> NDArray[np.float32]:
    """One row of `FEATURES` numbers a line, each roughly between 0 and 3."""
    if not lines:
        return np.zeros((0, FEATURES), dtype=np.float32)
    forms = [(_form_of_short if len(line.text) <= _SHORT else _form_of)(line.text, lexicon) for line in lines]
    own = np.array([form.measures for form in forms], dtype=np.float32)
    space = np.array([_measure_space(line) for line in lines], dtype=np.float32)
    around = np.array(_place_lines(lines, forms), dtype=np.float32)
    return np.concatenate([own[:, :_SIZES], space, own[:, _SIZES:], around], axis=1)


def _form_of(printed: str, lexicon: PressLexicon) -> _Form:
    raw = printed[:_LOOK]
    text = raw.lstrip(_OPENING_MARKS).rstrip(_CLOSING_MARKS) or raw
    words = fold_words(text)
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    count = len(words) + wide / 2
    ends = bool(_SENTENCE_END.search(text))
    inner = len(_INNER_END.findall(text))
    size = len(printed) + wide
    is_prose = (ends and count >= 8) or (inner >= 1 and count >= 12)
    measures = (
        math.log1p(size) / 3,
        math.log1p(count) / 2,
        min(len(text) / (count or 1), 20) / 8,
        *_measure_case(text),
        *_measure_marks(raw, text, count),
        float(ends),
        min(inner, 8) / 2,
        float(is_prose),
        *_measure_phrases(words, lexicon),
    )
    return _Form(tuple(words), measures, is_prose, float(size))


_SIZES = 3  # measures before those of the space around a line
_SHORT = 120  # characters; menus and the like stand on every page of a site, so what they show is kept
_form_of_short = lru_cache(maxsize=8_192)(_form_of)


def _measure_space(line: Line) -> tuple[float, ...]:
    return math.log1p(line.indent) / 2, min(line.blanks, 3) / 2, float(line.blanks == 0)


def _measure_case(text: str) -> list[float]:
    runs = _LETTER_RUN.findall(text)
    joined = "".join(runs)
    letters = len(joined) or 1
    total = len(runs) or 1
    upper = sum(map(str.isupper, joined)) if not joined.islower() else 0
    short_lower = sum([len(run) <= 3 and run.islower() for run in runs])
    return [
        letters / (len(text) or 1),
        sum(map(str.isdigit, text)) / (len(text) or 1),
        upper / letters,
        sum([run[0].isupper() for run in runs]) / total,
        short_lower / total,
        float(text[:1].islower()),
        float(text[:1].isupper()),
        float(len(runs) > 0 and upper == letters and letters > 3),
    ]


def _measure_marks(raw: str, text: str, count: float) -> list[float]:
    per_word = count or 1
    return [
        min((text.count(",") + text.count("、") + text.count("،")) / per_word * 5, 3),
        float(text.endswith((":", "："))),
        float(text.endswith(("...", "…", "»", ">", "→"))),
        float(text.endswith(("?", "？", "؟"))),
        float(text.endswith((",", ";", "-", "("))),
        float(text[:1] in ",.;:)’”"),
        float(bool(_QUOTE.search(text))),
        float(bool(_BULLET.match(raw))),
        float(raw.startswith("#")),
        float(raw.startswith(("|", "[", "!["))),
        min(len(_LINK.findall(raw)), 6) / 2,
        min(text.count("|") + text.count("•") + text.count("·"), 4) / 2,
        float(bool(_DATE.search(text))),
        float(bool(_TIME.search(text))),
        float("©" in text or "(c)" in text.lower()),
        float("@" in text),
        float(count == 0),
    ]


def _measure_phrases(words: Sequence[str], lexicon: PressLexicon) -> list[float]:
    terms = lexicon.chrome_terms.count(words)
    return [
        float(lexicon.chrome_lines.is_whole(words)),
        float(lexicon.chrome_starts.opens(words) > 0),
        math.log1p(terms),
        min(terms * 5 / (len(words) or 1), 3),
        float(lexicon.bylines.opens(words) > 0 and len(words) <= 14),
        float(lexicon.dated.opens(words) > 0 and len(words) <= 20),
        float(lexicon.credits.opens(words) > 0 or lexicon.credit_houses.ends(words)),
    ]


def _place_lines(lines: Sequence[Line], forms: Sequence[_Form]) -> list[list[float]]:
    count = len(lines)
    repeats = Counter(line.text for line in lines)
    topical = _topic_words(forms)
    masses = np.array([form.size if form.is_prose else 0.0 for form in forms])
    total = float(masses.sum()) or 1.0
    before = np.cumsum(masses) - masses
    near, wide = _smooth(masses, 2), _smooth(masses, 8)
    page = _describe_page(lines, forms, total)
    width = wrap_width(lines)
    rows = []
    for at, (line, form) in enumerate(zip(lines, forms, strict=True)):
        rows.append(
            [
                at / count,
                math.log1p(at) / 3,
                math.log1p(count - at) / 3,
                math.log1p(repeats[line.text] - 1),
                before[at] / total,
                1 - (before[at] + masses[at]) / total,
                math.log1p(near[at]) / 4,
                math.log1p(wide[at]) / 4,
                math.log1p(masses[at]) / 4,
                _share(form.words, topical),
                _starts_as_before(lines, at),
                _continues(lines, at),
                float(width is not None and width - 16 <= len(line.text) <= width),
                *page,
                float(width is not None),
            ]
        )
    return rows


def _describe_page(lines: Sequence[Line], forms: Sequence[_Form], prose: float) -> list[float]:
    total = sum(form.size for form in forms) or 1.0
    return [
        math.log1p(len(lines)) / 4,
        min(prose / total, 1.0),
        sum(form.is_prose for form in forms) / len(forms),
    ]


def _topic_words(forms: Sequence[_Form]) -> frozenset[str]:
    """Longer words that stand in two lines of running text at least: what the page is about."""
    seen = Counter(word for form in forms if form.is_prose for word in {w for w in form.words if len(w) >= 5})
    return frozenset(word for word, lines in seen.items() if lines >= 2)


def _share(words: Sequence[str], topical: frozenset[str]) -> float:
    long = [word for word in words if len(word) >= 5]
    return sum(word in topical for word in long) / len(long) if long else 0.0


def _smooth(masses: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    sums = np.concatenate([[0.0], np.cumsum(masses)])
    at = np.arange(len(masses))
    high = np.minimum(at + reach + 1, len(masses))
    low = np.maximum(at - reach, 0)
    means: NDArray[np.float64] = (sums[high] - sums[low]) / (2 * reach + 1)
    return means


def _starts_as_before(lines: Sequence[Line], at: int) -> float:
    return float(at > 0 and lines[at].text[:6] == lines[at - 1].text[:6])


def _continues(lines: Sequence[Line], at: int) -> float:
    """Does the line go on where the one before left off in the middle of a sentence?"""
    if at == 0 or lines[at].blanks:
        return 0.0
    ended = _SENTENCE_END.search(lines[at - 1].text[-12:])
    return float(not ended and not lines[at].text[:1].isupper())
