"""Bytes to text, for pages whose encoding is declared rightly, wrongly, twice or not at all. Never raises.

Order of belief: a byte order mark; the pattern of UTF-16 without one; valid UTF-8 (text that decodes as UTF-8 by chance
is next to unknown, wrong declarations are common); the encoding declared outside the bytes; that declared inside;
detection by charset-normalizer; windows-1252. Source for the labels: WHATWG Encoding Standard.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

__all__ = ["decode_page"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_.:\-]{2,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 4_096  # bytes; browsers look at the first 1,024, pages in the wild put it later
_DETECT_WITHIN = 64 * 1024  # bytes that detection looks at
_WIDER = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252"}
_WIDER |= {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "ks_c_5601-1987": "cp949", "euc-kr": "cp949"}
_NEVER_OF_PAGES = frozenset({"idna", "punycode", "unicode_escape", "raw-unicode-escape", "unicode-escape", "utf-7"})
_LOST_SHARE = 0.02  # of characters; more replacement marks than this: the declared encoding is not believed
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode_page(data: bytes, declared: str | None = None) -> str:
    """The text of a page. Undecodable bytes become U+FFFD, NULs and lone surrogates are dropped.

    The result can always be encoded as UTF-8; all `source_` offsets of a page count its characters.

    >>> decode_page("Prüfung".encode("latin-1"), "utf-8")
    'Prüfung'
    """
    text = _decode(data, declared)
    return (text if text.isascii() else _SURROGATE.sub("", text)).replace("\0", "").removeprefix("\ufeff")


def _decode(data: bytes, declared: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    wide = _wide_encoding(data)
    if wide:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(data, declared)


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of western text is NUL."""
    head = data[:512]
    if len(head) < 8 or head.count(0) < len(head) * 0.3:
        return None
    return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"


def _decode_legacy(data: bytes, declared: str | None) -> str:
    found = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    for label in (declared, found and found.group(1).decode("ascii")):
        codec = _text_codec(label) if label else None
        text = data.decode(codec, "replace") if codec else ""
        if text and text.count("\ufffd") <= _LOST_SHARE * len(text) and codec != "utf-8":
            return text
    mostly_utf8 = data.decode("utf-8", "replace")
    if mostly_utf8.count("\ufffd") * 50 <= len(re.findall(r"[^\x00-\x7f]", mostly_utf8)):
        return mostly_utf8
    return data.decode(_detect(data), "replace")


def _text_codec(label: str) -> str | None:
    """The codec for a declared label; None for unknown names and for codecs that are not of text (zlib_codec)."""
    name = label.strip().lower()
    try:
        b"a".decode(_WIDER.get(name, name), "ignore")  # refuses what is no encoding of text
        found = codecs.lookup(_WIDER.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return None if found in _NEVER_OF_PAGES else "cp1252" if found == "iso8859-1" else found


def _detect(data: bytes) -> str:
    """What the bytes look like, windows-1252 if they do not say."""
    best = from_bytes(data[:_DETECT_WITHIN], steps=5, chunk_size=512).best()
    name = best.encoding if best else "cp1252"
    return name if name.startswith(_TOLD_BY_SCRIPT) else "cp1252"


# Encodings whose alphabet gives them away. Among the Latin ones detection is a guess between near twins, and
# windows-1252 is by far the most frequent of them.
_TOLD_BY_SCRIPT = (
    *("big5", "gb", "hz", "euc", "shift", "cp932", "cp949", "cp950", "iso2022", "johab", "utf", "tis_620", "cp874"),
    *(
        "cp1251",
        "koi8",
        "iso8859_5",
        "mac_cyrillic",
        "cp1253",
        "iso8859_7",
        "cp1255",
        "iso8859_8",
        "cp1256",
        "iso8859_6",
    ),
)
