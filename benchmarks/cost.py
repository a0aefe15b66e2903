"""What it costs to lose nothing: keeping pages safely, beside reading them plainly, in turns in one run.

    python -m benchmarks.cost [--pages 60] [--rounds 3] [--json OUT]

Plain: made-up pages that lie in memory are cleaned and read in one process, and what was found is dropped. Safe: the
same pages come out of a packed web archive through the bounded reader, digests compared; they are cleaned in a process
that may be killed, the beginning of each reading is noted, and page, reading, rows, hash tree and seals are kept in a
store, one transaction an article, acknowledged when it is on the disk. Connecting articles with each other is no part
of either.

Each turn is a process of its own, on one thread; what two pages alone take (loading models, starting processes) is
taken off. Processor time counts the process and those it started; the median of the rounds is told.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.damage import as_record
from benchmarks.invented import Inventor
from onrecord.collect import collect_pages
from onrecord.config import Limits
from onrecord.pipeline import Outcome, ReadOptions, read_pages
from onrecord.records import Page, Rejected
from onrecord.store import Attempts, Store

FEW = 2
_HEAD = """<!doctype html><html lang="en"><head><title>{title}</title></head><body>
<nav><ul>{menu}</ul></nav><article><h1>{title}</h1>"""
_MENU = "".join(
    f'<li><a href="/part/{number}" class="menu__item">Part {number} of the paper</a></li>' for number in range(60)
)


def write_archive(path: Path, pages: int) -> None:
    """An archive of invented articles of some 500 words, dressed as pages."""
    inventor = Inventor(7)
    with path.open("wb") as file:
        for number in range(pages):
            _, reading = inventor.page(number, 8)
            article = reading.article
            body = "".join(f"<p>{text}</p>" for text in article.text.split("\n\n"))
            html = f"{_HEAD.format(title=article.title, menu=_MENU)}{body}</article></body></html>"
            file.write(gzip.compress(as_record("response", f"https://news.example/{number}", html.encode())))


def read_plainly(archive: Path) -> int:
    """How many pages were read."""
    pages = list(collect_pages([str(archive)], limits=Limits()))
    return sum(not isinstance(one.result, Rejected) for one in read_pages(pages, options=_options(isolate=False)))


def read_safely(archive: Path) -> int:
    """How many pages were read and kept."""
    store_path = archive.with_name(f"{os.getpid()}.db")
    with Store.open(store_path) as store, Attempts.open(store_path) as attempts:
        pages: Iterator[Page | Rejected] = map(attempts.admit, collect_pages([str(archive)], limits=Limits()))
        return sum(_keep(store, outcome) for outcome in read_pages(pages, options=_options(isolate=True)))


def _keep(store: Store, outcome: Outcome) -> bool:
    if isinstance(outcome.result, Rejected) or outcome.page is None:
        return False
    store.add(outcome.page, outcome.result)
    return True


def _options(*, isolate: bool) -> ReadOptions:
    return ReadOptions(isolate=isolate, threads=1)


WAYS = {"plain": read_plainly, "safe": read_safely}


def time_turn(way: str, archive: Path, pages: int) -> tuple[float, float]:
    """Processor and wall seconds of a turn in a process of its own."""
    begun, before = time.perf_counter(), os.times()
    command = [sys.executable, "-m", "benchmarks.cost", "--turn", way, str(archive)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{way}: ended with {done.returncode}: {done.stderr[-1000:]}")
    after = os.times()
    if int(done.stdout) != pages:
        raise SystemExit(f"{way}: {done.stdout.strip()} of {pages} pages were read")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return spent, time.perf_counter() - begun


def measure(pages: int, rounds: int) -> dict[str, float]:
    """Seconds a page for both ways, and what the safe one takes beyond the plain one."""
    with tempfile.TemporaryDirectory() as name:
        many, few = Path(name) / "many.warc.gz", Path(name) / "few.warc.gz"
        write_archive(many, pages + FEW)
        write_archive(few, FEW)
        spent: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
        for _ in range(rounds):
            for way, turns in spent.items():
                start, whole = time_turn(way, few, FEW), time_turn(way, many, pages + FEW)
                turns.append(((whole[0] - start[0]) / pages, (whole[1] - start[1]) / pages))
    figures: dict[str, float] = {"pages": pages, "rounds": rounds}
    for number, kind in enumerate(("processor", "wall")):
        plain, safe = (statistics.median(turn[number] for turn in spent[way]) for way in ("plain", "safe"))
        figures |= {f"plain_{kind}_s_a_page": plain, f"safe_{kind}_s_a_page": safe, f"{kind}_share": safe / plain - 1}
    return figures


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--turn", nargs=2, metavar=("WAY", "ARCHIVE"), help=argparse.SUPPRESS)
    parser.add_argument("--shared", type=Path, help="not needed; as all benchmarks take it")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args(arguments)
    if options.turn:
        print(WAYS[options.turn[0]](Path(options.turn[1])))
        return
    figures = measure(options.pages, options.rounds)
    print(json.dumps(figures, indent=1))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
