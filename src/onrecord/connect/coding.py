"""Codes of the user's own dictionaries for whoever a text names: whose names, what role, and who stands beside them.

As PETRARCH codes: "Gondor's border police" is the code of Gondor with that of border police behind it; "lawmakers and
officials in Arnor and Gondor" are four. A role that the dictionary dates counts between its dates.
Source: https://github.com/openeventdata/petrarch2 (Schrodt, Beieler, Idris 2014), with words in place of parses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from onrecord.connect.mentions import strip_possessive
from onrecord.lexicon.actors.catalogue import Catalogue
from onrecord.lexicon.actors.folding import fold, singular_phrase
from onrecord.lexicon.actors.petrarch import PETRARCH
from onrecord.lexicon.actors.records import Actor, ActorKind, Role
from onrecord.lexicon.actors.words import load_mention_words
from onrecord.records import Party, Span

__all__ = ["CodedText", "code_text"]

_WORD = re.compile(r"\w[\w.&'’-]*")
_BETWEEN = {"of", "in", "from", "at"}  # a role and whose it is
_JOIN = {"and", "or", "nor", "&"}
_GRAMMAR = {"to", "with", "for", "on", "by", "as", "that", "who", "which", "but", "after", "before", "over", "against"}
_MOST_WORDS = 8  # of a name
_MOST_BETWEEN = 3  # words between whose it is and the role: "Gondor's new and better police"
_CODED = re.compile(r"[A-Z0-9]{3}")
_TRIPLE = 3


class _Dictionary(Struct, frozen=True):
    actors: dict[str, Actor]  # by folded name
    roles: dict[str, Actor]


class _Token(NamedTuple):
    start: int
    end: int
    folded: str
    is_capital: bool
    is_possessive: bool
    ends: bool  # a mark stands behind it


class _Piece(NamedTuple):
    """Words, half-open, that name an actor or a role of the dictionary."""

    first: int
    end: int
    is_role: bool
    actor: Actor
    code: str


class _Phrase(NamedTuple):
    """Somebody who is named, with all codes that the words have."""

    first: int
    end: int
    actor: Actor
    codes: tuple[str, ...]
    roles: tuple[str, ...] = ()


class CodedText(Struct, frozen=True):
    """What the dictionaries say of a text."""

    lists: tuple[tuple[Party, ...], ...] = ()  # those who are named beside one another, in text order

    def parties(self, evidence: Span, *, apart_from: Iterable[Span]) -> tuple[Party, ...]:
        """Who these words name, and whoever is named beside them; none if they are not in the dictionaries.

        Args:
            apart_from: words of the other side; of a list that names both sides only who is meant is taken.
        """
        found = next((some for some in self.lists if any(_meet(one.evidence, evidence) for one in some)), ())
        if any(_meet(one.evidence, other) for one in found for other in apart_from):
            return tuple(one for one in found if _meet(one.evidence, evidence))
        return found


def _meet(span: Span | None, other: Span) -> bool:
    return span is not None and span.start < other.end and other.start < span.end


def code_text(text: str, catalogue: Catalogue, *, date: str | None) -> CodedText:
    """Everybody whom a text names and the user's dictionaries code, at the date; nothing without such dictionaries.

    A party's country is the first triple of its code, its sector the rest.
    """
    dictionary = _dictionary(catalogue)
    if not dictionary.actors:
        return CodedText()
    tokens = _tokens(text)
    pieces = _pieces(tokens, dictionary, date)
    lists = _lists(_with_roles_before(_phrases(pieces, tokens), pieces, tokens), tokens)
    return CodedText(tuple(_parties(some, tokens) for some in lists))


@lru_cache(maxsize=4)
def _dictionary(catalogue: Catalogue) -> _Dictionary:
    coded = [actor for actor in catalogue.own if any(role.source == PETRARCH for role in actor.roles)]
    named = [(fold(name), actor) for actor in coded for name in (actor.name, *actor.names)]
    return _Dictionary(
        actors={name: actor for name, actor in named if actor.kind is not ActorKind.ROLE},
        roles={singular_phrase(name): actor for name, actor in named if actor.kind is ActorKind.ROLE},
    )


def _tokens(text: str) -> list[_Token]:
    found = []
    for word in _WORD.finditer(text):
        shown = word[0].rstrip("'’-") or word[0]
        if shown.endswith(".") and not (len(shown) <= 3 or "." in shown[:-1]):  # the end of a sentence
            shown = shown[:-1]
        plain, end = strip_possessive(shown), word.start() + len(shown)
        behind = text[end : end + 1]
        folded = "" if plain.lower() == "the" else fold(plain)
        is_marked = behind in {",", ";", ":", ".", "(", ")", '"', "“", "”"}
        is_possessive = plain != shown or behind in {"'", "’"}
        found.append(_Token(word.start(), end, folded, plain[:1].isupper(), is_possessive, bool(behind) and is_marked))
    return found


def _code(actor: Actor, date: str | None) -> str | None:
    """The code that holds on the day: of those with dates the one that began last, else the one without."""
    roles = [role for role in actor.roles if role.source == PETRARCH]
    held = [role for role in roles if date is None or role.held_on(date)]

    def rank(role: Role) -> tuple[bool, str]:
        is_dated = role.start is not None or role.end is not None
        return (is_dated is (date is not None), role.start or "")

    return max(held, key=rank).title if held else None


def _pieces(tokens: Sequence[_Token], dictionary: _Dictionary, date: str | None) -> list[_Piece]:
    """The longest names first come, none in another."""
    found, at = [], 0
    while at < len(tokens):
        piece = _piece_at(tokens, at, dictionary, date)
        if piece is not None:
            found.append(piece)
        at = piece.end if piece else at + 1
    return found


def _piece_at(tokens: Sequence[_Token], at: int, dictionary: _Dictionary, date: str | None) -> _Piece | None:
    if not tokens[at].folded:
        return None
    for end in range(min(len(tokens), at + _MOST_WORDS), at, -1):
        if any(token.ends or token.is_possessive for token in tokens[at : end - 1]):
            continue
        words = " ".join(token.folded for token in tokens[at:end] if token.folded)
        actor = dictionary.actors.get(words) if tokens[at].is_capital else None
        found = actor or dictionary.roles.get(singular_phrase(words)) or dictionary.roles.get(words)
        code = _code(found, date) if found else None
        if found and code and (found.kind is ActorKind.ROLE or _CODED.match(code)):
            return _Piece(at, end, found.kind is ActorKind.ROLE, found, code)
    return None


def _phrases(pieces: Sequence[_Piece], tokens: Sequence[_Token]) -> list[_Phrase]:
    """Names with the roles beside them: "MSF Arnor diplomat", "Gondor's main opposition group"."""
    found: list[_Phrase] = []
    at = 0
    while at < len(pieces):
        end = at + 1
        while end < len(pieces) and _is_beside(pieces[end - 1], pieces[end], tokens):
            end += 1
        run = pieces[at:end]
        if not all(piece.is_role for piece in run):
            found.append(_phrase(run, tokens))
        at = end
    return found


def _is_beside(piece: _Piece, other: _Piece, tokens: Sequence[_Token]) -> bool:
    between = tokens[piece.end : other.first]
    if tokens[piece.end - 1].ends or any(token.ends for token in between):
        return False
    if not between:
        return True
    whose = tokens[piece.end - 1].is_possessive and other.is_role
    plain = all(not token.is_capital and token.folded not in _GRAMMAR | _BETWEEN for token in between)
    joined = [token.folded for token in between] in (["and"], ["or"]) and piece.is_role and other.is_role
    return joined or (whose and len(between) <= _MOST_BETWEEN and plain)


def _phrase(run: Sequence[_Piece], tokens: Sequence[_Token]) -> _Phrase:
    whose = max((piece for piece in run if not piece.is_role), key=lambda piece: len(piece.code))
    end = run[-1].end
    while (
        end < len(tokens) and tokens[end].is_capital and not tokens[end - 1].ends and not tokens[end - 1].is_possessive
    ):
        end += 1  # "President Umbardacil"
    is_former = _is_former(tokens, run[0].first)
    codes = tuple(
        _joined(code, roles, is_former=is_former)
        for roles in _alternatives(run, tokens) or [[]]
        for code in whose.code.split("/")
    )
    return _Phrase(run[0].first, end, whose.actor, codes)


def _alternatives(run: Sequence[_Piece], tokens: Sequence[_Token]) -> list[list[str]]:
    """The roles of a run; "media and government" are two, and what stands before belongs to both."""
    found: list[list[str]] = [[]]
    shared: list[str] = []
    for before, piece in zip([None, *run], run, strict=False):
        if not piece.is_role:
            continue
        if before is not None and before.is_role and tokens[before.end : piece.first]:
            shared = found[-1][:-1]
            found.append([*shared, piece.code])
        else:
            found[-1].append(piece.code)
    return [roles for roles in found if roles]


def _is_former(tokens: Sequence[_Token], first: int) -> bool:
    return first > 0 and tokens[first - 1].folded in load_mention_words().former


def _joined(code: str, roles: Iterable[str], *, is_former: bool) -> str:
    """The code of whose it is with those of the roles; what it says already is not said twice."""
    for role in roles:
        own = role.strip("~")
        if role.endswith("~"):
            code = own + code
        elif is_former:
            code = code if "ELI" in _triples(code) else f"{code}ELI"
        elif not set(_triples(own)) <= set(_triples(code)):
            code += own
    return code


def _triples(code: str) -> list[str]:
    return [code[at : at + _TRIPLE] for at in range(0, len(code), _TRIPLE)]


def _with_roles_before(phrases: Sequence[_Phrase], pieces: Sequence[_Piece], tokens: Sequence[_Token]) -> list[_Phrase]:
    """With the roles that "of" and its like tie to a name: "the ambassadors of Arnor", "officials in White House"."""
    roles = {piece.end: piece for piece in pieces if piece.is_role}
    found = []
    for phrase in phrases:
        at = phrase.first - 1
        while at >= 0 and (not tokens[at].folded or tokens[at].folded in load_mention_words().former):
            at -= 1
        tied = roles.get(at) if at >= 0 and tokens[at].folded in _BETWEEN and not tokens[at].ends else None
        if tied is None:
            found.append(phrase)
            continue
        first, told = tied.first, [tied.code]
        while (more := roles.get(first - 1)) is not None and tokens[first - 1].folded in _JOIN:
            first, told = more.first, [more.code, *told]
        is_former = _is_former(tokens, first)
        found.append(
            phrase._replace(first=first, codes=_of_roles(phrase.codes, told, is_former=is_former), roles=tuple(told))
        )
    return found


def _of_roles(codes: Iterable[str], roles: Sequence[str], *, is_former: bool = False) -> tuple[str, ...]:
    return tuple(_joined(code, [role], is_former=is_former) for role in roles for code in codes)


def _lists(phrases: Sequence[_Phrase], tokens: Sequence[_Token]) -> list[list[_Phrase]]:
    """Phrases with nothing but commas and "and" between them; the roles of the first are those of all bare names."""
    found: list[list[_Phrase]] = []
    for phrase in phrases:
        between = [token.folded for token in tokens[found[-1][-1].end : phrase.first]] if found else []
        last = tokens[found[-1][-1].end - 1] if found else None
        bare = [word for word in between if word]
        is_next = last is not None and not last.is_possessive and (bare in ([], ["and"], ["or"], ["nor"], ["&"]))
        if not is_next or (not bare and last is not None and not last.ends):
            found.append([phrase])
            continue
        shared = found[-1][0].roles
        if shared and not phrase.roles:
            phrase = phrase._replace(codes=_of_roles(phrase.codes, shared))
        found[-1].append(phrase)
    return found


def _parties(phrases: Sequence[_Phrase], tokens: Sequence[_Token]) -> tuple[Party, ...]:
    return tuple(
        Party(
            name=phrase.actor.name,
            evidence=Span(tokens[phrase.first].start, tokens[phrase.end - 1].end),
            id=phrase.actor.id,
            wikidata=phrase.actor.wikidata,
            country=code[:_TRIPLE],
            sector=code[_TRIPLE:] or None,
        )
        for phrase in phrases
        for code in phrase.codes
    )
