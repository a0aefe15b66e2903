"""How fast a store of 100,000 statements is searched, shown and exported, while a writer adds to it.

    python -m benchmarks.serving [--statements 100000] [--rounds 300] [--json OUT]

The store is made up (`benchmarks/invented.py`). A server runs in a process of its own and is asked over HTTP by one
client, one question after the other; a third process adds an article every tenth of a second. Times are those of the
client; `server_cpu_ms` is what a question takes of the server's processor time, for machines that do other work too.
Where `wrk` is installed, it then asks a mix of all of them over eight connections, the same questions again and again:
while the writer goes on, so that every answer is worked out, and after it has stopped.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import multiprocessing.connection
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import quote

import httpx

from benchmarks.invented import Inventor, fill
from onrecord.export import ExportFormat, export_chunks
from onrecord.serve import Access, run
from onrecord.store import Store

PAUSE_S = 0.1  # between two articles of the writer
READY_S = 60
LOAD_S = 15

Figures = dict[str, float]


def main() -> None:
    """Make the store, ask, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=300, help="questions of each kind")
    parser.add_argument("--store", type=Path, help="a store made before; else one is made")
    parser.add_argument("--shared", type=Path, help="not read; every benchmark takes it")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = args.store or Path(folder) / "store.db"
        if not path.exists():
            fill(path, args.statements)
        figures = measure(path, args.rounds)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures), encoding="utf-8")


