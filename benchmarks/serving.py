"""How fast a store of 100,000 statements is searched, shown and exported, while a writer adds to it.

    python -m benchmarks.serving [--statements 100000] [--rounds 300] [--json OUT]

The store is made up (`benchmarks/invented.py`). A server runs in a process of its own and is asked over HTTP by one
client, one question after the other; a third process adds an article every tenth of a second. Times are those of the
client. `cpu` figures are of one process without server or writer, for machines that do other work too.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import multiprocessing.connection
import random
import statistics
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
    with served(path) as address, writing(path), httpx.Client(base_url=address, timeout=60) as client:
        for name, asked in (
            ("search", [f"/api/v1/search?q={quote(query)}" for query in queries]),
            ("search_facets", [f"/api/v1/search?facets=true&q={quote(query)}" for query in queries[: rounds // 3]]),
            ("search_page", [f"/?q={quote(query)}" for query in queries]),
            ("statements", [f"/api/v1/statements?q={quote(query)}" for query in queries]),
            ("article", [f"/articles/{one}" for one in articles]),
            ("article_json", [f"/api/v1/articles/{one}" for one in articles]),
        ):
            figures[f"{name}_p50_ms"], figures[f"{name}_p95_ms"] = percentiles(
                sorted(ask(client, one) for one in asked)
            )
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


def percentiles(times: list[float]) -> tuple[float, float]:
    """The middle one, and the one that 95 of 100 are below."""
    return statistics.median(times), times[int(len(times) * 0.95)]


@contextmanager
def served(path: Path) -> Iterator[str]:
    """A server in a process of its own; its address."""
    context = multiprocessing.get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(path, tell), daemon=True)
    process.start()
    try:
        if not told.poll(READY_S):
            raise TimeoutError(f"The server did not start within {READY_S} s.")
        yield told.recv().rstrip("/")
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
