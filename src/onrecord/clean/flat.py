"""Labels the lines of a text that was flattened from a page: which are the article, which stand around it.

The block model judges each line with its neighbours; wording (by-lines, datelines, picture credits) settles the rest.
Nothing is deleted: every character that is not white space ends in exactly one draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onrecord.clean.blocks import Draft
from onrecord.clean.lines import Line, describe_lines, split_lines, wrap_width
from onrecord.clean.signs import find_credit, is_byline, read_whole_dateline
from onrecord.lexicon.press import PressLexicon, fold_words
from onrecord.models.blocks import BODY, CAPTION, CLUTTER, TITLE, BlockModel
from onrecord.records import BlockRole

__all__ = ["draft_text", "label_lines"]

_ROLES = {CLUTTER: BlockRole.CLUTTER, BODY: BlockRole.BODY, TITLE: BlockRole.TITLE, CAPTION: BlockRole.CAPTION}
# A headline is one line among hundreds and the model is seldom sure of it; that it shares words with the body helps.
# Both tuned on flattened/scrapinghub with weights that had not seen it.
_MIN_TITLE = 0.06
_BASE_TOPIC = 0.4
_RUN_GAP = 20  # lines without body that part two runs of it
_TITLE_AFTER = 3  # lines into the body: its first line may be a summary above the headline
_CAPTION_CHARS = 900  # a longer line is text that was flattened together with its picture's credit
_TITLE_WORDS = (3, 40)
_TITLE_REACH = 60  # lines before the body in which its headline is looked for
_SIGNS_REACH = 12  # lines around the body's first in which by-lines and datelines stand
_MIN_SENTENCE_WORDS = 5
_NOTICE_TERMS = 2  # words such as "subscriber" or "your account"; one may well be the news
_SENTENCE_ENDS = (".", "!", "?", "”", '"', "。", "！", "？", "؟", "।")
_GLUE = (",", ";", "-", "–", "—", "(", "“", "„", "«", "‘")
_TRAILING = tuple(",.;:!?)”’»%")


class _Labelled(NamedTuple):
    """Lines with their roles."""

    lines: list[Line]
    roles: list[BlockRole]


def draft_text(text: str, *, model: BlockModel, lexicon: PressLexicon) -> list[Draft]:
    """The runs of a flattened page in order, each with its role; wrapped lines of a paragraph are joined."""
    lines = split_lines(text)
    roles = label_lines(lines, model=model, lexicon=lexicon)
    return _draft_lines(_Labelled(lines, roles), lexicon)


def label_lines(lines: Sequence[Line], *, model: BlockModel, lexicon: PressLexicon) -> list[BlockRole]:
    """One role a line."""
    if not lines:
        return []
    chances = model.predict(describe_lines(lines, lexicon))
    roles = [_ROLES[int(best)] for best in chances.argmax(axis=1)]
    if BlockRole.BODY not in roles:
        _rescue_sentences(lines, roles, lexicon)
    _settle_notices(lines, roles, lexicon)
    _settle_credits(lines, roles, lexicon)
    _settle_title(lines, roles, chances)
    _settle_signs(lines, roles, lexicon)
    return roles


def _rescue_sentences(lines: Sequence[Line], roles: list[BlockRole], lexicon: PressLexicon) -> None:
    """On a text too short for the model, whole sentences are the body."""
    for at, line in enumerate(lines):
        words = fold_words(line.text)
        is_sentence = len(words) >= _MIN_SENTENCE_WORDS and line.text.endswith(_SENTENCE_ENDS)
        if is_sentence and not lexicon.chrome_starts.opens(words) and not lexicon.chrome_terms.count(words):
            roles[at] = BlockRole.BODY


def _settle_notices(lines: Sequence[Line], roles: list[BlockRole], lexicon: PressLexicon) -> None:
    """Notices to the reader are whole sentences: they open like furniture and speak of accounts and the like."""
    for at, line in enumerate(lines):
        if roles[at] != BlockRole.BODY:
            continue
        words = fold_words(line.text)
        if lexicon.chrome_starts.opens(words) and lexicon.chrome_terms.count(words) >= _NOTICE_TERMS:
            roles[at] = BlockRole.CLUTTER


def _settle_credits(lines: Sequence[Line], roles: list[BlockRole], lexicon: PressLexicon) -> None:
    """A line that ends with a picture credit is a caption; one that is nothing else is a credit."""
    for at, line in enumerate(lines):
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


def _settle_title(lines: Sequence[Line], roles: list[BlockRole], chances: NDArray[np.float32]) -> None:
    """Keep as the one title the line near the body's beginning that looks most like a headline of this body."""
    start = _main_body_start(lines, roles)
    told = {
        word for line, role in zip(lines, roles, strict=True) if role == BlockRole.BODY for word in _long_words(line)
    }
    scores = {
        at: float(chances[at][TITLE]) * (_BASE_TOPIC + _topic_share(lines[at], told))
        for at in range(max(0, start - _TITLE_REACH), min(start + _TITLE_AFTER, len(roles)))
        if _may_be_title(lines[at], roles[at])
    }
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


