"""Who wrote an article and which outlet published it, weighed from all that markup and blocks say about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from onrecord.clean.blocks import Draft
from onrecord.clean.markup import ClaimKind, MarkupFacts, NameClaim
from onrecord.lexicon.outlets import fold_name
from onrecord.lexicon.press import PressLexicon, fold_words
from onrecord.records import BlockRole

__all__ = ["Signatures", "name_outlet", "read_signatures"]

# How much a place is believed about the outlet. Two that agree outweigh any one of them: a single field is often the
# publishing house, the template's default or a section, but two seldom make the same mistake. A listed address gives
# way only where two places name another listed outlet (one newsroom, several papers), an address below a listed one
# wherever two agree: "kids.example.com" can have a name of its own.
_LISTED = 1.9
_LISTED_ABOVE = 1.9
_OUTLET_WEIGHTS = {
    ClaimKind.JSON: 1.04, ClaimKind.SITE: 1.03, ClaimKind.APP: 0.9, ClaimKind.TITLE: 0.7, ClaimKind.PUBLISHER: 0.5,
}  # fmt: skip
_COPYRIGHT_WEIGHT = 0.6
_HOST_BONUS = 0.5  # for a name whose letters stand in the host or the other way round
_LEGAL_LOSS = 0.6  # for the name of a company rather than of an outlet
_LONG_NAME = 60  # characters; longer is a slogan
_COPYRIGHT_NAME = re.compile(
    r"(?:©|\(c\)|\bcopyright\b)[\s©,]{0,5}(?:copyright\b[\s©,]{0,5})?(?:\d{4}(?:\s{0,2}[-–—]\s{0,2}\d{4})?)?[\s,.:]{0,5}(?:by\s)?"
    r"([^\W\d][^|.,;©\n]{2,60})",
    re.IGNORECASE,
)
_COPYRIGHT_LINE = 200  # characters
_BESIDE_NAME = re.compile(r" {1,3}[|–—\-:·»/] {1,3}|\s{0,3}[|:]\s{1,3}| {0,3}\(")
_DOMAIN_END = re.compile(r"\.(?:com?|net|org|info|news|online|[a-z]{2})(?:\.[a-z]{2})?$", re.IGNORECASE)

_NAMES_APART = re.compile(r"[,;|/&•·\n]|\s[-–—]\s")
_BRACKET = re.compile(r"\s{0,3}[(\[][^()\[\]]{0,80}[)\]]?")
_NO_NAME = re.compile(r"[@{}<>=_\d:?!\"“”]|://|www\.|\.(?:com?|net|org|html?|[a-z]{2})\b(?!\.)", re.IGNORECASE)
_OTHERS = re.compile(r"\s외\s\d{1,2}명$|\s(?:for|für|pour|para|per)\s.{1,60}$")  # "and one more"; for whom
_LONG_PERSON = 60  # characters
_MOST_WORDS = 7
_MOST_NAMES = 20


class Signatures(Struct, frozen=True, kw_only=True):
    """Who signs: persons and other bodies in the order of the page; the agency if one is named among them."""

    authors: tuple[str, ...] = ()
    agency: str | None = None


def name_outlet(
    facts: MarkupFacts, drafts: Sequence[Draft], lexicon: PressLexicon, *, url: str | None = None
) -> str | None:
    """The outlet as it calls itself: from the list of addresses, or what most places of the page agree on.

    Args:
        url: where the page was fetched; the page's own address can lead to a partner that has the text too.
    """
    hosts = [host for host in (_host_of(url), _host_of(facts.site or facts.url)) if host]
    listed = next((found for found in map(lexicon.outlets.find, hosts) if found), None)
    host = hosts[-1] if hosts else ""
    votes: dict[str, float] = {}
    written: dict[str, str] = {}
    for weight, printed in _outlet_votes(facts, drafts, listed):
        name = _clean_outlet(printed, host, lexicon)
        folded = _outlet_key(name)
        if not folded or len(name) > _LONG_NAME:
            continue
        votes[folded] = votes.get(folded, _host_bonus(name, host)) + weight - _legal_loss(printed, name)
        if folded not in written or _DOMAIN_END.search(written[folded]) or written[folded].islower():
            written[folded] = name
    if listed and listed[1]:
        own = _outlet_key(listed[0])
        others = (key for key, name in written.items() if fold_name(name) in lexicon.outlets.folded)
        votes = {key: votes[key] for key in others if own not in key and key not in own} | {own: _LISTED}
        written[own] = listed[0]
    best = max(votes, key=lambda folded: votes[folded], default=None)
    return written[best] if best else None


def _host_of(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def _outlet_votes(
    facts: MarkupFacts, drafts: Sequence[Draft], listed: tuple[str, bool] | None
) -> Iterator[tuple[float, str]]:
    if listed and not listed[1]:
        yield _LISTED_ABOVE, listed[0]
    for claim in facts.outlets:
        yield _OUTLET_WEIGHTS[claim.kind], claim.names[0]
    for draft in drafts:
        if draft.role == BlockRole.CLUTTER and len(draft.text) <= _COPYRIGHT_LINE:
            named = _COPYRIGHT_NAME.search(draft.text)
            if named:
                yield _COPYRIGHT_WEIGHT, named.group(1)


def _clean_outlet(printed: str, host: str, lexicon: PressLexicon) -> str:
    """The name without a slogan beside it and without the company's legal form."""
    parts = [part.strip() for part in _BESIDE_NAME.split(printed) if part.strip()]
    name = next((part for part in parts if _host_bonus(part, host)), parts[0] if parts else "")
    name = name.removeprefix("www.").strip(" .,®™©")
    words = name.split()
    while len(words) > 1 and fold_name(words[-1]) in lexicon.signatures.legal_forms:
        words.pop()
    return " ".join(words).strip(" .,&®™")


