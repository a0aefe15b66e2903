"""The article page in a real Chromium, over the real server: what is highlighted is exactly what the record says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from onrecord.records import Reading, Statement
from onrecord.store import Store
from tests.fixtures.browser import NARROW, serving
from tests.fixtures.readings import emoji_story, kim_story, make_plain, world_stories

pytestmark = pytest.mark.browser

STORIES = [kim_story(), emoji_story(), *world_stories()]

# Every text node of the body's paragraphs, and the roles it is highlighted in.
READ_BODY = """() => [...document.querySelectorAll('#page-text .body')].flatMap((paragraph) => {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  const runs = [];
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    runs.push([data, ['source', 'cue', 'content'].filter((role) => parentElement.closest(`.is-${role}`))]);
  }
  return runs;
})"""


MIDDLE_OF_FIRST_LINE = """(piece) => {
  const { x, y, width, height } = piece.getClientRects()[0];
  return [x + width / 2, y + height / 2];
}"""


class Shown(NamedTuple):
    """What the page shows: the whole text, and for each role the numbers of its highlighted characters."""

    text: str
    source: set[int]
    cue: set[int]
    content: set[int]


@pytest.fixture(scope="module")
def server(tmp_path_factory, chromium) -> Iterator[str]:
    path: Path = tmp_path_factory.mktemp("browser") / "store.db"
    with Store.open(path) as store:
        for page, reading in [*STORIES, make_plain("A \x07 bell\rand \u202eolleh\u202c.", title="<b>Signs</b>")]:
            store.add(page, reading)
    with serving(path) as address:
        yield address


def read_shown(page) -> Shown:
    text, marked = "", {"source": set(), "cue": set(), "content": set()}
    for run, roles in page.evaluate(READ_BODY):
        for role in roles:
            marked[role].update(range(len(text), len(text) + len(run)))
        text += run
    return Shown(text=text, **marked)


def expected(reading: Reading, said: Statement | None) -> Shown:
    def numbers(spans) -> set[int]:
        return {number for span in spans for number in range(span.start, span.end)}

    spans = (said.source, said.cue, said.content) if said else ((), (), ())
    return Shown(reading.article.text, *(numbers(one) for one in spans))


def address_of(story, rest: str = "") -> str:
    return f"/articles/{story[0].id}{rest}"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story[0].origin.path)
def test_a_click_on_a_statement_highlights_exactly_its_characters(open_page, story):
    page, reading = open_page(address_of(story)), story[1]
    assert read_shown(page) == expected(reading, None)
    for said in reading.statements:
        page.locator(f'.card[id="{said.id}"] .pick').click()
        assert read_shown(page) == expected(reading, said)
        assert page.locator(".card.selected").get_attribute("id") == said.id
        assert page.url.endswith(f"#{said.id}")


@pytest.mark.parametrize("story", STORIES[:2], ids=lambda story: story[0].origin.path)
def test_what_the_highlighted_nodes_hold_in_order_is_what_the_spans_cut_out(open_page, story):
    page, reading = open_page(address_of(story)), story[1]
    for said in reading.statements:
        page.locator(f'.card[id="{said.id}"] .pick').click()
        for role, spans in (("source", said.source), ("cue", said.cue), ("content", said.content)):
            shown = page.locator(f"#page-text .body .is-{role}").evaluate_all("all => all.map(one => one.textContent)")
            assert "".join(shown) == "".join(reading.article.text[span.start : span.end] for span in spans)


@pytest.mark.parametrize("story", STORIES[:2], ids=lambda story: story[0].origin.path)
def test_a_click_on_the_text_selects_the_innermost_statement_there_and_shows_the_others(open_page, story):
    page, reading = open_page(address_of(story)), story[1]
    for piece in page.locator("#page-text .piece.on-record").all():
        marks = [mark.split(":") for mark in piece.get_attribute("data-marks").split()]
        ids = {id_ for id_, _ in marks}
        page.keyboard.press("Escape")
        piece.scroll_into_view_if_needed()
        page.mouse.click(*piece.evaluate(MIDDLE_OF_FIRST_LINE))
        chosen = page.locator(".card.selected").get_attribute("id")
        assert chosen in ids
        others = page.locator(".card.covering").evaluate_all("all => all.map(one => one.id)")
        assert {chosen, *others} == ids
        assert read_shown(page) == expected(reading, next(said for said in reading.statements if said.id == chosen))


def test_a_further_click_on_the_same_words_goes_outwards(open_page):
    page = open_page(address_of(kim_story()))
    words = page.locator("#page-text .piece", has_text="to double the number")
    chosen = []
    for _ in range(3):
        words.click()
        chosen.append(page.locator(".card.selected").get_attribute("id"))
    assert chosen == ["s2", "s1", "s2"]


def test_a_click_on_plain_text_selects_nothing(open_page):
    page = open_page(address_of(kim_story()))
    page.locator("#page-text .body").nth(2).click(position={"x": 30, "y": 12})
    assert page.locator(".card.selected").count() in (0, 1)
    page.keyboard.press("Escape")
    page.locator("#page-text h1").click()
    assert page.locator(".card.selected").count() == 0


def test_the_small_number_behind_the_words_selects_their_statement(open_page):
    page = open_page(address_of(kim_story()))
    page.locator('.ref[data-pick="s7"]').click()
    assert page.locator(".card.selected").get_attribute("id") == "s7"
    assert page.locator('.card[id="s7"] .pick').get_attribute("aria-current") == "true"


def test_everything_can_be_done_from_the_keyboard(open_page):
    page, reading = open_page(address_of(kim_story())), kim_story()[1]
    first, second = reading.statements[:2]
    page.locator('.card[id="s1"] .pick').focus()
    page.keyboard.press("Enter")
    assert read_shown(page) == expected(reading, first)
    page.keyboard.press("ArrowDown")
    assert read_shown(page) == expected(reading, second)
    assert page.evaluate("document.activeElement.dataset.pick") == "s2"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert read_shown(page) == expected(reading, first)
    page.keyboard.press("Escape")
    assert read_shown(page) == expected(reading, None)
    assert "#" not in page.url


def test_tabbing_reaches_numbers_in_the_text_and_every_statement(open_page):
    page = open_page(address_of(kim_story()))
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("`${document.activeElement.className} ${document.activeElement.dataset.pick}`"))
    for number in range(1, 8):
        assert {f"pick s{number}", f"ref s{number}"} <= reached


@pytest.mark.parametrize("rest", ["#s5", "?s=s5", "?s=s1#s5", "?s=s5#at-s5"])
def test_an_address_can_name_a_statement(open_page, rest):
    page, reading = open_page(address_of(kim_story(), rest)), kim_story()[1]
    assert read_shown(page) == expected(reading, reading.statements[4])


@pytest.mark.parametrize("rest", ["#nope", "?s=nope", "#%", "#%E0%A4%A", "?s=%00"])
def test_an_address_that_names_none_selects_none(open_page, rest):
    page = open_page(address_of(kim_story(), rest))
    assert read_shown(page) == expected(kim_story()[1], None)


def test_going_to_another_statement_by_address_selects_it(open_page):
    page = open_page(address_of(kim_story(), "#s1"))
    page.evaluate("location.hash = 's4'")
    page.wait_for_selector('.card.selected[id="s4"]')
    assert read_shown(page) == expected(kim_story()[1], kim_story()[1].statements[3])


@pytest.mark.parametrize("story", STORIES[:2], ids=lambda story: story[0].origin.path)
def test_without_scripts_links_do_the_same(open_page, story):
    page, reading = open_page(address_of(story), scripts=False), story[1]
    assert read_shown(page) == expected(reading, None)
    for said in reading.statements:
        page.locator(f'.card[id="{said.id}"] .pick').click()
        page.wait_for_url(f"**?s={said.id}#at-{said.id}")
        assert read_shown(page) == expected(reading, said)
        page.locator(f'.ref[data-pick="{said.id}"]').click()
        page.wait_for_url(f"**?s={said.id}#{said.id}")
        assert read_shown(page) == expected(reading, said)


def test_clutter_is_folded_and_opens_without_scripts(open_page):
    page = open_page(address_of(kim_story()), scripts=False)
    clutter = page.get_by_text("Skip to main content", exact=True)
    assert not clutter.is_visible()
    page.locator(".clutter summary").first.click()
    assert clutter.is_visible()


def test_the_three_marks_differ_in_more_than_colour(open_page):
    page = open_page(address_of(kim_story(), "#s2"))
    styles = [
        page.locator(f"#page-text .body .is-{role}").first.evaluate(
            "one => [getComputedStyle(one).textDecorationLine, getComputedStyle(one).textDecorationStyle]"
        )
        for role in ("source", "cue", "content")
    ]
    assert styles == [["underline", "solid"], ["underline", "dashed"], ["none", "solid"]]


def test_on_a_narrow_screen_the_words_are_in_sight_and_a_dock_leads_on(open_page):
    page = open_page(address_of(kim_story(), "#s5"), viewport=NARROW)
    page.wait_for_function(
        """() => {
          const { top, bottom } = document.querySelector("#page-text .body .is-content").getBoundingClientRect();
          return top > 0 && bottom < document.getElementById("dock").getBoundingClientRect().top;
        }"""
    )
    page.locator('[data-step="1"]').click()
    assert page.locator(".dock-place").inner_text() == "6 of 7"
    assert read_shown(page) == expected(kim_story()[1], kim_story()[1].statements[5])


@pytest.mark.parametrize("width", [320, 390, 800, 1400])
@pytest.mark.parametrize("rest", ["/", "/?q=kim", address_of(kim_story()), address_of(emoji_story())])
def test_nothing_is_wider_than_the_screen(open_page, width, rest):
    page = open_page(rest, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_stored_text_survives_the_browser_to_the_letter(open_page):
    page, reading = make_plain("A \x07 bell\rand \u202eolleh\u202c.", title="<b>Signs</b>")
    shown = read_shown(open_page(f"/articles/{page.id}"))
    assert shown.text == reading.article.text


def test_a_search_leads_to_the_statement(open_page):
    page = open_page("/")
    page.get_by_role("searchbox").fill("poster")
    page.keyboard.press("Enter")
    page.locator(".hit").first.click()
    page.wait_for_selector(".card.selected")
    assert read_shown(page) == expected(kim_story()[1], kim_story()[1].statements[4])
