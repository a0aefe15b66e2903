"""Entities of long texts: what is far apart still meets by name; effort grows with the text, not with its square."""

from __future__ import annotations

import time

import numpy as np
import pytest

from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.meaning import Meaning
from onrecord.reading.coreference import Entity, EntityIndex, find_entities
from onrecord.reading.mentions import Mention
from onrecord.reading.names import find_names
from onrecord.records import Span


@pytest.fixture(scope="module")
def lexicon():
    return load_speech_lexicon()


@pytest.fixture
def unknowing():
    """Builds what a network would tell that takes no two mentions for the same."""

    def meaning(words: int) -> Meaning:
        none = np.zeros((words, 0), np.float32)
        return Meaning(
            first_piece=np.arange(words, dtype=np.int32),
            acts=none,
            events=none,
            modality=none,
            roles=np.zeros((words, 4, 1), np.float32),
            mentions=none,
            same=np.zeros((words, 4, 1), np.float32),
            null=np.full(3, 4.0, np.float32),
            distance=np.zeros((3, 36), np.float32),
            act_weight=none,
            act_bias=none,
        )

    return meaning


def entities_of(words: list[str], meaning: Meaning, lexicon) -> list[Entity]:
    text = " ".join(words)
    starts = np.cumsum([0, *(len(word) + 1 for word in words)])
    mentions = [
        Mention(span=Span(int(at), int(at) + len(word)), words=(n, n), kind="person", chance=0.9)
        for n, (at, word) in enumerate(zip(starts, words, strict=False))
        if word[0].isupper()
    ]
    return find_entities(text, mentions, meaning, find_names(text, lexicon), lexicon)


def test_a_name_meets_its_like_however_far_apart(unknowing, lexicon):
    between = [f"Person{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}" for n in range(3000)]
    found = entities_of(["Okoye", *between, "Okoye"], unknowing(3002), lexicon)
    assert len(found) == 3001
    assert len(found[0].mentions) == 2


def test_four_times_the_text_takes_four_times_the_effort(unknowing, lexicon):
    def effort(count: int) -> float:
        words = ["Okoye", "said"] * count
        begun = time.process_time()
        entities_of(words, unknowing(len(words)), lexicon)
        return time.process_time() - begun

    effort(500)
    assert min(effort(8000) for _ in range(3)) < 8 * min(effort(2000) for _ in range(3))


def test_whose_mention_stands_there():
    def entity(*spans: tuple[int, int]) -> Entity:
        mentions = tuple(Mention(span=Span(*s), words=(0, 0), kind="person", chance=1.0) for s in spans)
        return Entity(mentions=mentions, kind="person", name=None, shown=None, pronouns=frozenset())

    whole, inner = entity((0, 30), (50, 55)), entity((20, 30))
    index = EntityIndex([whole, inner])
    assert index.at(0, 28) is whole
    assert index.at(21, 30) is inner
    assert index.at(50, 55) is whole
    assert index.at(31, 49) is None
    assert EntityIndex([]).at(0, 5) is None
