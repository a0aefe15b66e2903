"""Labels the lines of a text that was flattened from a page: which are the article, which stand around it.

The block model judges each line with its neighbours; wording (by-lines, datelines, picture credits) settles the rest.
Nothing is deleted: every character that is not white space ends in exactly one draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onrecord.clean.blocks import Draft
from onrecord.clean.lines import Line, split_lines, view_lines, wrap_width
from onrecord.clean.signs import find_credit, is_byline, read_whole_dateline
from onrecord.lexicon.press import PressLexicon
from onrecord.models.blocks import BODY, CAPTION, CLUTTER, TITLE, BlockModel
from onrecord.records import BlockRole

__all__ = ["draft_text", "label_lines"]

_ROLES = {CLUTTER: BlockRole.CLUTTER, BODY: BlockRole.BODY, TITLE: BlockRole.TITLE, CAPTION: BlockRole.CAPTION}
# A headline is one line among hundreds and the model is seldom sure of it; that it shares words with the body helps.
# Both tuned on flattened/scrapinghub with weights that had not seen it.
_MIN_TITLE = 0.06
_BASE_TOPIC = 0.4
_LEAST_TITLE = _MIN_TITLE / (1 + _BASE_TOPIC)
_RUN_GAP = 20  # lines without body that part two runs of it
_TITLE_AFTER = 3  # lines into the body: its first line may be a summary above the headline
_CAPTION_CHARS = 900  # a longer line is text that was flattened together with its picture's credit
_TITLE_WORDS = (3, 40)
_TITLE_REACH = 60  # lines before the body in which its headline is looked for
_SIGNS_REACH = 12  # lines around the body's first in which by-lines and datelines stand
_MIN_SENTENCE_WORDS = 5
_LOOKED_AT = 2_000  # characters of a line whose words are known
_NOTICE_TERMS = 2  # words such as "subscriber" or "your account"; one may well be the news
_LEARNED_LINES = 1_500  # of the longest page in training
_CHANGE = 0.25  # log odds; 0.5 is better still on scrapinghub but cuts the tickers of fundus_eval up
_COUNTED = re.compile(r"\W{0,3}(?:\w+\W{1,3}){0,3}?\w+\s?[(\[]\d{1,6}[)\]]$")  # "November (161)"
_COUNT_LINE = 40  # characters
_COUNTED_LINES = 6  # on five pages of the article sets there are so many, and none is of the body
_SENTENCE_ENDS = (".", "!", "?", "”", '"', "。", "！", "？", "؟", "।")
_GLUE = (",", ";", "-", "–", "—", "(", "“", "„", "«", "‘")
_TRAILING = tuple(",.;:!?)”’»%")
_LEADING = (*_TRAILING, "–", "—", "(")
_GLUED = re.compile(r"""[.!?](?:(?<=[\w)\]"”’%]{2}.)|(?=["”’)]))["”’)]?(?=["“‘(]?[A-ZÀ-Þ][a-zß-ÿ])""")
_GLUED_PLACES = 3  # of a body where a sentence follows without a space; fewer are slips of the pen
_BROKEN_LINES = 2  # body lines that start with such a mark; elsewhere none does
_BROKEN_WORDS = 6  # of a line that ends no sentence; a heading has fewer
_FEW_LINES, _NARROW = 8, 100  # lines of a body, and characters of most of them, that show wrapping
_LONG_HEADING = 60  # characters; a line in a wrapped body that is longer and ends no sentence breaks off in one


Folded = Sequence[Sequence[str]]  # the words of each line without case


class _Labelled(NamedTuple):
    """Lines with their roles."""

    lines: list[Line]
    roles: list[BlockRole]


class _Layout(NamedTuple):
    """How the body of a page was broken into lines."""

    width: int | None  # that it was wrapped at
    is_narrow: bool  # hardly a line is longer than wrapped lines are
    is_broken: bool  # at every inline tag: lines start with a comma or point
    is_glued: bool  # not broken where paragraphs end


def draft_text(text: str, *, model: BlockModel, lexicon: PressLexicon) -> list[Draft]:
    """The runs of a flattened page in order, each with its role; wrapped lines of a paragraph are joined."""
    lines = split_lines(text)
    roles = label_lines(lines, model=model, lexicon=lexicon)
    return _draft_lines(_Labelled(lines, roles), lexicon)


def label_lines(lines: Sequence[Line], *, model: BlockModel, lexicon: PressLexicon) -> list[BlockRole]:
    """One role a line."""
    if not lines:
        return []
    folded, chances = _look_at(lines, model, lexicon)
    roles = _choose_roles(chances)
    if BlockRole.BODY not in roles:
        _rescue_sentences(lines, folded, roles, lexicon)
    _settle_notices(folded, roles, lexicon)
    _settle_counts(lines, roles)
    _settle_credits(lines, folded, roles, lexicon)
    start = _main_body_start(lines, roles)
    _settle_title(folded, roles, chances, start)
    _settle_signs(lines, roles, lexicon, start)
    return roles


def _look_at(
    lines: Sequence[Line], model: BlockModel, lexicon: PressLexicon
) -> tuple[list[list[str]], NDArray[np.float32]]:
    """The words of each line and its chances; a page longer than those in training is looked at part by part."""
    folded: list[list[str]] = []
    chances = []
    for first in range(0, len(lines), _LEARNED_LINES):
        view = view_lines(lines[first : first + _LEARNED_LINES], lexicon)
        folded += view.words.by_line
        chances.append(model.predict(view.features))
    return folded, np.concatenate(chances)


def _choose_roles(chances: NDArray[np.float32]) -> list[BlockRole]:
    others = chances.copy()
    others[:, BODY] = -1
    best = others.argmax(axis=1).tolist()
    body = _find_body(chances[:, BODY])
    return [BlockRole.BODY if is_body else _ROLES[other] for is_body, other in zip(body, best, strict=True)]


def _find_body(chances: NDArray[np.float32]) -> list[bool]:
    """The likeliest lines of the body if every change between it and the rest has its price (Viterbi's algorithm)."""
    sure = np.clip(chances.astype(np.float64), 1e-4, 1 - 1e-4)
    leads: list[float] = []  # of body over the rest, in log odds, up to each line
    lead = 0.0
    for odds in np.log(sure / (1 - sure)).tolist():
        lead = min(max(lead, -_CHANGE), _CHANGE) + odds
        leads.append(lead)
    found: list[bool] = []
    least = 0.0
    for lead in reversed(leads):
        found.append(lead > least)
        least = -_CHANGE if found[-1] else _CHANGE
    return found[::-1]


def _rescue_sentences(lines: Sequence[Line], folded: Folded, roles: list[BlockRole], lexicon: PressLexicon) -> None:
    """On a text too short for the model, whole sentences are the body."""
    for at, (line, words) in enumerate(zip(lines, folded, strict=True)):
        is_sentence = len(words) >= _MIN_SENTENCE_WORDS and line.text.endswith(_SENTENCE_ENDS)
        if is_sentence and not lexicon.chrome_starts.opens(words) and not lexicon.chrome_terms.count(words):
            roles[at] = BlockRole.BODY


def _settle_notices(folded: Folded, roles: list[BlockRole], lexicon: PressLexicon) -> None:
    """Notices to the reader are whole sentences: they open like furniture and speak of accounts and the like."""
    for at, words in enumerate(folded):
        if roles[at] != BlockRole.BODY:
            continue
        if lexicon.chrome_starts.opens(words) and lexicon.chrome_terms.count(words) >= _NOTICE_TERMS:
            roles[at] = BlockRole.CLUTTER


def _settle_counts(lines: Sequence[Line], roles: list[BlockRole]) -> None:
    """Months, tags and the like with the number of their entries are the index of a site, however long it is."""
    counted = [at for at, line in enumerate(lines) if len(line.text) <= _COUNT_LINE and _COUNTED.match(line.text)]
    if len(counted) >= _COUNTED_LINES:
        for at in counted:
            roles[at] = BlockRole.CLUTTER


def _settle_credits(lines: Sequence[Line], folded: Folded, roles: list[BlockRole], lexicon: PressLexicon) -> None:
    """A line that ends with a picture credit is a caption; one that is nothing else is a credit."""
    for at, (line, words) in enumerate(zip(lines, folded, strict=True)):
        if len(line.text) < _LOOKED_AT and lexicon.credit_words.isdisjoint(words):
            continue
        credit = find_credit(line.text, lexicon)
        if not credit:
            continue
        is_alone = credit.start == 0
        is_body = roles[at] == BlockRole.BODY
        if is_body and (len(line.text) > _CAPTION_CHARS or (is_alone and not _has_slash(credit.text))):
            continue
        roles[at] = BlockRole.CREDIT if is_alone else BlockRole.CAPTION


def _has_slash(credit: str) -> bool:
    return "/" in credit or ":" in credit or "©" in credit


def _settle_title(folded: Folded, roles: list[BlockRole], chances: NDArray[np.float32], start: int) -> None:
    """Keep as the one title the line near the body's beginning that looks most like a headline of this body."""
    near = range(max(0, start - _TITLE_REACH), min(start + _TITLE_AFTER, len(roles)))
    may_be = [at for at in near if chances[at, TITLE] > _LEAST_TITLE and _may_be_title(folded[at], roles[at])]
    told = _words_of_body(folded, roles) if may_be else frozenset()
    scores = {at: float(chances[at, TITLE]) * (_BASE_TOPIC + _topic_share(folded[at], told)) for at in may_be}
    best = max(scores, key=lambda at: scores[at], default=None)
    if best is not None and scores[best] < _MIN_TITLE:
        best = None
    for at, role in enumerate(roles):
        if role == BlockRole.TITLE and at != best:
            roles[at] = BlockRole.CLUTTER
    if best is not None:
        roles[best] = BlockRole.TITLE


def _main_body_start(lines: Sequence[Line], roles: Sequence[BlockRole]) -> int:
    """The first line of the largest run of body lines; without a body, the end of the page."""
    best, best_size, start, size, last = len(roles), 0, 0, 0, -_RUN_GAP
    for at, role in enumerate(roles):
        if role != BlockRole.BODY:
            continue
        if at - last >= _RUN_GAP:
            start, size = at, 0
        size, last = size + len(lines[at].text), at
        if size > best_size:
            best, best_size = start, size
    return best


def _words_of_body(folded: Folded, roles: Sequence[BlockRole]) -> frozenset[str]:
    body = (words for words, role in zip(folded, roles, strict=True) if role == BlockRole.BODY)
    return frozenset(chain.from_iterable(body))


def _topic_share(words: Sequence[str], told: frozenset[str]) -> float:
    long = {word for word in words if len(word) >= 4}
    return len(long & told) / len(long) if long else 0.0


def _may_be_title(words: Sequence[str], role: BlockRole) -> bool:
    low, high = _TITLE_WORDS
    return role in (BlockRole.TITLE, BlockRole.CLUTTER) and low <= len(words) <= high


def _settle_signs(lines: Sequence[Line], roles: list[BlockRole], lexicon: PressLexicon, first: int) -> None:
    """By-lines near the headline or the beginning of the body, and datelines on a line of their own."""
    for at in range(max(0, first - _SIGNS_REACH), min(first + _SIGNS_REACH // 2, len(roles))):
        if roles[at] in (BlockRole.TITLE, BlockRole.CAPTION, BlockRole.CREDIT):
            continue
        if at <= first + 1 and read_whole_dateline(lines[at].text, lexicon.agencies):
            roles[at] = BlockRole.DATELINE
        elif roles[at] == BlockRole.CLUTTER and is_byline(lines[at].text, lexicon):
            roles[at] = BlockRole.BYLINE


def _draft_lines(labelled: _Labelled, lexicon: PressLexicon) -> list[Draft]:
    lines, roles = labelled
    layout = _read_layout([line for line, role in zip(lines, roles, strict=True) if role == BlockRole.BODY])
    drafts: list[Draft] = []
    is_inside = False  # a paragraph of which a line was joined already
    for at, (line, role) in enumerate(zip(lines, roles, strict=True)):
        if at and role == roles[at - 1] == BlockRole.BODY and _goes_on(lines, at, layout, is_inside=is_inside):
            last = drafts.pop()
            space = "" if line.text.startswith(_TRAILING) else " "
            drafts.append(Draft(role, f"{last.text}{space}{line.text}", last.start, line.end))
            is_inside = True
            continue
        is_inside = False
        if role == BlockRole.CAPTION:
            drafts += _split_caption(line, lexicon)
        elif role == BlockRole.BODY and layout.is_glued:
            drafts += _split_glued(line)
        else:
            drafts.append(Draft(role, line.text, line.start, line.end))
    return drafts


def _split_glued(line: Line) -> Iterator[Draft]:
    """The paragraphs of a line in which they were set end to end without a space."""
    cuts = [0, *(match.end() for match in _GLUED.finditer(line.text)), len(line.text)]
    for start, end in pairwise(cuts):
        yield Draft(BlockRole.BODY, line.text[start:end], line.start + start, line.start + end)


def _read_layout(body: Sequence[Line]) -> _Layout:
    broken = sum(line.text.startswith(_TRAILING) for line in body)
    lengths = sorted(len(line.text) for line in body)
    is_narrow = len(lengths) >= _FEW_LINES and lengths[int(0.95 * len(lengths))] <= _NARROW
    glued = sum(1 for line in body for _ in _GLUED.finditer(line.text))
    return _Layout(wrap_width(body), is_narrow, broken >= _BROKEN_LINES, glued >= _GLUED_PLACES)


def _goes_on(lines: Sequence[Line], at: int, layout: _Layout, *, is_inside: bool) -> bool:
    """Is a line the continuation of the paragraph of the line before?

    In wrapped text it is when its first word would not have fitted there; elsewhere when the one before breaks off, or
    this one starts, in the middle of a sentence (pages flattened at every inline tag).
    """
    before, line = lines[at - 1], lines[at]
    if line.blanks:
        return False
    first_word = line.text.removeprefix("> ").split(maxsplit=1)[0]
    if layout.width is not None and len(before.text) + 1 + len(first_word) > layout.width - before.indent:
        return True
    if before.text.endswith(_SENTENCE_ENDS):
        return layout.is_broken and line.text[0].islower()
    if before.text.endswith(_GLUE) or _starts_inside(line):
        return True
    if layout.is_narrow and len(before.text) >= _LONG_HEADING:
        return True
    return layout.is_broken and _breaks_off(before, lines[at + 1 : at + 2], is_inside=is_inside)


def _starts_inside(line: Line) -> bool:
    """Does a line start as none does that begins a sentence?"""
    return line.text.startswith(_LEADING) or line.text[0].islower()


def _breaks_off(before: Line, behind: Sequence[Line], *, is_inside: bool) -> bool:
    """Does an unfinished line stop at a link or name, which the next line is, and not as a heading does?

    Args:
        before: a line of a page that was broken at every inline tag.
        behind: the line after the next, if there is one.
    """
    words = before.text.split()
    ends_small = words[-1].islower()
    if any(_starts_inside(line) and not line.blanks for line in behind):
        return is_inside or ends_small
    return ends_small and len(words) >= _BROKEN_WORDS


def _split_caption(line: Line, lexicon: PressLexicon) -> list[Draft]:
    """A caption and the credit at its end; the credit's text goes without its brackets."""
    credit = find_credit(line.text, lexicon)
    if not credit or credit.start == 0:
        return [Draft(BlockRole.CAPTION, line.text, line.start, line.end)]
    caption = line.text[: credit.start].rstrip()
    return [
        Draft(BlockRole.CAPTION, caption, line.start, line.start + len(caption)),
        Draft(BlockRole.CREDIT, credit.text, line.start + credit.start, line.start + credit.end),
    ]
