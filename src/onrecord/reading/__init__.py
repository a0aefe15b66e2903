"""Article in, statements out: who said what, in which words."""

from onrecord.reading.reader import read_article

__all__ = ["read_article"]
