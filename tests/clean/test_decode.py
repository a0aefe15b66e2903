from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.clean.decode import decode_page

TEXT = "“Prüfung” à Łódź – 漢字"
WESTERN = "“Prüfung” – déjà vu, señor. " * 20


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (TEXT.encode(), None),
        (TEXT.encode(), "windows-1251"),  # valid UTF-8 is believed before any declaration
        (codecs.BOM_UTF8 + TEXT.encode(), None),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-8"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), None),
        (TEXT.encode("gb18030", "ignore"), "gb2312"),
    ],
)
def test_text_is_found_under_its_marks_and_declarations(data, declared):
    assert decode_page(data, declared) == TEXT


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "zlib_codec", "no such thing", "rot13", "utf-7"])
def test_windows_1252_is_found_however_it_is_declared(declared):
    assert decode_page(WESTERN.encode("cp1252"), declared) == WESTERN


@pytest.mark.parametrize("opening", ['<meta charset="windows-1251">', '<?xml version="1.0" encoding="windows-1251"?>'])
def test_a_declaration_inside_the_page_is_followed(opening):
    text = opening + "Совет порта закроет старый терминал."
    assert decode_page(text.encode("cp1251")) == text


def test_a_single_bad_byte_does_not_spoil_a_page():
    assert decode_page(WESTERN.encode() + b"\xff" + WESTERN.encode()) == WESTERN + "\ufffd" + WESTERN


def test_nul_bytes_are_dropped():
    assert decode_page(b"Mini\0ster said so in the plain light of day") == "Minister said so in the plain light of day"


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "utf-16", "shift_jis", "idna", "hex", ""]))
def test_any_bytes_give_text_that_can_be_written(data, declared):
    decode_page(data, declared).encode("utf-8")
