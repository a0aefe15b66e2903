"""Telling who waits how far we are: on standard error, only on a terminal, only after two seconds."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["share_shown", "shown_while_waiting"]

_DELAY_S = 2.0
Item = TypeVar("Item")


def shown_while_waiting(
    items: Iterable[Item], label: str, *, prints: bool, ahead: Callable[[], str] | None = None
) -> Iterator[Item]:
    """The items as they come; once that takes long, a line says how many are done.

    Args:
        prints: the caller prints each item on the terminal, so the line is taken away before.
        ahead: tells what is still to come.
    """
    if not sys.stderr.isatty():
        yield from items
        return
    line = _Line(label)
    try:
        for done, item in enumerate(_each(items, line), 1):
            if prints:
                line.hide()
            yield item
            line.say(f"{label}: {done} done{ahead() if ahead else ''}")
    finally:
        line.hide()


def _each(items: Iterable[Item], line: _Line) -> Iterator[Item]:
    iterator = iter(items)
    while True:
        line.show_soon()
        try:
            item = next(iterator)
        except StopIteration:
            return
        yield item


class _Line:
    """A spinner that comes up once `_DELAY_S` have passed since it was made."""

    def __init__(self, text: str) -> None:
        from rich.console import Console  # noqa: PLC0415  without a terminal it is not needed

        self._status = Console(stderr=True).status(text)
        self._since = time.monotonic()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._is_up = False

    def say(self, text: str) -> None:
        self._status.update(text)

    def show_soon(self) -> None:
        with self._lock:
            if self._is_up or self._timer is not None:
                return
            wait_s = max(_DELAY_S - (time.monotonic() - self._since), 0.2)
            self._timer = threading.Timer(wait_s, self._show)
            self._timer.daemon = True
            self._timer.start()

    def hide(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._is_up:
                self._status.stop()
                self._is_up = False

    def _show(self) -> None:
        with self._lock:
            if self._timer is not None:  # not hidden in the meantime
                self._status.start()
                self._is_up, self._timer = True, None


@contextmanager
def share_shown(label: str) -> Iterator[Callable[[int, int], None]]:
    """What is to be told how many are done, of how many; the line with the share comes up as that of the others."""
    if not sys.stderr.isatty():
        yield _nobody_looks
        return
    line = _Line(label)
    line.show_soon()
    try:
        yield lambda done, total: line.say(f"{label}: {done / max(total, 1):.0%}")
    finally:
        line.hide()


def _nobody_looks(_done: int, _total: int) -> None:
    """There is no terminal."""
