"""The actors catalogue: who and what speaks in the news, with names, roles by date, countries and sectors."""

from onrecord.lexicon.actors.catalogue import Catalogue, load_actors, open_catalogue
from onrecord.lexicon.actors.records import Actor, ActorKind, Role, Source

__all__ = ["Actor", "ActorKind", "Catalogue", "Role", "Source", "load_actors", "open_catalogue"]
