"""The whole stage with the shipped weights, on texts of our own."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.lexicon.events import load_code_book
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.acts import load_act_model
from onrecord.models.attribution import load_attribution_model
from onrecord.pipeline import ReadOptions, read_sources
from onrecord.reading import Judges, read_article
from onrecord.records import Article, Origin
from onrecord.spans import overlap

NEWSLIKE = st.lists(
    st.sampled_from(
        [
            "Moren",
            "said",
            "that",
            "“",
            "”",
            '"',
            "’",
            ",",
            ".",
            "\n\n",
            "according to",
            "he",
            "the",
            "😀",
            "war",
            "平和",
            " ",
        ]
    ),
    max_size=60,
).map(" ".join)


@pytest.fixture(scope="session")
def read():
    judges = Judges(
        model=load_attribution_model(threads=1),
        acts=load_act_model(),
        lexicon=load_speech_lexicon(),
        book=load_code_book(),
    )

    def read_text(text, *, title=None, flat=False):
        article = Article(id="a", title=title, text=text, origin=Origin(path="a", sha256=""))
        return read_article(article, judges, flat=flat).statements

    return read_text


def shown(text, spans):
    return " | ".join(text[s.start : s.end] for s in spans)


@pytest.mark.parametrize(
    ("text", "who", "cue", "content", "kind"),
    [
        ("“We will rebuild the port,” Ilka Moren said.", "Ilka Moren", "said", "“We will rebuild the port,”", "direct"),
        ("Ilka Moren said the port would be rebuilt.", "Ilka Moren", "said", "the port would be rebuilt", "indirect"),
        ("Ilka Moren vowed a “merciless” answer.", "Ilka Moren", "vowed", "a “merciless” answer", "mixed"),
        (
            "“We tried,” Ilka Moren said. “We failed.”",
            "Ilka Moren",
            "said",
            "“We tried,” | “We failed.”",
            "direct",
        ),
        (
            "The bridge is closed, according to the transport ministry.",
            "transport ministry",
            "according to",
            "The bridge is closed",
            "indirect",
        ),
    ],
)
def test_who_said_what_and_how(read, text, who, cue, content, kind):
    (statement,) = read(text)
    assert (shown(text, statement.cue), shown(text, statement.content), statement.kind) == (cue, content, kind)
    assert statement.speaker is not None
    assert statement.speaker.name == who


def test_a_vow_that_an_agency_reports_lies_within_its_report_and_came_through_it(read):
    text = "Velmoran leader Tarek Odun vowed to strengthen the navy, the Velmoran News Agency said on Monday."
    report, vow = read(text)
    assert vow.within == report.id
    assert (report.act, vow.act) == ("report", "commit")
    assert vow.speaker is not None
    assert vow.speaker.name == "Tarek Odun"
    assert [link.name for link in vow.via] == ["Velmoran News Agency"]


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Ilka Moren urged the council to reopen the harbour.", "demand"),
        ("“We will build a second bridge next year,” Ilka Moren promised.", "commit"),
        ("Ilka Moren said she was deeply grateful to the nurses for their work.", "support"),
        ("“They are liars and thieves,” Ilka Moren said.", "accuse"),
        ("Ilka Moren said that the ferry had left at noon.", "assert"),
        ("“If they attack us they will pay a terrible price,” Ilka Moren said.", "threaten"),
    ],
)
def test_what_a_statement_does_shows_in_its_cue_or_in_its_content(read, text, act, flat):
    assert {s.act for s in read(text, flat=flat)} == {act}


def test_flat_gives_outermost_statements_only(read):
    text = "Velmoran leader Tarek Odun vowed to strengthen the navy, the Velmoran News Agency said on Monday."
    assert [(s.within, s.via) for s in read(text, flat=True)] == [(None, ())]


@pytest.mark.parametrize("text", ["", " \n\n ", "?!", "…" * 300, "The sun rose at six. Trains ran on time."])
def test_a_text_in_which_nobody_speaks_has_no_statements(read, text):
    assert read(text) == ()


def test_emoji_do_not_shift_the_spans(read):
    text = "It was a good day 😀😀. “We won 🏆 today,” Ilka Moren said 😀."
    (statement,) = read(text)
    assert shown(text, statement.content) == "“We won 🏆 today,”"


def test_the_same_text_reads_the_same_whatever_was_read_between(read):
    text = "Ilka Moren said the port would be rebuilt. She urged the council to act."
    first = read(text)
    read("Jon Maro denied it. " * 40)
    assert read(text) == first


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(NEWSLIKE, st.text(max_size=200)))
def test_statements_of_any_text_are_sound(read, text):
    statements = read(text)
    by_id = {s.id: s for s in statements}
    assert len(by_id) == len(statements)
    for number, statement in enumerate(statements):
        assert statement.content
        assert 0 <= statement.confidence <= 1
        for spans in (statement.source, statement.cue, statement.content):
            assert all(0 <= s.start < s.end <= len(text) for s in spans)
            assert all(a.end <= b.start for a, b in pairwise(spans))
        if statement.within is not None:
            holder = by_id[statement.within]
            assert statements.index(holder) < number
            assert overlap(holder.content, statement.content)


def test_a_record_names_every_model_that_read_it(tmp_path):
    page = tmp_path / "page.txt"
    page.write_text(
        "Moren promises bread\n\nIlka Moren said on Monday that the port would open by spring.\n", encoding="utf-8"
    )
    (outcome,) = read_sources([str(page)], options=ReadOptions(as_is=True))
    kinds = [name.rsplit("-", 1)[0] for name in outcome.result.models.reader.split(", ")]
    assert kinds[:3] == ["reader", "acts", "deeds"]
