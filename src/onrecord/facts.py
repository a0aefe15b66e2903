"""What is known of an article, in words and each fact with its evidence, for whoever shows it to people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from onrecord.records import Article, BlockRole, Moment

__all__ = ["Fact", "doubts_of", "facts_of"]


class Fact(NamedTuple):
    """A fact and how we know; the basis is empty where the record does not say."""

    name: str
    value: str
    basis: str = ""


def facts_of(article: Article) -> Iterator[Fact]:
    """The facts that are known, in the order in which readers ask for them. Texts are as the page has them."""
    if article.title:
        yield Fact("title", article.title, _printed(article, BlockRole.TITLE, article.title))
    if article.outlet:
        yield Fact("outlet", article.outlet)
    if article.agency:
        is_stated = article.dateline is not None and article.dateline.agency == article.agency
        yield Fact("agency", article.agency, "dateline" if is_stated else "")
    for name in article.authors:
        yield Fact("author", name, _printed(article, BlockRole.BYLINE, name))
    yield from _moments(article)
    if article.dateline:
        place = f"printed at characters {article.dateline.source_start} to {article.dateline.source_end} of the page"
        said = (article.dateline.place, article.dateline.date, article.dateline.agency)
        yield Fact("dateline", ", ".join(part for part in said if part), place)
    if article.section:
        yield Fact("section", article.section)
    if article.language:
        yield Fact("language", article.language, "the body's words")
    if article.paywall is not None:
        yield Fact("paywall", "for subscribers" if article.paywall else "free for all")
    if article.url:
        yield Fact("address", article.url)
    yield Fact("source", article.origin.path, f"id {article.id}")
    counts = Counter(block.role for block in article.blocks)
    yield Fact("blocks", ", ".join(f"{counts[role]} {role}" for role in BlockRole if counts[role]) or "none")


def doubts_of(article: Article) -> Iterator[str]:
    """Where to be careful with it, a line each."""
    if not article.is_article:
        yield f"perhaps no article: {article.reason or 'unclear'}"
    if article.limits_hit:
        yield f"cut at a limit: {', '.join(article.limits_hit)}"


def _moments(article: Article) -> Iterator[Fact]:
    named: tuple[tuple[str, Moment | None], ...] = (("published", article.published), ("modified", article.modified))
    for name, moment in named:
        if moment:
            yield Fact(name, moment.value.replace("T", " "), moment.basis)


def _printed(article: Article, role: BlockRole, words: str) -> str:
    """Where a block of that role holds the words."""
    holding = (block for block in article.blocks if block.role is role and words in (block.text or ""))
    block = next(holding, None)
    return f"printed at characters {block.source_start} to {block.source_end} of the page" if block else ""
