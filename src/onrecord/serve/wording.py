"""How the pages put records into words, and stored text into HTML."""

from __future__ import annotations

import re
from importlib import resources
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from onrecord.records import Act, BlockRole, Span, SpeakerBasis

__all__ = ["make_environment", "mark_matches", "show_exactly"]

# Characters that draw nothing and can mislead: controls, marks that turn the direction of reading, blanks of no width.
# Left alone: tab and line feed, joiners (emoji and Indic scripts need them), the soft hyphen, plain direction marks.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

SCREENS = (
    ("/", "Articles"),
    ("/actors", "Speakers"),
    ("/compare", "Compare"),
    ("/stories", "Stories"),
    ("/inbox", "Inbox"),
    ("/review", "Review"),
)

ACT_MEANINGS = {
    Act.ASSERT: "states something as a fact",
    Act.ASSESS: "judges, explains or foresees something",
    Act.REPORT: "passes on what happened or what others said",
    Act.COMMIT: "binds the speaker to do something",
    Act.GOAL: "says what the speaker aims at",
    Act.ORDER: "tells somebody under the speaker’s authority what to do",
    Act.DEMAND: "asks somebody to do something",
    Act.OFFER: "offers or proposes something",
    Act.THREATEN: "announces harm, often on a condition",
    Act.ACCUSE: "blames somebody",
    Act.REFUSE: "says no to something",
    Act.DENY: "says that something is not so",
    Act.ADMIT: "owns up to something",
    Act.SUPPORT: "sides with somebody or something",
}

BASIS_MEANINGS = {
    SpeakerBasis.NAME: "named in full at this place",
    SpeakerBasis.SHORT_NAME: "named in short here; the full name stands elsewhere in the article",
    SpeakerBasis.TITLE: "called by an office here",
    SpeakerBasis.PRONOUN: "a pronoun here",
    SpeakerBasis.ELIDED: "not named again here; taken from the statement before",
    SpeakerBasis.SIGNED: "signed the text",
    SpeakerBasis.DESCRIPTION: "nobody more exact is known",
}

ROLE_NAMES = {
    BlockRole.TITLE: "Title",
    BlockRole.BYLINE: "Byline",
    BlockRole.DATELINE: "Dateline",
    BlockRole.CAPTION: "Caption",
    BlockRole.CREDIT: "Credit",
    BlockRole.CLUTTER: "Page clutter",
}


def make_environment() -> Environment:
    """The templates, with everything escaped and every missing name an error."""
    environment = Environment(
        loader=FunctionLoader(_load), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        exactly=show_exactly, segment=quote_segment, host=web_host, number=show_number, sureness=show_sureness
    )
    environment.globals.update(
        acts=ACT_MEANINGS, bases=BASIS_MEANINGS, roles=ROLE_NAMES, mark_matches=mark_matches, screens=SCREENS
    )
    return environment


def _load(name: str) -> str:
    return (resources.files("onrecord.serve") / "templates" / name).read_text(encoding="utf-8")


def show_exactly(text: str) -> Markup:
    r"""The text as HTML that reads back to the letter; what would draw nothing gets a visible name beside it.

    A mark that turns the direction of reading is fenced in, so that it turns nothing.

    >>> show_exactly("<b>") + show_exactly("\u202e")
    Markup('&lt;b&gt;<bdi class="hidden" data-code="U+202E">\u202e</bdi>')
    """
    return Markup(_HIDDEN.sub(_name_hidden, str(escape(text))))  # noqa: S704 - escaped on this very line


def _name_hidden(match: re.Match[str]) -> str:
    letter = match.group()
    # As they are, an HTML parser drops the one and turns the other into a line feed.
    kept = {"\0": "\ufffd", "\r": "&#13;"}.get(letter, letter)
    return f'<bdi class="hidden" data-code="U+{ord(letter):04X}">{kept}</bdi>'


def mark_matches(text: str, matches: tuple[Span, ...]) -> Markup:
    """The text with what a search matched in `<mark>`.

    >>> mark_matches("a & b", (Span(4, 5),))
    Markup('a &amp; <mark>b</mark>')
    """
    parts, at = [], 0
    for span in matches:
        parts += [show_exactly(text[at : span.start]), Markup("<mark>{}</mark>").format(_exact(text, span))]
        at = span.end
    return Markup("").join([*parts, show_exactly(text[at:])])


def _exact(text: str, span: Span) -> Markup:
    return show_exactly(text[span.start : span.end])


def quote_segment(text: str) -> str:
    """An id as one part of a path, whatever letters it holds."""
    return quote(text, safe="")


def show_number(statement_id: str) -> str:
    """The digits of "s3"; an id of another form as it is."""
    number = statement_id.removeprefix("s")
    return number if number.isdecimal() else statement_id


def show_sureness(confidence: float) -> str:
    """In per cent; below even chances in words too.

    >>> show_sureness(0.84), show_sureness(0.3), show_sureness(0.001)
    ('84 %', 'unsure, 30 %', 'unsure, under 1 %')
    """
    if confidence < 0.01:
        return "unsure, under 1 %"
    return f"{'unsure, ' if confidence < 0.5 else ''}{confidence * 100:.0f} %"


def web_host(url: str) -> str | None:
    """The host of a web address; None for anything that should not be a link.

    >>> web_host("https://www.harbour.example/a?b"), web_host("javascript:alert(1)")
    ('www.harbour.example', None)
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in ("http", "https") else None
