"""One request and its answer, within limits of address, time and size, and kept as it was sent."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Self

import httpcore2
from msgspec import Struct

from onrecord.collect.http import parse_fields
from onrecord.collect.web.addresses import AddressRules, Place, join_url, parse_url
from onrecord.collect.web.network import CheckedNetwork, Resolve, look_up
from onrecord.config import WebLimits
from onrecord.errors import AddressRefused, FetchFailed, FetchTimeLimitHit, InputTooLarge, UsageError

__all__ = ["Exchange", "Web"]

_ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, application/feed+json;q=0.9, */*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_OPEN_S = 15.0  # an unused connection; longer than the usual pause between two pages of a host
# In a head as kept, the body stands unchunked; the field that told otherwise keeps its value under the name that
# archivers use for it (pywb).
_RENAMED = {b"transfer-encoding": b"X-Archive-Orig-Transfer-Encoding"}


class Exchange(Struct, frozen=True, kw_only=True):
    """What was asked and what came back."""

    url: str
    address: str  # the numeric address that answered
    at: datetime  # when it was asked, UTC
    took_s: float
    request: bytes
    head: bytes  # status line, fields and empty line
    body: bytes  # chunks joined, content coding as sent
    status: int
    fields: dict[str, str]  # names in lower case, the first of a name

    @property
    def redirect(self) -> str | None:
        """Where the answer sends us, absolute and not checked yet."""
        place = self.fields.get("location")
        return join_url(self.url, place) if self.status in _REDIRECTS and place else None

    @property
    def block(self) -> bytes:
        """The answer as archives keep it."""
        return self.head + self.body


class Web:
    """Fetches; a context manager. Threads may share it. Proxies named by the environment are not used.

    Args:
        user_agent: who we say we are.
        tls: what certificates are held against; None for those the system trusts.

    Raises:
        UsageError: the user agent cannot be sent as it is.
    """

    def __init__(
        self,
        rules: AddressRules,
        *,
        user_agent: str,
        limits: WebLimits | None = None,
        resolve: Resolve = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if not (user_agent.isascii() and user_agent.isprintable()):
            raise UsageError(f"{user_agent!a} cannot be told to sites; give a plain web or mail address as contact.")
        self.user_agent, self._limits = user_agent, limits or WebLimits()
        self._network = CheckedNetwork(rules, resolve)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls, max_connections=None, keepalive_expiry=_KEEP_OPEN_S, network_backend=self._network
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections, also those that other threads wait on."""
        self._network.abort()
        self._pool.close()

    def exchange(self, url: str, *, extra: Mapping[str, str] | None = None) -> Exchange:
        """Ask for one address; redirects are not followed.

        Args:
            extra: further fields of the request, such as If-None-Match.

        Raises:
            AddressRefused: the address is malformed or leads to no public host.
            FetchFailed: no answer could be had.
            FetchTimeLimitHit: it took too long.
            InputTooLarge: the answer is larger than `answer_bytes`.
        """
        place = parse_url(url)
        self._network.allow_seconds(self._limits.total_s)
        try:
            return self._exchange(place, dict(extra or {}))
        except AddressRefused as error:
            raise AddressRefused(url, error.reason) from error
        except httpcore2.TimeoutException as error:
            raise FetchTimeLimitHit(url, f"the answer did not come in time ({error})") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise FetchFailed(url, f"no answer could be had: {error}") from error

    def follow(self, url: str) -> Iterator[Exchange]:
        """As `exchange`, and after it what each redirect leads to. The last one is no redirect.

        Raises:
            FetchFailed: there are more redirects than the limit.
        """
        asked = url
        for _ in range(self._limits.redirects + 1):
            exchange = self.exchange(url)
            yield exchange
            if exchange.redirect is None:
                return
            url = exchange.redirect
        raise FetchFailed(asked, f"it redirects more than {self._limits.redirects} times")

    def _exchange(self, place: Place, extra: dict[str, str]) -> Exchange:
        at, began = datetime.now(UTC), time.monotonic()
        fields = {
            "Host": place.authority,
            "User-Agent": self.user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate",
            **extra,
        }
        limits = self._limits
        waits = {"connect": limits.connect_s, "read": limits.idle_s, "write": limits.idle_s, "pool": limits.total_s}
        with self._pool.stream(
            "GET",
            httpcore2.URL(
                scheme=place.scheme.encode(), host=place.host.encode(), port=place.port, target=place.target.encode()
            ),
            headers=[(name.encode(), value.encode("latin-1", "replace")) for name, value in fields.items()],
            extensions={"timeout": waits},
        ) as response:
            peer = response.extensions["network_stream"].get_extra_info("server_addr")
            body = self._body(response, place.url)
            head = _head(response)
            return Exchange(
                url=place.url,
                address=str(peer[0]),
                at=at,
                took_s=time.monotonic() - began,
                request=_request(place, fields),
                head=head,
                body=body,
                status=response.status,
                fields=parse_fields(head.splitlines()[1:]),
            )

    def _body(self, response: httpcore2.Response, url: str) -> bytes:
        parts, size = [], 0
        for part in response.iter_stream():
            parts.append(part)
            size += len(part)
            if size > self._limits.answer_bytes:
                raise InputTooLarge(url, f"the answer holds more than {self._limits.answer_bytes // 2**20} MiB")
        return b"".join(parts)


def _request(place: Place, fields: dict[str, str]) -> bytes:
    lines = [f"GET {place.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode()


def _head(response: httpcore2.Response) -> bytes:
    version, reason = response.extensions["http_version"], response.extensions["reason_phrase"]
    lines = [b"%s %d %s" % (version, response.status, reason)]
    lines += [b"%s: %s" % (_RENAMED.get(name.lower(), name), value) for name, value in response.headers]
    return b"\r\n".join([*lines, b"", b""])
