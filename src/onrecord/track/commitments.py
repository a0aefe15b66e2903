"""What became of what somebody promised, planned or aimed at: each commitment with its later mentions.

A mention is matched by its words: those that both contents share, weighed by how rare they are (idf), as the cosine
of the two. The speaker's own later words repeat, strengthen, soften, claim, admit or drop; what others tell of it is
"reported".
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from onrecord.lexicon.outcomes import OutcomeLexicon
from onrecord.records import Act
from onrecord.track.occurrences import Name, Occurrence, is_named

__all__ = ["Fate", "Followed", "Mention", "Status", "follow_commitments", "status_of"]

MIN_LIKENESS = 0.35  # cosine; found by hand on the sample of the docs, not fitted
MIN_RENEWAL = 0.2  # with at least two words shared: an admission names what failed in few words
BINDING: Mapping[Act, int] = {Act.COMMIT: 3, Act.GOAL: 2, Act.OFFER: 1}  # how firmly
_TELLING = (Act.ASSERT, Act.ASSESS, Act.REPORT, Act.ADMIT, Act.DENY, Act.ACCUSE, Act.SUPPORT, Act.REFUSE)
_WORD = re.compile(r"[^\W\d_]{3,}|\d{4}")
_AHEAD = re.compile(r"\b(?:will|would|shall|going to)\b")
_ENDINGS = re.compile(r"(?:ments?|ings?|ed|es|s|ions?|ation)$")
_EMPTY = frozenset(
    (
        "the",
        "and",
        "for",
        "that",
        "with",
        "this",
        "will",
        "would",
        "its",
        "his",
        "her",
        "their",
        "our",
        "has",
        "have",
        "had",
    )
)


class Fate(StrEnum):
    """What a later mention does to a commitment."""

    REPEATED = "repeated"
    STRENGTHENED = "strengthened"
    SOFTENED = "softened"
    BEGUN = "begun"
    CLAIMED = "claimed fulfilled"  # by whoever is committed
    REPORTED = "reported fulfilled"  # by somebody else
    ADMITTED = "admitted failed"
    FAILED = "reported failed"
    DROPPED = "dropped"
    RENEWED = "renewed"  # a new commitment to the same, after the failure of this one was admitted


class Status(StrEnum):
    """Where a commitment stands, by its last mention that settles anything."""

    OPEN = "open"
    OVERDUE = "overdue"
    BEGUN = "begun"
    CLAIMED = "claimed fulfilled"
    REPORTED = "reported fulfilled"
    ADMITTED = "admitted failed"
    FAILED = "reported failed"
    DROPPED = "dropped"


class Mention(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Later words on a commitment; `said` leads to its characters."""

    fate: Fate
    likeness: float  # of the contents, 0 to 1
    said: Occurrence


