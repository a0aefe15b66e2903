"""Whether anything on this machine can be reached through `onrecord collect`, in whatever spelling it is asked for.

    python -m benchmarks.ssrf [--rebinds 1000] [--json FILE]

A canary listens on the loopback addresses. A lure, which is all that may be reached, sends the crawl there in
four ways: the address is given as a page, a page redirects to it, robots.txt redirects to it, a feed names it. Counted
are connections the canary sees, and every attempt of this process to connect to anything but the lure (an audit hook
sees those, whichever library makes them). Then a name that means the lure when it is looked up first and this machine
ever after is fetched again and again. Last the proof that the canary sings: with loopback allowed it is reached.

Names are looked up by a resolver of this module: lures, names that mean this machine, and what the system says of
spellings such as 0x7f.1.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from onrecord.collect.web import AddressRules, Collection, Crawl, CrawlOptions, Filters, Manners, Role, Web
from onrecord.collect.web.addresses import parse_networks
from onrecord.collect.web.network import look_up

LURE = "127.0.0.2"  # the one address that may be reached
VECTORS = ("page", "redirect", "robots", "feed item")
# What is to be refused, with {port} where the canary listens. Hosts of this machine in every dress, and what else
# must never be asked: private, link-local, shared, unique local, multicast, metadata.
SPELLINGS = (
    *(f"http://{host}:{{port}}/" for host in (
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "0177.1",
        "017700000001", "127.0.0.01", "127.00.00.01", "0x7f.0x0.0x0.0x1", "127.0x0.1", "00000177.0.0.1",
        "127.0.0.1.", "127.127.127.127", "127.0.0.3", "0", "0.0.0.0", "0x0", "00", "000.000.000.000",  # noqa: S104  nothing is bound to it
        "localhost", "LOCALHOST", "localhost.", "localhost.localdomain", "ip6-localhost", "self.test", "SELF.test.",
        "inside.test", "metadata.test", "both.test", "mapped.test", "six.test",
        "①②⑦.⓪.⓪.①", "127。0。0。1",
        "127．0．0．1", "１２７.0.0.1", "ⓛocalhost", "ｌｏｃａｌｈｏｓｔ", "%31%32%37.0.0.1",
        "127.0.0.1%00", "127.0.0.1%2f.example", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]", "[::127.0.0.1]", "[::7f00:1]",
        "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:0001::1]",
        "[2001:0:7f00:1::1]", "[2001::ffff:7f00:1]", "[::1%25lo]", "[::1%lo]", "[fe80::1]", "[fe80::1%25lo]",
        "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "10.0.0.1", "10.1", "172.16.0.1",
        "172.31.255.254", "192.168.0.1", "192.168.1", "3232235521", "169.254.169.254", "2852039166", "0xa9fea9fe",
        "169.254.43518", "0251.0376.0251.0376", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192",
        "198.18.0.1", "192.0.2.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255",
    )),
    "http://user@127.0.0.1:{port}/", "http://lure.test@127.0.0.1:{port}/", "http://lure.test:80@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@lure.test/", "http://127.0.0.1:{port}?@lure.test/", "http://127.0.0.1:{port}\\@lure.test/",
    "http://lure.test\\@127.0.0.1:{port}/", "http://lure.test#@127.0.0.1:{port}/", "http:\\\\127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/", "http:127.0.0.1:{port}/", "http:///127.0.0.1:{port}/", "//127.0.0.1:{port}/",
    "\thttp://127.0.0.1:{port}/", "http://127.0.0.1:{port}\t/", "ht\ntp://127.0.0.1:{port}/", "HTTP://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/", "file:///etc/passwd", "gopher://127.0.0.1:{port}/_x",
    "dict://127.0.0.1:{port}/", "jar:http://127.0.0.1:{port}/!/", "http://127.0.0.1:0{port}/", "http://[::1]:{port}@lure.test/",
)  # fmt: skip
_SELF = {
    "localhost": ["127.0.0.1", "::1"],
    "localhost.localdomain": ["127.0.0.1"],
    "ip6-localhost": ["::1"],
    "self.test": ["127.0.0.1"],
    "inside.test": ["10.0.0.7", "192.168.7.7"],
    "metadata.test": ["169.254.169.254"],
    "both.test": ["::1", "127.0.0.1", "fd00::1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "six.test": ["64:ff9b::7f00:1", "2002:7f00:1::"],
}
_LOOPBACKS = ("127.0.0.1", "::1")
_HASTE = Manners(min_delay_s=0.0, max_delay_s=0.0, back_off_s=0.0)


@dataclass
class Attempts:
    """Connections that must not be: those the canary saw, and those that were tried."""

    seen: int = 0
    tried: list[str] = field(default_factory=list)
    is_counting: bool = False


ATTEMPTS = Attempts()


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and ATTEMPTS.is_counting:
        address = arguments[1]
        host = str(address[0]) if isinstance(address, tuple) else str(address)
        if host != LURE:
            ATTEMPTS.tried.append(host)


@contextmanager
def counting() -> Iterator[Attempts]:
    """Attempts of this process to connect to anything but the lure, from here on; the hook itself stays for good."""
    if not _HOOKED.is_set():
        sys.addaudithook(_audit)
        _HOOKED.set()
    ATTEMPTS.seen, ATTEMPTS.tried, ATTEMPTS.is_counting = 0, [], True
    try:
        yield ATTEMPTS
    finally:
        ATTEMPTS.is_counting = False


_HOOKED = threading.Event()


@contextmanager
def canary() -> Iterator[int]:
    """The port on which all loopback addresses that there are listen; whoever connects is counted."""
    listeners = [socket.create_server((_LOOPBACKS[0], 0))]
    port = int(listeners[0].getsockname()[1])
    if socket.has_ipv6:
        with suppress(OSError):  # a machine without IPv6
            listeners.append(socket.create_server((_LOOPBACKS[1], port), family=socket.AF_INET6))
    for listener in listeners:
        threading.Thread(target=_count_visitors, args=(listener,), daemon=True).start()
    try:
        yield port
    finally:
        for listener in listeners:
            listener.close()


def _count_visitors(listener: socket.socket) -> None:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret"
    while True:
        try:
            visitor, _ = listener.accept()
        except OSError:
            return
        with visitor:
            ATTEMPTS.seen += 1
            visitor.sendall(body)


class Lure(ThreadingHTTPServer):
    """Sends whoever asks to the address in the query of `/go?to=`, or, of a host `robots-N.test`, by its robots.txt."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LURE, 0), _LureHandler)
        self.port = int(self.server_address[1])
        self.robots: dict[str, str] = {}
        self.lured = 0  # requests that were sent on to where nothing may be reached
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def url(self, host: str, path: str) -> str:
        """An address that leads to the lure."""
        return f"http://{host}:{self.port}{path}"


