"""Articles as labelled pages in one file that needs nothing else: no script, nothing loaded, everything escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib import resources
from itertools import groupby
from typing import NamedTuple

from onrecord.facts import Fact, doubts_of, facts_of
from onrecord.records import Article, Block, BlockRole
from onrecord.serve.wording import make_environment

__all__ = ["labelled_page"]

_SHARED_UNTIL = "/* ---- masthead"  # of the style sheet of `serve`: colours, letters, links


class _Run(NamedTuple):
    """Neighbouring blocks that are shown as one: one block, or a run of clutter of one kind."""

    role: BlockRole
    kind: str
    blocks: tuple[tuple[str, Block], ...]


class _Sheet(NamedTuple):
    """An article as the template takes it."""

    title: str
    language: str
    facts: tuple[Fact, ...]
    doubts: tuple[str, ...]
    runs: tuple[_Run, ...]


def labelled_page(articles: Iterable[Article], *, title: str) -> Iterator[str]:
    """The page piece by piece; an article is taken when the page has come to it, so any number will do."""
    style = _style()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    template = make_environment().get_template("labelled.html")
    yield from template.generate(title=title, style=style, digest=digest, sheets=map(_lay_out, articles))


def _style() -> str:
    folder = resources.files("onrecord.serve") / "static"
    shared = (folder / "onrecord.css").read_text(encoding="utf-8").partition(_SHARED_UNTIL)[0]
    return f"\n{shared}{(folder / 'labelled.css').read_text(encoding='utf-8')}"


def _lay_out(article: Article) -> _Sheet:
    facts = tuple(fact for fact in facts_of(article) if fact.name != "title")
    title = article.title or "Untitled"
    return _Sheet(title, article.language or "", facts, tuple(doubts_of(article)), tuple(_runs(article)))


def _runs(article: Article) -> Iterator[_Run]:
    blocks = sorted(article.blocks, key=lambda block: block.source_start)
    for (role, kind), run in groupby(blocks, key=lambda block: (block.role, block.kind)):
        told = [(_words(article, block), block) for block in run]
        if role is BlockRole.CLUTTER:
            yield _Run(role, str(kind or "other"), tuple(told))
        else:
            yield from (_Run(role, "", (one,)) for one in told)


def _words(article: Article, block: Block) -> str:
    return article.text[block.start : block.end] if block.role is BlockRole.BODY else block.text or ""
