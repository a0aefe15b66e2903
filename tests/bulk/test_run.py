"""A run from inputs to tables: it can be stopped anywhere and goes on; who works on it does not matter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from onrecord.bulk import BulkRun, Engine, Settings, digest_tables, import_readings, plan_shards
from onrecord.bulk import run as bulk_run
from onrecord.bulk.local import run_local
from onrecord.bulk.run import Status, _Pace, read_manifest
from onrecord.errors import BulkError, UsageError
from onrecord.records import Rejected, Span
from onrecord.store import Store
from tests.bulk.conftest import SMALL, write_lines
from tests.fixtures.workers import COMMAND

ROOT = Path(__file__).parent.parent.parent
MEMORY = 2**30


@pytest.fixture(autouse=True)
def plain_workers(monkeypatch):
    """Workers that load no models."""
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")

    def run_plain(*args, **how):
        return run_local(*args, **how, command=COMMAND)

    monkeypatch.setattr(bulk_run, "run_local", run_plain)


def work(source, out, settings=SMALL, workers=2) -> list[Status]:
    with BulkRun([str(source)], out, settings) as run:
        return list(run.work(engine=Engine.LOCAL, workers=workers, memory_bytes=MEMORY))


def undisturbed(source, tmp_path, settings=SMALL) -> str:
    work(source, tmp_path / "undisturbed", settings, workers=1)
    return digest_tables(tmp_path / "undisturbed")


def children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()]


def test_one_worker_and_two_make_the_same_records(lines, tmp_path):
    work(lines, tmp_path / "out")
    assert digest_tables(tmp_path / "out") == undisturbed(lines, tmp_path)
    assert sum(done.counts.read for done in read_manifest(tmp_path / "out")) == 30


def test_the_last_status_says_that_all_is_done(lines, tmp_path):
    statuses = work(lines, tmp_path / "out")
    last = statuses[-1]
    assert last.done_bytes == last.total_bytes == lines.stat().st_size
    assert (last.pages, last.left_s) == (30, 0)
    assert [status.done_bytes for status in statuses] == sorted(status.done_bytes for status in statuses)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the worker through /proc")
def test_a_worker_that_is_killed_is_replaced_and_no_page_is_lost(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", [f"Okoye said that ferry {n} is slow." for n in range(40)])
    out, killed = tmp_path / "out", 0
    with BulkRun([str(source)], out, replace(SMALL, shard_bytes=2**20)) as run:
        for status in run.work(engine=Engine.LOCAL, workers=1, memory_bytes=MEMORY):
            if status.pages in (5, 15) and killed < 2:
                os.kill(children()[-1], signal.SIGKILL)
                killed += 1
    (done,) = read_manifest(out)
    assert (killed, done.counts.read, done.counts.rejected, done.starts) == (2, 40, 0, 3)
    assert digest_tables(out) == undisturbed(source, tmp_path, replace(SMALL, shard_bytes=2**20))


def test_a_page_that_kills_its_worker_ends_in_quarantine_and_the_rest_is_read(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", ["Okoye said yes.", "Moren said deadly things.", "Olsen said no."])
    work(source, tmp_path / "out", workers=1)
    counts = [done.counts for done in read_manifest(tmp_path / "out")]
    assert (sum(c.read for c in counts), sum(c.rejected for c in counts)) == (2, 1)


def test_a_run_that_was_stopped_goes_on_and_does_nothing_twice(lines, tmp_path):
    out = tmp_path / "out"
    with BulkRun([str(lines)], out, SMALL) as run:
        for status in run.work(engine=Engine.LOCAL, workers=1, memory_bytes=MEMORY):
            if status.pages > 12:
                break
    before = {path: path.stat().st_mtime_ns for path in (out / "manifest").iterdir()}
    assert before
    again = work(lines, out)
    assert again[0].begun_bytes > 0
    assert again[-1].done_bytes == again[-1].total_bytes
    assert before.items() <= {path: path.stat().st_mtime_ns for path in (out / "manifest").iterdir()}.items()
    assert digest_tables(out) == undisturbed(lines, tmp_path)
    assert work(lines, out) == []


def test_more_inputs_can_come_into_a_folder_later(lines, tmp_path):
    other = write_lines(tmp_path / "more.jsonl", ["Moren said so."])
    work(lines, tmp_path / "out")
    work(other, tmp_path / "out")
    assert sum(done.counts.read for done in read_manifest(tmp_path / "out")) == 31


def test_a_folder_that_grew_is_read_on_where_it_grew(tmp_path):
    folder, out = tmp_path / "pages", tmp_path / "out"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"Okoye said that ferry {number} would stay.")
    work(folder, out)
    (folder / "2b.txt").write_text("Moren said so.")
    work(folder, out)
    counts = [done.counts for done in read_manifest(out)]
    assert sum(one.read for one in counts) == 6


def test_an_input_that_was_changed_since_is_not_mixed_with_what_it_was(lines, tmp_path):
    work(lines, tmp_path / "out")
    lines.write_text(lines.read_text() + '{"text": "Moren said so."}\n')
    with pytest.raises(UsageError, match=r"changed since.*--out"):
        work(lines, tmp_path / "out")


def test_other_settings_need_another_folder(lines, tmp_path):
    work(lines, tmp_path / "out")
    with pytest.raises(UsageError, match="flat was False and is True"):
        work(lines, tmp_path / "out", replace(SMALL, flat=True))


def test_two_runs_do_not_work_in_one_folder(lines, tmp_path):
    with BulkRun([str(lines)], tmp_path / "out", SMALL), pytest.raises(UsageError, match="another run"):
        work(lines, tmp_path / "out")


def test_a_folder_with_other_things_in_it_is_left_alone(lines, tmp_path):
    with pytest.raises(UsageError, match="holds other things"):
        work(lines, tmp_path)


def test_workers_that_cannot_start_are_told_of(lines, tmp_path, monkeypatch):
    monkeypatch.setattr("onrecord.bulk.local._MAX_FALSE_STARTS", 2)
    monkeypatch.setattr(bulk_run, "run_local", lambda *a, **how: run_local(*a, **how, command=("false",)))
    with pytest.raises(BulkError, match="before they were ready"):
        work(lines, tmp_path / "out")


def test_a_worker_with_too_much_memory_is_replaced(lines, tmp_path):
    with (
        BulkRun([str(lines)], tmp_path / "out", SMALL) as run,
        pytest.raises(BulkError, match="before they were ready"),
    ):
        list(run.work(engine=Engine.LOCAL, workers=1, memory_bytes=2**20))


def test_inputs_that_are_refused_are_counted_once(lines, tmp_path):
    missing = tmp_path / "gone.html"
    for _ in range(2):
        with BulkRun([str(lines), str(missing)], tmp_path / "out", SMALL) as run:
            list(run.work(engine=Engine.LOCAL, workers=1, memory_bytes=MEMORY))
            assert (run.counts.received, run.counts.read, run.counts.rejected) == (31, 30, 1)


def test_standard_input_is_refused():
    from onrecord.bulk.shards import find_inputs

    with pytest.raises(UsageError, match="save it to a file"):
        list(find_inputs(["-"], out=Path("out")))


def test_output_inside_an_input_folder_is_no_input(tmp_path):
    (tmp_path / "a.txt").write_text("Okoye said yes.")
    for _ in range(2):
        work(tmp_path, tmp_path / "out")
    assert sum(done.counts.received for done in read_manifest(tmp_path / "out")) == 1


@pytest.mark.parametrize("size", [1, 300, 10**9])
def test_shards_hold_every_byte_once(lines, size):
    shards = list(plan_shards([str(lines)], Settings(shard_bytes=size)))
    assert sum(shard.size for shard in shards) == lines.stat().st_size
    assert len({shard.key for shard in shards}) == len(shards)


def test_readings_come_into_a_store_as_they_were(lines, tmp_path):
    lines.write_text(lines.read_text() + "{broken\n")
    work(lines, tmp_path / "out")
    with Store.open(tmp_path / "talks.db") as store:
        kept = list(import_readings(tmp_path / "out", store))
        assert sum(isinstance(one, Rejected) for one in kept) == 1
        counts = store.counts()
        assert (counts.received, counts.stored, counts.quarantined, counts.statements) == (31, 30, 1, 30)
        reading = store.reading("n4")
        assert reading.article.text == "Okoye said that ferry 4 would stay."
        assert reading.statements[0].speaker.evidence == Span(0, 5)
        assert store.page("n4").data == reading.article.text.encode()


def test_tables_without_pages_cannot_come_into_a_store(lines, tmp_path):
    work(lines, tmp_path / "out", replace(SMALL, keeps_pages=False))
    with Store.open(tmp_path / "talks.db") as store, pytest.raises(BulkError, match="--no-pages"):
        list(import_readings(tmp_path / "out", store))


def test_a_folder_that_is_no_output_is_told(tmp_path):
    with pytest.raises(BulkError, match="no output of"):
        read_manifest(tmp_path)


@pytest.mark.slow
def test_ray_makes_the_same_records(lines, tmp_path, monkeypatch):
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'onrecord[ray]' to test that engine")
    monkeypatch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    for folder, engine in (("local", Engine.LOCAL), ("ray", Engine.RAY)):
        monkeypatch.setattr(bulk_run, "run_local", run_local)
        with BulkRun([str(lines)], tmp_path / folder, SMALL) as run:
            list(run.work(engine=engine, workers=2, memory_bytes=2 * MEMORY))
    assert digest_tables(tmp_path / "ray") == digest_tables(tmp_path / "local")


def test_the_time_that_is_left_follows_the_pace_of_this_run():
    pace = _Pace()
    assert pace.left_s(100.0, 300, 1000) is None, "the workers have just begun"
    assert pace.left_s(101.0, 320, 1000) is None
    assert pace.left_s(110.0, 500, 1000) == pytest.approx(25.0)
    assert pace.left_s(150.0, 1000, 1000) == 0


DRIVER = """
import sys
from pathlib import Path
from onrecord.bulk import BulkRun, Engine, run as bulk_run
from onrecord.bulk.local import run_local
from tests.bulk.conftest import SMALL
from tests.fixtures.workers import COMMAND
bulk_run.run_local = lambda *args, **how: run_local(*args, **how, command=COMMAND)
with BulkRun([sys.argv[1]], Path(sys.argv[2]), SMALL) as run:
    for status in run.work(engine=Engine.LOCAL, workers=1, memory_bytes=2**30):
        print(status.pages, flush=True)
"""


def test_a_driver_that_is_killed_costs_nothing_that_is_done(tmp_path):
    source = write_lines(tmp_path / "in.jsonl", [f"Okoye said that ferry {n} is slow." for n in range(40)])
    out = tmp_path / "out"
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, source, out], stdout=subprocess.PIPE, cwd=ROOT)
    for line in driver.stdout:
        if int(line) > 12:
            break
    driver.kill()
    driver.communicate()
    before = {path: path.stat().st_mtime_ns for path in (out / "manifest").iterdir()}
    assert before
    work(source, out)
    assert before.items() <= {path: path.stat().st_mtime_ns for path in (out / "manifest").iterdir()}.items()
    assert digest_tables(out) == undisturbed(source, tmp_path)
