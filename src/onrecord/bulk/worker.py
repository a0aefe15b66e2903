"""A worker process: takes shards on standard input, one JSON object a line, and tells how far it is on standard output.

    python -m onrecord.bulk.worker

It loads the models once, and ends when its driver is gone: at the end of its input, or when nobody reads what it tells.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from onrecord.bulk.judging import model_names, open_patient_tools
from onrecord.bulk.settings import Settings
from onrecord.bulk.shards import Shard
from onrecord.bulk.work import Step, process_shard
from onrecord.errors import OnrecordError, ReadError

__all__ = ["Job", "Reply"]


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is told: the first job of all has no shard."""

    out: str
    settings: Settings
    shard: Shard | None = None
    is_blamed: bool = False  # whoever had this shard before ended by what it did


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a worker tells: how far it is, which entry of the manifest is written, or why it cannot go on."""

    is_ready: bool = False
    passed: int = 0
    pages: int = 0
    entry: str | None = None
    failure: str | None = None
    is_final: bool = True  # of a failure: another worker would fare no better


def _work(lines: BinaryIO, channel: BinaryIO) -> None:
    first = msgspec.json.decode(lines.readline(), type=Job)
    tools = open_patient_tools(first.settings.read_options)
    try:
        model_names(tools)
        _tell(channel, Reply(is_ready=True))
        for line in iter(lines.readline, b""):
            job = msgspec.json.decode(line, type=Job)
            assert job.shard is not None

            def stepped(step: Step) -> None:
                _tell(channel, Reply(passed=step.passed, pages=step.pages))

            entry = process_shard(
                job.shard, Path(job.out), job.settings, tools=tools, stepped=stepped, is_blamed=job.is_blamed
            )
            _tell(channel, Reply(entry=str(entry)))
    finally:
        tools.cleaner.close()


def _tell(channel: BinaryIO, reply: Reply) -> None:
    channel.write(msgspec.json.encode(reply) + b"\n")
    channel.flush()


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's business
    with os.fdopen(os.dup(1), "wb") as channel:
        os.dup2(2, 1)  # what a library prints is no reply
        try:
            _work(sys.stdin.buffer, channel)
        except ReadError as error:  # on a machine that is too busy, what did not start in time may do so again
            _tell(channel, Reply(failure=str(error), is_final=False))
        except OnrecordError as error:
            _tell(channel, Reply(failure=str(error)))
        except BrokenPipeError:
            os._exit(1)  # nobody is there to be told; what is done is on the disk


if __name__ == "__main__":
    _main()
