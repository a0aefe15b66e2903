"""From addresses to pages: what is fetched, in which order, how politely, and what is kept of it."""

from __future__ import annotations

import gzip
import threading
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from warcio.archiveiterator import ArchiveIterator

from onrecord.collect import collect_pages
from onrecord.collect.web import Collection, Crawl, CrawlOptions, Filters, Role
from onrecord.config import Limits, WebLimits
from onrecord.errors import UsageError
from onrecord.records import Page
from tests.collect.web.conftest import HASTE
from tests.collect.web.site import Reply, Site, story


def feed(*links: str) -> str:
    return (
        "<rss version='2.0'><channel>"
        + "".join(f"<item><link>{link}</link></item>" for link in links)
        + "</channel></rss>"
    )


def archives(folder):
    return sorted(folder.rglob("*.warc.gz"))


def records(folder):
    """What warcio reads in the archives of a folder, digests checked."""
    for path in archives(folder):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content_stream().read()
                yield record


# --- what is fetched -------------------------------------------------------------------------------------------------


def test_a_page_comes_out_as_if_its_archive_were_read_as_a_file(site, crawl):
    site.put("/a", gzip.compress(story("Ferry")), fields=(("Content-Encoding", "gzip"),))
    site.put("/b", story("Bridge"))
    run = crawl(site.url("/a"), site.url("/b"))
    from_file = list(collect_pages([str(crawl.folder)], limits=Limits()))
    assert [one.page for one in run.results] == from_file
    assert [page.url for page in from_file] == [site.url("/a"), site.url("/b")]


def test_a_folder_of_archives_reads_as_its_pages_and_nothing_else(site, crawl):
    site.put("/a", story("Ferry"))
    site.put("/gone", "gone", status=410)
    site.redirect("/moved", "/a")
    crawl(site.url("/a"), site.url("/moved"))
    assert [type(one) for one in collect_pages([str(crawl.folder)], limits=Limits())] == [Page]


def test_feeds_and_sitemaps_are_followed_to_their_pages(site, crawl):
    site.put("/feed", feed("/1", "/2"), media="application/rss+xml")
    site.put("/index.xml", f"<sitemapindex><sitemap><loc>{site.url('/part.xml.gz')}</loc></sitemap></sitemapindex>")
    site.put("/part.xml.gz", gzip.compress(f"<urlset><url><loc>{site.url('/3')}</loc></url></urlset>".encode()))
    for name in "123":
        site.put(f"/{name}", story(f"Story {name}"))
    run = crawl(site.url("/feed"), site.url("/index.xml"))
    assert sorted(run.urls) == [site.url(f"/{name}") for name in "123"]
    assert run.rejected == []


def test_the_sitemaps_that_robots_txt_names_are_found_through_it(site, crawl):
    site.put("/robots.txt", f"Sitemap: {site.url('/map.xml')}", media="text/plain")
    site.put("/map.xml", "<urlset><url><loc>/1</loc></url></urlset>")
    site.put("/1", story("One"))
    assert crawl(site.url("/robots.txt")).urls == [site.url("/1")]


def test_filters_are_for_what_lists_name(site, crawl):
    site.put("/feed", feed("/politics/1", "/sport/2"))
    site.put("/politics/1", story("One"))
    site.put("/x", story("Named"))
    run = crawl(site.url("/feed"), site.url("/x"), filters=Filters(match=("*/politics/*",)))
    assert sorted(run.urls) == [site.url("/politics/1"), site.url("/x")]
    assert "/sport/2" not in site.paths()


def test_a_sitemap_that_did_not_change_since_the_day_is_not_fetched(site, crawl):
    site.put("/i", "<sitemapindex><sitemap><loc>/old.xml</loc><lastmod>2030-01-01</lastmod></sitemap></sitemapindex>")
    assert crawl(site.url("/i"), filters=Filters(since=datetime(2031, 1, 1, tzinfo=UTC))).results == []
    assert "/old.xml" not in site.paths()


def test_indexes_that_lie_in_indexes_without_end_are_left(site, crawl):
    for number in range(9):
        site.put(f"/{number}", f"<sitemapindex><sitemap><loc>/{number + 1}</loc></sitemap></sitemapindex>")
    assert crawl(site.url("/0")).rejected == [(site.url("/3"), "unsupported-input")]


