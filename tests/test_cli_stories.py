"""`onrecord connect`, `story` and `quote` from the command line, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onrecord.cli import main
from onrecord.store import Store
from tests.test_connecting import ARTICLES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "store.db") as store:
        for page, reading in ARTICLES:
            store.add(page, reading)
    return tmp_path / "store.db"


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, told.out, told.err


def test_a_store_is_connected_once(path, capsys):
    assert run(capsys, "connect", path)[:2] == (0, "4 articles connected\n")
    assert run(capsys, "connect", path)[:2] == (0, "0 articles connected\n")
    assert run(capsys, "connect", path, "--anew")[:2] == (0, "4 articles connected\n")


def test_a_story_is_listed_and_shown(path, capsys):
    run(capsys, "connect", path)
    _, listed, _ = run(capsys, "story", path)
    assert listed == "wire 2031-03-02 to 2031-03-04 3 articles, 2 texts Quay closed\n"
    _, shown, _ = run(capsys, "story", path, "own")
    assert "story wire: 3 articles, 2 independent sources\n    Northern Press: wire, pickup\n" in shown
    assert "copy of wire, " in shown
    assert "    own: altered\n        left out: not\n" in shown


def test_stories_as_json(path, capsys):
    run(capsys, "connect", path)
    _, listed, _ = run(capsys, "story", path, "--format", "jsonl")
    _, shown, _ = run(capsys, "story", path, "wire", "--format", "jsonl")
    assert json.loads(listed)["articles"] == 3
    assert json.loads(shown)["sources"]["groups"] == [["wire", "pickup"], ["own"]]


def test_words_are_looked_for_in_the_store(path, capsys):
    run(capsys, "connect", path)
    status, found, _ = run(capsys, "quote", "we will not sell the quay to anyone", path)
    assert status == 0
    assert [line.split(":")[0] for line in found.splitlines() if not line.startswith(" ")] == [
        "verbatim",
        "verbatim",
        "altered",
    ]
    assert run(capsys, "quote", "herons dislike opera", path)[1].startswith("Nobody in the store")


@pytest.mark.parametrize(
    ("words", "status", "kind"),
    [("we will stay", 0, "verbatim"), ("we will not stay", 1, "altered"), ("opera is dear", 1, "not found")],
)
def test_words_are_checked_against_a_text(tmp_path, capsys, words, status, kind):
    (tmp_path / "speech.txt").write_text("Friends, we will stay here.", encoding="utf-8")
    got, told, _ = run(capsys, "quote", words, "--against", tmp_path / "speech.txt")
    assert (got, told.split(" at ")[0].splitlines()[0]) == (status, kind)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("story", "gone.db"), "gone.db: there is no store"),
        (("connect", "gone.db"), "gone.db: there is no store"),
        (("quote", "x", "gone.db"), "gone.db: there is no store"),
        (("quote", "x", "--against", "gone.txt"), "gone.txt: [missing-input]"),
    ],
)
def test_what_is_not_there_is_told(arguments, told, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    status, _, error = run(capsys, *arguments)
    assert status == 2
    assert told in error


def test_an_article_that_was_not_connected_is_told_with_what_to_do(path, capsys):
    status, _, error = run(capsys, "story", path, "wire")
    assert status == 2
    assert f"onrecord connect {path}" in " ".join(error.split())
