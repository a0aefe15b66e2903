"""Which actor of the catalogue a mention means, at the date of the article, with what speaks for it.

Nothing is forced: the answer is one actor, or several between which the article does not decide, or nobody. Scores are
shares of one; what is missing to one is the share of "somebody who is not in the catalogue".
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from onrecord.connect.finding import Found, Match, find_candidates, surname_of
from onrecord.connect.mentions import Parsed, country_of_words, parse_mention
from onrecord.lexicon.actors.catalogue import Brief, Catalogue
from onrecord.lexicon.actors.folding import fold, fold_words
from onrecord.lexicon.actors.records import ActorKind, Role
from onrecord.lexicon.actors.words import load_mention_words

__all__ = ["Candidate", "Context", "Evidence", "Link", "Linker", "Outcome", "read_context"]


class Evidence(StrEnum):
    """What speaks for a candidate."""

    NAME = "name"  # the mention gives a whole name of it
    SPELLING = "spelling"  # a whole name in another spelling, or with parts left out
    SURNAME = "surname"
    OFFICE = "office"  # the mention gives an office that it held then
    ROLE_HELD = "role held then"
    TITLE = "title"  # words beside the name fit a role
    COUNTRY = "country"  # named in the mention
    ARTICLE = "country of the article"
    NAMED_IN_FULL = "named in full in the article"
    OWN_LIST = "own list"


class Outcome(StrEnum):
    """What became of a mention."""

    LINKED = "linked"
    AMBIGUOUS = "ambiguous"  # several fit, none clearly better
    UNKNOWN = "unknown"  # nobody of the catalogue, as far as can be told


class Candidate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An actor that may be meant."""

    id: str
    name: str
    kind: ActorKind
    country: str | None
    score: float  # 0 to 1
    role: Role | None = None  # held at the date, of persons; the weightiest if there are several
    basis: tuple[Evidence, ...]


