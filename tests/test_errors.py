"""The error tree: drawn at the top of errors.py, told in docs/reference/errors.md, with codes that scripts can test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onrecord import errors
from onrecord.errors import DamagedInput, InputError, MissingInput, OnrecordError

PAGE = Path(__file__).parent.parent / "docs/reference/errors.md"
CLASSES = [getattr(errors, name) for name in errors.__all__]


def descendants(kind: type) -> set[type]:
    return {kind}.union(*(descendants(child) for child in kind.__subclasses__()))


def test_every_error_comes_from_one_root():
    assert all(issubclass(kind, OnrecordError) for kind in CLASSES)


def test_every_error_of_the_module_is_exported_save_the_base_that_carries_the_place():
    own = {kind for kind in descendants(OnrecordError) if kind.__module__ == errors.__name__}
    assert own - set(CLASSES) == {InputError}


def test_codes_are_stable_words_and_no_two_errors_share_one():
    codes = [kind.code for kind in CLASSES]
    assert len(set(codes)) == len(codes)
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(-[a-z]+)*", code)] == []


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_says_when_it_happens(kind):
    assert kind.__doc__


def test_the_tree_at_the_top_of_the_module_is_the_true_one():
    drawn, stack = {}, [("", -1)]
    for line in errors.__doc__.split("\n\n")[1].splitlines():
        name = re.search(r"[A-Z]\w+", line)
        while stack[-1][1] >= name.start():
            stack.pop()
        drawn[name.group()] = stack[-1][0]
        stack.append((name.group(), name.start()))
    true = {kind.__name__: kind.__mro__[1].__name__ for kind in CLASSES}
    true = {name: "OnrecordError" if base == "InputError" else base for name, base in true.items()}
    assert drawn == true | {"OnrecordError": ""}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_and_its_code_are_documented(kind):
    page = PAGE.read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if f"`{kind.__name__}`" in line]
    assert lines, f"{kind.__name__} is not in {PAGE.name}"
    assert any(f"`{kind.code}`" in line for line in lines), f"no line of {PAGE.name} ties the two together"


def test_the_page_documents_no_error_that_does_not_exist():
    first_cells = re.findall(r"^\| `([A-Z]\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(first_cells) <= set(errors.__all__)


def test_an_input_error_carries_the_place_and_says_it():
    error = DamagedInput("pages.jsonl", "line is not JSON; mend or remove it", offset=120)
    assert (error.path, error.reason, error.offset) == ("pages.jsonl", "line is not JSON; mend or remove it", 120)
    assert str(error) == "pages.jsonl, byte 120: line is not JSON; mend or remove it"


def test_the_start_of_an_input_is_not_worth_a_byte_number():
    assert str(MissingInput("a.html", "no such file")) == "a.html: no such file"
