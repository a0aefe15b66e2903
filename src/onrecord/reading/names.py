"""Names of an article: runs of capitalised words, told apart as persons and organisations, with their short forms."""

from __future__ import annotations

import calendar
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from onrecord.lexicon.speech import SpeechLexicon
from onrecord.reading.name_words import (
    is_acronym,
    is_called,
    is_known,
    is_person,
    looks_personal,
    plain,
    pronoun_of,
    spelled_out,
)
from onrecord.records import Span

__all__ = ["Name", "NameIndex", "find_names"]

_UPPER = "[" + "".join(chr(code) for code in range(0x250) if chr(code).isupper()) + "]"  # Latin, accents and all
_CAPITALISED = rf"(?:{_UPPER}[\w’'-]*[^\W_]|{_UPPER}\.(?:{_UPPER}\.)*|{_UPPER})"
_RUN = re.compile(
    rf"{_CAPITALISED}(?:(?: (?:(?:of|for|and)(?: the)?|de|da|del|al|bin|ibn|van|von|der|el|la))? {_CAPITALISED})*"
)
_ACRONYM = re.compile(r" ?\(([A-Z][A-Z0-9&.-]{1,9})(?:s)?\)")
_DEFINED = re.compile(r"(?<=\w) \(([A-Z][A-Za-z0-9.]{2,9})\)")
_DEFINED_REACH = 120  # characters before an acronym in which its words stand
_POSSESSIVE = re.compile(r"['’]s?$")
_BELONGING = re.compile(r"['’]s ")
_COMPOUND = re.compile(  # "NATO-critical", "U.S.-led", "Moren-era": no name
    r"(?:^|\s)(?:[A-Z][A-Z.]+-[a-z]{2,}|[A-Z]\w+-(?:appointed|backed|based|born|educated|era|led|made|owned|style))$"
)
_CALENDAR = frozenset({*calendar.day_name, *calendar.month_name})  # in English, the names of nobody
_GLUED = re.compile(r"^[A-Z][a-z]+(?=[A-Z][a-z])")  # "SecretaryKim", where markup was lost
_GLUED_VERB = re.compile(r"(?<=[a-z])(?:made|visited|attended|inspected|received|guided|delivered|observed|stressed)$")
_LEAST_NAME, _LEAST_TAIL = 2, 3  # letters
_NAME_ENDINGS = frozenset(
    {"son", "sen", "ova", "eva", "ina", "ski", "sky", "ska", "man", "mann", "ian", "yan", "berg", "stein"}
)
_SHORT_TITLES = frozenset(
    {
        "rep",
        "reps",
        "sen",
        "sens",
        "gov",
        "dr",
        "drs",
        "gen",
        "lt",
        "col",
        "capt",
        "maj",
        "sgt",
        "mr",
        "mrs",
        "ms",
        "rev",
    }
)
_LONGEST_LOWER = 4  # letters of words that have no capital in a headline
_LEAST_TITLE_WORDS, _TITLE_CASE = 3, 0.8  # longer words of a headline, and the share of them that have one
_LEAST_SHOUTED = 4  # letters; "UN" is not Kim Jong Un
_CONTEXT_REACH = 500  # characters; no headline is longer
_SENTENCE_START = re.compile(r"(?:^|[.!?:][\"”’)]*\s+|\n\s*|[“\"‘]\s*)$")


@dataclass
class Name:
    """One person or organisation as the article names it."""

    text: str
    first: Span
    is_person: bool
    title: str = ""  # words before a person's name, lower-case: "north korean leader"
    short: set[str] = field(default_factory=set)  # surnames, acronyms
    pronoun: str = ""  # "he" or "she", where title or first name tell


@dataclass(frozen=True)
class Mention:
    """A place where a name, or a short form of it, stands."""

    span: Span
    name: Name


