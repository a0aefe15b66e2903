"""What a statement does, from its cue and, under a neutral cue, from its content."""

from __future__ import annotations

import re
from typing import NamedTuple

from onrecord.lexicon.speech import Phrases, SpeechLexicon
from onrecord.records import Act

__all__ = ["Judgement", "judge_act"]

_WORD = re.compile(r"n['’]t|[^\W\d_]+(?:-[^\W\d_]+)*")


class Judgement(NamedTuple):
    """The act and its modality."""

    act: Act
    hedged: bool
    conditional: bool
    negated: bool


def judge_act(cue: str, content: str, *, passes_on: bool, lexicon: SpeechLexicon) -> Judgement:
    """Judge one statement by its words.

    Args:
        cue: text of the cue; empty where there is none.
        content: text of the content.
        passes_on: another statement fills the content, so that a neutral cue only reports it.
    """
    cue_words, content_words = _words(cue), _words(content)
    act = _act_of(cue_words, content.lower(), passes_on=passes_on, lexicon=lexicon)
    lowered = " ".join(content_words)
    return Judgement(
        act=act,
        hedged=act is not Act.REPORT and any(w in lexicon.hedged for w in content_words + cue_words),
        conditional=lexicon.conditional.search(lowered) is not None,
        negated=any(w in lexicon.negated_cue for w in cue_words),
    )


def _act_of(cue: list[str], content: str, *, passes_on: bool, lexicon: SpeechLexicon) -> Act:
    told = _match(cue, lexicon.acts)
    neutral = _match(cue, lexicon.neutral)
    if passes_on and (neutral is not None or told in (None, Act.ASSERT)):
        return Act.REPORT
    if told is not None and told is not Act.ASSERT:
        return told
    for signs, act in lexicon.content:
        if signs.search(content):
            return act
    return told or Act.ASSERT


def _match(words: list[str], phrases: Phrases) -> Act | None:
    """The act of the longest phrase whose words stand in order, small words between them allowed."""
    for phrase, act in phrases.among(set(words)):
        position, found = 0, 0
        for forms in phrase:
            hit = next((i for i in range(position, len(words)) if words[i] in forms), None)
            if hit is None or (found and hit - position > 2):
                break
            position, found = hit + 1, found + 1
        if found == len(phrase):
            return act
    return None


def _words(text: str) -> list[str]:
    # "didn't" -> "did", "n't"
    return [w.lower() for w in _WORD.findall(re.sub(r"(?=n['’]t\b)", " ", text))]
