"""What is told of a line, against plain regular expressions that look at one line at a time."""

from __future__ import annotations

import math
import re

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.clean.lines import FEATURES, Line, describe_lines, split_lines
from onrecord.lexicon.press import fold_words

OPENING, CLOSING = "#>*•·▪◦‣|_-–+ \t\xa0", "*_| \t\xa0"
WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
RUN = re.compile(r"[^\W\d_]+")


def expected_form(printed: str) -> dict[int, float]:
    """Columns of `describe_lines` that one line tells by itself, but those of the word lists."""
    raw = printed[:2_000]
    text = raw.lstrip(OPENING).rstrip(CLOSING) or raw
    wide = len(WIDE.findall(text))
    count = len(fold_words(text)) + wide / 2
    runs = RUN.findall(text)
    joined = "".join(runs)
    letters, total = len(joined) or 1, len(runs) or 1
    inner = len(re.findall(r"[.!?。！？؟।][\"'”’»)\]*_]*\s+\S|[。！？]", text))
    ends = bool(re.search(r"[.!?。！？؟।…][\"'”’»)\]*_]*$", text))
    per_word = count or 1
    values = [
        *(math.log1p(len(printed) + wide) / 3, math.log1p(count) / 2, min(len(text) / per_word, 20) / 8),
        *(letters / len(text), sum(map(str.isdigit, text)) / len(text), sum(map(str.isupper, joined)) / letters),
        sum(run[0].isupper() for run in runs) / total,
        sum(len(run) <= 3 and run.islower() for run in runs) / total,
        *(text[0].islower(), text[0].isupper()),
        bool(runs) and sum(map(str.isupper, joined)) == letters and letters > 3,
        min(sum(map(text.count, ",、،")) / per_word * 5, 3),
        text.endswith((":", "：")),
        text.endswith(("...", "…", "»", ">", "→")),
        text.endswith(("?", "？", "؟")),
        text.endswith((",", ";", "-", "(")),
        text[0] in ",.;:)’”",
        bool(re.search('["“”„«»「」]', text)),
        bool(re.match(r"[*•·▪◦‣\-–+]\s|\d{1,3}[.)]\s", raw)),
        raw.startswith("#"),
        raw.startswith(("|", "[", "![")),
        min(len(re.findall(r"\]\(|https?:|www\.|!\[", raw)), 6) / 2,
        min(sum(map(text.count, "|•·")), 4) / 2,
        bool(re.search(r"\b(?:19|20)\d\d\b", text)),
        bool(re.search(r"\b\d{1,2}[:.]\d\d\b", text)),
        "©" in text or "(c)" in text.lower(),
        *("@" in text, count == 0, ends, min(inner, 8) / 2),
        (ends and count >= 8) or (inner >= 1 and count >= 12),
    ]
    columns = [*range(3), *range(6, 34)]
    return dict(zip(columns, map(float, values), strict=True))


WORDS = "said The NORDVIK 2024 1999. 9:05 12.30 海 x² ß Ǆ ١٢ 's http://a www. [a](b)"
MARKS = "… ... ? 。 ![ © (c) * 3) # | “ ”. , @ _"
PIECES = st.sampled_from([*WORDS.split(), *MARKS.split(), " "])
TEXTS = st.lists(
    st.one_of(PIECES, st.text(st.characters(codec="utf-8", exclude_characters="İ"), max_size=8)), max_size=9
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS.map(" ".join), min_size=1, max_size=6))
def test_all_lines_at_once_are_described_as_each_by_itself(lexicon, texts):
    lines = split_lines("\n".join(texts))
    found = describe_lines(lines, lexicon)
    for line, row in zip(lines, found, strict=True):
        told = expected_form(line.text)
        assert np.allclose(row[list(told)], list(told.values()), atol=1e-5), line.text


def test_a_page_without_lines_has_no_rows(lexicon):
    assert describe_lines([], lexicon).shape == (0, FEATURES)


def test_lines_keep_their_place_and_the_blank_lines_before_them():
    text = "\n  One \r\n\r\n\tTwo\n\n\nThree\u2028Four"
    assert split_lines(text) == [
        Line(3, 6, "One", 2, 0),
        Line(12, 15, "Two", 1, 1),
        Line(18, 23, "Three", 0, 2),
        Line(24, 28, "Four", 0, 0),
    ]