class Mentions:
    """Places of names in text order, none overlapping another, found by position."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._mentions = mentions

    def inside(self, start: int, end: int) -> list[Mention]:
        """Those that lie in the half-open span."""
        first = bisect_left(self._mentions, start, key=lambda m: m.span.start)
        return list(self._mentions[first : bisect_right(self._mentions, end, key=lambda m: m.span.end)])

    def before(self, position: int, *, most: int) -> list[Mention]:
        """The `most` last ones that end before `position` or there, nearest first."""
        end = bisect_right(self._mentions, position, key=lambda m: m.span.end)
        return list(reversed(self._mentions[max(0, end - most) : end]))

    def first_inside(self, start: int, end: int) -> Mention | None:
        """The first that lies in the half-open span."""
        at = bisect_left(self._mentions, start, key=lambda m: m.span.start)
        found = self._mentions[at] if at < len(self._mentions) else None
        return found if found and found.span.end <= end else None


@dataclass
class NameIndex:
    """All names of one article and every place they stand."""

    names: list[Name]
    mentions: list[Mention]

    @cached_property
    def by_form(self) -> dict[str, Name]:
        """Names by every form they take."""
        forms: dict[str, Name] = {}
        for name in self.names:
            for form in (name.text, *sorted(name.short)):
                forms.setdefault(form, name)
        return forms

    @cached_property
    def persons(self) -> Mentions:
        """Where persons stand."""
        return Mentions([m for m in self.mentions if m.name.is_person])

    @cached_property
    def others(self) -> Mentions:
        """Where organisations and places stand."""
        return Mentions([m for m in self.mentions if not m.name.is_person])

    def inside(self, start: int, end: int) -> list[Mention]:
        """Mentions that lie in the half-open span."""
        return self.all.inside(start, end)

    @cached_property
    def all(self) -> Mentions:
        """Where any name stands."""
        return Mentions(self.mentions)


def find_names(text: str, lexicon: SpeechLexicon, *, context: str = "") -> NameIndex:
    """Names in `text`; `context` (the title, say) may give full forms that the text only shortens."""
    context = context[:_CONTEXT_REACH]
    runs = _unglued(_runs(text, lexicon), {form for _, form, _ in _runs(context, lexicon)})
    headlines = _headlines(text)
    known = {form for _, form, _ in runs}
    told = {form for span, form, _ in runs if not _lies_in(span, headlines)}
    alone = {form for form in known if " " not in form}
    names: dict[str, Name] = {}
    for span, form, title in runs:
        if form in names:
            names[form].title = names[form].title or title
            continue
        if form not in told and not title and not is_called(form, lexicon) and _lies_in(span, headlines):
            continue
        if " " in form or title or is_acronym(form) or is_known(form, lexicon) or not _starts_sentence(text, span):
            title = title or _title_after(text, span.end, lexicon)
            names[form] = Name(form, span, is_person(form, title, alone, lexicon), title)
            names[form].pronoun = pronoun_of(form, title, lexicon) if names[form].is_person else ""
    _give_short_forms(names, text, alone, lexicon)
    _give_longer_forms(names, text, lexicon)
    _give_defined_forms(names, text, lexicon)
    folded = _fold(names, context, lexicon)
    return NameIndex(folded, _mentions(runs, folded))


def _runs(text: str, lexicon: SpeechLexicon) -> list[tuple[Span, str, str]]:
    """Capitalised runs without the titles before them: span of the name, the name, its title."""
    found = []
    for run in _RUN.finditer(text):
        for start, end in _split_run(run.group(), run.start(), lexicon):
            surface = text[start:end]
            surface = _POSSESSIVE.sub("", surface)
            end = start + len(surface)
            glued = _GLUED.match(surface)
            if glued and glued.group().lower() in lexicon.titles:
                start += glued.end()
                surface = surface[glued.end() :]
            skip = _title_length(surface, lexicon)
            before = _title_before(text, start, lexicon)
            title = " ".join([before, surface[:skip].strip()]).strip().lower()
            bare = surface[skip:].strip()
            if not bare or _opens(bare, lexicon) or bare in _CALENDAR:
                continue
            if (
                _is_office(bare, lexicon)
                or _is_title(bare, lexicon)
                or _is_short_title(bare, text, end)
                or _COMPOUND.search(bare)
            ):
                continue
            bare = _without_home(bare, title, lexicon)
            at = start + surface.index(bare, skip)
            found.append((Span(at, at + len(bare)), bare, title))
    return found


def _unglued(runs: list[tuple[Span, str, str]], known: set[str]) -> list[tuple[Span, str, str]]:
    """The runs without what follows a name where markup was lost: "Ilka Morenvisited" beside "Ilka Moren".

    So it is if the article or its headline has the name by itself, or with another such tail; and if the tail is one of
    some verbs and the name has three words.
    """
    families: dict[str, set[str]] = {}
    for form in (*known, *(form for _, form, _ in runs)):
        first, _, last = form.rpartition(" ")
        if first:
            families.setdefault(first, set()).add(last)
    found = []
    for span, form, title in runs:
        first, _, last = form.rpartition(" ")
        others = families[first] - {last} if first else ()
        verb = _GLUED_VERB.search(last) if " " in first else None
        cut = max((_tail(last, other) for other in others), default=0) or (len(verb.group()) if verb else 0)
        found.append((Span(span.start, span.end - cut), form[: len(form) - cut], title))
    return found


def _tail(word: str, other: str) -> int:
    """Letters behind the name that two words share, if both are that name or have a tail behind it."""
    pairs = enumerate(zip(word, other, strict=False))
    shared = next((at for at, (one, two) in pairs if one != two), min(len(word), len(other)))
    tails = (word[shared:], other[shared:])
    is_name = shared >= _LEAST_NAME and all(
        not tail or (len(tail) >= _LEAST_TAIL and tail.islower() and tail not in _NAME_ENDINGS) for tail in tails
    )
    return len(tails[0]) if is_name else 0


_JOINS = re.compile(r" (?:of|for) ")


def _split_run(run: str, offset: int, lexicon: SpeechLexicon) -> Iterator[tuple[int, int]]:
    """The names in a run: "Iran and Russia" is two, and so is "the U.N. Ilka Moren"."""
    for start, end in _split_conjunction(run, offset):
        piece = run[start - offset : end - offset]
        for place in _leading_place(piece, lexicon) or _employer(piece, lexicon):
            yield start, start + place
            start += place + (3 if piece[place] in "'’" else 1)
        yield start, end


def _split_conjunction(run: str, offset: int) -> list[tuple[int, int]]:
    """Cut at "and": "Iran and Russia" is two names, "Ministry of Trade and Industry" one."""
    joined = _JOINS.search(run)
    if " and " not in run or (joined and " and " in run[joined.end() :]):
        return [(offset, offset + len(run))]
    parts, position = [], 0
    for piece in run.split(" and "):
        skip = len("the ") if piece.startswith("the ") else 0
        parts.append((offset + position + skip, offset + position + len(piece)))
        position += len(piece) + 5
    return parts


def _leading_place(run: str, lexicon: SpeechLexicon) -> list[int]:
    """The length of an acronym or a place of two words before the name of a person, if the run opens with one."""
    words = run.split(" ")
    for count in (1, 2):
        place, rest = " ".join(words[:count]), words[count:]
        is_place = _is_short_body(place, lexicon) if count == 1 else words[0].lower() in lexicon.places
        if is_place and len(rest) >= 2 and looks_personal(rest) and not _has_role(rest, lexicon):
            return [len(place)]
    return []


def _employer(run: str, lexicon: SpeechLexicon) -> list[int]:
    """The length of the name before a possessive and a person: "Velm Daily's Patricia Moren"."""
    found = _BELONGING.search(run)
    words = run[found.end() :].split(" ") if found else []
    is_told = found is not None and (
        is_called(words[0], lexicon) or is_acronym(run[: found.start()].rsplit(" ", 1)[-1])
    )
    is_person = len(words) >= 2 and looks_personal(words) and is_told
    return [found.start()] if found and is_person and not _has_role(words, lexicon) else []


def _is_short_body(word: str, lexicon: SpeechLexicon) -> bool:
    return is_acronym(word) and (is_known(word, lexicon) or word.replace(".", "") in lexicon.acronyms)


def _has_role(words: Sequence[str], lexicon: SpeechLexicon) -> bool:
    """Whether one of the words belongs to a title, a body or a place rather than to a person's name."""
    roles = lexicon.titles | lexicon.organisations | lexicon.places | lexicon.qualifiers
    return any(word.lower() in roles for word in words)


