"""Whose turn it is, and how long a host is left alone. No clock: times are given."""

from __future__ import annotations

import pytest

from onrecord.collect.web.filters import Filters
from onrecord.collect.web.politeness import Frontier, Manners, Role, Task, Verdict

MANNERS = Manners(min_delay_s=1.0, max_delay_s=30.0, back_off_s=5.0, max_back_off_s=600.0)


def task(host: str, path: str = "/") -> Task:
    return Task(
        url=f"https://{host}{path}", host=host, role=Role.PAGE, asked=f"https://{host}{path}", filters=Filters()
    )


def frontier(*tasks: Task, manners: Manners = MANNERS) -> Frontier:
    frontier = Frontier(manners)
    for one in tasks:
        frontier.add(one)
    return frontier


def test_a_host_is_asked_for_one_thing_at_a_time_and_others_meanwhile():
    turns = frontier(task("a", "/1"), task("a", "/2"), task("b", "/1"))
    assert [turns.take(0.0).url, turns.take(0.0).url, turns.take(0.0)] == ["https://a/1", "https://b/1", None]
    assert turns.wait_s(0.0) is None
    turns.done("a", Verdict(took_s=0.1), 10.0)
    assert turns.take(10.5) is None
    assert turns.wait_s(10.5) == pytest.approx(0.5)
    assert turns.take(11.0).url == "https://a/2"


def test_what_may_not_be_asked_for_yet_waits():
    turns = frontier()
    turns.add(task("a", "/later"), not_before=50.0)
    turns.add(task("a", "/now"))
    assert turns.take(0.0).url == "https://a/now"
    turns.done("a", Verdict(took_s=0.1), 0.0)
    assert turns.wait_s(10.0) == pytest.approx(40.0)
    assert turns.take(50.0).url == "https://a/later"


def pauses(*verdicts: Verdict, manners: Manners = MANNERS) -> list[float]:
    turns = frontier(*[task("a", f"/{n}") for n in range(len(verdicts))], manners=manners)
    now, found = 0.0, []
    for verdict in verdicts:
        assert turns.take(now)
        found.append(turns.done("a", verdict, now) - now)
        now += found[-1]
    return found


def test_a_slow_host_gets_longer_pauses_and_a_quick_one_the_least():
    assert pauses(*[Verdict(took_s=9.0)] * 3) == pytest.approx([5.0, 7.0, 8.0])
    assert pauses(*[Verdict(took_s=0.01)] * 3) == [1.0, 1.0, 1.0]
    assert max(pauses(*[Verdict(took_s=500.0)] * 9)) == 30.0


def test_a_crawl_delay_is_heeded_up_to_the_longest_pause():
    assert pauses(Verdict(took_s=0.1, crawl_delay_s=7.0)) == [7.0]
    assert pauses(Verdict(took_s=0.1, crawl_delay_s=86400.0)) == [30.0]


def test_a_host_that_fails_is_left_alone_twice_as_long_each_time_until_it_answers():
    failure = Verdict(failed=True)
    assert pauses(failure, failure, failure, Verdict(took_s=0.1), failure) == [5.0, 10.0, 20.0, 1.0, 5.0]
    assert pauses(*[failure] * 12)[-1] == 600.0


def test_a_host_that_names_a_time_is_left_alone_so_long():
    assert pauses(Verdict(took_s=0.1, failed=True, retry_after_s=90.0)) == [90.0]
    assert pauses(Verdict(took_s=0.1, failed=True, retry_after_s=1e9)) == [600.0]


def test_a_run_takes_as_long_as_the_host_that_takes_longest():
    turns = frontier(*[task("a", f"/{n}") for n in range(10)], task("b"))
    assert turns.seconds_left(0.0) == pytest.approx(10 * (1.0 + 1.0))
    assert frontier().seconds_left(0.0) == 0.0
    assert len(turns) == 11
