"""What `benchmarks.hostile` calls a failure: the judge must not be blind."""

from __future__ import annotations

import socket
import sys

import msgspec
import pytest

from benchmarks.hostile import Case, Run, find_failures, find_wishes, run_case, watched_port

CASE = Case(
    name="case", file="case.html", expect="ok", must_contain=("dam",), must_not_contain=("\x1b",), min_records=1
)
GOOD = Run(status=0, out='{"text": "the dam"}\n', err="", seconds=1.0, mebibytes=150)


def changed(run: Run, **facts: object) -> Run:
    return msgspec.structs.replace(run, **facts)


def test_a_good_run_has_no_faults():
    assert [*find_failures(CASE, GOOD), *find_wishes(CASE, GOOD)] == []


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"err": "Traceback (most recent call last):", "status": 1}, "a traceback"),
        ({"status": -11}, "died of signal 11"),
        ({"status": -9, "seconds": 20.1}, "killed after 20 s"),
        ({"mebibytes": 3000}, "3000 MiB"),
        ({"out": ""}, "neither a record nor a word"),
        ({"out": '{"text": "\x1b"}\n'}, "the output holds"),
        ({"out": "plain words\n"}, "not JSON"),
        ({"err": "rejected: x: [bug] this is a bug in onrecord", "status": 1}, "a bug"),
        ({"err": "rejected: x: [damaged-input] y"}, "exit code 0 although"),
        ({"litter": ("PWNED",)}, "left PWNED behind"),
    ],
)
def test_failures_are_seen(facts, fault):
    assert any(fault in failure for failure in find_failures(CASE, changed(GOOD, **facts)))


@pytest.mark.parametrize(
    ("expect", "facts", "wishes"),
    [
        ("ok", {"status": 1, "out": "", "err": "rejected: x"}, 3),
        ("ok", {"out": '{"text": "other"}'}, 1),
        ("partial", {"status": 1, "err": "rejected: x"}, 0),
        ("partial", {}, 1),
        ("error", {}, 1),
        ("error", {"status": 1, "out": "", "err": "rejected: x"}, 0),
        ("either", {}, 0),
        ("either", {"status": 1, "out": "", "err": "rejected: x"}, 0),
    ],
)
def test_wishes_go_by_what_the_corpus_expects(expect, facts, wishes):
    case = msgspec.structs.replace(CASE, expect=expect)
    assert len(list(find_wishes(case, changed(GOOD, **facts)))) == wishes


def test_a_run_tells_status_output_and_what_was_left_behind(tmp_path):
    script = "import sys; open('PWNED', 'w').close(); print('{}'); sys.exit('rejected: ' + sys.argv[2])"
    run = run_case([sys.executable, "-c", script], tmp_path / "x")
    assert (run.status, run.out, run.litter) == (1, "{}\n", ("PWNED",))
    assert run.err == f"rejected: {tmp_path / 'x'}\n"
    assert run.mebibytes > 1


def test_a_call_to_the_canary_is_seen():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with watched_port(port) as callers:
        socket.create_connection(("127.0.0.1", port)).close()
    assert len(callers) == 1