def _is_office(name: str, lexicon: SpeechLexicon) -> bool:
    """Whether a run is an office, not the name of whoever holds it: "Malaysia's Prime Minister"."""
    last = name.rsplit(" ", 1)[-1].lower()
    return " " in name and last in lexicon.titles and last not in lexicon.surnames


def _without_home(name: str, title: str, lexicon: SpeechLexicon) -> str:
    """Only "Ilka Moren" of "Ilka Moren of Velm"; a body keeps its name: "Bank of Velm"."""
    person, joint, _ = name.partition(" of ")
    words = person.split(" ")
    if not joint or len(words) == 1 or not looks_personal(words) or _has_role(words, lexicon):
        return name
    return person if title or is_called(person, lexicon) else name


def _is_title(name: str, lexicon: SpeechLexicon) -> bool:
    """A title that stands by itself: "the Chairman"."""
    return name.lower() in lexicon.titles - lexicon.surnames


def _is_short_title(name: str, text: str, end: int) -> bool:
    """Whether a run ends in a title cut short before a name: "Republican Rep" of "Republican Rep. Ilka Moren"."""
    return text.startswith(".", end) and name.rsplit(" ", 1)[-1].lower() in _SHORT_TITLES


def _title_length(surface: str, lexicon: SpeechLexicon) -> int:
    """Characters of titles and qualifiers before the name proper: "US Secretary of State " of "... Mike Pompeo"."""
    words = surface.split(" ")
    last = -1
    for index, word in enumerate(words[:-1]):
        plain = word.lower().strip(".")
        if plain in lexicon.titles:
            last = index
            if words[index + 1 : index + 2] == ["of"] and len(words) > index + 3:
                last = _last_of_portfolio(words, index + 2, lexicon)
    while last < len(words) - 2 and (_opens(words[last + 1], lexicon) or _COMPOUND.search(words[last + 1])):
        last += 1
    return len(" ".join(words[: last + 1])) + 1 if last >= 0 else 0


