"""Rules over statements, events and the escalation index, and what answers them. What was told is passed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeAlias

import msgspec
from msgspec import Struct

from onrecord.records import Article, Event, Party, Reading, Span, Speaker, Statement
from onrecord.track.escalation import Break, Escalation, Level
from onrecord.track.periods import Step

__all__ = [
    "Alert",
    "Found",
    "Index",
    "Per",
    "Rule",
    "check_rule",
    "events_matching",
    "levels_over",
    "statement_matches",
]

Wanted: TypeAlias = "bool | float | str | list[str | float]"
_BOUND = re.compile(r"(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)")


class Per(StrEnum):
    """What a rule tells of once."""

    STORY = "story"
    STATEMENT = "statement"  # or event


class Index(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Thresholds of the escalation index, see `onrecord escalation`; one that is reached fires, once a period."""

    by: Step = Step.WEEK
    speaker: str | None = None  # only that actor's words and deeds
    threats: float | None = None  # threat index, 100 is the mean
    acts: float | None = None
    score: float | None = None  # at or below; -10 is conflict
    changes: bool = False  # days on which the level changed
    min_articles: int = 5  # in a period, to be compared with a threshold


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody wants to be told of; see docs/reference/alerts.md."""

    name: str
    query: str = ""  # in the query language: which statements (for events: statements or texts of which articles)
    statement: dict[str, Wanted] | None = None  # by field, "speaker.country"
    event: dict[str, Wanted] | None = None
    target: str | None = None  # name or id of whom statement or event are aimed at
    index: Index | None = None
    per: Per = Per.STORY
    send: tuple[str, ...] = ()  # beside those of all rules

    @property
    def asks_statements(self) -> bool:
        """Whether it looks at statements: also where nothing but a query is given."""
        return self.statement is not None or (self.event is None and self.index is None)


class Found(NamedTuple):
    """A place or period that answers a rule. `span` is where it stands in the article; periods have neither."""

    item: str
    quotation: str
    day: str | None = None
    who: str | None = None
    article: Article | None = None
    span: Span | None = None
    id: str | None = None  # of statement or event


class Alert(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message: what fired, the words, and where they stand."""

    rule: str
    title: str
    quotation: str
    article: str | None = None
    statement: str | None = None  # id of statement or event
    span: Span | None = None  # code points of the article's text
    day: str | None = None
    link: str | None = None
    more: int = 0  # further places of the same story that this one message stands for


def check_rule(rule: Rule) -> str | None:
    """What is wrong with a rule, and what to do; None: nothing."""
    if not rule.name.strip():
        return "a rule needs a name that is not blank."
    if (rule.statement is not None) + (rule.event is not None) + (rule.index is not None) > 1:
        return "a rule is of statements, of events or of the index; make two rules of it."
    if rule.index is not None:
        asked = (rule.index.threats, rule.index.acts, rule.index.score)
        if rule.query or rule.target:
            return "query and target do not go with index; narrow it with index.speaker."
        return None if rule.index.changes or any(one is not None for one in asked) else _NO_THRESHOLD
    if not (rule.query.strip() or rule.statement or rule.event or rule.target):
        return "it asks for nothing; add query, target, statement, event or index."
    return _wrong_field(rule.statement or {}, Statement) or _wrong_field(rule.event or {}, Event)


_NO_THRESHOLD = "index has no threshold; add threats, acts, score or changes = true."


def _wrong_field(wanted: Mapping[str, Wanted], kind: type[Struct]) -> str | None:
    for path in wanted:
        at: Sequence[str] = kind.__struct_fields__
        for step in path.split("."):
            if step not in at:
                return f"{kind.__name__.lower()} has no field {path!r}; there are {', '.join(at)}."
            at = _INNER.get(step, ())
    return None


_INNER: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(("speaker", "via", "targets", "addressee"), Speaker.__struct_fields__),
    **dict.fromkeys(("actor", "recipient"), Party.__struct_fields__),
}


