"""`onrecord status`, `check`, `verify`, `backup`, `restore` and `failed` on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import apsw
import pytest

from onrecord.cli import failed, keeping, main
from onrecord.records import Rejected, Stage
from onrecord.store import Store
from tests.fixtures.readings import kim_story, make_page

COMMANDS = ["status", "check", "verify", "backup", "restore", "failed", "failed list", "failed show", "failed retry"]
ARTICLE = "SENDAVIK — The water minister said on Monday that the dam would be finished by June.\n\nNobody was hurt.\n"


@pytest.fixture
def run(capsys):
    def run_command(*arguments: object):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        return int(ended.value.code or 0), *capsys.readouterr()

    return run_command


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "talks.db"
    slow = make_page(ARTICLE, path="slow.txt")
    with Store.open(path) as opened:
        opened.add(*kim_story())
        opened.add(*kim_story())
        late = Rejected(path="slow.txt", stage=Stage.CLEAN, code="time-limit", reason="took too long")
        opened.reject(late, page=slow)
        opened.reject(Rejected(path="a.jsonl", stage=Stage.COLLECT, code="damaged-input", reason="torn", offset=90))
    return path


def spoil(store: Path) -> None:
    connection = apsw.Connection(str(store))
    connection.execute("UPDATE reading SET record = replace(record, '\"hedged\":true', '\"hedged\":false')")
    connection.close()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_shows_examples(run, command):
    status, out, _ = run(*command.split(), "--help")
    assert status == 0
    assert f"  onrecord {command}" in out


def test_every_command_and_option_is_in_the_reference(root):
    page = (root / "docs/reference/cli.md").read_text(encoding="utf-8")
    sources = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (failed, keeping))
    options = re.findall(r"typer\.Option\([^)]*?\"(--[\w/-]+)\"", sources)
    names = [f"`onrecord {command}" for command in COMMANDS if command != "failed"] + [f"`{name}" for name in options]
    assert [name for name in names if name not in page] == []


def test_status_shows_the_ledger(run, store):
    status, out, _ = run("status", store)
    assert status == 0
    assert "4 in = 1 stored + 1 duplicate + 2 quarantined" in out
    assert "quarantined at clean: 1 time-limit" in out
    assert "1 read by onrecord 0.1.0, by hand 1" in out


def test_status_for_programs(run, store):
    _, out, _ = run("status", store, "--format", "jsonl")
    ledger = json.loads(out)
    assert ledger["received"] == ledger["stored"] + ledger["duplicate"] + ledger["quarantined"] == 4


@pytest.mark.parametrize("command", ["check", "verify"])
def test_a_store_that_was_changed_is_told_with_exit_code_1(run, store, command):
    status, out, _ = run(command, store)
    assert (status, "all as it was written: 1 articles, 1 readings" in out) == (0, True)
    spoil(store)
    status, out, _ = run(command, store)
    assert status == 1
    assert f"article {kim_story()[0].id}, reading 1: record: was changed since it was written" in out
    status, out, _ = run(command, store, "--format", "jsonl")
    assert (status, json.loads(out)["findings"][0]["part"]) == (1, "record")


def test_a_root_and_a_proof_go_round(run, store, tmp_path):
    root = run("verify", store)[1].split()[-1]
    assert run("verify", store, "--root", root)[0] == 0
    status, proof, _ = run("verify", store, "--proof", f"{kim_story()[0].id}#s2")
    assert status == 0
    file = tmp_path / "proof.json"
    file.write_text(proof, encoding="utf-8")
    store.unlink()
    status, out, _ = run("verify", "--check", file, "--root", root)
    assert (status, out.startswith("proven: ")) == (0, True)
    file.write_text(proof.replace("Kim", "Tim"), encoding="utf-8")
    status, out, _ = run("verify", "--check", file, "--root", root)
    assert (status, out.startswith("NOT PROVEN: ")) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["status", "gone.db"], "there is no store"),
        (["verify", "gone.db"], "there is no store"),
        (["verify", "{store}", "--root", "abc"], "this is no root"),
        (["verify", "{store}", "--proof", "nope#s1"], "no such article"),
        (["verify", "--check", "gone.json", "--root", "1:" + "ab" * 32], "No such file"),
        (["verify", "--check", "{store}"], "needs --root"),
        (["verify", "--check", "{store}", "--root", "1:" + "ab" * 32], "not a proof"),
        (["backup", "{store}", "{store}"], "--overwrite"),
        (["restore", "gone.db", "{store}"], "there is no store"),
        (["failed", "list", "--store", "gone.db"], "there is no store"),
        (["failed", "show", "9", "--store", "{store}"], "nothing in quarantine has the number 9"),
        (["failed", "show", "2", "--raw", "--store", "{store}"], "no bytes to keep"),
        (["failed", "retry", "--store", "{store}"], "or say --all"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(run, store, arguments, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*(argument.format(store=store) for argument in arguments))
    assert (status, out) == (2, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_a_store_is_copied_and_restored(run, store, tmp_path):
    assert run("backup", store, tmp_path / "copy.db")[0] == 0
    spoil(store)
    assert run("restore", tmp_path / "copy.db", store)[0] == 2
    assert run("restore", tmp_path / "copy.db", store, "--overwrite")[0] == 0
    assert run("check", store)[0] == 0


def test_failed_inputs_are_listed_and_shown(run, store):
    _, out, _ = run("failed", "list", "--store", store)
    assert out.splitlines() == [
        "1 clean [time-limit] slow.txt: took too long",
        "2 collect [damaged-input] a.jsonl, byte 90: torn",
    ]
    assert len(run("failed", "list", "--store", store, "--stage", "clean")[1].splitlines()) == 1
    assert (
        json.loads(run("failed", "list", "--store", store, "--code", "time-limit", "--format", "jsonl")[1])["number"]
        == 1
    )
    _, out, _ = run("failed", "show", 1, "--store", store)
    assert "came in once" in out
    assert "The water minister said" in out
    assert "no bytes were kept" in run("failed", "show", 2, "--store", store)[1]


def test_failed_bytes_come_out_as_they_came(store, capsysbinary):
    with pytest.raises(SystemExit):
        main(["failed", "show", "1", "--raw", "--store", str(store)])
    assert capsysbinary.readouterr().out == ARTICLE.encode()


@pytest.mark.slow
def test_what_can_be_read_now_is_stored_and_the_rest_stays(run, store):
    status, out, err = run("failed", "retry", "--all", "--store", store)
    assert status == 1
    assert re.match(r"stored: \w{16} \(was 1 in quarantine\)", out)
    assert "2: no bytes were kept; add it again: onrecord add a.jsonl" in err
    assert "2 tried = 1 stored + 1 still in quarantine" in err
    assert "4 in = 2 stored + 1 duplicate + 1 quarantined" in run("status", store)[1]
    assert run("check", store)[0] == 0
