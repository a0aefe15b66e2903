"""What the reader's network says of words besides attribution: mentions, which mean the same, events, acts.

The heads are described in `training/attribution/network.py`, their labels in `training/attribution/marks.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onrecord.models.wording import Window, Words
from onrecord.records import Act

__all__ = ["EVENT_TYPES", "MENTION_KINDS", "MODALITIES", "Meaning", "log_softmax", "meaning_of", "nothing_meant"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

MENTION_KINDS = ("person", "organisation", "place")
EVENT_TYPES = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip
MODALITIES = ("asserted", "future", "hypothetical", "negated", "historical")
_ACTOR, _RECIPIENT = 0, 1
_LARGEST = 8  # of the sizes of distances, in powers of two


@dataclass(frozen=True)
class Meaning:
    """Of the W words of a text; a word's vectors come from the window that owns it."""

    first_piece: NDArray[np.int32]  # [W]: where each word begins, in word pieces
    acts: Floats  # [W, n]
    events: Floats  # [W, 1 + 16] log-probabilities of no event and of EVENT_TYPES
    modality: Floats  # [W, 5] log-probabilities, of MODALITIES, if the word tells an event
    roles: Floats  # [W, 4, n]: trigger for actors, actor, trigger for recipients, recipient
    mentions: Floats  # [W, 2, 1 + 2 * 3] log-probabilities; outer and inner; none, first and inside of MENTION_KINDS
    same: Floats  # [W, 4, n]: first and last word of a mention, first and last word of an earlier one
    null: Floats  # [3]: nothing earlier is meant, no actor, no recipient
    distance: Floats  # [3, 18] by signed distance in pieces
    act_weight: Floats  # [acts, 2 n]
    act_bias: Floats  # [acts]

    def act_chances(self, content: Ints, cue: Ints) -> Floats:
        """[acts] log-probabilities of what a statement does, by the numbers of the words of its content and its cue."""
        pooled = [self.acts[at].mean(axis=0) if len(at) else np.zeros(self.acts.shape[1]) for at in (content, cue)]
        return log_softmax(self.act_weight @ np.tanh(np.concatenate(pooled)) + self.act_bias)

    def same_scores(self, mentions: Sequence[tuple[int, int]], begin: int = 0) -> Floats:
        """[n - begin, 1 + n] for mentions in text order, (first, last) words: nothing earlier, or whom each means.

        The rows are those of the mentions from `begin` on. What is not earlier has no chance. Source: Lee et al. 2017,
        "End-to-end neural coreference resolution".
        """
        at = np.array(mentions, dtype=np.int64).reshape(-1, 2)
        own = at[begin:]
        here = self.same[own[:, 0], 0] + self.same[own[:, 1], 1]
        there = self.same[at[:, 0], 2] + self.same[at[:, 1], 3]
        scores = here @ there.T / np.sqrt(self.same.shape[2]) + self._near(0, own[:, 0], at[:, 0])
        scores[np.arange(len(own))[:, None] + begin <= np.arange(len(at))[None, :]] = -1e4
        return np.hstack([np.full((len(own), 1), self.null[0], np.float32), scores]).astype(np.float32)

    def party_scores(self, triggers: Sequence[int], parties: Sequence[int], *, recipients: bool) -> Floats:
        """[triggers, 1 + parties]: no party, or which of these words begins the actor (or the recipient)."""
        which = _RECIPIENT if recipients else _ACTOR
        to, of = np.array(triggers, dtype=np.int64), np.array(parties, dtype=np.int64)
        scores = self.roles[to, 2 * which] @ self.roles[of, 2 * which + 1].T / np.sqrt(self.roles.shape[2])
        scores = scores + self._near(1 + which, to, of)
        none = np.full((len(to), 1), self.null[1 + which], np.float32)
        return np.hstack([none, scores]).astype(np.float32)

    def pair_scores(self, words: Ints, actor: int | None, recipient: int | None) -> Floats:
        """[words, 16]: how much each of these words tells an event of each type between two parties, by their words."""
        scores = self.events[words, 1:] - self.events[words, :1]
        for party, recipients in ((actor, False), (recipient, True)):
            parties = [] if party is None else [party]
            scores = scores + self.party_scores(words.tolist(), parties, recipients=recipients)[:, -1:]
        return np.asarray(scores, dtype=np.float32)

    def _near(self, kind: int, here: Ints, there: Ints) -> Floats:
        apart = self.first_piece[there][None, :].astype(np.int64) - self.first_piece[here][:, None]
        size = np.ceil(np.log2(np.maximum(np.abs(apart), 1))).astype(int).clip(max=_LARGEST)
        return np.asarray(self.distance[kind][np.where(apart < 0, size, size + _LARGEST + 1)], dtype=np.float32)


