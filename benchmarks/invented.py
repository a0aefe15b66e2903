"""A store of any size for measuring: readings made up from word lists of ours, the same for the same seed.

Nothing here is news and nobody in it exists. Words are many and unevenly common, as in real text, so that searches
for common and for rare words cost what they would.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

import apsw

from onrecord.records import (
    Act,
    Article,
    Block,
    BlockRole,
    Models,
    Moment,
    Origin,
    Page,
    PageKind,
    Reading,
    Sector,
    Span,
    Speaker,
    SpeakerBasis,
    Statement,
    StatementKind,
)
from onrecord.store import Store

STATEMENTS_A_PAGE = 12
MODELS = Models(onrecord="0", reader="invented", blocks="invented")
SYLLABLES = "ba den mor vel kas tir lun hal ost ren fjo ska gri nam pel dor sut wen iva lok mar qui zet"
COMMON = (
    "the of to and a in that would not its for with on as be by this from will have border talks ministry council "
    "harbour bridge ferry election budget sanctions missile exercise nuclear grain treaty ceasefire prices strike "
    "court police reform energy pipeline school hospital flood climate parliament embassy refugees convoy tariff"
)
CUES = ("said", "told reporters", "warned", "pledged", "denied", "demanded", "announced", "wrote")
COUNTRIES = ("PRK", "KOR", "USA", "CHN", "RUS", "JPN", "DEU", "FRA", "UKR", "IRN", None)
SECTORS = ("GOV", "MIL", "OPP", "MED", "BUS", "JUD", None)
OUTLETS = tuple(
    f"{place} {kind}" for place in ("Velm", "Halden", "Kveld", "Norland") for kind in ("Post", "Times", "Wire")
)


class Inventor:
    """Pages and readings out of a seed."""

    def __init__(self, seed: int = 9) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
        syllables = SYLLABLES.split()
        self.words = COMMON.split() + [
            "".join(self.chance.choices(syllables, k=self.chance.randint(2, 4))) for _ in range(20_000)
        ]
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))
        names = ["".join(self.chance.choices(syllables, k=2)).title() for _ in range(3_000)]
        self.fame = list(accumulate(range(len(names) // 2, 0, -1)))
        self.speakers = [self._speaker(f"{one} {other}") for one, other in zip(names[::2], names[1::2], strict=True)]

    def pages(self, statements: int) -> Iterator[tuple[Page, Reading]]:
        """So many statements, twelve a page."""
        for number in range(-(-statements // STATEMENTS_A_PAGE)):
            yield self.page(number, min(STATEMENTS_A_PAGE, statements - number * STATEMENTS_A_PAGE))

    def page(self, number: int, count: int) -> tuple[Page, Reading]:
        """One page with so many statements."""
        text, said = "", []
        for position in range(count):
            text = f"{text}\n\n" if text else ""
            text, one = self._say(text, f"s{position + 1}")
            said.append(one)
            text = f"{text} {self._sentence(40)}."
        title = self._sentence(8).capitalize()
        data = f"{title}\n{text}".encode()
        origin = Origin(path=f"invented/{number}.txt", sha256=hashlib.sha256(data).hexdigest(), length=len(data))
        page = Page(id=f"{number:016x}", data=data, kind=PageKind.TEXT, origin=origin)
        return page, Reading(article=self._article(page, title, text), statements=tuple(said), models=MODELS)

    def _article(self, page: Page, title: str, text: str) -> Article:
        day = date(2020, 1, 1) + timedelta(days=self.chance.randrange(2_000))
        start = len(title) + 1
        return Article(
            id=page.id,
            title=title,
            outlet=self.chance.choice(OUTLETS),
            agency=self.chance.choice(("Coast Wire", "Northern Press", None)),
            published=Moment(value=day.isoformat(), basis="invented"),
            language="en",
            text=text,
            blocks=(
                Block(role=BlockRole.TITLE, source_start=0, source_end=len(title), text=title),
                Block(role=BlockRole.BODY, source_start=start, source_end=start + len(text), start=0, end=len(text)),
            ),
            origin=page.origin,
        )

    def _say(self, text: str, id_: str) -> tuple[str, Statement]:
        """The text with one more statement at its end, and the statement."""
        (speaker,) = self._some_speaker(1)
        parts = [speaker.name, self.chance.choice(CUES), self._sentence(self.chance.randint(8, 30))]
        spans: list[Span] = []
        for part in parts:
            text += " " * bool(spans)
            spans.append(Span(len(text), len(text) + len(part)))
            text += part
        source, cue, content = spans
        return f"{text}.", Statement(
            id=id_,
            kind=self.chance.choice(tuple(StatementKind)),
            source=(source,),
            cue=(cue,),
            content=(content,),
            speaker=speaker,
            act=self.chance.choice(tuple(Act)),
            hedged=self.chance.random() < 0.1,
            targets=self._some_speaker(0.3),
            addressee=next(iter(self._some_speaker(0.1)), None),
            sector=tuple(self.chance.sample(tuple(Sector), k=self.chance.choice((0, 1, 1, 2)))),
            confidence=round(self.chance.uniform(0.3, 0.99), 3),
        )

    def _some_speaker(self, share: float) -> tuple[Speaker, ...]:
        """One, in so many of all cases; the famous oftener."""
        if self.chance.random() >= share:
            return ()
        return tuple(self.chance.choices(self.speakers, cum_weights=self.fame))

    def _speaker(self, name: str) -> Speaker:
        known = self.chance.random() < 0.6
        return Speaker(
            name=name,
            basis=SpeakerBasis.NAME,
            id=f"person:{name.lower().replace(' ', '-')}" if known else None,
            country=self.chance.choice(COUNTRIES),
            sector=self.chance.choice(SECTORS),
        )

    def _sentence(self, words: int) -> str:
        return " ".join(self.chance.choices(self.words, cum_weights=self.weights, k=words))


def fill(path: Path, statements: int) -> None:
    """A new store with so many statements. It is put on the disk at the end: what breaks before is made anew."""
    with Store.open(path) as store:
        connection: apsw.Connection = store._connection  # noqa: SLF001 - to measure reading, not a hundred thousand syncs
        connection.pragma("synchronous", "off")
        for page, reading in Inventor().pages(statements):
            store.add(page, reading)
        connection.pragma("wal_checkpoint", "truncate")
