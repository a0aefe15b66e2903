"""Rules tell each statement once, one message a story; wrong rules are told; feeds and messages hold what fired."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from onrecord.alerting import notify, read_rules, run_alerts, send_waiting
from onrecord.alerting.feed import atom_feed
from onrecord.cli import main
from onrecord.connecting import Connector
from onrecord.errors import UsageError
from onrecord.records import Act, BlockRole, Event, EventType, Moment, Party, Reading, Span, Speaker, SpeakerBasis
from onrecord.store import Store
from onrecord.store.alerts import AlertRow, Alerts
from onrecord.track.alerts import Alert
from tests.fixtures.readings import MODELS, make_article, make_page, say

NOW = "2031-03-09T10:00:00+00:00"
THREAT = "Ada Brun of the harbour board of Velm threatened traders: she would close the eastern quay of Velm by force."
THREAT_AGAIN = (
    "The eastern quay of Velm would be closed by force, Ada Brun of the harbour board told traders of Velm once more."
)
PLEDGE = (
    "Jon Maro promised herons a new pond, with reeds and an island, in the northern park of Kveld before the autumn."
)


def reading(name: str, text: str, content: str, *, day: str, act: Act = Act.THREATEN, target: str | None = None):
    page = make_page(text, path=f"{name}.html", id_=name)
    article = make_article(
        page,
        [(BlockRole.BODY, text)],
        published=Moment(value=day, basis="by hand"),
        outlet="Post",
        url="https://p.example",
    )
    targets = (Speaker(name=target, basis=SpeakerBasis.NAME),) if target else ()
    speaker = "Jon Maro" if "Maro" in text else "Ada Brun"
    said = say(text, "s1", content, speaker=speaker, act=act, targets=targets)
    event = Event(
        id="e1", type=EventType.THREATEN, cameo="13", goldstein=-7.0, score=-7.0, quad=3, confidence=0.9,
        actor=(Party(name="Velm", country="VLM"),), trigger=Span(0, 3), evidence=Span(0, 20),
    )  # fmt: skip
    events = (event,) if act is Act.THREATEN else ()
    return page, Reading(article=article, statements=(said,), events=events, models=MODELS)


FIRST = reading(
    "a1", THREAT, "she would close the eastern quay of Velm by force", day="2031-03-02", target="the traders"
)
SECOND = reading("a2", THREAT_AGAIN, "The eastern quay of Velm would be closed by force", day="2031-03-03")
THIRD = reading("a3", PLEDGE, "herons a new pond", day="2031-03-03", act=Act.COMMIT)


def add(path: Path, *pages) -> Path:
    with Store.open(path) as store, Connector(path) as connector:
        for page, made in pages:
            connector.connect_article(store.add(page, made).article_id)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return add(tmp_path / "store.db", FIRST, THIRD)


def book(tmp_path: Path, text: str):
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    return read_rules(file)


def fired(path: Path, rules, **options) -> list[str | None]:
    return [alert.article for _, alert in run_alerts(path, rules, now=NOW, **options)]


@pytest.mark.parametrize(
    ("rule", "articles"),
    [
        ('query = "act:threaten"', ["a1"]),
        ('query = "quay"', ["a1"]),
        ('query = "since:2032"', []),
        ('statement = { "speaker.name" = "jon maro" }', ["a3"]),
        ('statement = { act = ["threaten", "commit"], confidence = ">=0.5" }', ["a1", "a3"]),
        ("statement = { hedged = true }", []),
        ("statement = { confidence = '>0.95' }", []),
        ('statement = { "targets.name" = "*" }', ["a1"]),
        ('target = "Traders"', ["a1"]),
        ('target = "raders"', []),
        ('event = { type = "THREATEN", "actor.country" = "VLM" }', ["a1"]),
        ("event = { score = '<-8' }", []),
        ('query = "act:commit"\nevent = { quad = 3 }', []),
    ],
)
def test_what_a_rule_asks_for(path, tmp_path, rule, articles):
    assert fired(path, book(tmp_path, f'[[rule]]\nname = "r"\n{rule}')) == articles


def test_a_statement_is_told_once_whatever_the_next_reader_calls_it(path, tmp_path):
    rules = book(tmp_path, '[[rule]]\nname = "r"\nper = "statement"\nquery = "act:threaten"')
    assert fired(path, rules) == ["a1"]
    assert fired(path, rules) == []
    page, made = FIRST
    (said,) = made.statements
    shorter = msgspec.structs.replace(said, id="s7", content=(Span(said.content[0].start + 4, said.content[0].end),))
    newer = msgspec.structs.replace(MODELS, reader="by hand 2")
    add(path, (page, msgspec.structs.replace(made, statements=(shorter,), models=newer)))
    assert fired(path, rules) == []


@pytest.mark.parametrize(("per", "articles"), [("story", []), ("statement", ["a2"])])
def test_a_story_is_told_once_unless_every_statement_is_asked_for(path, tmp_path, per, articles):
    rules = book(tmp_path, f'[[rule]]\nname = "r"\nper = "{per}"\nquery = "act:threaten"')
    fired(path, rules)
    add(path, SECOND)
    with Connector(path, read_only=True) as connector:
        assert connector.story("a2").id == "a1"
    assert fired(path, rules) == articles
    assert fired(path, rules) == []


def test_one_message_stands_for_all_places_of_a_story(path, tmp_path):
    add(path, SECOND)
    ((_, alert),) = run_alerts(path, book(tmp_path, '[[rule]]\nname = "r"\nquery = "act:threaten"'), now=NOW)
    assert (alert.article, alert.more, alert.quotation) == (
        "a1",
        1,
        "she would close the eastern quay of Velm by force",
    )
    assert THREAT[alert.span.start : alert.span.end] == alert.quotation


@pytest.mark.parametrize(
    ("head", "link"),
    [("", "https://p.example"), ('link = "https://desk.example/"', "https://desk.example/articles/a1#s1")],
)
def test_an_alert_links_to_the_words(path, tmp_path, head, link):
    ((_, alert),) = run_alerts(path, book(tmp_path, f'{head}\n[[rule]]\nname = "r"\nquery = "act:threaten"'), now=NOW)
    assert alert.link == link


def test_a_period_over_a_threshold_is_told_once(path, tmp_path):
    rules = book(tmp_path, '[[rule]]\nname = "r"\nindex = { by = "day", threats = 150, min_articles = 1 }')
    ((_, alert),) = run_alerts(path, rules, now=NOW)
    assert (alert.title, alert.day) == ("threats, day of 2031-03-02", "2031-03-02")
    assert fired(path, rules) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "rule"),
        ("rule = []", "has no rule"),
        ('[[rule]]\nname = "r"', "asks for nothing"),
        ('[[rule]]\nname = " "\nquery = "x"', "not blank"),
        ('[[rule]]\nname = "r"\nquery = "x"\n[[rule]]\nname = "r"\nquery = "y"', "two rules"),
        ('[[rule]]\nname = "r"\nquery = "act:shout"', "act:shout"),
        ('[[rule]]\nname = "r"\nstatement = { speeker = "x" }', "no field 'speeker'"),
        ('[[rule]]\nname = "r"\nstatement = { "speaker.nam" = "x" }', "no field 'speaker.nam'"),
        ('[[rule]]\nname = "r"\nindex = {}', "no threshold"),
        ('[[rule]]\nname = "r"\nindex = { changes = true }\nquery = "x"', "do not go with index"),
        ('[[rule]]\nname = "r"\nevent = { quad = 1 }\nstatement = { act = "deny" }', "make two rules"),
        ('link = "javascript:1"\n[[rule]]\nname = "r"\nquery = "x"', "https://"),
        ('[[rule]]\nname = "r"\nquery = "x"\ncolour = 1', "colour"),
        ("[[", "reference/alerts.md"),
    ],
)
def test_wrong_rules_are_told_with_what_to_do(tmp_path, capsys, text, told):
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["alerts", "test", str(tmp_path / "rules.toml"), str(tmp_path / "no.db")])
    assert left.value.code == 2
    assert told in " ".join(capsys.readouterr().err.split())


def test_what_is_sent_is_sent_once_and_what_failed_is_tried_again(path, tmp_path):
    rules = book(tmp_path, 'send = ["json://x"]\n[[rule]]\nname = "r"\nquery = "act:threaten"')
    fired(path, rules)
    assert send_waiting(path, rules, lambda alert, to: to != ("json://x",)) == (0, 1)
    assert send_waiting(path, rules, lambda alert, to: True) == (1, 0)
    assert send_waiting(path, rules, lambda alert, to: True) == (0, 0)


def test_what_was_being_sent_when_the_process_died_is_not_sent_again(path, tmp_path):
    rules = book(tmp_path, 'send = ["json://x"]\n[[rule]]\nname = "r"\nquery = "act:threaten"')
    fired(path, rules)
    with pytest.raises(KeyboardInterrupt):
        send_waiting(path, rules, lambda alert, to: (_ for _ in ()).throw(KeyboardInterrupt))
    assert send_waiting(path, rules, lambda alert, to: True) == (0, 0)
    with Alerts(path, read_only=True) as kept:
        assert [row.state for row in kept.rows()] == ["sending"]


def test_what_is_only_noted_is_never_told(path, tmp_path):
    rules = book(tmp_path, 'send = ["json://x"]\n[[rule]]\nname = "r"\nquery = "act:threaten"')
    fired(path, rules, is_seen=True)
    assert fired(path, rules) == []
    assert send_waiting(path, rules, lambda alert, to: True) == (0, 0)


def test_a_feed_holds_any_text():
    alert = Alert(
        rule="r & <b>", title="]]>", quotation="a\x00b\ud800 “ж”", article="a1", link="https://x.example/?a=1&b=2"
    )
    record = msgspec.json.encode(msgspec.structs.replace(alert, quotation="a\x00b “ж”")).decode()
    feed = ET.fromstring(atom_feed([AlertRow(1, "r", NOW, "new", record)], now=NOW))
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.findtext(f"{atom}entry/{atom}summary") == "“ab “ж””"
    assert feed.findtext(f"{atom}entry/{atom}title") == "r & <b>: ]]>"
    assert feed.find(f"{atom}entry/{atom}link").get("href") == "https://x.example/?a=1&b=2"


def test_a_message_has_quotation_place_and_link():
    alert = Alert(rule="r", title="Ada", quotation="no", article="a1", statement="s1", link="https://x.example", more=2)
    assert notify.message_of(alert) == ("[r] Ada", "“no”\n\na1 · s1\n\nhttps://x.example\n\n2 more in the same story")


def test_the_commands_test_run_and_list(path, tmp_path, capsys):
    rules = tmp_path / "rules.toml"
    rules.write_text('feed = "out.xml"\n[[rule]]\nname = "Threats"\nquery = "act:threaten"', encoding="utf-8")

    def run(*arguments) -> str:
        with pytest.raises(SystemExit) as left:
            main(["alerts", *map(str, arguments)])
        assert left.value.code == 0
        return capsys.readouterr().out

    assert run("list", path) == "No alert was raised yet.\n"
    for _ in range(2):
        assert run("test", rules, path).endswith("Threats: would have fired 1 time\n")
    shown = run("run", rules, path)
    assert shown.startswith("[Threats] Ada Brun: threaten · Post\n    “she would close the eastern quay")
    assert shown.endswith("1 alert raised\n")
    assert run("test", rules, path) == "Threats: would have fired 0 times\n"
    assert json.loads(run("list", path, "--format", "jsonl"))["state"] == "kept"
    assert b"she would close" in (tmp_path / "out.xml").read_bytes()


@pytest.mark.filterwarnings("ignore::DeprecationWarning:apprise")
@pytest.mark.filterwarnings("ignore:.imghdr. is deprecated")
@pytest.mark.parametrize(("address", "told"), [("$NOWHERE", "NOWHERE is not set"), ("pigeon://secret", "pigeon://...")])
def test_addresses_are_checked_before_anything_fires(address, told):
    pytest.importorskip("apprise")
    with pytest.raises(UsageError, match="send: ") as error:
        notify.check_addresses([address], {})
    assert told in str(error.value)
    assert "secret" not in str(error.value).split("such as")[0]
