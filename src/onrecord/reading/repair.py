"""What the network leaves loose and the sentence as a whole puts right.

Each rule takes the drafts of an article and gives them back changed. None of them knows any particular page.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from onrecord.reading.quotes import Quotation, quotations_near
from onrecord.reading.statements import Draft
from onrecord.records import Span
from onrecord.spans import overlap, split_sentences

__all__ = ["repair_drafts"]

_RELAY = r"(?:as reported by|according to|as per|per)"
_SOURCE = r"[^\s,;:“”\"][^,;:“”\"\n]{2,90}?"
_TAIL = re.compile(rf"[,”\"’]{{0,3}}\s{{1,9}}(?P<cue>{_RELAY})\s+(?P<source>{_SOURCE})[.]?$", re.IGNORECASE)
_HEAD = re.compile(rf"^(?P<cue>{_RELAY})\s+(?P<source>{_SOURCE}),\s+(?=\S)", re.IGNORECASE)
_NO_SPEAKER = re.compile(
    r"\d|(?:the )?(?:plan|law|rules?|schedule|year|month|week|day|hour|capita|cent|annum)\b"
    r"|international (?:humanitarian )?(?:law|norms|standards)\b",
    re.IGNORECASE,
)
_RELAY_CONFIDENCE = 0.9  # 317 of 343 such phrases in PolNeAR's train part are annotated cues
_SENTENCE_REACH = 400  # characters; a relative clause is no longer
_LEAST_WITHOUT_CUE = 0.3  # confidence of a content without cue; below it nearly all are noise on gold/dev
_MODAL = re.compile(r"likely|unlikely|probably|possibly|perhaps|may|might|could|will|would", re.IGNORECASE)
_OPENING = frozenset('"“«„')
_SLIP = 12  # characters between two pieces that were meant as one
_NEW_SENTENCE = re.compile(r"^[.!?]\s")
_EMPTY = re.compile(r"(?:\W|\b(?:the|a|an|to|of|for|in|on|at|by|with|from|and|or|but|as)\b)*", re.IGNORECASE)
_NAMING = re.compile(
    r"\b(?:(?:call|label|brand|term|dub)(?:s|b?ed|b?ing|led|ling)?|describ(?:e[sd]?|ing))\b", re.IGNORECASE
)
_BY_OTHERS = re.compile(r"\s+(?:\w+ed\s+)?by\s")
_RELATIVE = re.compile(r"[\s,](?:that|which|who)$", re.IGNORECASE)
_RELATIVE_NEXT = re.compile(r"\s(?:that|which|who)(?=\s)")


def repair_drafts(text: str, drafts: Sequence[Draft], quotations: Sequence[Quotation]) -> list[Draft]:
    """Drop what says nothing, close quotations, join relative clauses, add sources that stand at a sentence's edge."""
    holders = {id(d.holder) for d in drafts if d.cue}
    kept = [d for d in drafts if id(d) in holders or _is_believed(text, d)]
    held = {id(draft) for draft in kept}
    for draft in kept:
        draft.holder = draft.holder if id(draft.holder) in held else None
        marked = _apart([_with_marks(s, quotations) for s in _joined_pieces(text, draft)])
        draft.content = _quoted_name(text, draft, marked, quotations)
    _join_relative_clauses(text, kept)
    kept += _next_paragraphs(text, kept)
    repaired = kept + list(_edge_sources(text, kept))
    for draft in repaired:
        if draft.holder is not None and not overlap(draft.holder.content, draft.content):
            draft.holder = None  # it stood in a piece that its holder has lost
    return repaired


def _next_paragraphs(text: str, drafts: Sequence[Draft]) -> list[Draft]:
    """Quotations that go on in a new paragraph, without a cue: statements of their own, as people annotate."""
    parted = []
    for draft in drafts:
        pieces = draft.content
        for at, (before, behind) in enumerate(pairwise(pieces), 1):
            if "\n" in text[before.end : behind.start] and text[behind.start] in _OPENING:
                own = Draft((), (), pieces[at:], draft.confidence, draft.holder)
                draft.content = pieces[:at]
                for inner in drafts:
                    if inner.holder is draft and overlap(own.content, inner.content):
                        inner.holder = own
                parted.append(own)
                break
    return parted


def _is_believed(text: str, draft: Draft) -> bool:
    if not draft.cue:
        return draft.holder is None and draft.confidence >= _LEAST_WITHOUT_CUE
    said = " ".join(text[s.start : s.end] for s in draft.content)
    return not (_MODAL.fullmatch(text[draft.cue[0].start : draft.cue[-1].end]) or _EMPTY.fullmatch(said))


def _with_marks(span: Span, quotations: Sequence[Quotation]) -> Span:
    """The span with the quotation mark that it lacks at either end."""
    start, end = span.start, span.end
    for quotation in quotations_near(quotations, start, end):
        if start <= quotation.start < end < quotation.end <= end + 2:
            end = quotation.end
        if start - 1 <= quotation.start < start < quotation.end <= end:
            start = quotation.start
    return Span(start, end)


def _quoted_name(
    text: str, draft: Draft, content: tuple[Span, ...], quotations: Sequence[Quotation]
) -> tuple[Span, ...]:
    """In 'what he called a "plot" hatched by exiles' the name ends with its quotation: the writer tells whose it is."""
    last = content[-1]
    if not any(_NAMING.search(text, span.start, span.end) for span in draft.cue):
        return content
    ends = [
        q.end for q in quotations_near(quotations, last.start, last.end) if last.start <= q.start < q.end < last.end
    ]
    end = next((end for end in ends if _BY_OTHERS.match(text, end)), last.end)
    return (*content[:-1], Span(last.start, end))


