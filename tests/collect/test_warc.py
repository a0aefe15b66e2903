"""Web archives: pages out of responses, and damage told where it is."""

from __future__ import annotations

import gzip
import zlib

import pytest
import zstandard

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
        (["Content-Encoding: zstd"], zstandard.ZstdCompressor().compress(make_page("Alphaville"))),
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
