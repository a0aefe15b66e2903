"""One request: limits of time and size, the name of the host kept, the checked address used, nothing from outside."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time

import pytest
import trustme

from onrecord.collect.web import AddressRules, Web, parse_networks
from onrecord.config import WebLimits
from onrecord.errors import AddressRefused, FetchFailed, FetchTimeLimitHit, InputTooLarge
from tests.collect.web.site import LOOPBACK, Reply, Site

ALLOWED = AddressRules(allowed=parse_networks([LOOPBACK]))


def short(**limits):
    return Web(ALLOWED, user_agent="onrecord/test", limits=WebLimits(**limits))


def test_an_answer_is_kept_as_it_was_sent(site, web):
    packed = gzip.compress(b"<p>Ferry</p>")
    site.put("/a", packed, fields=(("Content-Encoding", "gzip"), ("X-Odd", "ü".encode().decode("latin-1"))))
    exchange = web.exchange(site.url("/a"))
    assert (exchange.status, exchange.body, exchange.address) == (200, packed, "127.0.0.1")
    assert exchange.head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert "X-Odd: ü".encode() in exchange.head
    assert exchange.request.startswith(b"GET /a HTTP/1.1\r\nHost: 127.0.0.1:")


def test_chunks_are_joined_and_the_field_that_told_of_them_is_renamed(site, web):
    site.pages["/a"] = Reply(raw=(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", b"0\r\n\r\n"))
    exchange = web.exchange(site.url("/a"))
    assert exchange.body == b"abc"
    assert b"X-Archive-Orig-Transfer-Encoding: chunked" in exchange.head


def test_the_address_that_was_checked_is_the_one_that_is_used_and_the_host_stays_the_name(site):
    asked = []

    def resolve(host):
        asked.append(host)
        return ["127.0.0.1"]

    site.put("/a", "x")
    with Web(ALLOWED, user_agent="onrecord/test", resolve=resolve) as web:
        exchange = web.exchange(site.url("/a", "news.example"))
    assert exchange.address == "127.0.0.1"
    assert site.asked[0].host == f"news.example:{site.port}"
    assert asked == ["news.example"]


def test_of_several_addresses_only_permitted_ones_are_used(site):
    site.put("/a", "x")
    rules = AddressRules(allowed=parse_networks(["127.0.0.1/32"]))
    with Web(rules, user_agent="onrecord/test", resolve=lambda _: ["127.0.0.9", "::1", "127.0.0.1"]) as web:
        assert web.exchange(site.url("/a", "news.example")).address == "127.0.0.1"


def test_a_certificate_is_held_against_the_name_not_the_address():
    authority = trustme.CA()
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    named = []
    authority.issue_cert("news.example").configure_cert(server_side)
    server_side.sni_callback = lambda _socket, name, _context: named.append(name)
    client_side = ssl.create_default_context()
    authority.configure_trust(client_side)
    site = Site(tls=server_side)
    site.put("/a", "x")
    with Web(ALLOWED, user_agent="onrecord/test", resolve=lambda _: ["127.0.0.1"], tls=client_side) as web:
        assert web.exchange(site.url("/a", "news.example")).body == b"x"
        with pytest.raises(FetchFailed, match="certificate"):
            web.exchange(site.url("/a", "other.example"))
    unknowing = Web(ALLOWED, user_agent="onrecord/test", resolve=lambda _: ["127.0.0.1"])
    with unknowing, pytest.raises(FetchFailed, match="certificate"):
        unknowing.exchange(site.url("/a", "news.example"))
    assert named == ["news.example", "other.example", "news.example"]
    site.shutdown()
    site.server_close()


def test_what_is_not_public_is_refused_with_advice():
    web = Web(AddressRules(), user_agent="onrecord/test", resolve=lambda _: ["10.0.0.7"])
    with web, pytest.raises(AddressRefused, match=r"10\.0\.0\.7 is a private network; .* --allow-net"):
        web.exchange("http://intranet.example/")


def test_a_name_that_nobody_knows_and_a_port_where_nobody_listens_are_failures():
    def resolve(host):
        if host == "gone.example":
            raise socket.gaierror(-2, "Name or service not known")
        return ["127.0.0.1"]

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Web(ALLOWED, user_agent="onrecord/test", resolve=resolve) as web:
        with pytest.raises(FetchFailed, match=r"gone\.example is unknown"):
            web.exchange("http://gone.example/")
        with pytest.raises(FetchFailed, match="refused"):
            web.exchange(f"http://here.example:{port}/")


def test_a_server_that_drips_is_left_at_the_limit_of_the_whole(site):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    site.pages["/a"] = Reply(raw=(head, *[b"x"] * 1000), pause_s=0.05)
    site.pages["/head"] = Reply(raw=tuple(bytes([one]) for one in head), pause_s=0.05)
    began = time.monotonic()
    with short(total_s=0.4, idle_s=10.0) as web:
        for path in ("/a", "/head"):
            with pytest.raises(FetchTimeLimitHit):
                web.exchange(site.url(path))
    assert time.monotonic() - began < 3


def test_a_server_that_falls_silent_is_left_at_the_limit_of_idleness(site):
    site.pages["/a"] = Reply(b"late", pause_s=5.0)
    began = time.monotonic()
    with short(idle_s=0.3) as web, pytest.raises(FetchTimeLimitHit):
        web.exchange(site.url("/a"))
    assert time.monotonic() - began < 3


def test_a_look_up_that_hangs_is_left_as_well():
    released = threading.Event()
    limits = WebLimits(connect_s=0.3)
    web = Web(ALLOWED, user_agent="onrecord/test", limits=limits, resolve=lambda _: released.wait(10) or ["127.0.0.1"])
    with web, pytest.raises(FetchTimeLimitHit, match="looking up"):
        web.exchange("http://slow.example/")
    released.set()


def test_an_answer_without_end_is_left_at_the_limit_of_size(site):
    site.pages["/a"] = Reply(raw=(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 65536] * 200))
    with short(answer_bytes=2**20) as web, pytest.raises(InputTooLarge):
        web.exchange(site.url("/a"))


def test_redirects_end_at_the_limit(site, web):
    site.redirect("/round", "/round")
    with pytest.raises(FetchFailed, match="more than 5 times"):
        list(web.follow(site.url("/round")))
    assert site.paths() == ["/round"] * 6


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\n" + b"a" * 300_000,
    ],
)
def test_a_broken_answer_is_a_failure(site, web, raw):
    site.pages["/a"] = Reply(raw=(raw,))
    with pytest.raises(FetchFailed):
        web.exchange(site.url("/a"))


def test_proxies_named_by_the_environment_are_not_used(site, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.put("/a", "x")
    with Web(ALLOWED, user_agent="onrecord/test") as web:
        assert web.exchange(site.url("/a")).body == b"x"


def test_closing_wakes_whoever_waits(site):
    site.pages["/a"] = Reply(b"late", pause_s=20.0)
    web = Web(ALLOWED, user_agent="onrecord/test")
    ended = []

    def fetch():
        with pytest.raises(FetchFailed):
            web.exchange(site.url("/a"))
        ended.append(time.monotonic())

    thread = threading.Thread(target=fetch)
    thread.start()
    while not site.asked:
        time.sleep(0.01)
    closed_at = time.monotonic()
    web.close()
    thread.join(5)
    assert ended
    assert ended[0] - closed_at < 2
