"""Every screen in a real Chromium: nothing runs that was not ours, everything works from the keyboard, all is small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import msgspec
import pytest

from onrecord.connecting import Connector
from onrecord.records import Act, Moment, Rejected, Span, Speaker, SpeakerBasis, Stage
from onrecord.store import Store
from onrecord.store.alerts import Alerts
from onrecord.store.corrections import Corrections, Verdict
from onrecord.track.alerts import Alert
from tests.fixtures.browser import NARROW, WIDE, give_up, serving
from tests.fixtures.payloads import PAYLOADS
from tests.fixtures.readings import emoji_story, kim_story, make_page, make_plain, say, world_stories
from tests.fixtures.stories import story_with_event, two_versions

pytestmark = pytest.mark.browser

MARKS = "Z\u0301oe\u0308 and \U0001f469\u200d\U0001f692\U0001f1f0\U0001f1f7 said it: “Go \U0001f6a2 on”, e\u0301ven so."
KIM, EVENT = kim_story()[0].id, story_with_event()[0].id
OLD, NEW = (page.id for page, _ in two_versions())
SCREENS = {
    "list": "/",
    "search": "/?q=kim",
    "wrong query": "/?q=act:x",
    "article": f"/articles/{KIM}?s=s2#s2",
    "event": f"/articles/{EVENT}?s=e1#e1",
    "statement": f"/statements/{KIM}/s2",
    "versions": f"/diff?old={OLD}&new={NEW}",
    "archive": f"/archive/{KIM}",
    "speakers": "/actors",
    "speaker": "/actors/name:Kim%20Jong%20Un",
    "comparison": "/compare?left=act:commit&right=-act:commit",
    "comparison to be": "/compare",
    "stories": "/stories",
    "alerts": "/alerts",
    "inbox": "/inbox",
    "quarantine": "/quarantine",
    "review": "/review?q=kim",
    "corrections": "/review/corrections",
    "missing": "/nope",
}
# Of a screen that answers with an error the browser says so on its console.
ERRORS = {"wrong query", "missing"}


def marked_story():
    page, reading = make_plain(MARKS, title="Marks", path="marks.html")
    said = say(reading.article.text, "s1", "“Go \U0001f6a2 on”", source="Z\u0301oe\u0308", speaker="Z\u0301oe\u0308")
    return page, msgspec.structs.replace(reading, statements=(said,))


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("screens") / "store.db"
    stories = [kim_story(), emoji_story(), *world_stories(), story_with_event(), marked_story(), *two_versions()]
    with Store.open(path) as store:
        for page, reading in stories:
            store.add(page, reading)
        store.reject(Rejected(path="bad.html", stage=Stage.CLEAN, code="no-article", reason="no running text"))
    return path


@pytest.fixture(scope="module")
def server(path, chromium) -> Iterator[str]:
    with serving(path) as address:
        yield address


@pytest.fixture
def tab(chromium):
    """A page with nothing around it, for those tests that watch it themselves."""
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


# --- how they look --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(SCREENS) - ERRORS))
def test_no_screen_is_wider_than_the_window_by_day_and_by_night(open_page, name):
    for viewport, scheme in ((WIDE, "light"), (NARROW, "dark")):
        page = open_page(SCREENS[name], viewport=viewport, scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert page.locator("main h1").count() >= 1
        page.context.close()


@pytest.fixture(scope="module")
def axe() -> str:
    try:
        import axe_playwright_python
    except ImportError:
        give_up("axe-playwright-python, which brings axe-core, is not installed")
    return next(Path(next(iter(axe_playwright_python.__path__))).rglob("axe.min.js")).read_text(encoding="utf-8")


def test_axe_finds_nothing_serious_on_any_screen_wide_and_narrow_by_day_and_by_night(tab, server, axe):
    found, passed = [], 0
    for viewport, scheme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")):
        tab.set_viewport_size(viewport)
        tab.emulate_media(color_scheme=scheme)
        for name, address in SCREENS.items():
            tab.goto(server + address)
            tab.evaluate(axe)
            told = tab.evaluate("axe.run()")
            passed += len(told["passes"])
            found += [
                (name, scheme, one["id"], one["nodes"][0]["html"])
                for one in told["violations"]
                if one["impact"] in ("serious", "critical")
            ]
    assert found == []
    assert passed > 20 * len(SCREENS)


@pytest.mark.parametrize("name", sorted(set(SCREENS) - ERRORS))
def test_the_first_load_of_a_screen_is_small_and_all_from_here(tab, server, name):
    answers = []
    tab.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  playwright takes no built-in function
    tab.goto(server + SCREENS[name], wait_until="load")
    assert {one.url.split("/")[2] for one in answers} == {server.split("/")[2]}
    assert sum(len(one.body()) for one in answers if one.ok) < 200_000


# --- pointing and marking -------------------------------------------------------------------------------------------


def test_the_pointer_shows_the_other_half_of_words_and_cards(open_page):
    page = open_page(f"/articles/{EVENT}")
    page.locator("#e1 .pick").hover()
    near = page.locator("#page-text .near").all_text_contents()
    assert "".join(near) == "Norland 🚢 threatened Suderland"
    page.locator("#page-text .on-record").first.hover()
    assert page.locator(".card.near").count() == 2


def test_a_click_on_an_event_marks_its_words_and_the_way_back_selects_its_statement(open_page):
    page = open_page(f"/articles/{EVENT}")
    page.locator("#e1 .pick").click()
    assert "".join(page.locator(".is-evidence[data-marks]").all_text_contents()) == "Norland 🚢 threatened Suderland"
    assert page.locator(".is-trigger").all_text_contents() == ["threatened"]
    page.get_by_role("link", name="told in statement 1").click()
    assert page.locator(".card.selected").get_attribute("id") == "s1"


def test_what_is_selected_is_what_the_record_says_with_emoji_and_combining_marks(open_page):
    page = open_page(f"/articles/{marked_story()[0].id}?s=s1")
    selected = page.evaluate("""() => {
      const pieces = document.querySelectorAll('#page-text .body .is-content');
      const range = document.createRange();
      range.setStartBefore(pieces[0]);
      range.setEndAfter(pieces[pieces.length - 1]);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return getSelection().toString();
    }""")
    said = marked_story()[1].statements[0]
    assert selected == MARKS[said.content[0].start : said.content[0].end]


@pytest.mark.parametrize(("first", "last"), [("Z\u0301oe\u0308", "said"), ("\U0001f469", "it:"), ("Go", "e\u0301ven")])
def test_words_marked_in_review_are_counted_in_code_points(open_page, first, last):
    page = open_page(f"/review?at={marked_story()[0].id}/s1")
    start, end = MARKS.index(first), MARKS.index(last) + len(last)
    page.evaluate(
        """([first, last]) => {
          const text = document.getElementById('text');
          text.normalize();
          const whole = text.textContent;
          const at = (offset) => {
            const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
              if (offset <= walker.currentNode.data.length) return [walker.currentNode, offset];
              offset -= walker.currentNode.data.length;
            }
          };
          const [a, b] = [at(whole.indexOf(first)), at(whole.indexOf(last) + last.length)];
          getSelection().setBaseAndExtent(...a, ...b);
          text.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
        }""",
        [first, last],
    )
    chosen = int(page.locator("#start").input_value()), int(page.locator("#end").input_value())
    assert chosen == (start, end)
    assert page.locator("#span").text_content() == MARKS[start:end]
    assert page.locator("#text").text_content() == MARKS


# --- from the keyboard ----------------------------------------------------------------------------------------------


def test_review_needs_no_mouse(open_page, path):
    page = open_page("/review?q=" + quote(f"article:{KIM}"))
    row = page.locator("[name=row]").input_value()
    page.keyboard.press("a")
    page.wait_for_selector("text=Accepted, by")
    assert page.locator("[name=row]").input_value() != row
    page.keyboard.press("u")
    page.wait_for_url("**at=**")
    assert page.locator("[name=row]").input_value() == row
    page.keyboard.press("s")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Ada Roth")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.keyboard.type("goal")
    page.keyboard.press("Escape")
    before = page.locator("#span").text_content()
    page.keyboard.press("{")
    assert page.locator("#span").text_content() == before.partition(" ")[2]
    page.keyboard.press("w")
    page.wait_for_selector("text=Put right, by")
    page.keyboard.press("r")
    page.wait_for_selector("text=Rejected, by")
    page.keyboard.press("n")
    page.wait_for_url("**after=**")
    with Corrections(path, read_only=True) as corrections:
        made = corrections.rows()[-3:]
    assert [one.verdict.value for one in made] == ["accept", "edit", "reject"]
    assert made[0].undone_by
    assert (made[1].corrected.speaker.name, made[1].corrected.act) == ("Ada Roth", Act.GOAL)


@pytest.mark.parametrize("name", sorted(set(SCREENS) - ERRORS))
def test_every_link_and_field_is_reached_by_tabbing(open_page, name):
    page = open_page(SCREENS[name])
    wanted = page.evaluate("""() => [...document.querySelectorAll('main a[href], main button, main input, main select')]
      .filter((one) => one.tabIndex >= 0 && one.type !== 'hidden' && one.checkVisibility()).length""")
    reached = set()
    for _ in range(wanted + 80):
        page.keyboard.press("Tab")
        number = page.evaluate("""() => {
          const at = document.activeElement;
          return at && at.matches('main a, main button, main input, main select')
            ? [...document.querySelectorAll('main *')].indexOf(at) : -1;
        }""")
        reached.add(number)
        if len(reached - {-1}) == wanted:
            break
    assert len(reached - {-1}) == wanted


def test_a_search_can_be_saved_and_found_again(open_page):
    page = open_page("/?q=act:commit")
    page.locator("#save-search").click()
    page.goto(page.url.split("/?")[0] + "/")
    page.locator("#saved-searches a").click()
    assert page.url.endswith("q=act%3Acommit")
    page.locator("#save-search").click()
    page.goto(page.url.split("/?")[0] + "/")
    assert not page.locator("#saved-searches").is_visible()


def test_without_scripts_a_statement_can_still_be_judged(open_page):
    page = open_page("/review?q=" + quote(f"article:{emoji_story()[0].id}"), scripts=False)
    page.locator("button[value=reject]").click()
    page.wait_for_selector("text=Rejected, by")
    page.get_by_role("button", name="Take it back").click()
    page.wait_for_url("**at=**")


# --- words that want to run -----------------------------------------------------------------------------------------

WATCH = """
window.hits = [];
window.hit = (...told) => window.hits.push(told);
document.addEventListener('securitypolicyviolation', (event) => window.hits.push(event.violatedDirective));
"""
INJECTED = """() => [
  ...[...document.querySelectorAll('*')].filter((one) => [...one.attributes].some((a) => a.name.startsWith('on'))),
  ...document.querySelectorAll('script:not([src^="/static/"]), style, iframe, object, embed, img, base'),
  ...document.querySelectorAll('[href^="javascript:"], [src^="javascript:"], [action^="javascript:"]'),
].map((one) => one.outerHTML.slice(0, 200)).concat(window.hits.map(String))"""
GROUPS = [" ".join(PAYLOADS[at::14]) for at in range(14)]


def on_one_line(words: str) -> str:
    """A name as addresses can hold it: that of a route ends at a line break."""
    return " ".join(words.split())


def hostile(number: int, words: str, version: str = ""):
    text = f"{words}{version} — {words} said: {words}."
    page = make_page(f"<p>{text}</p>", path=f"{number} {words}", url=f"https://x.example/{number}")
    reading = make_plain(text, path=f"{number}")[1]
    who = Speaker(name=on_one_line(words), basis=SpeakerBasis.NAME)
    said = msgspec.structs.replace(
        say(text, "s1", "said"),
        content=(Span(0, len(words)),),
        speaker=who,
        via=(who,),
        targets=(who,),
        addressee=who,
        act=Act.COMMIT,
    )
    article = msgspec.structs.replace(
        reading.article,
        id=page.id,
        origin=page.origin,
        url=f"javascript:hit({number})",
        title=words,
        outlet=words,
        agency=words + " agency",
        section=words,
        reason=words,
        published=Moment(value=f"2031-01-{number + 1:02}", basis=words),
    )
    event = story_with_event()[1].events[0]
    party = msgspec.structs.replace(event.actor[0], name=words, evidence=None)
    event = msgspec.structs.replace(
        event, actor=(party,), recipient=(party,), evidence=Span(0, len(words)), trigger=Span(0, 3)
    )
    return page, msgspec.structs.replace(reading, article=article, statements=(said,), events=(event,))


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory, chromium) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    path: Path = tmp_path_factory.mktemp("hostile") / "store.db"
    ids = []
    with Store.open(path) as store, Corrections(path) as corrections:
        for number, words in enumerate(GROUPS):
            added = [store.add(*hostile(number, words, version)) for version in ("", f" again {words}")]
            ids.append(tuple(one.article_id for one in added))
            store.reject(Rejected(path=words, stage=Stage.CLEAN, code="no-article", reason=words))
            reading = store.reading(ids[-1][1])
            corrections.make(reading, reading.statements[0], by=words, verdict=Verdict.ACCEPT)
    with Connector(path) as connector:
        assert len(list(connector.connect_all())) == 2 * len(GROUPS)
    with Alerts(path) as alerts, alerts.writing():
        for words in GROUPS:
            record = msgspec.json.encode(Alert(rule=words, title=words, quotation=words)).decode()
            alerts.keep(words, record, (), fired_at="2031-01-01T00:00:00Z", state="kept")
    with serving(path) as address:
        yield address, ids


def views_of(words: str, old: str, new: str) -> Iterator[str]:
    yield from (
        f"/articles/{old}",
        f"/articles/{new}?{urlencode({'s': words})}#{quote(words)}",
        f"/articles/{new}?s=e1",
    )
    yield from (f"/statements/{new}/s1", f"/archive/{new}", f"/diff?old={old}&new={new}", f"/stories/{new}")
    yield from (f"/actors/{quote('name:' + on_one_line(words), safe='')}", f"/review?at={new}/s1")
    for address in ("/?q=", "/actors?q=", "/review?q=", "/compare?left=kim&right="):
        yield address + quote(words[:900], safe="")


def errors_of(words: str) -> Iterator[str]:
    for address in ("/nope?x=", "/diff?new=x&old=", "/inbox?table=", "/review?at="):
        yield address + quote(words[:400], safe="")


def test_200_payloads_through_every_view_run_nothing_and_break_no_rule(tab, hostile_server):
    assert len(PAYLOADS) >= 200
    address, ids = hostile_server
    tab.add_init_script(WATCH)
    dialogs = []
    tab.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    views = ["/", "/actors", "/inbox", "/quarantine", "/stories", "/alerts", "/review/corrections", "/compare"]
    for words, (old, new) in zip(GROUPS, ids, strict=True):
        views += views_of(words, old, new)
    silent = []
    for view in (*views, *(one for words in GROUPS for one in errors_of(words))):
        tab.goto(address + view)
        assert tab.evaluate(INJECTED) == [], view
        if view in views and "hit" not in tab.content():
            silent.append(view)
    assert dialogs == []
    assert silent == []  # the words were there, as words


def test_what_watches_for_payloads_would_see_one(tab, server):
    tab.add_init_script(WATCH)
    tab.goto(server + "/")
    tab.evaluate("document.querySelector('main').innerHTML = '<img src=/nope onerror=hit()>'")
    tab.wait_for_timeout(300)
    assert len(tab.evaluate(INJECTED)) >= 2  # the element, and the rule it broke


def test_the_links_below_a_card_are_stops_only_when_it_is_selected(open_page):
    page = open_page(f"/articles/{KIM}")
    stops = "() => [...document.querySelectorAll('a.cite')].filter((one) => one.tabIndex === 0).length"
    assert page.evaluate(stops) == 0
    page.locator("#s2 .pick").press("Enter")
    assert page.evaluate(stops) == page.locator("#s2 a.cite").count() == 3
