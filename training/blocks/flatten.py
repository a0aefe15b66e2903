"""HTML pages as text, in the seven ways of the shared folder's `flattened/README.md`. Needs the extra `train`."""

from __future__ import annotations

import re
from collections.abc import Callable

import html2text
import html_text
import inscriptis
from bs4 import BeautifulSoup
from resiliparse.extract.html2text import extract_plain_text

_SPACES = re.compile(r"[ \t\xa0]+")


def flatten_page(source: str, style: str) -> list[str]:
    """The lines of a page in one style; never two blank ones in a row."""
    lines: list[str] = []
    for raw in STYLES[style](source).split("\n"):
        line = raw.rstrip() if style in _INDENTED else raw.strip()
        if line.strip():
            lines.append(line)
        elif lines and lines[-1]:
            lines.append("")
    return lines


def _break_everywhere(source: str) -> str:
    return _soup(source).get_text("\n", strip=True)


def _break_nowhere(source: str) -> str:
    return _SPACES.sub(" ", _soup(source).get_text())


def _soup(source: str) -> BeautifulSoup:
    soup = BeautifulSoup(source, "lxml")
    for tag in soup(["script", "style", "noscript", "template"]):
        tag.decompose()
    return soup


def _plain_markdown(source: str) -> str:
    converter = html2text.HTML2Text()
    converter.ignore_links = converter.ignore_images = True
    converter.body_width = 0
    return str(converter.handle(source))


def _wrapped_markdown(source: str) -> str:
    return str(html2text.HTML2Text().handle(source))


def _guessed_layout(source: str) -> str:
    return str(html_text.extract_text(source, guess_layout=True))


def _all_of_it(source: str) -> str:
    return str(extract_plain_text(source, main_content=False))


STYLES: dict[str, Callable[[str], str]] = {
    "bs4_nl": _break_everywhere,
    "bs4_plain": _break_nowhere,
    "inscriptis": inscriptis.get_text,
    "html2text": _plain_markdown,
    "html2text_md78": _wrapped_markdown,
    "html_text": _guessed_layout,
    "resiliparse": _all_of_it,
}
_INDENTED = frozenset({"inscriptis", "html2text_md78", "html_text"})
