"""WACZ, ARC and feeds as files: pages out of each, and what is broken told."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from onrecord.records import Page, PageKind
from tests.collect.archives import make_answer, make_page, make_response, pack
from tests.collect.test_warc import codes, names


def make_wacz(*archives: bytes, **others: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("datapackage.json", b"{}", zipfile.ZIP_DEFLATED)
        for number, archive in enumerate(archives):
            packed.writestr(f"archive/data-{number}.warc.gz", archive)
        for name, data in others.items():
            packed.writestr(name, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def test_the_archives_of_a_wacz_are_read_one_after_the_other(collect):
    first = pack(make_response("Alphaville"), make_response("Betatown"))
    results = collect(make_wacz(first, pack(make_response("Gammaport"))))
    assert names(results) == ["Alphaville", "Betatown", "Gammaport"]
    assert results[1].origin.path.endswith("input!archive/data-0.warc.gz")
    assert results[1].origin.offset == len(make_response("Alphaville"))
    assert results[2].origin.offset == 0


def test_a_zip_file_of_another_kind_is_refused(collect):
    [rejected] = collect(make_wacz(**{"word/document.xml": b"<a/>"}))
    assert rejected.code == "unsupported-input"
    assert "no WACZ" in rejected.reason


def test_a_wacz_whose_end_is_lost_gives_its_pages_still(collect):
    whole = make_wacz(pack(make_response("Alphaville"), make_response("Betatown")))
    results = collect(whole[: whole.index(b"PK\x01\x02")])
    assert names(results) == ["Alphaville", "Betatown"]
    assert "directory at its end" in results[0].reason


def test_a_byte_changed_in_a_wacz_costs_one_record(collect):
    parts = [pack(make_response(name)) for name in ("Alphaville", "Betatown", "Gammaport")]
    whole = bytearray(make_wacz(b"".join(parts)))
    whole[whole.index(parts[1]) + 30] ^= 0xFF
    results = collect(bytes(whole))
    assert names(results) == ["Alphaville", "Gammaport"]
    assert "damaged-input" in codes(results)


def test_a_bomb_in_a_wacz_stops_at_the_limit(collect):
    results = collect(make_wacz(gzip.compress(bytes(2**22))), unpacked_bytes=2**20)
    assert {"input-too-large", "damaged-input"} >= set(codes(results))
    assert results


ARC_HEAD = b"filedesc://a.arc 0.0.0.0 20050101000000 text/plain %d\n1 0 Made up\nURL IP-address Archive-date\n\n"


def make_arc(*names_: str, second: bool = False) -> list[bytes]:
    """Records of version 1, or 2."""
    parts = [ARC_HEAD % (len(ARC_HEAD) - ARC_HEAD.index(b"\n") - 1)]
    for name in names_:
        answer = make_answer(make_page(name))
        more = b"200 - - 0 a.arc " if second else b""
        parts.append(b"http://n.example/%s 1.2.3.4 20050102030405 text/html %s" % (name.encode(), more))
        parts[-1] += b"%d\n%s\n" % (len(answer), answer)
    return parts


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_the_pages_of_an_arc_file_of_either_version(collect, packed, second):
    parts = make_arc("Alphaville", "Betatown", second=second)
    results = collect(pack(*parts) if packed else b"".join(parts))
    assert names(results) == ["Alphaville", "Betatown"]
    assert results[1].url == "http://n.example/Betatown"
    assert results[1].origin.offset == len(parts[0]) + len(parts[1])


@pytest.mark.parametrize("change", [(b"text/html 1", b"text/html 9"), (b"text/html 1", b"text/html "), (b"http", b"h")])
def test_a_damaged_record_of_an_arc_file_costs_only_itself(collect, change):
    parts = make_arc("Alphaville", "Betatown", "Gammaport")
    assert change[0] in parts[2]
    parts[2] = parts[2].replace(*change, 1)
    results = collect(b"".join(parts))
    assert names(results) == ["Alphaville", "Gammaport"]
    assert codes(results) == ["page", "damaged-input", "page"]


LONG = "The night ferry will stay until the spring, the minister said on Friday. "
RSS = f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title>
<item><title>Ferry &amp;amp; bridge</title><link>https://n.example/a</link>
<pubDate>Fri, 02 May 2031 09:00:00 GMT</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>{LONG}</p>]]></content:encoded></item>
<item><title>Only words</title><description>{LONG}</description></item>
<item><title>Nothing</title><link>https://n.example/c</link></item></channel></rss>"""


def test_items_of_a_feed_are_pages_where_they_bring_text(collect):
    first, second, rejected = collect(RSS.encode())
    assert (first.kind, first.data.decode(), first.title) == (PageKind.HTML, f"<p>{LONG}</p>", "Ferry & bridge")
    assert (first.url, first.published) == ("https://n.example/a", "2031-05-02T09:00:00+00:00")
    assert RSS.encode()[first.origin.offset :].startswith(b"<item>")
    assert (second.kind, second.data.decode()) == (PageKind.TEXT, LONG.strip())
    assert (rejected.code, "https://n.example/c" in rejected.reason) == ("empty-input", True)


def test_items_of_atom_and_json_feeds(collect):
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link href="https://n.example/a"/>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{LONG}</p></div></content></entry></feed>"""
    [page] = collect(atom.encode())
    assert f"<p>{LONG}</p>" in page.data.decode()
    feed = (
        f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1", "content_text": "{LONG} a < b"}}]}}'
    )
    [page] = collect(feed.encode())
    assert (page.kind, page.data.decode()) == (PageKind.TEXT, f"{LONG} a < b".strip())


def test_a_broken_feed_is_mended_and_that_is_told(collect):
    broken = RSS.replace("Only words", "Only & words \x08<b>")
    results = collect(broken.encode())
    assert codes(results)[0] == "damaged-input"
    assert [result.data.decode() for result in results if isinstance(result, Page)] == [f"<p>{LONG}</p>", LONG.strip()]


def test_a_sitemap_is_told_what_to_do_with(collect):
    sitemap = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://n.example/a</loc></url></urlset>'
    [rejected] = collect(sitemap)
    assert (rejected.code, "onrecord collect" in rejected.reason) == ("unsupported-input", True)