def test_a_redirect_is_followed_and_the_page_knows_where_it_is(site, crawl):
    site.redirect("/old", "/new")
    site.put("/new", story("New"))
    [one] = crawl(site.url("/old")).results
    assert (one.url, one.page.url) == (site.url("/old"), site.url("/new"))
    assert crawl(site.url("/new")).had_before == [site.url("/new")]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(b"gone", 404), "bad-status"),
        (Reply(b"", 302), "bad-status"),
        (Reply(b"", 304), "bad-status"),
        (Reply(b"%PDF-1.7 \x00", fields=(("Content-Type", "application/pdf"),)), "unsupported-input"),
        (Reply(b"  "), "empty-input"),
        (Reply(b"x" * 2000), "input-too-large"),
        (Reply(b"\x1f\x8b\x08broken", fields=(("Content-Encoding", "gzip"),)), "damaged-input"),
        (Reply(gzip.compress(b"x" * 10**6), fields=(("Content-Encoding", "gzip"),)), "input-too-large"),
        (Reply(b"x", fields=(("Content-Encoding", "br"),)), "unsupported-input"),
        (Reply(status=301, fields=(("Location", "http://10.0.0.7/"),)), "address-refused"),
        (Reply(status=301, fields=(("Location", "file:///etc/passwd"),)), "address-refused"),
        (Reply(status=301, fields=(("Location", "/a"),)), "fetch-failed"),
    ],
)
def test_what_gives_no_page_is_told_with_its_address(site, crawl, reply, code):
    site.pages["/a"] = reply
    run = crawl(site.url("/a"), limits=Limits(input_bytes=1000), web_limits=WebLimits(answer_bytes=1500))
    assert run.rejected == [(site.url("/a"), code)]
    assert run.results[0].rejected.path == site.url("/a")


def test_every_address_comes_out_once(site, crawl):
    site.put("/feed", feed(*[f"/{n}" for n in range(20)], "/0", "ftp://x.example/", "http://10.0.0.7/"))
    for number in range(0, 20, 2):
        site.put(f"/{number}", story(f"Story {number}"))
    run = crawl(site.url("/feed"))
    assert (len(run.pages), len(run.rejected), len(run.had_before)) == (10, 12, 0)
    assert len({one.url for one in run.results}) == 22


def test_so_many_pages_and_no_more(site, crawl):
    site.put("/feed", feed(*[f"/{n}" for n in range(9)]))
    for number in range(9):
        site.put(f"/{number}", story(f"Story {number}"))
    assert len(crawl(site.url("/feed"), max_pages=2).pages) == 2
    assert len(crawl(site.url("/feed")).pages) == 7


def test_a_dry_run_fetches_lists_only_and_keeps_nothing(site, crawl):
    site.put("/feed", feed("/1", "/2"))
    site.put("/page", story("Page"))
    run = crawl(site.url("/feed"), dry=True)
    assert [one.planned.url for one in run.results] == [site.url("/1"), site.url("/2")]
    assert set(site.paths()) == {"/robots.txt", "/feed"}
    assert archives(crawl.folder) == []


# --- how politely ----------------------------------------------------------------------------------------------------


def test_robots_txt_is_heeded_and_asked_for_once(site, crawl):
    site.put("/robots.txt", "User-agent: onrecord\nDisallow: /private\n", media="text/plain")
    site.put("/a", story("A"))
    site.put("/private/b", story("B"))
    run = crawl(site.url("/a"), site.url("/private/b"))
    assert (run.urls, run.rejected) == ([site.url("/a")], [(site.url("/private/b"), "robots-refused")])
    assert site.paths() == ["/robots.txt", "/a"]


def test_robots_txt_is_heeded_at_a_redirect_too(site, crawl):
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\n", media="text/plain")
    site.redirect("/a", "/private/b")
    assert crawl(site.url("/a")).rejected == [(site.url("/a"), "robots-refused")]


@pytest.mark.parametrize(
    ("robots", "code"),
    [
        (Reply(b"no", 404), None),
        (Reply(b"no", 403), None),
        (Reply(b"no", 503), "fetch-failed"),
        (Reply(raw=(b"",)), "fetch-failed"),
    ],
)
def test_without_rules_all_may_be_fetched_and_with_rules_that_cannot_be_had_nothing(site, crawl, robots, code):
    site.pages["/robots.txt"] = robots
    site.put("/a", story("A"))
    assert crawl(site.url("/a")).rejected == ([(site.url("/a"), code)] if code else [])


