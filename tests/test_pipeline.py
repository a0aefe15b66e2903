"""One outcome a page or refused input, in order, whatever happens on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.errors import NoArticle, ReadError, TimeLimitHit
from onrecord.pipeline import BUG, ReadOptions, Tools, read_pages, read_sources
from onrecord.reading import Found
from onrecord.records import Article, Page, Reading, Rejected, Stage, Statement, StatementKind
from tests.fixtures.readings import find, make_page

REFUSED = Rejected(path="gone.html", stage=Stage.COLLECT, code="missing-input", reason="no such file")


class FakeCleaner:
    """The page's text is the article's; some words make it fail."""

    def __init__(self) -> None:
        self.is_started = self.is_closed = False

    def start(self) -> None:
        self.is_started = True

    def model_name(self) -> str:
        return "fake blocks"

    def close(self) -> None:
        self.is_closed = True

    def clean(self, page: Page) -> Article:
        text = page.data.decode()
        if text == "empty":
            raise NoArticle(page.origin.path, "no running text")
        if text == "slow":
            raise TimeLimitHit(page.origin.path, "cleaning took over 12 s", offset=7)
        return Article(id=page.id, text=text, origin=page.origin)


class FakeReader:
    """Finds what stands after "said", and trips over some words."""

    name = "fake reader"

    def start(self) -> None:
        pass

    def read(self, article: Article, *, flat: bool) -> Found:
        if article.text == "trip":
            raise IndexError("list index\nout of range")
        if article.text == "broken":
            raise ReadError("the model cannot be run")
        wanted = article.text.partition("said ")[2]
        if not wanted or flat:
            return Found()
        content = find(article.text, wanted)
        return Found(statements=(Statement(id="s1", kind=StatementKind.INDIRECT, content=content, confidence=1.0),))


def run(*texts: str | Rejected, **options: bool) -> list:
    pages = [text if isinstance(text, Rejected) else make_page(text, path=f"{text}.txt") for text in texts]
    tools = Tools(cleaner=FakeCleaner(), reader=FakeReader())
    return list(read_pages(pages, options=ReadOptions(**options), tools=tools))


def test_a_page_becomes_a_reading_that_names_its_models():
    [outcome] = run("Okoye said so")
    assert [s.id for s in outcome.result.statements] == ["s1"]
    assert (outcome.result.models.reader, outcome.result.models.blocks) == ("fake reader", "fake blocks")
    assert outcome.page.data == b"Okoye said so"


def test_flat_reaches_the_reader():
    assert run("Okoye said so", flat=True)[0].result.statements == ()


@pytest.mark.parametrize(
    ("text", "stage", "code"),
    [("empty", Stage.CLEAN, "no-article"), ("slow", Stage.CLEAN, "time-limit"), ("trip", Stage.READ, BUG)],
)
def test_a_page_that_fails_is_rejected_with_stage_code_and_digest(text, stage, code):
    outcome = run(text)[0]
    rejected = outcome.result
    assert (rejected.stage, rejected.code, rejected.path) == (stage, code, f"{text}.txt")
    assert rejected.sha256 == outcome.page.origin.sha256
    assert "\n" not in rejected.reason


def test_a_bug_is_raised_while_debugging():
    with pytest.raises(IndexError):
        run("trip", debug=True)


def test_what_ails_the_tools_and_not_the_page_is_raised():
    with pytest.raises(ReadError):
        run("broken")


@given(st.lists(st.sampled_from(["Okoye said so", "quiet", "empty", "slow", "trip", REFUSED]), max_size=12))
def test_one_outcome_an_input_in_order(inputs):
    outcomes = run(*inputs)
    paths = [o.result.article.origin.path if isinstance(o.result, Reading) else o.result.path for o in outcomes]
    assert paths == [one.path if isinstance(one, Rejected) else f"{one}.txt" for one in inputs]


def test_outcomes_stream_page_by_page():
    taken = []

    def pages():
        for number in range(3):
            taken.append(number)
            yield make_page(f"page {number}")

    outcomes = read_pages(pages(), options=ReadOptions(), tools=Tools(cleaner=FakeCleaner(), reader=FakeReader()))
    next(outcomes)
    assert taken == [0]


def test_tools_that_were_given_are_left_open_and_started_only_for_a_page():
    cleaner = FakeCleaner()
    tools = Tools(cleaner=cleaner, reader=FakeReader())
    list(read_pages([REFUSED], options=ReadOptions(), tools=tools))
    assert (cleaner.is_started, cleaner.is_closed) == (False, False)


def test_refused_inputs_need_no_models(tmp_path):
    [outcome] = read_sources([str(tmp_path / "missing")], options=ReadOptions())
    assert (outcome.result.code, outcome.page) == ("missing-input", None)
