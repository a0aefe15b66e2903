"""The network side of collecting: feeds, sitemaps and pages, fetched safely and politely, kept as web archives."""

from onrecord.collect.web.addresses import AddressRules, parse_networks
from onrecord.collect.web.crawl import Collected, Crawl, CrawlOptions, Polled
from onrecord.collect.web.feeds import Item
from onrecord.collect.web.fetch import Web
from onrecord.collect.web.filters import Filters
from onrecord.collect.web.ledger import Collection
from onrecord.collect.web.politeness import Manners, Role
from onrecord.collect.web.watch import Watch, Watchlist, read_watchlist

__all__ = [
    "AddressRules",
    "Collected",
    "Collection",
    "Crawl",
    "CrawlOptions",
    "Filters",
    "Item",
    "Manners",
    "Polled",
    "Role",
    "Watch",
    "Watchlist",
    "Web",
    "parse_networks",
    "read_watchlist",
]