def test_robots_txt_is_not_asked_for_if_the_user_says_so(site, crawl):
    site.put("/robots.txt", "User-agent: *\nDisallow: /\n")
    site.put("/a", story("A"))
    assert crawl(site.url("/a"), robots=False).urls == [site.url("/a")]
    assert site.paths() == ["/a"]


def test_one_request_at_a_time_to_a_host_and_a_pause_between(site, crawl):
    site.put("/feed", feed(*[f"/{n}" for n in range(4)]))
    for number in range(4):
        site.put(f"/{number}", story(f"Story {number}"), pause_s=0.02)
    crawl(site.url("/feed"), manners=HASTE.__class__(min_delay_s=0.15, max_delay_s=0.15), robots=False)
    times = [asked.at for asked in site.asked]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.15


def test_hosts_are_asked_side_by_side(site, crawl):
    other = Site("127.0.0.5")
    at_once = threading.Barrier(2, timeout=10)
    for one in (site, other):
        one.put("/a", story(f"A at {one.port}"))
        one.pages["/robots.txt"] = _Meeting(at_once)
    assert len(crawl(site.url("/a"), other.url("/a")).pages) == 2
    other.shutdown()
    other.server_close()


class _Meeting(Reply):
    """A 404 that is given once two have asked."""

    def __new__(cls, barrier):
        reply = super().__new__(cls, b"", 404)
        reply.barrier = barrier
        return reply

    @property
    def pause_s(self):
        self.barrier.wait()
        return 0


def test_what_fails_for_now_is_tried_again(site, crawl):
    site.pages["/a"] = [Reply(b"busy", 503, (("Retry-After", "0"),)), Reply(b"oops", 500), Reply(story("A"))]
    run = crawl(site.url("/a"))
    assert (len(run.pages), run.rejected) == (1, [])
    assert site.paths() == ["/robots.txt", "/a", "/a", "/a"]


def test_what_goes_on_failing_is_told_and_tried_again_by_the_next_run(site, crawl):
    site.pages["/a"] = Reply(b"oops", 500)
    assert crawl(site.url("/a")).rejected == [(site.url("/a"), "bad-status")]
    site.put("/a", story("A"))
    assert crawl(site.url("/a")).urls == [site.url("/a")]


def test_a_host_that_wants_to_be_left_alone_for_long_is_given_up_in_this_run(site, crawl):
    site.pages["/a"] = Reply(b"busy", 429, (("Retry-After", "86400"),))
    manners = HASTE.__class__(min_delay_s=0.0, max_delay_s=0.0)
    assert crawl(site.url("/a"), manners=manners).rejected == [(site.url("/a"), "bad-status")]
    assert site.paths().count("/a") == 1


# --- exactly once, and after any stop --------------------------------------------------------------------------------


def test_nothing_is_fetched_twice_by_run_after_run(site, crawl):
    site.put("/feed", feed("/1", "/2"))
    site.put("/1", story("One"))
    site.put("/2", story("Two"))
    assert len(crawl(site.url("/feed")).pages) == 2
    second = crawl(site.url("/feed"))
    assert (second.pages, len(second.had_before)) == ([], 2)
    assert site.paths().count("/1") == 1


def test_the_same_content_at_another_address_is_kept_once_and_pointed_at(site, crawl):
    site.put("/1", story("Same"))
    site.put("/2", story("Same"))
    run = crawl(site.url("/1"), site.url("/2"))
    assert (run.urls, run.had_before) == ([site.url("/1")], [site.url("/2")])
    [revisit] = [record for record in records(crawl.folder) if record.rec_type == "revisit"]
    assert revisit.rec_headers.get_header("WARC-Target-URI") == site.url("/2")
    assert revisit.rec_headers.get_header("WARC-Refers-To-Target-URI") == site.url("/1")
    assert len(list(collect_pages([str(crawl.folder)], limits=Limits()))) == 1


def test_again_brings_what_changed_and_only_that(site, crawl):
    site.put("/1", story("One"))
    site.put("/2", story("Two"))
    crawl(site.url("/1"), site.url("/2"))
    site.put("/2", story("Two, corrected"))
    run = crawl(site.url("/1"), site.url("/2"), again=True)
    assert (run.urls, run.had_before) == ([site.url("/2")], [site.url("/1")])
    assert crawl(site.url("/1"), site.url("/2"), again=True).pages == []


