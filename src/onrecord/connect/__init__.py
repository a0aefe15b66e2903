"""From many readings to what they have in common; now: who is meant by a mention, and whom a statement is aimed at."""

from onrecord.connect.actors import Candidate, Context, Evidence, Link, Linker, Outcome, read_context
from onrecord.connect.describe import Description, describe
from onrecord.connect.events import aim_by_events, identify_parties
from onrecord.connect.identifier import Identifier
from onrecord.connect.named import ActorMention, Named, find_actors
from onrecord.connect.speakers import identify_speakers, identify_with
from onrecord.connect.targets import aim_statements

__all__ = [
    "ActorMention",
    "Candidate",
    "Context",
    "Description",
    "Evidence",
    "Identifier",
    "Link",
    "Linker",
    "Named",
    "Outcome",
    "aim_by_events",
    "aim_statements",
    "describe",
    "find_actors",
    "identify_parties",
    "identify_speakers",
    "identify_with",
    "read_context",
]
