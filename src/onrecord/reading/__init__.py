"""Article in, statements out: who said what, in which words."""

from onrecord.reading.names import NameIndex, find_names
from onrecord.reading.reader import Found, Judges, read_article
from onrecord.reading.statements import keep_sure
from onrecord.reading.when import find_anchor, find_times

__all__ = [
    "Found",
    "Judges",
    "NameIndex",
    "find_anchor",
    "find_names",
    "find_times",
    "keep_sure",
    "read_article",
]
