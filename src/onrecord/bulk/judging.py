"""The tools of a worker: those of the package, with a cleaner that does not take one death for an answer."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import TypeVar

from msgspec import structs

from onrecord.errors import ReadError, TimeLimitHit, WorkerDied
from onrecord.pipeline import Cleaner, ReadOptions, Tools, open_tools
from onrecord.records import Article, Models, Page

__all__ = ["model_names", "open_patient_tools"]

_TRIES = 3
Given = TypeVar("Given")


class _PatientCleaner:
    """Asks again when the cleaning process died or took too long.

    On a machine full of workers either may be by chance: the system ended the process for want of memory, or did not
    let it run. What depends on chance must not be in the records.
    """

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner

    def start(self) -> None:
        self._cleaner.start()

    def model_name(self) -> str:
        return _patiently(self._cleaner.model_name)

    def clean(self, page: Page) -> Article:
        return _patiently(lambda: self._cleaner.clean(page))

    def close(self) -> None:
        self._cleaner.close()


def _patiently(ask: Callable[[], Given]) -> Given:
    for _ in range(_TRIES - 1):
        try:
            return ask()
        except (WorkerDied, TimeLimitHit, ReadError):
            continue
    return ask()


def open_patient_tools(options: ReadOptions) -> Tools:
    """As `open_tools`."""
    tools = open_tools(options)
    return structs.replace(tools, cleaner=_PatientCleaner(tools.cleaner))


def model_names(tools: Tools) -> Models:
    """What judges; loads it if it is not."""
    tools.cleaner.start()
    tools.reader.start()
    return Models(onrecord=version("onrecord"), reader=tools.reader.name, blocks=tools.cleaner.model_name())
