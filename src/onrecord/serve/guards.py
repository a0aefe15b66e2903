"""What keeps a server safe: from pages of other sites in the same browser, and, off this machine, from strangers."""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import b64decode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.errors import UsageError
from onrecord.serve.problems import Problem, make_problem

__all__ = ["LOOPBACK", "LOOPBACK_NAMES", "Access", "Gate", "Refusal", "SafeHeaders", "name_of"]

LOOPBACK = "127.0.0.1"
# A site elsewhere can point its own name at 127.0.0.1 (DNS rebinding); only these names are answered.
LOOPBACK_NAMES = ("127.0.0.1", "localhost")
ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - named, not bound to
MIN_TOKEN_CHARS = 16  # 64 bits and more, if made by chance
MAX_BODY_BYTES = 64 * 1024  # what a review sends is a fraction of this
DEFAULT_RATE_PER_S = 50.0  # off this machine; a person who clicks fast asks for ten
BURST_S = 4.0  # what may come at once is what may come in so many seconds
MAX_CLIENTS = 10_000  # remembered by the rate limit: a megabyte or two

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with "no-referrer" a browser would send forms of ours without an origin
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

Refuse = Callable[[Scope, Problem, Mapping[str, str]], ASGIApp]


class Access(NamedTuple):
    """Who may ask, and how often. Made by `allow`, which checks it."""

    host: str = LOOPBACK  # address to bind to
    names: tuple[str, ...] = LOOPBACK_NAMES  # under which the server answers
    token: str | None = None
    rate_per_s: float | None = None  # for each client; None: no limit

    @classmethod
    def allow(
        cls,
        host: str = LOOPBACK,
        *,
        names: tuple[str, ...] = (),
        token: str | None = None,
        rate_per_s: float | None = None,
    ) -> Access:
        """Access at an address; off this machine only with a token.

        Raises:
            UsageError: no token though one is needed, or one that can be guessed.
        """
        if token is not None and (len(token) < MIN_TOKEN_CHARS or not token.isascii() or not token.isprintable()):
            raise UsageError(
                f"The token must have {MIN_TOKEN_CHARS} characters or more, all of them ASCII. {_MAKE_ONE}"
            )
        is_local = host in (*LOOPBACK_NAMES, "::1")
        if not is_local and token is None:
            raise UsageError(f"{host} can be reached from other machines, so a token is needed. {_MAKE_ONE}")
        if not is_local and rate_per_s is None:
            rate_per_s = DEFAULT_RATE_PER_S
        own = () if host in ANY_ADDRESS else (host,)
        return cls(host, tuple(dict.fromkeys((*LOOPBACK_NAMES, *own, *names))), token, rate_per_s or None)


_MAKE_ONE = "Set one: export ONRECORD_TOKEN=$(python3 -c 'import secrets; print(secrets.token_urlsafe(32))')"


class Refusal(NamedTuple):
    """Why a request is not answered, and the headers to say it with."""

    problem: Problem
    headers: dict[str, str]


class Gate:
    """Lets a request through or refuses it: by name, origin, rate, token, size of its body; in this order.

    The rate comes before the token, so that tokens cannot be tried out fast. `refuse` makes the answer.
    """

    def __init__(self, app: ASGIApp, access: Access, refuse: Refuse) -> None:
        self.app, self.access, self.refuse = app, access, refuse
        self.rates = _Rates(access.rate_per_s) if access.rate_per_s else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse to."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif refusal := self.judge(scope):
            await self.refuse(scope, refusal.problem, refusal.headers)(scope, receive, send)
        else:
            await self.app(scope, _limited(receive), send)

    def judge(self, scope: Scope) -> Refusal | None:
        """Why not; None if nothing speaks against it."""
        headers = Headers(scope=scope)
        return (
            _judge_name(headers, self.access)
            or _judge_origin(headers)
            or self._judge_rate(scope)
            or _judge_token(headers, self.access.token)
            or _judge_size(headers)
        )

    def _judge_rate(self, scope: Scope) -> Refusal | None:
        client = (scope.get("client") or ("unknown", 0))[0]
        wait_s = self.rates.wait(client, time.monotonic()) if self.rates else 0.0
        if wait_s <= 0:
            return None
        told = f"More than {self.access.rate_per_s:g} requests a second came from {client}. Wait and ask again."
        return Refusal(make_problem(429, "too-many", "Too many requests", told), {"Retry-After": str(int(wait_s) + 1)})


