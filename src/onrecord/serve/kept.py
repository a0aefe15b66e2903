"""Answers that were given before, while the store is as it was: asked for again, they are not worked out again."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.store.pool import Pool, State

__all__ = ["KeptAnswers"]

KEEP_S = 10.0  # what depends on the hour ("a minute ago") may be so much behind
MOST_BYTES = 64 * 1024 * 1024  # of all answers
MOST_BYTES_OF_ONE = 512 * 1024  # longer ones are downloads
OF_REQUEST = (  # that an answer may depend on
    *("accept", "accept-language", "authorization", "cookie", "host"),
    *("if-modified-since", "if-none-match", "range"),
)

_Key = tuple[str, ...]


class _Kept(NamedTuple):
    state: State
    at: float
    messages: tuple[Message, ...]
    size: int


class KeptAnswers:
    """Keeps short, whole answers to GET; any change of the store, by whatever process, makes them void."""

    def __init__(self, app: ASGIApp, stores: Pool, clock: Callable[[], float] = time.monotonic) -> None:
        self.app, self.stores, self.clock = app, stores, clock
        self._answers: OrderedDict[_Key, _Kept] = OrderedDict()
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as before, or as the application does."""
        state = self.stores.state() if scope["type"] == "http" and scope["method"] == "GET" else None
        if state is None:
            await self.app(scope, receive, send)
            return
        key = _key_of(scope)
        kept = self._answers.get(key)
        if kept is not None and kept.state == state and self.clock() - kept.at < KEEP_S:
            self._answers.move_to_end(key)
            for message in kept.messages:
                await send(dict(message))
            return
        noted: list[Message] = []

        async def note(message: Message) -> None:
            if len(noted) <= 2:  # a third one is no whole answer any more
                noted.append({**message, "headers": list(message["headers"])} if "headers" in message else message)
            await send(message)

        await self.app(scope, receive, note)
        self._keep(key, state, noted)

    def _keep(self, key: _Key, state: State, messages: list[Message]) -> None:
        if not _is_whole(messages):
            return
        size = len(messages[1].get("body", b"")) + sum(map(len, key))
        before = self._answers.pop(key, None)
        self._bytes += size - (before.size if before else 0)
        self._answers[key] = _Kept(state, self.clock(), tuple(messages), size)
        while self._bytes > MOST_BYTES:
            self._bytes -= self._answers.popitem(last=False)[1].size


def _key_of(scope: Scope) -> _Key:
    headers = Headers(scope=scope)
    asked = scope["path"], scope["query_string"].decode("latin-1")
    return (*asked, *(headers.get(name, "") for name in OF_REQUEST))


def _is_whole(messages: list[Message]) -> bool:
    """Whether it is all of an answer, a good one, and short."""
    if len(messages) != 2 or messages[0]["type"] != "http.response.start" or messages[0]["status"] != 200:
        return False
    body = messages[1]
    is_last = body["type"] == "http.response.body" and not body.get("more_body", False)
    return is_last and len(body.get("body", b"")) <= MOST_BYTES_OF_ONE