def nothing_meant(words: Words) -> Meaning:
    """Of weights that know nothing but attribution: no mentions, no events."""
    count = len(words)
    none = np.zeros((count, 0), np.float32)
    certain = np.full((count, 1 + len(EVENT_TYPES)), -1e4, np.float32)
    certain[:, 0] = 0
    unmentioned = np.full((count, 2, 1 + 2 * len(MENTION_KINDS)), -1e4, np.float32)
    unmentioned[:, :, 0] = 0
    return Meaning(
        first_piece=words.first_piece[:-1],
        acts=none,
        events=certain,
        modality=np.zeros((count, len(MODALITIES)), np.float32),
        roles=np.zeros((count, 4, 1), np.float32),
        mentions=unmentioned,
        same=np.zeros((count, 4, 1), np.float32),
        null=np.zeros(3, np.float32),
        distance=np.zeros((3, 2 * _LARGEST + 2), np.float32),
        act_weight=np.zeros((len(Act), 0), np.float32),
        act_bias=np.zeros(len(Act), np.float32),
    )


def meaning_of(
    words: Words,
    windows: Sequence[Window],
    outputs: tuple[Sequence[Floats], Sequence[Floats]],
    tables: Mapping[str, NDArray[np.float32]],
) -> Meaning:
    """From what the network gave.

    Args:
        outputs: for each window [its words, sizes of what the last layer tells] and the same of the middle layer.
        tables: of the weights `rest_sizes`, `party_null`, `party_distance`, `act_weight` and `act_bias`.
    """
    sizes = tables["rest_sizes"].astype(int).tolist()
    rest = _owned(len(words), windows, outputs[0], sum(sizes[:4]))
    named = _owned(len(words), windows, outputs[1], sum(sizes[4:]))
    acts, events, modality, roles = np.split(rest, np.cumsum(sizes[:4])[:-1], axis=1)
    mentions, same = np.split(named, [sizes[4]], axis=1)
    count = len(words)
    return Meaning(
        first_piece=words.first_piece[:-1],
        acts=acts,
        events=log_softmax(events),
        modality=log_softmax(modality),
        roles=roles.reshape(count, 4, sizes[3] // 4),
        mentions=log_softmax(mentions.reshape(count, 2, sizes[4] // 2)),
        same=same.reshape(count, 4, sizes[5] // 4),
        null=tables["party_null"],
        distance=tables["party_distance"],
        act_weight=tables["act_weight"],
        act_bias=tables["act_bias"],
    )


def log_softmax(x: Floats) -> Floats:
    """Along the last axis."""
    x = x - x.max(axis=-1, keepdims=True) if x.size else x
    return np.asarray(x - np.log(np.exp(x).sum(axis=-1, keepdims=True)), dtype=np.float32)


def _owned(count: int, windows: Sequence[Window], outputs: Sequence[Floats], width: int) -> Floats:
    rows = np.zeros((count, width), np.float32)
    for window, output in zip(windows, outputs, strict=True):
        rows[window.own : window.end] = output[window.own - window.start :]
    return rows
