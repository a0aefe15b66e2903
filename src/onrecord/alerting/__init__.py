"""Rules of a file over the articles of a store: what they would tell, telling it once, a feed, messages."""

from onrecord.alerting.feed import write_feed
from onrecord.alerting.notify import send_alert
from onrecord.alerting.rules import RuleBook, read_rules
from onrecord.alerting.running import Fired, find_alerts, run_alerts, send_waiting

__all__ = ["Fired", "RuleBook", "find_alerts", "read_rules", "run_alerts", "send_alert", "send_waiting", "write_feed"]
