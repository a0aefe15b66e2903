"""Hostile pages through collecting and the worker; the corpus beside the checkout is run by `benchmarks.hostile`.

Every input here ends as a reading or as a rejection, and soon.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest

from onrecord.collect import collect_pages
from onrecord.config import Limits
from onrecord.errors import CleanError, WorkerError
from onrecord.records import Page, Rejected
from onrecord.workers import CleaningWorker

STORY = (
    "<p>HALDEN — Transport Minister Émile Garance said on Friday that the night ferry would stay until the spring.</p>"
    "<p>“I will not close this line,” Garance told islanders. “Whoever says so has not asked me.”</p>"
    "<p>Mayor Britta Olsen said she would hold him to every word of it.</p>"
)
SAYS = "night ferry would stay"


def page(body: str = STORY, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>Ferry</title>{head}</head><body>{body}</body></html>".encode()


CASES = {
    "nested tables": page("<table><tr><td>" * 5_000 + STORY),
    "nested lists": page("<ul><li>" * 20_000 + STORY),
    "nested spans": page("<p>" + "<span>" * 50_000 + "words</p>" + STORY),
    "a thousand bodies": page("<body>" * 1_000 + STORY),
    "unclosed everything": page(STORY.replace("</p>", "") + "<div <div <a href='"),
    "entity flood": page(STORY + "&amp;" * 100_000),
    "unknown entities": page(STORY + "&nosuch;" * 50_000 + "&#9999999999;&#x110000;&#0;&#xD800;"),
    "declared as utf-7": page(head='<meta charset="utf-7">'),
    "declared as nothing known": page(head='<meta charset="no-such-charset">'),
    "declared as a codec": page(head='<meta charset="rot13">'),
    "bytes of several encodings": page() + "Größe".encode("cp1252") + "Größe".encode("utf-16-le"),
    "NUL in the middle": page().replace(b"night", b"ni\0ght night"),
    "local file as frame": page(f'<iframe src="file:///etc/passwd"></iframe>{STORY}'),
    "external entity": b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>&x;' + STORY.encode(),
    "base and frames of another machine": page(f'<base href="http://127.0.0.1:9/"><frame src="x">{STORY}'),
    "deep JSON-LD": page(head='<script type="application/ld+json">' + '{"a":' * 50_000 + "</script>"),
    "JSON-LD with a huge number": page(
        head=f'<script type="application/ld+json">{{"datePublished": {"9" * 10_000}}}</script>'
    ),
    "many dates": page(head='<meta name="date" content="2031-13-45">' * 5_000),
    "a date with digits of other scripts": page(head='<meta name="date" content="２０３１-０５-０２">'),
    "title of a megabyte": page(head=f"<title>{'t' * 2**20}</title>"),
    "control characters": page(STORY + "<p>" + "".join(map(chr, range(1, 32))) + "</p>"),
    "combining marks": page(STORY + "<p>z" + "\u0301" * 100_000 + "</p>"),
    "bidi controls": page(STORY.replace("Garance", "\u202eecnaraG\u202c")),
    "unpaired quotation marks": "\n".join(["“" * 20_000, "»" * 20_000, "'" * 20_000]).encode() + STORY.encode(),
    "parentheses": ("(" * 100_000 + "\n" + ")" * 100_000).encode(),
    "a line of blanks": (" " * 1_000_000 + "x").encode(),
    "a hundred thousand lines": b"said\n" * 100_000,
    "carriage returns": b"The minister said so.\r" * 2_000,
    "tabs and datelines": ("HALDEN, May 2 (" * 5_000).encode(),
    "agency names": ("(AP) — (AFP) -- " * 10_000).encode(),
    "surrogates in JSON": b'{"text": "\\ud83d\\ude00 said \\ud83d"}\n'
    + json.dumps({"text": "It stays, she said."}).encode(),
    "regular expression bait": ("a" * 50_000 + "!" + " .,;" * 20_000 + "By " * 20_000).encode(),
    "e-mail bait": ("@" * 50_000 + "a.b." * 20_000).encode(),
    "packed again and again": gzip.compress(gzip.compress(gzip.compress(gzip.compress(page())))),
}


@pytest.fixture(scope="module")
def worker() -> Iterator[CleaningWorker]:
    with CleaningWorker(Limits()) as started:
        yield started


def clean_all(data: bytes, tmp_path, worker) -> list[str]:
    """The texts of the articles and the codes of the rejections."""
    path = tmp_path / "case"
    path.write_bytes(data)
    collected = collect_pages([str(path)], limits=Limits())
    return [one.code if isinstance(one, Rejected) else clean_one(one, worker) for one in collected]


def clean_one(page: Page, worker: CleaningWorker) -> str:
    try:
        return worker.clean(page).text
    except CleanError as error:
        return error.code
    except WorkerError as error:
        pytest.fail(f"{error}")


@pytest.mark.parametrize("data", CASES.values(), ids=CASES)
def test_a_hostile_page_ends_as_an_article_or_a_rejection(data, tmp_path, worker):
    results = clean_all(data, tmp_path, worker)
    assert results
    assert not any("root:x:0" in result for result in results)


STILL_READ = [name for name, data in CASES.items() if data.startswith(b"<!DOCTYPE html>") and "NUL" not in name]
DEEP = {"nested tables", "nested lists", "nested spans", "title of a megabyte"}  # a rejection is right as well


@pytest.mark.parametrize("name", [name for name in STILL_READ if name not in DEEP])
def test_what_stands_around_a_story_does_not_hide_it(name, tmp_path, worker):
    assert SAYS in clean_all(CASES[name], tmp_path, worker)[0]