class Followed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A commitment and all that was said of it later, in order of time.

    Where only its failure is on record, `made` is the statement that admits it, `is_known_from_its_end` is true, and
    its mentions are the new commitments of the same speaker to the same.
    """

    made: Occurrence
    mentions: tuple[Mention, ...]
    status: Status
    due: date | None = None
    is_known_from_its_end: bool = False


def follow_commitments(
    occurrences: Iterable[Occurrence],
    *,
    lexicon: OutcomeLexicon,
    today: date,
    due: Mapping[tuple[str, str], date] | None = None,
    who: frozenset[str] = frozenset(),
) -> tuple[Followed, ...]:
    """All commitments, by day. A commitment that repeats an earlier one is a mention of that and none of its own.

    Args:
        occurrences: of a whole store; those of one article in the order of its text.
        due: the last day of commitments that have one, by article and statement.
        who: keys of the one whose commitments are wanted, as `keys_of` gives them; none: everybody's. Mentions are
            looked for among all occurrences either way.
    """
    said = sorted((one for one in occurrences if one.act and not one.negated), key=lambda one: one.day)
    vectors = _vectors([one.text for one in said])
    taken: set[int] = set()
    followed: list[Followed] = []
    for index, one in enumerate(said):
        is_end = _is_admitted_failure(one, lexicon)
        if index in taken or not (one.act in BINDING or is_end) or (who and not is_named(who, one.who)):
            continue
        mentions = _mentions(index, said, vectors, None if is_end else lexicon)
        taken.update(at for at, _ in mentions if not is_end)
        last_day = (due or {}).get((one.article, one.id))
        told = tuple(mention for _, mention in mentions)
        status = Status.ADMITTED if is_end else status_of([mention.fate for mention in told], last_day, today)
        followed.append(Followed(made=one, mentions=told, status=status, due=last_day, is_known_from_its_end=is_end))
    return tuple(followed)


def status_of(fates: Sequence[Fate], due: date | None, today: date) -> Status:
    """By the last fate that settles anything; else overdue after the last day, and open before or without one.

    >>> status_of([Fate.REPEATED, Fate.BEGUN, Fate.REPEATED], date(2021, 1, 31), date(2021, 2, 1))
    <Status.OVERDUE: 'overdue'>
    """
    settled = [Status(fate.value) for fate in fates if fate.value in set(Status)]
    last = settled[-1] if settled else Status.OPEN
    return Status.OVERDUE if last in (Status.OPEN, Status.BEGUN) and due is not None and due < today else last


def _mentions(
    index: int, said: Sequence[Occurrence], vectors: Sequence[Mapping[str, float]], lexicon: OutcomeLexicon | None
) -> list[tuple[int, Mention]]:
    """Later statements on the same thing, with their places in `said`; without a lexicon only what renews it."""
    made, least = said[index], MIN_LIKENESS if lexicon else MIN_RENEWAL
    found = []
    for at in range(index + 1, len(said)):
        likeness = _cosine(vectors[index], vectors[at])
        if likeness < least or (lexicon is None and len(vectors[index].keys() & vectors[at].keys()) < 2):
            continue
        fate = _fate(made, said[at], lexicon)
        if fate:
            found.append((at, Mention(fate=fate, likeness=round(likeness, 2), said=said[at])))
    return found


def _fate(made: Occurrence, later: Occurrence, lexicon: OutcomeLexicon | None) -> Fate | None:
    is_own = _is_same(made.who, later.who)
    if lexicon is None:
        return Fate.RENEWED if is_own and (later.act in BINDING or _AHEAD.search(later.text)) else None
    if is_own and later.act in BINDING:
        step = _firmness(later) - _firmness(made)
        return Fate.REPEATED if step == 0 else Fate.STRENGTHENED if step > 0 else Fate.SOFTENED
    if later.act not in _TELLING:
        return None
    kind = lexicon.kind_of(later.text)
    if later.act is Act.REFUSE and is_own:
        kind = "dropped"
    own = {"fulfilled": Fate.CLAIMED, "failed": Fate.ADMITTED, "dropped": Fate.DROPPED, "begun": Fate.BEGUN}
    others = {"fulfilled": Fate.REPORTED, "failed": Fate.FAILED, "dropped": Fate.DROPPED, "begun": Fate.BEGUN}
    return (own if is_own else others).get(kind or "")


def _is_admitted_failure(one: Occurrence, lexicon: OutcomeLexicon) -> bool:
    return one.act is Act.ADMIT and lexicon.kind_of(one.text) == "failed"


def _firmness(one: Occurrence) -> int:
    return BINDING[one.act] * 2 - one.hedged - one.conditional if one.act else 0


def _is_same(one: Sequence[Name], other: Sequence[Name]) -> bool:
    keys = [{name.id or name.name.casefold() for name in names} for names in (one, other)]
    return bool(keys[0] & keys[1])


def _vectors(texts: Sequence[str]) -> list[dict[str, float]]:
    """The words of each text, as stems, weighed by how rare they are among all texts; of length 1."""
    words = [[_stem(word) for word in _WORD.findall(text.lower()) if word not in _EMPTY] for text in texts]
    seen = Counter(stem for stems in words for stem in set(stems))
    vectors = []
    for stems in words:
        weights = {stem: math.log(1 + len(texts) / seen[stem]) for stem in set(stems)}
        length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        vectors.append({stem: weight / length for stem, weight in weights.items()})
    return vectors


def _stem(word: str) -> str:
    """Rough: what is left without a usual ending, at least four letters."""
    short = _ENDINGS.sub("", word)
    return short if len(short) >= 4 else word


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other[stem] for stem, weight in one.items() if stem in other)
