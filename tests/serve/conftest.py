"""A real Chromium for all tests of screens. Each module says in its fixture `server` what is in the store."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.fixtures.browser import WIDE, give_up


@pytest.fixture(scope="module")
def chromium():
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        give_up("playwright is not installed")
    names = (os.environ.get("ONRECORD_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    program = next((found for name in names if name and (found := shutil.which(name))), None)
    if program is None:
        give_up("no Chromium was found")
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium's sandbox refuses to work for root
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"] if as_root else [])
        except Error as error:
            give_up(f"{program} would not start ({error.message.splitlines()[0]})")
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, server):
    """Opens pages; anything the browser complains of (scripts, policy, missing files) fails the test."""
    contexts, complaints = [], []

    def open_it(address: str, *, viewport=WIDE, scripts=True, scheme="light"):
        context = chromium.new_context(
            viewport=viewport, java_script_enabled=scripts, reduced_motion="reduce", color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"{request.failure}: {request.url}"))
        page.set_default_timeout(30_000)  # a loaded machine draws late
        page.goto(server + address)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert [one for one in complaints if "ERR_ABORTED" not in one] == []  # that is: left for another page
