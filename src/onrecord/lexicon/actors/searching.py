"""Looking through the catalogue by hand: who has a name like this."""

from __future__ import annotations

from onrecord.lexicon.actors.catalogue import Catalogue
from onrecord.lexicon.actors.folding import fold, fold_words, korean_key, loose_word, order_free_key
from onrecord.lexicon.actors.records import Actor, ActorKind

__all__ = ["search_actors"]


def search_actors(catalogue: Catalogue, name: str, *, limit: int = 20) -> list[Actor]:
    """Actors that a name may mean: whole names first, then surnames, then surnames in another spelling.

    Own ones and well-known ones come first. Offices that many countries have are left out unless nothing else is found.
    """
    words = fold_words(name)
    if not words:
        return []
    korean = korean_key(name)
    steps = (
        catalogue.find(fold(name)),
        catalogue.find("~" + order_free_key(name)),
        catalogue.find("^" + korean) if korean else [],
        catalogue.find_surname(words[-1]) if len(words) == 1 else [],
        catalogue.find_similar_surname(words[-1]) if len(words) == 1 and len(loose_word(words[0])) > 3 else [],
    )
    ranked: dict[int, None] = {}
    for numbers in steps:
        ranked |= dict.fromkeys(
            sorted(
                numbers, key=lambda n: (not catalogue.brief(n).is_own, -catalogue.brief(n).level, catalogue.brief(n).id)
            )
        )
    others = [n for n in ranked if catalogue.brief(n).kind is not ActorKind.OFFICE]
    return [catalogue.actor(number) for number in (others or list(ranked))[:limit]]
