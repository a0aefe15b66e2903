import numpy as np
import pytest

from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.acts import ACTS, Wording
from onrecord.reading.acts import Judgement, judge, rule_act
from onrecord.records import Act

NOTHING = np.zeros(0, np.int64)


@pytest.mark.parametrize(
    ("cue", "content", "act"),
    [
        ("vowed", "to rebuild the port", "commit"),
        ("has openly pledged", "to expand the fleet", "commit"),
        ("called for", "an end to the blockade", "demand"),
        ("is calling on", "all sides to talk", "demand"),
        ("accused", "the neighbours of spying", "accuse"),
        ("admitted", "the plan failed", "admit"),
        ("denies", "the charge", "deny"),
        ("declined to comment", "on the talks", "refuse"),
        ("ordered", "the fleet to sail", "order"),
        ("said", "the bridge was open", "assert"),
        ("said", "the bridge is likely to stay shut", "assess"),
        ("said", "the government should resign", "demand"),
        ("believes", "the worst is over", "assess"),
        ("praised", "the nurses", "support"),
    ],
)
def test_what_the_words_do(cue: str, content: str, act: str) -> None:
    assert rule_act(cue, content, passes_on=False, lexicon=load_speech_lexicon()) == act


def test_a_neutral_cue_over_another_statement_only_reports() -> None:
    lexicon = load_speech_lexicon()
    assert rule_act("said", "Orlan vowed to fight", passes_on=True, lexicon=lexicon) == "report"
    assert rule_act("denied", "Orlan vowed to fight", passes_on=True, lexicon=lexicon) == "deny"


def judged(cue: str, content: str, act: Act = Act.ASSERT, *, ruled: Act = Act.ASSERT) -> Judgement:
    """The judgement where the network is sure of `act` and the word lists say `ruled`."""
    links = np.zeros(4, np.float32)
    wording = Wording("", cue, content, False, False, ruled, links, NOTHING, NOTHING, np.zeros(len(Act), np.float32))
    return judge(wording, np.eye(len(ACTS), dtype=np.float32)[ACTS.index(act)], load_speech_lexicon())


def test_the_act_is_the_one_with_the_best_chance() -> None:
    assert [judged("said", "it will rain", act).act for act in Act] == list(Act)


def test_word_lists_are_obeyed_where_they_know_better_and_a_cue_shows_it() -> None:
    assert judged("admitted", "the plan failed", ruled=Act.ADMIT).act == Act.ADMIT
    assert judged("vowed", "to act", ruled=Act.COMMIT).act == Act.ASSERT
    assert judged("", "we will not accept it", ruled=Act.REFUSE).act == Act.ASSERT


def test_modality_shows_in_flags() -> None:
    hedged, conditional = judged("said", "it may rain"), judged("said", "they will strike back if attacked")
    negated = judged("didn't say", "when")
    assert (hedged.hedged, conditional.conditional, negated.negated) == (True, True, True)
    assert (hedged.conditional, hedged.negated) == (False, False)


@pytest.mark.parametrize(
    ("cue", "content", "hedged"),
    [
        ("is considering", "a second bridge", True),
        ("said", "the ferry supposedly sank", True),
        ("said", "the ferry sails on May 3", False),
        ("said", "the full might of the fleet was shown", False),
        ("reportedly", "the ferry sank", False),  # the reporter's doubt
        ("is expected", "to open the bridge", False),
    ],
)
def test_only_the_speakers_own_doubt_is_a_hedge(cue: str, content: str, hedged: bool) -> None:
    assert judged(cue, content).hedged is hedged


def test_who_only_passes_on_hedges_nothing() -> None:
    assert not judged("said", "it may rain", Act.REPORT).hedged


@pytest.mark.parametrize(
    ("cue", "content", "conditional"),
    [
        ("did not say", "if the ferry would sail", False),
        ("said", "if the ferry sails, they will board it", True),
        ("said", "they act as if nothing had happened", False),
        ("said", "it would have burnt down but for the rain", True),
    ],
)
def test_a_condition_is_no_question_and_no_comparison(cue: str, content: str, conditional: bool) -> None:
    assert judged(cue, content).conditional is conditional
