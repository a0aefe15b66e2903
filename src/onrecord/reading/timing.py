"""When a statement was made, and by when what it speaks of is to be done.

Both are told only where the text settles them, with the day of the article: that a page was printed on a day does not
mean that the words in it were said on that day.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from onrecord.reading.periods import Length, OpenSpan, Period, add_length, read_period, write_period
from onrecord.reading.when import TimeExpression
from onrecord.records import Act, Span, SpeakerBasis, Statement
from onrecord.spans import dateline_end

__all__ = ["Timed", "Timer"]

_DEADLINE = re.compile(
    r"\b(by|until|till|before|within|no later than|not later than|up to|through|deadline of|over|in|during|for|"
    r"from|on|this|next|starting|a|an|new)(?: the| a| an| about| around| as early as| at least| new)*\s*$",
    re.IGNORECASE,
)
_OPENING = re.compile(r"(?:the )?(within|over|in|this|next|coming|tomorrow|later|today|tonight)\b", re.IGNORECASE)
_LAST_DAY = frozenset(
    {"by", "until", "till", "before", "no later than", "not later than", "up to", "through", "deadline of"}
)
_BINDING = frozenset({Act.COMMIT, Act.GOAL, Act.ORDER, Act.DEMAND, Act.OFFER, Act.THREATEN})
_FOUNDED = re.compile(r"\b(?:in|from|since|until|mostly|of)(?: the)?\s*$", re.IGNORECASE)
_NEXT_TO = 2  # paragraphs at most from one statement to the next that was made on the same occasion
_EARLIER = re.compile(r"\b(?:had|previously|earlier|once|repeatedly|recently|long|often|always)\b", re.IGNORECASE)
_PLANNED = frozenset({"month", "year"})
_LONGEST_OCCASION = 8  # days; of a whole month or year one cannot tell that what follows was said on the same occasion
_TO_COME = re.compile(r"\b(?:will|shall|(?:is|are) (?:to|due|set|expected|scheduled))\b", re.IGNORECASE)
_AUXILIARY = 20  # characters before a cue in which its "will" stands
_NEAR_CONTENTS = 16  # contents that begin before a time and are looked at
_BESIDE = 60  # characters from source, cue and content within which words tell when it was said


class Timed(NamedTuple):
    """What is known of a statement's times, each with the words that say so."""

    made_on: str | None
    made_on_said: Span | None
    deadline: str | None
    deadline_said: Span | None


