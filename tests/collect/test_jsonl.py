"""JSON Lines: one result a line, and a bad line costs only itself."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest

from onrecord.records import PageKind, Rejected


def line(**fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


GOOD = line(id="good", text="Talks resumed, the ministry said.")


def test_all_fields_of_a_line_reach_the_page(collect):
    [page] = collect(line(id="a1", text="Words.", title="T", date="2031-05-02", outlet="O", url="https://x.example/"))
    assert (page.id, page.data, page.kind, page.encoding) == ("a1", b"Words.", PageKind.TEXT, "utf-8")
    assert (page.title, page.published, page.outlet, page.url) == ("T", "2031-05-02", "O", "https://x.example/")


def test_a_line_without_an_id_is_named_by_the_digest_of_its_text(collect):
    [page] = collect(line(text="Words."))
    digest = hashlib.sha256(b"Words.").hexdigest()
    assert (page.id, page.origin.sha256) == (digest[:16], digest)


def test_a_number_may_be_an_id_and_other_fields_are_passed_over(collect):
    [page] = collect(line(id=7, text="Words.", score={"deep": [1, 2]}))
    assert page.id == "7"


def test_html_goes_before_text_unless_the_text_is_wanted_as_it_is(collect):
    both = line(text="Words.", html="<p>Words.</p>")
    assert collect(both)[0].kind is PageKind.HTML
    [page] = collect(both, as_is=True)
    assert (page.kind, page.data) == (PageKind.AS_IS, b"Words.")


def test_only_a_line_feed_ends_a_line(collect):
    text = "One\u2028two\u0085three\x0bfour\rfive"
    [page, _] = collect(line(text=text) + GOOD)
    assert page.data.decode() == text


def test_offsets_and_lengths_are_those_of_the_lines(collect):
    data = GOOD + b"\n" + GOOD
    pages = collect(data)
    assert [data[p.origin.offset : p.origin.offset + p.origin.length] for p in pages] == [GOOD, GOOD]


def test_offsets_count_unpacked_bytes(collect):
    assert [page.origin.offset for page in collect(gzip.compress(GOOD * 3))] == [0, len(GOOD), 2 * len(GOOD)]


@pytest.mark.parametrize(
    ("bad", "code", "reason"),
    [
        (b'{"text": "broken', "damaged-input", "not JSON"),
        (b'{"text": null}', "damaged-input", "no text or html"),
        (b"{}", "damaged-input", "no text or html"),
        (b'{"text": 12}', "damaged-input", "got `int` - at `$.text`"),
        (b'{"text": ["a"]}', "damaged-input", "got `array`"),
        (b"[]", "damaged-input", "expected `object`"),
        (b'"x"', "damaged-input", "expected `object`"),
        (b"1", "damaged-input", "expected `object`"),
        (b'{"text": "caf\xe9"}', "damaged-input", "not UTF-8"),
        (b'{"text": "\\ud800"}', "damaged-input", "not JSON"),
        (b'{"text": NaN}', "damaged-input", "not JSON"),
        (b'{"id": 1e999, "text": "a"}', "damaged-input", "out of range"),
        (b'{"id": ' + b"9" * 5000 + b', "text": "a"}', "damaged-input", "out of range"),
        (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b', "text": "a"}', "damaged-input", "nested too deep"),
        (b'{"text": "  \\n "}', "empty-input", "white space"),
        (b'{"text": "a"} {"text": "b"}', "damaged-input", "not JSON"),
    ],
)
def test_a_bad_line_is_rejected_with_its_place_and_the_others_are_read(collect, bad, code, reason):
    first, rejected, last = collect(GOOD + bad + b"\n" + GOOD)
    assert first.id == last.id == "good"
    assert isinstance(rejected, Rejected)
    assert (rejected.code, rejected.offset) == (code, len(GOOD))
    assert reason in rejected.reason


def test_of_two_fields_of_one_name_the_last_counts(collect):
    [page] = collect(b'{"text": "first", "text": "second"}\n')
    assert page.data == b"second"


def test_a_line_over_the_limit_is_rejected_and_the_next_one_read(collect):
    rejected, page = collect(line(text="long " * 500) + GOOD, input_bytes=200)
    assert (rejected.code, rejected.offset) == ("input-too-large", 0)
    assert page.id == "good"


def test_ids_are_taken_to_the_letter_and_never_become_paths(collect, tmp_path):
    pages = collect(line(id="../../x", text="a") + line(id="/tmp/x\0.json", text="b"))
    assert [page.id for page in pages] == ["../../x", "/tmp/x\0.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["input"]


def test_a_damaged_packed_member_costs_only_its_lines(collect):
    broken = bytearray(gzip.compress(GOOD * 5))
    broken[-6] ^= 0xFF
    results = collect(gzip.compress(GOOD) + bytes(broken) + gzip.compress(GOOD))
    assert [getattr(result, "code", "page") for result in results] == ["page", "damaged-input", "page"]


def test_a_file_of_blank_lines_holds_no_pages(collect):
    [rejected] = collect(b"{}\n"[:0] + gzip.compress(b"\n\n"))
    assert rejected.code == "empty-input"
