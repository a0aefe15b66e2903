"""The vocabulary of onrecord: frozen plain records, each of them row, wire format and JSON schema at once.

The meaning of every field is told in `docs/reference/records.md`; a test holds that page and this module together.
Spans are half-open and count Unicode code points of `Article.text`, unless the name says `source_`: those count
code points of the decoded page.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from onrecord.highlight import Mark, page_html

__all__ = [
    "Act",
    "Article",
    "Block",
    "BlockRole",
    "ClutterKind",
    "Commitment",
    "Dateline",
    "Event",
    "EventType",
    "Judged",
    "Modality",
    "Models",
    "Moment",
    "Origin",
    "Page",
    "PageKind",
    "Party",
    "Reading",
    "Reason",
    "Rejected",
    "Sector",
    "Span",
    "Speaker",
    "SpeakerBasis",
    "Stage",
    "Statement",
    "StatementKind",
    "Strength",
]


class Span(Struct, frozen=True, order=True, array_like=True):
    """Characters `start` up to, not including, `end` of `Article.text`, counted in code points."""

    start: int
    end: int


class Stage(StrEnum):
    """Where in the path of the data something happened."""

    COLLECT = "collect"
    CLEAN = "clean"
    READ = "read"
    STORE = "store"


class PageKind(StrEnum):
    """What the bytes of a page hold, decided by looking at them, never by the file's name."""

    HTML = "html"
    TEXT = "text"  # flattened: page chrome may stand between the article's lines
    AS_IS = "as_is"  # clean text that must not be touched


class Origin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which bytes of which input a page was taken from."""

    path: str
    sha256: str  # of the page's bytes, lower-case hexadecimal
    offset: int = 0  # bytes into the (unpacked) input
    length: int = 0  # bytes


class Page(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Raw bytes of one page and what the input itself said of them; nothing is guessed here."""

    id: str
    data: bytes
    kind: PageKind
    origin: Origin
    encoding: str | None = None  # as declared outside the bytes (HTTP header, JSONL); None: look inside
    url: str | None = None
    title: str | None = None
    published: str | None = None
    outlet: str | None = None
    limits_hit: tuple[str, ...] = ()


class BlockRole(StrEnum):
    """What a block of a page is to its article."""

    TITLE = "title"
    BYLINE = "byline"
    DATELINE = "dateline"
    BODY = "body"
    CAPTION = "caption"
    CREDIT = "credit"
    CLUTTER = "clutter"


class ClutterKind(StrEnum):
    """What a block of clutter is there for."""

    NAVIGATION = "navigation"
    SUBSCRIPTION = "subscription"
    RELATED = "related"
    NEWSLETTER = "newsletter"
    COMMENTS = "comments"
    LEGAL = "legal"
    TICKER = "ticker"
    GALLERY = "gallery"
    OTHER = "other"


