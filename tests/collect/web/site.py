"""A web site on this machine, for tests: what is at each path is said by hand, and every request is noted."""

from __future__ import annotations

import ssl
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

LOOPBACK = "127.0.0.0/8"
STORY = (
    "<!doctype html><html lang=en><head><title>{0}</title></head><body><h1>{0}</h1>"
    "<p>HALDEN — The {0} commission said on Tuesday that it had finished its report.</p>"
    "<p>“We will publish all of it,” chairwoman Ana Okoye told reporters.</p></body></html>"
)


def story(name: str) -> bytes:
    return STORY.format(name).encode()


class Reply(NamedTuple):
    body: bytes = b""
    status: int = 200
    fields: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    pause_s: float = 0.0
    raw: tuple[bytes, ...] = ()  # sent as they are, with `pause_s` between, instead of all else


class Asked(NamedTuple):
    path: str
    host: str
    fields: dict[str, str]
    at: float


class Site(ThreadingHTTPServer):
    """Paths to replies; a list of replies gives one after the other, the last again and again."""

    daemon_threads = True

    def __init__(self, address: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__((address, 0), _Handler)
        self.pages: dict[str, Reply | list[Reply]] = {}
        self.asked: list[Asked] = []
        self.open_now: dict[str, int] = defaultdict(int)
        self.most_open = 0
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self._scheme = "https" if tls else "http"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def url(self, path: str, host: str | None = None) -> str:
        return f"{self._scheme}://{host or self.server_address[0]}:{self.port}{path}"

    def put(self, path: str, body: bytes | str = b"", *, media: str = "text/html; charset=utf-8", **more) -> None:
        fields = (("Content-Type", media), *more.pop("fields", ()))
        self.pages[path] = Reply(body.encode() if isinstance(body, str) else body, fields=fields, **more)

    def redirect(self, path: str, target: str, status: int = 302) -> None:
        self.pages[path] = Reply(status=status, fields=(("Location", target),))

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def handle_error(self, request, client_address):
        pass  # a client that goes away is what many tests are about


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        site = self.server
        site.asked.append(Asked(self.path, self.headers["Host"], dict(self.headers), time.monotonic()))
        found = site.pages.get(self.path, Reply(b"nothing here", 404))
        reply = found if isinstance(found, Reply) else (found.pop(0) if len(found) > 1 else found[0])
        if reply.raw:
            self._drip(reply)
            return
        time.sleep(reply.pause_s)
        self.send_response(reply.status)
        for name, value in reply.fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def _drip(self, reply: Reply) -> None:
        for part in reply.raw:
            self.wfile.write(part)
            self.wfile.flush()
            time.sleep(reply.pause_s)
        self.close_connection = True

    def log_message(self, *args) -> None:
        pass
