"""Web archives: pages out of responses, and damage told where it is."""

from __future__ import annotations

import gzip
import time
import zlib

import lz4.frame
import pytest
from backports import zstd

from onrecord.records import Page, PageKind, Rejected
from tests.collect.archives import make_answer, make_page, make_record, make_response, pack, sha1


def codes(results):
    return [result.code if isinstance(result, Rejected) else "page" for result in results]


def names(results):
    return [page.data.split(b"</h1>")[0].split(b"<h1>")[-1].decode() for page in results if isinstance(page, Page)]


@pytest.mark.parametrize("join", [b"".join, lambda parts: pack(*parts), lambda parts: gzip.compress(b"".join(parts))])
def test_pages_come_in_order_plain_or_packed_record_by_record_or_as_a_whole(collect, join):
    results = collect(join([make_response("Alphaville"), make_response("Betatown")]))
    assert names(results) == ["Alphaville", "Betatown"]


def test_a_page_knows_its_address_encoding_and_place(collect):
    first, second = make_response("Alphaville"), make_response("Betatown")
    page = collect(pack(first, second))[1]
    assert (page.url, page.encoding, page.kind) == ("https://news.example/a", "utf-8", PageKind.HTML)
    assert page.origin.offset == len(first)


def test_records_that_hold_no_pages_are_passed_over(collect):
    others = [make_record(b"x: y\r\n", kind=kind, media="application/warc-fields") for kind in ("warcinfo", "metadata")]
    assert names(collect(b"".join([*others, make_response("Alphaville")]))) == ["Alphaville"]


def test_an_archive_without_pages_says_so(collect):
    [rejected] = collect(make_record(b"x: y\r\n", kind="warcinfo"))
    assert (rejected.code, rejected.reason) == ("empty-input", "there are no pages in it")


def test_the_text_of_a_wet_file_is_flattened_text_in_utf8(collect):
    [page] = collect(make_record("Größe\nA line.".encode(), kind="conversion", media="text/plain"))
    assert (page.kind, page.encoding, page.data.decode()) == (PageKind.TEXT, "utf-8", "Größe\nA line.")


@pytest.mark.parametrize(
    ("headers", "packed"),
    [
        (["Content-Encoding: gzip"], gzip.compress(make_page("Alphaville"))),
        (["Content-Encoding: deflate"], zlib.compress(make_page("Alphaville"))),
        (["Content-Encoding: deflate"], zlib.compress(make_page("Alphaville"))[2:-4]),
        (["Content-Encoding: zstd"], zstd.compress(make_page("Alphaville"))),
        (["Content-Encoding: gzip"], make_page("Alphaville")),
        (
            ["Transfer-Encoding: chunked"],
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(make_page("Alphaville")), make_page("Alphaville")),
        ),
        (["Transfer-Encoding: chunked"], make_page("Alphaville")),
    ],
    ids=["gzip", "deflate", "bare deflate", "zstd", "gzip undone", "chunked", "chunked undone"],
)
def test_codings_are_undone(collect, headers, packed):
    [page] = collect(make_record(make_answer(packed, *headers)))
    assert page.data == make_page("Alphaville")


