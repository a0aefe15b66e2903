"""Laws of collecting: how something was packed, cut or put together does not change what comes out of it."""

from __future__ import annotations

import bz2
import gzip
import io
import ipaddress
import json
import lzma
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import lz4.frame
import pytest
from backports import zstd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onrecord.collect.jsonl import read_lines
from onrecord.collect.pages import read_stream
from onrecord.collect.pieces import PieceReader, cut_file
from onrecord.collect.reader import ByteReader, open_reader
from onrecord.collect.web.addresses import AddressRules, join_url, parse_url
from onrecord.collect.web.feeds import Item, parse_listing
from onrecord.collect.web.filters import Filters
from onrecord.config import Limits
from onrecord.errors import AddressRefused
from onrecord.records import Page
from tests.collect.archives import make_record, make_response

LIMITS = Limits()
PACKERS = [gzip.compress, zstd.compress, lz4.frame.compress, bz2.compress, lzma.compress]
NAMES = st.lists(st.text(alphabet="abcdefghij", min_size=1, max_size=12), min_size=1, max_size=6, unique=True)
URLS = st.lists(
    st.text(alphabet="abcäö/&?=%20<>'-", max_size=20).map(lambda path: join_url("https://n.example/", f"/p{path}")),
    max_size=8,
)


def read(data: bytes):
    return list(read_stream(open_reader(io.BytesIO(data), "x", LIMITS), "x", LIMITS, as_is=False))


def bodies(results) -> list[bytes]:
    return [result.data for result in results if isinstance(result, Page)]


@given(names=NAMES, pack=st.sampled_from(PACKERS), sizes=st.lists(st.integers(1, 3), min_size=6, max_size=6))
def test_how_an_archive_is_packed_does_not_change_its_pages(names, pack, sizes):
    records = [make_response(name) for name in names]
    members, rest = [], list(records)
    for size in sizes:
        members.append(b"".join(rest[:size]))
        rest = rest[size:]
    assert read(b"".join(pack(member) for member in members if member)) == read(b"".join(records))


@given(first=NAMES, second=NAMES)
def test_archives_put_together_give_the_pages_of_both(first, second):
    one, other = (b"".join(make_response(name) for name in names) for names in (first, second))
    assert bodies(read(one + other)) == bodies(read(one)) + bodies(read(other))


@settings(deadline=None)
@given(names=NAMES, pack=st.sampled_from([bytes, gzip.compress, zstd.compress, lz4.frame.compress]), data=st.data())
def test_a_damaged_byte_costs_the_record_it_is_in_and_no_other(names, pack, data):
    places, whole = [], b""
    for name in names:
        places.append((len(whole), name))
        whole += pack(make_response(name))
    at = data.draw(st.integers(0, len(whole) - 1))
    new = data.draw(st.integers(1, 255))
    damaged = whole[:at] + bytes([whole[at] ^ new]) + whole[at + 1 :]
    hit = max(number for number, (start, _) in enumerate(places) if start <= at)
    untouched = [make_response(name) for number, name in enumerate(names) if number != hit]
    assume(untouched)  # of one record alone nothing tells that it was an archive
    found = bodies(read(damaged))
    assert [body for body in bodies(read(b"".join(untouched))) if body not in found] == []


@settings(max_examples=30, deadline=None)
@given(names=NAMES, piece_bytes=st.integers(1, 3_000), pack=st.sampled_from([bytes, gzip.compress]))
def test_a_file_read_piece_by_piece_gives_what_it_gives_as_a_whole(names, piece_bytes, pack):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.warc"
        path.write_bytes(b"".join(pack(make_response(name)) for name in names))
        pieces = list(cut_file(str(path), piece_bytes=piece_bytes, limits=LIMITS))
        results = [result for piece in pieces for result in PieceReader(piece, limits=LIMITS)]
    assert [(page.origin.offset, page.data) for page in results] == [
        (page.origin.offset, page.data) for page in read(b"".join(make_response(name) for name in names))
    ]


@given(texts=st.lists(st.text(min_size=1, max_size=30).filter(str.strip), max_size=8))
def test_json_lines_give_the_texts_to_the_letter_and_in_order(texts):
    texts = [text for text in texts if text.isprintable()]
    data = b"".join(json.dumps({"text": text}).encode() + b"\n" for text in texts)
    results = list(read_lines(ByteReader(io.BytesIO(data)), "x", limits=LIMITS, as_is=True))
    assert [page.data.decode() for page in results] == texts


@given(data=st.binary(max_size=200))
def test_a_record_is_read_or_told_whatever_its_block_is(data):
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + data
    results = read(make_response("before") + make_record(block) + make_response("behind"))
    assert len(results) == 3
    assert len(bodies([results[0], results[2]])) == 2


def as_rss(urls):
    items = "".join(f"<item><link>{escape(url)}</link></item>" for url in urls)
    return f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"


def as_atom(urls):
    items = "".join(f'<entry><link href="{escape(url, {chr(34): "&quot;"})}"/></entry>' for url in urls)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{items}</feed>'


def as_sitemap(urls):
    items = "".join(f"<url><loc>{escape(url)}</loc></url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'


def as_json(urls):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": url} for url in urls]})


@pytest.mark.parametrize("write", [as_rss, as_atom, as_sitemap, as_json])
@given(urls=URLS)
def test_a_feed_names_what_was_written_in_it_in_order_and_each_once(write, urls):
    listing = parse_listing(write(urls).encode(), "https://n.example/feed")
    assert [item.url for item in listing.items] == list(dict.fromkeys(urls))


@given(urls=URLS)
def test_an_address_has_one_plain_spelling(urls):
    for url in urls:
        assert parse_url(parse_url(url).url) == parse_url(url)


INSIDE = st.sampled_from(["127.0.0.0/8", "10.0.0.0/8", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"])


@given(
    network=INSIDE, offset=st.integers(0, 2**16 - 1), form=st.sampled_from(["{}", "0x{:x}", "0{:o}"]), data=st.data()
)
def test_no_address_of_a_network_of_ones_own_may_be_fetched_in_any_spelling(network, offset, form, data):
    """A number for the last parts together is a spelling that inet_aton takes."""
    address = int(ipaddress.ip_network(network).network_address) + offset
    parts = data.draw(st.integers(1, 4))
    heads = [address >> shift & 255 for shift in (24, 16, 8, 0)][: parts - 1]
    tail = address & (2 ** (8 * (5 - parts)) - 1)
    host = ".".join([*(form.format(part) for part in heads), form.format(tail)])
    try:
        place = parse_url(f"http://{host}/")
    except AddressRefused:
        return
    assert AddressRules().refusal(place.host) is not None


FILTERS = st.builds(
    Filters,
    hosts=st.sampled_from([(), ("n.example",), ("other.example",)]),
    match=st.sampled_from([(), ("*/p*",), ("*a*", "*b*")]),
    skip=st.sampled_from([(), ("*b*",)]),
)


@given(urls=URLS, some=FILTERS, skip=st.sampled_from(["*a*", "*", "nothing"]))
def test_what_is_skipped_too_is_a_part_of_what_was_admitted(urls, some, skip):
    stricter = Filters(hosts=some.hosts, match=some.match, skip=(*some.skip, skip))
    for url in urls:
        assert not stricter.admits(Item(url=url)) or some.admits(Item(url=url))
