"""Kinds are told from the first bytes."""

from __future__ import annotations

import io
import pickle
import random
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.collect.sniff import Content, sniff

HTML, TEXT, JSONL, WARC = Content.HTML, Content.TEXT, Content.JSONL, Content.WARC


@pytest.mark.parametrize(
    ("head", "content"),
    [
        (b"<!DOCTYPE html><html>", HTML),
        (b"\xef\xbb\xbf\n  <HTML lang=en>", HTML),
        (b"<!-- saved from url=(0014)about:internet -->\n<html>", HTML),
        (b'<div class="story"><p>Talks resumed.</p></div>', HTML),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">', HTML),
        (b"Menu <a href='/'>Home</a> <p>One.</p><p>Two.</p>", HTML),
        ("<html><p>Тест</p>".encode("utf-16"), HTML),
        ("<html><p>Тест of a longer page</p>".encode("utf-16-le"), HTML),
        (b"Skip to main content\n\nThe minister said so.", TEXT),
        (b"The minister wrote <p> on the board and left.", TEXT),
        ("“Wir bleiben”, sagte er.".encode("cp1252"), TEXT),
        ("首相は述べた。".encode("shift_jis"), TEXT),
        (b"\x1b[2JA text with a few \x07control\x00 characters in a line of words", TEXT),
        (b"RIFFS rang out in Port Lenna on Monday.", TEXT),
        (b'["quoted"] is how the paper begins', TEXT),
        (b"", TEXT),
        (b" \n ", TEXT),
        (b'{"text": "a"}\n', JSONL),
        (b'\xef\xbb\xbf{"id": 1, "text": "a"}', JSONL),
        (b'{"text": "<html><p>a</p><p>b</p><p>c</p>"}', JSONL),
        (b'{"text": "broken\n{"text": "whole"}', JSONL),
        (b'[]\n{"text": "below a bad first line"}\n', JSONL),
        (b"WARC/1.0\r\nWARC-Type: warcinfo", WARC),
    ],
)
def test_kinds(head, content):
    sniffed = sniff(head)
    assert (sniffed.content, sniffed.refusal) == (content, None)


def tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("page.html"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "picture"),
        (b"PK\x03\x04\x14\x00", "ZIP archive"),
        (b"{\\rtf1\\ansi", "Rich Text"),
        (b'<?xml version="1.0"?><nitf><body/></nitf>', "XML"),
        (b'[{"text": "a"}, {"text": "b"}]', "one JSON list"),
        (b'{\n  "text": "a"\n}', "over lines"),
        ('{"text": "a", "title": "b"}'.encode("utf-16"), "UTF-8"),
        (b"From: <Saved by a browser>\r\nContent-Type: multipart/related;\r\n", "MHTML"),
        (pickle.dumps({"text": ["a"] * 9}, protocol=4), "not text"),
        (random.Random(1).randbytes(4000), "not text"),
        (tar(), "not text"),
        (bytes(4000), "not text"),
    ],
)
def test_what_cannot_be_read_is_named(head, reason):
    sniffed = sniff(head)
    assert sniffed.content is None
    assert reason in sniffed.refusal


def test_utf16_without_a_mark_is_told_by_its_nul_bytes():
    assert sniff("A long enough line of plain letters.".encode("utf-16-be")).encoding == "utf-16-be"
    assert sniff("A long enough line of plain letters.".encode("utf-16")).encoding is None


@given(st.binary(max_size=600))
def test_any_bytes_are_either_a_kind_or_refused(head):
    sniffed = sniff(head)
    assert (sniffed.content is None) == (sniffed.refusal is not None)
