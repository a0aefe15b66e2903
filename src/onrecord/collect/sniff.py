"""What a file holds, told from its first bytes. Names are never asked."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum

from msgspec import Struct, structs

__all__ = ["HEAD_BYTES", "Content", "Sniffed", "sniff"]

HEAD_BYTES = 64 * 2**10  # pages open with up to 40 KiB of comments and style before the first telling tag


class Content(StrEnum):
    """The kinds of input onrecord reads."""

    HTML = "html"
    TEXT = "text"
    JSONL = "jsonl"
    WARC = "warc"
    ARC = "arc"
    FEED = "feed"


class Sniffed(Struct, frozen=True, kw_only=True):
    """Either a kind, or why the input cannot be read. `encoding` is that of UTF-16 without a mark, else None."""

    content: Content | None = None
    encoding: str | None = None
    refusal: str | None = None


# First bytes of what is often met among saved pages. https://www.garykessler.net/library/file_sigs.html, 2026-11.
_MAGIC = (
    (b"%PDF-", "a PDF; turn it into text first, for example with pdftotext"),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"RIFF", "a picture, sound or film (RIFF)"),
    (b"PK\x03\x04", "a ZIP archive (also .docx, .odt, .epub, or a .wacz through a pipe); unpack it first"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document; save it as HTML or text first"),
    (b"{\\rtf", "a Rich Text document; save it as HTML or text first"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file; `onrecord bulk` reads it, or export it as JSON Lines first"),
    (b"\x7fELF", "a program"),
    (b"OggS", "sound or film (Ogg)"),
    (b"ID3", "sound (MP3)"),
    (b"wOF", "a font"),
    (b"bplist00", "a binary property list; save the page as HTML instead"),
)
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_JSON_OBJECT = re.compile(r'\{\s*(?:"|\})')
_JSON_LIST = re.compile(r"\[\s*\{")
_JSON_LINE = re.compile(
    r'^\{"(?:text|html|id|url|title)"\s*:.*\}\s*$', re.MULTILINE
)  # below a first line that is broken
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_JSON_FEED = re.compile(r'^\{[^{]*"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
_HTML_START = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|article|section|main|header|div|p|h[1-6]|table|"
    r"span|a|ul|ol|nav|figure|img|br|center|font|b|i|em|strong|blockquote)\b|<!--",
    re.IGNORECASE,
)
_HTML_ROOT = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_CLOSING_TAG = re.compile(r"</(?:p|div|a|span|h[1-6]|li|td|title|body|article|em|strong)\s*>", re.IGNORECASE)
_RECORD = re.compile(rb"\r\n\r\nWARC/1\.[01]\r\nWARC-")  # of an archive whose beginning is damaged
_MHTML = re.compile(r"(?:^|\n)content-type:\s*multipart/related", re.IGNORECASE)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b")) + b"\x7f"
_MAX_CONTROL_SHARE = 0.05  # random bytes have 0.11; text with stray control characters stays below 0.02


def sniff(head: bytes) -> Sniffed:
    """Judge an input by its first bytes (`HEAD_BYTES` of them, or all there are; white space alone is text)."""
    for magic, what in _MAGIC:
        # A text may well open with "RIFF"; a picture has NUL bytes in its header.
        if head.startswith(magic) and (b"\0" in head[:256] or not magic.isalnum()):
            return Sniffed(refusal=f"it is {what}")
    if head.startswith(b"WARC/") or (_RECORD.search(head) and not head.lstrip().startswith(b"<")):
        return Sniffed(content=Content.WARC)
    if head.startswith(b"filedesc://"):
        return Sniffed(content=Content.ARC)
    marked = next((name for mark, name in _BOMS if head.startswith(mark)), None)
    unmarked = None if marked else _unmarked_utf16(head)
    encoding = marked or unmarked
    text = head.decode(encoding or "latin-1", "replace").lstrip("\ufeff")
    if encoding is None and not _HTML_START.match(text.lstrip()) and _is_binary(head):
        return Sniffed(refusal="it is not text; onrecord reads HTML, plain text, JSON Lines and WARC")
    judged = _judge_text(text, encoding)
    return structs.replace(judged, encoding=unmarked)


def _unmarked_utf16(head: bytes) -> str | None:
    """The encoding if every other byte is NUL."""
    sample = head[:512]
    if len(sample) >= 16 and sample.count(0) > len(sample) * 0.4:
        odd, even = sample[1::2].count(0), sample[::2].count(0)
        if min(odd, even) < len(sample) * 0.05:
            return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _is_binary(head: bytes) -> bool:
    if head[257:262] == b"ustar" or head[4:8] == b"ftyp":
        return True
    return len(head) - len(head.translate(None, _CONTROL)) > len(head) * _MAX_CONTROL_SHARE


def _judge_text(text: str, encoding: str | None) -> Sniffed:
    start = text.lstrip()
    if _JSON_OBJECT.match(start):
        return _judge_json(start, encoding)
    if start.startswith("<?xml") or _FEED.match(start):
        return _judge_xml(start)
    if _is_html(text, start):
        return Sniffed(content=Content.HTML)
    if _JSON_LIST.match(start):
        return Sniffed(refusal="it is one JSON list; write one object a line: jq -c '.[]' FILE | onrecord read -")
    if _JSON_LINE.search(text):
        return _judge_json(start, encoding)
    return _judge_plain(text)


def _is_html(text: str, start: str) -> bool:
    if _HTML_START.match(start):
        return True
    has_markup = _HTML_ROOT.search(text) or len(_CLOSING_TAG.findall(text)) >= 3
    return bool(has_markup) and not _MHTML.search(text[:4096])


def _judge_plain(text: str) -> Sniffed:
    if _MHTML.search(text[:4096]):
        return Sniffed(refusal="it is a web archive (MHTML); save the page as HTML instead")
    return Sniffed(content=Content.TEXT)


def _judge_json(start: str, encoding: str | None) -> Sniffed:
    if _JSON_FEED.search(start[:4096]):
        return Sniffed(content=Content.FEED)
    if encoding not in (None, "utf-8"):
        return Sniffed(refusal=f"it is JSON in {encoding}; JSON Lines must be UTF-8")
    if start.partition("\n")[0].strip() == "{":
        return Sniffed(
            refusal="it is JSON laid out over lines; write one object a line: jq -c . FILE | onrecord read -"
        )
    return Sniffed(content=Content.JSONL)


def _judge_xml(start: str) -> Sniffed:
    if _FEED.search(start[:4096]):
        return Sniffed(content=Content.FEED)
    if _HTML_ROOT.search(start):
        return Sniffed(content=Content.HTML)
    return Sniffed(refusal="it is XML of a kind that onrecord does not read; it reads XHTML")
