"""Which addresses may be fetched: http(s) in plain spelling, and only what is on the public internet.

Two checks, neither of which trusts the other. `parse_url` takes a URL apart and refuses unusual spellings before any
name is looked up. `AddressRules` judges the numeric address that a connection is about to be made to (`network`), so
that whatever spelling came through, the address that was checked is the one that is connected to.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urljoin, urlsplit

import idna
from msgspec import Struct

from onrecord.errors import AddressRefused, UsageError

__all__ = ["Address", "AddressRules", "Network", "Place", "join_url", "parse_networks", "parse_url"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IANA IPv4 Special-Purpose Address Registry, 2026-11, without the blocks that are globally reachable.
_SPECIAL_V4 = {
    "0.0.0.0/8": "this host",
    "10.0.0.0/8": "a private network",
    "100.64.0.0/10": "a provider's inner network",
    "127.0.0.0/8": "this machine",
    "169.254.0.0/16": "a link-local address, also that of cloud metadata",
    "172.16.0.0/12": "a private network",
    "192.0.0.0/24": "a protocol assignment",
    "192.0.2.0/24": "an address for documentation",
    "192.88.99.0/24": "a 6to4 relay",
    "192.168.0.0/16": "a private network",
    "198.18.0.0/15": "a network for benchmarks",
    "198.51.100.0/24": "an address for documentation",
    "203.0.113.0/24": "an address for documentation",
    "224.0.0.0/4": "a multicast address",
    "240.0.0.0/4": "a reserved address",
    "168.63.129.16/32": "a cloud provider's metadata service",  # Azure's, the one that lies in public space
}
# Of IPv6 only 2000::/3 is public, and of that these are not; the rest (loopback, ULA, link-local, multicast, mapped,
# NAT64, ...) lies outside. https://www.iana.org/assignments/iana-ipv6-special-registry, 2026-11.
_PUBLIC_V6 = IPv6Network("2000::/3")
_SPECIAL_V6 = {
    "2001::/23": "a protocol assignment (Teredo, ORCHID)",
    "2001:db8::/32": "an address for documentation",
    "2002::/16": "a 6to4 address, which hides an IPv4 address",
    "3fff::/20": "an address for documentation",
}
_OTHER_V6 = {
    "::1/128": "this machine",
    "::/128": "this host",
    "::ffff:0:0/96": "an IPv4 address in IPv6 dress",
    "::/96": "an IPv4 address in IPv6 dress",
    "64:ff9b::/96": "a NAT64 address, which hides an IPv4 address",
    "64:ff9b:1::/48": "a NAT64 address, which hides an IPv4 address",
    "fc00::/7": "a private network",
    "fe80::/10": "a link-local address",
    "fec0::/10": "a site-local address",
    "ff00::/8": "a multicast address",
}
_V4 = [(IPv4Network(net), what) for net, what in _SPECIAL_V4.items()]
_V6 = [(IPv6Network(net), what) for net, what in (_SPECIAL_V6 | _OTHER_V6).items()]

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f]")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?::(?P<port>[0-9]{0,5}))?")
_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")  # a last label of this form makes an IPv4 address: WHATWG URL, 3.5
_PORTS = {"http": 80, "https": 443}
_KEPT = "/%:@!$&'()*+,;=-._~?"  # of path and query, what is not escaped again


class Place(Struct, frozen=True, kw_only=True):
    """A URL taken apart; `url` puts it together in the one spelling that is used everywhere."""

    scheme: str
    host: str  # lower case, IDNA as ASCII, IPv6 without brackets, no trailing dot
    port: int
    target: str  # path and query

    @property
    def authority(self) -> str:
        """Host and, if it is not the usual one, port, as the Host field has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme and authority: what one robots.txt is for."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.origin}{self.target}"


def parse_url(url: str) -> Place:
    """An http or https URL in its plain spelling; the fragment is dropped.

    >>> parse_url("https://München.example:443/a b#c").url
    'https://xn--mnchen-3ya.example/a%20b'

    Raises:
        AddressRefused: it is none, or has a name and password in it, an escaped host, an IPv4 address that is not
            four decimal numbers, a zone, or a port of another service.
    """
    url = url.strip()
    if _FORBIDDEN.search(url):
        raise _refused(url, "there are control characters in it")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise _refused(url, f"it is malformed ({error})") from error
    if parts.scheme not in _PORTS:
        raise _refused(url, "it does not begin with http:// or https://")
    if "@" in parts.netloc:
        raise _refused(url, "there is a user name in it, which hides the host from readers")
    found = _AUTHORITY.fullmatch(parts.netloc)
    if found is None:
        raise _refused(url, "the host is not spelled plainly")
    host, port = found["host"], int(found["port"] or _PORTS[parts.scheme])
    if port not in _PORTS.values() and not 1024 <= port <= 65535:
        raise _refused(url, f"port {port} is that of another service")
    target = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
    return Place(scheme=parts.scheme, host=_plain_host(host, url), port=port, target=target)


def _plain_host(host: str, url: str) -> str:
    if host.startswith("["):
        try:
            return str(IPv6Address(host[1:-1]))
        except ValueError as error:
            raise _refused(url, "the IPv6 address is malformed") from error
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except (idna.IDNAError, UnicodeError) as error:
            raise _refused(url, "the host is not spelled plainly") from error
    host = host.lower().removesuffix(".")
    if not _NAME.fullmatch(host) or len(host) > 253:
        raise _refused(url, "the host is not spelled plainly")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))
        except ValueError as error:
            raise _refused(url, "the IPv4 address is not written as four decimal numbers") from error
    return host


def join_url(base: str, link: str) -> str:
    """A link as it stands on the page `base`, made absolute; what cannot be joined is given back as it is."""
    link = link.strip()
    if link.startswith(("http://", "https://")):  # the usual case, and ten times quicker
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def _refused(url: str, why: str) -> AddressRefused:
    return AddressRefused(url, f"{why}; give a plain http:// or https:// address")


class AddressRules(Struct, frozen=True, kw_only=True):
    """What may be connected to: public addresses, and networks that the user named."""

    allowed: tuple[Network, ...] = ()

    def refusal(self, address: str) -> str | None:
        """Why a numeric address may not be connected to; None if it may."""
        if "%" in address:
            return "it has a zone and lies on the local network"
        number = ip_address(address)
        if any(number in network for network in self.allowed):
            return None
        if isinstance(number, IPv4Address):
            return next((what for network, what in _V4 if number in network), None)
        what = next((what for network, what in _V6 if number in network), None)
        return what or (None if number in _PUBLIC_V6 else "no public address")


def parse_networks(texts: list[str] | tuple[str, ...]) -> tuple[Network, ...]:
    """Networks as `--allow-net` takes them.

    >>> parse_networks(["10.1.0.0/16", "fd12::/16"])
    (IPv4Network('10.1.0.0/16'), IPv6Network('fd12::/16'))

    Raises:
        UsageError: one is none.
    """
    networks = []
    for text in texts:
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            raise UsageError(f"{text}: no network ({error}); write it like 10.1.0.0/16 or fd12::/16.") from error
    return tuple(networks)
