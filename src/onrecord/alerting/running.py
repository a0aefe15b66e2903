"""Holding rules against a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from onrecord.alerting.rules import RuleBook
from onrecord.records import Article, Event, Reading, Span, Statement
from onrecord.store import Store
from onrecord.store.alerts import Alerts, Item
from onrecord.track.alerts import Alert, Found, Per, Rule, events_matching, levels_over, statement_matches
from onrecord.track.escalation import build_escalation
from onrecord.track.occurrences import Coverage, Occurrence, coverage_of, is_named, keys_of, occurrences_of

__all__ = ["Fired", "find_alerts", "run_alerts", "send_waiting"]


_WAITING = ("failed", "new")


class Fired(NamedTuple):
    """An alert, and what it is for. `joins`: the alert that told of its story before; then it is no message."""

    alert: Alert
    items: tuple[Item, ...]
    joins: int | None = None


def find_alerts(store: Store, kept: Alerts, book: RuleBook) -> Iterator[Fired]:
    """What the rules would tell that they have not told, rule by rule, by day; nothing is kept."""
    for rule in book.rule:
        if rule.index:
            yield from _over_time(store, kept, rule)
        else:
            yield from _by_story(
                kept, rule, [one for one in _places(store, rule) if not _is_told(kept, rule, one)], book
            )


def run_alerts(path: Path, book: RuleBook, *, now: str, is_seen: bool = False) -> list[tuple[int, Alert]]:
    """Keep what the rules tell anew, and return it with its number. On the disk when this returns.

    All of it is one transaction, so that two runs at the same time tell nothing twice.

    Args:
        now: UTC, ISO 8601.
        is_seen: only note what is there; it is never sent.
    """
    raised = []
    addresses = _addresses(book)
    with Store.open(path, read_only=True) as store, Alerts(path) as kept, kept.writing():
        for one in list(find_alerts(store, kept, book)):
            rule = one.alert.rule
            if one.joins is not None:
                kept.add_items(rule, one.joins, one.items)
                continue
            state = "seen" if is_seen else "new" if addresses[rule] else "kept"
            number = kept.keep(rule, msgspec.json.encode(one.alert).decode(), one.items, fired_at=now, state=state)
            raised.append((number, one.alert))
    return raised


def send_waiting(path: Path, book: RuleBook, send: Callable[[Alert, Sequence[str]], bool]) -> tuple[int, int]:
    """Send what is new and what failed before; how many were sent, and how many failed.

    An alert is marked before it is sent: if the process dies in between, it is not sent a second time.
    """
    sent = failed = 0
    addresses = _addresses(book)
    with Alerts(path) as kept:
        waiting = [row for state in _WAITING for row in kept.rows(limit=-1, state=state) if addresses.get(row.rule)]
        for row in sorted(waiting):
            if kept.move(row.number, to="sending", among=_WAITING):
                is_sent = send(msgspec.json.decode(row.record, type=Alert), addresses[row.rule])
                kept.move(row.number, to="sent" if is_sent else "failed", among=("sending",))
                sent, failed = sent + is_sent, failed + (not is_sent)
    return sent, failed


def _addresses(book: RuleBook) -> dict[str, tuple[str, ...]]:
    return {rule.name: (*book.send, *rule.send) for rule in book.rule}


# --- statements and events ------------------------------------------------------------------------------------------


def _places(store: Store, rule: Rule) -> Iterator[Found]:
    if rule.asks_statements:
        for reading, spoken in store.ask(rule.query).spoken():
            yield from (_statement(reading, said) for said in spoken if statement_matches(rule, said))
    else:
        for _, reading in store.ask(rule.query).readings():
            yield from (_event(reading, event) for event in events_matching(rule, reading))


def _statement(reading: Reading, said: Statement) -> Found:
    who = said.speaker.name if said.speaker else None
    return _found(reading.article, "statement", said.id, said.content, f"{who or '(nobody named)'}: {said.act}")


def _event(reading: Reading, event: Event) -> Found:
    actors, recipients = (", ".join(party.name for party in parties) for parties in (event.actor, event.recipient))
    who = f"{event.type}: {actors or '?'}{f' -> {recipients}' if recipients else ''}"
    return _found(reading.article, "event", event.id, (event.evidence,), who)


def _found(article: Article, item: str, id_: str, spans: Sequence[Span], who: str) -> Found:
    words = " … ".join(article.text[span.start : span.end] for span in spans)
    day = article.published.value[:10] if article.published else None
    return Found(item, words, day, who, article, Span(spans[0].start, spans[0].end), id_)


def _is_told(kept: Alerts, rule: Rule, one: Found) -> bool:
    return kept.is_told(rule.name, _item(one))


def _item(one: Found) -> Item:
    assert one.article is not None
    assert one.span is not None
    return Item(one.item, one.article.id, one.span.start, one.span.end)


def _by_story(kept: Alerts, rule: Rule, found: Sequence[Found], book: RuleBook) -> Iterator[Fired]:
    """One message a story, the earliest words first; what is told of already joins its alert."""
    told = kept.stories_told(rule.name) if rule.per is Per.STORY else {}
    groups: dict[str, list[Found]] = {}
    for number, one in enumerate(sorted(found, key=_order)):
        assert one.article is not None
        story = kept.story_of(one.article.id) if rule.per is Per.STORY else str(number)
        groups.setdefault(story, []).append(one)
    for story, places in groups.items():
        alert = _alert(rule, places[0], book.link, more=len(places) - 1)
        yield Fired(alert, tuple(_item(one) for one in places), told.get(story))


def _order(one: Found) -> tuple[str, str, int]:
    assert one.article is not None
    assert one.span is not None
    return one.day or "~", one.article.id, one.span.start


def _alert(rule: Rule, one: Found, base: str | None, *, more: int) -> Alert:
    assert one.article is not None
    return Alert(
        rule=rule.name,
        title=f"{one.who} · {one.article.outlet or one.article.agency or one.article.title or one.article.id}",
        quotation=one.quotation,
        article=one.article.id,
        statement=one.id,
        span=one.span,
        day=one.day,
        link=_link(one, base),
        more=more,
    )


def _link(one: Found, base: str | None) -> str | None:
    assert one.article is not None
    if base is None:
        url = one.article.url or ""
        return url if url.startswith(("http://", "https://")) else None
    place = f"#{one.id}" if one.item == "statement" else ""
    return f"{base.rstrip('/')}/articles/{quote(one.article.id, safe='')}{place}"


# --- the index ------------------------------------------------------------------------------------------------------


def _over_time(store: Store, kept: Alerts, rule: Rule) -> Iterator[Fired]:
    assert rule.index is not None
    occurrences, coverage = _observe(store)
    if rule.index.speaker:
        keys = keys_of(rule.index.speaker, occurrences)
        occurrences = [one for one in occurrences if is_named(keys, one.who)]
    built = build_escalation(occurrences, coverage, step=rule.index.by)
    for one in levels_over(rule.index, built, told=kept.periods_told(rule.name)):
        what = f"{one.item.split()[0]} of {one.who}" if one.who else one.item.split()[0]
        title = (
            f"{what} from {one.day} on" if one.item[:4] in {"rise", "fall"} else f"{what}, {rule.index.by} of {one.day}"
        )
        alert = Alert(rule=rule.name, title=title, quotation=one.quotation, day=one.day)
        yield Fired(alert, (Item(one.item),))


def _observe(store: Store) -> tuple[list[Occurrence], list[Coverage]]:
    occurrences: list[Occurrence] = []
    coverage: list[Coverage] = []
    for reading in store.each_reading():
        occurrences.extend(occurrences_of(reading))
        coverage.append(coverage_of(reading.article))
    return occurrences, coverage
