"""Who acts in an event and at whom: what stands between the word that tells it and a mention, and around both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.models.clauses import Clause, WordSpan

__all__ = ["nobody_signs", "side_signs"]

_BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "get", "got", "gets"])
_HELPERS = frozenset(
    ["by", "not", "already", "now", "also", "later", "since", "then", "recently", "have", "has", "had", "reportedly"]
)
_IRREGULAR = frozenset(
    (
        "shot",
        "held",
        "hit",
        "struck",
        "slain",
        "taken",
        "beaten",
        "stolen",
        "freed",
        "fought",
        "met",
        "sent",
        "hurt",
        "sold",
    )
)
_FAR = 30  # words; what stands further away is not told apart


def is_passive(clause: Clause, trigger: int) -> bool:
    """Whether the word is a participle behind a form of "be"."""
    word = clause.words[trigger]
    if not (word.endswith(("ed", "en")) or word in _IRREGULAR):
        return False
    before = [w for w in clause.words[max(trigger - 4, 0) : trigger] if w not in _HELPERS]
    return bool(before) and before[-1] in _BE


def side_signs(clause: Clause, trigger: int, mention: WordSpan, others: Sequence[WordSpan]) -> Iterator[str]:
    """What speaks for a mention being a side of an event.

    Args:
        trigger: number of the word that tells the event, in the clause.
        mention: words of the mention, in the clause.
        others: all mentions of the clause, in text order.
    """
    words, stem = clause.words, clause.stems[trigger]
    is_behind = mention[0] > trigger
    holds = mention[0] <= trigger < mention[1]
    place = "in" if holds else ">" if is_behind else "<"
    apart = mention[0] - trigger if is_behind else trigger - mention[1] + 1
    between = (trigger + 1, mention[0]) if is_behind else (mention[1], trigger)
    crossed = sum(between[0] <= first and end <= between[1] for first, end in others)
    voice = "p" if is_passive(clause, trigger) else clause.form(trigger)
    before = words[mention[0] - 1] if mention[0] else "^"
    behind = words[mention[1]] if mention[1] < len(words) else "$"
    size = min(apart, _FAR).bit_length()
    yield from (
        place,
        f"{place}{voice}",
        f"{place}{size}",
        f"{place}x{min(crossed, 4)}",
        f"{place}{voice}x{min(crossed, 3)}",
    )
    yield from (f"{place}b{before}", f"{place}a{behind}", f"{place}{voice}b{before}", f"{place}{voice}a{behind}")
    yield from (f"{place}{stem}", f"{place}{stem}b{before}", f"{place}{stem}{voice}")
    for name in clause.classes[trigger]:
        yield from (
            f"{place}{name}",
            f"{place}{name}.{voice}",
            f"{place}{name}b{before}",
            f"{place}{name}x{min(crossed, 2)}",
        )
    if 0 <= between[1] - between[0] <= 3:
        yield f"{place}m{' '.join(words[between[0] : between[1]])}"
    beside = clause.words[trigger + 1] if trigger + 1 < len(words) else "$"
    yield f"{place}n{beside}"
    first = next((n for n, other in enumerate(others) if other[0] >= mention[0]), len(others))
    yield from (f"{place}f{min(first, 3)}", f"{place}of{min(len(others), 5)}")
    commas = sum(word in (",", ";", ":", "that", "which", "who") for word in words[between[0] : between[1]])
    yield f"{place}c{min(commas, 3)}"


def nobody_signs(clause: Clause, trigger: int, others: Sequence[WordSpan]) -> Iterator[str]:
    """What speaks for an event having nobody on a side."""
    voice = "p" if is_passive(clause, trigger) else clause.form(trigger)
    behind = sum(first > trigger for first, _ in others)
    yield from (
        "0",
        f"0{voice}",
        f"0{clause.stems[trigger]}",
        f"0>{min(behind, 3)}",
        f"0<{min(len(others) - behind, 3)}",
    )
    yield from (f"0{name}" for name in clause.classes[trigger])
    if trigger:
        yield f"0{clause.words[trigger - 1]}"
