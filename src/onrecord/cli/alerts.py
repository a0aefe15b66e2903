"""`onrecord alerts`: rules over a store, what they would tell, and telling it once."""

# ruff: noqa: D301  "\b" is click's mark for lines that are not to be wrapped, and it is the character that counts

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from onrecord.cli.report import Format, print_line, quiet_pipe
from onrecord.cli.tracking import DEFAULT_STORE, StoreFile
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.alerting import RuleBook
    from onrecord.track.alerts import Alert

__all__ = ["alerts_app"]

alerts_app = typer.Typer(no_args_is_help=True, help="Be told when something is said or done, once.")

Rules = Annotated[Path, typer.Argument(metavar="RULES.toml", help="The rules; see docs/reference/alerts.md.")]
OutputFormat = Annotated[Format, typer.Option("--format", help="For people, or one JSON object a line.")]
_IN_FEED = 100  # the newest


@alerts_app.command("test")
def would_fire(rules: Rules, store: StoreFile = DEFAULT_STORE, form: OutputFormat = Format.TERMINAL) -> None:
    """Show what the rules would tell that they have not told yet. Nothing is kept and nothing sent.

    \b
    Example:
      onrecord alerts test rules.toml talks.db
    """
    from onrecord.alerting import find_alerts, read_rules  # noqa: PLC0415  --help has no need of it
    from onrecord.store import Store  # noqa: PLC0415
    from onrecord.store.alerts import Alerts  # noqa: PLC0415

    book = read_rules(rules)
    _check_store(store)
    with Store.open(store, read_only=True) as opened, Alerts(store, read_only=True) as kept:
        found = [one.alert for one in find_alerts(opened, kept, book) if one.joins is None]
    with quiet_pipe():
        for alert in found:
            _print(alert, form)
        if form is Format.TERMINAL:
            _print_sums(book, found)


@alerts_app.command()
def run(
    rules: Rules,
    store: StoreFile = DEFAULT_STORE,
    seen: Annotated[bool, typer.Option("--seen", help="Only note what is there, so that it is never told.")] = False,
    form: OutputFormat = Format.TERMINAL,
) -> None:
    """Tell what the rules find, each statement once: print it, write the feed, send messages.

    Messages that could not be sent are tried again by the next run; then the exit code is 1.

    \b
    Examples:
      onrecord alerts run rules.toml talks.db --seen
      onrecord alerts run rules.toml talks.db
    """
    from onrecord.alerting import read_rules, run_alerts, send_alert, send_waiting, write_feed  # noqa: PLC0415
    from onrecord.alerting.notify import check_addresses  # noqa: PLC0415
    from onrecord.store.alerts import Alerts  # noqa: PLC0415

    book = read_rules(rules)
    _check_store(store)
    check_addresses([*book.send, *(address for rule in book.rule for address in rule.send)], os.environ)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    raised = run_alerts(store, book, now=now, is_seen=seen)
    with quiet_pipe():
        for _, alert in [] if seen else raised:
            _print(alert, form)
    if book.feed:
        with Alerts(store, read_only=True) as kept:
            rows = [row for row in kept.rows(limit=_IN_FEED) if row.state != "seen"]
        write_feed(rules.parent / book.feed, rows, now=now)
    sent, failed = send_waiting(store, book, lambda alert, to: send_alert(alert, to, os.environ))
    if form is Format.TERMINAL:
        told = f"{_count(len(raised))} {'noted' if seen else 'raised'}"
        print_line(f"{told}, {sent} sent, {failed} could not be sent" if sent or failed else told)
    raise typer.Exit(1 if failed else 0)


@alerts_app.command("list")
def list_(
    store: StoreFile = DEFAULT_STORE,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many.")] = 20,
    form: OutputFormat = Format.TERMINAL,
) -> None:
    """List the alerts that were raised, the newest first, and what became of their messages.

    \b
    Example:
      onrecord alerts list talks.db
    """
    from onrecord.store.alerts import Alerts  # noqa: PLC0415
    from onrecord.track.alerts import Alert  # noqa: PLC0415

    _check_store(store)
    with Alerts(store, read_only=True) as kept:
        rows = kept.rows(limit=limit)
    with quiet_pipe():
        for row in rows:
            alert = msgspec.json.decode(row.record, type=Alert)
            if form is Format.JSONL:
                told = {
                    "number": row.number,
                    "fired_at": row.fired_at,
                    "state": row.state,
                    **msgspec.to_builtins(alert),
                }
                sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
            else:
                print_line(f"{row.number}  {row.fired_at}  {row.state}")
                _print(alert, form)
        if not rows and form is Format.TERMINAL:
            print_line("No alert was raised yet.")


def _check_store(store: Path) -> None:
    if not store.exists():
        raise UsageError(f"{store}: there is no store. Make one with: onrecord add SOURCE --store {store}")


def _print(alert: Alert, form: Format) -> None:
    if form is Format.JSONL:
        sys.stdout.write(msgspec.json.encode(alert).decode() + "\n")
        return
    print_line(f"[{alert.rule}] {alert.title}")
    place = " ".join(part for part in (alert.article, alert.statement) if part)
    _print_indented(f"“{alert.quotation}” [{place}]" if place else alert.quotation)
    more = f"{alert.more} more in the same story" if alert.more else None
    for line in (alert.day, alert.link, more):
        if line:
            _print_indented(line)


def _print_indented(line: str) -> None:
    sys.stdout.write("    ")
    print_line(line)


def _print_sums(book: RuleBook, found: list[Alert]) -> None:
    for rule in book.rule:
        print_line(f"{rule.name}: would have fired {_times(sum(alert.rule == rule.name for alert in found))}")


def _times(count: int) -> str:
    return f"{count} time{'' if count == 1 else 's'}"


def _count(count: int) -> str:
    return f"{count} alert{'' if count == 1 else 's'}"
