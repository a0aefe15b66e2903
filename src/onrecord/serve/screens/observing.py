"""What was said and done by those who answer a query, on its days: the ground of charts, commitments and events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from onrecord.lexicon.outcomes import load_outcome_lexicon
from onrecord.records import Reading
from onrecord.serve.screens.frame import Frame
from onrecord.store import Query
from onrecord.store.coverage import list_coverage
from onrecord.track.commitments import Followed, follow_commitments
from onrecord.track.occurrences import Coverage, Occurrence, keys_of, occurrences_of
from onrecord.track.periods import Days, day_of

__all__ = ["Observed", "days_over", "follow", "observe"]

MOST_ARTICLES = 400  # that one view goes through, the newest; 400 take about a second


class Observed(NamedTuple):
    """Readings of the newest versions, what they tell on which day, and which articles there are at all."""

    readings: tuple[Reading, ...]
    occurrences: tuple[Occurrence, ...]
    coverage: tuple[Coverage, ...]
    is_cut: bool  # there are more articles than were gone through


def observe(frame: Frame, queries: Iterable[Query]) -> Observed:
    """What answers any of the queries; the articles that hold it are gone through, the newest of each."""
    coverage = tuple(
        Coverage(article=one.article, source=one.source, day=day_of(one.published))
        for one in list_coverage(frame.store_path)
    )
    newest = {one.article for one in coverage}
    readings: dict[str, Reading] = {}
    is_cut = False
    with frame.open() as store:
        for query in queries:
            found = [one for _, one in islice(store.ask(query).readings(limit=MOST_ARTICLES + 1), MOST_ARTICLES + 1)]
            is_cut = is_cut or len(found) > MOST_ARTICLES
            readings |= {one.article.id: one for one in found[:MOST_ARTICLES] if one.article.id in newest}
    held = tuple(readings.values())
    return Observed(held, tuple(one for reading in held for one in occurrences_of(reading)), coverage, is_cut)


def days_over(coverage: Iterable[Coverage], sources: Iterable[str]) -> Days | None:
    """From the first to the last day of the articles of these sources."""
    wanted = set(sources)
    known = [one.day for one in coverage if one.day and one.source in wanted]
    return Days(min(known), max(known) + timedelta(days=1)) if known else None


def follow(observed: Observed, who: str, *, today: date) -> Sequence[Followed]:
    """The commitments of an actor (a name or an id) among what was observed, with their later mentions."""
    due = {
        (reading.article.id, said.id): day
        for reading in observed.readings
        for said in reading.statements
        if said.deadline and (day := day_of(said.deadline.rpartition("/")[2]))
    }
    keys = keys_of(who, observed.occurrences)
    return follow_commitments(observed.occurrences, lexicon=load_outcome_lexicon(), today=today, due=due, who=keys)