def _judge_name(headers: Headers, access: Access) -> Refusal | None:
    name = urlsplit(f"//{headers.get('host', '')}").hostname if _is_host(headers.get("host", "")) else None
    if name in access.names:
        return None
    told = f"This server does not answer to the name it was asked by. It is known as {', '.join(access.names)}"
    return Refusal(make_problem(400, "unknown-host", "Wrong name", f"{told}; add others with --name."), {})


def _is_host(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").netloc == host and (urlsplit(f"//{host}").port or True) is not None
    except ValueError:
        return False


def _judge_origin(headers: Headers) -> Refusal | None:
    """A browser says where a script asks from; what it says of another site than this one is refused."""
    origin = headers.get("origin")
    if origin is None or urlsplit(origin).netloc == headers.get("host"):
        return None
    told = f"Pages of {origin} may not ask this server. Ask from a program, without the header Origin."
    return Refusal(make_problem(403, "foreign-origin", "Asked from another site", told), {})


def _judge_token(headers: Headers, token: str | None) -> Refusal | None:
    if token is None or _is_same(_given_token(headers.get("authorization", "")), token):
        return None
    told = "A token is needed: as `Authorization: Bearer TOKEN`, or in a browser as the password, with any name."
    asked = {"WWW-Authenticate": 'Bearer realm="onrecord", Basic realm="onrecord", charset="UTF-8"'}
    return Refusal(make_problem(401, "no-token", "Not allowed in", told), asked)


def _given_token(authorization: str) -> str:
    """The token of a program (Bearer) or of a browser (Basic: the password)."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return b64decode(rest, validate=True).decode("utf-8", "replace").partition(":")[2]
        except ValueError:
            return ""
    return ""


def name_of(authorization: str) -> str | None:
    """The name that somebody signed in with (Basic); None for none."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return b64decode(rest, validate=True).decode("utf-8", "replace").partition(":")[0].strip()[:80] or None
    except ValueError:
        return None


def _is_same(given: str, token: str) -> bool:
    """Compared by digests, in a time that says nothing of where they differ, nor of how long the token is."""
    digests = (hashlib.sha256(one.encode("utf-8", "replace")).digest() for one in (given, token))
    return hmac.compare_digest(*digests)


def _judge_size(headers: Headers) -> Refusal | None:
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length) <= MAX_BODY_BYTES:
        return None
    return Refusal(make_problem(413, "too-large", "Too large", f"{_TOO_LARGE}."), {})


_TOO_LARGE = f"A request may have a body of {MAX_BODY_BYTES // 1024} KiB"


def _limited(receive: Receive) -> Receive:
    """The same body, until it is larger than it may be: a length need not be told beforehand."""
    got = 0

    async def receive_some() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > MAX_BODY_BYTES:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return receive_some


class _Rates:
    """A bucket for each client: filled at the rate, holding what may come at once."""

    def __init__(self, rate_per_s: float) -> None:
        self.rate_per_s, self.room = rate_per_s, max(rate_per_s * BURST_S, 1.0)
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, now: float) -> float:
        """Seconds until the client may ask again; 0 if now, and then it has."""
        level, since = self.buckets.pop(client, (self.room, now))
        level = min(self.room, level + (now - since) * self.rate_per_s)
        is_allowed = level >= 1
        self.buckets[client] = (level - is_allowed, now)
        if len(self.buckets) > MAX_CLIENTS:
            self.buckets.popitem(last=False)
        return 0.0 if is_allowed else (1 - level) / self.rate_per_s


class SafeHeaders:
    """Puts the same strict headers on every answer, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, and more carefully."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)
