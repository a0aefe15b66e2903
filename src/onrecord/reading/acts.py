"""What a statement does, as the network or the word lists know better; whether it is hedged and the like, by words."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onrecord.lexicon.speech import Phrases, SpeechLexicon
from onrecord.models.acts import ACTS, Wording
from onrecord.records import Act

__all__ = ["Judgement", "act_words", "best_act", "judge", "rule_act"]

_WORD = re.compile(r"n['’]t|[^\W\d_]+(?:-[^\W\d_]+)*")
# Acts that the word lists know better by the cue than the network does: it has seen too few of them. Of our own labels
# (articles left out) the lists are right of 84 % of those that they take for one of these, the network of 67 %.
_SURE = frozenset({Act.ADMIT, Act.DENY, Act.REFUSE})
_MAY = re.compile(r"\bMay\b")  # the month, a name or a wish


class Judgement(NamedTuple):
    """The act and its modality."""

    act: Act
    hedged: bool
    conditional: bool
    negated: bool


def judge(wording: Wording, chances: NDArray[np.float32], lexicon: SpeechLexicon) -> Judgement:
    """Judge a statement by the chances that the network gives each of `ACTS`, and by its words."""
    act = best_act(wording, chances)
    cue, content = _words(wording.cue), _words(wording.content)
    lowered = " ".join(content)
    open_words = " ".join(_words(_MAY.sub(" ", wording.content)))
    negated = any(w in lexicon.negated_cue for w in cue)
    told_whether = negated and lowered.startswith("if ")  # "did not say if"
    return Judgement(
        act=act,
        hedged=act is not Act.REPORT
        and (lexicon.hedged.search(open_words) is not None or any(w in lexicon.hedged_cue for w in cue)),
        conditional=not told_whether and lexicon.conditional.search(lowered) is not None,
        negated=negated,
    )


def best_act(wording: Wording, chances: NDArray[np.float32]) -> Act:
    """The act with the best chance, or what the word lists say of a cue that they know better."""
    sure = bool(wording.cue) and wording.ruled in _SURE
    return wording.ruled if sure else ACTS[int(chances.argmax())]


def rule_act(cue: str, content: str, *, passes_on: bool, lexicon: SpeechLexicon) -> Act:
    """What the word lists say of one statement.

    Args:
        cue: text of the cue; empty where there is none.
        content: text of the content.
        passes_on: another statement fills the content, so that a neutral cue only reports it.
    """
    told, neutral = _match(_words(cue), lexicon.acts), _match(_words(cue), lexicon.neutral)
    if passes_on and (neutral is not None or told in (None, Act.ASSERT)):
        return Act.REPORT
    if told is not None and told is not Act.ASSERT:
        return told
    for signs, act in lexicon.content:
        if signs.search(content.lower()):
            return act
    return told or Act.ASSERT


def act_words(cue: str, act: Act, lexicon: SpeechLexicon) -> list[tuple[int, int]]:
    """Where in a cue the words stand by which the lists know its act; nowhere if they know it for another or none."""
    places = [(found.start(), found.end(), found.group().lower()) for found in _WORD.finditer(cue)]
    for phrases in (lexicon.acts, lexicon.neutral):
        told, at = _find([word for *_, word in places], phrases)
        if at:
            is_it = told is act or (phrases is lexicon.neutral and act in (Act.ASSERT, Act.REPORT))
            return [places[number][:2] for number in at] if is_it else []
    return []


def _match(words: list[str], phrases: Phrases) -> Act | None:
    """The act of the longest phrase whose words stand in order, small words between them allowed."""
    return _find(words, phrases)[0]


def _find(words: list[str], phrases: Phrases) -> tuple[Act | None, list[int]]:
    """That act, and the numbers of the words."""
    for phrase, act in phrases.among(set(words)):
        at: list[int] = []
        for forms in phrase:
            begin = at[-1] + 1 if at else 0
            hit = next((i for i in range(begin, len(words)) if words[i] in forms), None)
            if hit is None or (at and hit - begin > 2):
                break
            at.append(hit)
        if len(at) == len(phrase):
            return act, at
    return None, []


def _words(text: str) -> list[str]:
    # "didn't" -> "did", "n't"
    return [w.lower() for w in _WORD.findall(re.sub(r"(?=n['’]t\b)", " ", text))]
