"""What is told of a statement beside who says what: when, by when, in which sector, and the words that decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from onrecord.lexicon.sectors import SectorWords
from onrecord.lexicon.speech import SpeechLexicon
from onrecord.reading.reasons import find_reasons
from onrecord.reading.sectors import SectorFinder
from onrecord.reading.timing import Timed, Timer
from onrecord.reading.when import find_anchor, find_times
from onrecord.records import Article, Judged, Reason, Span, Statement
from onrecord.spans import split_sentences

__all__ = ["tell_details"]


def tell_details(
    article: Article, statements: Sequence[Statement], lexicon: SpeechLexicon, words: SectorWords
) -> tuple[Statement, ...]:
    """The statements with `sector`, `made_on`, `deadline` and `reasons`."""
    if not statements:
        return ()
    anchor = find_anchor(article)
    times, sentences = find_times(article.text, anchor), split_sentences(article.text)
    contents = [span for said in statements for span in said.content]
    timer = Timer(article.text, times, anchor, sentences=sentences, contents=contents)
    finder = SectorFinder(article.text, words)
    detailed = []
    for said in statements:
        timed = timer.tell(said)
        sectors, shown = finder.sectors_of(said)
        reasons = [*find_reasons(article.text, said, lexicon), *_of_times(timed), *_of_sectors(shown)]
        detailed.append(
            replace(
                said,
                sector=sectors,
                made_on=timed.made_on,
                deadline=timed.deadline,
                reasons=tuple(sorted(reasons, key=lambda reason: reason.span)),
            )
        )
    return tuple(detailed)


def _of_times(timed: Timed) -> Iterator[Reason]:
    if timed.made_on_said is not None:
        yield Reason(of=Judged.MADE_ON, span=timed.made_on_said)
    if timed.deadline_said is not None:
        yield Reason(of=Judged.DEADLINE, span=timed.deadline_said)


def _of_sectors(shown: Sequence[Span]) -> Iterator[Reason]:
    return (Reason(of=Judged.SECTOR, span=span) for span in shown)
