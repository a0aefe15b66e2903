"""Limits and places, as frozen records with defaults; what may be changed from outside says how."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Limits", "WebLimits"]


class Limits(Struct, frozen=True, kw_only=True):
    """How much of anything onrecord takes before it says so in `limits_hit` or rejects the input."""

    input_bytes: int = 32 * 2**20  # one page; the largest true page in the dev sets has 4.6 MB
    unpacked_bytes: int = 256 * 2**20  # one compressed file, all its members together
    text_chars: int = 400_000  # of one article's body, about 65,000 words
    text_words: int = 25_000  # of it; a mark counts as one. A flood of marks costs the reader as much as words
    parse_time_s: float = 12.0  # one page, in a worker
    parse_memory_bytes: int = 1_200 * 2**20  # address space of a worker above its start


class WebLimits(Struct, frozen=True, kw_only=True):
    """How long onrecord waits on the network, and how much it takes from it."""

    connect_s: float = 10.0  # to look up a name, and again to connect to one of its addresses
    idle_s: float = 15.0  # between two parts of an answer
    total_s: float = 60.0  # one request, from looking up the name to the last byte
    redirects: int = 5  # of one address; what browsers allow (20) is for people who are logged in
    answer_bytes: int = 50 * 2**20  # as sent, and once unpacked; a sitemap may have 50 MiB (sitemaps.org)
    robots_bytes: int = 500 * 2**10  # of robots.txt that are heeded; RFC 9309, 2.5
