"""What damaged and hostile inputs do to `onrecord read FILE --format jsonl`, one process each.

    python -m benchmarks.hostile [--shared ../shared] [--only NAME ...] [--jobs 2] [--json OUT]

`failures` counts cases in which something happened that must never happen: a traceback, a hang, too much memory, an
input without a record or a rejection, a forbidden string in the output, a file written outside, a connection to the
canary port. `unmet` counts those and the cases that ended safely but not as the corpus would like (a feed that is
refused, say). The corpus is made anew by its own generator. Linux only: memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec

TIME_LIMIT_S = 20
MEMORY_LIMIT_MIB = 2048
PROGRAM = (sys.executable, "-P", "-m", "onrecord")


class Case(msgspec.Struct, frozen=True):
    """A row of the corpus's manifest."""

    name: str
    file: str
    expect: str  # ok, partial, error, either
    must_contain: tuple[str, ...] = ()
    must_not_contain: tuple[str, ...] = ()
    min_records: int = 0


class Corpus(msgspec.Struct, frozen=True):
    """The manifest."""

    canary_port: int
    cases: tuple[Case, ...]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """How one process ended."""

    status: int  # negative: killed by that signal
    out: str
    err: str
    seconds: float
    mebibytes: int
    litter: tuple[str, ...] = ()  # files it left in the folder it ran in

    @property
    def records(self) -> int:
        """Lines of the output."""
        return sum(1 for line in self.out.split("\n") if line.strip())


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A case, how it ended, and what is wrong with that."""

    case: Case
    run: Run
    failures: tuple[str, ...]
    wishes: tuple[str, ...]


def find_failures(case: Case, run: Run) -> Iterator[str]:
    """What must never happen, whatever the input."""
    output = run.out + run.err
    if "Traceback" in output:
        yield "a traceback"
    if run.status < 0 or run.status in (124, 137):
        yield f"killed after {run.seconds:.0f} s" if run.seconds >= TIME_LIMIT_S else f"died of signal {-run.status}"
    if run.mebibytes > MEMORY_LIMIT_MIB:
        yield f"{run.mebibytes} MiB"
    if not run.records and not run.err.strip():
        yield "neither a record nor a word"
    if "bug in onrecord" in output:
        yield "a bug"
    yield from (f"the output holds {text!r}" for text in case.must_not_contain if text in output)
    yield from (f"left {name} behind" for name in run.litter)
    yield from _find_bad_lines(run)


def _find_bad_lines(run: Run) -> Iterator[str]:
    """Every line of the output must be JSON, and the exit code must go with the words on standard error."""
    for line in run.out.split("\n"):
        try:
            json.loads(line or "null")
        except ValueError:
            yield f"a line that is not JSON: {line[:80]!r}"
    if run.status == 0 and "rejected:" in run.err:
        yield "exit code 0 although something was rejected"


def find_wishes(case: Case, run: Run) -> Iterator[str]:
    """Where the outcome is not the one that the corpus asks for."""
    if case.expect == "error" or (case.expect == "either" and run.status != 0):
        if run.status == 0:
            yield "exit code 0"
        return
    if case.expect == "ok" and run.status != 0:
        yield f"exit code {run.status}: {run.err.strip()[:120]}"
    if run.records < max(1, case.min_records):
        yield f"{run.records} records"
    if case.expect == "partial" and not run.err.strip():
        yield "what was skipped is not named"
    yield from (f"without {text!r}" for text in case.must_contain if text not in run.out)


def run_case(program: Sequence[str], path: Path) -> Run:
    """One input, one process, in an empty folder of its own."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.monotonic()
        process = subprocess.Popen(
            [*program, "read", str(path), "--format", "jsonl"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        status, usage = _wait(process, begun + TIME_LIMIT_S)
        seconds = time.monotonic() - begun
        out.seek(0)
        err.seek(0)
        return Run(
            status=status,
            out=out.read().decode("utf-8", "replace"),
            err=err.read().decode("utf-8", "replace"),
            seconds=seconds,
            mebibytes=usage.ru_maxrss // 1024,
            litter=tuple(sorted(os.listdir(folder))),
        )


def _wait(process: subprocess.Popen[bytes], deadline: float) -> tuple[int, resource.struct_rusage]:
    """Exit status and use of memory, by its children as well; killed with all its children at the deadline."""
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage
        if time.monotonic() > deadline:
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(0.05)


@contextmanager
def watched_port(port: int) -> Iterator[list[str]]:
    """A port that nobody may call; afterwards the list names those who did."""
    callers: list[str] = []
    with socket.create_server(("127.0.0.1", port)) as server:
        server.settimeout(0)
        yield callers
        try:
            while True:
                connection, caller = server.accept()
                connection.close()
                callers.append(str(caller))
        except BlockingIOError:
            return


def make_corpus(shared: Path, folder: Path) -> Corpus:
    """Have the corpus write its files and read its manifest."""
    generator = shared / "data" / "hostile" / "generate.py"
    subprocess.run([sys.executable, str(generator), "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    return msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Corpus)


def measure(shared: Path, program: Sequence[str], only: Sequence[str], jobs: int) -> tuple[list[Verdict], list[str]]:
    """A verdict for each case, and who called the canary."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        corpus = make_corpus(shared, folder)
        cases = [case for case in corpus.cases if not only or case.name in only]

        def judge(case: Case) -> Verdict:
            run = run_case(program, folder / case.file)
            failures, wishes = tuple(find_failures(case, run)), tuple(find_wishes(case, run))
            return Verdict(case=case, run=run, failures=failures, wishes=wishes)

        with watched_port(corpus.canary_port) as callers, ThreadPoolExecutor(jobs) as pool:
            verdicts = list(pool.map(judge, cases))
        return verdicts, callers


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a case, write the figures where `--json` says; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"), help="the folder with data/")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--program", nargs="+", default=PROGRAM, help="what is run instead of this onrecord")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args(arguments)
    verdicts, callers = measure(options.shared, options.program, options.only, options.jobs)
    for verdict in verdicts:
        mark = "FAIL" if verdict.failures else "want" if verdict.wishes else "ok"
        run, told = verdict.run, "; ".join((*verdict.failures, *verdict.wishes))
        print(f"{mark:4} {verdict.case.name:26} {run.seconds:5.1f} s {run.mebibytes:5} MiB  {told}")
    failures = sum(bool(verdict.failures) for verdict in verdicts) + len(callers)
    figures = {
        "cases": len(verdicts),
        "failures": failures,
        "unmet": sum(bool(verdict.failures or verdict.wishes) for verdict in verdicts),
        "canary_calls": len(callers),
        "slowest_s": round(max((verdict.run.seconds for verdict in verdicts), default=0), 1),
        "largest_mib": max((verdict.run.mebibytes for verdict in verdicts), default=0),
    }
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
