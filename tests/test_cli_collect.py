"""`onrecord collect` and `onrecord watch`: from a site on this machine to a store, and how they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from onrecord.cli import main
from onrecord.cli.collect import _ahead
from onrecord.collect import collect_pages
from onrecord.collect.web.crawl import Outlook
from onrecord.config import Limits
from onrecord.store import Store
from tests.collect.web.site import LOOPBACK, Reply, Site, story


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def site():
    site = Site()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ONRECORD_STORE", raising=False)

    def run_command(*arguments: object) -> Done:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return run_command


def collect(run, *arguments):
    return run("collect", *arguments, "--allow-net", LOOPBACK, "--delay", "0")


def put_feed(site, count=2):
    links = "".join(
        f"<item><link>/{n}</link><pubDate>Fri, 02 May 2031 09:00:00 GMT</pubDate></item>" for n in range(count)
    )
    site.put("/feed", f"<rss><channel>{links}</channel></rss>", media="application/rss+xml")
    for number in range(count):
        site.put(f"/{number}", story(f"Ferry {number}"))


def test_what_a_feed_names_is_read_and_stored_with_its_archive_beside(run, site, tmp_path):
    put_feed(site)
    done = collect(run, site.url("/feed"), "--store", "talks.db")
    assert (done.status, done.err) == (0, "2 in = 2 stored + 0 duplicate + 0 had before + 0 rejected\n")
    assert done.out.count("stored: ") == 2
    with Store.open(Path("talks.db"), read_only=True) as store:
        article = store.reading(done.out.split()[1]).article
        assert store.counts().stored == 2
    assert article.url.startswith(site.url("/"))
    assert article.origin.path.startswith("talks.collected/")
    assert Path(article.origin.path).exists()


def test_the_same_command_again_fetches_nothing(run, site):
    put_feed(site)
    collect(run, site.url("/feed"))
    done = collect(run, site.url("/feed"))
    assert done.err == "2 in = 0 stored + 0 duplicate + 2 had before + 0 rejected\n"


def test_with_out_pages_are_only_fetched_and_the_folder_reads_like_any_other(run, site):
    put_feed(site)
    done = collect(run, site.url("/feed"), "--out", "archive")
    assert (done.status, done.err) == (0, "2 in = 2 fetched + 0 had before + 0 rejected\n")
    assert not Path("onrecord.db").exists()
    assert run("add", "archive").err.splitlines()[-1] == "2 in = 2 stored + 0 duplicate + 0 rejected"


def test_a_dry_run_says_what_would_be_fetched_and_leaves_nothing(run, site, tmp_path):
    put_feed(site)
    done = collect(run, site.url("/feed"), "--dry-run")
    assert done.out == f"{site.url('/0')} 2031-05-02\n{site.url('/1')} 2031-05-02\n"
    assert done.err == "2 in = 2 to fetch + 0 had before + 0 rejected\n"
    assert list(tmp_path.iterdir()) == []


def test_a_list_is_filtered_and_its_remarks_are_passed_over(run, site):
    put_feed(site, 3)
    Path("urls.txt").write_text(f"# ours\n{site.url('/0')}\n\n  {site.url('/1')}\n{site.url('/2')}\n")
    done = collect(run, "--from", "urls.txt", "--skip", "*/1", "--out", "archive")
    assert done.err == "2 in = 2 fetched + 0 had before + 0 rejected\n"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--since", "2031-06-01"], "it is of 2031-05-02"),
        (["--language", "fr"], "its language is 'en'"),
        (["--articles-only"], "words of running text"),
    ],
)
def test_what_a_page_tells_is_asked_once_more_when_it_was_read(run, site, option, said):
    dated = b'<head><meta property="article:published_time" content="2031-05-02T09:00:00Z">'
    site.put("/a", story("Ferry").replace(b"<head>", dated))
    site.put("/stub", "<html><body><p>The ferry will not sail on Friday, the harbour told us.</p></body></html>")
    pages = [site.url("/stub" if "--articles-only" in option else "/a")]
    done = collect(run, *pages, *option, "--store", "talks.db")
    assert (done.status, done.err.strip()[:33]) == (0, "1 in = 0 stored + 0 duplicate + 0")
    assert done.out.startswith(f"left out: {pages[0]}: ")
    assert said in done.out
    assert collect(run, *pages, *option, "--store", "talks.db").err.startswith("1 in = 0 stored + 0 duplicate + 1 had")


def test_rejections_are_told_kept_in_quarantine_and_make_the_status_1(run, site):
    done = collect(run, site.url("/gone"), "http://10.0.0.7/", "--store", "talks.db")
    assert done.status == 1
    assert f"rejected: {site.url('/gone')}: [bad-status] the server answered with status 404" in done.err
    assert "rejected: http://10.0.0.7/: [address-refused] 10.0.0.7 is a private network" in done.err
    with Store.open(Path("talks.db"), read_only=True) as store:
        assert {one.code for one in store.rejections()} == {"bad-status", "address-refused"}


def test_loopback_is_refused_unless_it_is_allowed(run, site):
    done = run("collect", site.url("/0"), "--out", "archive")
    assert (done.status, site.asked) == (1, [])
    assert "[address-refused] 127.0.0.1 is this machine" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["collect"], "nothing to fetch"),
        (["collect", "--from", "none.txt"], "cannot be read"),
        (["collect", "http://a.example/", "--allow-net", "intranet"], "no network"),
        (["collect", "http://a.example/", "--contact", "a\nb"], "plain web or mail address"),
        (["collect", "http://a.example/", "--actors", "none.csv"], "no such file"),
        (["watch", "none.toml"], "cannot be read"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(run, arguments, said):
    done = run(*arguments)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert said in done.err


def test_reading_stays_off_the_network_and_says_what_goes_there(run, site):
    done = run("read", site.url("/0"))
    assert (done.status, site.asked) == (1, [])
    assert "onrecord collect URL" in done.err


def test_reading_does_not_even_load_what_goes_to_the_network(tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(story("Ferry"))
    code = (
        "import sys; from onrecord.cli import main\n"
        "try: main(['read', sys.argv[1]])\n"
        "except SystemExit: print([name for name in sys.modules if name in ('httpcore2', 'onrecord.collect.web')])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(page)], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


# --- watch -----------------------------------------------------------------------------------------------------------


def write_feeds(site, every_minutes=0.001):
    Path("FEEDS.toml").write_text(
        f'every_minutes = {every_minutes}\nallow_net = ["{LOOPBACK}"]\nmin_delay_seconds = 0\nmax_delay_seconds = 0\n'
        f'[[feed]]\nurl = "{site.url("/feed")}"\n'
    )


def test_one_round_of_watching(run, site):
    put_feed(site)
    write_feeds(site)
    done = run("watch", "FEEDS.toml", "--once", "--store", "talks.db")
    assert done.status == 0
    assert done.err.splitlines() == [
        f"feed: {site.url('/feed')}: 2 new",
        "2 in = 2 stored + 0 duplicate + 0 had before + 0 rejected",
    ]
    assert run("watch", "FEEDS.toml", "--once", "--store", "talks.db").err.startswith("0 in = ")


def test_a_feed_that_fails_is_a_line_and_not_the_end(run, site):
    write_feeds(site)
    done = run("watch", "FEEDS.toml", "--once", "--out", "archive")
    assert done.status == 0
    assert f"feed failed: {site.url('/feed')}: [bad-status]" in done.err


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "onrecord", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def wait_for(is_so, limit_s=120.0):
    end = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_watching_well_even_while_a_server_is_silent(run, site, number):
    put_feed(site)
    site.pages["/1"] = Reply(b"late", pause_s=60.0)
    write_feeds(site)
    process = start("watch", "FEEDS.toml", "--out", "archive")
    wait_for(lambda: "/1" in site.paths())
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=50)
    assert time.monotonic() - began < 30  # of the 60 that the server would take
    assert process.returncode == 0
    assert out.startswith("fetched: ")
    assert err.splitlines()[-1] == "1 in = 1 fetched + 0 had before + 0 rejected"


@pytest.mark.slow
def test_killed_anywhere_and_run_again_each_page_is_kept_once(run, site):
    put_feed(site, 30)
    for number in range(30):
        site.pages[f"/{number}"] = site.pages[f"/{number}"]._replace(pause_s=0.01)
    for wait in (3, 9, 14, 22):
        process = start("collect", site.url("/feed"), "--out", "archive", "--allow-net", LOOPBACK, "--delay", "0")
        wait_for(lambda wait=wait: len({path for path in site.paths() if path[1:].isdigit()}) >= wait)
        process.kill()
        process.communicate()
    collect(run, site.url("/feed"), "--out", "archive")
    kept = list(collect_pages(["archive"], limits=Limits()))
    assert sorted(page.url for page in kept) == sorted(site.url(f"/{number}") for number in range(30))


def test_what_is_to_come_is_told_in_words():
    crawl = SimpleNamespace(outlook=Outlook(done=3, waiting=40, seconds_left=190.0))
    assert _ahead(crawl) == ", 40 to come, about 3 min left"
    crawl.outlook = Outlook(done=42, waiting=1, seconds_left=2.4)
    assert _ahead(crawl) == ", 1 to come, about 2 s left"
    crawl.outlook = Outlook(done=43, waiting=0, seconds_left=0.0)
    assert _ahead(crawl) == ""
