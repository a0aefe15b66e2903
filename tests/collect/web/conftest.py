"""A site on this machine, and a crawl that may reach it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.collect.web import (
    AddressRules,
    Collected,
    Collection,
    Crawl,
    CrawlOptions,
    Filters,
    Manners,
    Role,
    Web,
    parse_networks,
)
from tests.collect.web.site import LOOPBACK, Site

HASTE = Manners(min_delay_s=0.0, max_delay_s=0.0, back_off_s=0.01)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(AddressRules(allowed=parse_networks([LOOPBACK])), user_agent="onrecord/test") as web:
        yield web


class Run:
    """What a crawl over some addresses gave."""

    def __init__(self, results: list[Collected]) -> None:
        self.results = results

    @property
    def pages(self) -> list[str]:
        return [one.page.data.decode() for one in self.results if one.page]

    @property
    def urls(self) -> list[str]:
        return [one.url for one in self.results if one.page]

    @property
    def rejected(self) -> list[tuple[str, str]]:
        return [(one.url, one.rejected.code) for one in self.results if one.rejected]

    @property
    def had_before(self) -> list[str]:
        return [one.url for one in self.results if not one.page and not one.rejected and not one.planned]


class Collector:
    """Crawls into one folder, with everything settled unless told otherwise."""

    def __init__(self, folder: Path, web: Web) -> None:
        self.folder, self._web = folder, web

    def __call__(self, *urls: str, filters: Filters | None = None, settles: bool = True, **options) -> Run:
        options = CrawlOptions(**({"manners": HASTE} | options))
        with Collection(self.folder, software="onrecord/test") as collection:
            crawl = Crawl(self._web, collection, options)
            for url in urls:
                crawl.add(url, Role.ENTRY, filters or Filters())
            results = [*crawl.recover(), *crawl.run()]
            if settles:
                for one in results:
                    collection.settle(one.url)
        return Run(results)


@pytest.fixture
def crawl(tmp_path: Path, web: Web) -> Collector:
    return Collector(tmp_path / "archive", web)
