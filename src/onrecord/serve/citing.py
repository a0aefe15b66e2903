"""How a statement is cited: as text, as BibTeX, and by the way its words took."""

from __future__ import annotations

import re
from typing import NamedTuple

from onrecord.records import Article, Reading, Speaker, Statement
from onrecord.store.flat import words_of

__all__ = ["Link", "chain_of_report", "cite_bibtex", "cite_text"]

_LATEX = {
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}
_SPECIAL = re.compile(r"[&%$#_{}\\~^]")
_MOST_QUOTED = 280  # characters of the words, in a citation


class Link(NamedTuple):
    """One hand that the words went through."""

    did: str  # "said it", "passed it on" ...
    name: str
    basis: str = ""  # how we know
    actor: str | None = None  # whose page tells more


def chain_of_report(reading: Reading, said: Statement, *, kept_at: str) -> tuple[Link, ...]:
    """Who had the words, from the speaker's mouth to this store. `kept_at` is when the page was stored."""
    article = reading.article
    speaker = [_link("said it", said.speaker)] if said.speaker else [Link("said it", "somebody the text does not name")]
    links = [*speaker, *(_link("passed it on", one) for one in said.via)]
    if article.agency and article.agency not in {article.outlet, *(one.name for one in said.via)}:
        links.append(Link("wrote the report", article.agency, "the agency that the page names"))
    day = article.published.value[:10] if article.published else "on a day not known"
    basis = article.published.basis if article.published else ""
    links.append(Link(f"published it {day}", article.outlet or article.origin.path, basis))
    return (*links, Link("kept the page", f"this store, {kept_at}", f"sha256 {article.origin.sha256}"))


def _link(did: str, one: Speaker) -> Link:
    return Link(did, one.name, one.basis.value, one.id or f"name:{one.name}")


def cite_text(article: Article, said: Statement, address: str) -> str:
    """A line for a footnote."""
    who = said.speaker.name if said.speaker else "Unnamed speaker"
    via = "".join(f", via {one.name}" for one in said.via)
    title = f" In: {article.title}." if article.title else ""
    where = ", ".join(part for part in (article.outlet, _day(article)) if part)
    first, last = min(said.content).start, max(span.end for span in said.content)
    digest = f"Characters {first}–{last} of the page with SHA-256 {article.origin.sha256}."
    return f"{who}{via}: “{_words(article, said)}”{title} {where + '. ' if where else ''}{digest} {address}"


def cite_bibtex(article: Article, said: Statement, address: str) -> str:
    """An entry for BibTeX and what reads it; letters that LaTeX takes for commands are escaped."""
    who = said.speaker.name if said.speaker else "Unnamed speaker"
    fields = {
        "author": "{" + _latex(who) + "}",
        "title": "{" + _latex(_words(article, said)) + "}",
        "howpublished": _latex(", ".join(part for part in (article.title, article.outlet) if part)),
        "year": (_day(article) or "")[:4],
        "date": _day(article) or "",
        "url": address if _is_plain(address) else "",
        "note": f"statement {_latex(said.id)} of article {_latex(article.id)}, SHA-256 {article.origin.sha256}",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    key = re.sub(r"[^A-Za-z0-9]+", "-", f"onrecord-{article.id}-{said.id}")
    return f"@misc{{{key},\n{lines}}}"


def _words(article: Article, said: Statement) -> str:
    words = " ".join(words_of(article.text, said.content).split()).strip('“”"„ ')
    return words if len(words) <= _MOST_QUOTED else words[: _MOST_QUOTED - 1] + "…"


def _day(article: Article) -> str | None:
    return article.published.value[:10] if article.published else None


def _latex(text: str) -> str:
    return _SPECIAL.sub(lambda match: _LATEX[match.group()], " ".join(text.split()))


def _is_plain(address: str) -> bool:
    return not set(address) & set("{}\\ ")
