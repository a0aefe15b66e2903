"""docs/reference/records.md is the specification: it and records.py must say the same, both ways."""

from __future__ import annotations

import re
import types
import typing
from enum import StrEnum
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord import records
from onrecord.records import Act, Article, Models, Origin, Reading, Span, Speaker, SpeakerBasis, Statement

PAGE = Path(__file__).parent.parent / "docs/reference/records.md"
HEADING = re.compile(r"^### `(\w+)`$", re.MULTILINE)
ROW = re.compile(r"^\| `([^`]+)` \|(.+)\|$", re.MULTILINE)
PLAIN = {str: "text", int: "integer", float: "number", bool: "true or false", bytes: "bytes"}


def read_sections() -> dict[str, dict[str, list[str]]]:
    """Heading -> first cell -> the other cells, as the page has them."""
    parts = HEADING.split(PAGE.read_text(encoding="utf-8"))
    return {
        name: {first: [cell.strip() for cell in rest.split("|")] for first, rest in ROW.findall(body)}
        for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def describe(hint: object) -> str:
    """A type as the page words it."""
    if hint in PLAIN:
        return PLAIN[hint]
    if typing.get_origin(hint) is tuple:
        return f"list of {describe(typing.get_args(hint)[0])}"
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return " or ".join("null" if part is types.NoneType else describe(part) for part in typing.get_args(hint))
    return f"`{hint.__name__}`"


SECTIONS = read_sections()
EXPORTED = {name: getattr(records, name) for name in records.__all__}
STRUCTS = {name: kind for name, kind in EXPORTED.items() if issubclass(kind, msgspec.Struct)}
ENUMS = {name: kind for name, kind in EXPORTED.items() if issubclass(kind, StrEnum)}


def test_the_page_and_the_module_name_the_same_records():
    assert set(SECTIONS) == set(EXPORTED) == {*STRUCTS, *ENUMS}


def test_every_record_of_the_module_is_exported():
    own = {name for name, thing in vars(records).items() if getattr(thing, "__module__", "") == records.__name__}
    assert {name for name in own if not name.startswith("_")} == set(records.__all__)


@pytest.mark.parametrize("name", sorted(STRUCTS))
def test_the_page_gives_the_fields_of_a_record_in_order_with_their_types(name):
    hints = typing.get_type_hints(STRUCTS[name])
    written = {field: cells[0] for field, cells in SECTIONS[name].items()}
    assert written == {field: describe(hints[field]) for field in STRUCTS[name].__struct_fields__}
    assert list(written) == list(STRUCTS[name].__struct_fields__)


@pytest.mark.parametrize("name", sorted(ENUMS))
def test_the_page_gives_the_values_of_a_closed_list_in_order(name):
    assert list(SECTIONS[name]) == [member.value for member in ENUMS[name]]


@pytest.mark.parametrize("name", sorted(EXPORTED))
def test_every_field_and_value_has_a_meaning(name):
    column = 1 if name in STRUCTS else 0
    assert [first for first, cells in SECTIONS[name].items() if not cells[column]] == []


@pytest.mark.parametrize("name", sorted(set(STRUCTS) - {"Span"}))
def test_records_are_frozen_and_refuse_unknown_fields(name):
    config = STRUCTS[name].__struct_config__
    assert config.frozen
    assert config.forbid_unknown_fields


def reading_of(text: str, *statements: Statement, title: str | None = None) -> Reading:
    article = Article(id="a1", title=title, text=text, origin=Origin(path="a.txt", sha256="0" * 64))
    return Reading(article=article, statements=statements, models=Models(onrecord="0", reader="r", blocks="b"))


spans = st.tuples(st.integers(0, 500), st.integers(1, 50)).map(lambda pair: Span(pair[0], sum(pair)))
statements = st.builds(
    Statement,
    id=st.from_regex(r"s[1-9]\d?", fullmatch=True),
    content=st.lists(spans, min_size=1, max_size=3).map(tuple),
    source=st.lists(spans, max_size=2).map(tuple),
    cue=st.lists(spans, max_size=2).map(tuple),
    speaker=st.none() | st.builds(Speaker, name=st.text(max_size=20), basis=st.sampled_from(SpeakerBasis)),
    act=st.sampled_from(Act),
    confidence=st.floats(0, 1),
)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(statements, max_size=4))
def test_a_reading_survives_the_way_through_json(text, found):
    reading = reading_of(text, *found)
    assert msgspec.json.decode(msgspec.json.encode(reading), type=Reading) == reading


def test_a_span_is_written_as_two_numbers():
    assert msgspec.json.encode(Span(8, 39)) == b"[8,39]"


def test_a_reading_shows_its_statements_in_a_notebook():
    speaker = Speaker(name="Ada <Minister>", basis=SpeakerBasis.NAME)
    statement = Statement(
        id="s1", kind="direct", content=(Span(0, 9),), speaker=speaker, act=Act.COMMIT, confidence=0.9
    )
    html = reading_of("“I will,” she said & left.", statement, title="A <b>vow</b>")._repr_html_()
    assert "<h3>A &lt;b&gt;vow&lt;/b&gt;</h3>" in html
    assert re.search(r'<mark title="Ada &lt;Minister&gt;: commit"[^>]*>“I will,”</mark> she said &amp; left.', html)
    assert "<b>Ada &lt;Minister&gt;: commit, 90%</b><br>“I will,”" in html


def test_a_statement_without_a_speaker_is_shown_as_unnamed():
    statement = Statement(id="s1", kind="indirect", content=(Span(0, 2),), confidence=0.5)
    html = reading_of("It is said.", statement)._repr_html_()
    assert re.search(r'<mark title="unnamed: assert"[^>]*>It</mark>', html)