def _opens(word: str, lexicon: SpeechLexicon) -> bool:
    """Whether it has its capital only from the sentence: "However", "It’s"."""
    return re.split("['’]", word.lower(), maxsplit=1)[0] in lexicon.openings


def _last_of_portfolio(words: Sequence[str], first: int, lexicon: SpeechLexicon) -> int:
    """Where "Foreign Affairs" ends in "Minister of Foreign Affairs Ilka Moren"; a name is left in any case."""
    last = first
    while last < len(words) - 2 and words[last + 1].lower() in lexicon.portfolios:
        last += 1
    return last


_WORDS_BEFORE = re.compile(r"((?:[\w’'.-]+ ){1,4})$")


def _title_before(text: str, start: int, lexicon: SpeechLexicon) -> str:
    """Lower-case title words right before a name: "North Korean leader " of "North Korean leader Kim Jong Un"."""
    match = _WORDS_BEFORE.search(text[max(0, start - 60) : start])
    if match is None:
        return ""
    words = match.group(1).split()
    if not words or words[-1].lower().strip(".") not in lexicon.titles:
        return ""
    keep = len(words) - 1
    while keep and (words[keep - 1][0].isupper() or words[keep - 1].lower() in lexicon.titles | lexicon.qualifiers):
        keep -= 1
    return " ".join(words[keep:])


_APPOSITION = re.compile(r", ((?:[\w’'-]+ ){0,5}?[\w’'-]+)")


def _title_after(text: str, end: int, lexicon: SpeechLexicon) -> str:
    """Title in the apposition after a name: "vice minister" of "Ilka Moren, vice minister of trade"."""
    match = _APPOSITION.match(text, end)
    while match is not None:
        words = match.group(1).lower().split()
        if words[-1] in lexicon.titles:
            return " ".join(w for w in words if w not in {"a", "an", "the"})
        longer = re.compile(rf", ((?:[\w’'-]+ ){{{len(words)}}}[\w’'-]+)").match(text, end) if len(words) < 6 else None
        match = longer
    return ""


def _starts_sentence(text: str, span: Span) -> bool:
    return bool(_SENTENCE_START.search(text[max(0, span.start - 6) : span.start]))


def _give_short_forms(names: dict[str, Name], text: str, alone: set[str], lexicon: SpeechLexicon) -> None:
    for name in names.values():
        words = name.text.split(" ")
        if name.is_person and len(words) > 1:
            forms = {w for w in _called_by(words, lexicon) if w.lower() not in lexicon.nationalities}
            name.short |= forms & alone
            shouted = {w.upper() for w in forms if len(w) >= _LEAST_SHOUTED} & alone
            name.short |= shouted | ({name.text.upper()} & names.keys())
        elif len(words) > 1:
            defined = _ACRONYM.match(text, name.first.end)
            if defined:
                name.short.add(defined.group(1))
            initials = "".join(w[0] for w in words if w[0].isupper())
            name.short |= {initials} & alone if len(initials) > 1 else set()


