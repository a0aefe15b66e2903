"""Whom statements are aimed at, and whom they were said to: by their words, then as actors of the catalogue."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from onrecord.connect.identifier import Identifier
from onrecord.connect.named import ActorMention
from onrecord.connect.operative import spoken_to
from onrecord.lexicon.actors.folding import fold
from onrecord.lexicon.actors.words import load_mention_words
from onrecord.lexicon.aims import AimWords
from onrecord.records import Act, Span, Speaker, SpeakerBasis, Statement, StatementKind

__all__ = ["aim_statements"]

_OBJECT_REACH = 90  # characters behind a verb in which its object ends
_TITLE_REACH = 50  # characters from a country to the name of who holds an office of it
_SUBJECT_REACH = 25  # characters from the beginning of a content to a name that is its subject
_MOST_TARGETS = 3
_REMEMBERED = 4  # statements of the same speaker after which it is no longer known whom they were aimed at
_BESIDE = 40  # characters before and behind a mention that tell what part it plays
# Sectors of people and bodies of a country that do not stand for their state.
_NOT_STATE = frozenset({"BUS", "JUD", "PTY", "OPP", "REB", "LAB", "CRM", "EDU", "JRN"})
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*\.?")
_JOINT = re.compile(r"(?:['’]s)?(?:,| and| or|, and|,? as well as|,? together with| &)?\s(?:the |its |other )*")
_NOUN = re.compile(r"(?:['’]s)?\s+([\w-]+)(?:\s+([\w-]+))?")
_DETERMINER = re.compile(r"^(?:the|a|an|all|all of|some|its|his|her|their|our)\s+", re.IGNORECASE)


def aim_statements(
    statements: Sequence[Statement],
    text: str,
    actors: Sequence[ActorMention],
    *,
    words: AimWords,
    identifier: Identifier,
) -> tuple[Statement, ...]:
    """The same statements with `targets` and `addressee`.

    Args:
        statements: in text order, with their speakers identified.
        actors: where in the text somebody is named, in text order.
    """
    aimer = _Aimer(text, actors, words, identifier)
    aimed = []
    for said in statements:
        targets, addressee = aimer.targets(said), aimer.addressee(said)
        if addressee is not None and said.speaker is not None and addressee.name == said.speaker.name:
            addressee = None  # nobody tells himself
        aimed.append(replace(said, targets=targets, addressee=addressee))
        aimer.remember(said, targets, addressee)
    return tuple(aimed)


class _Aimer:
    """Goes through the statements of one article in their order and remembers whom each speaker spoke of."""

    def __init__(self, text: str, actors: Sequence[ActorMention], words: AimWords, identifier: Identifier) -> None:
        self._text, self._words, self._identifier = text, words, identifier
        self._actors = actors
        self._starts = [actor.start for actor in actors]
        self._last: dict[str, list[tuple[Speaker, ...]]] = {}
        self._told: dict[str, tuple[int, Speaker | None]] = {}

    def remember(self, said: Statement, targets: tuple[Speaker, ...], addressee: Speaker | None) -> None:
        """Whom the speaker was aiming at and speaking to, for what is said next."""
        if said.speaker is not None:
            self._last.setdefault(said.speaker.name, []).append(targets)
            self._told[said.speaker.name] = said.content[-1].end, addressee

    def targets(self, said: Statement) -> tuple[Speaker, ...]:
        """Whom a statement is aimed at; nobody where its act is seldom aimed at anyone and its words name none."""
        own = self._own_side(said)
        if said.act in self._words.aimed:
            found = self._object(said, own) or self._spoken_of_again(said, own) or self._in_content(said, own)
            found = found or self._described_object(said) or self._foe_again(said, own)
        elif own and (said.act in self._words.seldom_aimed or not (said.source or said.cue)):
            found = self._in_content(said, own)
        else:
            found = ()
        return tuple({one.name: one for one in found}.values())[:_MOST_TARGETS]

    def addressee(self, said: Statement) -> Speaker | None:
        """Whom it was said to: the object of a verb of telling, or who stands behind "in a letter to"."""
        if (asked := spoken_to(self._text, said)) is not None:
            return self._asked(asked)
        at = self._told_from(said)
        if at is None:
            return self._still_told(said)
        begins = [span.start for span in said.content if span.start >= at]
        if begins and not self._text[at : begins[0]].strip(' ,"“:'):
            return None
        own = self._own_side(said)
        objects = self._names_from(at, own)
        return objects[0] if objects else self._described(at)

    def _asked(self, span: Span) -> Speaker:
        """Whom a resolution speaks to: the actor that the phrase is, or the phrase."""
        phrase = " ".join(self._text[span.start : span.end].split())
        name = _DETERMINER.sub("", phrase)
        whole = [
            m for m in self._between(span.start, span.end + 1) if span.end - m.start <= len(name) <= m.end - m.start + 4
        ]
        if whole and whole[0].end == span.end:
            return self._who(whole[0])
        return self._identifier.identify(Speaker(name=name, basis=SpeakerBasis.DESCRIPTION, evidence=span))

    def _still_told(self, said: Statement) -> Speaker | None:
        """Whom the speaker spoke to just before, within the same or the next paragraph."""
        if said.speaker is None or said.speaker.name not in self._told:
            return None
        end, addressee = self._told[said.speaker.name]
        gap = self._text[end : said.content[0].start]
        if addressee is None or said.within is not None or gap.count("\n\n") > 1:
            return None
        return replace(addressee, basis=SpeakerBasis.ELIDED)

    def _told_from(self, said: Statement) -> int | None:
        """Where in the text the words for the one spoken to begin."""
        for span in said.cue:
            cue = self._text[span.start : span.end].lower()
            for phrase in self._words.to_whom:
                found = re.search(rf"\b{phrase}\b", cue)
                if found:
                    return span.start + found.end()
            verbs = [m for m in _WORD.finditer(cue) if _is_form_of(m.group(), self._words.tells)]
            if verbs:
                return span.start + verbs[-1].end()
        return None

    def _own_side(self, said: Statement) -> frozenset[str]:
        """Names of the speaker and of the state it belongs to: nobody aims at its own side without saying so."""
        if said.speaker is None:
            return frozenset()
        state = self._identifier.state(said.speaker.country or self._country_of_signer(said.speaker))
        return frozenset([said.speaker.name, *([state.name] if state else [])])

    def _country_of_signer(self, speaker: Speaker) -> str | None:
        """Of a signer whom the catalogue does not know: the last country named beside the name."""
        if speaker.basis is not SpeakerBasis.SIGNED or speaker.evidence is None or speaker.id is not None:
            return None
        end = self._text.find("\n", speaker.evidence.end)
        near = self._between(speaker.evidence.start, end if end > 0 else len(self._text))
        codes = [m.who.country for m in near if m.is_country]
        return codes[-1] if codes and end - speaker.evidence.start < 400 else None

    def _object(self, said: Statement, own: frozenset[str]) -> tuple[Speaker, ...]:
        """Whom the verb of the cue has as its object: "accused Moscow of", "urged lawmakers to"."""
        if not said.cue:
            return ()
        in_cue = [m for span in said.cue for m in self._between(span.start, span.end) if m.who.name not in own]
        end = max(span.end for span in said.cue)
        if end > said.content[-1].start:
            return tuple(self._who(m) for m in in_cue[:1])
        word = _WORD.match(self._text, end + 1)
        if word and word.group().lower() in self._words.objects and (again := self._carried(said, own)):
            return again
        return self._names_from(end, own) or tuple(self._who(m) for m in in_cue[:1])

    def _names_from(self, at: int, own: frozenset[str]) -> tuple[Speaker, ...]:
        """The actors of the phrase that begins here, if it names any; a pronoun stands for the last one of its kind."""
        words = list(_WORD.finditer(self._text, at, at + _OBJECT_REACH))
        first = words[0].group().lower() if words else ""
        if first in self._words.objects:
            found = self._last_before(at, own, is_person=first in self._words.person_pronouns)
            return (replace(found, basis=SpeakerBasis.PRONOUN),) if found else ()
        end = self._object_end(at, words)
        inside = [m for m in self._between(at, end + 1) if m.start < end]
        if not inside or inside[0].who.name in own or self._is_no_actor(inside[0]):
            return ()
        officer = self._officer_of(inside[0])
        return (officer,) if officer else self._with_joined(inside[0], own)

    def _object_end(self, at: int, words: Sequence[re.Match[str]]) -> int:
        """Where a noun phrase that begins here ends at the latest."""
        end = at
        for word in words:
            gap = self._text[end : word.start()]
            if (end > at and word.group().lower() in self._words.object_ends) or any(
                sign in gap for sign in ',;:\n"“—–('
            ):
                break
            end = word.end()
        return end

    def _described(self, at: int) -> Speaker | None:
        """A phrase without a name: "lawmakers", "an audience in the town"."""
        end = self._object_end(at, list(_WORD.finditer(self._text, at, at + _OBJECT_REACH)))
        phrase = _DETERMINER.sub("", self._text[at:end].strip(" ."))
        if not phrase or phrase.lower() in self._words.nobody or phrase.lower().split()[0] in self._words.object_ends:
            return None
        start = self._text.index(phrase, at)
        span = Span(start, start + len(phrase))
        return self._identifier.identify(Speaker(name=phrase, basis=SpeakerBasis.DESCRIPTION, evidence=span))

    def _described_object(self, said: Statement) -> tuple[Speaker, ...]:
        """An object without a name that the catalogue knows as people or a body: "the government", "protesters"."""
        end = max((span.end for span in said.cue), default=-1)
        if said.act not in self._words.asking or end < 0 or end > said.content[-1].start:
            return ()
        found = self._described(end)
        if found is None or found.evidence is None or self._text[found.evidence.end :][:4] != " to ":
            return ()
        return (found,) if found.sector or found.id else ()

    def _foe_again(self, said: Statement, own: frozenset[str]) -> tuple[Speaker, ...]:
        """Whom a threat or an accusation means that names nobody: in a signed text the state it speaks of most."""
        if said.act not in (Act.THREATEN, Act.ACCUSE):
            return ()
        if not said.cue and (again := self._carried(said, own)):
            return again
        if said.speaker is None or said.speaker.basis is not SpeakerBasis.SIGNED:
            return ()
        states = [m.who for m in self._actors if m.is_country and m.who.name not in own]
        named = Counter(who.name for who in states)
        most = max(states, key=lambda who: named[who.name], default=None)
        return (replace(most, basis=SpeakerBasis.ELIDED),) if most else ()

    def _spoken_of_again(self, said: Statement, own: frozenset[str]) -> tuple[Speaker, ...]:
        """Behind "they", "you" or "such a game" at the head of the content whom the speaker aimed at before."""
        if said.act not in self._words.going_on:
            return ()
        head = self._text[said.content[0].start : said.content[0].start + _BESIDE].lstrip("\"“'‘ ").lower()
        first = head.split(maxsplit=1)[0].strip(",.") if head.split() else ""
        is_own_voice = not said.source or said.kind is StatementKind.DIRECT  # else "he" is who says it
        told = (first in self._words.pronouns and is_own_voice) or head.startswith(self._words.the_foe)
        return self._carried(said, own) if told else ()

    def _carried(self, said: Statement, own: frozenset[str]) -> tuple[Speaker, ...]:
        """Whom the speaker's last statements were aimed at."""
        before = self._last.get(said.speaker.name, []) if said.speaker else []
        last: tuple[Speaker, ...] = next((told for told in reversed(before[-_REMEMBERED:]) if told), ())
        return tuple(replace(one, basis=SpeakerBasis.ELIDED) for one in last if one.name not in own)

    def _in_content(self, said: Statement, own: frozenset[str]) -> tuple[Speaker, ...]:
        """The actor of the content that most likely does what is spoken of, with those joined to it."""
        inside = [m for span in said.content for m in self._between(span.start, span.end)]
        weighed = [(self._weight(m, said), m) for m in inside if m.who.name not in own]
        best = max(weighed, key=lambda pair: (pair[0], -pair[1].start), default=None)
        if best is None or best[0] < 0 or self._is_about_another(said, best, own):
            return ()
        return self._with_joined(best[1], own)

    def _is_about_another(self, said: Statement, best: tuple[int, ActorMention], own: frozenset[str]) -> bool:
        """Whether an accusation goes on against the same as before and only touches whom it names now, in passing."""
        if said.cue or said.act is not Act.ACCUSE or best[0] > 0:
            return False
        is_subject = best[1].start - said.content[0].start < _SUBJECT_REACH
        before = {one.name for one in self._carried(said, own)}
        return bool(before) and not is_subject and before.isdisjoint(m.who.name for m in self._joined(best[1]))

    def _weight(self, mention: ActorMention, said: Statement) -> int:
        """Above nought for who does a deed, below it for where and to whom it is done."""
        is_blaming = said.act in self._words.blaming
        word, noun = self._words_before(mention)
        if self._is_no_actor(mention) or self._text[max(0, mention.start - 1) : mention.start] == "-":  # "anti-U.S."
            return -2
        if word in self._words.where or (is_blaming and word == "of" and noun in self._words.harmed):
            return -2
        if is_blaming and word in self._words.done_to:
            return -1
        return 1 if is_blaming and word in self._words.done_by else 0

    def _words_before(self, mention: ActorMention) -> tuple[str, str]:
        """The preposition or whatever stands before a mention, and the word before that; articles passed over."""
        before = self._text[max(0, mention.start - _BESIDE) : mention.start].lower().split()
        passed = self._words.parts | {"the", "its", "their"}
        kept = [word for at, word in enumerate(before) if word not in passed or at < len(before) - 3]
        return (kept[-1] if kept else ""), (kept[-2] if len(kept) > 1 else "")

    def _is_no_actor(self, mention: ActorMention) -> bool:
        """Whether a country's name only says which war or peninsula is meant."""
        behind = _NOUN.match(self._text, mention.end, mention.end + _BESIDE)
        return mention.is_country and behind is not None and behind[1].lower() in self._words.no_actors

    def _with_joined(self, first: ActorMention, own: frozenset[str]) -> tuple[Speaker, ...]:
        return tuple(self._who(m) for m in self._joined(first) if m.who.name not in own)

    def _joined(self, first: ActorMention) -> Iterator[ActorMention]:
        """The mention and those that "and" and commas join to it."""
        yield first
        end = first.end
        for mention in self._actors[bisect_right(self._starts, first.start) :]:
            if not _JOINT.fullmatch(self._text[end : mention.start]):
                return
            yield mention
            end = mention.end

    def _who(self, mention: ActorMention) -> Speaker:
        """Whom a mention means; the state where it is the government of somebody."""
        behind = _NOUN.match(self._text, mention.end, mention.end + _BESIDE)
        if mention.is_country:
            return self._people_of(mention, behind)
        if (mention.who.id or "").startswith("person:"):
            state = self._identifier.state(mention.who.country)
            if behind and state and behind[1].lower() in self._words.governs:
                return replace(state, basis=SpeakerBasis.TITLE, evidence=mention.who.evidence)
        return mention.who

    def _officer_of(self, mention: ActorMention) -> Speaker | None:
        """The person whose title begins with the country: "U.S. Secretary of State Moren"."""
        if not mention.is_country:
            return None
        after = self._actors[bisect_right(self._starts, mention.start) :][:1]
        if not after or not after[0].is_person or after[0].start - mention.end > _TITLE_REACH:
            return None
        title = self._text[mention.end : after[0].start]
        words = [fold(word) for word in title.split()]
        is_title = bool(words) and words[-1] in load_mention_words().titles | {"state"} and "," not in title
        return after[0].who if is_title else None

    def _people_of(self, mention: ActorMention, behind: re.Match[str] | None) -> Speaker:
        """The state, but for "Chinese automakers", who are not China."""
        if behind is None or not behind[1].islower() or self._text[mention.end : mention.end + 2] in ("'s", "’s"):
            return mention.who
        span = Span(mention.start, behind.end(1))
        phrase = self._text[span.start : span.end]
        found = self._identifier.identify(Speaker(name=phrase, basis=SpeakerBasis.DESCRIPTION, evidence=span))
        return found if found.id is None and found.sector in _NOT_STATE else mention.who

    def _last_before(self, at: int, own: frozenset[str], *, is_person: bool) -> Speaker | None:
        for mention in reversed(self._actors[: bisect_left(self._starts, at)]):
            if mention.is_person == is_person and mention.who.name not in own and not self._is_no_actor(mention):
                return mention.who
        return None

    def _between(self, start: int, end: int) -> list[ActorMention]:
        """Mentions that lie in the half-open span."""
        inside = self._actors[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return [m for m in inside if m.end <= end]


def _is_form_of(word: str, verbs: frozenset[str]) -> bool:
    """Whether a word is a regular form of one of the verbs, or "told"."""
    lowered = word.lower()
    bare = {lowered, lowered[:-1], lowered[:-2], lowered[:-3], f"{lowered[:-3]}e", f"{lowered[:-3]}y"}
    return lowered == "told" or bool(bare & verbs)
