"""Copies are whole, also of a store that is being written; nothing is overwritten without being asked."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from onrecord.errors import StoreError, UsageError
from onrecord.store import Store
from onrecord.store.backup import back_up, restore
from onrecord.store.check import check_store
from onrecord.store.verify import verify_store
from tests.fixtures.readings import kim_story, make_plain


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        store.add(*kim_story())
    return path


def articles(path: Path) -> int:
    with Store.open(path, read_only=True) as store:
        return store.counts().stored


def test_a_copy_restored_is_the_same_store(path, tmp_path):
    back_up(path, tmp_path / "copy.db")
    restore(tmp_path / "copy.db", tmp_path / "again.db")
    assert verify_store(tmp_path / "again.db").head == verify_store(path).head
    assert check_store(tmp_path / "again.db").findings == ()
    assert sorted(one.name for one in tmp_path.iterdir() if not one.name.endswith(("-wal", "-shm"))) == [
        "again.db", "copy.db", "store.db"
    ]  # fmt: skip


@pytest.mark.parametrize("copy", [back_up, restore])
def test_nothing_is_overwritten_without_being_asked(path, tmp_path, copy):
    other = tmp_path / "other.db"
    other.write_text("mine")
    with pytest.raises(UsageError, match=r"--overwrite"):
        copy(path, other)
    assert other.read_text() == "mine"


def test_a_copy_can_take_the_place_of_an_older_one(path, tmp_path):
    back_up(path, tmp_path / "copy.db")
    with Store.open(path) as store:
        store.add(*make_plain("More."))
    back_up(path, tmp_path / "copy.db", overwrite=True)
    assert articles(tmp_path / "copy.db") == 2


def test_a_store_goes_back_to_its_copy_under_the_eyes_of_a_reader(path, tmp_path):
    back_up(path, tmp_path / "copy.db")
    with Store.open(path) as store:
        store.add(*make_plain("A mistake."))
    with Store.open(path, read_only=True) as reader:
        restore(tmp_path / "copy.db", path, overwrite=True)
        assert reader.counts().stored == 1
    assert check_store(path).findings == ()


def test_a_damaged_store_is_moved_aside_and_replaced(path, tmp_path):
    back_up(path, tmp_path / "copy.db")
    path.write_bytes(b"\xff" * 5_000)
    restore(tmp_path / "copy.db", path, overwrite=True)
    assert articles(path) == 1
    assert path.with_name("store.db.damaged").read_bytes() == b"\xff" * 5_000


def test_a_damaged_copy_is_refused_and_the_store_left_alone(path, tmp_path):
    copy = tmp_path / "copy.db"
    back_up(path, copy)
    data = copy.read_bytes()
    copy.write_bytes(data[:20_480] + b"\xff" * 4_096 + data[24_576:])
    with pytest.raises(StoreError, match=r"damaged"):
        restore(copy, path, overwrite=True)
    assert articles(path) == 1


def test_a_folder_that_is_not_there_is_told(path, tmp_path):
    with pytest.raises(UsageError, match=r"folder does not exist"):
        back_up(path, tmp_path / "no" / "copy.db")


def _add_until_told(path: Path, told: multiprocessing.synchronize.Event) -> None:
    number = 0
    with Store.open(path) as store:
        while not told.is_set():
            store.add(*make_plain(f"Page number {number}. " * 50, path=f"{number}.html"))
            number += 1


def test_copies_made_while_another_process_writes_are_whole_and_hold_what_was_acknowledged(path, tmp_path):
    context = multiprocessing.get_context("spawn")
    told = context.Event()
    writer = context.Process(target=_add_until_told, args=(path, told))
    writer.start()
    try:
        while articles(path) < 5:
            pass
        for number in range(4):
            before = articles(path)
            back_up(path, tmp_path / f"{number}.db")
            assert before <= articles(tmp_path / f"{number}.db") <= articles(path)
            assert check_store(tmp_path / f"{number}.db").findings == ()
    finally:
        told.set()
        writer.join(60)
    assert writer.exitcode == 0
    assert check_store(path).findings == ()
