"""Who said and did what, period by period, with what is missing told apart from silence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from onrecord.highlight import Bar, bars_html
from onrecord.records import Act
from onrecord.track.occurrences import Coverage, Name, Occurrence, is_named, keys_of
from onrecord.track.periods import Days, Step, period_at, periods_over

__all__ = ["Timeline", "Wanted", "Window", "WindowKind", "build_timeline"]

_QUOTED = 10  # occurrences in a tooltip


class Wanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of all occurrences is asked for; what is left out does not matter."""

    who: str | None = None  # name, id or Wikidata number of the speaker or whoever acts
    acts: frozenset[Act] = frozenset()  # of statements; then events are left out
    days: Days | None = None
    min_confidence: float = 0.0


class WindowKind(StrEnum):
    """What a period without or with occurrences means."""

    SPOKE = "spoke"
    SILENT = "silent"  # there are articles of the sources that carry the speaker, and nothing of the speaker in them
    GAP = "gap"  # those sources have no articles at all here: nothing is known


class Window(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One period."""

    start: date
    end: date  # the first day after it
    kind: WindowKind
    acts: dict[Act, int]
    statements: int
    events: int
    articles: int  # of the sources that carry the speaker anywhere in the store
    missing: tuple[str, ...]  # those of these sources that have no article here
    occurrences: tuple[Occurrence, ...]  # by day, then as the articles came


class Timeline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All periods from the first to the last, none left out."""

    who: tuple[
        Name, ...
    ]  # as the occurrences name the actor, most frequent first; nobody where everybody was asked for
    step: Step
    sources: tuple[str, ...]  # that carry the speaker
    windows: tuple[Window, ...]
    undated: int  # articles without a day, which stand nowhere here

    @property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """Those of all periods."""
        return tuple(one for window in self.windows for one in window.occurrences)

    def _repr_html_(self) -> str:
        """A bar for each period, what was said as its tooltip, for notebooks; safe to show, holds no script."""
        most = max((one.statements + one.events for one in self.windows), default=0) or 1
        name = " = ".join(dict.fromkeys(one.name for one in self.who)) or "everybody"
        said, done = (sum(one.statements for one in self.windows), sum(one.events for one in self.windows))
        about = f"{said} statements, {done} events, by {self.step}; sources: {', '.join(self.sources) or 'none'}"
        return bars_html(name, about, [_bar(window, most) for window in self.windows])


def build_timeline(
    occurrences: Iterable[Occurrence], coverage: Iterable[Coverage], *, wanted: Wanted, step: Step
) -> Timeline:
    """What was asked for, by period.

    Without `wanted.days` it runs from the first to the last article of the sources that carry the speaker, so that
    silence before the first and after the last statement shows.

    Args:
        coverage: of all articles, also of those in which nothing was found.
    """
    covered, by_who = tuple(coverage), list(occurrences)
    keys = keys_of(wanted.who, by_who) if wanted.who else frozenset[str]()
    if wanted.who:
        by_who = [one for one in by_who if is_named(keys, one.who)]
    found = [one for one in by_who if _is_wanted(one, wanted)]
    sources = {one.source for one in by_who} if wanted.who else {one.source for one in covered}
    articles = _count_articles([one for one in covered if one.source in sources], step)
    days = wanted.days or _days_of(articles)
    by_period: dict[date, list[Occurrence]] = defaultdict(list)
    for one in sorted(found, key=lambda one: one.day):
        by_period[period_at(one.day, step).start].append(one)
    periods = periods_over(days, step) if days else ()
    return Timeline(
        who=_names(by_who, keys),
        step=step,
        sources=tuple(sorted(sources)),
        windows=tuple(_window(period, by_period[period.start], articles, sources) for period in periods),
        undated=sum(one.day is None for one in covered),
    )


def _window(
    period: Days, found: Sequence[Occurrence], articles: Mapping[date, Counter[str]], sources: set[str]
) -> Window:
    here = articles.get(period.start, Counter())
    silent = WindowKind.SILENT if here else WindowKind.GAP
    return Window(
        start=period.start,
        end=period.end,
        kind=WindowKind.SPOKE if found else silent,
        acts=dict(Counter(one.act for one in found if one.act).most_common()),
        statements=sum(one.act is not None for one in found),
        events=sum(one.event is not None for one in found),
        articles=here.total(),
        missing=tuple(sorted(sources - set(here))),
        occurrences=tuple(found),
    )


def _bar(window: Window, most: int) -> Bar:
    count = window.statements + window.events
    acts = ", ".join(f"{act} {times}" for act, times in window.acts.items())
    told = {
        WindowKind.SPOKE: f"{count}: {acts}" if acts else str(count),
        WindowKind.SILENT: f"silent in {window.articles} articles",
        WindowKind.GAP: "gap: no articles",
    }
    quoted = "\n".join(f"{one.day} {one.act or one.event}: {one.text}" for one in window.occurrences[:_QUOTED])
    return Bar(window.start.isoformat(), count / most, told[window.kind], quoted)


def _count_articles(coverage: Iterable[Coverage], step: Step) -> dict[date, Counter[str]]:
    """How many articles of each source, by the first day of the period."""
    counts: dict[date, Counter[str]] = defaultdict(Counter)
    for one in coverage:
        if one.day:
            counts[period_at(one.day, step).start][one.source] += 1
    return dict(counts)


def _days_of(articles: Mapping[date, Counter[str]]) -> Days | None:
    return Days(min(articles), max(articles) + timedelta(days=1)) if articles else None


def _names(occurrences: Iterable[Occurrence], keys: frozenset[str]) -> tuple[Name, ...]:
    names = Counter(name for one in occurrences for name in one.who if is_named(keys, (name,)))
    return tuple(name for name, _ in names.most_common())


def _is_wanted(one: Occurrence, wanted: Wanted) -> bool:
    return (
        one.confidence >= wanted.min_confidence
        and (not wanted.acts or one.act in wanted.acts)
        and (wanted.days is None or one.day in wanted.days)
    )
