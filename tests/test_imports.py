"""The import rules stand in pyproject.toml ([tool.importlinter]); here is what they cannot say."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/onrecord"
PURE_STAGES = ["clean", "reading", "connect", "track"]
PURE = sorted(path for stage in PURE_STAGES for path in (SOURCE / stage).rglob("*.py"))

# import-linter sees whole packages of the standard library only; these are parts of otherwise harmless ones.
IMPURE_MODULES = {"urllib.request", "importlib.resources", "concurrent.futures"}
IMPURE_CALLS = {
    "open": "reads or writes a file",
    "input": "asks the user",
    "print": "writes to the terminal",
    "datetime.now": "asks the clock",
    "datetime.utcnow": "asks the clock",
    "datetime.today": "asks the clock",
    "date.today": "asks the clock",
}


def impurities(source: str) -> Iterator[str]:
    """Calls and imports of a module that touch the world."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in IMPURE_MODULES)
        elif isinstance(node, ast.ImportFrom):
            yield from {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)} & IMPURE_MODULES
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            yield from (
                f"{call}: {why}" for call, why in IMPURE_CALLS.items() if name == call or name.endswith(f".{call}")
            )


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_pure_stages_never_touch_the_world(path):
    assert list(impurities(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("stage", PURE_STAGES)
def test_the_pure_stages_are_where_they_are_looked_for(stage):
    assert any(path.is_relative_to(SOURCE / stage) for path in PURE)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("open('x')", ["open: reads or writes a file"]),
        ("import datetime; datetime.datetime.now()", ["datetime.now: asks the clock"]),
        ("from urllib import request", ["urllib.request"]),
        ("import urllib.request", ["urllib.request"]),
        ("from urllib.parse import urlsplit", []),
        ("from datetime import date; date(2021, 1, 7)", []),
        ("self.reopen('x')", []),
    ],
)
def test_what_counts_as_touching_the_world(source, found):
    assert list(impurities(source)) == found


def test_the_rules_leave_no_top_level_module_out():
    """import-linter fails on a module without a place as long as the contract is exhaustive; it has to stay so."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = [contract for contract in contracts if contract["type"] == "layers"]
    assert layers["exhaustive"] is True
    assert layers["containers"] == ["onrecord"]
    assert "exhaustive_ignores" not in layers
    assert all("ignore_imports" not in contract for contract in contracts)


@pytest.mark.parametrize("word", ["util", "utils", "helper", "helpers", "common", "misc", "manager", "tools", "base"])
def test_there_is_no_junk_drawer(word):
    assert [path.name for path in SOURCE.rglob("*.py") if path.stem == word or path.stem.endswith(f"_{word}")] == []


def test_no_file_is_longer_than_500_lines():
    code = [*SOURCE.rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py"), *(ROOT / "training").rglob("*.py")]
    assert {path.name: n for path in code if (n := len(path.read_text(encoding="utf-8").splitlines())) > 500} == {}
