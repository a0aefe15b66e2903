"""`onrecord explain` and `onrecord commitments`, over an article that a store holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from onrecord.cli import main
from onrecord.records import Act, Judged, Reading, Reason, Span, Statement, StatementKind
from onrecord.store import Store
from tests.fixtures.readings import kim_story


@pytest.fixture
def place(tmp_path: Path) -> tuple[str, Path]:
    """The id of an article and the store that holds it: its one statement vows to sail by March."""
    page, reading = kim_story()
    text = "Moren vowed to sail by March."
    said = Statement(
        id="s1",
        kind=StatementKind.INDIRECT,
        source=(Span(0, 5),),
        cue=(Span(6, 11),),
        content=(Span(12, 28),),
        act=Act.COMMIT,
        deadline="2021-03-31",
        reasons=(Reason(of=Judged.ACT, span=Span(6, 11)), Reason(of=Judged.DEADLINE, span=Span(23, 28))),
        confidence=0.9,
    )
    kept = Reading(article=replace(reading.article, text=text, blocks=()), statements=(said,), models=reading.models)
    with Store.open(tmp_path / "talks.db") as store:
        store.add(page, kept)
    return page.id, tmp_path / "talks.db"


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0), *capsys.readouterr()


def test_explain_shows_each_judgement_with_its_words(capsys, place):
    status, out, _ = run(capsys, "explain", place[0], "1", "--store", place[1])
    assert status == 0
    assert out.splitlines() == [
        "s1 to sail by March",
        "    through: Harbour Press",
        '    speaker: nobody named, by "Moren" [0-5]',
        '    act: commit, by "vowed" [6-11]',
        '    deadline: 2021-03-31, by "March" [23-28]',
        "",
    ]


def test_a_statement_that_is_not_there_is_wrong_usage(capsys, place):
    status, _, err = run(capsys, "explain", place[0], "s9", "--store", place[1])
    assert (status, "no statement s9" in err) == (2, True)


def test_neither_a_file_nor_a_store_is_wrong_usage(capsys, tmp_path):
    status, _, err = run(capsys, "explain", "nowhere.html", "--store", tmp_path / "none.db")
    assert (status, "no such file" in err) == (2, True)


def test_commitments_are_listed(capsys, place):
    status, out, _ = run(capsys, "commitments", place[0], "--store", place[1])
    assert status == 0
    assert out.startswith("VOW (nobody named): to sail by March\n    by 2021-03-31")


def test_commitments_as_json_name_their_article(capsys, place):
    _, out, _ = run(capsys, "commitments", place[0], "--store", place[1], "--format", "jsonl")
    row = json.loads(out)
    assert (row["article"], row["statement"], row["strength"], row["by"]) == (place[0], "s1", "vow", "2021-03-31")
