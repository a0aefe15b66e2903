"""Full disks, broken disks, stores that cannot be written, and second writers: one clear line, and the store intact."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from benchmarks.crashes import StandInCleaner, StandInReader
from onrecord.cli import main
from onrecord.errors import StoreError
from onrecord.pipeline import Tools
from onrecord.store import Store, connection, faults
from onrecord.store.check import check_store
from tests.fixtures.readings import kim_story, make_plain


def fill(store: Store, *, first: int = 0, most: int = 60) -> tuple[list[str], str]:
    """Ids acknowledged until an error comes, and what it says."""
    acknowledged: list[str] = []
    for number in range(first, first + most):
        try:
            acknowledged.append(store.add(*make_plain(f"Page {number}. " * 300, path=f"{number}.html")).article_id)
        except StoreError as error:
            return acknowledged, str(error)
    return acknowledged, ""


def is_intact(path: Path, acknowledged: list[str]) -> bool:
    with Store.open(path) as store:
        return all(store.reading(id_).article.id == id_ for id_ in acknowledged) and check_store(path).findings == ()


@contextmanager
def files_up_to(count: int) -> Iterator[None]:
    """Writing beyond so many bytes of a file fails, as on a disk that breaks there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_store_that_may_not_grow_says_so_and_keeps_what_it_acknowledged(tmp_path):
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        store.add(*kim_story())
        pages = store._connection.pragma("page_count")
        store._connection.pragma("max_page_count", pages + 12)
        acknowledged, told = fill(store)
        assert "the disk is full. Make room and try again; what was acknowledged is safe." in told
        store._connection.pragma("max_page_count", 1_000_000)
        assert fill(store, first=50, most=3)[1] == ""
    assert acknowledged
    assert is_intact(path, [kim_story()[0].id, *acknowledged])


@pytest.mark.parametrize("count", [70_000, 110_000, 150_000, 250_000, 400_000])
def test_a_write_that_fails_wherever_it_is_costs_one_article_and_no_more(tmp_path, count):
    path = tmp_path / "store.db"
    with Store.open(path) as store, files_up_to(count):
        acknowledged, told = fill(store, most=200)
    assert "could not be read or written by the system. Check the disk" in told
    assert is_intact(path, acknowledged)


@pytest.mark.parametrize("action", ["full", "io"])
@pytest.mark.parametrize("point", ["bytes-kept", "article-filed", "reading-filed", "sealed", "quarantined"])
def test_an_error_at_any_point_leaves_nothing_of_the_article(tmp_path, monkeypatch, point, action):
    stand_ins = Tools(cleaner=StandInCleaner(), reader=StandInReader())
    monkeypatch.setattr("onrecord.pipeline.open_tools", lambda options: stand_ins)
    path = tmp_path / "store.db"
    pages = tmp_path / "pages.jsonl"
    pages.write_text('{"id": "ferry", "text": "The ferry stays, the minister said."}\n{"id": "torn\n', encoding="utf-8")
    with Store.open(path) as store:
        store.add(*kim_story())
    faults.arm(faults.Fault(point, action))
    try:
        with pytest.raises(SystemExit) as ended:
            main(["add", "--as-is", str(pages), "--store", str(path)])
    finally:
        faults.arm(None)
    assert ended.value.code == 3
    with Store.open(path) as store:
        assert [one.article_id for one in store.list_articles()][1:] == (["ferry"] if point == "quarantined" else [])
    assert check_store(path).findings == ()


def test_a_second_writer_that_waits_too_long_is_told_in_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 30)
    path, page = tmp_path / "store.db", tmp_path / "page.txt"
    page.write_text("The ferry stays, the minister said.", encoding="utf-8")
    with Store.open(path) as store:
        store.add(*kim_story())
    holder = apsw.Connection(str(path))
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(SystemExit) as ended:
        main(["add", "--as-is", str(page), "--store", str(path)])
    holder.execute("ROLLBACK")
    holder.close()
    told = capsys.readouterr().err.strip()
    assert ended.value.code == 3
    assert "is locked by another program. Wait" in told
    assert len(told.splitlines()) == 1
    assert is_intact(path, [kim_story()[0].id])


SMALL_DISK = """
set -e
mount -t tmpfs -o size=1m none {folder}
{python} - <<'END'
from pathlib import Path
from onrecord.store import Store
from tests.store.test_disk import fill, is_intact
path = Path("{folder}/store.db")
with Store.open(path) as store:
    acknowledged, told = fill(store, most=2000)
print(told)
Path("{folder}/store.db").stat()
print("intact" if is_intact(path, acknowledged) and acknowledged else "NOT INTACT")
END
mount -o remount,ro {folder}
{python} -m onrecord add {page} --store {folder}/store.db || echo "status $?"
{python} -m onrecord verify {folder}/store.db
"""


def test_a_disk_that_is_full_and_one_that_cannot_be_written(tmp_path, root):
    folder, page = tmp_path / "disk", tmp_path / "page.txt"
    folder.mkdir()
    page.write_text("The ferry stays, the minister said.", encoding="utf-8")
    if (
        not shutil.which("unshare")
        or subprocess.run(
            ["unshare", "-m", "mount", "-t", "tmpfs", "none", str(folder)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no right to mount a small disk here")
    script = SMALL_DISK.format(folder=folder, page=page, python=sys.executable)
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script], cwd=root, capture_output=True, text=True, timeout=300, check=False
    )
    lines = done.stdout.splitlines()
    assert "the disk is full" in lines[0], done.stdout + done.stderr
    assert lines[1:3] == ["intact", "status 3"]
    assert "cannot be written. Give yourself the right" in done.stderr
    assert any(line.startswith("all as it was written") for line in lines)
