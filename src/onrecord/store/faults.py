"""Named points at which a test can make a process die or a disk fail; nothing happens at them otherwise.

`ONRECORD_FAULT=POINT:ACTION[:N]`, set by tests and benchmarks only, acts when POINT is reached for the Nth time (the
first, if not given): `kill` ends the process as `kill -9` would, `full` and `io` are SQLite's errors of a disk that is
full or broken.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

import apsw

__all__ = ["POINTS", "Fault", "arm", "reach"]

# In the order in which adding one page comes by them; `quarantined` instead of the middle ones for a rejection.
POINTS = (
    "begun",
    "bytes-kept",
    "article-filed",
    "reading-filed",
    "sealed",
    "committed",
    "acknowledged",
    "quarantined",
)


@dataclass
class Fault:
    """What is to happen, and how many times its point is still to be passed before."""

    point: str
    action: str
    left: int = 1


def _parse(text: str) -> Fault | None:
    """What the environment variable means; None if it is empty or says no action.

    >>> _parse("sealed:kill:3"), _parse("")
    (Fault(point='sealed', action='kill', left=3), None)
    """
    point, _, rest = text.partition(":")
    action, _, count = rest.partition(":")
    return Fault(point, action, int(count or 1)) if action else None


_armed = _parse(os.environ.get("ONRECORD_FAULT", ""))


def arm(fault: Fault | None) -> None:
    """Set what is to happen in this process, in place of what the environment said."""
    global _armed  # noqa: PLW0603  one for the process, as the environment variable is
    _armed = fault


def reach(point: str) -> None:
    """Be at a point; returns at once unless a test wants otherwise."""
    if _armed is None or _armed.point != point:
        return
    _armed.left -= 1
    if _armed.left:
        return
    if _armed.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise apsw.FullError("a test said so") if _armed.action == "full" else apsw.IOError("a test said so")
