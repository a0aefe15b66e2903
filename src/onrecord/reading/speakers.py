"""Who a source is: the fullest name the article gives behind a surname, acronym, title or pronoun."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from functools import cached_property

from onrecord.lexicon.speech import SpeechLexicon
from onrecord.reading.coreference import Entity, EntityIndex
from onrecord.reading.documents import Documents
from onrecord.reading.mentions import NAMED
from onrecord.reading.names import Mention, Name, NameIndex
from onrecord.records import Span, Speaker, SpeakerBasis
from onrecord.spans import split_sentences

__all__ = ["Resolver", "Signature"]

_DETERMINER = re.compile(r"^(?:the|a|an|this|that|these|those|some|one of|both|all)\s+", re.IGNORECASE)
# "a spokesman for Moren" is not Moren; "spokesman Jon Maro" is Jon Maro.
_SPEAKS_FOR = re.compile(r"\b(?:for|of|to|from|by|with|against|about|on)\s(?:[\w.’'-]+\s){0,4}$", re.IGNORECASE)
# "Moren allies" are not Moren, and neither is the "Moren spokesman Jon Maro".
_MODIFIES = re.compile(r" (?!(?:of|in|at|from|for|on|to|with|and|or|who|also|too|himself|herself|alone)\b)[^\W\d_]")
_POSSESSIVE = re.compile(r"['’]s?$")
_MARKS = frozenset({"“", '"', "‘", "«", "„"})
_PLAIN_WORD = re.compile(r"\b[a-z]\w*")
_BRACKETS = "[]() "  # an editor's, within a quotation
_BLANK_LINES = re.compile(r"\n(?=[^\S\n]*\n)")
_NOBODY = frozenset({"the", "a", "an", "some", "this", "that", "those", "these", "all", "both"})  # the noun is missing
_WE = frozenset({"we", "us", "our", "ours", "ourselves"})
_MALE = frozenset({"he", "him", "his", "himself"})
_PRONOUN_REACH = 50  # mentions of persons, and statements; a pronoun does not mean one further back
_LONG_UNNAMED = 3  # sentences; whom the network takes a pronoun to mean has not been named in them
_GOES_ON = 3  # paragraphs, within which a quotation without source goes on with the speaker before
_TITLE_REACH = 300  # mentions of persons; a title does not speak of one further back
_APPOSITION_REACH = 40  # characters behind a source in which the name of an office's holder begins and ends
_ANTECEDENT_REACH = 80  # characters between a name and its "who"


class Signature:
    """Who signed, and where the signed body begins."""

    def __init__(self, speaker: Speaker, start: int) -> None:
        self.speaker, self.start = speaker, start


class Resolver:
    """Resolves the sources of one article. Statements must be given in text order, outer before inner."""

    def __init__(
        self,
        text: str,
        names: NameIndex,
        lexicon: SpeechLexicon,
        *,
        signature: Signature | None,
        entities: Sequence[Entity] = (),
    ) -> None:
        self._text, self._names, self._lexicon, self._signature = text, names, lexicon, signature
        self._entities = EntityIndex(entities)
        self._documents = Documents(text, names, lexicon.documents)
        self._signer = signature.speaker if signature else None
        self._bounds = [0, *(s.start for s in split_sentences(text)), len(text)]
        self._spoken: list[tuple[int, Speaker]] = []  # by position, as are the two parts of it
        self._spoken_by_persons: list[tuple[int, Speaker]] = []
        self._spoken_by_others: list[tuple[int, Speaker]] = []

    def resolve(self, source: Sequence[Span], content: Sequence[Span], *, enclosing: Speaker | None) -> Speaker | None:
        """The speaker of a statement; None where the text does not tell.

        Args:
            enclosing: speaker of the statement in whose content this one lies; "I" and "we" are his.
        """
        if not source:
            return self._unsaid(content, enclosing)
        speaker = self._of_source(source, enclosing)
        if speaker is not None:
            part = self._spoken_by_persons if self._is_person(speaker) else self._spoken_by_others
            for spoken in (self._spoken, part):
                insort(spoken, (source[0].start, speaker), key=_position)
        return speaker

    def speaks_for_many(self, source: Sequence[Span]) -> bool:
        """Whether a source is "we": the one who says so speaks for others too."""
        return bool(source) and self._text[source[0].start : source[-1].end].strip(" ,").lower() in _WE

    def passed_on_by(self, position: int, speaker: Speaker | None) -> tuple[Speaker, ...]:
        """The signer, for words of somebody else in a signed body; else nobody."""
        signed = self._signature
        if signed is None or speaker is None or position < signed.start or speaker.name == signed.speaker.name:
            return ()
        return (signed.speaker,)

    def _unsaid(self, content: Sequence[Span], enclosing: Speaker | None) -> Speaker | None:
        start = content[0].start
        if enclosing is None and self._signer is not None:
            return _because(self._signer, SpeakerBasis.SIGNED)
        last = _last_before(self._spoken, start)
        if last and last[0] >= self._sentence_start(start):
            return _because(last[1], SpeakerBasis.ELIDED)
        if enclosing is not None or not self._is_quoted(start):
            return None
        return self._goes_on(start)

    def _goes_on(self, position: int) -> Speaker | None:
        """Whoever spoke last, in a paragraph not far before, and goes on in a quotation of his own."""
        last = _last_before(self._spoken, position)
        if last is None or self._text.count("\n", last[0], position) - self._blank_lines(last[0], position) > _GOES_ON:
            return None
        speaker = _because(last[1], SpeakerBasis.ELIDED)
        if speaker is not None:
            insort(self._spoken, (position, speaker), key=_position)
        return speaker

    def _blank_lines(self, start: int, end: int) -> int:
        return len(_BLANK_LINES.findall(self._text, start, end))

    def _is_quoted(self, start: int) -> bool:
        return self._text[start : start + 1] in _MARKS or self._text[max(0, start - 1) : start] in _MARKS

    def _of_source(self, source: Sequence[Span], enclosing: Speaker | None) -> Speaker | None:
        start, end = source[0].start, source[-1].end
        text = self._text[start:end]
        word = text.strip(" ,").lower()
        kinds = self._lexicon.pronouns
        if word in kinds["speaker"]:
            return _because(enclosing or self._signer or self._goes_on(start), SpeakerBasis.PRONOUN)
        if word in kinds["person"]:
            return _because(self._he_or_she(start, end, word), SpeakerBasis.PRONOUN)
        if word in kinds["thing"] | kinds["many"]:
            meant = self._meant(start, end, SpeakerBasis.PRONOUN) or self._last_other(start, word)
            return _because(meant, SpeakerBasis.PRONOUN)
        if word in kinds["unnamed"]:
            return None
        if word in kinds["relative"]:
            return self._antecedent(start)
        return self._named(start, end) or self._issuer(start, end, enclosing) or self._described(start, end)

    def _issuer(self, start: int, end: int, enclosing: Speaker | None) -> Speaker | None:
        """Behind "the ministry's report" the ministry."""
        author = self._documents.author(start, end)
        if author is None:
            return None
        if isinstance(author, Span):
            return self._of_source((author,), enclosing)
        return _because(self._speaker(author), SpeakerBasis.DOCUMENT)

    def _meant(self, start: int, end: int, basis: SpeakerBasis) -> Speaker | None:
        """Whom the mention means, where another one of the same entity gives a name."""
        entity = self._entities.at(start, end)
        if entity is None or entity.name is None:
            return None
        return Speaker(name=self._full(entity.name.text), basis=basis, evidence=entity.name.first)

    def _first_of(self, start: int, end: int) -> int:
        """Where the entity of a mention is first spoken of."""
        entity = self._entities.at(start, end)
        return entity.mentions[0].span.start if entity is not None else start

    def _he_or_she(self, start: int, end: int, word: str) -> Speaker | None:
        meant = self._meant(start, end, SpeakerBasis.PRONOUN)
        if meant is None:
            return self._person_before(self._first_of(start, end), word)
        return (self._person_before(start, word) if self._is_long_unnamed(start, end) else None) or meant

    def _is_long_unnamed(self, start: int, end: int) -> bool:
        """Whether whom the network takes a pronoun to mean was last named some sentences before."""
        entity = self._entities.at(start, end)
        spans = [m.span for m in entity.mentions if m.span not in entity.pronouns] if entity is not None else []
        last = max((span.start for span in spans if span.start < start), default=None)
        if last is None:
            return False
        return bisect_right(self._bounds, start) - bisect_right(self._bounds, last) >= _LONG_UNNAMED

    def _named(self, start: int, end: int) -> Speaker | None:
        """The name that heads the source: the first person's, else an organisation's that fills the phrase."""
        head_end = start + len(self._text[start:end].split(",")[0])
        inside = self._names.inside(start, head_end)
        persons = [m for m in inside if m.name.is_person and not self._is_possessive(m, end)]
        persons = [m for m in persons if not _MODIFIES.match(self._text[m.span.end : head_end])]
        if persons and not self._is_spoken_for(start, persons[0], inside):
            return self._speaker(persons[0])
        head = self._text[start:head_end].strip(" ,").rsplit(" ", 1)[-1].lower()
        after = self._names.inside(head_end, end + _APPOSITION_REACH if head in self._lexicon.titles else end)
        persons = [m for m in after if m.name.is_person and self._text[head_end : m.span.start].strip() == ","]
        if persons:
            return self._speaker(persons[0])
        bare = _DETERMINER.sub("", _POSSESSIVE.sub("", self._text[start:head_end].strip(" ,")))
        others = [m for m in inside if not m.name.is_person and m.span.end - m.span.start >= 0.8 * len(bare)]
        return self._speaker(others[0]) if others else self._known(bare, Span(start, head_end))

    def _is_spoken_for(self, start: int, person: Mention, inside: Sequence[Mention]) -> bool:
        """Behind "a spokesman for Moren"; not behind "the envoy to the U.N. Moren", where the U.N. is the object."""
        before = self._text[start : person.span.start]
        is_own_title = " of " in person.name.title and before.lower().rstrip().endswith(person.name.title)
        if is_own_title or not _SPEAKS_FOR.search(before):
            return False
        return not any(m.span.end == person.span.start - 1 and not m.name.is_person for m in inside)

    def _speaker(self, mention: Mention) -> Speaker:
        shown = self._text[mention.span.start : mention.span.end]
        name = self._full(mention.name.text)
        basis = SpeakerBasis.NAME if shown == name else SpeakerBasis.SHORT_NAME
        evidence = mention.span if basis is SpeakerBasis.NAME else mention.name.first
        return Speaker(name=name, basis=basis, evidence=evidence)

    def _full(self, name: str) -> str:
        plain = name.replace(".", "")
        return self._lexicon.metonyms.get(name) or self._lexicon.acronyms.get(plain, name)

    def _known(self, bare: str, span: Span) -> Speaker | None:
        full = self._full(bare)
        return Speaker(name=full, basis=SpeakerBasis.SHORT_NAME, evidence=span) if full != bare else None

    def _described(self, start: int, end: int) -> Speaker | None:
        """Behind "the North Korean leader": the last person before who bears that title; else the words."""
        head = _POSSESSIVE.sub("", self._text[start:end].split(",")[0].strip())
        definite = head.lower().startswith("the ")
        bare = _DETERMINER.sub("", head)
        words = bare.lower().replace("-", " ").split()
        if definite and words and words[-1] in self._lexicon.titles:
            for mention in self._names.persons.before(start, most=_TITLE_REACH):
                if _title_fits(words, mention.name):
                    return Speaker(name=mention.name.text, basis=SpeakerBasis.TITLE, evidence=mention.name.first)
        meant = self._meant(start, start + len(head), SpeakerBasis.TITLE) if definite else None
        if meant is not None:
            return meant
        name = self._uncapitalised((bare or head).strip(_BRACKETS) or head)
        if name.lower() in _NOBODY:
            return None
        return Speaker(name=name, basis=SpeakerBasis.DESCRIPTION, evidence=Span(start, end))

    def _uncapitalised(self, name: str) -> str:
        """The name as it stands within a sentence: "people" for "People", if the article has that word elsewhere."""
        first = name.split(" ", 1)[0]
        return name[0].lower() + name[1:] if first.istitle() and first.lower() in self._plain_words else name

    @cached_property
    def _plain_words(self) -> frozenset[str]:
        """The words of the text that are written without a capital somewhere."""
        return frozenset(_PLAIN_WORD.findall(self._text))

    def _person_before(self, position: int, word: str) -> Speaker | None:
        """Behind "he": the first man of the nearest sentence that names one, or who spoke there; so for "she"."""
        other = "she" if word in _MALE else "he"
        near = self._names.persons.before(position, most=_PRONOUN_REACH)
        named = [m for m in near if m.name.pronoun != other and self._is_seen(m)]
        spoken = [
            (at, speaker)
            for at, speaker in _before(self._spoken_by_persons, position, most=_PRONOUN_REACH)
            if self._names.by_form[speaker.name].pronoun != other
        ]
        starts = [m.span.start for m in named[:1]] + [at for at, _ in spoken[:1]]
        if not starts:
            return None
        sentence = self._sentence_start(max(starts))
        if spoken and spoken[0][0] >= sentence:
            return [speaker for at, speaker in spoken if at >= sentence][-1]
        first = [m for m in named if m.span.start >= sentence][-1]
        return self._speaker(first)

    def _is_seen(self, mention: Mention) -> bool:
        """Whether the network, too, sees a person there."""
        entity = self._entities.at(mention.span.start, mention.span.end)
        return entity is None or (entity.kind == "person" and any(m.chance > NAMED for m in entity.mentions))

    def _is_person(self, speaker: Speaker) -> bool:
        name = self._names.by_form.get(speaker.name)
        return name is not None and name.is_person

    def _last_other(self, position: int, word: str) -> Speaker | None:
        """Behind "it" and "they": the last speaker that is no single person, else the last name of that kind."""
        near = self._names.others.first_inside(self._sentence_start(position), position)
        if near and word not in self._lexicon.pronouns["many"]:
            return self._speaker(near)
        spoken = _last_before(self._spoken_by_others, position)
        if spoken:
            return spoken[1]
        named = self._names.others.before(position, most=1)
        return self._speaker(named[0]) if named else None

    def _antecedent(self, position: int) -> Speaker | None:
        before = self._names.all.before(position, most=1)
        return self._speaker(before[0]) if before and position - before[0].span.end < _ANTECEDENT_REACH else None

    def _is_possessive(self, mention: Mention, end: int) -> bool:
        after = self._text[mention.span.end : mention.span.end + 2]
        return after in ("'s", "’s") and mention.span.end + 2 < end

    def _sentence_start(self, position: int) -> int:
        return self._bounds[bisect_right(self._bounds, position) - 1]


def _position(spoken: tuple[int, Speaker]) -> int:
    return spoken[0]


def _last_before(spoken: list[tuple[int, Speaker]], position: int) -> tuple[int, Speaker] | None:
    return next(iter(_before(spoken, position, most=1)), None)


def _before(spoken: list[tuple[int, Speaker]], position: int, *, most: int) -> list[tuple[int, Speaker]]:
    """The last ones before a position, nearest first."""
    at = bisect_left(spoken, position, key=_position)
    return spoken[max(0, at - most) : at][::-1]


def _title_fits(words: list[str], name: Name) -> bool:
    titled = name.title.replace("-", " ").split()
    if not titled or words[-1] != titled[-1]:
        return False
    return all(any(t[:4] == w[:4] for t in titled) for w in words[:-1]) or len(words) == 1


def _because(speaker: Speaker | None, basis: SpeakerBasis) -> Speaker | None:
    return None if speaker is None else Speaker(name=speaker.name, basis=basis, evidence=speaker.evidence)
