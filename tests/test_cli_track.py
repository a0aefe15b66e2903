"""`onrecord timeline | escalation | compare | bursts | follow`: what they print, and how they refuse."""

from __future__ import annotations

import csv
import io
import json
from typing import NamedTuple

import pytest

from onrecord.cli import main
from onrecord.records import Act
from onrecord.store import Store
from tests.fixtures.days import on_day

VOW = ("Ada Lindqvist", Act.COMMIT, "the dam will be mended")
THREAT = ("Ada Lindqvist", Act.THREATEN, "the bridge will be closed")
OTHER = ("Jon Maro", Act.ASSESS, "the dam is old")


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ONRECORD_STORE", raising=False)

    def run_command(*arguments: object) -> Done:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, arguments)])
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return run_command


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "talks.db"
    days = [
        on_day("2021-03-01", VOW),
        on_day("2021-03-02", OTHER),
        on_day("2021-03-04", THREAT, OTHER),
        on_day(None, OTHER),
    ]
    with Store.open(path) as opened:
        for page, reading in days:
            opened.add(page, reading)
    return path


@pytest.mark.parametrize("command", ["timeline", "escalation", "compare", "bursts", "follow"])
def test_the_help_shows_examples_and_the_reference_names_the_command(run, root, command):
    done = run(command, "--help")
    assert (done.status, f"  onrecord {command} " in done.out) == (0, True)
    assert f"`onrecord {command} " in (root / "docs/reference/cli.md").read_text(encoding="utf-8")


def test_a_timeline_shows_statements_silence_and_gaps(run, store):
    done = run("timeline", store, "--speaker", "Ada Lindqvist", "--by", "day")
    lines = done.out.splitlines()
    assert lines[0] == "Ada Lindqvist · 2 statements, 0 events · by day"
    told = [" ".join(line.split()) for line in lines[2:]]
    assert told[0].startswith("2021-03-01 ████████████████████ 1 commit 1")
    assert told[1].startswith("2021-03-01 commit Ada Lindqvist: the dam will be mended [")
    assert told[2:4] == ["2021-03-02 - silent in 1 article", "2021-03-03 ? gap: no articles of Harbour Post"]
    assert done.err == "1 of 4 articles have no known day and stand on no timeline.\n"


def test_a_timeline_as_csv_and_json(run, store):
    rows = list(csv.DictReader(io.StringIO(run("timeline", store, "--format", "csv", "--by", "day").out)))
    assert [(row["start"], row["kind"], row["threaten"]) for row in rows] == [
        ("2021-03-01", "spoke", "0"),
        ("2021-03-02", "spoke", "0"),
        ("2021-03-03", "gap", "0"),
        ("2021-03-04", "spoke", "1"),
    ]
    (window,) = run("timeline", store, "--format", "jsonl", "--by", "month").out.splitlines()
    said = json.loads(window)["occurrences"]
    assert [one["text"] for one in said if one["act"] == "commit"] == ["the dam will be mended"]


def test_acts_and_days_narrow_a_timeline(run, store):
    done = run("timeline", store, "--act", "threaten", "--since", "2021-03-02", "--by", "day", "--chart")
    assert [line.split()[0] for line in done.out.splitlines()[2:]] == ["2021-03-02", "2021-03-03", "2021-03-04"]
    assert "commit" not in done.out


def test_somebody_who_is_not_there_is_told_with_those_who_are(run, store):
    done = run("timeline", store, "--speaker", "Lindqvist")
    assert (done.status, "Ada Lindqvist, Jon Maro" in done.err) == (2, True)


@pytest.mark.parametrize("command", ["timeline", "escalation", "bursts", "follow"])
def test_a_missing_store_is_told_with_what_to_do(run, command):
    done = run(command, "none.db")
    assert (done.status, "onrecord add SOURCE --store none.db" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "yesterday"), "'yesterday' is no day, month or year"),
        (("--since", "2022"), "leaves nothing"),
        (("--act", "shout"), "shout"),
    ],
)
def test_wrong_options_are_told(run, store, arguments, said):
    done = run("timeline", store, *arguments)
    assert (done.status, said in done.err) == (2, True)


