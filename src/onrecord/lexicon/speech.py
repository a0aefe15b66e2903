"""Words of reporting and of persons: which cue does what, which words are titles, pronouns, organisations."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from msgspec import Struct

from onrecord.records import Act, Strength

__all__ = ["SpeechLexicon", "load_speech_lexicon"]

Phrase = tuple[tuple[frozenset[str], ...], Act]  # each word as the set of its forms


class Phrases(Struct, frozen=True):
    """Phrases, longest first, found by any form of their first word."""

    by_first: dict[str, tuple[tuple[int, Phrase], ...]]

    def among(self, words: Iterable[str]) -> list[Phrase]:
        """Those whose first word is one of `words`, longest first."""
        ranked = {rank: phrase for word in words for rank, phrase in self.by_first.get(word, ())}
        return [ranked[rank] for rank in sorted(ranked)]


class SpeechLexicon(Struct, frozen=True, kw_only=True):
    """Loaded once from `data/speech.toml` and `data/forenames.toml`.

    All words are lower-case but for the keys of `acronyms` and `metonyms`.
    """

    acts: Phrases
    neutral: Phrases
    content: tuple[tuple[re.Pattern[str], Act], ...]  # over lower-cased text
    hedged: re.Pattern[str]  # over lower-cased words of a content, a blank between them
    hedged_cue: frozenset[str]
    conditional: re.Pattern[str]  # over lower-cased words, a blank between them
    negated_cue: frozenset[str]
    strength: tuple[tuple[frozenset[str], Strength], ...]  # first words of phrases in all their forms, firmest first
    pronouns: dict[str, frozenset[str]]  # person, speaker, thing, many, unnamed, relative
    titles: frozenset[str]
    male: frozenset[str]  # titles and first names, without accents
    female: frozenset[str]
    families: frozenset[str]  # family names that come first, without accents
    portfolios: frozenset[str]  # what ministers are ministers of, word by word
    nationalities: frozenset[str]
    countries: frozenset[str]  # those that are first names as well
    documents: frozenset[str]
    surnames: frozenset[str]  # those of them that people are called as well
    qualifiers: frozenset[str]
    openings: frozenset[str]  # capitals at the beginning of a sentence that begin no name
    organisations: frozenset[str]
    places: frozenset[str]
    acronyms: dict[str, str]
    metonyms: dict[str, str]


@lru_cache(maxsize=1)
def load_speech_lexicon() -> SpeechLexicon:
    """The shipped lexicon; read from disk once."""
    data = files("onrecord") / "data"
    raw = tomllib.loads((data / "speech.toml").read_text(encoding="utf-8"))
    forenames = tomllib.loads((data / "forenames.toml").read_text(encoding="utf-8"))
    irregular: dict[str, list[str]] = raw["irregular"]
    acts = [(_forms(phrase, irregular), Act(act)) for act, phrases in raw["acts"].items() for phrase in phrases]
    neutral = [(_forms(phrase, irregular), Act.ASSERT) for phrase in raw["neutral"]["cues"]]
    return SpeechLexicon(
        acts=_longest_first(acts),
        neutral=_longest_first(neutral),
        content=tuple((_any_of(signs), Act(act)) for act, signs in raw["content"].items()),
        hedged=_any_of(raw["flags"]["hedged"], but=raw["flags"]["not_hedged"]),
        hedged_cue=frozenset(raw["flags"]["hedged_cue"]),
        conditional=_any_of(raw["flags"]["conditional"], but=raw["flags"]["not_conditional"]),
        negated_cue=frozenset(raw["flags"]["negated_cue"]),
        strength=tuple(
            (frozenset().union(*(_forms(phrase, irregular)[0] for phrase in phrases)), Strength(name))
            for name, phrases in raw["strength"].items()
        ),
        pronouns={kind: frozenset(words) for kind, words in raw["pronouns"].items()},
        families=frozenset(forenames["family"].split()),
        documents=frozenset(raw["documents"]["words"]),
        portfolios=frozenset(raw["titles"]["portfolios"]),
        nationalities=frozenset(raw["nationalities"]["words"]),
        countries=frozenset(raw["countries"]["words"]),
        titles=frozenset(raw["titles"]["words"]),
        male=frozenset((*raw["titles"]["male"], *forenames["male"].split())),
        female=frozenset((*raw["titles"]["female"], *forenames["female"].split())),
        surnames=frozenset(raw["titles"]["surnames"]),
        qualifiers=frozenset(raw["titles"]["qualifiers"]),
        openings=frozenset(raw["openings"]["words"]),
        organisations=frozenset(raw["organisations"]["words"]),
        places=frozenset(raw["places"]["words"]),
        acronyms=raw["acronyms"],
        metonyms=raw["metonyms"],
    )


def _any_of(signs: Iterable[str], *, but: Iterable[str] = ()) -> re.Pattern[str]:
    """Any of the signs as whole words; `but` are phrases that a sign opens or closes without meaning it there."""
    not_here = "".join(rf"(?!{re.escape(phrase)}\b)" for phrase in but)
    not_after = "".join(rf"(?<!\b{re.escape(phrase)})" for phrase in but)
    return re.compile(rf"\b{not_here}(?:{'|'.join(map(re.escape, signs))})\b{not_after}")


def _longest_first(phrases: Iterable[Phrase]) -> Phrases:
    by_first: dict[str, list[tuple[int, Phrase]]] = defaultdict(list)
    for rank, phrase in enumerate(sorted(phrases, key=lambda item: -len(item[0]))):
        for form in phrase[0][0]:
            by_first[form].append((rank, phrase))
    return Phrases({form: tuple(found) for form, found in by_first.items()})


def _forms(phrase: str, irregular: dict[str, list[str]]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({word, *irregular.get(word, _inflections(word))}) for word in phrase.split())


def _inflections(word: str) -> set[str]:
    """Regular forms of an English verb (and the plural of a noun).

    >>> sorted(_inflections("deny"))
    ['denied', 'denies', 'denying']
    """
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return {f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing"}
    if word.endswith("e"):
        return {f"{word}s", f"{word}d", f"{word[:-1]}ing"}
    forms = {f"{word}s", f"{word}ed", f"{word}ing"}
    if re.search(r"(s|x|z|ch|sh)$", word):
        forms |= {f"{word}es"}
    if re.search(r"[^aeiou][aeiou][bdgmnprt]$", word):
        forms |= {f"{word}{word[-1]}ed", f"{word}{word[-1]}ing"}
    return forms
