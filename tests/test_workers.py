"""A page may be slow, hungry or deadly to its parser; the worker is replaced and the next page read."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from onrecord.config import Limits
from onrecord.errors import CleanError, MemoryLimitHit, TimeLimitHit, WorkerDied
from onrecord.records import Page, PageKind
from onrecord.workers import CleaningWorker
from tests.fixtures.readings import make_page

GOOD = make_page(
    "Dam to be finished by June\n\n"
    "SENDAVIK — The water minister said on Monday that the dam would be finished by June.\n\n"
    "“We will complete the spillway before the rains,” she told reporters in the capital.\n"
)


@pytest.fixture(scope="module")
def worker() -> Iterator[CleaningWorker]:
    with CleaningWorker(Limits()) as started:
        yield started


def slow_page(paragraphs: int = 200_000) -> Page:
    body = b"<html><body><article>" + b"<p>The minister said <b>so</b> on Monday.</p>" * paragraphs
    page = make_page(body)
    return Page(id=page.id, data=page.data, kind=PageKind.HTML, origin=page.origin)


def process_id(worker: CleaningWorker) -> int:
    assert worker._process is not None
    return worker._process.pid


def test_a_page_comes_back_as_its_article(worker):
    article = worker.clean(GOOD)
    assert article.id == GOOD.id
    assert "before the rains" in article.text


def test_one_process_cleans_many_pages(worker):
    worker.clean(GOOD)
    first = process_id(worker)
    worker.clean(GOOD)
    assert process_id(worker) == first


def test_an_error_of_the_stage_comes_back_as_that_error(worker):
    page = make_page("\x00\x01" * 4, path="bad.txt")
    with pytest.raises(CleanError) as caught:
        worker.clean(page)
    assert caught.value.path == "bad.txt"


def test_a_process_that_died_between_two_pages_is_replaced(worker):
    worker.clean(GOOD)
    os.kill(process_id(worker), signal.SIGKILL)
    time.sleep(0.1)
    assert worker.clean(GOOD).text


def test_a_page_that_takes_too_long_is_rejected_and_the_next_one_cleaned():
    with CleaningWorker(Limits(parse_time_s=1)) as worker:
        worker.model_name()
        started = time.monotonic()
        with pytest.raises(TimeLimitHit, match=r"over 1 s"):
            worker.clean(slow_page())
        assert time.monotonic() - started < 5
        assert worker.clean(GOOD).text


def test_a_page_that_wants_too_much_memory_is_rejected_and_the_next_one_cleaned():
    with CleaningWorker(Limits(parse_memory_bytes=96 * 2**20)) as worker:
        with pytest.raises((MemoryLimitHit, WorkerDied)):
            worker.clean(slow_page())
        assert worker.clean(GOOD).text


def test_a_parser_that_crashes_costs_its_page_only():
    with CleaningWorker(Limits()) as worker:
        worker.model_name()
        crash = threading.Timer(0.2, os.kill, (process_id(worker), signal.SIGSEGV))
        crash.start()
        with pytest.raises(WorkerDied, match="crashed on this page"):
            worker.clean(slow_page())
        assert worker.clean(GOOD).text


def test_a_page_that_a_used_process_dies_of_gets_a_second_try_in_a_fresh_one():
    with CleaningWorker(Limits(parse_time_s=60)) as worker:
        worker.clean(GOOD)
        first = process_id(worker)
        crash = threading.Timer(0.05, os.kill, (first, signal.SIGSEGV))
        crash.start()
        assert worker.clean(slow_page(3_000)).text
        assert process_id(worker) != first


def test_closing_leaves_no_process_behind():
    worker = CleaningWorker(Limits())
    worker.start()
    process = worker._process
    worker.close()
    worker.close()
    assert process.poll() is not None


def test_threads_may_share_a_worker(worker):
    pages = [make_page(f"{GOOD.data.decode()}\nThe number was {number}, officials said.") for number in range(8)]
    texts: dict[int, str] = {}

    def clean(number: int) -> None:
        texts[number] = worker.clean(pages[number]).text

    threads = [threading.Thread(target=clean, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"The number was {number}," in texts[number] for number in range(8))