def test_escalation_prints_shares_and_gaps(run, store):
    lines = run("escalation", store, "--by", "day").out.splitlines()
    assert lines[1].startswith("2021-03-01 threats 0, acts 0 (1 article)")
    assert lines[3] == "2021-03-03 ? gap: no articles"
    assert "threats 300, acts 0, score -7.0 (1 article)" in lines[4]


def test_escalation_for_programs(run, store):
    rows = list(csv.DictReader(io.StringIO(run("escalation", store, "--by", "month", "--format", "csv").out)))
    assert [(row["articles"], row["threats"], row["is_break"]) for row in rows] == [("3", "1", "0")]
    (level,) = run("escalation", store, "--by", "month", "--format", "jsonl").out.splitlines()
    assert json.loads(level)["record"] == "level"


def test_two_files_are_compared_without_a_store(run, tmp_path):
    (tmp_path / "old.txt").write_text("We trust the harbour law. " * 9, encoding="utf-8")
    (tmp_path / "new.txt").write_text("We will defend the river by force. " * 9, encoding="utf-8")
    done = run("compare", "--between", "old.txt", "new.txt")
    assert done.status == 0
    assert "VANISHED" in done.out
    assert "  trust the harbour law 9 -> 0" in done.out
    assert "  defend the river by force 0 -> 9" in done.out


def test_two_times_of_a_store_are_compared(run, store):
    done = run("compare", store, "--between", "2021-03-01", "2021-03-02..2021-03-04", "--speaker", "Ada Lindqvist")
    assert (done.status, done.out.splitlines()[0][:24]) == (0, "articles before: 1 with ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what to compare"),
        (("--between", "2021", "1999"), "nothing to compare of '1999'"),
        (("--between", "2021", "new.txt"), "'new.txt' is no day"),
    ],
)
def test_what_cannot_be_compared_is_told(run, store, arguments, said):
    done = run("compare", store, *arguments)
    assert (done.status, said in done.err) == (2, True)


def test_a_burst_is_told_with_its_days(run, tmp_path):
    path = tmp_path / "long.db"
    with Store.open(path) as opened:
        for month in range(1, 13):
            for day in range(1, 13):
                grain = ("Jon Maro", Act.ASSERT, f"the grain pact of day {day} holds" if month == 6 else "rain fell")
                opened.add(*on_day(f"2021-{month:02}-{day:02}", grain))
    done = run("bursts", path)
    assert done.out.splitlines() == ["2021-06-01..2021-06-30 grain pact of day: 100% of articles; of all articles 8%"]
    one = json.loads(run("bursts", path, "--format", "jsonl").out)
    assert (one["start"], one["end"], len(one["articles"])) == ("2021-06-01", "2021-07-01", 12)


def test_a_text_of_strangers_cannot_steer_the_terminal(run, tmp_path):
    path = tmp_path / "evil.db"
    with Store.open(path) as opened:
        opened.add(*on_day("2021-03-01", ("Ada \x1b31m", Act.COMMIT, "red\x1b0;x\x07 words")))
    done = run("timeline", path)
    assert "\x1b" not in done.out


def test_a_commitment_is_shown_with_what_became_of_it(run, tmp_path):
    path = tmp_path / "dam.db"
    ada = "Ada Lindqvist"
    with Store.open(path) as opened:
        opened.add(*on_day("2021-03-01", (ada, Act.COMMIT, "to mend the Kveld dam before winter"), OTHER))
        opened.add(*on_day("2021-12-06", (ada, Act.ADMIT, "mending the Kveld dam before winter had failed")))
    lines = run("follow", path, "--as-of", "2021-12-31").out.splitlines()
    assert lines[0].startswith("ADMITTED FAILED: 2021-03-01 Ada Lindqvist: to mend the Kveld dam before winter [")
    assert lines[1].startswith(
        "    admitted failed: 2021-12-06 Ada Lindqvist: mending the Kveld dam before winter had failed"
    )
    (one,) = run("follow", path, "--format", "jsonl").out.splitlines()
    assert json.loads(one)["status"] == "admitted failed"
    assert run("follow", path, "--speaker", "Jon Maro").out == "No commitment is on record.\n"
    assert run("follow", path, "--speaker", "Nobody").status == 2
