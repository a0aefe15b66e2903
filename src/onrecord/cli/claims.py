"""How it is shown where statements and events come from, who else tells them, and who denies them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from onrecord.cli.report import print_line
from onrecord.cli.tracking import shorten

if TYPE_CHECKING:
    from onrecord.connecting import Story
    from onrecord.connections import Claim, Contradiction, Trace

__all__ = ["claims_about", "print_claims", "print_contradictions", "shown_chain"]

_MOST_SHOWN = 12
_WIDTH = 100


def print_claims(claims: Sequence[Claim]) -> None:
    """Statements and events that several articles tell, each with the way of every report."""
    for claim in claims[:_MOST_SHOWN]:
        first = claim.reports[0]
        print_line("")
        print_line(f"{claim.kind} told by {_sources(claim)}: {shorten(first.words, _WIDTH)}")
        for report in claim.reports:
            print_line(_place(report), indent=4)
    if len(claims) > _MOST_SHOWN:
        print_line("")
        print_line(f"... and {len(claims) - _MOST_SHOWN} more that fewer sources tell; --format jsonl has all of them")


def print_contradictions(contradictions: Sequence[Contradiction]) -> None:
    """What is told in one place and denied in another."""
    for one in contradictions[:_MOST_SHOWN]:
        print_line("")
        print_line(f"told and denied (like {one.likeness:.2f}):")
        for verb, trace in (("told", one.told), ("denied", one.denied)):
            print_line(f"{verb}: {shorten(trace.words, _WIDTH)}", indent=4)
            print_line(_place(trace), indent=8)


def claims_about(story: Story, article: str, id_: str) -> Iterator[tuple[int, str]]:
    """(indent, line) on one statement or event: through whom it came, who else tells it, who denies it."""
    for claim in story.claims:
        if any((report.article, report.id) == (article, id_) for report in claim.reports):
            others = [report for report in claim.reports if report.article != article]
            yield 0, f"told by {_sources(claim)}, also in:"
            yield from ((4, _place(report)) for report in others)
    for one in story.contradictions:
        for verb, own, other in (("denied", one.told, one.denied), ("told otherwise", one.denied, one.told)):
            if (own.article, own.id) == (article, id_):
                yield 0, f"{verb}: {shorten(other.words, _WIDTH)}"
                yield 4, _place(other)


def shown_chain(chain: Sequence[str]) -> str:
    """The names of a chain, the first source first."""
    return " -> ".join(chain) or "source not named"


def _place(trace: Trace) -> str:
    copied = f", copy of {trace.copy_of}" if trace.copy_of else ""
    return f"{shown_chain(trace.chain)} [{trace.article} {trace.id}{copied}]"


def _sources(claim: Claim) -> str:
    count = claim.sources.independent
    return f"{len(claim.reports)} articles, {count} independent source{'' if count == 1 else 's'}"
