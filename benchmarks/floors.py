"""Runs every benchmark that has a floor and compares.

    python -m benchmarks.floors [NAME ...] [--shared ../shared]

`floors.toml` beside this file says what is run, on which data (by digest) and what each figure must reach. Every
benchmark writes one JSON object of figures to the file named by `--json`; figures without a floor are left alone.
Without the data sets nothing can be measured: that is said loudly and is no failure. Anything else that keeps a
figure from being compared is one: a script that is not there or ends badly, a figure it did not give, other data.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

__all__ = ["Benchmark", "Comparison", "Floors", "Lowered", "compare", "digest_problems", "load_floors", "main"]

HERE = Path(__file__).resolve().parent
TIME_LIMIT_S = 900


class Benchmark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One command and what its figures must reach."""

    name: str
    command: tuple[str, ...]  # a module of this package and its arguments, run as `python -m`
    data: dict[str, str]  # path below the data sets' folder -> sha256 of the file
    at_least: dict[str, float] = {}
    at_most: dict[str, float] = {}


class Lowered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A floor that was taken back on purpose."""

    benchmark: str
    figure: str
    before: float
    after: float
    date: str
    reason: str


class Floors(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of `floors.toml`."""

    benchmark: tuple[Benchmark, ...]
    lowered: tuple[Lowered, ...] = ()


class Comparison(Struct, frozen=True):
    """One figure beside its floor (or ceiling); `value` is None where the benchmark did not give it."""

    figure: str
    sign: str
    bound: float
    value: float | None

    @property
    def holds(self) -> bool:
        """True if the figure was given and lies on the right side; the bound itself is right."""
        if self.value is None:
            return False
        return self.value >= self.bound if self.sign == ">=" else self.value <= self.bound

    def __str__(self) -> str:
        value = "not given" if self.value is None else f"{self.value:.4f}"
        return f"  {'ok  ' if self.holds else 'MISS'} {self.figure:48s} {value:>10s} {self.sign} {self.bound:g}"


def load_floors(path: Path = HERE / "floors.toml") -> Floors:
    """Read the file; msgspec.ValidationError names the place of anything it does not know."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Floors)


def compare(benchmark: Benchmark, figures: Mapping[str, object]) -> list[Comparison]:
    """Every floor and ceiling of a benchmark beside its figure; what is no number counts as not given.

    Figures may lie in objects within objects: `{"body": {"f1": 0.9}}` gives the figure `body.f1`.
    """
    given = dict(flat_figures(figures))
    bounds = [(figure, ">=", bound) for figure, bound in benchmark.at_least.items()]
    bounds += [(figure, "<=", bound) for figure, bound in benchmark.at_most.items()]
    return [Comparison(figure, sign, bound, number(given.get(figure))) for figure, sign, bound in bounds]


def flat_figures(figures: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every figure with the names of the objects around it."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from flat_figures(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def number(value: object) -> float | None:
    """The value as a float; None for what is no finite number (a NaN reaches no floor)."""
    return float(value) if isinstance(value, (int, float)) and abs(value) < float("inf") else None


def digest_problems(benchmark: Benchmark, shared: Path) -> Iterator[str]:
    """What differs between the data here and the data that the floors were measured on."""
    for name, expected in benchmark.data.items():
        path = shared / name
        if not path.is_file():
            yield f"{path}: no such file"
        elif (found := hashlib.sha256(path.read_bytes()).hexdigest()) != expected:
            yield f"{path}: sha256 is {found}, not {expected}. Measure on it and set its floors by hand"


def run_benchmark(benchmark: Benchmark, shared: Path) -> tuple[Mapping[str, object], str]:
    """Its figures, and what went wrong (empty if nothing did)."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        command = [sys.executable, "-m", *benchmark.command, "--shared", str(shared), "--json", str(out)]
        try:
            done = subprocess.run(
                command, check=False, capture_output=True, text=True, cwd=HERE.parent, timeout=TIME_LIMIT_S
            )
        except subprocess.TimeoutExpired:
            return {}, f"stopped after {TIME_LIMIT_S} s"
        if done.returncode != 0:
            return {}, f"ended with status {done.returncode}: {(done.stdout + done.stderr).strip()[-1500:]}"
        try:
            figures = json.loads(out.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            return {}, f"wrote no figures: {error}"
    return (figures, "") if isinstance(figures, dict) else ({}, "wrote no JSON object")


def check_benchmark(benchmark: Benchmark, shared: Path) -> bool:
    """Run and print one benchmark; True if every floor holds."""
    begun = time.monotonic()
    print(f"{benchmark.name}: python -m {' '.join(benchmark.command)}", flush=True)
    problems = list(digest_problems(benchmark, shared))
    comparisons: list[Comparison] = []
    if not problems:
        figures, problem = run_benchmark(benchmark, shared)
        problems = [problem] if problem else []
        comparisons = compare(benchmark, figures) if not problem else []
    for line in (*(f"  MISS {problem}" for problem in problems), *comparisons):
        print(line)
    print(f"       {time.monotonic() - begun:.0f} s", flush=True)
    return not problems and all(comparison.holds for comparison in comparisons)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if every floor holds or nothing could be measured, 1 if one does not, 2 for a name that is not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", help="only these benchmarks")
    parser.add_argument(
        "--shared", type=Path, default=os.environ.get("ONRECORD_SHARED") or HERE.parent.parent / "shared"
    )
    args = parser.parse_args(arguments)
    benchmarks = load_floors().benchmark
    unknown = set(args.name) - {benchmark.name for benchmark in benchmarks}
    if unknown:
        parser.error(f"no benchmark named {', '.join(sorted(unknown))} in floors.toml")
    shared = args.shared.resolve()
    if not (shared / "data").is_dir():
        print(f"SKIPPED, NOTHING MEASURED: there are no data sets at {args.shared}. Name their folder by --shared.")
        return 0
    chosen = [benchmark for benchmark in benchmarks if not args.name or benchmark.name in args.name]
    results = [check_benchmark(benchmark, shared) for benchmark in chosen]
    print(f"floors: {sum(results)} benchmarks hold, {len(results) - sum(results)} do not")
    return 0 if all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
