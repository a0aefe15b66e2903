"""Files, folders and standard input become pages or rejections; nothing hangs and nothing is lost."""

from __future__ import annotations

import gzip
import hashlib
import os
import socket
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.collect import collect_pages
from onrecord.collect.rejections import error_of, rejected_by
from onrecord.config import Limits
from onrecord.errors import DamagedInput, MissingInput
from onrecord.records import PageKind, Rejected

TEXT = b"Talks resumed on Monday, the ministry said.\n"


def collect_paths(*paths: object) -> list:
    return list(collect_pages([str(path) for path in paths], limits=Limits()))


@pytest.mark.parametrize(("data", "kind"), [(TEXT, PageKind.TEXT), (b"<html><p>Talks.</p>", PageKind.HTML)])
@pytest.mark.parametrize("name", ["page.html", "page.txt", "page.gz", "page"])
def test_the_name_of_a_file_means_nothing(collect, data, kind, name):
    [page] = collect(data, name=name)
    assert page.kind is kind


def test_a_page_knows_its_bytes_its_digest_and_its_path_as_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.txt").write_bytes(TEXT)
    [page] = collect_paths("./page.txt")
    digest = hashlib.sha256(TEXT).hexdigest()
    assert (page.id, page.data, page.origin.path) == (digest[:16], TEXT, "./page.txt")
    assert (page.origin.sha256, page.origin.offset, page.origin.length) == (digest, 0, len(TEXT))


def test_a_packed_page_is_unpacked_and_its_digest_is_that_of_the_page(collect):
    [page] = collect(gzip.compress(TEXT))
    assert (page.data, page.origin.sha256) == (TEXT, hashlib.sha256(TEXT).hexdigest())


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf", gzip.compress(b"")])
def test_an_empty_input_is_rejected(collect, data):
    [rejected] = collect(data)
    assert rejected.code == "empty-input"


def test_a_page_over_the_limit_is_rejected(collect):
    assert collect(b"x" * 100, input_bytes=100)[0].id
    assert collect(b"x" * 101, input_bytes=100)[0].code == "input-too-large"


def test_folders_are_walked_in_order_and_hidden_names_left_out(tmp_path):
    for name in ("b.txt", "a/2.txt", "a/1.txt", "c/d/e.txt", ".hidden/x.txt", "a/.x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(TEXT)
    found = [os.path.relpath(page.origin.path, tmp_path) for page in collect_paths(tmp_path)]
    assert found == ["a/1.txt", "a/2.txt", "b.txt", "c/d/e.txt"]


def test_every_name_of_a_folder_gives_a_result(tmp_path):
    (tmp_path / "good.txt").write_bytes(TEXT)
    (tmp_path / "empty").mkdir()
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "dangling").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    results = {os.path.basename(r.path): r.code for r in collect_paths(tmp_path) if isinstance(r, Rejected)}
    assert results == {
        "empty": "empty-input", "picture": "unsupported-input",
        "dangling": "missing-input", "pipe": "unsupported-input",
    }  # fmt: skip


def test_a_link_back_up_is_not_walked_for_ever(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.txt").write_bytes(TEXT)
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    page, rejected = collect_paths(tmp_path)
    assert page.data == TEXT
    assert rejected.reason == "a link to a folder that was already read"


def test_a_very_deep_folder_is_walked(tmp_path):
    deep = tmp_path
    for _ in range(200):
        deep = deep / "d"
        deep.mkdir()
    (deep / "page.txt").write_bytes(TEXT)
    assert [page.data for page in collect_paths(tmp_path)] == [TEXT]


def make_loop(folder):
    (folder / "loop").symlink_to("loop")
    return folder / "loop"


def make_fifo(folder):
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def make_socket(folder):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "sock"))
    return folder / "sock"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda folder: folder / "missing.html", "missing-input"),
        (lambda folder: "", "missing-input"),
        (lambda folder: "nul\0byte", "missing-input"),
        (lambda folder: "x" * 5000, "missing-input"),
        (make_loop, "missing-input"),
        (lambda folder: make_loop(folder) / "deeper", "missing-input"),
        (make_fifo, "unsupported-input"),
        (make_socket, "unsupported-input"),
        (lambda folder: "/dev/zero", "unsupported-input"),
        (lambda folder: "https://news.example/a", "unsupported-input"),
    ],
)
def test_what_is_no_plain_file_is_rejected_at_once(tmp_path, make, code):
    [rejected] = collect_paths(make(tmp_path))
    assert rejected.code == code
    assert "\n" not in rejected.reason


def test_a_name_that_is_not_utf8_is_shown_with_escapes(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:
        file.write(TEXT)
    [page] = collect_pages([os.fsdecode(path)], limits=Limits())
    assert page.origin.path.endswith("caf\\xe9.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may open everything")
def test_a_file_that_may_not_be_opened_is_rejected(tmp_path):
    (tmp_path / "secret").write_bytes(TEXT)
    (tmp_path / "secret").chmod(0)
    assert collect_paths(tmp_path / "secret")[0].code == "missing-input"


def test_standard_input_is_read_once():
    script = (
        "from onrecord.collect import collect_pages; from onrecord.config import Limits\n"
        "for result in collect_pages(['-', '-'], limits=Limits()): print(result.__class__.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", script], input=TEXT, capture_output=True, timeout=20, check=True)
    assert done.stdout.split() == [b"Page", b"Rejected"]


def test_as_is_takes_plain_text_to_the_letter(collect):
    [page] = collect(b"  Two  blanks.\r\n", as_is=True)
    assert (page.kind, page.data) == (PageKind.AS_IS, b"  Two  blanks.\r\n")


@pytest.mark.parametrize(("data", "reason"), [(b"<html><p>x</p>", "this is html"), (b"caf\xe9 au lait", "UTF-8")])
def test_as_is_refuses_what_is_not_clean_text(collect, data, reason):
    [rejected] = collect(data, as_is=True)
    assert (rejected.code, reason in rejected.reason) == ("unsupported-input", True)


def test_a_bad_input_does_not_stop_the_next(tmp_path):
    (tmp_path / "page.txt").write_bytes(TEXT)
    results = collect_paths(tmp_path / "missing", tmp_path / "page.txt")
    assert [type(result).__name__ for result in results] == ["Rejected", "Page"]


@settings(max_examples=150)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\x1f\x8b\x08", b'{"text":', b"WARC/1.0\r\n", b"<html>", b"BZh91AY&SY"]),
)
def test_any_bytes_end_as_pages_or_rejections(tmp_path_factory, data, start):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(start + data)
    assert collect_paths(path)


def test_a_rejection_can_become_its_error_again():
    error = DamagedInput("page.jsonl", "the line is not JSON", offset=12)
    again = error_of(rejected_by(error))
    assert (type(again), str(again)) == (DamagedInput, str(error))
    assert type(error_of(rejected_by(MissingInput("x", "no such file")))) is MissingInput
