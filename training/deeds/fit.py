"""Fits the models of deeds: which word tells which event, who acts at whom, which event stands between two parties."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC
from torch import Tensor

from onrecord.models.deeds import DeedModel
from onrecord.models.meaning import EVENT_TYPES
from training.deeds.data import SIDES, SIZE, Pair, Rows, Sentence, Told

torch.sparse.check_sparse_tensor_invariants.disable()  # torch warns unless told
EPOCHS, RATE, BATCH = 6, 0.05, 256
LOST = 0.15  # of a word's signs, so that none is relied on
KEPT = 0.4  # of the words that tell nothing
UNTOLD = 0.3  # chance, to one, that no word of a sentence with an event is seen to tell it
PAIR_WEIGHT, TOLD_WEIGHT, ALL_PAIRS = 1.0, 3.0, 0.3
SIDES_EPOCHS, SIDES_RATE, SIDES_BATCH, SIDES_LOST = 5, 0.1, 32, 0.3
MARGIN = 3.0  # what LinearSVC calls C
Floats = NDArray[np.float32]


def fit(
    sentences: Sequence[Sentence], pairs: Sequence[Pair], events: Sequence[Told], *, name: str, seed: int
) -> DeedModel:
    """All three models, rounded as they are shipped."""
    telling, telling_bias = fit_telling(sentences, pairs, seed)
    between, between_bias = fit_between(pairs)
    telling_whole, telling_steps = _rounded(telling)
    between_whole, between_steps = _rounded(between)
    sides, sides_steps = _rounded(fit_sides(events, seed))
    return DeedModel(
        name=name,
        telling=telling_whole,
        telling_steps=telling_steps,
        telling_bias=telling_bias,
        between=between_whole,
        between_steps=between_steps,
        between_bias=between_bias,
        sides=sides,
        sides_steps=sides_steps,
    )


def _rounded(table: Floats) -> tuple[NDArray[np.int8], Floats]:
    steps = np.abs(table).max(axis=0) / 127
    return np.round(table / steps).astype(np.int8), steps.astype(np.float32)


def fit_between(pairs: Sequence[Pair]) -> tuple[Floats, Floats]:
    """[signs, types] and [types]: a linear support vector machine, one type against the others."""
    rows = np.repeat(np.arange(len(pairs)), [len(pair.signs) for pair in pairs])
    columns = np.concatenate([pair.signs for pair in pairs])
    weights = np.concatenate([pair.weights for pair in pairs])
    seen = csr_matrix((weights, (rows, columns)), shape=(len(pairs), SIZE))
    roots = [_root(pair.kinds) for pair in pairs]
    machine = LinearSVC(C=MARGIN, random_state=0).fit(seen, roots)
    at = [machine.classes_.tolist().index(_root((kind,))) for kind in range(len(EVENT_TYPES))]
    return machine.coef_[at].T.astype(np.float32), machine.intercept_[at].astype(np.float32)


def _root(kinds: Sequence[int]) -> str:
    """PLV does not tell CONCEDE from RETREAT."""
    name = EVENT_TYPES[kinds[0]]
    return "CONCEDE" if name == "RETREAT" else name


def fit_telling(sentences: Sequence[Sentence], pairs: Sequence[Pair], seed: int) -> tuple[Floats, Floats]:
    """[signs, 1 + types] and [1 + types].

    Words of labelled sentences are told their event; of a sentence with an event between two parties, one word is.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)
    table = torch.nn.EmbeddingBag(SIZE, 1 + len(EVENT_TYPES), mode="sum", sparse=True)
    torch.nn.init.zeros_(table.weight)
    bias = torch.zeros(1 + len(EVENT_TYPES), requires_grad=True)
    optimizer = torch.optim.Adagrad([*table.parameters(), bias], lr=RATE)
    words, bags = _labelled(sentences, rng), [pair for pair in pairs if pair.words]
    for _ in range(EPOCHS):
        rng.shuffle(words)
        rng.shuffle(bags)
        count = -(-len(words) // BATCH)
        share = -(-len(bags) // count)
        for number in range(count):
            loss = _loss_of_words(table, bias, words[number * BATCH : (number + 1) * BATCH])
            some = bags[number * share : (number + 1) * share]
            if some:
                loss = loss + ALL_PAIRS * _loss_of_bags(table, bias, some)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return table.weight.detach().numpy(), bias.detach().numpy()


def _labelled(sentences: Sequence[Sentence], rng: random.Random) -> list[tuple[Rows, int]]:
    return [
        (signs, event)
        for sentence in sentences
        for signs, event in zip(sentence.signs, sentence.events, strict=True)
        if len(signs) and (event > 0 or (event == 0 and rng.random() < KEPT))
    ]


def fit_sides(events: Sequence[Told], seed: int) -> Floats:
    """[signs, 2]: which mention of its sentence, or nobody, is an event's actor, and its recipient."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    table = torch.nn.EmbeddingBag(SIDES, 2, mode="sum", sparse=True)
    torch.nn.init.zeros_(table.weight)
    optimizer = torch.optim.Adagrad(table.parameters(), lr=SIDES_RATE)
    order = list(events)
    for _ in range(SIDES_EPOCHS):
        rng.shuffle(order)
        for number in range(0, len(order), SIDES_BATCH):
            loss = _loss_of_sides(table, order[number : number + SIDES_BATCH])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return table.weight.detach().numpy()


def _loss_of_sides(table: torch.nn.EmbeddingBag, events: Sequence[Told]) -> Tensor:
    seen = [rows[torch.rand(len(rows)).numpy() > SIDES_LOST] for event in events for rows in event.signs]
    scores = (_scores(table, torch.zeros(2), seen) / (1 - SIDES_LOST)).split([len(event.signs) for event in events])
    loss = scores[0].sum() * 0
    for event, own in zip(events, scores, strict=True):
        for side, at in enumerate(event.sides):
            if at:
                loss = loss - torch.logsumexp(torch.log_softmax(own[:, side], dim=0)[at], dim=0)
    return loss / len(events)


def _scores(table: torch.nn.EmbeddingBag, bias: Tensor, rows: Sequence[Rows]) -> Tensor:
    starts = np.cumsum([0, *(len(each) for each in rows)])[:-1]
    return table(torch.from_numpy(np.concatenate(rows)), torch.from_numpy(starts)) + bias


def _loss_of_words(table: torch.nn.EmbeddingBag, bias: Tensor, words: Sequence[tuple[Rows, int]]) -> Tensor:
    seen = [rows[torch.rand(len(rows)).numpy() > LOST] for rows, _ in words]
    scores = (_scores(table, bias, seen) - bias) / (1 - LOST) + bias
    dropped = torch.zeros(scores.shape[1])
    dropped[0] = np.log(KEPT)  # as many of those that tell nothing are here
    return F.cross_entropy(scores + dropped, torch.tensor([event for _, event in words]))


def _loss_of_bags(table: torch.nn.EmbeddingBag, bias: Tensor, bags: Sequence[Pair]) -> Tensor:
    scores = _scores(table, bias, [rows for bag in bags for rows in bag.words])
    odds = (scores[:, 1:] - scores[:, :1]).split([len(bag.words) for bag in bags])
    none = torch.full((1,), float(np.log(UNTOLD)))
    loss = torch.zeros(())
    for bag, own in zip(bags, odds, strict=True):
        chances = torch.log_softmax(torch.cat([none, torch.logsumexp(own, dim=0)]), dim=0)
        weight = TOLD_WEIGHT if bag.is_placed else PAIR_WEIGHT
        loss = loss - weight * torch.logsumexp(chances[[1 + kind for kind in bag.kinds]], dim=0)
    return loss / len(bags)