def _apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans without what the next one covers too."""
    cut = [Span(a.start, min(a.end, b.start)) for a, b in pairwise(spans)]
    return (*(s for s in cut if s.start < s.end), *spans[-1:])


def _joined_pieces(text: str, draft: Draft) -> tuple[Span, ...]:
    """The pieces of a content that only its own cue or source parts, as people annotate; slips of a word are closed."""
    own = [*draft.cue, *draft.source]
    groups: list[list[Span]] = []
    for piece in draft.content:
        gap = Span(groups[-1][-1].end, piece.start) if groups else None
        if gap is not None and _is_parted(text, gap, own):
            groups[-1].append(piece)
        elif gap is not None and gap.end - gap.start <= _SLIP:
            groups[-1][-1] = Span(groups[-1][-1].start, piece.end)
        else:
            groups.append([piece])
    if len(groups) == 1 or not draft.cue:
        return tuple(groups[0])
    cue = draft.cue[0]

    def distance(group: list[Span]) -> int:
        return min(abs(group[0].start - cue.end), abs(cue.start - group[-1].end))

    nearest: list[Span] = min(groups, key=distance)
    return tuple(nearest)


def _is_parted(text: str, gap: Span, own: Sequence[Span]) -> bool:
    """Whether source or cue stands in the gap, in the sentence of the piece before it ("A,” he said. “B")."""
    inside = [s.start for s in own if gap.start <= s.start < gap.end]
    return bool(inside) and not _NEW_SENTENCE.search(text[gap.start : min(inside)])


def _join_relative_clauses(text: str, drafts: Sequence[Draft]) -> None:
    """In "pledged [to expand the fleet that he says is old]" the pledge holds what he says.

    The network ends the pledge before "that" or behind it.
    """
    by_start = {_start(d): d for d in drafts if d.holder is None}
    for draft in drafts:
        last = draft.content[-1]
        if draft.holder is not None:
            continue
        following = _RELATIVE_NEXT.match(text, last.end)
        if not following and not _RELATIVE.search(text[max(0, last.end - 8) : last.end]):
            continue
        inner = by_start.get(_after_blanks(text, following.end() if following else last.end))
        if inner is not None and inner is not draft and _end(inner) - last.end < _SENTENCE_REACH:
            draft.content = (*draft.content[:-1], Span(last.start, _end(inner)))
            inner.holder = draft


def _after_blanks(text: str, position: int) -> int:
    while text.startswith(" ", position):
        position += 1
    return position


def _edge_sources(text: str, drafts: Sequence[Draft]) -> Iterable[Draft]:
    """Statements for ", according to the agency." and "According to the agency, " where the network saw none."""
    ordered = sorted(drafts, key=_start)
    told = sorted(span for d in drafts for span in (*d.cue, *d.source))
    reach = list(accumulate((span.end for span in told), max))
    for sentence in split_sentences(text):
        shown = text[sentence.start : sentence.end]
        found = _TAIL.search(shown) or _HEAD.match(shown)
        if found is None or not _can_speak(found):
            continue
        cue, source = (_span(found, role, sentence.start) for role in ("cue", "source"))
        content = _rest(text, sentence, found)
        known = bisect_left(told, source.end, key=lambda span: span.start)  # those of other drafts that begin before
        if content is None or (known and reach[known - 1] > cue.start):
            continue
        draft = Draft(source=(source,), cue=(cue,), content=(content,), confidence=_RELAY_CONFIDENCE)
        first = bisect_left(ordered, sentence.start, key=_start)
        _hold(draft, ordered[first : bisect_right(ordered, sentence.end, key=_start)], sentence)
        yield draft


def _hold(outer: Draft, candidates: Iterable[Draft], sentence: Span) -> None:
    """Nest in `outer` what lies in its sentence, cut to what it tells."""
    for inner in candidates:
        clipped = tuple(_clipped(inner.content, outer.content[0]))
        if inner.holder is None and clipped and _end(inner) <= sentence.end:
            inner.content, inner.holder = clipped, outer


def _clipped(spans: Iterable[Span], within: Span) -> Iterable[Span]:
    for span in spans:
        start, end = max(span.start, within.start), min(span.end, within.end)
        if start < end:
            yield Span(start, end)


def _can_speak(found: re.Match[str]) -> bool:
    """False for "according to plan" and "per episode"."""
    is_rate = found["cue"].lower() == "per" and found["source"].islower() and not found["source"].startswith("the ")
    return not (is_rate or _NO_SPEAKER.match(found["source"]))


def _span(found: re.Match[str], role: str, offset: int) -> Span:
    start, end = found.span(role)
    return Span(start + offset, end + offset)


def _rest(text: str, sentence: Span, found: re.Match[str]) -> Span | None:
    if found.start() == 0:
        start, end = sentence.start + found.end(), sentence.end
        end -= len(text[start:end]) - len(text[start:end].rstrip(".!?"))
    else:
        start, end = sentence.start, sentence.start + found.start("cue")
        end -= len(text[start:end]) - len(text[start:end].rstrip(" "))
        end -= text[start:end].endswith(",")
    return Span(start, end) if len(text[start:end].split()) > 2 else None


def _start(draft: Draft) -> int:
    return min(s.start for s in (*draft.source, *draft.cue, *draft.content))


def _end(draft: Draft) -> int:
    return max(s.end for s in (*draft.source, *draft.cue, *draft.content))
