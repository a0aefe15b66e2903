"""Text of strangers made harmless for a terminal: it cannot move the cursor, rename the window or turn the line."""

from __future__ import annotations

__all__ = ["safe_line", "safe_text"]

_PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {0x7F: 0x2421}
_C1 = dict.fromkeys(range(0x80, 0xA0), "\N{REPLACEMENT CHARACTER}")
_TURNS = {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_SEPARATORS = {0x2028: "\n", 0x2029: "\n"}
_HARMLESS: dict[int, str | int | None] = {**_PICTURES, **_C1, **_TURNS, **_SEPARATORS}


def safe_text(text: str) -> str:
    r"""Control characters as pictures, marks that turn the direction of writing as escapes; lines stay lines.

    >>> safe_text("a\x1b[31mb\u202ec")
    'a␛[31mb\\u202ec'
    """
    return text.replace("\r\n", "\n").translate(_HARMLESS).encode("utf-8", "replace").decode()


def safe_line(text: str) -> str:
    """The same on one line."""
    return " ".join(safe_text(text).split())
