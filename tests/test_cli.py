"""The command line: what it prints where, and with which exit code."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import onrecord
from onrecord.cli import app, main
from onrecord.cli.report import Tally, write_labelled
from onrecord.cli.safe import safe_line, safe_text
from onrecord.cli.view import reading_view
from onrecord.errors import DamagedInput, StoreError, UsageError
from onrecord.records import Article, Reading, Rejected, Speaker, SpeakerBasis, Stage
from onrecord.store import Store
from tests.fixtures.readings import kim_story, make_page, make_plain, say

COMMANDS = ["try", "read", "clean", "add", "collect", "watch", "show", "search", "serve", "export", "mcp"]


class Done(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_command(*arguments: object) -> Done:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return run_command


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "talks.db"
    with Store.open(path) as opened:
        opened.add(*kim_story())
    return path


def shown(reading: Reading, *, colour: bool = False) -> str:
    console = Console(file=io.StringIO(), width=100, color_system="standard" if colour else None, force_terminal=colour)
    with console.capture() as capture:
        console.print(reading_view(reading, colour=colour))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


# ------------------------------------------------------------------------------------------------- help and usage


def test_help_names_every_command_and_shows_examples(run):
    done = run("--help")
    assert done.status == 0
    assert all(re.search(rf"^  {command} ", done.out, re.MULTILINE) for command in COMMANDS)
    assert "onrecord read page.html" in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_shows_examples(run, command):
    done = run(command, "--help")
    assert (done.status, f"  onrecord {command} " in done.out or f"  onrecord {command}\n" in done.out) == (0, True)


def test_help_loads_nothing_heavy():
    script = (
        "import sys\nfrom onrecord.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'onnxruntime', 'lxml', 'fastapi', 'apsw', 'trafilatura'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or None)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=30)


@pytest.mark.parametrize("arguments", [["--version"], ["--version", "read"]])
def test_version(run, arguments):
    assert run(*arguments) == Done(0, f"onrecord {onrecord.__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["read"], ["read", "--nonsense", "x"], ["read", "x", "--format", "xml"], ["serve", "--port", "x"]],
)
def test_wrong_usage_is_told_with_exit_code_2(run, arguments):
    done = run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert "Error:" in done.err


def test_every_command_and_option_is_in_the_reference(root):
    page = (root / "docs/reference/cli.md").read_text(encoding="utf-8")
    options = re.findall(r"typer\.Option\([^)]*?\"(--[\w/-]+)\"", Path(app.__file__).read_text(encoding="utf-8"))
    names = [f"`onrecord {command}" for command in COMMANDS] + [f"`{name}" for name in options]
    assert [name for name in names if name not in page] == []


# --------------------------------------------------------------------------------------------------- rejections


def test_a_missing_file_is_one_line_and_exit_code_1(run):
    done = run("read", "gone.html")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("rejected: gone.html: [missing-input] no such file")
    assert done.err.count("\n") == 1


def test_more_than_one_input_is_summed_up(run, tmp_path):
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = run("read", "gone.html", tmp_path / "picture.html")
    assert done.err.splitlines()[-1] == "2 in = 0 read + 2 rejected"


def test_a_rejection_tells_the_offset_and_hides_control_characters(capsys):
    tally = Tally("read")
    tally.reject(Rejected(path="a\x1b[31m\nb", stage=Stage.CLEAN, code="clean", reason="why\r\nso", offset=9))
    assert tally.close() == 1
    assert capsys.readouterr().err == "rejected: a␛[31m b, byte 9: [clean] why so\n"


# ------------------------------------------------------------------------------------------------------- the view


def test_the_view_without_colour_brackets_what_is_said_and_lists_it():
    view = shown(kim_story()[1])
    assert view.startswith("Kim pledges a bigger fleet at shipyard visit\nHarbour Press")
    assert "vowed [2 to double the number of patrol ships" in view.replace("\n  ", " ")
    assert "    2  Kim Jong Un  via Korean Central News Agency   COMMIT   indirect, 93%" in view.splitlines()


def test_flags_and_split_quotations_are_shown():
    view = shown(kim_story()[1])
    assert "ASSESS  hedged" in view
    assert "“We will build them faster than anyone can count them,” … “And we will not ask for leave.”" in view


def test_the_view_with_colour_has_numbers_instead_of_brackets():
    view = shown(kim_story()[1], colour=True)
    assert "\x1b[" in view
    assert "[2 to double" not in re.sub(r"\x1b\[[\d;]*m", "", view)


def test_a_page_without_statements_says_so():
    view = shown(make_plain("Nothing was said.", title="Silence")[1])
    assert "No statements found." in view


def test_what_the_view_must_say_of_doubtful_pages():
    reading = make_plain("Menu", title="Menu")[1]
    article = msgspec.structs.replace(reading.article, is_article=False, reason="no text", limits_hit=("text_chars",))
    view = shown(msgspec.structs.replace(reading, article=article))
    assert "perhaps no article: no text" in view
    assert "cut at a limit: text_chars" in view


def test_a_language_the_reader_did_not_learn_is_told():
    reading = make_plain("Der Minister sagte es.")[1]
    german = msgspec.structs.replace(reading, article=msgspec.structs.replace(reading.article, language="de"))
    assert "the reader learned English only" in shown(german)
    assert "the reader learned English only" not in shown(kim_story()[1])


def test_what_is_not_in_the_text_is_counted_by_role():
    assert re.search(r"^kept beside the text: 1 title, .*1 caption", shown(kim_story()[1]), re.MULTILINE)


@pytest.mark.parametrize(
    ("confidence", "words"), [(0.93, "indirect, 93%"), (0.31, "unsure, 31%"), (0.0001, "unsure, under 1%")]
)
def test_doubt_is_told_in_words(confidence, words):
    text = "It rains, she said."
    statement = msgspec.structs.replace(say(text, "s1", "It rains", source="she"), confidence=confidence)
    assert words in shown(msgspec.structs.replace(make_plain(text)[1], statements=(statement,)))


@pytest.mark.parametrize(
    ("basis", "line"),
    [
        (SpeakerBasis.PRONOUN, "Ada Roth (she)"),
        (SpeakerBasis.SIGNED, "Ada Roth (signed)"),
        (SpeakerBasis.SHORT_NAME, "Ada Roth   ASSERT"),
    ],
)
def test_how_a_speaker_was_found_is_shown(basis, line):
    text = "It rains, she said."
    statement = say(text, "s1", "It rains", source="she")
    statement = msgspec.structs.replace(statement, speaker=Speaker(name="Ada Roth", basis=basis))
    assert line in shown(msgspec.structs.replace(make_plain(text)[1], statements=(statement,)))


def test_a_nested_statement_is_listed_below_the_one_it_lies_in():
    text = "One two three four five six."
    statements = (say(text, "s1", "One two"), say(text, "s2", "three"), say(text, "s3", "two", within="s1"))
    lines = shown(msgspec.structs.replace(make_plain(text)[1], statements=statements)).splitlines()
    assert [line[:6].strip()[:1] for line in lines if re.match(r" *\d  ", line)] == ["1", "3", "2"]


def test_no_escape_of_a_page_reaches_the_terminal():
    text = "\x1b]0;owned\x07The minister\x9b said \u202ethat\u202c he would.\r\n"
    page = make_page(text)
    reading = make_plain(text, title="\x1b[2J")[1]
    statement = say(text, "s1", "he would", source="The minister\x9b")
    view = shown(msgspec.structs.replace(reading, statements=(statement,)))
    assert page.data
    assert not set("\x1b\x07\x9b\u202e\r") & set(view)


@given(st.text())
def test_safe_text_keeps_lines_and_no_control_character(text):
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", safe_text(text))
    assert "\n" not in safe_line(text)


def test_deep_nesting_leaves_room_for_words():
    text = "word " * 40
    reading = make_plain(text)[1]
    statements = [say(text, f"s{number}", "word", within=f"s{number - 1}") for number in range(40)]
    assert "word" in shown(msgspec.structs.replace(reading, statements=tuple(statements)))


# ---------------------------------------------------------------------------------------------------- the store


def test_show_prints_a_stored_reading(run, store):
    page, reading = kim_story()
    done = run("show", page.id, "--store", store)
    assert done.status == 0
    assert "Kim pledges a bigger fleet" in done.out
    as_json = run("show", page.id, "--store", store, "--format", "jsonl")
    assert msgspec.json.decode(as_json.out, type=Reading) == reading


def test_show_of_an_unknown_article_is_one_line(run, store):
    done = run("show", "nothing", "--store", store)
    assert (done.status, done.out, done.err.count("\n")) == (3, "", 1)
    assert "nothing" in done.err


def test_search_shows_who_said_it_and_where(run, store):
    done = run("search", "patrol", "ships", "--store", store)
    assert done.status == 0
    assert "Kim Jong Un  via Korean Central News Agency  COMMIT" in done.out
    assert not re.search(r" $", done.out, re.MULTILINE)
    assert kim_story()[0].id in done.out


def test_search_that_finds_nothing_says_so(run, store):
    assert run("search", "zebra", "--store", store) == Done(0, "Nothing found.\n", "")


@pytest.mark.parametrize("arguments", [["show", "x"], ["search", "x"], ["serve"]])
def test_a_store_that_is_not_there_is_wrong_usage(run, tmp_path, arguments):
    done = run(*arguments, "--store", tmp_path / "none.db")
    assert done.status == 2
    assert "Make one with: onrecord add" in done.err
    assert not (tmp_path / "none.db").exists()


def test_the_store_may_be_named_by_the_environment(run, store, monkeypatch):
    monkeypatch.setenv("ONRECORD_STORE", str(store))
    assert run("search", "patrol").status == 0


def test_a_file_that_is_no_store_is_one_line(run, tmp_path):
    (tmp_path / "talks.db").write_bytes(b"no store at all " * 100)
    done = run("search", "x", "--store", tmp_path / "talks.db")
    assert (done.status, done.err.count("\n")) == (3, 1)


# -------------------------------------------------------------------------------------------------- ends of all kinds


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (UsageError("too many pages"), 2, "error: too many pages\n"),
        (StoreError("talks.db: locked"), 3, "error: talks.db: locked\n"),
        (DamagedInput("x", "broken", offset=3), 3, "error: x, byte 3: broken\n"),
        (OSError(28, "No space left on device"), 3, "error: No space left on device\n"),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_every_error_is_one_line(run, monkeypatch, error, status, line):
    def fail(arguments):
        raise error

    monkeypatch.setattr(app, "run_app", fail)
    assert run("read", "x") == Done(status, "", line)


def test_a_bug_is_one_line_that_says_so_and_how_to_see_more(run, monkeypatch):
    monkeypatch.setattr(app, "run_app", lambda arguments: 1 // 0)
    monkeypatch.delenv("ONRECORD_DEBUG", raising=False)
    done = run("read", "x")
    assert done.status == 3
    assert re.fullmatch(
        r"error: this is a bug in onrecord \(ZeroDivisionError: .*\)\. Set ONRECORD_DEBUG=1 .*\n", done.err
    )


def test_a_bug_is_raised_while_debugging(monkeypatch):
    monkeypatch.setattr(app, "run_app", lambda arguments: 1 // 0)
    monkeypatch.setenv("ONRECORD_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["read", "x"])


def test_a_reader_who_goes_away_is_no_error(store):
    command = [sys.executable, "-m", "onrecord", "show", kim_story()[0].id, "--store", str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        err = process.stderr.read()
    assert (process.returncode, err) == (141, b"")


def test_a_terminal_that_knows_only_ascii_gets_escapes(store):
    command = [sys.executable, "-m", "onrecord", "show", kim_story()[0].id, "--store", str(store)]
    environment = {"PYTHONIOENCODING": "ascii", "PATH": ""}
    done = subprocess.run(command, capture_output=True, env=environment, timeout=30, check=True)
    assert rb"\u201cWe will build" in done.stdout


# ---------------------------------------------------------------------------------- with the models of the package


STORY = "HALDEN — The night ferry will stay, Transport Minister Ana Okoye said on Friday.\n\n"
STORY += "“I promise it,” Okoye told islanders.\n"


def test_read_prints_a_reading_a_line_and_takes_standard_input():
    command = [sys.executable, "-m", "onrecord", "read", "-", "--format", "jsonl"]
    done = subprocess.run(command, input=STORY.encode(), capture_output=True, timeout=60, check=True)
    reading = msgspec.json.decode(done.stdout, type=Reading)
    assert "“I promise it,”" in reading.article.text
    assert reading.article.origin.path == "-"
    assert done.stderr == b""


def test_as_is_keeps_the_text_to_the_letter(run, tmp_path):
    text = "  Two  blanks \u2028 and “marks” 🎉, he said.  "
    (tmp_path / "x.jsonl").write_text(json.dumps({"id": "a", "text": text}), encoding="utf-8")
    done = run("read", tmp_path / "x.jsonl", "--as-is", "--flat", "--format", "jsonl")
    reading = msgspec.json.decode(done.out, type=Reading)
    assert (reading.article.id, reading.article.text) == ("a", text)


def test_add_sums_up_and_knows_a_page_again(run, tmp_path):
    (tmp_path / "page.txt").write_text(STORY, encoding="utf-8")
    arguments = ["add", tmp_path / "page.txt", tmp_path / "gone", "--store", tmp_path / "s.db"]
    first, second = run(*arguments), run(*arguments)
    assert first.out.startswith("stored: ")
    assert first.err.splitlines()[-1] == "2 in = 1 stored + 0 duplicate + 1 rejected"
    assert second.err.splitlines()[-1] == "2 in = 0 stored + 1 duplicate + 1 rejected"
    with Store.open(tmp_path / "s.db") as opened:
        counts = opened.counts()
    assert counts.received == counts.stored + counts.duplicate + counts.quarantined == 4


def test_try_reads_every_sample(run):
    done = run("try", "--no-serve")
    assert done.status == 0
    assert "Fishing fleets face a winter ban" in done.out
    assert done.out.count("COMMIT") >= 3
    assert re.search(r"Oskar Velin  via .*Telegraph Agency", done.out)
    assert "Soren Halk (signed)   " in done.out
    assert done.err.splitlines()[-1] == "4 in = 4 stored + 0 duplicate + 0 rejected"


def test_python_reads_one_page(tmp_path):
    (tmp_path / "page.txt").write_text(STORY, encoding="utf-8")
    reading = onrecord.read(tmp_path / "page.txt")
    assert "<mark" in reading._repr_html_()
    assert [result.article.id for result in onrecord.read_all([str(tmp_path)])] == [reading.article.id]


def test_python_reads_without_a_process_of_its_own(tmp_path):
    (tmp_path / "page.txt").write_text(STORY, encoding="utf-8")
    assert onrecord.read(tmp_path / "page.txt", isolate=False) == onrecord.read(str(tmp_path / "page.txt"))


# ------------------------------------------------------------------------------------------------ the labelled page


LABELLED = """<html><head><title>Terminal shuts | Velm Gazette</title>
<meta property="article:published_time" content="2031-01-06T09:30:00+01:00">
<meta property="article:section" content="Harbour">
</head><body><nav><a href="/">Islands</a></nav><article><h1>Terminal shuts before the winter</h1>
<figure><img src="https://velm.example/1.jpg"><figcaption>The pier \x1b[31m on Monday.</figcaption></figure>
<p>The harbour council said on Monday that it would close the old ferry terminal before winter storms come.</p>
<p>“We cannot ask people to wait under a roof that may not hold,” council leader Maren Oyelaran said.</p>
<p>Shipping companies said the decision had come too late and asked the government for a temporary pier.</p>
</article><footer>© 2031 Velm Gazette <script>alert(1)</script></footer></body></html>"""


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(LABELLED, encoding="utf-8")
    return path


def test_clean_shows_facts_with_their_evidence_and_every_block_with_its_role(run, labelled):
    done = run("clean", labelled)
    assert (done.status, done.err) == (0, "")
    assert re.search(
        r"^published +2031-01-06 09:30:00\+01:00  \(meta article:published_time\)$", done.out, re.MULTILINE
    )
    assert re.search(r"^section +Harbour$", done.out, re.MULTILINE)
    assert re.search(r"^CAPTION +The pier ␛\[31m on Monday\.\n +https://velm\.example/1\.jpg$", done.out, re.MULTILINE)
    assert len(re.findall(r"^BODY +", done.out, re.MULTILINE)) == 3
    assert re.search(r"^clutter +1 legal\n +© 2031 Velm Gazette$", done.out, re.MULTILINE)


def test_clean_shows_all_of_the_clutter_by_its_kinds_on_demand(run, labelled):
    done = run("clean", labelled, "--all")
    assert re.search(r"^navigation +Islands$", done.out, re.MULTILINE)
    assert re.search(r"^legal +© 2031 Velm Gazette$", done.out, re.MULTILINE)


def test_on_a_narrow_terminal_roles_stand_above_their_texts(run, labelled, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    done = run("clean", labelled)
    assert "\nBODY\n  The harbour council said" in done.out
    assert max(map(len, done.out.splitlines())) <= 40


def test_clean_writes_an_article_a_line(run, labelled):
    done = run("clean", labelled, "--format", "jsonl")
    article = msgspec.json.decode(done.out, type=Article)
    assert (article.section, article.title) == ("Harbour", "Terminal shuts before the winter")


def test_clean_tells_of_rejections_and_sums_up_as_read_does(run, labelled):
    done = run("clean", "gone.html", labelled)
    assert done.status == 1
    assert done.err.startswith("rejected: gone.html: [missing-input] no such file")
    assert done.err.splitlines()[-1] == "2 in = 1 cleaned + 1 rejected"


def test_clean_writes_one_page_that_needs_nothing_else(run, labelled, tmp_path):
    target = tmp_path / "labelled.html"
    done = run("clean", labelled, labelled, "--html", target)
    assert (done.status, done.out) == (0, "")
    assert done.err == f"wrote {target}\n2 in = 2 cleaned + 0 rejected\n"
    html = target.read_text(encoding="utf-8")
    assert html.count('<article class="sheet">') == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labelled.html", "page.html"]


def test_a_page_that_cannot_be_written_is_wrong_usage(run, labelled, tmp_path):
    done = run("clean", labelled, "--html", tmp_path / "no" / "folder.html")
    assert (done.status, done.out) == (2, "")
    assert "cannot be written" in done.err


def test_an_interrupted_page_leaves_nothing_behind(tmp_path):
    def break_off():
        yield kim_story()[1].article
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_labelled(tmp_path / "labelled.html", break_off())
    assert list(tmp_path.iterdir()) == []


# --------------------------------------------------------------------------------------------- export, search, serve


def test_export_writes_what_answers(run, store):
    done = run("export", store, "speaker:kim", "kind:direct", "--format", "jsonl")
    assert [json.loads(line)["statement_id"] for line in done.out.splitlines()] == ["s3"]
    assert (done.status, done.err) == (0, "")


def test_an_exported_file_appears_whole_or_not_at_all(run, store, tmp_path):
    done = run("export", store, "-o", tmp_path / "out.csv")
    assert (done.status, done.out) == (0, "")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfid,article_id,")
    assert run("export", store, "-o", tmp_path / "no" / "out.csv").status == 2
    assert sorted(path.name for path in tmp_path.glob("out*")) == ["out.csv"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["act:threat"], "At character 1, act:threat: did you mean threaten?"),
        (["--format", "csv", "--of", "readings"], "csv holds statements or articles or events, not readings"),
        (["--base", "nowhere"], "no address to begin names with"),
    ],
)
def test_what_cannot_be_exported_is_told(run, store, arguments, told):
    done = run("export", store, *arguments)
    assert (done.status, done.out) == (2, "")
    assert told in done.err


def test_exporting_a_store_that_is_not_there_is_wrong_usage(run, tmp_path):
    assert "there is no store" in run("export", tmp_path / "gone.db").err
    assert "there is no store" in run("mcp", tmp_path / "gone.db").err


def test_search_takes_filters_and_tells_a_wrong_one(run, store):
    assert "“We will build them" in run("search", "speaker:kim kind:direct", "--store", store).out
    done = run("search", "ships", "act:threat", "--store", store)
    assert (done.status, "At character 7, act:threat" in done.err) == (2, True)


def test_serving_others_without_a_token_is_refused(run, store, monkeypatch):
    monkeypatch.delenv("ONRECORD_TOKEN", raising=False)
    done = run("serve", "--host", "0.0.0.0", "--store", store)
    assert (done.status, "a token is needed" in done.err) == (2, True)
