import pytest

from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.reading.acts import judge_act


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
    assert judge_act(cue, content, passes_on=False, lexicon=load_speech_lexicon()).act == act


def test_a_neutral_cue_over_another_statement_only_reports() -> None:
    lexicon = load_speech_lexicon()
    assert judge_act("said", "Orlan vowed to fight", passes_on=True, lexicon=lexicon).act == "report"
    assert judge_act("denied", "Orlan vowed to fight", passes_on=True, lexicon=lexicon).act == "deny"


def test_modality_shows_in_flags() -> None:
    lexicon = load_speech_lexicon()
    hedged = judge_act("said", "it may rain", passes_on=False, lexicon=lexicon)
    conditional = judge_act("said", "they will strike back if attacked", passes_on=False, lexicon=lexicon)
    negated = judge_act("didn't say", "when", passes_on=False, lexicon=lexicon)
    assert (hedged.hedged, conditional.conditional, negated.negated) == (True, True, True)
    assert (hedged.conditional, hedged.negated) == (False, False)
