"""Kill `onrecord add` in the middle, again and again, and look whether anything was lost.

    python -m benchmarks.crashes [--rounds 1000] [--real] [--json OUT]

Each round starts on a new store, kills the command as `kill -9` does (one round at each named point, the others at a
moment drawn at random), looks at what is left, runs the command again to its end and looks once more. The models are
stood in for by simple rules, so that a round takes a fraction of a second and nearly all of it is spent in the store;
`--real` kills the command with its models, once at each named point.

Lost: acknowledged and not there. Half written: there, and `onrecord check` finds something. Duplicate: there twice
after the second run. Missing: neither stored nor in quarantine after it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from onrecord import pipeline
from onrecord.cli.app import run_app
from onrecord.errors import WorkerDied
from onrecord.reading import Found
from onrecord.records import Act, Article, Block, BlockRole, Page, Span, Statement, StatementKind
from onrecord.store import Store
from onrecord.store.check import check_store
from onrecord.store.faults import POINTS, Fault, arm
from onrecord.store.ledger import read_ledger

PAGES = 12
BROKEN = 2
POISON = "zzz"  # what a page says that the stand-in parser dies of
ACKNOWLEDGED = re.compile(r"^(?:stored|new version|duplicate|reread): (\S+) ", re.MULTILINE)


class StandInCleaner:
    """Takes the text as it is; dies of one page."""

    def start(self) -> None:
        """Nothing to do."""

    def model_name(self) -> str:
        """A name, as models have one."""
        return "stand-in"

    def clean(self, page: Page) -> Article:
        """The page as an article of one block."""
        text = json.loads(page.data)["text"] if page.data[:1] == b"{" else page.data.decode()
        if POISON in text:
            raise WorkerDied(page.origin.path, "the parser crashed on this page", offset=page.origin.offset)
        body = Block(role=BlockRole.BODY, source_start=0, source_end=len(text), start=0, end=len(text))
        return Article(id=page.id, title=text[:30], text=text, blocks=(body,), origin=page.origin)

    def close(self) -> None:
        """Nothing to do."""


class StandInReader:
    """Every sentence is a statement."""

    name = "stand-in"

    def start(self) -> None:
        """Nothing to do."""

    def read(self, article: Article, *, flat: bool) -> Found:  # noqa: ARG002  as `pipeline.Reader` has it
        """The sentences."""
        statements = tuple(
            Statement(
                id=f"s{number}",
                kind=StatementKind.INDIRECT,
                content=(Span(*found.span()),),
                act=Act.ASSERT,
                confidence=0.5,
            )
            for number, found in enumerate(re.finditer(r"[^.]+\.", article.text), 1)
        )
        return Found(statements=statements)


class Left(Counter[str]):
    """What a round, or all of them, ended with, by name."""


def write_pages(path: Path) -> None:
    """Pages of some sentences, invented; two broken lines and a page that kills the parser among them."""
    lines = []
    for number in range(PAGES):
        words = " ".join(f"The ferry number {number * 40 + i} will sail, the minister said." for i in range(40))
        lines.append(json.dumps({"id": f"page-{number}", "text": words}))
    lines[3:3] = ['{"id": "torn', '{"text": 12}']
    lines[8:8] = [json.dumps({"id": "poison", "text": f"A page of {POISON}."})]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def start_adding(source: Path, store: Path, out: Path, fault: Fault | None) -> int:
    """The command in a process of its own that has everything imported already; its id."""
    child = os.fork()
    if child:
        return child
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        arm(fault)
        run_app(["add", "--as-is", str(source), "--store", str(store)])
    finally:
        os._exit(0)


def kill_after(child: int, delay_s: float | None) -> bool:
    """Whether the process died of a kill: ours after so many seconds, or its own at a point."""
    if delay_s is not None:
        time.sleep(delay_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def look(store: Path, out: Path, left: Left) -> None:
    """After a kill: what was acknowledged is there to the letter, and nothing is there in halves."""
    if not store.exists():
        left["lost"] += len(ACKNOWLEDGED.findall(out.read_text(encoding="utf-8")))
        return
    begun = time.perf_counter()
    with Store.open(store) as opened:
        opened.counts()
        left["slowest_open_ms"] = max(left["slowest_open_ms"], round(1000 * (time.perf_counter() - begun)))
        for article_id in ACKNOWLEDGED.findall(out.read_text(encoding="utf-8")):
            left["acknowledged"] += 1
            left["lost"] += not is_there(opened, article_id)
    left["half_written"] += len(check_store(store).findings) + (not read_ledger(store).adds_up)


def is_there(store: Store, article_id: str) -> bool:
    try:
        return store.page(article_id).id == article_id and bool(store.reading(article_id).statements)
    except Exception:  # noqa: BLE001  whatever it is, the article is not there
        return False


def look_after_second_run(store: Path, left: Left, *, pages: int = PAGES) -> None:
    """Everything is there once."""
    ledger = read_ledger(store)
    with Store.open(store, read_only=True) as opened:
        ids = [one.article_id for one in opened.list_articles(limit=1_000)]
        rows = {(row.path, row.offset, row.code) for row in opened.rejections(limit=1_000)}
    left["duplicates"] += len(ids) - len(set(ids)) + max(ledger.stored - pages, 0)
    left["missing"] += max(pages - ledger.stored, 0) + max(BROKEN + 1 - len(rows), 0)
    left["half_written"] += len(check_store(store).findings) + (not ledger.adds_up)


def one_round(folder: Path, *, fault: Fault | None = None, delay_s: float | None = None) -> Left:
    """Kill, look, run again, look."""
    left, store, out, source = Left(rounds=1), folder / "store.db", folder / "out", folder / "pages.jsonl"
    for path in folder.iterdir():
        path.unlink()
    write_pages(source)
    out.touch()
    left["killed"] += kill_after(start_adding(source, store, out, fault), delay_s)
    look(store, out, left)
    kill_after(start_adding(source, store, out, None), None)
    look_after_second_run(store, left)
    return left


def real_round(folder: Path, point: str) -> Left:
    """The same with the true command and its models, killed when it comes to a point for the second time."""
    left, store, out, source = Left(rounds=1), folder / "store.db", folder / "out", folder / "pages.jsonl"
    for path in folder.iterdir():
        path.unlink()
    write_pages(source)
    command = [sys.executable, "-m", "onrecord", "add", "--as-is", str(source), "--store", str(store)]
    nth = 1 if point == "quarantined" else 2
    with out.open("wb") as file:
        environment = os.environ | {"ONRECORD_FAULT": f"{point}:kill:{nth}"}
        done = subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, env=environment, check=False)
    left["killed"] += done.returncode == -signal.SIGKILL
    look(store, out, left)
    subprocess.run(command, capture_output=True, check=False)
    ledger = read_ledger(store)
    left["duplicates"] += max(ledger.stored - PAGES - 1, 0)  # no true parser dies of the poison
    left["missing"] += max(PAGES + 1 - ledger.stored, 0)
    left["half_written"] += len(check_store(store).findings) + (not ledger.adds_up)
    return left


def import_everything(folder: Path) -> None:
    """Run the command once in this process, so that those to be killed spend their time in the store."""
    write_pages(folder / "pages.jsonl")
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        run_app(["add", "--as-is", str(folder / "pages.jsonl"), "--store", str(folder / "store.db")])


def measure(rounds: int, *, real: bool) -> dict[str, float]:
    pipeline.open_tools = lambda options: pipeline.Tools(cleaner=StandInCleaner(), reader=StandInReader())  # noqa: ARG005
    draw, total = random.Random(8), Left()  # noqa: S311  moments, no secrets
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        import_everything(folder)
        calm = one_round(folder)
        begun = time.perf_counter()
        kill_after(start_adding(folder / "pages.jsonl", folder / "timed.db", folder / "out", None), None)
        usual_s = time.perf_counter() - begun
        assert not problems(calm), f"without any kill: {dict(calm)}"
        while (number := total["killed"]) < rounds:
            if number < len(POINTS):
                left = one_round(folder, fault=Fault(POINTS[number], "kill", 1 + (POINTS[number] != "quarantined")))
                assert left["killed"], f"{POINTS[number]} was never reached"
            else:
                left = one_round(folder, delay_s=draw.uniform(0, usual_s))
                usual_s *= 1.01 if left["killed"] else 0.96  # other loads come and go: four of five are to be in time
            add_up(total, left)
            if problems(left):
                print(f"kill {number}: {dict(left)}", file=sys.stderr)
            if sys.stderr.isatty():
                print(f"\r{number + 1} of {rounds}", end="", file=sys.stderr)
        for point in POINTS if real else ():
            add_up(total, real_round(folder, point))
    return figures_of(total)


def problems(left: Left) -> int:
    return sum(left[name] for name in ("lost", "half_written", "duplicates", "missing"))


def add_up(total: Left, left: Left) -> None:
    slowest = max(total["slowest_open_ms"], left["slowest_open_ms"])
    total.update(left)
    total["slowest_open_ms"] = slowest


def figures_of(total: Left) -> dict[str, float]:
    names = ("rounds", "killed", "acknowledged", "lost", "half_written", "duplicates", "missing")
    return {name: total[name] for name in names} | {"slowest_open_s": total["slowest_open_ms"] / 1000}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1_000, help="in which the kill came before the end")
    parser.add_argument("--real", action="store_true", help="also kill the command with its models at each point")
    parser.add_argument("--shared", type=Path, help="not needed; as all benchmarks take it")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args(arguments)
    figures = measure(args.rounds, real=args.real)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if figures["lost"] + figures["half_written"] + figures["duplicates"] + figures["missing"] else 0)


if __name__ == "__main__":
    main()
