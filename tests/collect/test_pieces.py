"""Read piece by piece, a file gives what it gives as a whole."""

from __future__ import annotations

import gzip
import json

import pytest

from onrecord.collect import collect_pages
from onrecord.collect.pieces import PieceKind, PieceReader, cut_file
from onrecord.config import Limits
from onrecord.records import Page, Rejected
from tests.collect.archives import make_response, pack

LIMITS = Limits()
NAMES = [f"Harbour {number}" for number in range(20)]


def by_piece(path, size, **how):
    pieces = list(cut_file(str(path), piece_bytes=size, limits=LIMITS))
    return pieces, [result for piece in pieces for result in PieceReader(piece, limits=LIMITS, **how)]


def as_whole(path, **how):
    return list(collect_pages([str(path)], limits=LIMITS, **how))


LINES = b"".join(json.dumps({"text": f"The {name} commission spoke."}).encode() + b"\n" for name in NAMES)
INPUTS = {
    "plain.warc": b"".join(make_response(name) for name in NAMES),
    "members.warc.gz": pack(*(make_response(name) for name in NAMES)),
    "lines.jsonl": LINES,
    "bad-first-line.jsonl": b'{"text": "cut\n' + LINES,
    "marked.jsonl": b"\xef\xbb\xbf" + LINES,
    "members.jsonl.gz": b"".join(gzip.compress(line + b"\n", mtime=0) for line in LINES.splitlines()),
}


@pytest.mark.parametrize("name", INPUTS)
def test_pieces_give_the_same_pages_at_the_same_offsets(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(INPUTS[name])
    pieces, results = by_piece(path, 200)
    assert len(pieces) > 3
    assert results == as_whole(path)
    assert [piece.start for piece in pieces] == [0, *(piece.end for piece in pieces[:-1])]
    assert sum(piece.size for piece in pieces) == path.stat().st_size


def test_damage_is_found_at_the_same_place_and_costs_the_same_page(tmp_path):
    path = tmp_path / "damaged.warc.gz"
    broken = pack(make_response("Broken"))[:-20]
    path.write_bytes(pack(*map(make_response, NAMES[:9])) + broken + pack(*map(make_response, NAMES[9:])))
    _, results = by_piece(path, 600)
    whole = as_whole(path)
    assert [result for result in results if isinstance(result, Page)] == [
        result for result in whole if isinstance(result, Page)
    ]
    assert [(at, r.code, r.offset) for at, r in enumerate(results) if isinstance(r, Rejected)] == [
        (at, r.code, r.offset) for at, r in enumerate(whole) if isinstance(r, Rejected)
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<html><body><p>" + b"The commission spoke. " * 100 + b"</p></body></html>"),
        ("one-member.jsonl.gz", gzip.compress(LINES, mtime=0)),
        ("cut-within-lines.jsonl.gz", gzip.compress(LINES[:300], mtime=0) + gzip.compress(LINES[300:], mtime=0)),
    ],
)
def test_what_cannot_be_cut_is_one_piece(name, data, tmp_path):
    path = tmp_path / name
    path.write_bytes(data)
    pieces, results = by_piece(path, 100)
    assert len(pieces) == 1
    assert results == as_whole(path)


def test_a_record_inside_a_page_is_no_place_to_cut(tmp_path):
    trap = make_response("Trap").replace(b"<h1>", b"<h1>\r\n\r\nWARC/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n")
    path = tmp_path / "trap.warc"
    head, _, block = trap.partition(b"\r\n\r\n")
    fixed = head.replace(
        head[head.index(b"Content-Length") :].split(b"\r\n")[0], f"Content-Length: {len(block) - 4}".encode()
    )
    path.write_bytes((fixed + b"\r\n\r\n" + block) * 5)
    pieces, results = by_piece(path, 10)
    assert len(pieces) == 5
    assert results == as_whole(path)
    assert all(isinstance(result, Page) for result in results)


def test_how_far_a_piece_is_read(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(LINES)
    (piece,) = cut_file(str(path), piece_bytes=2**20, limits=LIMITS)
    reader = PieceReader(piece, limits=LIMITS)
    assert reader.passed == 0
    list(reader)
    assert reader.passed == piece.size


def test_a_file_that_was_changed_since_is_rejected(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(LINES)
    (piece,) = cut_file(str(path), piece_bytes=2**20, limits=LIMITS)
    path.write_bytes(LINES + LINES)
    (result,) = PieceReader(piece, limits=LIMITS)
    assert isinstance(result, Rejected)
    assert "changed" in result.reason


@pytest.fixture
def table(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = {
        "id": [str(number) for number in range(20)],
        "text": [f"The {name} commission spoke." if name != "Harbour 7" else None for name in NAMES],
        "date": pa.array([19_000 + number for number in range(20)], pa.date32()),
        "unknown": list(range(20)),
    }
    path = tmp_path / "table.parquet"
    parquet.write_table(pa.table(rows), path, row_group_size=4)
    return path


def test_rows_of_parquet_are_pages_and_it_is_cut_between_row_groups(table):
    pieces, results = by_piece(table, 1)
    assert [piece.groups for piece in pieces] == [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
    assert {piece.kind for piece in pieces} == {PieceKind.PARQUET}
    assert sum(piece.size for piece in pieces) == table.stat().st_size
    pages = [result for result in results if isinstance(result, Page)]
    assert [page.id for page in pages] == [str(number) for number in range(20) if number != 7]
    assert pages[0].published == "2022-01-08"
    (bad,) = [result for result in results if isinstance(result, Rejected)]
    assert (bad.code, bad.offset) == ("damaged-input", 7)


def test_parquet_that_is_damaged_is_rejected(table):
    table.write_bytes(table.read_bytes()[:-100])
    from onrecord.errors import DamagedInput

    with pytest.raises(DamagedInput, match="no whole Parquet"):
        list(cut_file(str(table), piece_bytes=1, limits=LIMITS))


def test_parquet_whose_rows_are_damaged_loses_no_count(table):
    data = bytearray(table.read_bytes())
    data[4:400] = b"\xff" * 396
    table.write_bytes(data)
    _, results = by_piece(table, 2**20)
    assert isinstance(results[-1], Rejected)
