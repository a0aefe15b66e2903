"""A way to clean bytes as a page, with the model and word lists of the package."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onrecord.clean.article import clean_page
from onrecord.config import Limits
from onrecord.lexicon.press import PressLexicon, load_press_lexicon
from onrecord.models.blocks import BlockModels, load_block_models
from onrecord.records import Article, Origin, Page, PageKind

Clean = Callable[..., Article]


@pytest.fixture(scope="session")
def models() -> BlockModels:
    return load_block_models()


@pytest.fixture(scope="session")
def lexicon() -> PressLexicon:
    return load_press_lexicon()


@pytest.fixture(scope="session")
def clean(models: BlockModels, lexicon: PressLexicon) -> Clean:
    def clean_bytes(text: str | bytes, kind: PageKind = PageKind.TEXT, *, limits: Limits | None = None, **given: str):
        data = text if isinstance(text, bytes) else text.encode()
        page = Page(id="p", data=data, kind=kind, origin=Origin(path="page", sha256="0" * 64), **given)
        return clean_page(page, models=models, lexicon=lexicon, limits=limits or Limits())

    return clean_bytes
