"""Fuzz the parts that meet other people's bytes, with atheris, which tries what reaches code not reached before.

    python -m benchmarks.fuzz [TARGET ...] [--runs 500000] [--seconds 3600] [--jobs 2] [--corpus DIR] [--json OUT]

Targets and what must hold of each: `benchmarks/fuzz_targets.py`; without names, all. Each runs in processes of its own
until it has tried so many inputs or so much time is over. An uncaught exception, an input that takes longer than five
minutes, or one that wants more than 2 GiB ends it: the input is kept in `tests/fuzz/found/TARGET`, where the tests run
it ever after. With `--corpus` what reached new code is kept in that folder, with the number of runs made, and the next
sitting goes on from there.

Atheris has wheels for Linux on x86-64 (`pip install atheris`).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

INPUTS = Path(__file__).resolve().parent.parent / "tests" / "fuzz"
FOUND, SEEDS = INPUTS / "found", INPUTS / "seeds"
SLOW_S = 300  # for one input, of 4 KiB at most; by the clock on the wall, and machines may be busy
MEMORY_MIB = 2048
_ROUND = 50_000  # runs a process: what atheris notes of comparisons grows by some 15 KB a run
_DONE = re.compile(r"Done (\d+) runs in (\d+) second")
_STATUS = re.compile(r"^#(\d+)\s.*?cov: (\d+) ft: (\d+)", re.MULTILINE)


class Fuzzed(NamedTuple):
    """How fuzzing a target ended."""

    target: str
    runs: int
    seconds: float
    reached: int  # branches
    found: tuple[str, ...]  # files with inputs that broke it
    told: str  # the end of what it said


def fuzz_here(name: str, arguments: Sequence[str]) -> None:
    """Fuzz a target in this process, which ends with it."""
    import atheris  # noqa: PLC0415  not there on all machines

    with atheris.instrument_imports(include=["onrecord"]):
        from benchmarks.fuzz_targets import TARGETS  # noqa: PLC0415  instrumented while it is imported

        target = TARGETS[name]
        for seed in sorted((SEEDS / name).iterdir()):
            target.run(seed.read_bytes())  # so that what is imported late is instrumented, too
    atheris.Setup([sys.argv[0], *arguments], target.run)
    atheris.Fuzz()


class _Round(NamedTuple):
    """What one process did."""

    runs: int
    reached: int
    code: int  # other than 0: it found something, or broke
    told: str


def fuzz_apart(name: str, *, runs: int, seconds: int, corpus: Path) -> Fuzzed:
    """Fuzz a target in processes of its own, one after another, from its seeds and what was found before.

    How many runs were made is kept beside the corpus, so that they may be made in several sittings.
    """
    found, tally = FOUND / name, corpus / f"{name}.runs"
    (corpus / name).mkdir(parents=True, exist_ok=True)
    before = set(found.glob("*")) if found.is_dir() else set()
    found.mkdir(parents=True, exist_ok=True)
    begun, done = time.monotonic(), int(tally.read_text(encoding="utf-8")) if tally.exists() else 0
    last = _Round(0, 0, 0, "")
    while done < runs and not last.code and (left := int(seconds - (time.monotonic() - begun))) > 0:
        last = _fuzz_round(name, corpus / name, runs=min(_ROUND, runs - done), seconds=left)
        done += last.runs
        tally.write_text(f"{done}\n", encoding="utf-8")
    new = sorted(set(found.glob("*")) - before)
    if not any(found.iterdir()):
        found.rmdir()
    if last.code and not new:
        raise SystemExit(f"{name}: fuzzing ended with {last.code}: {last.told[-2000:]}")
    return Fuzzed(
        target=name,
        runs=done,
        seconds=time.monotonic() - begun,
        reached=last.reached,
        found=tuple(path.name for path in new),
        told=last.told if new else "",
    )


def _fuzz_round(name: str, folder: Path, *, runs: int, seconds: int) -> _Round:
    """One process; it also runs over what was kept and what was once found."""
    from benchmarks.fuzz_targets import TARGETS  # noqa: PLC0415  must not be imported before it is instrumented

    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.fuzz", "--here", name, "--"),
            *(str(folder), str(SEEDS / name), str(FOUND / name)),
            *(f"-runs={runs}", f"-max_total_time={seconds}", f"-max_len={TARGETS[name].most_bytes}"),
            *(f"-timeout={SLOW_S}", f"-rss_limit_mb={MEMORY_MIB}", f"-artifact_prefix={FOUND / name}/"),
            f"-report_slow_units={SLOW_S}",
        ],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    statuses = _STATUS.findall(done.stderr)
    ended = _DONE.search(done.stderr)
    return _Round(
        runs=int(ended[1]) if ended else int(statuses[-1][0]) if statuses else 0,
        reached=int(statuses[-1][1]) if statuses else 0,
        code=done.returncode,
        told=done.stdout[-1500:] + done.stderr[-1500:],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz what is named; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--runs", type=int, default=500_000)
    parser.add_argument("--seconds", type=int, default=3_600, help="the most for one target")
    parser.add_argument("--jobs", type=int, default=2, help="targets side by side")
    parser.add_argument("--corpus", type=Path, help="where what reached new code, and the runs made, are kept")
    parser.add_argument("--shared", type=Path, help="not needed; as all benchmarks take it")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args(arguments)
    from benchmarks.fuzz_targets import TARGETS  # noqa: PLC0415  must not be imported before it is instrumented

    unknown = sorted(set(options.targets) - set(TARGETS))
    if unknown:
        parser.error(f"no target is called {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        corpus = options.corpus or Path(folder)
        work = [
            pool.submit(fuzz_apart, name, runs=options.runs, seconds=options.seconds, corpus=corpus)
            for name in options.targets or TARGETS
        ]
        results = []
        for done in as_completed(work):
            results.append(one := done.result())
            print(
                f"{one.target:8} {one.runs:9} runs {one.seconds:7.0f} s {one.reached:6} branches {len(one.found)} found"
            )
            print(*one.found, one.told, sep="\n", end="", flush=True)
    figures: dict[str, float] = {}
    for one in results:
        figures |= {f"{one.target}.runs": one.runs, f"{one.target}.branches": one.reached}
        figures[f"{one.target}.found"] = len(one.found)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 1 if any(one.found for one in results) else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        fuzz_here(sys.argv[2], sys.argv[4:])
    sys.exit(main())
