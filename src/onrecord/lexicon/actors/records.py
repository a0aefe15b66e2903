"""What the actors catalogue holds: persons, offices, organisations, countries, each with names, roles and sources."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = ["Actor", "ActorKind", "Role", "Source"]


class ActorKind(StrEnum):
    """What an actor is."""

    PERSON = "person"
    OFFICE = "office"  # "President of South Korea", whoever holds it
    COUNTRY = "country"
    GOVERNMENT = "government"  # and cabinets, presidencies, palaces that stand for them
    MINISTRY = "ministry"  # and agencies of the state, central banks, courts
    PARLIAMENT = "parliament"
    ARMED_FORCE = "armed force"  # of a state; its police and intelligence too
    ARMED_GROUP = "armed group"
    PARTY = "party"
    AGENCY = "agency"  # news agency
    OUTLET = "outlet"  # newspaper, broadcaster, site
    INTERNATIONAL = "international"  # organisation of states
    ORGANISATION = "organisation"  # any other
    PEOPLE = "people"  # "Americans"
    PLACE = "place"  # capital or seat of power
    ROLE = "role"  # "police", of the user's own dictionary of roles: nobody by itself


class Source(Struct, frozen=True, array_like=True):
    """Where a fact was taken from, and until when it holds."""

    name: str
    licence: str
    as_of: str  # ISO date, or its beginning; nothing is claimed beyond it


class Role(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person was, where and when."""

    title: str  # "President of South Korea"
    office: str | None = None  # id of the office
    country: str | None = None  # as in `Actor.country`
    sector: str | None = None
    start: str | None = None  # ISO date or its beginning ("2021", "2021-03"); None: not known
    end: str | None = None  # None: not known to have ended when the source was made
    source: str
    as_of: str  # the day up to which the source can know

    def held_on(self, date: str) -> bool:
        """Was it held on that day? Partial dates count as the whole year or month.

        A role without an end counts as held also after `as_of`; `Actor.roles` say how old that knowledge is.

        >>> Role(title="Mayor", start="2019", end="2021-03", source="s", as_of="2022").held_on("2021-03-15")
        True
        """
        return (not self.start or self.start <= date) and (not self.end or date <= self.end + "~")


class Actor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody or something that speaks, acts or is acted upon."""

    id: str  # "person:kim-jong-un"
    kind: ActorKind
    name: str
    names: tuple[str, ...] = ()  # others: spellings, acronyms, names in other scripts
    country: str | None = None  # ISO 3166 alpha-3, or XKX; UNO, EUR, IGO, NGO, MNC, IMG for what has no country
    wikidata: str | None = None  # "Q56226"
    sector: str | None = None  # PLOVER
    roles: tuple[Role, ...] = ()
    sources: tuple[str, ...] = ()
    as_of: str  # latest day that any of the sources can know
    level: int = 0  # how much the world hears of it: 0 of a mayor, 3 of a minister, 5 of a head of state
