"""The command `onrecord`. This module only guards: whatever happens inside, the user sees one line and an exit code.

0 done, 1 some inputs were rejected, 2 wrong usage, 3 something else is wrong (store, models, a bug), 130 interrupted.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

__all__ = ["main"]

WRONG_USAGE, FAILED, INTERRUPTED, BROKEN_PIPE = 2, 3, 130, 141


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit. `arguments` default to those of the process."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _make_streams_safe()
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        status = _say("interrupted", INTERRUPTED)
    except BrokenPipeError:
        status = BROKEN_PIPE
    except OSError as error:  # no space left on the device, standard output closed
        status = _say(f"error: {error.strerror or error}", FAILED)
    _leave(status)


def _run(arguments: Sequence[str]) -> int:
    if list(arguments) == ["--version"]:
        from onrecord import __version__  # noqa: PLC0415

        sys.stdout.write(f"onrecord {__version__}\n")
        return 0
    # Our many small matrix products gain nothing from threads, which spin while they wait; said before numpy comes in.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from onrecord.cli.app import run_app  # noqa: PLC0415  `--version` need not wait for it
    from onrecord.errors import OnrecordError, UsageError  # noqa: PLC0415

    try:
        return run_app(arguments)
    except UsageError as error:
        return _say(f"error: {error}", WRONG_USAGE)
    except OnrecordError as error:
        return _say(f"error: {error}", FAILED)
    except (BrokenPipeError, OSError):
        raise
    except Exception as error:
        if os.environ.get("ONRECORD_DEBUG"):
            raise
        told = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        advice = "Set ONRECORD_DEBUG=1 to see where it comes from, and please report it."
        return _say(f"error: this is a bug in onrecord ({told}). {advice}", FAILED)


def _say(line: str, status: int) -> int:
    from onrecord.cli.safe import safe_line  # noqa: PLC0415

    if sys.stderr is not None:
        sys.stderr.write(safe_line(line) + "\n")
    return status


def _make_streams_safe() -> None:
    """A terminal that cannot show a character gets its escape instead of our end."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _leave(status: int) -> None:
    """Exit without a word about a reader of our output who is gone."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1 if stream is sys.stdout else 2)
    sys.exit(status)
