"""A shorthand: write bytes to a file and collect it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.collect import collect_pages
from onrecord.config import Limits
from onrecord.records import Page, Rejected

Collect = Callable[..., list[Page | Rejected]]


@pytest.fixture
def collect(tmp_path: Path) -> Collect:
    def collect_bytes(data: bytes, *, name: str = "input", as_is: bool = False, **limits: int) -> list[Page | Rejected]:
        path = tmp_path / name
        path.write_bytes(data)
        return list(collect_pages([str(path)], limits=Limits(**limits), as_is=as_is))

    return collect_bytes
