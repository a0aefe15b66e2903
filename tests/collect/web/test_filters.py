"""Which of what a list names is wanted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from onrecord.collect.web.feeds import Item
from onrecord.collect.web.filters import Filters

MAY = datetime(2031, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filters", "item", "is_wanted"),
    [
        (Filters(), Item(url="https://a.example/"), True),
        (Filters(hosts=("a.example",)), Item(url="https://www.A.example/x"), True),
        (Filters(hosts=("a.example",)), Item(url="https://ba.example/x"), False),
        (Filters(hosts=("a.example",)), Item(url="https://b.example/?a.example"), False),
        (Filters(match=("*/politics/*",)), Item(url="https://a.example/politics/x"), True),
        (Filters(match=("*/politics/*",)), Item(url="https://a.example/sport/x"), False),
        (Filters(match=("*/x", "*/y")), Item(url="https://a.example/y"), True),
        (Filters(skip=("*/live/*",)), Item(url="https://a.example/live/x"), False),
        (Filters(since=MAY), Item(url="https://a.example/", published=datetime(2031, 4, 30, tzinfo=UTC)), False),
        (Filters(since=MAY), Item(url="https://a.example/", published=MAY), True),
        (Filters(since=MAY), Item(url="https://a.example/"), True),
        (Filters(language="en"), Item(url="https://a.example/", language="en-GB"), True),
        (Filters(language="en"), Item(url="https://a.example/", language="eng"), False),
        (Filters(language="en"), Item(url="https://a.example/"), True),
        (Filters(match=("*/politics/*",)), Item(url="https://a.example/sitemap-2.xml", is_listing=True), True),
        (
            Filters(since=MAY),
            Item(url="https://a.example/s.xml", is_listing=True, published=datetime(2030, 1, 1, tzinfo=UTC)),
            False,
        ),
    ],
)
def test_all_filters_must_agree_and_what_is_not_told_is_no_reason(filters, item, is_wanted):
    assert filters.admits(item) is is_wanted
