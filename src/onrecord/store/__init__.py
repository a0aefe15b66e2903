"""Keep pages, readings and rejections in one file, and find them again."""

from onrecord.store.attempts import Attempts
from onrecord.store.faults import reach
from onrecord.store.results import Added, AddedAs, Counts, Hit, Listed, Version
from onrecord.store.sqlite import Store

__all__ = ["Added", "AddedAs", "Attempts", "Counts", "Hit", "Listed", "Store", "Version", "reach"]