class Link(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a mention means."""

    mention: str
    outcome: Outcome
    best: Candidate | None = None  # only if linked
    candidates: tuple[Candidate, ...] = ()  # best first; at most eight


class Context(Struct, frozen=True, kw_only=True):
    """What the rest of the article says; made by `read_context`."""

    countries: Mapping[str, float] = {}  # share of the mentions of countries
    persons: Mapping[str, tuple[str, ...]] = {}  # folded surname -> ids of persons named in full; "": somebody unknown


_NOTHING = Context()
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?$")
_MOST_SHOWN = 8
_LEAST_SHOWN = 0.02
# Weights in the manner of a logistic regression: differences of log odds, set by hand and checked on a sample of
# office holders that the benchmark does not use (other seed). `_NOBODY` is what an unknown namesake weighs.
_NOBODY = 4.5
_BY_MATCH = {
    Match.FULL: 6.0,
    Match.ACRONYM: 4.6,
    Match.ROMANISATION: 5.2,
    Match.INITIALS: 4.0,
    Match.SPELLING: 3.4,
    Match.SURNAME: 0.6,
    Match.OFFICE: 3.6,
}
_BY_LEVEL = (-0.6, -0.3, 0.0, 0.4, 0.9, 1.6)
_SHORT_BY_LEVEL = (-1.4, -0.7, 0.0, 0.8, 1.2, 1.6)
_SURNAME_BY_LEVEL = (-1.5, -0.9, -0.2, 0.6, 1.4, 2.6)
_HELD, _HELD_UNSURE, _JUST_ENDED, _SOON, _NOT_YET = 2.0, 1.2, 0.6, 0.0, -1.6
_TITLE_NOW, _TITLE_ONCE, _TITLE_NEVER = 3.0, 1.2, -1.0
_COUNTRY_SAID, _COUNTRY_OTHER = 3.0, -4.0
_IN_ARTICLE, _NOT_IN_ARTICLE, _FOREIGN = 1.6, -0.7, -4.0
_NAMED, _NAMESAKE_NAMED, _UNKNOWN_NAMED = 5.0, -3.0, -4.0
_OWN = 3.0
_SURE = 0.9  # share from which a title and a surname name somebody as a full name does
_CLEAR = 0.55  # share from which the best candidate is taken
_RARE, _COMMON = 3, 30  # namesakes in the catalogue
_AT_HOME_EVERYWHERE = {ActorKind.COUNTRY, ActorKind.AGENCY, ActorKind.PLACE}
_NO_COUNTRY = frozenset({"", "UNO", "EUR", "IGO", "NGO", "IMG", "MNC"})
_STALE_YEARS = 4  # so long a role without end is believed after the day of its source


class Linker:
    """Links mentions to one catalogue. Pure: the same mention, date and context give the same link."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._parsed: dict[str, Parsed] = {}
        self._names: dict[str, frozenset[str]] = {}

    def link(self, mention: str, *, date: str | None = None, context: Context = _NOTHING) -> Link:
        """What a mention means.

        Args:
            mention: the words as they stand, with titles if there are any.
            date: ISO day of the article, or its beginning; None weighs all times alike.
            context: what `read_context` made of the article.

        Raises:
            ValueError: the date is none.
        """
        if date is not None and not _DATE.match(date):
            raise ValueError(f"{date!r} is no date; give it as 2021-01-06, 2021-01 or 2021")
        parsed = self.parse(mention)
        half = self._half(parsed, context)
        found = {half: Match.FULL} if half is not None else self._find(parsed, context)
        weighed = [
            self._weigh(number, match, parsed, date, context) for number, match in self._with_holders(found, date)
        ]
        return _decide(mention, [one for one in weighed if one is not None])

    def parse(self, mention: str) -> Parsed:
        """The mention taken apart; kept, since names come again and again."""
        parsed = self._parsed.get(mention)
        if parsed is None:
            if len(self._parsed) > 50_000:
                self._parsed.clear()
            parsed = self._parsed[mention] = parse_mention(mention, self.catalogue)
        return parsed

    def _find(self, parsed: Parsed, context: Context) -> Found:
        countries = parsed.countries or tuple(country for country, share in context.countries.items() if share >= 0.2)
        return find_candidates(parsed, self.catalogue, countries)

    def _half(self, parsed: Parsed, context: Context) -> int | None:
        """What "the North" is in an article on Korea."""
        halves = load_mention_words().halves.get(fold(parsed.text))
        if halves is None or not any(country in context.countries for country in halves):
            return None
        return self.catalogue.number_of(f"country:{halves[0].lower()}")

    def _with_holders(self, found: Found, date: str | None) -> Iterable[tuple[int, Match]]:
        """The candidates, and behind an office those who held it then."""
        yield from found.items()
        if date is None:
            return
        offices = [number for number in found if self.catalogue.brief(number).kind is ActorKind.OFFICE]
        for office in offices:
            office_id = self.catalogue.brief(office).id
            for number in self.catalogue.holders(office):
                roles = self.catalogue.actor(number).roles
                if number not in found and any(r.office == office_id and r.held_on(date) for r in roles):
                    yield number, Match.OFFICE

    def _weigh(self, number: int, match: Match, parsed: Parsed, date: str | None, context: Context) -> _Weighed | None:
        brief = self.catalogue.brief(number)
        is_person = brief.kind is ActorKind.PERSON
        if not is_person and (_is_a_persons_title(parsed, match) or _is_no_outlet(brief, parsed)):
            return None
        levels = (
            _SHORT_BY_LEVEL if match is Match.ACRONYM else _SURNAME_BY_LEVEL if match is Match.SURNAME else _BY_LEVEL
        )
        weight, basis = _BY_MATCH[match] + levels[min(brief.level, 5)], [_evidence(match)]
        weight += _name_weight(brief, match, parsed, self.catalogue)
        said, told = _country_weight(brief, parsed, context, match)
        weight += said
        basis += told
        if brief.is_own:
            weight += _OWN
            basis.append(Evidence.OWN_LIST)
        role = None
        if is_person:
            role, more, told = self._weigh_person(number, brief, match, parsed, date)
            weight, basis = weight + more, [*basis, *told]
            more, told = self._weigh_namesakes(brief, match, parsed, context)
            weight, basis = weight + more, [*basis, *told]
        elif match is Match.OFFICE and date is not None:
            weight -= 0.8  # the holder is meant rather than the office, where one is known
        return _Weighed(number, brief, weight, role, tuple(dict.fromkeys(basis)), self.catalogue)

    def _weigh_person(
        self, number: int, brief: Brief, match: Match, parsed: Parsed, date: str | None
    ) -> tuple[Role | None, float, list[Evidence]]:
        """Role at the date, and whether the words beside the name fit it."""
        if match is Match.SURNAME and not parsed.title and brief.level < 2:
            return None, -0.5, []  # nobody goes by a surname alone for that; spares the decoding
        roles = self.catalogue.actor(number).roles
        held = [role for role in roles if date is None or role.held_on(date)]
        weight, basis = _role_weight(roles, held, brief, date)
        title = self._office_words(parsed)
        role = max(held, key=lambda r: (self._fit(title, r), _rank(r), r.start or ""), default=None)
        if not title:
            return role, weight, basis
        if role is not None and (fit := self._fit(title, role)) >= 0.5:
            return role, weight + _TITLE_NOW * (2 * fit - 0.5), [*basis, Evidence.TITLE]
        if any(self._fit(title, one) >= 0.5 for one in roles):
            return role, weight + _TITLE_ONCE, [*basis, Evidence.TITLE]
        return role, weight + (_TITLE_NEVER if roles else 0.0), basis

    def _office_words(self, parsed: Parsed) -> frozenset[str]:
        words = load_mention_words()
        return frozenset(
            w
            for w in parsed.title
            if w not in words.honorifics and w not in words.former and w not in {"of", "for", "and", "to"}
        )

    def _fit(self, title: frozenset[str], role: Role) -> float:
        """Share of the title's words that the role, or what newspapers call its office, has too."""
        if not title:
            return 0.0
        names = self._names.get(role.title)
        if names is None:
            office = self.catalogue.get(role.office) if role.office else None
            said = [role.title, *(office.names if office else ())]
            names = self._names[role.title] = frozenset(word for name in said for word in fold_words(name))
        if any(word not in names for word in title & load_mention_words().titles):
            return 0.0
        return sum(word in names for word in title) / len(title)

    def _weigh_namesakes(
        self, brief: Brief, match: Match, parsed: Parsed, context: Context
    ) -> tuple[float, list[Evidence]]:
        """Whether the article names this person, or a namesake, in full elsewhere."""
        if match is not Match.SURNAME:
            return 0.0, []
        named = context.persons.get(fold_words(parsed.name)[-1] if parsed.name else "", ())
        if brief.id in named:
            return _NAMED, [Evidence.NAMED_IN_FULL]
        if not named:
            return 0.0, []
        return (_UNKNOWN_NAMED if "" in named else _NAMESAKE_NAMED), []


class _Weighed(Struct, frozen=True):
    number: int
    brief: Brief
    weight: float
    role: Role | None
    basis: tuple[Evidence, ...]
    catalogue: Catalogue

    def candidate(self, score: float) -> Candidate:
        """As it is shown."""
        return Candidate(
            id=self.brief.id,
            name=self.catalogue.actor(self.number).name,
            kind=self.brief.kind,
            country=self.brief.country or None,
            score=round(score, 3),
            role=self.role,
            basis=self.basis,
        )


def read_context(names: Iterable[str], linker: Linker, *, date: str | None = None) -> Context:
    """What the names of an article say about it: which countries it is about and whom it names in full.

    Args:
        names: as they stand in the article, in any order; the more of them the better.
    """
    counted: Counter[str] = Counter()
    persons: dict[str, set[str]] = {}
    kept = list(names)
    for name in kept:
        counted.update(_countries_of(name, linker))
    total = sum(counted.values())
    countries = {country: count / total for country, count in counted.most_common(12)}
    first = Context(countries=countries)
    for name in dict.fromkeys(kept):
        parsed = linker.parse(name)
        if not parsed.name[:1].isupper():
            continue
        best = linker.link(name, date=date, context=first).best
        if " " not in parsed.name:
            if best is not None and Evidence.TITLE in best.basis and best.score >= _SURE:
                persons.setdefault(fold_words(parsed.name)[-1], set()).add(best.id)  # "President Moon"
            continue
        if best is not None and best.kind is ActorKind.PERSON and Evidence.OFFICE not in best.basis:
            persons.setdefault(surname_of(parsed.name, best.country), set()).add(best.id)
        elif best is None and _looks_like_a_person(parsed.name):
            for word in (fold_words(parsed.name)[0], fold_words(parsed.name)[-1]):
                persons.setdefault(word, set()).add("")
    return Context(countries=countries, persons={name: tuple(sorted(ids)) for name, ids in persons.items()})


def _looks_like_a_person(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 3 and all(
        (word[:1].isupper() and word[1:2].islower()) or word.endswith(".") for word in words
    )


def _countries_of(name: str, linker: Linker) -> list[str]:
    """Countries that a name is or names."""
    parsed = linker.parse(name)
    whole = country_of_words(parsed.text.split(), linker.catalogue) or country_of_words(
        parsed.name.split(), linker.catalogue
    )
    found = list(parsed.countries) or ([whole] if whole else [])
    if not found and (place := linker.catalogue.country_of_place(fold(parsed.name))):
        found = [place]
    return found


def _is_a_persons_title(parsed: Parsed, match: Match) -> bool:
    """True of "Senator House", which is no House."""
    words = load_mention_words()
    named_with_title = parsed.name != parsed.text and any(word in words.titles for word in parsed.title)
    return (
        match is not Match.OFFICE
        and (parsed.has_honorific or named_with_title)
        and fold(parsed.name) != fold(parsed.text)
    )


def _is_no_outlet(brief: Brief, parsed: Parsed) -> bool:
    """True of "European leaders", who are not the magazine of that name."""
    return brief.kind is ActorKind.OUTLET and parsed.text.rsplit(" ", 1)[-1].islower()


def _name_weight(brief: Brief, match: Match, parsed: Parsed, catalogue: Catalogue) -> float:
    """Rare surnames tell more than common ones; a newspaper called "The Nation" is seldom meant by "the nation"."""
    if match is Match.SURNAME:
        namesakes = len(catalogue.find_surname(fold_words(parsed.name)[-1]))
        return 1.0 if namesakes <= _RARE else -0.6 if namesakes > _COMMON else 0.0
    if match is Match.ACRONYM and brief.kind is ActorKind.AGENCY:
        return 0.8  # the press names agencies all the time
    if match is Match.ACRONYM and brief.kind is ActorKind.OUTLET:
        return -2.0 if "-the-" in f"-{brief.id.partition(':')[2]}-" else 1.4
    return 0.0


def _evidence(match: Match) -> Evidence:
    if match in {Match.FULL, Match.ACRONYM}:
        return Evidence.NAME
    if match is Match.OFFICE:
        return Evidence.OFFICE
    return Evidence.SURNAME if match is Match.SURNAME else Evidence.SPELLING


def _country_weight(brief: Brief, parsed: Parsed, context: Context, match: Match) -> tuple[float, list[Evidence]]:
    if parsed.countries:
        if brief.country in parsed.countries:
            return _COUNTRY_SAID, [Evidence.COUNTRY]
        return (_COUNTRY_OTHER, []) if brief.country and brief.kind is not ActorKind.COUNTRY else (0.0, [])
    if brief.kind in _AT_HOME_EVERYWHERE or brief.country in _NO_COUNTRY:
        return 0.0, []
    share = context.countries.get(brief.country, 0.0)
    if share:
        return _IN_ARTICLE * (2.5 * share if match is Match.OFFICE else min(1.0, 0.5 + share)), [Evidence.ARTICLE]
    is_everywhere = fold(parsed.name) in load_mention_words().everywhere
    if is_everywhere or not context.countries:
        return _FOREIGN if is_everywhere else 0.0, []
    is_short = match in {Match.SURNAME, Match.ACRONYM, Match.OFFICE} and brief.level < 5
    return _NOT_IN_ARTICLE * (1.5 if is_short else 1.0), []


def _role_weight(
    roles: Sequence[Role], held: Sequence[Role], brief: Brief, date: str | None
) -> tuple[float, list[Evidence]]:
    if not roles:
        return 0.0, []
    if date is None:
        return (0.6 if brief.last_year == 9999 else 0.0), []
    if held:
        fresh = any(role.end or _years_between(role.as_of, date) <= _STALE_YEARS for role in held)
        return (_HELD, [Evidence.ROLE_HELD]) if fresh else (_HELD_UNSURE, [])
    if int(date[:4]) < brief.first_year:
        return (_NOT_YET if brief.first_year - int(date[:4]) > 3 else _SOON), []
    return (_JUST_ENDED, []) if int(date[:4]) - brief.last_year <= 5 else (0.0, [])


def _years_between(earlier: str, later: str) -> int:
    return int(later[:4]) - int(earlier[:4])


def _rank(role: Role) -> int:
    """Higher offices first, where several are held at once."""
    title = fold(role.title)
    for rank, head in enumerate(("supreme leader", "president of", "prime minister of", "chancellor of", "king of")):
        if title.startswith(head):
            return 10 - rank
    return 3 if title.startswith(("minister", "secretary")) else 1


def _decide(mention: str, weighed: list[_Weighed]) -> Link:
    """Shares of one for the candidates and for nobody."""
    if not weighed:
        return Link(mention=mention, outcome=Outcome.UNKNOWN)
    weighed.sort(key=lambda one: (-one.weight, -one.brief.level, one.brief.id))
    top = max(weighed[0].weight, _NOBODY)
    shares = [math.exp(one.weight - top) for one in weighed]
    nobody = math.exp(_NOBODY - top)
    total = sum(shares) + nobody
    shown = [
        one.candidate(share / total)
        for one, share in zip(weighed[:_MOST_SHOWN], shares, strict=False)
        if share / total >= _LEAST_SHOWN
    ]
    if shares[0] / total >= _CLEAR:
        return Link(mention=mention, outcome=Outcome.LINKED, best=shown[0], candidates=tuple(shown))
    outcome = Outcome.UNKNOWN if nobody / total >= 0.5 else Outcome.AMBIGUOUS
    return Link(mention=mention, outcome=outcome, candidates=tuple(shown))
