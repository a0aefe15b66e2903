"""Every colour of text can be read on the ground it stands on (WCAG 2.2, level AA: 4.5 to 1), by day and by night."""

from __future__ import annotations

import re
from importlib import resources

import pytest

SHEET = (resources.files("onrecord.serve") / "static" / "onrecord.css").read_text(encoding="utf-8")
DAY, NIGHT = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", part)) for part in SHEET.split("prefers-color-scheme: dark")[:2]
)
PAIRS = [
    *((ink, ground) for ink in ("ink", "quiet", "link") for ground in ("paper", "raised")),
    ("content-ink", "content"), ("source-ink", "source"), ("cue-ink", "cue"),
    ("chip-ink", "chip"), ("act-ink", "act"), ("warn-ink", "warn"),
    ("event-ink", "event"), ("gone-ink", "gone"), ("new-ink", "new"),
]  # fmt: skip
LINES = [
    ("source-line", "source"),
    ("cue-line", "cue"),
    ("focus", "paper"),
    ("content-line", "raised"),
    ("event-line", "event"),
]


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_can_be_read(colours, ink, ground):
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(("line", "ground"), LINES)
def test_lines_that_mean_something_can_be_seen(colours, line, ground):
    assert contrast(colours[line], colours[ground]) >= 3


@pytest.mark.parametrize("name", ["onrecord.css", "screens.css", "labelled.css"])
def test_a_sheet_needs_nothing_from_elsewhere(name):
    sheet = (resources.files("onrecord.serve") / "static" / name).read_text(encoding="utf-8")
    assert re.findall(r"url\(|@import", sheet) == []