def _long_words(line: Line) -> set[str]:
    return {word for word in fold_words(line.text) if len(word) >= 4}


def _topic_share(line: Line, told: set[str]) -> float:
    words = _long_words(line)
    return len(words & told) / len(words) if words else 0.0


def _may_be_title(line: Line, role: BlockRole) -> bool:
    low, high = _TITLE_WORDS
    return role in (BlockRole.TITLE, BlockRole.CLUTTER) and low <= len(fold_words(line.text)) <= high


def _settle_signs(lines: Sequence[Line], roles: list[BlockRole], lexicon: PressLexicon) -> None:
    """By-lines near the headline or the beginning of the body, and datelines on a line of their own."""
    first = _main_body_start(lines, roles)
    for at in range(max(0, first - _SIGNS_REACH), min(first + _SIGNS_REACH // 2, len(roles))):
        if roles[at] in (BlockRole.TITLE, BlockRole.CAPTION, BlockRole.CREDIT):
            continue
        if at <= first + 1 and read_whole_dateline(lines[at].text, lexicon.agencies):
            roles[at] = BlockRole.DATELINE
        elif roles[at] == BlockRole.CLUTTER and is_byline(lines[at].text, lexicon):
            roles[at] = BlockRole.BYLINE


def _draft_lines(labelled: _Labelled, lexicon: PressLexicon) -> list[Draft]:
    lines, roles = labelled
    width = wrap_width([line for line, role in zip(lines, roles, strict=True) if role == BlockRole.BODY])
    drafts: list[Draft] = []
    for at, (line, role) in enumerate(zip(lines, roles, strict=True)):
        is_joined = at > 0 and role == roles[at - 1] == BlockRole.BODY and _goes_on(lines[at - 1], line, width)
        if is_joined:
            last = drafts.pop()
            space = "" if line.text.startswith(_TRAILING) else " "
            drafts.append(Draft(role, f"{last.text}{space}{line.text}", last.start, line.end))
        elif role == BlockRole.CAPTION:
            drafts += _split_caption(line, lexicon)
        else:
            drafts.append(Draft(role, line.text, line.start, line.end))
    return drafts


def _goes_on(before: Line, line: Line, width: int | None) -> bool:
    """Is a line the continuation of the paragraph of the line before?

    In wrapped text it is when its first word would not have fitted there; elsewhere when it starts in the middle of a
    sentence (pages flattened at every inline tag).
    """
    if line.blanks:
        return False
    first_word = line.text.split(maxsplit=1)[0]
    if width is not None and len(before.text) + 1 + len(first_word) > width - before.indent:
        return True
    if before.text.endswith((".", "!", "?", "。", "”", '"')):
        return False
    return before.text.endswith(_GLUE) or line.text.startswith(_TRAILING) or line.text[0].islower()


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
