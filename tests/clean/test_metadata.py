"""Outlet, authors and title of HTML pages; all pages, outlets and persons are made up."""

from __future__ import annotations

import json

import pytest
from lxml.html import document_fromstring

from onrecord.clean.headline import cut_title
from onrecord.clean.markup import ClaimKind, MarkupFacts, NameClaim, read_markup_facts
from onrecord.clean.signatures import name_outlet, read_signatures
from onrecord.records import PageKind

BODY = (
    "<p>The harbour council said on Monday that it would close the old ferry terminal before winter storms come.</p>"
    "<p>“We cannot ask people to wait in a building whose roof may not hold,” council leader Maren Oyelaran said.</p>"
    "<p>Shipping companies said the decision had come too late and asked the government for a temporary pier.</p>"
)


def page(head: str = "", before: str = "<h1>Nordvik to close terminal</h1>", after: str = "") -> str:
    return f"<html><head>{head}</head><body><article>{before}{BODY}</article>{after}</body></html>"


def linked(**fields: object) -> str:
    return (
        f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "A", **fields})}</script>'
    )


def facts_of(html: str) -> MarkupFacts:
    return read_markup_facts(document_fromstring(html), url=None)


# ---- outlet


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.theguardian.com", "The Guardian"),
        ("m.dailymaverick.co.za", "Daily Maverick"),
        ("ici.radio-canada.ca", "Radio-Canada"),
        ("theguardian.com.example.org", None),
        ("notbbc.com", None),
        ("com.au", None),
    ],
)
def test_an_address_is_found_whole_or_below_a_listed_one(lexicon, host, name):
    found = lexicon.outlets.find(host)
    assert (found and found[0]) == name


def test_the_longest_listed_address_counts(lexicon):
    assert lexicon.outlets.find("asia.nikkei.com") == ("Nikkei Asia", True)
    assert lexicon.outlets.find("style.nikkei.com") == ("The Nikkei", False)


def test_listed_addresses_and_names_are_clean(lexicon):
    assert len(lexicon.outlets.by_domain) > 3_000
    for domain, name in lexicon.outlets.by_domain.items():
        assert domain == domain.lower().strip()
        assert not domain.startswith("www.")
        assert name == name.strip()
        assert name


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ([(ClaimKind.JSON, "Velm Media Holding GmbH"), (ClaimKind.SITE, "Velm Gazette")], "Velm Gazette"),
        ([(ClaimKind.JSON, "World"), (ClaimKind.SITE, "Velm Gazette"), (ClaimKind.TITLE, "Velm Gazette")],
         "Velm Gazette"),
        ([(ClaimKind.SITE, "velmgazette.com"), (ClaimKind.TITLE, "The Velm Gazette")], "The Velm Gazette"),
        ([(ClaimKind.SITE, "Velm Gazette | News from the islands")], "Velm Gazette"),
        ([(ClaimKind.APP, "Velm Gazette LLC")], "Velm Gazette"),
        ([], None),
    ],
)  # fmt: skip
def test_two_places_that_agree_beat_one(lexicon, claims, name):
    facts = MarkupFacts(
        url="https://velmgazette.com/1", outlets=tuple(NameClaim(kind, (printed,)) for kind, printed in claims)
    )
    assert name_outlet(facts, (), lexicon) == name


def test_a_listed_address_beats_a_section_in_the_markup(lexicon):
    facts = MarkupFacts(url="https://www.lemonde.fr/1", outlets=(NameClaim(ClaimKind.SITE, ("Politique",)),))
    assert name_outlet(facts, (), lexicon) == "Le Monde"


def test_the_address_of_a_partner_gives_way_to_two_places_that_name_another_listed_outlet(lexicon):
    claims = tuple(NameClaim(kind, ("The Irish Times",)) for kind in (ClaimKind.JSON, ClaimKind.SITE))
    facts = MarkupFacts(url="https://www.lemonde.fr/1", outlets=claims)
    assert name_outlet(facts, (), lexicon) == "The Irish Times"
    assert name_outlet(
        MarkupFacts(url="https://www.lemonde.fr/1"), (), lexicon, url="https://www.irishtimes.com/1"
    ) == ("The Irish Times")


def test_a_copyright_line_names_the_outlet_where_nothing_else_does(clean):
    assert clean(
        page(after="<footer>© 2019-2024 The Velm Gazette. All rights reserved.</footer>"), PageKind.HTML
    ).outlet == ("The Velm Gazette")