def statement_matches(rule: Rule, said: Statement) -> bool:
    """Whether the fields of a statement and whom it is aimed at are as the rule wants; its query is not looked at."""
    return _all_match(rule.statement or {}, said) and _is_aimed(rule.target, said.targets)


def events_matching(rule: Rule, reading: Reading) -> Iterator[Event]:
    """The events of a reading that are as the rule wants."""
    for event in reading.events:
        if _all_match(rule.event or {}, event) and _is_aimed(rule.target, event.recipient):
            yield event


def _is_aimed(target: str | None, at: Iterable[Speaker | Party]) -> bool:
    """A name counts as a whole, or its last words do: "Velmland" is "the republic of Velmland", not "Velmlander"."""
    if target is None:
        return True
    wanted = f" {target.casefold().strip()}"
    return any(target in {one.id, one.wikidata} or f" {one.name.casefold()}".endswith(wanted) for one in at)


def _all_match(wanted: Mapping[str, Wanted], record: Statement | Event) -> bool:
    built = msgspec.to_builtins(record)
    return all(_matches(want, list(_values(built, path.split(".")))) for path, want in wanted.items())


def _values(at: object, path: Sequence[str]) -> Iterator[object]:
    """What stands at a path; of lists, all their members."""
    if isinstance(at, list | tuple):
        for one in at:
            yield from _values(one, path)
    elif path:
        yield from _values(at.get(path[0]) if isinstance(at, dict) else None, path[1:])
    else:
        yield at


def _matches(want: Wanted, values: Sequence[object]) -> bool:
    if isinstance(want, list):
        return any(_matches(one, values) for one in want)
    if isinstance(want, str):
        bound = _BOUND.fullmatch(want)
        return any(_reaches(bound, value) if bound else _is_text(want, value) for value in values)
    return any(value == want and isinstance(value, bool) == isinstance(want, bool) for value in values)


def _is_text(want: str, value: object) -> bool:
    """In any case; "*" is whatever is there."""
    if want == "*":
        return value is not None
    return isinstance(value, str) and value.casefold() == want.casefold()


def _reaches(bound: re.Match[str], value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    limit = float(bound[2])
    return {">=": value >= limit, "<=": value <= limit, ">": value > limit, "<": value < limit}[bound[1]]


def levels_over(index: Index, built: Escalation, *, told: Iterable[str] = ()) -> Iterator[Found]:
    """Periods that reach a threshold, and changes.

    Args:
        told: items that were told of. A day of change moves a little as articles come in: one within two periods of a
            day that was told is that.
    """
    known = frozenset(told)
    for level in built.levels:
        for name, value, is_reached in _reached(index, level):
            item = f"{name} {level.start}"
            if is_reached and level.articles >= index.min_articles and item not in known:
                mean = "" if name == "score" else " (100 is the mean)"
                yield Found(item, f"{name} {value:g}{mean}, {level.articles} articles", str(level.start), index.speaker)
    if index.changes:
        yield from _changes(built, known)


def _reached(index: Index, level: Level) -> Iterator[tuple[str, float, bool]]:
    for name, value, limit in (
        ("threats", level.threat_index, index.threats),
        ("acts", level.act_index, index.acts),
    ):
        if value is not None and limit is not None:
            yield name, value, value >= limit
    if level.score is not None and index.score is not None:
        yield "score", level.score, level.score <= index.score


def _changes(built: Escalation, known: frozenset[str]) -> Iterator[Found]:
    length = max(((level.end - level.start).days for level in built.levels), default=1)
    for one in built.breaks:
        name = "rise" if one.is_rise else "fall"
        before = [date.fromisoformat(item.split()[1]) for item in known if item.startswith(name)]
        if all(abs((one.day - day).days) > 2 * length for day in before):
            yield Found(f"{name} {one.day}", _told_change(one), str(one.day))


def _told_change(one: Break) -> str:
    shares = f"threats {one.threats[0]:.0%} -> {one.threats[1]:.0%}, acts {one.acts[0]:.0%} -> {one.acts[1]:.0%}"
    cause = f": {one.causes[0].text} [{one.causes[0].article}]" if one.causes else ""
    return f"{shares} of articles{cause}"
