"""Whom an operative paragraph of a resolution speaks to: "Requests the Secretary-General to".

Or orders: "Decides that all States shall". Rules over its words, chosen on resolutions of the UN Security Council.
"""

from __future__ import annotations

import re

from onrecord.records import Act, Span, Statement

__all__ = ["spoken_to"]

_SPEAKING = frozenset({Act.DEMAND, Act.ORDER})
_REACH = 400  # characters in which the phrase ends
_CUE_ENDS = re.compile(r"(?:for|attention to)$", re.IGNORECASE)  # "calls for an end": nobody is spoken to
# What follows these is what is wanted, unless "that" follows: "demands the release of".
_WANTING = re.compile(r"(?:demands|insists|requires|expects|decides|suggests)$", re.IGNORECASE)
_BEHIND = re.compile(
    r"(?:\s+(?:once again|once more|again|urgently|immediately|forthwith|also|scrupulously|fully))+$", re.IGNORECASE
)
_ASIDE = re.compile(
    r"\s*(?:,?\s*(?:also|again|further|once again|once more|therefore|in particular|accordingly|upon|on|to)\b|"
    r",[^,;]{2,120},)",
    re.IGNORECASE,
)
_THAT = re.compile(r"\s*,?\s*that\b(?:\s*,[^,;]{2,160},)?\s+", re.IGNORECASE)
# A clause begins with its verb: "shall", or the bare form that "demands" and its like ask for.
_MODAL = re.compile(
    r"\s+(?:also\s+|forthwith\s+|immediately\s+|scrupulously\s+|fully\s+)?"
    r"(?:shall|should|must|may|will|be|do|take|cease|comply|refrain|respect|cooperate|co-operate|"
    r"withdraw|desist|rescind|allow|ensure|meet|provide|release|implement|accept|put|end|"
    r"stop|halt|return|abide|observe|facilitate|permit|grant|lift|fulfil|fulfill|honou?r|conclude|"
    r"begin|start|continue|make|"
    r"give|hold|resume|enter|restore|agree|extend|submit|report|remain|act|carry|undertake|maintain|"
    r"establish|discharge|"
    r"commit|hand|pay|abandon|terminate|prevent|create|adhere|bring|set|reaffirm|declare|review|restrict|intensify|"
    r"immediately|forthwith|unconditionally|unequivocally|strictly)\b"
)
_TO_DO = re.compile(
    r",?\s+(?:in\s+(?:this|that)\s+\w+\s+)?(?:(?:\w+ly|forthwith|also|once more|in\s+\w+)\s+)?not to\b|"
    r",?\s+in\s+(?:this|that)\s+(?:respect|regard|connexion|connection)\b|,?\s+for\s+(?:the|an?)\s|"
    r",?\s+(?:(?:\w+ly|forthwith|also|once more)\s+)?to\s+(?!the\b|a\b|an\b|this\b|its\b|their\b|"
    r"all\b|resolution|paragraph|be\s)\w+|"
    r",?\s+to\s+be\b|\s+that\b|\s+of\s+its\b|\s*:|\s+which\b|,\s"
)
# "the Government of A, the Government of B and C to ...": the commas of a list end nothing.
_LISTED = re.compile(
    r"(?:,\s+(?:the\s+)?[A-Z][^,;]{2,70})*,?\s+(?:and|as well as)\s+(?:the\s+|"
    r"all\s+)?[A-Za-z][^,;]{2,90}?(?=,?\s+to\s+\w)"
)
_PENDING = re.compile(r"(?:the\s+)?[A-Z][\w' -]{2,60}(?=,\s+(?:pending|as|in|while|until|having|acting|which)\b)")
_LONGEST = 120  # characters of a phrase behind which a list of demands follows, or nothing
_NOT_SPOKEN_TO = re.compile(
    r"(?:an?\s|any\s|all\s+forms\s|hostilities\b|its\s|his\s|this\s|such\s|it\b|there\b|no\s|"
    r"the\s+(?:\w+\s+){0,3}?(?:withdrawal|eradication|release|"
    r"cessation|implementation|return|end|provisions?|situation|mandate|attention|tasks?|forms?|"
    r"percentage|sum|part|expenses|costs?|funds?)\b)",
    re.IGNORECASE,
)


def spoken_to(text: str, said: Statement) -> Span | None:
    """The words for whoever a resolution asks or orders; None for other statements, and where it is nobody.

    The source of such a statement stands in a line before, and its verb opens a paragraph.
    """
    if said.act not in _SPEAKING or not said.cue or not said.source or not _opens_paragraph(text, said):
        return None
    cue = text[said.cue[0].start : said.cue[0].end]
    start, end = said.cue[0].end, min(said.content[-1].end, said.cue[0].end + _REACH)
    if _CUE_ENDS.search(cue.strip()):
        return None
    if aside := _ASIDE.match(text, start, end):
        start = aside.end()
    that = _THAT.match(text, start, end)
    if that is None and _WANTING.search(cue.strip()):
        return None
    begin = that.end() if that else start + len(text[start:end]) - len(text[start:end].lstrip(" \t\n,."))
    if that and (early := _PENDING.match(text, begin, end)):
        return Span(begin, early.end())
    closing = (_MODAL if that else _TO_DO).search(text, begin, end)
    stop = closing.start() if closing else said.content[-1].end
    if _NOT_SPOKEN_TO.match(text, begin) or (closing is None and (that or stop - begin > _LONGEST)):
        return None
    if closing and closing.group().startswith(",") and not that and (listed := _LISTED.match(text, stop, end)):
        stop = listed.end()
    phrase = _BEHIND.sub("", text[begin:stop].rstrip(" ,:\n"))
    return Span(begin, begin + len(phrase)) if any(letter.isalpha() for letter in phrase) else None


def _opens_paragraph(text: str, said: Statement) -> bool:
    at = said.cue[0].start
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return (
        text[at : at + 1].isupper()
        and "\n" in text[said.source[-1].end : at]
        and not re.search(r"[^\W\d_]{2,}", line.replace("VIII", ""))
    )