# ---- authors


@pytest.mark.parametrize(
    ("kind", "printed", "authors"),
    [
        (ClaimKind.SIGNED, "By Ana Okoye, Ben Lind and Carla Ruiz", ("Ana Okoye", "Ben Lind", "Carla Ruiz")),
        (ClaimKind.SIGNED, "von Ana Okoye und Ben Lind", ("Ana Okoye", "Ben Lind")),
        (ClaimKind.SIGNED, "By Ana Okoye for Velm Gazette", ("Ana Okoye",)),
        (ClaimKind.SIGNED, "Interview: Ana Okoye", ("Ana Okoye",)),
        (ClaimKind.JSON, "Ana Okoye, Political Editor", ("Ana Okoye",)),
        (ClaimKind.JSON, "Ana Okoye / Journalist", ("Ana Okoye",)),
        (ClaimKind.JSON, "Ana Okoye (Nordvik)", ("Ana Okoye",)),
        (ClaimKind.JSON, "José Ortega y Gasset", ("José Ortega y Gasset",)),
        (ClaimKind.JSON, "김하나 기자", ("김하나",)),
        (ClaimKind.LINKED, "View all posts by Ana Okoye", ("Ana Okoye",)),
        (ClaimKind.META, "University of Nordvik", ("University of Nordvik",)),
        (ClaimKind.META, "Velm Gazette Staff", ()),
        (ClaimKind.META, "Onlineredaktion", ()),
        (ClaimKind.META, "ana.okoye@example.org", ()),
        (ClaimKind.META, "https://example.org/people/ana-okoye", ()),
        (ClaimKind.META, "@anaokoye", ()),
        (ClaimKind.META, "ana-okoye", ()),
        (ClaimKind.SIGNED, "12 May 2024", ()),
        (ClaimKind.META, "Le Monde", ()),
    ],
)
def test_names_are_told_from_what_stands_beside_them(lexicon, kind, printed, authors):
    facts = MarkupFacts(authors=(NameClaim(kind, (printed,)),))
    assert read_signatures(facts, (), None, lexicon).authors == authors


def test_an_agency_is_no_author(lexicon):
    facts = MarkupFacts(authors=(NameClaim(ClaimKind.JSON, ("Ana Okoye", "Associated Press")),))
    signed = read_signatures(facts, (), None, lexicon)
    assert (signed.authors, signed.agency) == (("Ana Okoye",), "Associated Press")


def test_the_outlet_is_no_author_but_a_person_can_own_a_site(lexicon):
    outlets = (NameClaim(ClaimKind.SITE, ("Ana Okoye",)),)
    by = {kind: MarkupFacts(authors=(NameClaim(kind, ("Ana Okoye",)),), outlets=outlets) for kind in ClaimKind}
    assert read_signatures(by[ClaimKind.META], (), None, lexicon).authors == ()
    assert read_signatures(by[ClaimKind.JSON], (), None, lexicon).authors == ("Ana Okoye",)


def test_a_byline_with_a_link_for_each_name_can_be_the_fuller_list(lexicon):
    claims = (NameClaim(ClaimKind.JSON, ("Ben Lind",)), NameClaim(ClaimKind.LINKED, ("Ana Okoye", "Ben Lind")))
    assert read_signatures(MarkupFacts(authors=claims), (), None, lexicon).authors == ("Ana Okoye", "Ben Lind")


def test_of_the_other_places_those_that_agree_are_believed(lexicon):
    claims = (NameClaim(ClaimKind.META, ("Uploader One",)), NameClaim(ClaimKind.SIGNED, ("By Ana Okoye",)))
    facts = MarkupFacts(authors=claims)
    assert read_signatures(facts, ("Ana Okoye",), None, lexicon).authors == ("Ana Okoye",)


def test_a_name_is_given_once(lexicon):
    facts = MarkupFacts(authors=(NameClaim(ClaimKind.JSON, ("Ana Okoye", "ANA OKOYE")),))
    assert read_signatures(facts, (), None, lexicon).authors == ("Ana Okoye",)


