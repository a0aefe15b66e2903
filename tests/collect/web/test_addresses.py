"""Which addresses may be fetched at all, and which numeric addresses may be connected to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.collect.web.addresses import AddressRules, join_url, parse_networks, parse_url
from onrecord.errors import AddressRefused, UsageError


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://news.example", "https://news.example/"),
        ("HTTPS://News.Example:443/a?b=1#c", "https://news.example/a?b=1"),
        ("http://news.example:8080/", "http://news.example:8080/"),
        ("http://news.example./a", "http://news.example/a"),
        ("https://münchen.example/ä b", "https://xn--mnchen-3ya.example/%C3%A4%20b"),
        ("https://news.example/%C3%A4?q=a%26b", "https://news.example/%C3%A4?q=a%26b"),
        ("  https://news.example/a \n", "https://news.example/a"),
        ("http://93.184.216.34/", "http://93.184.216.34/"),
        ("http://[2606:2800:0220:0001::1]/", "http://[2606:2800:220:1::1]/"),
    ],
)
def test_one_address_has_one_spelling(url, plain):
    assert parse_url(url).url == plain
    assert parse_url(plain).url == plain


@pytest.mark.parametrize(
    "url",
    [
        "", "news.example", "//news.example/", "ftp://news.example/", "file:///etc/passwd", "javascript:alert(1)",
        "http://", "http:///a", "http://:80/", "http://user@news.example/", "http://a:b@news.example/",
        "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://1.2.3.4.5/",
        "http://1.2.3.256/", "http://news.example.0x10/", "http://[::1%25lo]/", "http://[::1/", "http://[v1.x]/",
        "http://news.example%2f.test/", "http://ne ws.example/", "http://news\\.example/", "http://news..example/",
        "http://-news.example/", f"http://{'a' * 64}.example/", "http://news.example:0/", "http://news.example:22/",
        "http://news.example:65536/", "http://news.example:8x/", "http://news.exa\nmple/", "http://news.example/\x00",
    ],
)  # fmt: skip
def test_an_address_that_is_not_plain_is_refused(url):
    with pytest.raises(AddressRefused):
        parse_url(url)


@given(
    st.text(max_size=60) | st.text(alphabet="htp:/.@[]%0123456789abcdefx①。\\#?", max_size=40).map("http://".__add__)
)
def test_whatever_is_typed_is_an_address_or_refused(text):
    try:
        place = parse_url(text)
    except AddressRefused:
        return
    assert parse_url(place.url) == place


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255",
        "240.0.0.1", "168.63.129.16", "192.88.99.1", "::", "::1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808",
        "64:ff9b:1::1", "2002:808:808::1", "2001::1", "2001:db8::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1",
        "fe80::1%eth0", "2606:2800:220:1::1%eth0", "fec0::1", "ff02::1", "4000::1", "5f00::1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused_and_said_why(address):
    assert AddressRules().refusal(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1", "2a00:1450::1"])
def test_what_is_public_is_not(address):
    assert AddressRules().refusal(address) is None


def test_a_network_that_the_user_named_may_be_reached_and_no_other():
    rules = AddressRules(allowed=parse_networks(["10.1.0.0/16", "fd12::/16"]))
    assert [rules.refusal(address) is None for address in ("10.1.9.9", "fd12::1", "10.2.0.1", "::ffff:10.1.0.1")] == [
        *(True, True, False, False)
    ]


@pytest.mark.parametrize("text", ["10.1.0.0", "10.1.0.1/16", "intranet", "10.0.0.0/33"])
def test_what_is_no_network_is_said(text):
    if text == "10.1.0.0":
        assert str(parse_networks([text])[0]) == "10.1.0.0/32"
        return
    with pytest.raises(UsageError, match="no network"):
        parse_networks([text])


def test_a_link_that_cannot_be_joined_stays_to_be_refused():
    assert join_url("http://news.example/a/", "../b") == "http://news.example/b"
    with pytest.raises(AddressRefused):
        parse_url(join_url("http://news.example/", "http://[broken"))