@pytest.mark.parametrize(
    ("record", "code", "reason"),
    [
        (make_record(make_answer(b"gone", status="404 Not Found")), "unsupported-input", "status 404"),
        (make_record(make_answer(b"\x89PNG\r\n\x1a\n", media="image/png")), "unsupported-input", "image/png"),
        (make_record(make_answer(b"var a = 1;", media="text/javascript")), "unsupported-input", "text/javascript"),
        (make_record(make_answer(b"%PDF-1.4 ")), "unsupported-input", "PDF"),
        (make_record(make_answer(b"\x00" * 9, "Content-Encoding: br")), "unsupported-input", "packed as br"),
        (make_record(make_answer(b"  \r\n")), "empty-input", "empty"),
        (make_record(b"no answer at all"), "damaged-input", "no HTTP answer"),
        (make_record(make_answer(gzip.compress(b"x" * 99)[:-9], "Content-Encoding: gzip")), "damaged-input", "middle"),
        (make_record(make_answer(make_page("A")), "WARC-Payload-Digest: sha1:" + "A" * 32), "damaged-input", "digest"),
        (make_record(make_answer(make_page("A")), length=30), "damaged-input", "longer or shorter"),
        (make_record(make_answer(make_page("A")), "Content-Length: 9").replace(b"Content-Length", b"Length", 1),
         "damaged-input", "longer or shorter"),
        (b"WARC/1.1\r\nWARC-Type: response\r\n\r\nwords\r\n\r\n", "damaged-input", "does not tell its length"),
        (b"junk between records\r\n", "damaged-input", "no record"),
    ],
)  # fmt: skip
def test_what_is_no_page_or_damaged_is_told_with_its_place_and_the_rest_read(collect, record, code, reason):
    before = make_response("Alphaville")
    results = collect(before + record + make_response("Betatown"))
    assert codes(results) == ["page", code, "page"]
    assert results[1].offset == len(before)
    assert reason in results[1].reason


def test_a_digest_that_fits_the_body_as_sent_or_as_unpacked_is_right(collect):
    body, packed = make_page("Alphaville"), gzip.compress(make_page("Alphaville"))
    for digest in (sha1(body), sha1(packed)):
        answer = make_answer(packed, "Content-Encoding: gzip")
        assert codes(collect(make_record(answer, f"WARC-Payload-Digest: {digest}"))) == ["page"]


def test_a_bomb_in_a_body_is_rejected_and_the_next_page_read(collect):
    bomb = make_record(make_answer(gzip.compress(bytes(2**21)), "Content-Encoding: gzip"))
    results = collect(pack(bomb, make_response("Betatown")), input_bytes=2**20)
    assert codes(results) == ["input-too-large", "page"]


def test_a_record_over_the_limit_is_skipped(collect):
    large = make_record(make_answer(b"<html>" + b"x" * 2**19))
    assert codes(collect(large + make_response("Betatown"), input_bytes=2**10)) == ["input-too-large", "page"]


