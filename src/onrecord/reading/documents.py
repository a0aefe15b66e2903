"""Whose a document is: "the ministry's report", "a letter from Moren", "the report" that the ministry has released."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from onrecord.reading.names import Mention, NameIndex
from onrecord.records import Span

__all__ = ["Documents"]

_HEAD_END = re.compile(
    r"[,(“\"—]|\s(?:of|by|from|in|on|to|for|with|about|into|at|as|that|which|who|whose|against|calling|saying|published"
    r"|released|issued|obtained|seen|titled|entitled|signed|dated|sent|filed)\b"
)
_POSSESSOR = re.compile(r"^(?:the |a |an )?(.{2,80}?)(?:['’]s|(?<=s)['’]) ", re.IGNORECASE)
_ITS = re.compile(r"^(?:his|her|its|their|my|our) ", re.IGNORECASE)
_NOT_BY = "".join(f"(?<!{verb})" for verb in ("seen", "obtained", "viewed", "read", "cited"))  # by its readers
_FROM = re.compile(rf"^(?:\s\w+){{0,6}}?{_NOT_BY}\s(?:by|from|of)\s+(?:the\s+)?")
_BETWEEN = r"(?:[\w’'-]+ ){0,3}$"
_OWNED = re.compile(rf"^['’]s? {_BETWEEN}")
_ISSUED = re.compile(
    rf"^[^.;“”\"\n]{{0,40}} (?:releas|publish|issu|sen[dt]|fil|announc|launch|carr[iy]|dedicat|unveil|adopt|post"
    r"|put out|wrote|propos|introduc|sign|deliver|made|ran|runs|submit)\w* "
    rf"(?:a|an|the|its|his|her|their|another) {_BETWEEN}"
)
_WRITTEN_BY = re.compile(rf"^s?(?: [\w’'-]+){{0,5}}{_NOT_BY} (?:by|from) (?:the )?$")
_PREPOSITION = re.compile(r"\b(?:on|of|in|for|to|with|at|about|against|and|from|by)\s(?:the\s)?$")
_PRINTED = frozenset({"article", "editorial", "commentary", "essay", "column", "op-ed"})
_ARTICLES_IN = re.compile(r"\b(?:articles|editorials|commentaries) (?:in|of|from) (?:the )?$")
_REVIEW_REACH = 60  # names
_REACH = 90  # characters between a document and the name of its author


class Documents:
    """The documents of one article and their authors.

    Args:
        words: what documents are called, in the singular: "report".
    """

    def __init__(self, text: str, names: NameIndex, words: Collection[str]) -> None:
        self._text, self._names, self._words = text, names, words
        self._told: dict[str, list[tuple[int, Mention]]] = {}

    def author(self, start: int, end: int) -> Span | Mention | None:
        """Who issued the document that a source names; None if it names none, or nobody is told.

        A span is a source of its own: "the ministry", "its".
        """
        phrase = self._text[start:end]
        ended = _HEAD_END.search(phrase)
        head_end = ended.start() if ended else len(phrase)
        noun = self._noun(phrase[:head_end])
        if noun is None:
            return None
        owner = _ITS.match(phrase) or _POSSESSOR.match(phrase[:head_end])
        if owner is not None:
            own = owner.span(1) if owner.re is _POSSESSOR else (0, owner.end() - 1)
            return Span(start + own[0], start + own[1])
        inside = [m for m in self._names.inside(start, start + head_end) if m.span.end < start + head_end]
        if inside:
            return inside[-1]
        behind = _FROM.match(phrase[head_end:])
        if behind is not None:
            named = self._names.all.first_inside(start + head_end + behind.end(), end)
            if named is not None and named.span.start <= start + head_end + behind.end() + 1:
                return named
        return self._known(noun, start) or (self._reviewed(start) if noun in _PRINTED else None)

    def _reviewed(self, position: int) -> Mention | None:
        """In a press review, the paper that heads a list of its articles, else the one whose articles it tells of."""
        found = None
        for mention in self._names.all.before(position, most=_REVIEW_REACH):
            line_start = self._text.rfind("\n", 0, mention.span.start) + 1
            before = self._text[line_start : mention.span.start]
            if not before and self._text[mention.span.end : mention.span.end + 1] == "\n":
                return mention
            if _ARTICLES_IN.search(before):
                found = mention
        return found

    def _noun(self, phrase: str) -> str | None:
        word = phrase.strip().rsplit(" ", 1)[-1].lower()
        return next((form for form in (word, word.removesuffix("s")) if form in self._words), None)

    def _known(self, noun: str, position: int) -> Mention | None:
        """The author of the last such document before the position, or of the first behind it."""
        if noun not in self._told:
            self._told[noun] = list(self._find(noun))
        told = self._told[noun]
        before = [mention for at, mention in told if at < position]
        return before[-1] if before else told[0][1] if told else None

    def _find(self, noun: str) -> Iterator[tuple[int, Mention]]:
        for found in re.finditer(rf"\b{noun}s?\b", self._text, re.IGNORECASE):
            near = self._names.all.before(found.start(), most=1)
            between = self._text[near[0].span.end : found.start()] if near else ""
            if near and _PREPOSITION.search(self._text[max(0, near[0].span.start - 12) : near[0].span.start]):
                near = []  # it only tells more of whoever did
            if near and len(between) <= _REACH and (_OWNED.match(between) or _ISSUED.match(between)):
                yield found.start(), near[0]
                continue
            behind = self._names.all.first_inside(found.end(), found.end() + _REACH)
            if behind is not None and _WRITTEN_BY.match(self._text[found.end() : behind.span.start]):
                yield found.start(), behind
