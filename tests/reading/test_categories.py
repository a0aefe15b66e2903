"""Categories of the user's own: told by words, or by likeness to examples; a wrong file is told."""

from __future__ import annotations

import numpy as np
import pytest

from onrecord.errors import UsageError
from onrecord.lexicon.categories import read_categories
from onrecord.reading.categories import Categorizer
from onrecord.records import Act, Judged
from tests.fixtures.readings import say

TEXT = "Lorne said the cease  fires would hold. Maro vowed pupils get lunch. Brun denied a quarrel about boats."
FILE = """
[peace]
words = ["cease fire*"]
examples = ["boats quarrel"]

[meals]
examples = ["children eat", "feed pupils"]
acts = ["commit"]
least = 0.6
"""


class Table:
    """Vectors by hand: words of one group are alike, all others are not."""

    GROUPS = ({"children", "pupils"}, {"eat", "feed", "lunch"}, {"quarrel"}, {"boats"})

    def vectors(self, words):
        rows = np.zeros((len(words), len(self.GROUPS) + 1), np.float32)
        for row, word in zip(rows, words, strict=True):
            row[next((n for n, group in enumerate(self.GROUPS) if word in group), len(self.GROUPS))] = 1
        return rows

    def share_of(self, word):
        return 0.5 if word in ("a", "the") else 0.0001


def judged(tmp_path, *statements, file=FILE):
    path = tmp_path / "own.toml"
    path.write_text(file, encoding="utf-8")
    return Categorizer(read_categories(path), Table(), Table()).tell(TEXT, statements)


def test_words_tell_a_category_and_are_shown(tmp_path):
    (said,) = judged(tmp_path, say(TEXT, "s1", "the cease  fires would hold"))
    assert said.categories == ("peace",)
    (reason,) = said.reasons
    assert (reason.of, TEXT[reason.span.start : reason.span.end]) == (Judged.CATEGORY, "cease  fires")


def test_a_statement_in_other_words_is_like_an_example(tmp_path):
    meal, quarrel = judged(
        tmp_path,
        say(TEXT, "s1", "pupils get lunch", act=Act.COMMIT),
        say(TEXT, "s2", "a quarrel about boats", act=Act.DENY),
    )
    assert (meal.categories, meal.reasons) == (("meals",), ())
    assert quarrel.categories == ("peace",)


def test_a_category_of_other_acts_does_not_fit(tmp_path):
    (said,) = judged(tmp_path, say(TEXT, "s1", "pupils get lunch", act=Act.ASSERT))
    assert said.categories == ()


def test_what_is_told_by_words_comes_first(tmp_path):
    file = '[a]\nexamples = ["pupils lunch"]\nleast = 0.2\n[b]\nwords = ["lunch"]\n[c]\nwords = ["nothing"]\n'
    file = file.replace('"pupils lunch"]', '"pupils lunch boats"]')
    (said,) = judged(tmp_path, say(TEXT, "s1", "pupils get lunch"), file=file)
    assert said.categories == ("b", "a")


def test_the_version_changes_with_the_file(tmp_path):
    (tmp_path / "a.toml").write_text('[a]\nwords = ["x"]\n')
    (tmp_path / "b.toml").write_text('[a]\nwords = ["y"]\n')
    assert read_categories(tmp_path / "a.toml").version != read_categories(tmp_path / "b.toml").version


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("", "holds 0 categories"),
        ("[a", "is no TOML"),
        ("[a]\n", "needs a name, and words or examples"),
        ('[a]\nwords = [" "]\n', "none of them empty"),
        ('[a]\nword = ["x"]\n', "unknown field `word`"),
        ('a = ["x"]\n', "Expected `object`"),
        ('[a]\nwords = ["x"]\nacts = ["shout"]\n', "Invalid enum value 'shout'"),
        ('[a]\nwords = ["x"]\nleast = 2\n', "least is 2"),
        ('[a]\nwords = "x"\n', "Expected `array`"),
    ],
)
def test_a_wrong_file_is_told(tmp_path, file, told):
    (tmp_path / "own.toml").write_text(file)
    with pytest.raises(UsageError, match=told) as caught:
        read_categories(tmp_path / "own.toml")
    assert "own.toml" in str(caught.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"nothing\.toml: cannot be read"):
        read_categories(tmp_path / "nothing.toml")
