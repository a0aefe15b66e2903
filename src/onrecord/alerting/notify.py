"""Messages to people, through apprise: mail, chats, webhooks and some hundred services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from onrecord.errors import UsageError
from onrecord.track.alerts import Alert

if TYPE_CHECKING:
    from apprise import Apprise

__all__ = ["check_addresses", "message_of", "send_alert"]


def message_of(alert: Alert) -> tuple[str, str]:
    """Subject and text: the quotation, where it stands, how many more there are."""
    words = f"“{alert.quotation}”" if alert.article else alert.quotation
    place = " · ".join(part for part in (alert.day, alert.article, alert.statement) if part)
    more = f"{alert.more} more in the same story" if alert.more else None
    lines = [words, place, alert.link, more]
    return f"[{alert.rule}] {alert.title}", "\n\n".join(line for line in lines if line)


def check_addresses(addresses: Sequence[str], environment: Mapping[str, str]) -> None:
    """Say what is wrong with addresses before anything is fired.

    Raises:
        UsageError: apprise is not installed, a variable is not set, or an address is of no service.
    """
    for address in addresses:
        _notifier([address], environment)


def send_alert(alert: Alert, addresses: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether all of the addresses took the message.

    Raises:
        UsageError: as `check_addresses`.
    """
    title, body = message_of(alert)
    return bool(_notifier(addresses, environment).notify(title=title, body=body, body_format="text"))


def _notifier(addresses: Sequence[str], environment: Mapping[str, str]) -> Apprise:
    try:
        from apprise import Apprise  # noqa: PLC0415  an extra
    except ImportError as error:
        told = "to send messages, apprise is needed. Install it with: pip install 'onrecord[notify]'"
        raise UsageError(told) from error
    notifier = Apprise()
    for address in addresses:
        is_variable = address.startswith("$")
        found = environment.get(address[1:]) if is_variable else address
        if not found:
            raise UsageError(f"send: the environment variable {address[1:]} is not set; it is to hold an address.")
        if not notifier.add(found):
            shown = address if is_variable else f"{address.split('://')[0]}://..."  # addresses hold passwords
            raise UsageError(f"send: {shown} is no address that apprise knows, such as mailto://me:secret@example.org")
    return notifier
