"""What an input that cannot be read becomes, so that the counts add up."""

from __future__ import annotations

import os

from onrecord.errors import InputError
from onrecord.records import Rejected, Stage

__all__ = ["printable_path", "rejected_by"]


def rejected_by(error: InputError, *, stage: Stage = Stage.COLLECT, sha256: str | None = None) -> Rejected:
    """The row that tells of an error: same place, same code, same reason."""
    return Rejected(
        path=error.path, stage=stage, code=error.code, reason=error.reason, offset=error.offset, sha256=sha256
    )


def printable_path(path: str) -> str:
    r"""The path as given, with bytes that are not UTF-8 shown as `\xff`: JSON cannot carry them otherwise.

    >>> printable_path("caf\udce9.html")
    'caf\\xe9.html'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")
