"""What the documentation shows is run: every command, every Python example, every link.

A fenced block is told by its language: `console` blocks hold commands after "$ " (going on after "> ") and what they
print, `python` blocks run as they stand or as doctests, `json` blocks must be JSON. In a page all of them run one after
the other in one new folder. Comments on the line before a block steer: `<!-- file: NAME -->` writes the block into a
file, `<!-- status: N -->` expects that exit status, `<!-- not-run: REASON -->` leaves the block out.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
BLOCK = re.compile(r"^(?:<!-- ([\w-]+): (.+?) -->\n+)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
MAY_BE_LEFT_OUT = 12
COMMAND_LIMIT_S = 120
LENIENT = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Block(NamedTuple):
    """A fenced block of a page; `steer` is the comment before it, as (word, rest)."""

    line: int
    steer: tuple[str, str]
    language: str
    text: str


class Command(NamedTuple):
    """A shell command and the output shown under it; "..." stands for any."""

    text: str
    output: str


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(text.count("\n", 0, match.start()) + 1, (match[1] or "", match[2] or ""), match[3], match[4])
        for match in BLOCK.finditer(text)
    ]


def commands_of(block: str) -> list[Command]:
    commands: list[Command] = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            commands.append(Command(line[2:], ""))
        elif line.startswith("> ") and commands and not commands[-1].output:
            commands[-1] = commands[-1]._replace(text=commands[-1].text + line[2:])
        elif commands:
            commands[-1] = commands[-1]._replace(output=commands[-1].output + line)
    return commands


def environment_in(folder: Path) -> dict[str, str]:
    """A home of its own, and `onrecord` and `./onrecord` as commands that run the package under test."""
    launcher = folder / "onrecord"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m onrecord "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "HOME": str(folder), "COLUMNS": "100", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


def check_output(expected: str, got: str, where: str) -> None:
    if expected.strip():
        assert doctest.OutputChecker().check_output(expected, got, LENIENT), f"{where} printed:\n{got}"


def run_console(block: Block, folder: Path, where: str) -> None:
    wanted = int(block.steer[1]) if block.steer[0] == "status" else 0
    commands = commands_of(block.text)
    assert commands, f"{where}: no line of this block begins with '$ '"
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", command.text],
            cwd=folder,
            env=environment_in(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
        assert done.returncode == wanted, f"{where}: {command.text}ended with {done.returncode}:\n{done.stdout}"
        check_output(command.output, done.stdout, f"{where}: {command.text}")


def run_python(block: Block, folder: Path, where: str, names: dict[str, object]) -> None:
    if ">>>" not in block.text:
        exec(compile(block.text, where, "exec"), names)
        return
    test = doctest.DocTestParser().get_doctest(block.text, names, where, where, block.line)
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=LENIENT)
    runner.run(test, out=report.append, clear_globs=False)
    assert runner.failures == 0, "".join(report)
    names.update(test.globs)


def run_block(block: Block, folder: Path, where: str, names: dict[str, object]) -> None:
    word, rest = block.steer
    if word == "not-run":
        return
    if word == "file":
        (folder / rest).write_text(block.text, encoding="utf-8")
    elif block.language == "console":
        run_console(block, folder, where)
    elif block.language == "python":
        run_python(block, folder, where, names)
    elif block.language == "json":
        json.loads(block.text)


def as_printed(value: float) -> str:
    """Shares in per cent, large numbers whole, as `docs/reference/quality.md` prints them."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.1%}".replace("%", " %") if value <= 1 else f"{value:,.0f}" if value > 100 else f"{value:.2f}"


def read_figures(name: str) -> dict[str, float]:
    figures: dict[str, float] = json.loads((ROOT / f"benchmarks/results/{name}.json").read_text())["figures"]
    return figures


def test_the_figures_shown_are_those_measured():
    page = (ROOT / "docs" / "reference" / "quality.md").read_text(encoding="utf-8")
    rows = re.findall(r"\| ([^|]+) \| `(\w+)\.json` `([\w.]+)` \|$", page, re.MULTILINE)
    results = {name: read_figures(name) for _, name, _ in rows}
    assert {path.stem for path in (ROOT / "benchmarks" / "results").glob("*.json")} == set(results)
    assert [shown for shown, _, _ in rows] == [as_printed(results[name][key]) for _, name, key in rows]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_shows_is_what_happens(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks_of(page):
        run_block(block, tmp_path, f"{page.relative_to(ROOT)}:{block.line}", names)


def test_few_blocks_are_left_out_and_each_with_a_reason():
    left_out = [block for page in PAGES for block in blocks_of(page) if block.steer[0] == "not-run"]
    assert len(left_out) <= MAY_BE_LEFT_OUT
    assert all(len(block.steer[1].split()) >= 2 for block in left_out)


def test_comments_before_blocks_use_only_known_words():
    words = {block.steer[0] for page in PAGES for block in blocks_of(page)}
    assert words <= {"", "file", "status", "not-run"}


def anchors_of(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> list[str]:
    broken = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(page):
    assert broken_links(page) == []


def test_every_page_of_the_documentation_can_be_reached_from_its_index():
    index = ROOT / "docs/index.md"
    linked = {
        (index.parent / link.partition("#")[0]).resolve() for link in LINK.findall(index.read_text(encoding="utf-8"))
    }
    assert {page for page in (ROOT / "docs").rglob("*.md") if page != index} <= linked


def test_the_readme_opens_with_the_two_commands():
    first = blocks_of(ROOT / "README.md")[0]
    assert [command.text.split("#")[0].strip() for command in commands_of(first.text)] == ["./onrecord try", "./check"]


@pytest.mark.parametrize(
    ("block", "commands"),
    [
        ("$ onrecord try\nout\n", [("onrecord try\n", "out\n")]),
        ("$ cat > x <<END\n> a\n> END\n$ ls\n", [("cat > x <<END\na\nEND\n", ""), ("ls\n", "")]),
        ("$ a\none\n> quoted\n", [("a\n", "one\n> quoted\n")]),
        ("no command\n", []),
    ],
)
def test_how_a_console_block_is_read(block, commands):
    assert commands_of(block) == commands


def test_a_wrong_output_a_wrong_status_and_a_wrong_example_are_found(tmp_path):
    for block in (
        Block(1, ("", ""), "console", "$ echo one\ntwo\n"),
        Block(1, ("", ""), "console", "$ exit 3\n"),
        Block(1, ("status", "1"), "console", "$ true\n"),
        Block(1, ("", ""), "python", ">>> 1 + 1\n3\n"),
    ):
        with pytest.raises(AssertionError):
            run_block(block, tmp_path, "page", {})