class _LureHandler(BaseHTTPRequestHandler):
    server: Lure

    def do_GET(self) -> None:
        host = (self.headers["Host"] or "").partition(":")[0]
        to = parse_qs(urlsplit(self.path).query).get("to", [""])[0]
        if self.path == "/robots.txt":
            target = self.server.robots.get(host)
            self._answer(302 if target else 404, "", target)
        elif self.path.startswith("/go"):
            self._answer(302, "", to)
        elif self.path.startswith("/feed"):
            link = to.replace("&", "&amp;").replace("<", "&lt;")
            self._answer(200, f"<rss version='2.0'><channel><item><link>{link}</link></item></channel></rss>", None)
        else:
            self._answer(200, f"<html><body><p>Nothing but a lure, {host}{self.path}.</p></body></html>", None)

    def _answer(self, status: int, body: str, location: str | None) -> None:
        data = body.encode()
        self.server.lured += location is not None or body.startswith("<rss")
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if location is not None:
            told = location.translate({ord(letter): None for letter in "\r\n"})  # what no field can hold
            self.send_header("Location", told.encode().decode("latin-1"))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def resolve(host: str) -> Sequence[str]:
    """Names of lures and of this machine; else what the system says, which knows many spellings of numbers."""
    if host == "lure.test" or host.startswith("robots-"):
        return [LURE]
    return _SELF.get(host.rstrip(".").lower()) or look_up(host)