def _outlet_key(name: str) -> str:
    return fold_name(_DOMAIN_END.sub("", name)).removeprefix("the") or fold_name(name)


def _host_bonus(name: str, host: str) -> float:
    """How much of the host the name explains, spelled out or by its initials."""
    labels = [label for label in map(fold_name, host.removeprefix("www.").split(".")[:-1]) if len(label) >= 3]
    key = _outlet_key(name)
    initials = "".join(word[0] for word in fold_words(name))
    shares = [_share_of(label, key, initials) for label in labels]
    return _HOST_BONUS * max(shares, default=0.0)


def _share_of(label: str, key: str, initials: str) -> float:
    if label in key or label == initials:
        return 1.0
    return len(key) / len(label) if len(key) >= 3 and key in label else 0.0


def _legal_loss(printed: str, name: str) -> float:
    """Did the cleaned name lose a company's legal form at its end?"""
    rest = printed[printed.find(name) + len(name) :] if name in printed else ""
    return _LEGAL_LOSS if rest.strip(" .,®™©") and not _BESIDE_NAME.match(rest) else 0.0


def read_signatures(
    facts: MarkupFacts, bylines: Sequence[str], outlet: str | None, lexicon: PressLexicon
) -> Signatures:
    """Who signs, from the first place that names anybody.

    JSON-LD comes before the visible by-line, because it needs no guess about where a name ends; but a by-line with a
    link for each name that has all of them and more is the fuller list. Then those on whom two places agree, then meta
    elements, marked elements and by-lines told by their wording: the later ones can belong to other articles.

    Args:
        bylines: names found in the blocks labelled as by-lines.
    """
    claims = (*facts.authors, *([NameClaim(ClaimKind.SIGNED, tuple(bylines))] if bylines else []))
    # An outlet that only a copyright line names can be the author's own site, so it refuses nobody.
    is_known = outlet is not None and fold_name(outlet) in lexicon.outlets.folded
    refused = _refused_names(facts, outlet if is_known else None)
    read = [(claim.kind, *_split_claim(claim, refused, lexicon)) for claim in claims]
    given = [(kind, names) for kind, names, _ in read if names]
    chosen = _choose_names(given)
    for kind, names in given:
        if kind == ClaimKind.LINKED and len(names) > len(chosen) and _fold_all(chosen) <= _fold_all(names):
            chosen = names
    return Signatures(authors=chosen[:_MOST_NAMES], agency=next((agency for *_, agency in read if agency), None))


def _choose_names(given: Sequence[tuple[ClaimKind, tuple[str, ...]]]) -> tuple[str, ...]:
    sure = next((names for kind, names in given if kind == ClaimKind.JSON), None)
    if sure:
        return sure
    persons = [names for kind, names in given if kind != ClaimKind.BODY]
    agreed = (one for one in persons if sum(_fold_all(one) <= _fold_all(other) for other in persons) >= 2)
    return next(agreed, None) or next(iter(persons), None) or next((names for _, names in given), ())


def _fold_all(names: Sequence[str]) -> set[str]:
    return {fold_name(name) for name in names}