@pytest.mark.parametrize(
    "author",
    [
        "Ana Okoye and Ben Lind",
        ["Ana Okoye", {"@type": "Person", "name": "Ben Lind"}],
        [[{"name": "Ana Okoye"}], {"name": ["Ben Lind"]}],
        [{"@id": "#1"}, {"@id": "#2"}],
    ],
)
def test_authors_in_json_ld(clean, author):
    persons = [{"@id": "#1", "name": "Ana Okoye"}, {"@id": "#2", "name": "Ben Lind"}]
    head = linked(author=author) + f'<script type="application/ld+json">{json.dumps({"@graph": persons})}</script>'
    assert clean(page(head), PageKind.HTML).authors == ("Ana Okoye", "Ben Lind")


def test_an_organisation_in_json_ld_gives_way_to_the_byline(clean):
    head = linked(author={"@type": "Organization", "name": "Science Island"})
    before = '<h1>Nordvik to close terminal</h1><p class="article-byline">by <a>University of Nordvik</a></p>'
    assert clean(page(head, before), PageKind.HTML).authors == ("University of Nordvik",)


def test_a_byline_among_other_articles_is_passed_over(clean):
    before = (
        '<div class="most-read"><span class="author">Zoe Adler</span></div><h1>Nordvik to close terminal</h1>'
        '<div class="byline"><a href="/author/ana-okoye">Ana Okoye</a><span>Follow</span></div>'
    )
    assert clean(page(before=before), PageKind.HTML).authors == ("Ana Okoye",)


# ---- title


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Ferry stays - Velm Gazette", "Ferry stays"),
        ("Ferry stays | Harbour | Velm Gazette", "Ferry stays"),
        ("Velm Gazette: Ferry stays", "Velm Gazette: Ferry stays"),
        ("Velm Gazette | Ferry stays", "Ferry stays"),
        ("Ferry leaves - for now", "Ferry leaves - for now"),
        ("Ferry stays", "Ferry stays"),
        (" - Velm Gazette", ""),
    ],
)
def test_outlet_and_section_are_cut_from_a_title(title, wanted):
    assert cut_title(title, {"velmgazette"}, {"ferrystays"}) == wanted


def test_the_heading_is_believed_before_titles_for_networks(clean):
    head = '<title>Terminal shuts | Velm</title><meta property="og:title" content="You will not believe this terminal">'
    assert clean(page(head), PageKind.HTML).title == "Nordvik to close terminal"


def test_two_other_places_outvote_a_heading_if_json_ld_is_one_of_them(clean):
    head = linked(headline="Council shuts terminal") + '<meta property="og:title" content="Council shuts terminal">'
    assert clean(page(head, "<h1>All the news of today</h1>"), PageKind.HTML).title == "Council shuts terminal"


def test_of_several_headings_that_on_which_another_place_agrees_counts():
    html = page(
        "<title>Nordvik to close terminal - Velm Gazette</title>",
        "<h1>The Harbour Pages</h1><h1>Nordvik to close terminal</h1>",
    )
    assert facts_of(html).title == "Nordvik to close terminal"


def test_a_topic_before_the_headline_is_left_out_where_no_mark_joins_them():
    html = page(
        '<meta property="og:title" content="Nordvik to close terminal">',
        "<h1><b>Harbour</b> Nordvik to close terminal</h1>",
    )
    assert facts_of(html).title == "Nordvik to close terminal"


def test_entities_and_white_space_are_read():
    html = page(linked(headline="Terminal &amp; pier\n to   close soon"), "")
    assert facts_of(html).title == "Terminal & pier to close soon"


@pytest.mark.parametrize(
    "hostile",
    [
        "<title>" + " - " * 50_000 + "</title>",
        "<title>" + "a | " * 50_000 + "</title>",
        linked(author=[[["x"] * 100] * 100] * 10),
        f'<script type="application/ld+json">{"[" * 100_000}</script>',
        '<meta name="author" content="' + "A, B and " * 20_000 + '">',
        '<meta property="og:site_name" content="' + "(c) " * 20_000 + '">',
        '<link rel="canonical" href="http://[">',
        '<meta name="parsely-author" content="' + " and" * 50_000 + '">',
        linked(**{"@type": json.loads('{"@type":' * 200 + "1" + "}" * 200)}),
    ],
    ids=[
        "dashes",
        "bars",
        "nested authors",
        "deep json",
        "many names",
        "copyright",
        "broken address",
        "joints",
        "types",
    ],
)
def test_hostile_markup_is_read_in_time(clean, hostile):
    assert clean(page(hostile), PageKind.HTML).title == "Nordvik to close terminal"
