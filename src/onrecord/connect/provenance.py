"""Through whom something came, and how many independent sources there are for it.

Copies of one text are one source, and so are articles of one agency and those of one outlet. That is the most that can
be told from the pages: two outlets with nothing in common here may still have talked to the same person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from onrecord.connect.copies import agency_of
from onrecord.connections import Sources
from onrecord.records import Article, Statement

__all__ = ["chain_of", "count_sources"]


def chain_of(said: Statement | None, article: Article) -> tuple[str, ...]:
    """From the speaker through everyone who passed it on to the outlet that printed it; no name twice in a row.

    Args:
        said: None for what the reporter tells.
    """
    names = [said.speaker.name if said.speaker else None, *(via.name for via in said.via)] if said else []
    chain: list[str] = []
    for name in [*names, agency_of(article), article.outlet]:
        if name and (not chain or chain[-1].casefold() != name.casefold()):
            chain.append(name)
    return tuple(chain)


def count_sources(articles: Sequence[Article], copies: Mapping[str, str]) -> Sources:
    """Articles by the source they have it from.

    Args:
        articles: that tell the same.
        copies: by article id, the group of copies it belongs to.
    """
    owner: dict[str, str] = {}  # what an article is known by -> the group it is in
    for article in articles:
        marks = _marks(article, copies)
        known = sorted({owner[mark] for mark in marks if mark in owner})
        group = known[0] if known else article.id
        owner = {mark: group if of in known else of for mark, of in owner.items()}
        owner |= dict.fromkeys(marks, group)
    groups: dict[str, list[Article]] = {}
    for article in articles:
        groups.setdefault(owner[f"id {article.id}"], []).append(article)
    ordered = sorted(groups.values(), key=lambda group: -len(group))
    return Sources(
        groups=tuple(tuple(article.id for article in group) for group in ordered),
        names=tuple(_name(group) for group in ordered),
    )


def _marks(article: Article, copies: Mapping[str, str]) -> list[str]:
    agency, outlet = agency_of(article), article.outlet
    marks = [f"id {article.id}", f"copies {copies.get(article.id, article.id)}"]
    if agency:
        marks.append(f"name {agency.casefold()}")
    elif outlet:  # an outlet that prints an agency's text is not that agency
        marks.append(f"name {outlet.casefold()}")
    return marks


def _name(group: Sequence[Article]) -> str | None:
    agencies = Counter(name for article in group if (name := agency_of(article)))
    outlets = Counter(article.outlet for article in group if article.outlet)
    return next((names.most_common(1)[0][0] for names in (agencies, outlets) if names), None)
