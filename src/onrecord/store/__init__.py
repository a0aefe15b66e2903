"""Keep pages, readings and rejections in one file, and find them again."""

from onrecord.store.results import Added, AddedAs, Counts, Hit, Listed, Version
from onrecord.store.sqlite import Store

__all__ = ["Added", "AddedAs", "Counts", "Hit", "Listed", "Store", "Version"]