def measure(path: Path, rounds: int) -> Figures:
    """Seconds and milliseconds, by what was done."""
    with Store.open(path, read_only=True) as store:
        figures: Figures = {"statements": store.ask().count()}
        for name in ("csv", "jsonl", "parquet"):
            figures[f"{name}_export_s"], figures[f"{name}_export_cpu_s"] = seconds(partial(export, store, name))
        queries, articles = made_up_queries(store, rounds), some_articles(store, rounds)
        cpu = sorted(1000 * seconds(partial(store.search, query))[1] for query in queries)
        figures["search_cpu_p50_ms"], figures["search_cpu_p95_ms"] = percentiles(cpu)
    mix: list[str] = []
    with served(path) as (address, process), writing(path), httpx.Client(base_url=address, timeout=60) as client:
        ask(client, "/api/v1/facets?q=")  # a server that has just started still reads what it counts by
        for name, asked in (
            ("search", [f"/api/v1/search?q={quote(query)}" for query in queries]),
            ("search_facets", [f"/api/v1/search?facets=true&q={quote(query)}" for query in queries[: rounds // 3]]),
            ("search_page", [f"/?q={quote(query)}" for query in queries]),
            ("statements", [f"/api/v1/statements?q={quote(query)}" for query in queries]),
            ("article", [f"/articles/{one}" for one in articles]),
            ("article_json", [f"/api/v1/articles/{one}" for one in articles]),
        ):
            before = processor_ms(process)
            figures[f"{name}_p50_ms"], figures[f"{name}_p95_ms"] = percentiles(
                sorted(ask(client, one) for one in asked)
            )
            figures[f"{name}_server_cpu_ms"] = (processor_ms(process) - before) / len(asked)
            mix += asked[: rounds // 3]
        figures |= load(address, mix, "mix_while_writing")
    with served(path) as (address, _):
        figures |= load(address, mix, "mix")
    return {name: round(value, 2) for name, value in figures.items()}


def made_up_queries(store: Store, count: int) -> list[str]:
    """Common and rare words, phrases, filters, and both together, as people would mix them; seeded."""
    chance = random.Random(4)  # noqa: S311 - no secret hangs on it
    inventor = Inventor()
    words = inventor.words[15:]  # nobody searches for "the" alone
    weights = inventor.weights[15:]
    actors = store.ask().actors()

    def word() -> str:
        return chance.choices(words, cum_weights=weights)[0]

    makers: list[Callable[[], str]] = [
        word,
        lambda: f"{word()} {word()}",
        lambda: f"{word()[:4]}*",
        lambda: f"{word()} act:{chance.choice(('threaten', 'commit', 'demand'))} since:{chance.randint(2020, 2025)}",
        lambda: f"{chance.choice(actors[:200]).filter} {word()}",
        lambda: f"{chance.choice(actors).filter}",
        lambda: f"country:{chance.choice(('PRK', 'USA', 'DEU'))} act:order,demand confidence:0.8",
        lambda: f'outlet:"{chance.choice(("Velm Post", "Kveld Wire"))}" {word()}',
    ]
    return [makers[number % len(makers)]() for number in range(count)]


def some_articles(store: Store, count: int) -> list[str]:
    """Ids, of the newest articles and of old ones."""
    ids = [row.id for _, row in store.ask().articles(limit=count * 4)]
    return random.Random(4).sample(ids, min(count, len(ids)))  # noqa: S311 - as above


def export(store: Store, name: str) -> None:
    """All statements, to nowhere."""
    for _ in export_chunks(store.ask(), ExportFormat(name)):
        pass


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of the processor in this process."""
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def ask(client: httpx.Client, address: str) -> float:
    """Milliseconds until the whole answer is here."""
    start = time.perf_counter()
    answer = client.get(address)
    took = (time.perf_counter() - start) * 1000
    answer.raise_for_status()
    return took


def processor_ms(process: int) -> float:
    """What a process has taken of the processor so far; 0 where the system does not tell it so."""
    told = Path(f"/proc/{process}/stat")
    if not told.exists():
        return 0.0
    user, system = told.read_text().rpartition(")")[2].split()[11:13]
    return 1000 * (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def load(address: str, asked: list[str], name: str) -> Figures:
    """Requests a second that the server answers, and how many it does not, as `wrk` counts them; none without it."""
    if not shutil.which("wrk"):
        return {}
    mixed = random.Random(4).sample(asked, len(asked))  # noqa: S311 - as above
    paths = ", ".join(json.dumps(one) for one in mixed)
    script = f"""local paths, at = {{{paths}}}, 0
request = function() at = at % #paths + 1; return wrk.format("GET", paths[at]) end
done = function(summary)
  local e = summary.errors
  io.write(string.format("TOLD %d %d %d\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout))
end"""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", "-c8", f"-d{LOAD_S}s", "--timeout", "30s", "-s", file.name, address]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = next(one for one in told.splitlines() if one.startswith("TOLD"))
    requests, microseconds, errors = (int(one) for one in line.split()[1:])
    return {f"{name}_requests_a_second": requests / microseconds * 1e6, f"{name}_errors": errors}


def percentiles(times: list[float]) -> tuple[float, float]:
    """The middle one, and the one that 95 of 100 are below."""
    return statistics.median(times), times[int(len(times) * 0.95)]


@contextmanager
def served(path: Path) -> Iterator[tuple[str, int]]:
    """A server in a process of its own; its address and number."""
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(path, tell), daemon=True)
    process.start()
    try:
        if not told.poll(READY_S):
            raise TimeoutError(f"The server did not start within {READY_S} s.")
        yield told.recv().rstrip("/"), process.pid or 0
    finally:
        process.terminate()
        process.join()


def _serve(path: Path, tell: multiprocessing.connection.Connection) -> None:
    run(path, port=0, open_browser=False, announce=tell.send, access=Access.allow())


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """A process that adds articles all the while."""
    context = multiprocessing.get_context("spawn")
    over = context.Event()
    process = context.Process(target=_write, args=(path, over), daemon=True)
    process.start()
    try:
        yield
    finally:
        over.set()
        process.join()


def _write(path: Path, over: Event) -> None:
    inventor = Inventor(seed=int(time.time()))
    with Store.open(path) as store:
        number = 10_000_000
        while not over.wait(PAUSE_S):
            store.add(*inventor.page(number, 12))
            number += 1


if __name__ == "__main__":
    main()
