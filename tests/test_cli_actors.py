"""`onrecord actors`: what it prints, what it keeps where, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from onrecord.cli import main

COMMANDS = ["search", "show", "add", "import", "refresh"]


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ONRECORD_ACTORS", raising=False)
    monkeypatch.delenv("ONRECORD_STORE", raising=False)

    def run_command(*arguments: object) -> Done:
        with pytest.raises(SystemExit) as ended:
            main(["actors", *map(str, arguments)])
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return run_command


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_shows_examples(run, command):
    done = run(command, "--help")
    assert (done.status, f"  onrecord actors {command} " in done.out) == (0, True)


def test_every_command_is_in_the_reference(root):
    page = (root / "docs/reference/actors.md").read_text(encoding="utf-8")
    assert [command for command in COMMANDS if f"`onrecord actors {command}" not in page] == []


def test_searching_prints_id_name_country_and_role_of_that_day(run):
    assert run("search", "South Korean president", "--date", "2009-05-01").out.startswith(
        "person:lee-myung-bak Lee Myung-bak, KOR, President of South Korea\n"
    )


def test_searching_for_machines_prints_one_object_a_line(run):
    lines = run("search", "KCNA", "--format", "jsonl").out.splitlines()
    assert json.loads(lines[0])["id"] == "org:korean-central-news-agency"


def test_showing_tells_the_source_of_every_role_and_its_day(run):
    out = run("show", "person:kim-jong-un").out
    assert "2011-12-17 to (not ended by " in out
    assert "(onrecord, general knowledge)" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "person:nobody-at-all"], "no actor has that id"),
        (["search", "Ilka", "Moren"], "nobody of that name"),
        (["search", "Kim", "--date", "yesterday"], "2021-01-06"),
        (["add", "Ilka Moren", "--country", "Norway"], "--country"),
        (["add", "Ilka Moren", "--start", "2024"], "--title"),
        (["import", "gone.csv"], "no such file"),
        (["refresh", "gone.json"], "no such file"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(run, arguments, words):
    done = run(*arguments)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert words in done.err


def test_what_is_added_is_found_and_lies_beside_the_store(run):
    assert run("add", "Ilka Moren", "--country", "NOR", "--title", "Mayor of Velm", "--start", "2024").status == 0
    assert run("search", "Moren").out == "person:ilka-moren Ilka Moren, NOR, Mayor of Velm\n"
    assert Path("onrecord-actors.jsonl").exists()
    assert "Mayor of Velm" not in run("search", "Moren", "--store", "talks.db").err.replace("Moren", "")


def test_a_name_added_to_a_shipped_actor_keeps_what_is_known_of_it(run):
    run("add", "Kim Jong Un", "--id", "person:kim-jong-un", "--names", "Marshal Velm")
    out = run("show", "person:kim-jong-un").out
    assert "Marshal Velm" in out
    assert "Supreme Leader of North Korea" in out


def test_importing_names_the_rows_that_are_left_out(run):
    Path("mine.csv").write_text("name,country\nIlka Moren,NOR\nTost,norway\n", encoding="utf-8")
    done = run("import", "mine.csv", "--actors", "team.jsonl")
    assert (done.status, done.out) == (1, "1 actor kept, 1 row rejected\n")
    assert done.err.startswith("rejected: mine.csv, line 3, country: 'norway' is not three capital letters")
    assert Path("team.jsonl").read_text(encoding="utf-8").count("\n") == 1


def test_refreshing_brings_roles_from_an_export(run):
    cells = {
        "person": "Q56226",
        "personLabel": "Kim Jong-un",
        "positionLabel": "Admiral of Velm",
        "start": "2026-01-06T00:00:00Z",
    }
    bindings = [{name: {"value": value} for name, value in cells.items()}]
    Path("query.json").write_text(json.dumps({"results": {"bindings": bindings}}), encoding="utf-8")
    assert run("refresh", "query.json", "--as-of", "2026-05-01").out == "1 person kept, 0 rows rejected\n"
    assert "2026-01-06 to (not ended by 2026-05-01): Admiral of Velm" in run("show", "Q56226").out


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"{broken\n"])
def test_a_damaged_own_list_is_told_and_not_overwritten(run, content):
    Path("onrecord-actors.jsonl").write_bytes(content)
    done = run("add", "Ilka Moren")
    assert (done.status, done.err.startswith("error: onrecord-actors.jsonl")) == (3, True)
    assert Path("onrecord-actors.jsonl").read_bytes() == content


def test_read_knows_the_users_own_actors(tmp_path, capsys):
    own, page = tmp_path / "mine.jsonl", tmp_path / "page.txt"
    page.write_text("Ilka Moren-Dahl said on Monday that the port of Velm would close in the autumn.\n", "utf-8")
    for arguments in (
        ["actors", "add", "Ilka Moren-Dahl", "--country", "NOR", "--title", "Mayor of Velm", "--actors", str(own)],
        ["read", str(page), "--as-is", "--format", "jsonl"],
        ["read", str(page), "--as-is", "--format", "jsonl", "--actors", str(own)],
        ["read", str(page), "--actors", str(tmp_path / "missing.jsonl")],
    ):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    without, with_own = (json.loads(line)["statements"][0]["speaker"] for line in out.splitlines() if line[0] == "{")
    assert (without["id"], without["country"]) == (None, None)
    assert (with_own["id"], with_own["country"]) == ("person:ilka-moren-dahl", "NOR")
    assert "missing.jsonl: there is no such file" in err
