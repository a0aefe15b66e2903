"""The query language: words and "phrases", and filters such as `act:threaten` or `since:2024-01-01`.

One language for the command line, the server, exports, Python and MCP. Words never fail: whatever is typed is looked
for. A filter that cannot be understood is told with its place and what would do, because an answer to another question
than the one that was asked is worse than none.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from onrecord.errors import BadQuery
from onrecord.records import Act, EventType, Modality, Sector, StatementKind
from onrecord.store.filing import Flag

__all__ = [
    "EVENTS",
    "EVENT_FIELDS",
    "FIELDS",
    "STATEMENTS",
    "Filter",
    "Language",
    "Query",
    "Term",
    "parse_query",
    "tokens_of",
]

MAX_QUERY_CHARS = 1_000  # SQLite's parser takes far more; nobody types more
MAX_TERMS = 32
MAX_FILTERS = 32
CLOSE_ENOUGH = 0.75  # "speeker" is to "speaker" 0.86, "http" to nothing above 0.4

_QUOTES = re.compile("[“”„«»「」『』]")
_VALUE = r'=?(?:"[^"]*"?|[^\s",]+)'
_TOKEN = re.compile(
    rf'(?P<minus>-?)(?P<field>[A-Za-z]+):(?P<value>{_VALUE}(?:,{_VALUE})*)?|"(?P<phrase>[^"]*)"?|(?P<word>\S+)'
)
_ONE_VALUE = re.compile(_VALUE)
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_BOUND = re.compile(r"(>=|<=|>|<|)(\d*\.?\d+)(%?)")


class Term(NamedTuple):
    """A word or phrase that must be there; `is_prefix`: words that begin so will do."""

    text: str
    is_prefix: bool = False


class Filter(NamedTuple):
    """What a passage must be (`is_negated`: must not be): any of the values of one field."""

    field: str
    values: tuple[str, ...]
    is_negated: bool = False


class Query(NamedTuple):
    """What was asked: all of the terms, and all of the filters."""

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()

    def without(self, field: str) -> Query:
        """The same query with nothing said of a field."""
        return self._replace(filters=tuple(one for one in self.filters if one.field != field))


class Field(NamedTuple):
    """A field of the language: what it means, and how a value is checked (a bad one raises ValueError saying why)."""

    meaning: str
    check: Callable[[str], str]


class Language(NamedTuple):
    """What can be asked of one kind of rows: its fields, an example of each, and what others call them."""

    fields: Mapping[str, Field]
    examples: Mapping[str, str]
    other_names: Mapping[str, str]


def parse_query(text: str, language: Language | None = None) -> Query:
    """What is asked for. Of words, whatever holds no letter or digit is left out; they never fail.

    Args:
        text: as typed.
        language: None for that of statements and articles.

    Raises:
        BadQuery: a filter has no or a wrong value, or a name that is nearly that of a field; says where and what to do.

    >>> parse_query('Kim "war preparations" nucl* -- "open').terms
    (Term(text='Kim', is_prefix=False), Term(text='war preparations', is_prefix=False),
     Term(text='nucl', is_prefix=True), Term(text='open', is_prefix=False))
    >>> parse_query('speaker:"Kim Jong Un" -act:report,assert').filters
    (Filter(field='speaker', values=('Kim Jong Un',), is_negated=False),
     Filter(field='act', values=('report', 'assert'), is_negated=True))
    """
    text, language = _plain(text), language or STATEMENTS
    terms: list[Term] = []
    filters: list[Filter] = []
    for token in _TOKEN.finditer(text):
        if found := _as_filter(token, language):
            filters.append(found)
        elif term := _as_term(token):
            terms.append(term)
    if len(filters) > MAX_FILTERS:
        raise BadQuery(f"There are {len(filters)} filters; {MAX_FILTERS} are the most.", position=0, token="")
    return Query(tuple(terms[:MAX_TERMS]), _merge(filters))


def tokens_of(text: str) -> tuple[str, ...]:
    """The words, phrases and filters of a query as they were typed; joined by blanks they ask for the same.

    >>> tokens_of('Kim  act:order -speaker:"Jon Maro"')
    ('Kim', 'act:order', '-speaker:"Jon Maro"')
    """
    return tuple(token.group() for token in _TOKEN.finditer(_plain(text)))


def _plain(text: str) -> str:
    """Composed letters, straight quotation marks, nothing that SQLite cannot hold; half a surrogate matches nothing."""
    storable = text.encode("utf-8", "replace").decode()[:MAX_QUERY_CHARS]
    return _QUOTES.sub('"', unicodedata.normalize("NFC", storable).replace("\0", " "))


def _as_term(token: re.Match[str]) -> Term | None:
    phrase = token["phrase"]
    word = None if phrase is not None else token.group()
    text = (phrase if word is None else word.replace('"', " ")).strip()
    if not any(letter.isalnum() for letter in text):
        return None
    return Term(text.rstrip("*"), is_prefix=word is not None and text.endswith("*"))


def _as_filter(token: re.Match[str], language: Language) -> Filter | None:
    """A filter, if the token has the name of a field before its colon; anything else with a colon is a word."""
    name = (token["field"] or "").lower()
    if name not in language.fields:
        if name and token["value"] and not token["value"].startswith("//"):
            _look_for_slip(name, token, language)
        return None
    if not token["value"]:
        raise _bad(token, f"{name}: has no value after the colon. Write {language.examples[name]}.")
    values = [" ".join(one.replace('"', "").split()) for one in _ONE_VALUE.findall(token["value"])]
    check = language.fields[name].check
    return Filter(name, tuple(_checked(check, one, token) for one in values), is_negated=bool(token["minus"]))


def _checked(check: Callable[[str], str], value: str, token: re.Match[str]) -> str:
    try:
        return check(value)
    except ValueError as error:
        raise _bad(token, f"{token['field'].lower()}:{value}: {error}") from None


def _look_for_slip(name: str, token: re.Match[str], language: Language) -> None:
    close = [one for one in get_close_matches(name, language.fields, cutoff=CLOSE_ENOUGH) if one[0] == name[0]]
    meant = language.other_names.get(name) or next(iter(close), None)
    if meant:
        told = f'"{name}" is no field; did you mean {meant}:? To look for the words, put them in quotation marks.'
        raise _bad(token, told)


def _bad(token: re.Match[str], told: str) -> BadQuery:
    return BadQuery(f"At character {token.start() + 1}, {told}", position=token.start(), token=token.group())


def _merge(filters: list[Filter]) -> tuple[Filter, ...]:
    """The same field twice is either of both: `act:order act:demand` is `act:order,demand`. Bounds narrow instead."""
    merged: dict[tuple[str, bool], Filter] = {}
    for number, one in enumerate(filters):
        key = (f"{one.field}{number}" if one.field in _BOUNDS else one.field, one.is_negated)
        before = merged[key].values if key in merged else ()
        merged[key] = one._replace(values=tuple(dict.fromkeys((*before, *one.values))))
    return tuple(merged.values())


# --- values ---------------------------------------------------------------------------------------------------------


def _any_name(value: str) -> str:
    if not any(letter.isalnum() for letter in value):
        raise ValueError("this holds no letter or digit. Write a name, in quotation marks if it has blanks.")
    return value


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value.lower() in choices:
            return value.lower()
        close = get_close_matches(value.lower(), choices, n=1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise ValueError(f"{meant}There are {', '.join(choices)}.")

    return check


def _country(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", value):
        raise ValueError(
            "a country is three letters of ISO 3166, as in country:PRK (UNO, EUR, IGO and NGO are known too)."
        )
    return value.upper()


def _sector(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", value):
        raise ValueError("a sector is a code of PLOVER, three letters, as in sector:GOV or sector:MIL.")
    return value.upper()


def _language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}", value):
        raise ValueError("a language is two letters of ISO 639, as in language:en.")
    return value.lower()


def _day(value: str) -> str:
    """The day, month or year, if the calendar has it."""
    match = _DAY.fullmatch(value)
    year, month, day = (int(part) if part else None for part in match.groups()) if match else (None, None, None)
    if year is None or not year or (month is not None and not 1 <= month <= 12):
        raise ValueError("a date is written 2024-01-31, 2024-01 or 2024.")
    if month is not None and day is not None and not 1 <= day <= monthrange(year, month)[1]:
        raise ValueError(f"{year}-{month:02} has {monthrange(year, month)[1]} days.")
    return value


def _days(value: str) -> str:
    """A day, month or year, or two with ".." between, of which one may be left out."""
    first, between, last = value.partition("..")
    if not between:
        return _day(value)
    if not (first or last):
        raise ValueError("at least one side of .. must be a date, as in due:..2024-06.")
    for one in filter(None, (first, last)):
        _day(one)
    if first and last and first > last + "~":
        raise ValueError(f"{first} comes after {last}; write the earlier one first.")
    return value


def _event_type(value: str) -> str:
    kinds = tuple(one.value for one in EventType)
    return _one_of(tuple(one.lower() for one in kinds))(value).upper()


def _word(value: str) -> str:
    return _any_name(value).lower()


def _cameo(value: str) -> str:
    if not re.fullmatch(r"[012]\d{1,3}", value):
        raise ValueError("a code of CAMEO has two to four digits; two are a root: cameo:19.")
    return value


def _quad(value: str) -> str:
    if value not in ("1", "2", "3", "4"):
        raise ValueError(
            "there are 1 (verbal cooperation), 2 (material cooperation), 3 (verbal conflict), 4 (material conflict)."
        )
    return value


def _share(value: str) -> str:
    """A bound as ">=0.8"; a share alone is the least that will do."""
    match = _BOUND.fullmatch(value)
    share = float(match[2]) / (100 if match[3] else 1) if match else -1.0
    if match is None or not 0 <= share <= 1:
        raise ValueError("confidence goes from 0 to 1, as in confidence:0.8 (at least), confidence:<0.5.")
    return f"{match[1] or '>='}{share:g}"


FIELDS: Mapping[str, Field] = {
    "speaker": Field("who said it: a name or part of one, an id of the actors catalogue, or a Wikidata id", _any_name),
    "via": Field("who passed it on", _any_name),
    "act": Field("what the statement does", _one_of(tuple(Act))),
    "kind": Field("how the words stand in the text", _one_of(tuple(StatementKind))),
    "country": Field("country of the speaker", _country),
    "sector": Field("what the speaker is, in PLOVER's codes", _sector),
    "target": Field("whom it is aimed at", _any_name),
    "addressee": Field("whom it was said to", _any_name),
    "about": Field("the field of policy", _one_of(tuple(Sector))),
    "category": Field("a category of your own", _any_name),
    "made": Field("said on a day, in a month or year, or between two", _days),
    "due": Field("to be done by then", _days),
    "is": Field("how it is said", _one_of((*(str(flag.name).lower() for flag in Flag), "commitment"))),
    "confidence": Field("how sure the reader is", _share),
    "outlet": Field("who published the article", _any_name),
    "agency": Field("the news agency the article came from", _any_name),
    "language": Field("of the article", _language),
    "article": Field("id of the article", _any_name),
    "since": Field("published on or after", _day),
    "until": Field("published on or before", _day),
    "date": Field("published on this day, in this month or year", _day),
}
_OTHER_NAMES = {"actor": "speaker", "after": "since", "before": "until"}  # what other search boxes call them
_BOUNDS = frozenset({"since", "until", "confidence"})  # said twice, both hold
_EXAMPLES = {
    "speaker": 'speaker:"Kim Jong Un" or speaker:person:kim-jong-un',
    "via": "via:KCNA",
    "act": "act:threaten or act:order,demand",
    "kind": "kind:direct",
    "country": "country:PRK",
    "sector": "sector:GOV",
    "target": "target:Norland or target:person:kim-jong-un",
    "addressee": "addressee:Norland",
    "about": 'about:nuclear or about:"human rights"',
    "category": "category:ceasefire",
    "made": "made:2024-01 or made:2024-01..2024-03",
    "due": "due:2024 or due:..2024-06",
    "is": "is:hedged",
    "confidence": "confidence:0.8",
    "outlet": 'outlet:"The Harbour Post"',
    "agency": "agency:Reuters",
    "language": "language:en",
    "article": "article:3f8a1c0b2d4e5f60",
    "since": "since:2024-01-31",
    "until": "until:2024",
    "date": "date:2024-01",
}
STATEMENTS = Language(FIELDS, _EXAMPLES, _OTHER_NAMES)

_ALIKE = ("confidence", "outlet", "agency", "language", "article")
EVENT_FIELDS: Mapping[str, Field] = {
    "type": Field("one of PLOVER's sixteen", _event_type),
    "mode": Field("PLOVER's mode", _word),
    "cameo": Field("a code of CAMEO, or what codes begin with", _cameo),
    "quad": Field("cooperation or conflict, verbal or material", _quad),
    "actor": Field("who acts: a name or part of one, an id of the actors catalogue, or a Wikidata id", _any_name),
    "recipient": Field("at whom", _any_name),
    "country": Field("country of any of them", _country),
    "modality": Field("how the text takes it", _one_of(tuple(Modality))),
    "speaker": Field("who tells it in a statement", _any_name),
    "since": Field("happened on or after", _day),
    "until": Field("happened on or before", _day),
    "date": Field("happened on this day, in this month or year", _day),
    **{name: FIELDS[name] for name in _ALIKE},
}
EVENTS = Language(
    EVENT_FIELDS,
    {
        **{name: _EXAMPLES[name] for name in (*_ALIKE, "speaker", "since", "until", "date", "country")},
        "type": "type:assault or type:sanction,coerce",
        "mode": "mode:arrest",
        "cameo": "cameo:19 or cameo:0841",
        "quad": "quad:4",
        "actor": 'actor:"North Korea" or actor:country:prk',
        "recipient": "recipient:Norland",
        "modality": "modality:asserted",
    },
    {"event": "type", "target": "recipient", "root": "cameo", "after": "since", "before": "until"},
)
