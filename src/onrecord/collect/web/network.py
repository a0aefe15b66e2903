"""The one place where connections are made: a name is looked up once, its addresses are checked, one is connected to.

httpcore asks a backend for connections and does the rest (TLS with the name of the host, HTTP). So no address can be
reached that was not judged here, and the one that was judged is the one that is used, whatever the name says later.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from weakref import WeakSet

import httpcore2

from onrecord.collect.web.addresses import AddressRules
from onrecord.errors import AddressRefused

__all__ = ["CheckedNetwork", "Resolve", "look_up"]

Resolve = Callable[[str], Sequence[str]]


def look_up(host: str) -> Sequence[str]:
    """The numeric addresses that the system gives for a name, best first.

    Raises:
        OSError: it knows none.
    """
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class _Deadline(threading.local):
    """When the request that this thread is at must be over."""

    at = float("inf")


class CheckedNetwork(httpcore2.NetworkBackend):
    """Connects to addresses that the rules permit, and holds every wait to the deadline of its thread."""

    def __init__(self, rules: AddressRules, resolve: Resolve = look_up) -> None:
        self._rules, self._resolve = rules, resolve
        self._deadline = _Deadline()
        self._open: WeakSet[_CheckedStream] = WeakSet()
        self._lock = threading.Lock()
        self._is_aborted = False

    def allow_seconds(self, seconds: float) -> None:
        """From now on, what this thread waits for must come within so many seconds."""
        self._deadline.at = time.monotonic() + seconds

    def left(self, timeout_s: float | None) -> float:
        """How long this thread may wait now.

        Raises:
            httpcore2.ReadTimeout: no longer at all.
        """
        if self._is_aborted:
            raise httpcore2.ReadError("stopped")
        left = min(self._deadline.at - time.monotonic(), timeout_s or float("inf"), 3600)
        if left <= 0:
            raise httpcore2.ReadTimeout("the whole took too long")
        return left

    def abort(self) -> None:
        """End all connections, also those that other threads wait on; nothing can be fetched any more."""
        with self._lock:
            self._is_aborted = True
            streams = list(self._open)
        for stream in streams:
            stream.shut_down()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002  the interface of httpcore
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002  as above
    ) -> httpcore2.NetworkStream:
        """A connection to an address that `host` stands for and that is permitted.

        Raises:
            AddressRefused: none of them is.
        """
        problem: OSError | None = None
        for address in self._permitted(host, timeout):
            try:
                return self._connect(address, port, timeout)
            except OSError as error:
                problem = error
        kind = httpcore2.ConnectTimeout if isinstance(problem, TimeoutError) else httpcore2.ConnectError
        raise kind(str(problem)) from problem

    def _permitted(self, host: str, timeout: float | None) -> list[str]:
        addresses = self._addresses(host, timeout)
        refusals = {address: self._rules.refusal(address) for address in addresses}
        permitted = [address for address, why in refusals.items() if why is None]
        if not permitted:
            told = "; ".join(f"{address} is {why}" for address, why in list(refusals.items())[:3])
            raise AddressRefused(host, f"{told}; if that is meant, name its network with --allow-net")
        return permitted

    def _addresses(self, host: str, timeout: float | None) -> Sequence[str]:
        with suppress(ValueError):
            return [str(ip_address(host))]
        answer: Future[Sequence[str]] = Future()
        # The system's look-up knows no limit of time; a thread that hangs in it is left behind.
        threading.Thread(target=self._answer, args=(host, answer), daemon=True).start()
        try:
            addresses = answer.result(self.left(timeout))
        except TimeoutError:
            raise httpcore2.ConnectTimeout(f"looking up {host} took too long") from None
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"the name {host} is unknown ({error})") from error
        if not addresses:
            raise httpcore2.ConnectError(f"the name {host} has no address")
        return addresses

    def _answer(self, host: str, answer: Future[Sequence[str]]) -> None:
        try:
            answer.set_result(self._resolve(host))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    def _connect(self, address: str, port: int, timeout: float | None) -> httpcore2.NetworkStream:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(self.left(timeout))
            plain.connect((address, port))
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            plain.close()
            raise
        return self._watch(_CheckedStream(plain, self))

    def _watch(self, stream: _CheckedStream) -> _CheckedStream:
        with self._lock:
            self._open.add(stream)
        return stream

    def watch_tls(self, secured: ssl.SSLSocket) -> httpcore2.NetworkStream:
        """The stream over a connection that was secured."""
        return self._watch(_CheckedStream(secured, self))


class _CheckedStream(httpcore2.NetworkStream):
    """A connection whose every wait ends at the deadline."""

    def __init__(self, plain: socket.socket, network: CheckedNetwork) -> None:
        self._socket, self._network = plain, network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._socket.settimeout(self._network.left(timeout))
        try:
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore2.ReadTimeout("nothing came") from error
        except OSError as error:
            raise httpcore2.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._socket.settimeout(self._network.left(timeout))
        try:
            self._socket.sendall(buffer)
        except TimeoutError as error:
            raise httpcore2.WriteTimeout("the server takes nothing") from error
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def shut_down(self) -> None:
        """Wake whoever waits on this."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        self._socket.settimeout(self._network.left(timeout))
        try:
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError as error:
            self.close()
            raise httpcore2.ConnectTimeout("securing the connection took too long") from error
        except OSError as error:
            self.close()
            raise httpcore2.ConnectError(f"the connection cannot be secured ({error})") from error
        return self._network.watch_tls(secured)

    def get_extra_info(self, info: str) -> object:
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "server_addr":
            return self._socket.getpeername()
        if info == "is_readable":
            return _is_readable(self._socket)
        return None


def _is_readable(plain: socket.socket) -> bool:
    """Whether something came that nobody asked for, such as the server's goodbye."""
    if plain.fileno() < 0:
        return True
    with selectors.DefaultSelector() as waiting:
        waiting.register(plain, selectors.EVENT_READ)
        return bool(waiting.select(0))
