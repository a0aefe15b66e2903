"""What many tests share: where the checkout and the data sets beside it are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# On a build server the same examples each time, so that a change alone can break it; elsewhere new ones each time.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("here", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "here")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the data sets; a test that asks for it is skipped, and says so, where there is none."""
    folder = Path(os.environ.get("ONRECORD_SHARED") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        pytest.skip(f"no data sets at {folder}: set ONRECORD_SHARED to measure against them")
    return folder
