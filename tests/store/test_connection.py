"""Every way in which the file can be wrong is told in one plain line that says what to do."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import apsw
import pytest

from onrecord.errors import StoreError
from onrecord.records import Rejected, Stage
from onrecord.store import Store, connection
from tests.fixtures.readings import kim_story, make_plain

REJECTED = Rejected(path="x", stage=Stage.CLEAN, code="no-article", reason="no text")


def test_a_missing_store_is_made_when_writing_but_not_when_reading(tmp_path):
    with pytest.raises(StoreError, match=r"no store here.*onrecord add"):
        Store.open(tmp_path / "a.db", read_only=True)
    assert not (tmp_path / "a.db").exists()
    Store.open(tmp_path / "a.db").close()
    Store.open(tmp_path / "a.db", read_only=True).close()


def test_a_folder_is_no_store(tmp_path):
    with pytest.raises(StoreError, match=r"is a folder. Name a file"):
        Store.open(tmp_path)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"folder for the store does not exist"):
        Store.open(tmp_path / "no" / "a.db")


@pytest.mark.parametrize("name", ["a\0b", "a" * 5_000], ids=["NUL", "long"])
@pytest.mark.parametrize("read_only", [True, False])
def test_a_name_that_cannot_be_is_told(name, read_only):
    with pytest.raises(StoreError, match=r"Name another file"):
        Store.open(Path(name), read_only=read_only)


@pytest.mark.parametrize("read_only", [True, False])
def test_another_kind_of_file_is_refused_and_left_alone(tmp_path, read_only):
    path = tmp_path / "notes.txt"
    path.write_text("notes, not a database " * 50)
    with pytest.raises(StoreError, match=r"not an onrecord store.*Name another file"):
        Store.open(path, read_only=read_only)
    assert path.read_text() == "notes, not a database " * 50


@pytest.mark.parametrize("read_only", [True, False])
def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path, read_only):
    path = tmp_path / "bookmarks.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mark (url TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"belongs to another program"):
        Store.open(path, read_only=read_only)
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [True, False])
def test_a_store_of_a_newer_version_says_what_to_do(tmp_path, read_only):
    path = tmp_path / "a.db"
    Store.open(path).close()
    raw = apsw.Connection(str(path))
    raw.pragma("user_version", 99)
    raw.close()
    with pytest.raises(StoreError, match=r"version 99.*newer onrecord.*Update onrecord"):
        Store.open(path, read_only=read_only)


def test_a_damaged_store_says_what_to_do(tmp_path):
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        for number in range(40):
            store.add(*make_plain(f"Page {number}. " * 200, path=f"{number}.html"))
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged|could not"), Store.open(path) as store:
        store.list_articles()


def test_a_store_that_is_locked_for_long_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "BUSY_TIMEOUT_MS", 30)
    path = tmp_path / "a.db"
    with Store.open(path) as store:
        holder = apsw.Connection(str(path))
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"is locked by another program. Wait"):
            store.reject(REJECTED)
        holder.execute("ROLLBACK")
        holder.close()
        store.reject(REJECTED)
        assert store.counts().quarantined == 1


def test_a_store_opened_for_reading_refuses_to_write(tmp_path):
    Store.open(tmp_path / "a.db").close()
    with (
        Store.open(tmp_path / "a.db", read_only=True) as store,
        pytest.raises(StoreError, match=r"cannot be written. Give yourself the right"),
    ):
        store.add(*kim_story())


def test_a_reader_sees_all_of_an_article_or_nothing_while_one_is_written(tmp_path):
    path = tmp_path / "a.db"
    page, reading = kim_story()
    with Store.open(path) as writer, Store.open(path, read_only=True) as reader:
        writer._connection.execute("BEGIN IMMEDIATE")
        writer._connection.execute("INSERT INTO page VALUES ('a', 1, x'00')")
        assert reader.counts().received == 0
        writer._connection.execute("ROLLBACK")
        writer.add(page, reading)
        assert reader.reading(page.id) == reading


def test_a_failure_in_the_middle_of_an_article_leaves_nothing_of_it(tmp_path, monkeypatch):
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with Store.open(tmp_path / "a.db") as store:
        monkeypatch.setattr("onrecord.store.refiling.file_passages", fail)
        with pytest.raises(KeyboardInterrupt):
            store.add(*kim_story())
        monkeypatch.undo()
        assert store.counts().received == 0
        assert store.add(*kim_story()).outcome == "stored"


def _add_many(path: Path, first: int) -> None:
    with Store.open(path) as store:
        for number in range(first, first + 10):
            store.add(*make_plain(f"Page number {number}.", path=f"{number}.html"))


def test_processes_that_start_at_once_on_a_new_store_lose_nothing(tmp_path):
    path = tmp_path / "a.db"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_many, args=(path, number * 10)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    with Store.open(path, read_only=True) as store:
        assert store.counts().stored == 30


def test_what_is_acknowledged_is_synchronised_to_the_disk(tmp_path):
    with Store.open(tmp_path / "a.db") as store:
        assert store._connection.pragma("journal_mode") == "wal"
        assert store._connection.pragma("synchronous") == 2


def test_migrations_are_numbered_without_a_gap():
    numbers = [number for number, _ in connection.migration_scripts()]
    assert numbers == list(range(1, connection.newest_version() + 1))