def test_a_damaged_member_costs_only_itself(collect):
    middle = bytearray(pack(make_response("Betatown")))
    middle[len(middle) // 2] ^= 0xFF
    results = collect(pack(make_response("Alphaville")) + bytes(middle) + pack(make_response("Gammaport")))
    assert codes(results) == ["page", "damaged-input", "page"]
    assert names(results) == ["Alphaville", "Gammaport"]


@pytest.mark.parametrize("packed", [False, True])
def test_an_archive_cut_in_the_middle_gives_what_was_whole(collect, packed):
    parts = [make_response("Alphaville"), make_response("Betatown")]
    data = pack(*parts) if packed else b"".join(parts)
    assert codes(collect(data[:-60])) == ["page", "damaged-input"]


def test_the_archivers_own_notes_are_no_pages(collect):
    note = make_record(b"--level=1", kind="resource", media="text/plain")
    note = note.replace(b"https://news.example/a", b"metadata://gnu.org/wget/arguments")
    assert codes(collect(note + make_response("Alphaville"))) == ["page"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda middle: middle.replace(b"Content-Length: 1", b"Content-Length: 9", 1),
        lambda middle: middle.replace(b"Content-Length: 1", b"Content-Length: 0", 1),
        lambda middle: middle.replace(b"Content-Length", b"Content-Width", 1),
        lambda middle: middle.replace(b"WARC/1.1", b"XARC/1.1", 1),
        lambda middle: middle.replace(b"WARC-Type: response", b"WARC-Type: responce", 1),
        lambda middle: middle[:20] + b"\xa5" * (len(middle) - 20),
        lambda middle: b"\0" * len(middle),
    ],
    ids=["longer", "shorter", "without length", "first line", "type", "all but the first line", "all"],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_damaged_record_costs_neither_the_one_before_nor_the_ones_behind(collect, damage, packed):
    names_ = ["Alphaville", "Betatown", "Gammaport", "Deltaside"]
    parts = [make_response(name) for name in names_]
    parts[1] = damage(parts[1])
    results = collect(pack(*parts) if packed else b"".join(parts))
    assert codes(results) == ["page", "damaged-input", "page", "page"]
    assert names(results) == ["Alphaville", "Gammaport", "Deltaside"]
    assert results[1].offset == len(parts[0])


@pytest.mark.parametrize("join", [b"".join, lambda parts: pack(*parts)], ids=["plain", "packed"])
@pytest.mark.parametrize("end", [1, 3, 40])
def test_an_archive_whose_very_beginning_is_damaged_is_still_one(collect, join, end):
    damaged = bytearray(join([make_response(name) for name in ("Alphaville", "Betatown", "Gammaport")]))
    damaged[:end] = bytes(byte ^ 0xA5 for byte in damaged[:end])
    results = collect(bytes(damaged))
    assert codes(results) == ["damaged-input", "page", "page"]
    assert (results[0].offset, names(results)) == (0, ["Betatown", "Gammaport"])


def test_a_broken_member_that_seems_to_reach_over_its_neighbours_does_not_cost_them(collect):
    """A flag in the head says that a name follows, which ends with the next zero, far behind."""
    parts = [bytearray(pack(make_response(name))) for name in ("Alphaville", "Betatown", "Gammaport", "Deltaside")]
    parts[1][3] = 0x0C  # more fields, of so many bytes
    results = collect(b"".join(parts))
    assert names(results) == ["Alphaville", "Gammaport", "Deltaside"]
    start, end = len(parts[0]), len(parts[0]) + len(parts[1])
    assert f"lost are packed bytes {start} to {end}" in results[1].reason


@pytest.mark.parametrize("pack_one", [zstd.compress, lz4.frame.compress], ids=["zstd", "lz4"])
def test_a_broken_frame_costs_only_itself(collect, pack_one):
    parts = [bytearray(pack_one(make_response(name))) for name in ("Alphaville", "Betatown", "Gammaport")]
    parts[1][len(parts[1]) // 2 :] = bytes(len(parts[1]) - len(parts[1]) // 2)
    results = collect(b"".join(parts))
    assert names(results) == ["Alphaville", "Gammaport"]
    assert codes(results) == ["page", "damaged-input", "page"]


@pytest.mark.parametrize("is_packed", [False, True])
def test_zstd_archives_may_bring_a_dictionary(collect, is_packed):
    """https://iipc.github.io/warc-specifications/specifications/warc-zstd/"""
    samples = [make_response(f"Town {number}") + bytes([number]) for number in range(200)]
    dictionary = zstd.train_dict(samples, 2_000)
    told = zstd.compress(dictionary.dict_content) if is_packed else dictionary.dict_content
    head = b"\x5d\x2a\x4d\x18" + len(told).to_bytes(4, "little") + told
    frames = [zstd.compress(make_response(name), zstd_dict=dictionary) for name in ("Alphaville", "Betatown")]
    assert names(collect(head + b"".join(frames))) == ["Alphaville", "Betatown"]


def test_records_that_all_claim_to_reach_to_the_end_take_no_longer_than_reading(collect):
    """Each would have the whole rest read, and then be looked at from its header on: quadratic without a bound."""
    one = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 9000000\r\n\r\n"
    begun = time.monotonic()
    results = collect(one * 100_000)
    assert time.monotonic() - begun < 10
    assert {result.code for result in results} == {"damaged-input"}


def test_members_that_all_claim_to_reach_to_the_end_take_no_longer_than_reading(collect):
    one = b"\x1f\x8b\x08\x08xxxxxx"  # a name follows, and no zero
    begun = time.monotonic()
    results = collect(pack(make_response("Alphaville")) + one * 200_000)
    assert time.monotonic() - begun < 10
    assert codes(results)[0] == "page"
    assert set(codes(results)[1:]) == {"damaged-input"}
