"""Watching: the list of feeds, how often each is asked for, and what a round brings."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from onrecord.collect.web import Collection, CrawlOptions, Polled, Watch, Watchlist, read_watchlist
from onrecord.collect.web.fetch import Exchange
from onrecord.collect.web.ledger import FeedState
from onrecord.collect.web.watch import WatchedFeed, next_state
from onrecord.errors import FetchFailed, UsageError
from tests.collect.web.site import Reply, story

NOW = 1_000_000.0


def answer(status: int = 200, **fields: str) -> Exchange:
    fields = {name.replace("_", "-"): value for name, value in fields.items()}
    return Exchange(
        url="http://news.example/feed", address="192.0.2.1", at=datetime.now(UTC), took_s=0.1, request=b"", head=b"",
        body=b"", status=status, fields=fields,
    )  # fmt: skip


def polled(exchange: Exchange | None = None, *, new: int = 0, wait_s: float = 0.0) -> Polled:
    error = None if exchange else FetchFailed("http://news.example/feed", "no answer")
    return Polled(url="http://news.example/feed", exchange=exchange, error=error, new=new, wait_s=wait_s)


def waits(*polls: Polled, base_s: float = 600.0) -> list[float]:
    state, found = FeedState(), []
    for one in polls:
        state = next_state(state, one, base_s=base_s, now=NOW)
        found.append(state.due - NOW)
    return found


def test_a_feed_that_brings_nothing_is_asked_for_less_often_until_it_brings_something():
    nothing, something = polled(answer()), polled(answer(), new=2)
    assert waits(something, nothing, nothing, something) == [600.0, 900.0, 1350.0, 600.0]
    assert max(waits(*[nothing] * 20)) == 8 * 600.0


def test_a_feed_that_fails_is_asked_for_once_a_day_at_least():
    assert waits(polled(), polled(), polled(answer(), new=1)) == [1200.0, 2400.0, 600.0]
    assert max(waits(*[polled()] * 30)) == 24 * 3600.0


def test_what_the_host_wants_goes_before():
    assert waits(polled(answer(), new=1, wait_s=5000.0)) == [5000.0]


def test_validators_are_those_of_the_last_whole_answer():
    state = next_state(FeedState(), polled(answer(etag='"a"', last_modified="Fri")), base_s=600.0, now=NOW)
    assert (state.etag, state.modified) == ('"a"', "Fri")
    assert next_state(state, polled(answer(304)), base_s=600.0, now=NOW).etag == '"a"'
    assert next_state(state, polled(answer(200)), base_s=600.0, now=NOW).etag is None


LIST = """
every_minutes = 30
contact = "desk@paper.example"
allow_net = ["10.1.0.0/16"]
min_delay_seconds = 2
[[feed]]
url = "https://news.example/feed.xml"
[[feed]]
url = "https://other.example/news-sitemap.xml"
every_minutes = 5
match = ["*/politics/*"]
since = 2031-05-01
language = "en"
"""


def write(tmp_path, text):
    path = tmp_path / "FEEDS.toml"
    path.write_text(text)
    return path


def test_the_list_says_what_to_watch_and_how(tmp_path):
    watchlist = read_watchlist(write(tmp_path, LIST))
    assert (watchlist.every_minutes, watchlist.manners.min_delay_s, len(watchlist.networks)) == (30, 2, 1)
    second = watchlist.feed[1]
    assert (second.every_minutes, second.since, second.filters.since) == (
        5,
        date(2031, 5, 1),
        datetime(2031, 5, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "`feed`"),
        ("feed = []", "names no feed"),
        ("[[feed]]\nurl = 3", "Expected `str`"),
        ("[[feed]]\nurl = 'news.example'", "http://"),
        ("[[feed]]\nurl = 'http://a.example/'\nevry_minutes = 3", "evry_minutes"),
        ("every_minutes = 0\n[[feed]]\nurl = 'http://a.example/'", "more than 0"),
        ("[[feed]]\nurl = 'http://a.example/'\nevery_minutes = -1", "more than 0"),
        ('contact = "a\\nb"\n[[feed]]\nurl = "http://a.example/"', "plain web or mail"),
        ("allow_net = ['intranet']\n[[feed]]\nurl = 'http://a.example/'", "no network"),
        ("[[feed]\n", "line 1"),
    ],
)
def test_a_list_that_is_not_as_it_should_be_says_what(tmp_path, text, said):
    with pytest.raises(UsageError, match=said):
        read_watchlist(write(tmp_path, text))


def test_a_list_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_watchlist(tmp_path / "none.toml")


class Watcher:
    def __init__(self, folder, web, site):
        self.folder, self.web, self.polls = folder, web, []
        feeds = (WatchedFeed(url=site.url("/feed"), skip=("*/live/*",)),)
        self.watchlist = Watchlist(feed=feeds, min_delay_seconds=0.0, max_delay_seconds=0.0)

    def round(self, *, settles: bool = True):
        """Pages and codes of one round."""
        with Collection(self.folder, software="t") as collection:
            options = CrawlOptions(tries=1)
            watch = Watch(self.watchlist, self.web, collection, options=options, told=self.polls.append)
            found = list(watch.run(once=True))
            if settles:
                for one in found:
                    collection.settle(one.url)
        return [one.url.rpartition("/")[2] if one.page else one.rejected.code for one in found]


@pytest.fixture
def watcher(tmp_path, web, site):
    site.put("/robots.txt", "", media="text/plain")
    return Watcher(tmp_path / "archive", web, site)


def feed(site, *links, **fields):
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    more = tuple((name.replace("_", "-"), value) for name, value in fields.items())
    site.put("/feed", f"<rss><channel>{items}</channel></rss>", media="application/rss+xml", fields=more)


def test_each_round_brings_what_is_new_and_wanted(site, watcher):
    for name in "abc":
        site.put(f"/{name}", story(f"Story {name}"))
    feed(site, "/a", "/b", "/live/x")
    assert watcher.round() == ["a", "b"]
    feed(site, "/b", "/c")
    assert watcher.round() == ["c"]
    assert watcher.round() == []
    assert [one.new for one in watcher.polls] == [2, 1, 0]


def test_a_feed_that_did_not_change_is_not_sent_again(site, watcher):
    feed(site, "/a", ETag='"v1"', Last_Modified="Fri, 02 May 2031 00:00:00 GMT")
    site.put("/a", story("A"))
    watcher.round()
    site.pages["/feed"] = Reply(status=304)
    assert watcher.round() == []
    asked = [one for one in site.asked if one.path == "/feed"][-1].fields
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"v1"', "Fri, 02 May 2031 00:00:00 GMT")
    assert watcher.polls[-1].exchange.status == 304


def test_a_page_that_fails_for_now_is_tried_again_at_each_round_even_if_the_feed_forgot_it(site, watcher):
    feed(site, "/a")
    site.put("/a", "oops", status=503)
    assert watcher.round() == ["bad-status"]
    feed(site)
    site.put("/a", story("A"))
    site.pages["/feed"] = Reply(status=304)
    assert watcher.round() == ["a"]
    assert watcher.round() == []


def test_a_page_that_is_gone_or_goes_on_failing_is_let_go(site, watcher):
    feed(site, "/gone", "/down", "http://10.0.0.7/")
    site.put("/gone", "gone", status=404)
    site.put("/down", "down", status=500)
    assert sorted(watcher.round()) == ["address-refused", "bad-status", "bad-status"]
    for _ in range(12):
        watcher.round()
    assert site.paths().count("/gone") == 1
    assert site.paths().count("/down") == 8


def test_pages_that_a_killed_run_fetched_come_first(site, watcher):
    feed(site, "/a")
    site.put("/a", story("A"))
    watcher.round(settles=False)
    assert watcher.round() == ["a"]
    assert site.paths().count("/a") == 1


@pytest.mark.parametrize(
    "reply", [Reply(b"<html><p>no feed</p></html>"), Reply(b"<rss><chan"), Reply(b"", 500), Reply(b"", 410)]
)
def test_a_feed_that_is_none_is_told_and_stops_nothing(site, watcher, reply):
    site.pages["/feed"] = reply
    assert watcher.round() == []
    assert watcher.polls[-1].error is not None


def test_a_feed_that_moved_is_followed(site, watcher):
    site.redirect("/feed", "/new-feed")
    site.put("/new-feed", "<rss><channel><item><link>/a</link></item></channel></rss>")
    site.put("/a", story("A"))
    assert watcher.round() == ["a"]


def test_watching_goes_on_until_it_is_stopped(site, web, tmp_path):
    for number in range(3):
        site.put(f"/{number}", story(f"Story {number}"))
    feed(site, "/0")
    watchlist = Watchlist(
        feed=(WatchedFeed(url=site.url("/feed")),), every_minutes=0.001, min_delay_seconds=0.0, max_delay_seconds=0.0
    )
    came = []
    with Collection(tmp_path, software="t") as collection:
        watch = Watch(watchlist, web, collection, options=CrawlOptions(), told=lambda _: None)
        for one in watch.run():
            came.append(one.url)
            feed(site, f"/{len(came)}")
            if len(came) == 3:
                watch.crawl.stop()
    assert came == [site.url(f"/{number}") for number in range(3)]
