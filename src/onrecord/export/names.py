"""What articles, statements and speakers are called in the web of data: IRIs under one base."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlsplit

from onrecord.errors import UsageError
from onrecord.records import Speaker

__all__ = ["DEFAULT_BASE", "Names"]

DEFAULT_BASE = "urn:onrecord:"
WIKIDATA = "http://www.wikidata.org/entity/"


class Names(NamedTuple):
    """IRIs under `base`: with the address of a server they lead to its pages, with none they only name."""

    base: str = DEFAULT_BASE

    @classmethod
    def under(cls, base: str) -> Names:
        """Names under an address such as "https://record.example/".

        Raises:
            UsageError: no IRI, or one that holds what would end it.
        """
        if not urlsplit(base).scheme or any(letter.isspace() or letter in '<>"{}|\\^`#' for letter in base):
            raise UsageError(
                f"{base}: this is no address to begin names with. Write one such as https://record.example/."
            )
        return cls(base if base.endswith(("/", ":")) else f"{base}/")

    def article(self, article_id: str) -> str:
        """Of an article."""
        return f"{self.base}articles/{quote(article_id, safe='')}"

    def statement(self, article_id: str, statement_id: str) -> str:
        """Of a statement: its place in the article's page."""
        return f"{self.article(article_id)}#{quote(statement_id, safe='')}"

    def speaker(self, speaker: Speaker) -> str | None:
        """Of a speaker whom the catalogue knows: Wikidata's if there is one."""
        if speaker.wikidata:
            return WIKIDATA + quote(speaker.wikidata, safe="")
        return f"{self.base}actors/{quote(speaker.id, safe='')}" if speaker.id else None
