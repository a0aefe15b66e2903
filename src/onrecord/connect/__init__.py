"""From many readings to what they have in common; now: which actor of the catalogue a mention means."""

from onrecord.connect.actors import Candidate, Context, Evidence, Link, Linker, Outcome, read_context
from onrecord.connect.describe import Description, describe
from onrecord.connect.events import identify_parties
from onrecord.connect.speakers import identify_speakers

__all__ = [
    "Candidate",
    "Context",
    "Description",
    "Evidence",
    "Link",
    "Linker",
    "Outcome",
    "describe",
    "identify_parties",
    "identify_speakers",
    "read_context",
]
