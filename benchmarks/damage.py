"""Damage web archives, and look what of them is still read.

    python -m benchmarks.damage [--files 300] [--json OUT]

Archives of 100 made-up pages, as archivers write them (WARC 1.1 with digests; plain, or each record packed by itself
with gzip, zstd or lz4), each damaged once, at a place drawn evenly from the file: one byte changed, 4 KiB overwritten
(with chance or with zeros), or cut off. A record is undamaged if none of its bytes in the file were touched.

Recovered: an undamaged page that came out to the byte. Named: of those that did not, and of damaged ones, that a
rejection tells the place. Silent: neither the page as it was, nor a word about it. Gone: what lay wholly behind a cut,
of which nothing can be known. Readdressed: the page as it was under an address that was changed, which no digest of a
plain archive covers. FastWARC and warcio, where asked for, are measured on the same files, each as its documentation
has it.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import lz4.frame

from onrecord.collect import collect_pages
from onrecord.config import Limits
from onrecord.records import Page, Rejected

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGES = 100
OVERWRITTEN = 4 * 2**10
LOST = re.compile(r"lost are (packed )?bytes (\d+) to (\d+)")
WORDS = ("the ferry minister said harbour will sail", "island bridge north", "never open", "the budget vote", "council")
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda record: record,
    "gz": lambda record: gzip.compress(record, mtime=0),
    "zst": zstd.compress,
    "lz4": lz4.frame.compress,
}


class Place(NamedTuple):
    """A record of a page: where it lies in the file and in the unpacked file, half-open, and its page."""

    start: int
    end: int
    plain: int
    url: str
    page: bytes


class Archive(NamedTuple):
    """A file and what is in it."""

    data: bytes
    places: list[Place]


def make_archive(draw: random.Random, pack: Callable[[bytes], bytes]) -> Archive:
    """An archive of made-up pages, from some hundred bytes to some 20 KB."""
    data = bytearray(pack(as_record("warcinfo", "", b"software: made up\r\n")))
    plain = len(as_record("warcinfo", "", b"software: made up\r\n"))
    places = []
    for number in range(PAGES):
        paragraphs = draw.choice((1, 3, 10, 40))
        text = "</p>\n<p>".join(" ".join(draw.choices(WORDS, k=20)) for _ in range(paragraphs))
        page = f"<!doctype html>\n<html><head><title>Page {number}</title></head>\n<body><p>{text}</p></body></html>\n"
        url = f"https://news.example/{number}"
        record = as_record("response", url, page.encode())
        packed = pack(record)
        places.append(Place(len(data), len(data) + len(packed), plain, url, page.encode()))
        data += packed
        plain += len(record)
    return Archive(bytes(data), places)


def as_record(kind: str, url: str, body: bytes) -> bytes:
    """A record of a page, with the digests that archivers write; without an address, of the archive itself."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
    block = head + body if url else body
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        *([f"WARC-Target-URI: {url}"] if url else []),
        "WARC-Date: 2031-05-02T09:00:00Z",
        f"WARC-Record-ID: <urn:uuid:{hashlib.md5(url.encode(), usedforsecurity=False).hexdigest()}>",
        *([f"WARC-Payload-Digest: {_digest(body)}"] if url else []),
        f"WARC-Block-Digest: {_digest(block)}",
        f"Content-Type: {'application/http; msgtype=response' if url else 'application/warc-fields'}",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"


def _digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def one_byte(draw: random.Random, data: bytes) -> tuple[bytes, int, int]:
    """The data with one byte changed, and the range that was."""
    at = draw.randrange(len(data))
    return data[:at] + bytes([data[at] ^ draw.randrange(1, 256)]) + data[at + 1 :], at, at + 1


def overwritten(draw: random.Random, data: bytes) -> tuple[bytes, int, int]:
    """The data with 4 KiB overwritten, and their range."""
    at = draw.randrange(max(len(data) - OVERWRITTEN, 1))
    end = min(at + OVERWRITTEN, len(data))
    new = bytes(end - at) if draw.random() < 0.5 else draw.randbytes(end - at)
    return data[:at] + new + data[end:], at, end


def cut(draw: random.Random, data: bytes) -> tuple[bytes, int, int]:
    """The data cut off somewhere, and the range that is gone."""
    at = draw.randrange(1, len(data))
    return data[:at], at, len(data)


DAMAGES = {"byte": one_byte, "4_kib": overwritten, "cut": cut}


