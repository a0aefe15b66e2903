"""What an input that cannot be read becomes, so that the counts add up."""

from __future__ import annotations

import os

from onrecord.errors import InputError
from onrecord.records import Rejected, Stage

__all__ = ["error_of", "printable_path", "rejected_by"]


def rejected_by(error: InputError, *, stage: Stage = Stage.COLLECT, sha256: str | None = None) -> Rejected:
    """The row that tells of an error: same place, same code, same reason."""
    return Rejected(
        path=error.path, stage=stage, code=error.code, reason=error.reason, offset=error.offset, sha256=sha256
    )


def error_of(rejected: Rejected) -> InputError:
    """The error a rejection tells of, for those who would rather catch it."""
    kind = _kinds(InputError).get(rejected.code, InputError)
    return kind(rejected.path, rejected.reason, offset=rejected.offset)


def _kinds(root: type[InputError]) -> dict[str, type[InputError]]:
    kinds = {root.code: root}
    for kind in root.__subclasses__():
        kinds = _kinds(kind) | kinds  # a subclass without a code of its own gives way
    return kinds


def printable_path(path: str) -> str:
    r"""The path as given, with bytes that are not UTF-8 shown as `\xff`: JSON cannot carry them otherwise.

    >>> printable_path("caf\udce9.html")
    'caf\\xe9.html'
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")
