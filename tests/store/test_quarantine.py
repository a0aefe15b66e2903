"""What failed is kept with its bytes and can be read again; the ledger goes on adding up."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from onrecord.errors import UsageError
from onrecord.records import Rejected, Stage
from onrecord.store import Attempts, Store
from onrecord.store.check import check_store
from onrecord.store.ledger import read_ledger
from onrecord.store.quarantine import failed_page, find_failed, list_failed
from tests.fixtures.readings import kim_story, make_page, make_plain

TORN = Rejected(path="a.jsonl", stage=Stage.COLLECT, code="damaged-input", reason="not JSON", offset=90)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def fail(path: Path, page, code: str = "time-limit", *, times: int = 1) -> None:
    with Store.open(path) as store:
        for _ in range(times):
            rejected = Rejected(
                path=page.origin.path, stage=Stage.CLEAN, code=code, reason="too slow", sha256=page.origin.sha256
            )
            store.reject(rejected, page=page)


def adds_up(path: Path) -> bool:
    return read_ledger(path).adds_up and check_store(path).findings == ()


def test_a_page_that_failed_is_kept_to_the_byte(path):
    page = replace(make_page("<p>slow\x00", path="slow.html"), url="https://a.example/", encoding="utf-8")
    fail(path, page)
    (row,) = list_failed(path)
    assert (row.stage, row.code, row.path, row.bytes, row.times, row.tries) == (
        "clean", "time-limit", "slow.html", 8, 1, 1
    )  # fmt: skip
    assert failed_page(path, row) == page


def test_what_had_no_bytes_is_listed_all_the_same(path):
    with Store.open(path) as store:
        store.reject(TORN)
    (row,) = list_failed(path, code="damaged-input")
    assert (row.offset, row.bytes, failed_page(path, row)) == (90, None, None)
    assert list_failed(path, stage="read") == ()


def test_a_number_that_is_not_there_is_told(path):
    Store.open(path).close()
    with pytest.raises(UsageError, match=r"number 7"):
        find_failed(path, [7])


@pytest.mark.parametrize("times", [1, 3])
def test_a_page_that_is_read_after_all_leaves_the_quarantine_and_every_input_stays_counted(path, times):
    page, reading = kim_story()
    fail(path, page, times=times)
    with Store.open(path) as store:
        assert store.add(page, reading, settles=1).outcome == "stored"
    ledger = read_ledger(path)
    assert (ledger.received, ledger.stored, ledger.duplicate, ledger.quarantined) == (times, 1, times - 1, 0)
    assert adds_up(path)


def test_a_try_that_fails_again_is_no_new_input(path):
    page, _ = kim_story()
    fail(path, page)
    with Store.open(path) as store:
        again = Rejected(path=page.origin.path, stage=Stage.CLEAN, code="no-article", reason="no text")
        store.reject(again, page=page, retried=1)
    (row,) = list_failed(path)
    assert (row.code, row.times, row.tries) == ("no-article", 1, 2)
    assert adds_up(path)


def test_the_ledger_tells_stages_and_codes(path):
    fail(path, kim_story()[0], times=2)
    with Store.open(path) as store:
        store.reject(TORN)
        store.add(*make_plain("Fine."))
        store.add(*make_plain("Fine."))
    ledger = read_ledger(path)
    told = [(one.stage, one.code, one.inputs, one.kept) for one in ledger.failures]
    assert told == [("clean", "time-limit", 2, 1), ("collect", "damaged-input", 1, 0)]
    assert (ledger.received, ledger.stored, ledger.duplicate, ledger.quarantined) == (5, 1, 1, 3)
    assert ledger.models[0].readings == 1
    assert ledger.sizes.file >= ledger.sizes.records > 0


# ------------------------------------------------------------------------------------------- pages that kill


def begin_and_die(path: Path, page) -> None:
    """As a process that is killed while it reads: nobody closes anything."""
    attempts = Attempts.open(path)
    assert attempts.admit(page) is page
    attempts._connection.close()


def test_a_page_over_which_the_process_died_twice_is_not_tried_again(path):
    page, _ = kim_story()
    for _ in range(2):
        begin_and_die(path, page)
    assert read_ledger(path).begun == 1
    with Store.open(path) as store, Attempts.open(path) as attempts:
        refused = attempts.admit(page)
        assert isinstance(refused, Rejected)
        assert (refused.code, refused.path) == ("worker-died", page.origin.path)
        store.reject(refused)
    (row,) = list_failed(path)
    assert (row.times, row.tries, failed_page(path, row)) == (1, 2, page)
    assert adds_up(path)


def test_a_page_that_took_too_long_twice_is_not_tried_a_third_time_but_still_counted(path):
    page, _ = kim_story()
    for _ in range(2):
        with Attempts.open(path) as attempts:
            assert attempts.admit(page) is page
        fail(path, page)
    with Store.open(path) as store, Attempts.open(path) as attempts:
        refused = attempts.admit(page)
        assert isinstance(refused, Rejected)
        assert "onrecord failed retry 1" in refused.reason
        store.reject(refused)
    (row,) = list_failed(path)
    assert (row.times, row.tries, row.reason) == (3, 2, "too slow")
    assert adds_up(path)


def test_a_page_without_an_article_may_be_tried_as_often_as_one_likes(path):
    page, _ = kim_story()
    fail(path, page, "no-article", times=3)
    with Attempts.open(path) as attempts:
        assert attempts.admit(page) is page


def test_what_was_begun_is_forgotten_when_it_ended_or_the_run_was_stopped_in_order(path):
    page, reading = kim_story()
    with Attempts.open(path) as attempts:
        attempts.admit(page)
    assert read_ledger(path).begun == 0
    begin_and_die(path, page)
    with Store.open(path) as store:
        store.add(page, reading)
    assert read_ledger(path).begun == 0