class Timer:
    """Tells the times of the statements of one text.

    Args:
        times: expressions of time in text order.
        anchor: the day from which the article is told.
        sentences: of the text, in order.
        contents: of all statements; a time in the words of another statement is no time of this one.
    """

    def __init__(
        self,
        text: str,
        times: Sequence[TimeExpression],
        anchor: date | None,
        *,
        sentences: Sequence[Span],
        contents: Sequence[Span] = (),
    ) -> None:
        self._text, self._times, self._anchor, self._sentences = text, times, anchor, sentences
        self._contents = sorted(contents)
        self._starts = [time.span.start for time in times]
        self._head = dateline_end(text)
        self._signers: set[str] = set()
        self._last: dict[str, tuple[int, OpenSpan]] = {}

    def tell(self, said: Statement) -> Timed:
        """Both times of a statement; None where the text does not settle them. Ask in text order."""
        made = self._said_when(said)
        period = self._behind(made) if made else self._day_of_signed(said) or self._same_day(said)
        made_on = self._not_ahead(period) if isinstance(period, OpenSpan) and period.first and period.last else None
        if made_on is not None and said.speaker is not None and said.within is None and _is_one_occasion(made_on):
            self._last[said.speaker.name] = said.content[-1].end, made_on
        due = self._due(said)
        deadline = self._last_day(due, made_on) if due else None
        return Timed(
            write_period(made_on) if made_on else None,
            made.span if made and made_on else None,
            write_period(deadline) if deadline else None,
            due.span if due and deadline else None,
        )

    def _said_when(self, said: Statement) -> TimeExpression | None:
        """The expression that stands with source and cue, not in what is said nor in what else the sentence tells."""
        if not said.cue:
            return None
        parts = [*said.source, *said.cue, *said.content]
        start, end = min(span.start for span in parts), max(span.end for span in parts)
        sentence = self._sentence_of(said.cue[0])
        near = [
            time
            for time in self._between(
                max(sentence.start, self._head, start - _BESIDE), min(sentence.end, end + _BESIDE)
            )
            if not self._is_of_others(time, said.cue[0])
            and self._belongs(time, said)
            and not self._is_to_come(time, said)
        ]
        return min(near, key=lambda time: self._distance(time.span, said.cue), default=None)

    def _is_of_others(self, time: TimeExpression, cue: Span) -> bool:
        """Whether it stands in what somebody is told to have said, and the cue does not."""
        before = self._contents[: bisect_right(self._contents, time.span.start, key=lambda span: span.start)]
        around = [span for span in before[-_NEAR_CONTENTS:] if span.end >= time.span.end]
        return any(not span.start <= cue.start < span.end for span in around)

    def _belongs(self, time: TimeExpression, said: Statement) -> bool:
        """Within source or cue, or joined to one of them by nothing but a few small words."""
        for span in (*said.cue, *said.source):
            if span.start <= time.span.start and time.span.end <= span.end:
                # "an August slideshow" was made then, "a group founded in August" was not
                return span in said.cue or not _FOUNDED.search(self._text[span.start : time.span.start])
        gaps = [
            self._text[min(span.end, time.span.end) : max(span.start, time.span.start)]
            for span in (*said.cue, *said.source)
        ]
        return any(len(gap.split()) <= 2 and not re.search(r"[.;:\n]", gap) for gap in gaps)

    def _is_to_come(self, time: TimeExpression, said: Statement) -> bool:
        """What "will be announced on Saturday" has not been said yet; "who will testify Thursday" said nothing then."""
        nearest = min((*said.cue, *said.source), key=lambda span: self._distance(time.span, [span]))
        begin = max(min(nearest.start, time.span.start) - _AUXILIARY, self._sentence_of(nearest).start)
        return _TO_COME.search(self._text, begin, time.span.start) is not None

    def _distance(self, one: Span, others: Sequence[Span]) -> int:
        return min(max(0, one.start - other.end, other.start - one.end) for other in others)

    def _day_of_signed(self, said: Statement) -> Period | None:
        """Of words in a signed text the day that its lead names, else that of its dateline."""
        if said.speaker is None or self._anchor is None:
            return None
        if said.speaker.basis is SpeakerBasis.SIGNED:
            self._signers.add(said.speaker.name)
        if said.speaker.name not in self._signers or said.via:
            return None
        lead = self._text.find("\n\n")
        days = [time.period for time in self._between(0, max(0, lead)) if isinstance(time.period, OpenSpan)]
        told = [day for day in days if day.first == day.last]
        return told[-1] if told and lead < said.content[0].start else OpenSpan(self._anchor, self._anchor)

    def _same_day(self, said: Statement) -> Period | None:
        """When the speaker spoke just before: who "added" something did so on the same occasion."""
        if said.speaker is None or said.speaker.name not in self._last or said.within is not None:
            return None
        end, made_on = self._last[said.speaker.name]
        cue = " ".join(self._text[span.start : span.end] for span in said.cue)
        is_near = self._text.count("\n\n", end, said.content[0].start) <= _NEXT_TO
        return made_on if is_near and not _EARLIER.search(cue) else None

    def _behind(self, made: TimeExpression) -> Period | None:
        """What an expression means of words that have been said, whatever is still to come beside it."""
        return read_period(self._text[made.span.start : made.span.end], self._anchor)

    def _not_ahead(self, period: OpenSpan) -> OpenSpan | None:
        """What was said cannot have been said after the article; "this month" ends with its day."""
        if self._anchor is None or period.last is None or period.last <= self._anchor:
            return period
        return OpenSpan(period.first, self._anchor) if period.first and period.first <= self._anchor else None

    def _due(self, said: Statement) -> TimeExpression | None:
        """The expression in the content by which something is to be done."""
        if said.act not in _BINDING or self._anchor is None:
            return None
        inside = [time for span in said.content for time in self._between(span.start, span.end)]
        return next((time for time in inside if self._is_due(time)), None)

    def _is_due(self, time: TimeExpression) -> bool:
        marked = self._marker(time)
        if isinstance(time.period, Length):
            is_plan = marked in ("a", "an", "new") and time.period.unit in _PLANNED
            return is_plan or marked in ("within", "over", "in")
        if time.period.last is None or self._anchor is None or time.period.last < self._anchor:
            return False
        return marked is not None and self._text[time.span.end : time.span.end + 2] not in ("'s", "’s")

    def _marker(self, time: TimeExpression) -> str | None:
        """The word before an expression, or the first of it, that makes it a time by or in which to act."""
        inside = _OPENING.match(self._text, time.span.start, time.span.end)
        found = inside or _DEADLINE.search(self._text[max(0, time.span.start - 40) : time.span.start])
        return found[1].lower() if found else None

    def _last_day(self, due: TimeExpression, made_on: OpenSpan | None) -> Period | None:
        """The last day where one is named as such; else the days among which it lies."""
        period = due.period
        if isinstance(period, Length):
            begin = made_on or (OpenSpan(self._anchor, self._anchor) if self._anchor else None)
            if begin is None or begin.first is None or begin.last is None:
                return period
            return OpenSpan(add_length(begin.first, period), add_length(begin.last, period))
        words = self._text[due.span.start : due.span.end].lower()
        if self._marker(due) in _LAST_DAY or words.startswith("within"):
            return OpenSpan(period.last, period.last)
        return period

    def _between(self, start: int, end: int) -> list[TimeExpression]:
        inside = self._times[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return [time for time in inside if time.span.end <= end]

    def _sentence_of(self, span: Span) -> Span:
        at = bisect_left(self._sentences, span.start + 1, key=lambda sentence: sentence.start) - 1
        return self._sentences[max(0, at)] if self._sentences else Span(0, len(self._text))


def _is_one_occasion(made_on: OpenSpan) -> bool:
    first, last = made_on.first, made_on.last
    return first is not None and last is not None and (last - first).days < _LONGEST_OCCASION
