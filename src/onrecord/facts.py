"""What is known of an article and of a statement, in words and with its evidence, for whoever shows it to people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from onrecord.records import Article, BlockRole, Judged, Moment, Span, Speaker, Statement

__all__ = ["Explanation", "Fact", "doubts_of", "explain", "facts_of", "facts_of_statement", "show_days"]


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


def facts_of_statement(statement: Statement) -> Iterator[Fact]:
    """What is told beside who says what and what it does, as far as it is known, with ids and words as basis."""
    if statement.targets:
        yield Fact("aimed at", ", ".join(one.name for one in statement.targets), _ids(statement.targets))
    if statement.addressee:
        yield Fact("said to", statement.addressee.name, _ids([statement.addressee]))
    if statement.made_on:
        yield Fact("said on", show_days(statement.made_on))
    if statement.deadline:
        yield Fact("due", show_days(statement.deadline))
    if statement.sector:
        yield Fact("on", ", ".join(statement.sector))
    if statement.categories:
        yield Fact("in", ", ".join(statement.categories))


def show_days(value: str) -> str:
    """An ISO interval as people write it.

    >>> show_days("2021-01-04/2021-01-06"), show_days("2025-12-31"), show_days("2021-01-07/..")
    ('2021-01-04 to 2021-01-06', '2025-12-31', 'from 2021-01-07')
    """
    first, _, last = value.partition("/")
    if not last:
        return first
    if ".." in (first, last):
        return f"up to {last}" if first == ".." else f"from {first}"
    return f"{first} to {last}"


class Explanation(NamedTuple):
    """A judgement, and the words of the text that decided it, each with its place."""

    judged: str
    value: str
    words: tuple[tuple[Span, str], ...]


def explain(text: str, statement: Statement) -> Iterator[Explanation]:
    """Every judgement on a statement with its evidence; one without words was made by the model or the whole text."""
    yield _explained(text, "speaker", statement.speaker.name if statement.speaker else "nobody named", statement.source)
    for one in statement.via:
        yield _explained(text, "via", one.name, [one.evidence] if one.evidence else [])
    values = {
        Judged.ACT: statement.act.value,
        Judged.HEDGED: "yes" if statement.hedged else "",
        Judged.CONDITIONAL: "yes" if statement.conditional else "",
        Judged.NEGATED: "yes" if statement.negated else "",
        Judged.SECTOR: ", ".join(statement.sector),
        Judged.MADE_ON: show_days(statement.made_on or ""),
        Judged.DEADLINE: show_days(statement.deadline or ""),
        Judged.CATEGORY: ", ".join(statement.categories),
    }
    for judged, value in values.items():
        if value:
            yield _explained(text, judged.value, value, [r.span for r in statement.reasons if r.of is judged])
    for target in statement.targets:
        yield _explained(text, "target", _with_basis(target), [target.evidence] if target.evidence else [])
    if statement.addressee:
        evidence = statement.addressee.evidence
        yield _explained(text, "addressee", _with_basis(statement.addressee), [evidence] if evidence else [])


def _explained(text: str, judged: str, value: str, spans: Iterable[Span]) -> Explanation:
    return Explanation(judged, value, tuple((span, text[span.start : span.end]) for span in spans))


def _with_basis(one: Speaker) -> str:
    return f"{one.name} ({', '.join(part for part in (one.basis.value, one.id) if part)})"


def _ids(actors: Iterable[Speaker]) -> str:
    return ", ".join(one.id or one.basis.value for one in actors)