def _give_longer_forms(names: dict[str, Name], text: str, lexicon: SpeechLexicon) -> None:
    """Count "Marina Dahl" as Ilka Marina Dahl, but "Brave Marina Dahl", which opens a sentence, as Marina Dahl."""
    for name in names.values():
        first, _, rest = name.text.partition(" ")
        other = names.get(rest)
        if other is None or " " not in rest or not (name.is_person and other.is_person):
            continue
        is_word = _starts_sentence(text, name.first) and not is_called(first, lexicon) and is_called(rest, lexicon)
        (other if is_word else name).short.add((name if is_word else other).text)


def _give_defined_forms(names: dict[str, Name], text: str, lexicon: SpeechLexicon) -> None:
    """The whole name behind an acronym, with commas and "and": "Trade, Fish and Ferries Velmora (TFFV)".

    After Schwartz and Hearst 2003, by first letters only: each word with a capital gives its own, small words may.
    """
    for defined in _DEFINED.finditer(text):
        acronym = defined[1]
        if is_known(acronym, lexicon):
            continue
        full = spelled_out(text[max(0, defined.start() - _DEFINED_REACH) : defined.start()], acronym)
        owners = (n for n in names.values() if not n.is_person and (n.text == acronym or acronym in n.short))
        owner = next(owners, None)
        if owner is not None and len(full) > len(owner.text):
            owner.short |= {owner.text, acronym}
            owner.text = full


def _called_by(words: Sequence[str], lexicon: SpeechLexicon) -> Iterator[str]:
    """The last word of a person's name, and the first if it is a first name or a family name that comes first."""
    yield words[-1]
    is_other = words[0].lower() in lexicon.countries or is_acronym(words[0])
    if not is_other and (is_called(words[0], lexicon) or plain(words[0]) in lexicon.families):
        yield words[0]


def _headlines(text: str) -> list[Span]:
    """Lines in which every longer word has a capital, so that capitals tell no names there."""
    found, start = [], 0
    for line in text.split("\n"):
        if line and not line.rstrip().endswith((".", "!", ".”", '."')) and _is_title_case(line):
            found.append(Span(start, start + len(line)))
        start += len(line) + 1
    return found


def _is_title_case(line: str) -> bool:
    words = [word for word in line.split() if len(word) > _LONGEST_LOWER]
    capitals = sum(word.lstrip("“\"‘'(")[:1].isupper() for word in words)
    return len(words) >= _LEAST_TITLE_WORDS and capitals >= _TITLE_CASE * len(words)


def _lies_in(span: Span, lines: Sequence[Span]) -> bool:
    at = bisect_right(lines, span.start, key=lambda line: line.start)
    return at > 0 and span.end <= lines[at - 1].end


def _fold(names: dict[str, Name], context: str, lexicon: SpeechLexicon) -> list[Name]:
    """Drop names that are only a short form of a longer one; persons first claim a short form."""
    folded = sorted(names.values(), key=lambda n: (not n.is_person, n.first))
    claimed: dict[str, Name] = {}
    for name in folded:
        for form in name.short:
            claimed.setdefault(form, name)
    kept = []
    for name in folded:
        owner = claimed.get(name.text)
        if owner is not None and owner is not name:
            owner.title = owner.title or name.title
            owner.pronoun = pronoun_of("", name.title, lexicon) or owner.pronoun
            continue
        kept.append(name)
    for name in kept:
        if name.is_person and " " not in name.text:
            full = re.search(rf"((?:[A-Z][\w’'-]+ ){{1,2}}){re.escape(name.text)}\b", context)
            if full and _is_forename(full.group(1).split(), context, lexicon):
                name.short.add(name.text)
                name.text = full.group(1) + name.text
    return kept


def _is_forename(words: Sequence[str], headline: str, lexicon: SpeechLexicon) -> bool:
    """Whether the words before a surname belong to it; in a headline full of capitals only a known first name does."""
    if any(word.lower() in lexicon.titles for word in words):
        return False
    return not _is_title_case(headline) or is_called(words[0], lexicon)


def _mentions(runs: list[tuple[Span, str, str]], names: list[Name]) -> list[Mention]:
    forms: dict[str, Name] = {}
    for name in names:
        for form in (name.text, *name.short):
            forms.setdefault(form, name)
    return [Mention(span, forms[form]) for span, form, _ in runs if form in forms]
