"""The file of rules."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import msgspec
from msgspec import Struct

from onrecord.errors import BadQuery, UsageError
from onrecord.store import parse_query
from onrecord.track.alerts import Rule, check_rule

__all__ = ["RuleBook", "read_rules"]

_WRITTEN = "docs/reference/alerts.md says how it is written."


class RuleBook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ALERTS.toml says."""

    rule: tuple[Rule, ...]
    link: str | None = None  # where `onrecord serve` runs: "https://desk.example"; None: links lead to the pages' URLs
    feed: str | None = None  # file of the Atom feed, from the folder of the rules
    send: tuple[str, ...] = ()  # addresses for apprise, or "$NAME" of an environment variable that holds one


def read_rules(path: Path) -> RuleBook:
    """What an ALERTS.toml says.

    Raises:
        UsageError: there is none, or something in it is not as it should be; says what.
    """
    try:
        book = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), RuleBook)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name a file with rules.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: {error}; {_WRITTEN}") from error
    if not book.rule:
        raise UsageError(f"{path}: it has no rule; add one with [[rule]], name = ... and query = ...")
    twice = [name for name, count in Counter(rule.name for rule in book.rule).items() if count > 1]
    if twice:
        raise UsageError(f"{path}: two rules are called {twice[0]!r}; what was told is kept by name, so rename one.")
    for rule in book.rule:
        _check(path, rule)
    if book.link is not None and not book.link.startswith(("http://", "https://")):
        raise UsageError(f"{path}: link is {book.link!r}; write the address where `onrecord serve` runs, https://...")
    return book


def _check(path: Path, rule: Rule) -> None:
    wrong = check_rule(rule)
    if wrong:
        raise UsageError(f"{path}: rule {rule.name!r}: {wrong} {_WRITTEN}")
    try:
        parse_query(rule.query)
    except BadQuery as error:
        raise UsageError(f"{path}: rule {rule.name!r}: query: {error}") from error