def count_read(path: Path, places: Sequence[Place], damaged: tuple[int, int]) -> Counter[str]:
    """What became of each record."""
    size = path.stat().st_size
    results = list(collect_pages([str(path)], limits=Limits()))
    pages = {result.url: result.data for result in results if isinstance(result, Page)}
    bodies = set(pages.values())
    rejected = [result for result in results if isinstance(result, Rejected)]
    counts: Counter[str] = Counter()
    for place in places:
        is_whole = place.end <= damaged[0] or place.start >= damaged[1]
        is_there = pages.get(place.url) == place.page
        counts["undamaged" if is_whole else "damaged"] += 1
        counts["undamaged_recovered"] += is_whole and is_there
        if place.start >= size:
            counts["gone"] += 1
        elif not is_there and place.page in bodies:
            counts["readdressed"] += 1
        elif not is_there:
            counts["lost"] += 1
            counts["lost_and_named"] += any(is_named(place, one) for one in rejected)
    return counts


def is_named(place: Place, rejected: Rejected) -> bool:
    """Whether a rejection is about the record: its offset is the record's, or what it says was lost touches it."""
    if not (found := LOST.search(rejected.reason)):
        return rejected.offset == place.plain
    start, end = (place.start, place.end) if found[1] else (place.plain, place.plain + 1)
    return int(found[2]) < end and int(found[3]) > start


def read_with_fastwarc(path: Path) -> Iterator[tuple[str, bytes]]:
    """Addresses and pages."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType  # noqa: PLC0415  a peer that need not be there

    with path.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True):
            yield record.headers["WARC-Target-URI"], record.reader.read()


def read_with_warcio(path: Path) -> Iterator[tuple[str, bytes]]:
    """Addresses and pages."""
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415  a peer that need not be there

    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                yield record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()


PEERS = {"fastwarc": read_with_fastwarc, "warcio": read_with_warcio}


def count_peer(name: str, path: Path, places: Sequence[Place], damaged: tuple[int, int]) -> int:
    """How many undamaged pages a peer recovers before it raises or ends."""
    pages: dict[str, bytes] = {}
    try:
        for url, page in PEERS[name](path):
            pages[url] = page  # noqa: PERF403  those before an error count
    except ImportError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it raises is how it ends
        print(f"{name}: {path.name}: {error!r}", file=sys.stderr)
    whole = [place for place in places if place.end <= damaged[0] or place.start >= damaged[1]]
    return sum(pages.get(place.url) == place.page for place in whole)


def measure(files: int, folder: Path, *, peers: Sequence[str]) -> dict[str, Counter[str]]:
    """Counts for each form and damage."""
    found: dict[str, Counter[str]] = {}
    kinds = [(form, damage) for damage in DAMAGES for form in FORMS]
    draw = random.Random(7)  # noqa: S311  no secrets
    for number in range(files):
        form, damage = kinds[number % len(kinds)]
        archive = make_archive(draw, FORMS[form])
        data, start, end = DAMAGES[damage](draw, archive.data)
        path = folder / f"{number}.warc"
        path.write_bytes(data)
        counts = count_read(path, archive.places, (start, end))
        counts["files"] = 1
        for peer in peers:
            if peer != "warcio" or form in ("plain", "gz"):  # it knows no others
                counts[f"{peer}_undamaged"] += counts["undamaged"]
                counts[f"{peer}_recovered"] += count_peer(peer, path, archive.places, (start, end))
        found.setdefault(f"{form}, {damage}", Counter()).update(counts)
        path.unlink()
    return found


def shares(counts: Counter[str]) -> dict[str, float]:
    """Counts, and what share of them came out well."""
    told: dict[str, float] = {
        name: counts[name] for name in ("files", "undamaged", "damaged", "gone", "readdressed", "lost")
    }
    told["recovered"] = counts["undamaged_recovered"] / max(counts["undamaged"], 1)
    told["named"] = counts["lost_and_named"] / max(counts["lost"], 1)
    told["silent"] = counts["lost"] - counts["lost_and_named"]
    for peer in PEERS:
        if counts[f"{peer}_undamaged"]:
            told[f"{peer}_recovered"] = counts[f"{peer}_recovered"] / counts[f"{peer}_undamaged"]
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Print and write the figures; 1 if fewer than 99 % were recovered, or a loss was not named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=[], help="that are measured as well")
    parser.add_argument("--shared", type=Path, help="not needed; as all benchmarks take it")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        found = measure(options.files, Path(name), peers=options.peers)
    total: Counter[str] = sum(found.values(), Counter())
    figures = shares(total)
    for name, counts in {**found, "all": total}.items():
        told = shares(counts)
        print(f"{name:14}", "  ".join(f"{key} {value:.4g}" for key, value in told.items()))
        figures |= {f"{name.replace(', ', '.')}.{key}": value for key, value in told.items() if name != "all"}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0 if figures["recovered"] >= 0.99 and not figures["silent"] else 1


if __name__ == "__main__":
    sys.exit(main())