class Block(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A run of the page with one role. A body block points into `Article.text`; any other carries its own text."""

    role: BlockRole
    kind: ClutterKind | None = None  # of clutter
    source_start: int
    source_end: int
    start: int | None = None
    end: int | None = None
    text: str | None = None
    url: str | None = None  # of the picture, beside a caption or a credit


class Moment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day or a time at which something happened to the article, and how we know."""

    value: str  # ISO 8601 date or date-time, as exact as the evidence
    basis: str  # "meta article:published_time", "dateline", "given with the input" ...


class Dateline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The place (and day, and agency) a news text opens with, as printed."""

    place: str
    date: str | None = None
    agency: str | None = None
    source_start: int
    source_end: int


class Article(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page with its parts told apart. `text` is the body; every other block keeps its own text."""

    id: str
    url: str | None = None
    title: str | None = None
    outlet: str | None = None
    agency: str | None = None
    authors: tuple[str, ...] = ()
    published: Moment | None = None
    modified: Moment | None = None
    dateline: Dateline | None = None
    section: str | None = None
    language: str | None = None
    paywall: bool | None = None  # None: the page does not say
    text: str
    blocks: tuple[Block, ...] = ()
    is_article: bool = True
    reason: str | None = None
    limits_hit: tuple[str, ...] = ()
    origin: Origin


class StatementKind(StrEnum):
    """How the content stands in the text."""

    DIRECT = "direct"  # every content span lies inside quotation marks
    INDIRECT = "indirect"  # none does
    MIXED = "mixed"


class Act(StrEnum):
    """What a statement does."""

    ASSERT = "assert"
    ASSESS = "assess"
    REPORT = "report"
    COMMIT = "commit"
    GOAL = "goal"
    ORDER = "order"
    DEMAND = "demand"
    OFFER = "offer"
    THREATEN = "threaten"
    ACCUSE = "accuse"
    REFUSE = "refuse"
    DENY = "deny"
    ADMIT = "admit"
    SUPPORT = "support"


class SpeakerBasis(StrEnum):
    """How the speaker's name was found."""

    NAME = "name"  # the source itself gives the full name
    SHORT_NAME = "short name"  # a surname or acronym whose full form stands elsewhere
    TITLE = "title"  # "the North Korean leader"
    PRONOUN = "pronoun"
    ELIDED = "elided"  # no source of its own: that of the statement before it
    SIGNED = "signed"  # the signer of a press statement or the outlet's own by-line
    DOCUMENT = "document"  # who issued it: the ministry, behind "the report"
    DESCRIPTION = "description"  # "some analysts": nobody more exact is known


class Speaker(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who a statement is tied to, as speaker, target or addressee: name, how it was found, who that is."""

    name: str
    basis: SpeakerBasis
    evidence: Span | None = None  # where in the text the name stands; None: outside the body
    id: str | None = None  # "person:kim-jong-un"; None: nobody of the catalogue, or not sure who
    wikidata: str | None = None
    country: str | None = None  # ISO 3166 alpha-3 (or UNO, EUR, IGO, NGO ...), at the article's date
    sector: str | None = None  # PLOVER's code of what the speaker was at the article's date


class Sector(StrEnum):
    """A field of policy that a statement is about."""

    MILITARY = "military"
    NUCLEAR = "nuclear"
    DIPLOMACY = "diplomacy"
    ECONOMY = "economy"
    ENERGY = "energy"
    TRADE = "trade"
    SANCTIONS = "sanctions"
    HUMAN_RIGHTS = "human rights"
    HUMANITARIAN = "humanitarian"
    JUSTICE = "justice"
    ELECTIONS = "elections"
    MIGRATION = "migration"
    TECHNOLOGY = "technology"
    HEALTH = "health"
    ENVIRONMENT = "environment"
    SOCIETY = "society"
    OTHER = "other"


class Judged(StrEnum):
    """A judgement on a statement that words of the text give a reason for."""

    ACT = "act"
    HEDGED = "hedged"
    CONDITIONAL = "conditional"
    NEGATED = "negated"
    SECTOR = "sector"
    MADE_ON = "made_on"
    DEADLINE = "deadline"
    CATEGORY = "category"


class Reason(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words of the text that decided a judgement."""

    of: Judged
    span: Span


class Statement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody is reported to have said something, and here is where the article shows it."""

    id: str
    kind: StatementKind
    source: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()
    content: tuple[Span, ...]  # in text order, not overlapping, never empty
    within: str | None = None  # id of the statement in whose content this one lies
    speaker: Speaker | None = None
    via: tuple[Speaker, ...] = ()  # who passed it on, nearest the speaker first
    act: Act = Act.ASSERT
    hedged: bool = False
    conditional: bool = False
    negated: bool = False
    confidence: float
    targets: tuple[Speaker, ...] = ()  # whom it is aimed at, in the order in which the text names them
    addressee: Speaker | None = None  # whom it was said to
    sector: tuple[Sector, ...] = ()
    made_on: str | None = None  # ISO day, or interval "2020-11-21/2020-11-30"
    deadline: str | None = None  # the same: the last day, or days between which the last one lies
    reasons: tuple[Reason, ...] = ()  # in the order of the text
    categories: tuple[str, ...] = ()  # names of the user's own that fit, the best first


class Strength(StrEnum):
    """How firmly somebody binds itself, the firmest first."""

    VOW = "vow"
    PLAN = "plan"
    AIM = "aim"
    CONSIDER = "consider"


class Commitment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody binds itself to something it will do, or names it as an aim; made of one statement."""

    statement: str  # id of the statement within its reading
    who: Speaker | None = None
    what: tuple[Span, ...]  # the content, without condition
    towards: tuple[Speaker, ...] = ()
    by: str | None = None  # as `Statement.deadline`
    condition: Span | None = None
    sector: tuple[Sector, ...] = ()
    strength: Strength
    made_on: str | None = None


class EventType(StrEnum):
    """PLOVER's events, as the manual of PLOVER 0.8 names them (Open Event Data Alliance)."""

    AGREE = "AGREE"
    CONSULT = "CONSULT"
    SUPPORT = "SUPPORT"
    CONCEDE = "CONCEDE"
    COOPERATE = "COOPERATE"
    AID = "AID"
    RETREAT = "RETREAT"
    REQUEST = "REQUEST"
    ACCUSE = "ACCUSE"
    REJECT = "REJECT"
    THREATEN = "THREATEN"
    PROTEST = "PROTEST"
    SANCTION = "SANCTION"
    MOBILIZE = "MOBILIZE"
    COERCE = "COERCE"
    ASSAULT = "ASSAULT"


class Modality(StrEnum):
    """How the text takes an event."""

    ASSERTED = "asserted"
    FUTURE = "future"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"
    HISTORICAL = "historical"  # more than a year before the article


class Party(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who acts in an event, or at whom it is aimed: the state or body acted for, and who does so."""

    name: str  # of the state or body that is acted for, else of the person
    evidence: Span | None = None  # the words that name whoever acts; None: they stand elsewhere, the speaker's say
    id: str | None = None  # in the actors catalogue
    wikidata: str | None = None
    country: str | None = None  # ISO 3166 alpha-3 (or UNO, EUR, IGO, NGO ...)
    sector: str | None = None  # PLOVER's code of who acts


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who did what to whom, by PLOVER and CAMEO, and which statement tells it."""

    id: str
    type: EventType
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    cameo: str  # the finest code that the words give
    goldstein: float
    score: float  # PLOVER's, -10 conflict to 10 cooperation
    quad: int  # 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict
    actor: tuple[Party, ...] = ()
    recipient: tuple[Party, ...] = ()
    modality: Modality = Modality.ASSERTED
    trigger: Span  # the word that tells it
    evidence: Span  # the words that tell who did what to whom
    statement: str | None = None  # the innermost one in whose content it is told; None: the reporter's own words
    confidence: float


class Models(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names and versions of what judged."""

    onrecord: str
    reader: str
    blocks: str


class Reading(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article, the statements and the events found in it."""

    article: Article
    statements: tuple[Statement, ...] = ()
    events: tuple[Event, ...] = ()
    models: Models

    def _repr_html_(self) -> str:
        """The article with its statements marked and listed, for notebooks; safe to show, holds no script."""
        marks = [Mark(span.start, span.end, _label(s)) for s in self.statements for span in s.content]
        notes = [(_headline(s), _words(self.article.text, s)) for s in self.statements]
        return page_html(self.article.title or self.article.id, self.article.text, marks, notes)


class Rejected(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An input, or a part of one, that gave no reading, and why."""

    path: str
    stage: Stage
    code: str  # stable, e.g. "empty-input"; see errors.py
    reason: str  # one line
    offset: int = 0
    sha256: str | None = None


def _headline(statement: Statement) -> str:
    """Who, through whom, what it does and how sure the reader is."""
    name = statement.speaker.name if statement.speaker else "unnamed"
    return f"{' via '.join([name, *(one.name for one in statement.via)])}: {statement.act}, {statement.confidence:.0%}"


def _words(text: str, statement: Statement) -> str:
    return " … ".join(text[span.start : span.end] for span in statement.content)


def _label(statement: Statement) -> str:
    name = statement.speaker.name if statement.speaker else "unnamed"
    return f"{name}: {statement.act}"