class _Refused(Struct, frozen=True):
    """Names that are no author's on this page, by `_outlet_key`."""

    outlets: frozenset[str]  # as the page names itself
    hosts: frozenset[str]  # parts of its address


def _refused_names(facts: MarkupFacts, outlet: str | None) -> _Refused:
    host = _host_of(facts.site or facts.url)
    claimed = {_outlet_key(name) for claim in facts.outlets for name in claim.names} | {_outlet_key(outlet or "")}
    labels = {label for label in map(fold_name, host.split(".")[:-1]) if len(label) >= 3}
    return _Refused(frozenset(claimed - {""}), frozenset(labels))


def _split_claim(claim: NameClaim, refused: _Refused, lexicon: PressLexicon) -> tuple[tuple[str, ...], str | None]:
    found: dict[str, str] = {}
    agency: str | None = None
    is_signed = claim.kind == ClaimKind.SIGNED
    for printed in claim.names:
        parts = list(_split_names(printed, lexicon))
        if len(parts) > 1 and _outlet_key(printed) in refused.outlets:
            continue
        for at, (part, is_opened) in enumerate(parts):
            agency = agency or lexicon.agencies.get(part)
            is_alone = len(parts) == 1 and (is_opened or not (is_signed or part.islower()))
            is_wanted = _looks_like_author(part, is_strict=at > 0 or is_signed, is_alone=is_alone)
            if is_wanted and not _is_refused(part, refused, lexicon, kind=claim.kind):
                found.setdefault(" ".join(fold_words(part)), part)
    return tuple(found.values()), agency


def _split_names(printed: str, lexicon: PressLexicon) -> Iterator[tuple[str, bool]]:
    """The names in "By Ana Okoye and Ben Lind, staff writers", in order, and whether a word such as "by" opens them.

    What stands beside the names comes too, as a name.
    """
    for part in _NAMES_APART.split(_BRACKET.sub("", printed))[: 2 * _MOST_NAMES]:
        words = part.strip(" .:*").split()
        opening = lexicon.signatures.openings.opens(fold_words(part))
        opening = opening if opening < len(words) else 0
        for name in _split_at_joints(words[opening:], lexicon):
            if name:
                yield name, opening > 0


def _split_at_joints(words: list[str], lexicon: PressLexicon) -> Iterator[str]:
    """Names apart at "and", where both sides have two words or more: "y" and "e" stand inside names too."""
    begin = 0
    for at, word in enumerate(words):
        if word.casefold() in lexicon.signatures.joints and at - begin >= 2 and len(words) - at - 1 >= 2:
            yield _without_office(words[begin:at], lexicon)
            begin = at + 1
    yield _without_office(words[begin:], lexicon)


def _without_office(words: list[str], lexicon: PressLexicon) -> str:
    name = _OTHERS.sub("", " ".join(words)).strip(" :-–—*")
    for word in lexicon.signatures.behind:
        name = name.removesuffix(word).strip()
    return name


def _looks_like_author(name: str, *, is_strict: bool, is_alone: bool) -> bool:
    """Is it formed like a name? Strictly: two words or more, the first and the last with a capital."""
    words = name.split()
    if len(name) < 2 or len(name) > _LONG_PERSON or len(words) > _MOST_WORDS or _NO_NAME.search(name):
        return False
    if len(words) == 1:
        return is_alone
    return not is_strict or not (words[0][0].islower() or words[-1][0].islower())


def _is_refused(name: str, refused: _Refused, lexicon: PressLexicon, *, kind: ClaimKind) -> bool:
    """Is it an agency, an office, a company, the outlet (alone or with other words) or another listed outlet?

    A page that is named after a person is a person's: with two words or three in JSON-LD the name is believed.
    """
    key, words = _outlet_key(name), fold_words(name)
    if name in lexicon.agencies or fold_name(name) in lexicon.outlets.folded:
        return True
    if lexicon.signatures.departments.intersection(words):
        return True
    if key in refused.outlets or (len(words) == 1 and key in refused.hosts):
        return kind != ClaimKind.JSON or len(words) not in (2, 3)
    if kind != ClaimKind.JSON and words and words[-1] in lexicon.signatures.legal_forms:
        return True
    short = {fold_name(word) for word in name.split() if word.isupper() and len(word) >= 3}
    return bool(short & (refused.outlets | refused.hosts)) or any(
        len(outlet) >= 8 and outlet in key for outlet in refused.outlets
    )
