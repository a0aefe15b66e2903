"""Signed press statements: in the body every sentence is the signer's, though nobody is named there.

"Kim Yo Jong ... released the following press statement:" makes her the speaker of what follows. Hand-labelled state
media count each sentence of such a body that does more than state a fact as a statement without source and cue, and
whoever is quoted there as nested inside it. Which sentences do more, the network has learned.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from onrecord.models.attribution import Convention, Tagging
from onrecord.reading.decode import content_chance
from onrecord.reading.names import Name, NameIndex
from onrecord.reading.speakers import Signature
from onrecord.reading.statements import Draft
from onrecord.records import Span, Speaker, SpeakerBasis
from onrecord.spans import overlap, split_sentences

__all__ = ["add_signed_sentences", "find_signature"]

_LEAD = re.compile(
    r"^(?P<signer>[^\n]{3,240}?),? (?:has |have )?(?:issued|released|made public|published|gave|made)\b[^\n]{0,80}?\b"
    r"(?:statement|press release|communiqu[eé]|talk|speech|commentary|answer|letter|message)\b[^\n]{0,240}:\s*$",
    re.MULTILINE,
)
_TITLE = re.compile(
    r"^(?:(?:Press|Joint|Official|Opening|Closing|Full Text of(?: the)?|Transcript of(?: the)?) )*"
    r"(?:Statement|Release|Talk|Communiqu[eé]|Remarks|Speech|Address) (?:of|by|from) (?P<signer>.+?)"
    r"(?: (?:on|at|about|regarding|concerning|following|before|after|during|ahead of|marking)\b.*)?$",
    re.IGNORECASE,
)
# "The full text of the speech is as follows:" behind the news that somebody made one.
_FULL_TEXT = re.compile(
    r"^[^\n]{0,40}\b(?:full|complete|entire) text of (?:the|his|her|its|their) "
    r"(?P<kind>speech|address|remarks|statement|letter|message|talk|report)\b[^\n]{0,40}:\s*$",
    re.MULTILINE | re.IGNORECASE,
)
_DATELINE = re.compile(r"[^\n]{0,80}?(?:--|—|–)\s*")
_DETERMINER = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
# What stands behind a signer and does not name it: "... of the DPRK Foreign Ministry (DPRK) on Thursday".
_BEHIND = re.compile(
    r"(?:\s*\([A-Z]{2,6}\))?(?:\s(?:on\s)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?(?:\s\w+\s\d{1,2})?$"
)
_LEAST_WORDS = 4  # shorter lines of a body are end marks, places and dates
_LEAD_REACH = 1_500  # characters; a signer is named at the head or nowhere


def find_signature(title: str | None, text: str, names: NameIndex) -> Signature | None:
    """The signature in the lead ("... released the following press statement:") or in the title; None if unsigned."""
    lead = _LEAD.search(text[:_LEAD_REACH])
    if lead is not None:
        start, end = lead.span("signer")
        dash = _DATELINE.match(text[start:end])
        start += dash.end() if dash else 0
        speaker = _signer(text, Span(start, end), names)
        return Signature(speaker, lead.end()) if speaker else None
    follows = _FULL_TEXT.search(text[:_LEAD_REACH])
    told = follows and _who_gave(text, follows, names)
    if follows and told:
        return Signature(told, follows.end())
    match = _TITLE.match(title or "")
    if match is None:
        return None
    persons = [n for n in names.names if n.is_person and _is_called(n, match["signer"])]
    name = persons[0].text if persons else match["signer"].strip()
    evidence = persons[0].first if persons else None
    return Signature(Speaker(name=name, basis=SpeakerBasis.SIGNED, evidence=evidence), 0)


def _is_called(name: Name, signer: str) -> bool:
    """Whether the words for a signer hold a name, or what the article calls it by."""
    return name.text in signer or not {name.text.rsplit(" ", 1)[-1], *name.short}.isdisjoint(signer.split())


def _who_gave(text: str, follows: re.Match[str], names: NameIndex) -> Speaker | None:
    """The first person of the paragraph above that tells of the speech, or whatever it was."""
    kind = re.compile(rf"\b{follows['kind']}\b", re.IGNORECASE)
    for above in reversed(list(re.finditer(r"[^\n]+", text[: follows.start()]))):
        if kind.search(above.group()):
            persons = [m for m in names.inside(above.start(), above.end()) if m.name.is_person]
            return (
                Speaker(name=persons[0].name.text, basis=SpeakerBasis.SIGNED, evidence=persons[0].span)
                if persons
                else None
            )
    return None


def _signer(text: str, span: Span, names: NameIndex) -> Speaker | None:
    persons = [m for m in names.inside(span.start, span.end) if m.name.is_person]
    if persons:
        return Speaker(name=persons[0].name.text, basis=SpeakerBasis.SIGNED, evidence=persons[0].span)
    named = _BEHIND.sub("", _DETERMINER.sub("", text[span.start : span.end].strip(" ,")))
    return Speaker(name=named, basis=SpeakerBasis.SIGNED, evidence=span) if named else None


def add_signed_sentences(
    tagging: Tagging, text: str, drafts: Sequence[Draft], signature: Signature, convention: Convention
) -> list[Draft]:
    """The drafts with a statement for each sentence of the signed body that is likely one and nobody's yet.

    A draft in such a sentence whose source is somebody else is moved one level in.
    """
    result = list(drafts)
    sentences = split_sentences(text)
    outer_by_sentence = _outer_by_sentence(drafts, sentences)
    for number, sentence in enumerate(sentences):
        if sentence.start < signature.start or len(text[sentence.start : sentence.end].split()) < _LEAST_WORDS:
            continue
        inside = [d for d in outer_by_sentence.get(number, []) if d.holder is None]
        own = [d for d in inside if not d.source or _is_first_person(text, d) or not _lies_in(d, sentence)]
        if any(2 * overlap(d.content, [sentence]) > sentence.end - sentence.start or d.cue for d in own):
            continue
        chance = content_chance(tagging, sentence.start, sentence.end)
        if chance < convention.signed:
            continue
        signed = Draft(source=(), cue=(), content=(_without_stop(text, sentence),), confidence=round(chance, 3))
        for draft in inside:
            draft.holder = signed if overlap(draft.content, signed.content) else None
        result.append(signed)
    return result


def _outer_by_sentence(drafts: Sequence[Draft], sentences: Sequence[Span]) -> dict[int, list[Draft]]:
    """Outermost drafts by the number of each sentence that their content touches, in the order given."""
    found: dict[int, list[Draft]] = {}
    for draft in drafts:
        touched: set[int] = set()
        for span in draft.content if draft.holder is None else ():
            first = bisect_right(sentences, span.start, key=lambda s: s.end)
            touched.update(range(first, bisect_left(sentences, span.end, key=lambda s: s.start)))
        for number in touched:
            found.setdefault(number, []).append(draft)
    return found


def _is_first_person(text: str, draft: Draft) -> bool:
    return text[draft.source[0].start : draft.source[0].end].lower() in {"i", "we", "me", "us", "our", "my"}


def _lies_in(draft: Draft, sentence: Span) -> bool:
    return all(sentence.start <= s.start and s.end <= sentence.end for s in (*draft.source, *draft.cue, *draft.content))


def _without_stop(text: str, sentence: Span) -> Span:
    """Quoted sentences keep their full stop, as their mark closes after it."""
    end = sentence.end
    while end > sentence.start + 1 and text[end - 1] in ".!?":
        end -= 1
    return Span(sentence.start, end)
