"""How long it takes to connect one article with those of a store, and all of them anew.

    python -m benchmarks.connecting [--shared ../shared] [--articles 5000] [--json OUT]

A store is filled with the pool of `benchmarks.copies` (without reading it; each article gets a day, 50 articles a
day), with a copy for every thirtieth, and connected. Then 200 copies are added, and the time is taken that it needs to
connect each of them: by the wall clock, with all that is written on the disk; their days are the last, so their stories
are nearly always new. `processor_seconds_for_all` is of the process that places the articles; the one that prepares
them runs beside it. The store lies in a temporary folder and is removed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import tempfile
import time
from collections import deque
from datetime import date, timedelta
from pathlib import Path

from benchmarks.copies import make_pool, plant
from onrecord.connecting import Connector
from onrecord.records import Article, Models, Moment, Origin, Page, PageKind, Reading
from onrecord.store import Store

_LAST = 200
_A_DAY = 50


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(args.shared, Path(folder) / "store.db", args.articles)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures) + "\n", encoding="utf-8")


def measure(shared: Path, path: Path, count: int) -> dict[str, float]:
    """Milliseconds an article, and seconds for all of them."""
    chance = random.Random(7)  # noqa: S311  no secret
    pool, _ = make_pool(shared, count, chance)
    pool += [plant(chance, pool, number)[2] for number in range(count // 30)]
    chance.shuffle(pool)
    with Store.open(path) as store:
        for number, text in enumerate(pool):
            store.add(*_reading(number, text))
    with Connector(path) as connector:
        started, processor = time.perf_counter(), time.process_time()
        deque(connector.connect_all(), maxlen=0)
        took, worked = time.perf_counter() - started, time.process_time() - processor
    times, worked_for_one = [], []
    with Store.open(path) as store, Connector(path) as connector:
        for number in range(_LAST):
            page, reading = _reading(len(pool) + number, plant(chance, pool, number)[2])
            store.add(page, reading)
            before, processor = time.perf_counter(), time.process_time()
            connector.connect_article(page.id)
            times.append(1000 * (time.perf_counter() - before))
            worked_for_one.append(1000 * (time.process_time() - processor))
    return {
        "articles": len(pool),
        "milliseconds_an_article": statistics.median(times),
        "processor_milliseconds_an_article": statistics.median(worked_for_one),
        "slowest_twentieth_milliseconds": statistics.quantiles(times, n=20)[-1],
        "seconds_for_all": took,
        "processor_seconds_for_all": worked,
        "bytes": path.stat().st_size,
    }


def _reading(number: int, text: str) -> tuple[Page, Reading]:
    data = f"{number}\n{text}".encode()
    digest = hashlib.sha256(data).hexdigest()
    origin = Origin(path=f"{number}.txt", sha256=digest, length=len(data))
    day = (date(2030, 1, 1) + timedelta(days=number // _A_DAY)).isoformat()
    article = Article(id=digest[:16], text=text, published=Moment(value=day, basis="made"), origin=origin)
    page = Page(id=digest[:16], data=data, kind=PageKind.AS_IS, origin=origin)
    return page, Reading(article=article, models=Models(onrecord="0", reader="none", blocks="none"))


if __name__ == "__main__":
    main()
