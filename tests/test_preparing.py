"""What connecting needs is made ahead by another process, to the same as here, and its death is no loss."""

from __future__ import annotations

import sys
from collections import deque
from pathlib import Path

import pytest

from onrecord import connecting, preparing
from onrecord.connecting import Connector
from onrecord.preparing import prepare, prepared_ahead
from onrecord.store import Store
from tests.test_connecting import ARTICLES


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "store.db") as store:
        for page, reading in ARTICLES:
            store.add(page, reading)
    return tmp_path / "store.db"


def test_the_other_process_makes_the_same_in_the_same_order(path):
    made = list(prepared_ahead(path, ["3", "1", "2"], least=1))
    assert made == [prepare(ARTICLES[at][1].article) for at in (2, 0, 1)]


def test_no_process_is_started_for_a_few(path, monkeypatch):
    monkeypatch.setattr(preparing.subprocess, "Popen", None)
    assert list(prepared_ahead(path, ["1", "2"])) == []


@pytest.mark.parametrize("program", [sys.executable, "/bin/false", "/bin/cat"])
def test_all_are_connected_whether_the_process_lives_or_not(path, monkeypatch, program):
    with Connector(path) as connector:
        deque(connector.connect_all(), maxlen=0)
        alone = connector.story("wire")
        monkeypatch.setattr(preparing.sys, "executable", program)
        monkeypatch.setattr(
            connecting, "prepared_ahead", lambda store, numbers: prepared_ahead(store, numbers, least=1)
        )
        assert list(connector.connect_all(anew=True)) == ["1", "2", "3", "4"]
        assert connector.story("wire") == alone


def test_a_process_that_is_not_needed_any_more_is_ended(path):
    ahead = prepared_ahead(path, ["1", "2", "3"], least=1)
    next(ahead)
    ahead.close()
    assert list(ahead) == []
