"""The headline of a page: a vote between the places that state one, without the outlet and section around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from onrecord.clean.statements import PageStatements, fold_space
from onrecord.lexicon.outlets import fold_name

__all__ = ["TITLE_JOINT", "cut_title", "vote_title"]

_TITLE_NAMES = ("og:title", "twitter:title", "sailthru.title", "parsely-title", "dcterms.title", "dc.title")
_TITLE_CHARS = 500
_HEADLINE_CHARS = 12  # shorter headings are most often sections; Chinese and Japanese headlines have 12 and more
_HEADING = 2.05  # weight of the only heading: JSON-LD and one other place together outvote it, no other two do
_DOUBTFUL_HEADING = 1.5  # of the first of several on which nothing agrees
TITLE_JOINT = re.compile(r" {1,3}(?:[|–—\-:·»/ㅣ]|::) {1,3}|[|ㅣ]")
_TITLE_JOINTS_MOST = 4  # parts that are looked at from either end


def vote_title(said: PageStatements, known: set[str]) -> str | None:
    """The headline by a vote in which the page's heading counts as much as two other places.

    The heading is what the readers saw; titles for search engines and networks are often reworded, and alike.
    """
    headline = said.main.get("headline")
    others = [
        (1.1, headline if isinstance(headline, str) else ""),
        (0.9, said.first("headline")),
    ]
    others += [(1.0, said.first(*_TITLE_NAMES)), (1.0, _longest_part(said.page_title))]
    folded = {fold_name(text) for _, text in others} | {fold_name(text) for text in said.headings}
    titles = [(weight, cut_title(fold_space(text[:_TITLE_CHARS]), known, folded)) for weight, text in others]
    wordings = {fold_name(title): title for title in [*said.headings, *(title for _, title in titles)]}
    titles = [(weight, _without_kicker(title, wordings)) for weight, title in titles]
    headings = _weigh_headings(said.headings, {fold_name(title) for _, title in titles}, wordings)
    votes: dict[str, float] = {}
    for weight, title in [*headings, *titles]:
        name = fold_name(title)
        if name and name not in known:
            votes[name] = votes.get(name, 0.0) + weight
    best = max(votes, key=lambda name: votes[name], default=None)
    return next((title for _, title in [*headings, *titles] if fold_name(title) == best), None)


def _weigh_headings(headings: Sequence[str], others: set[str], wordings: Mapping[str, str]) -> list[tuple[float, str]]:
    """Of several headings the first on which another place agrees is the page's own, or the first long one."""
    long = [heading for heading in headings if len(heading) >= _HEADLINE_CHARS]
    agreed = [heading for heading in headings if fold_name(heading) in others]
    own = next(iter([*agreed, *long, *headings]), None)
    weight = _HEADING if agreed or len(headings) == 1 else _DOUBTFUL_HEADING
    return [(weight if text == own else 0.6, _without_kicker(text, wordings)) for text in headings]


def _longest_part(page_title: str) -> str:
    """A bar never stands in a headline, so the longest part between bars is it."""
    return max(page_title[:_TITLE_CHARS].split(" | "), key=len)


def _without_kicker(headline: str, wordings: Mapping[str, str]) -> str:
    """The headline without a topic before it, with a dash or nothing between, where another place has the rest alone.

    With a colon between them both are the headline; " :" comes from templates that hide it.
    """
    folded = fold_name(headline)
    for name, wording in wordings.items():
        if _HEADLINE_CHARS <= len(name) < len(folded) and folded.endswith(name):
            kicker = headline[: _begin_of_last(headline, len(name))].rstrip("\"'“”„«»‘’ ")
            if kicker[-1:].isalnum() or kicker.endswith((" :", " -", " –", " —")):
                return wording
    return headline


def _begin_of_last(text: str, count: int) -> int:
    """Where the last `count` letters and digits of a text begin."""
    at = len(text)
    while count > 0 and at > 0:
        at -= 1
        count -= len(fold_name(text[at]))
    return at


def cut_title(title: str, outlets: set[str], headlines: set[str]) -> str:
    """The title without outlet and section around it, where a joint and a known outlet or headline show them.

    Args:
        outlets: names by `fold_name`.
        headlines: what other places of the page give as its headline, by `fold_name`.

    >>> cut_title("Ferry stays - Harbour - Velm Gazette", {"velmgazette"}, {"ferrystays"})
    'Ferry stays'
    >>> cut_title("Ferry stays - for now", {"velmgazette"}, set())
    'Ferry stays - for now'
    """
    joints = list(TITLE_JOINT.finditer(title))
    ends = joints[-_TITLE_JOINTS_MOST:]
    whole = next((title[: joint.start()] for joint in ends if fold_name(title[: joint.start()]) in headlines), None)
    if whole:
        return whole.strip()
    for joint in reversed(ends):
        if fold_name(title[joint.end() :]) and _names_outlet(title[joint.end() :], outlets):
            return cut_title(title[: joint.start()].strip(), outlets, headlines)
    opening = joints[0] if joints else None
    if opening and _names_outlet(title[: opening.start()], outlets, is_exact=True):
        return title[opening.end() :].strip()
    return title.strip()


def _names_outlet(text: str, outlets: set[str], *, is_exact: bool = False) -> bool:
    name = fold_name(text)
    if name in outlets or name.removeprefix("the") in outlets:
        return True
    return not is_exact and len(name) <= 40 and any(_are_alike(name, outlet) for outlet in outlets if len(outlet) >= 4)


def _are_alike(name: str, outlet: str) -> bool:
    return outlet in name or (len(name) >= 4 and name in outlet and 2 * len(name) >= len(outlet))