def test_pages_that_nobody_took_are_given_again(site, crawl):
    site.put("/1", story("One"))
    site.put("/2", b"%PDF-1.7 \x00", media="application/pdf")
    first = crawl(site.url("/1"), site.url("/2"), settles=False)
    asked = len(site.asked)
    again = crawl()
    assert again.results == first.results
    assert len(site.asked) == asked
    assert crawl().results == []


def test_a_page_that_nobody_took_comes_once_even_if_it_is_asked_for_again(site, crawl):
    site.put("/feed", feed("/1"))
    site.put("/1", story("One"))
    crawl(site.url("/feed"), settles=False)
    for urls in ([site.url("/feed")], [site.url("/1")], [site.url("/feed")]):
        run = crawl(*urls, settles=False)
        assert (run.urls, run.had_before, run.rejected) == ([site.url("/1")], [], [])


def test_the_torn_end_of_a_killed_run_is_cut_off_and_fetched_again(site, crawl):
    site.put("/1", story("One"))
    crawl(site.url("/1"))
    archive = next(path for path in archives(crawl.folder) if path.parent == crawl.folder)
    whole = archive.read_bytes()
    archive.write_bytes(whole + whole[:100])
    site.put("/2", story("Two"))
    assert crawl(site.url("/2")).urls == [site.url("/2")]
    assert archive.read_bytes() == whole
    assert len(list(records(crawl.folder))) == 4 * 3  # of a page and a robots.txt each: warcinfo, response, request


def test_a_run_that_is_stopped_in_the_middle_is_gone_on_with(site, web, tmp_path):
    site.put("/feed", feed(*[f"/{n}" for n in range(6)]))
    for number in range(6):
        site.put(f"/{number}", story(f"Story {number}"))
    came = []
    for _ in range(6):
        with Collection(tmp_path / "archive", software="t") as collection:
            crawl = Crawl(web, collection, CrawlOptions(manners=HASTE))
            crawl.add(site.url("/feed"), Role.ENTRY, Filters())
            for one in crawl.run():
                if one.page:
                    came.append(one.url)
                    collection.settle(one.url)
                    crawl.stop()
    assert sorted(came) == [site.url(f"/{number}") for number in range(6)]


def test_one_process_at_a_time_in_a_folder(tmp_path):
    with Collection(tmp_path, software="t"), pytest.raises(UsageError, match="another onrecord"):
        Collection(tmp_path, software="t")
    Collection(tmp_path, software="t").close()


# --- what is kept ----------------------------------------------------------------------------------------------------


def test_every_exchange_is_in_the_archive_with_request_address_and_digest(site, crawl):
    site.put("/feed", feed("/1"))
    site.redirect("/1", "/2")
    site.put("/2", story("Two"))
    crawl(site.url("/feed"))
    kept = [(one.rec_type, one.rec_headers.get_header("WARC-Target-URI")) for one in records(crawl.folder)]
    asides, pages = ([site.url(path) for path in paths] for paths in (("/robots.txt", "/feed", "/1"), ("/2",)))
    assert kept == [
        line
        for urls in (asides, pages)
        for line in [("warcinfo", None), *[(kind, url) for url in urls for kind in ("response", "request")]]
    ]
    response = [one for one in records(crawl.folder) if one.rec_type == "response"][-1]
    assert response.rec_headers.get_header("WARC-IP-Address") == "127.0.0.1"
    assert response.rec_headers.get_header("WARC-Payload-Digest").startswith("sha1:")


def test_the_outlook_is_what_waits_and_how_long_its_hosts_take(site, crawl, web, tmp_path):
    site.put("/feed", feed(*[f"/{n}" for n in range(5)]))
    for number in range(5):
        site.put(f"/{number}", story(f"Story {number}"))
    slow = HASTE.__class__(min_delay_s=0.05, max_delay_s=0.05)
    with Collection(tmp_path / "archive", software="t") as collection:
        crawl = Crawl(web, collection, CrawlOptions(manners=slow))
        crawl.add(site.url("/feed"), Role.ENTRY, Filters())
        outlooks = [crawl.outlook for _ in crawl.run()]
    assert [one.done for one in outlooks] == [1, 2, 3, 4, 5]
    assert [one.waiting for one in outlooks] == [4, 3, 2, 1, 0]
    assert sorted((one.seconds_left for one in outlooks), reverse=True) == [one.seconds_left for one in outlooks]
    assert outlooks[-1].seconds_left == 0