class Rebinding:
    """A resolver under the attacker's hand: the lure at first, and then what lies inside, alone or among others."""

    def __init__(self) -> None:
        self._asked: dict[str, int] = {}

    def __call__(self, host: str) -> Sequence[str]:
        """The addresses of a name, this time."""
        if not host.startswith("rebind-"):
            return resolve(host)
        asked = self._asked[host] = self._asked.get(host, 0) + 1
        if asked <= 2:  # once for robots.txt, once for a first page
            return [LURE] if host.endswith("-0.test") else [*_LOOPBACKS, LURE]
        return list(_LOOPBACKS)


def lured(vector: str, spelling: str, lure: Lure, number: int) -> str:
    """The address that leads to the spelling in that way."""
    if vector == "page":
        return spelling
    if vector == "redirect":
        return lure.url("lure.test", f"/go/{number}?to={quote(spelling, safe='')}")
    if vector == "robots":
        lure.robots[f"robots-{number}.test"] = spelling
        return lure.url(f"robots-{number}.test", "/page")
    return lure.url("lure.test", f"/feed/{number}?to={quote(spelling, safe='')}")


def crawl(urls: Sequence[str], *, resolver: object = resolve, allowed: Sequence[str] = (f"{LURE}/32",)) -> int:
    """Collect addresses into a folder that is thrown away; how many pages came."""
    rules = AddressRules(allowed=parse_networks(list(allowed)))
    options = CrawlOptions(manners=_HASTE, tries=1, again=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Web(rules, user_agent="onrecord/benchmark", resolve=resolver) as web,  # type: ignore[arg-type]
        Collection(Path(folder), software="onrecord/benchmark") as collection,
    ):
        run = Crawl(web, collection, options)
        for url in urls:
            run.add(url, Role.ENTRY, Filters())
        return sum(collected.page is not None for collected in run.run())


def measure_spellings(spellings: Sequence[str] = SPELLINGS) -> dict[str, int]:
    """Connections that were made or tried, for each way, over all spellings; 0 is what must come out."""
    figures: dict[str, int] = {"spellings": len(spellings)}
    lure = Lure()
    with canary() as port:
        for vector in VECTORS:
            urls = [lured(vector, text.format(port=port), lure, number) for number, text in enumerate(spellings)]
            lure.lured = 0
            with counting() as attempts:
                crawl(urls)
            name = vector.replace(" ", "_")
            if vector != "page":
                figures[f"{name}_lured"] = lure.lured
            figures[f"{name}_connections"], figures[f"{name}_attempts"] = attempts.seen, len(attempts.tried)
    lure.shutdown()
    lure.server_close()
    return figures


def measure_rebinding(rounds: int) -> dict[str, int]:
    """As above, for names that change their meaning between one look-up and the next."""
    lure = Lure()
    with canary() as port, counting() as attempts:
        hosts = [f"rebind-{number}-{number % 2}.test" for number in range(rounds)]
        urls = [lure.url(host, path) for host in hosts for path in ("/first", "/second")]
        came = crawl(urls, resolver=Rebinding())
        crawl([f"http://{host}:{port}/" for host in hosts], resolver=Rebinding())
    lure.shutdown()
    lure.server_close()
    return {
        "rebinds": 2 * rounds,
        "rebind_first_pages": came,
        "rebind_connections": attempts.seen,
        "rebind_attempts": len(attempts.tried),
    }


def measure_control() -> dict[str, int]:
    """With loopback allowed the canary is reached: it would have told."""
    with canary() as port, counting() as attempts:
        crawl([f"http://127.0.0.1:{port}/"], allowed=["127.0.0.0/8"])
    return {"control_connections": attempts.seen}


def main() -> None:
    """Measure, print, and fail if anything was reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rebinds", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--shared", type=Path, help="not used; all benchmarks take it")
    args = parser.parse_args()
    figures = measure_spellings() | measure_rebinding(args.rebinds) | measure_control()
    for name, value in figures.items():
        print(f"{name:28} {value:6.0f}")
    if args.json:
        args.json.write_text(json.dumps(figures), encoding="utf-8")
    reached = [name for name, value in figures.items() if value and name.endswith(("connections", "attempts"))]
    sys.exit(0 if reached == ["control_connections"] else 1)


if __name__ == "__main__":
    main()
