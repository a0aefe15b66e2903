"""The one bounded reader: what is packed comes out as it went in, counted, and never more than allowed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib

import lz4.frame
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from onrecord.collect.reader import BrokenPacking, ByteReader, is_packed, open_reader
from onrecord.config import Limits
from onrecord.errors import InputTooLarge, UnsupportedInput

PACKERS = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd.compress,
    "lz4": lz4.frame.compress,
}


class Trickle:
    """Gives one byte at a time, as a slow pipe may."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def read(self, size: int, /) -> bytes:
        return self._inner.read(min(size, 1))


def open_bytes(data: bytes, **limits: int) -> ByteReader:
    return open_reader(io.BytesIO(data), "input", Limits(**limits))


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
@given(data=st.binary(max_size=300))
def test_what_was_packed_comes_out_as_it_went_in(pack, data):
    if not is_packed(data):
        assert open_bytes(pack(data)).read(1000) == data


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_a_slow_source_gives_the_same(pack):
    assert (
        open_reader(Trickle(pack(b"slow and steady " * 50)), "input", Limits()).read(10_000) == b"slow and steady " * 50
    )


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd", "lz4"])
def test_members_one_after_the_other_are_one_text(name):
    pack = PACKERS[name]
    assert open_bytes(pack(b"first ") + pack(b"second")).read(100) == b"first second"


def test_what_is_packed_twice_is_unpacked_twice():
    assert open_bytes(gzip.compress(bz2.compress(b"deep"))).read(100) == b"deep"


def test_what_is_packed_more_than_three_times_over_is_refused():
    data = b"deep"
    for _ in range(4):
        data = gzip.compress(data)
    with pytest.raises(UnsupportedInput, match="more than 3 times"):
        open_bytes(data)


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd", "lz4"])
def test_a_bomb_stops_at_the_limit_and_what_came_before_can_be_read(name):
    reader = open_bytes(PACKERS[name](bytes(3 * 2**20)), unpacked_bytes=2**20)
    assert len(reader.read(2**19)) == 2**19
    with pytest.raises(InputTooLarge, match="more than 1 MiB"):
        reader.read(3 * 2**20)


def test_a_zstd_bomb_of_many_gigabytes_costs_no_more_than_the_limit():
    header = b"\x28\xb5\x2f\xfd\x00\x38"
    block = ((1 << 17) << 3 | 1 << 1).to_bytes(3, "little") + b" "
    reader = open_bytes(header + block * 40_000, unpacked_bytes=2**20)
    with pytest.raises(InputTooLarge):
        reader.read(3 * 2**20)


def test_an_xz_file_that_claims_too_much_memory_is_damaged():
    data = lzma.compress(b"x" * 100, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 2**30}])
    with pytest.raises(BrokenPacking, match="broken"):
        open_bytes(data).read(10)


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz", "zstd", "lz4"])
def test_a_file_cut_in_the_middle_is_damaged_and_says_where(name):
    with pytest.raises(BrokenPacking, match="middle of packed data; lost are packed bytes 0 to"):
        open_bytes(PACKERS[name](bytes(range(256)) * 40)[:-9]).read(100_000)


def test_zeros_behind_a_member_are_padding():
    assert open_bytes(gzip.compress(b"a") + bytes(500) + gzip.compress(b"b") + bytes(70_000)).read(100) == b"ab"


def test_a_broken_member_is_told_once_and_the_next_one_is_read():
    broken = bytearray(gzip.compress(b"second " * 30))
    broken[len(broken) // 2] ^= 0xFF
    reader = open_bytes(gzip.compress(b"first ") + bytes(broken) + gzip.compress(b"third"))
    with pytest.raises(BrokenPacking):
        reader.read(1000)
    assert reader.read(6) == b"first "
    reader.drop_buffered()
    assert reader.read(1000) == b"third"


def test_a_member_with_a_wrong_checksum_gives_nothing():
    wrong = bytearray(gzip.compress(b"letters"))
    wrong[-8] ^= 1
    reader = open_bytes(bytes(wrong) + gzip.compress(b"whole"))
    with pytest.raises(BrokenPacking):
        reader.read(100)
    assert reader.read(100) == b"whole"


def test_looking_ahead_passes_nothing():
    reader = ByteReader(io.BytesIO(b"abcdef"))
    assert (reader.peek(3), reader.offset) == (b"abc", 0)
    assert (reader.read(2), reader.offset) == (b"ab", 2)
    assert (reader.skip(10), reader.offset) == (4, 6)


@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"")), max_size=8), st.integers(1, 30))
def test_lines_put_together_are_the_input_and_none_is_longer_than_the_limit(lines, limit):
    data = b"\n".join(lines)
    reader, parts = ByteReader(Trickle(data)), []
    while part := reader.readline(limit):
        parts.append(part)
    assert b"".join(parts) == data
    assert all(len(part) <= limit and b"\n" not in part[:-1] for part in parts)


def test_zlib_data_without_a_gzip_head_is_plain():
    data = zlib.compress(b"no head")
    assert open_bytes(data).read(100) == data
