"""The door of the stage: an article goes in, its statements and events come out."""

from __future__ import annotations

from msgspec import Struct

from onrecord.lexicon.events import CodeBook
from onrecord.lexicon.resolutions import load_resolution_words
from onrecord.lexicon.sectors import load_sector_words
from onrecord.lexicon.speech import SpeechLexicon
from onrecord.models.acts import ActModel
from onrecord.models.attribution import AttributionModel
from onrecord.models.deeds import DeedModel, load_deed_model
from onrecord.reading.acts import judge
from onrecord.reading.coreference import find_entities
from onrecord.reading.decode import decode_attributions
from onrecord.reading.details import tell_details
from onrecord.reading.events import EventJudges, find_events
from onrecord.reading.layout import add_laid_out, find_signed_quotations, find_turns
from onrecord.reading.mentions import find_mentions
from onrecord.reading.names import find_names
from onrecord.reading.quotes import find_quotations
from onrecord.reading.repair import repair_drafts
from onrecord.reading.resolutions import find_operative, without_repeated
from onrecord.reading.signed import add_signed_sentences, find_signature
from onrecord.reading.speakers import Resolver
from onrecord.reading.statements import draft_statements, finish_statements, in_text_order, likely_drafts, word_drafts
from onrecord.records import Article, Event, Statement
from onrecord.spans import dateline_end

__all__ = ["Found", "Judges", "read_article"]


class Judges(Struct, frozen=True, kw_only=True):
    """What reads: models, word list and code book."""

    model: AttributionModel
    acts: ActModel
    lexicon: SpeechLexicon
    book: CodeBook
    deeds: DeedModel | None = None  # None: the weights that come with the package

    @property
    def name(self) -> str:
        """Names and versions of the models."""
        return ", ".join(model.name for model in (self.model, self.acts, self.deeds or load_deed_model()))


class Found(Struct, frozen=True, kw_only=True):
    """What an article says, in text order."""

    statements: tuple[Statement, ...] = ()
    events: tuple[Event, ...] = ()


def read_article(article: Article, judges: Judges, *, flat: bool = False) -> Found:
    """Every attributed statement and every political event of the article's body.

    Args:
        flat: only outermost statements, as the PolNeAR corpus annotates, and no events.

    Source: attribution after Newell et al. 2018 (PolNeAR) and Pareti 2016 (PARC), events after PLOVER 0.8; the fields
    after `docs/reference/records.md`.
    """
    model, lexicon = judges.model, judges.lexicon
    text = article.text
    quotations = find_quotations(text)
    tagging = model.tag(text, [(q.start, q.end) for q in quotations], flat=flat, start=dateline_end(text))
    convention = model.convention(flat=flat)
    attributions = decode_attributions(tagging, flat=flat, leanings=convention.leanings)
    drafts = draft_statements(tagging, attributions, convention)
    names = find_names(text, lexicon, context=article.title or "")
    signature = None if flat else find_signature(article.title, text, names)
    if not flat:
        drafts = repair_drafts(text, drafts, quotations)
    operative = [] if flat else find_operative(text, load_resolution_words())
    enacted = [one.draft for one in operative]
    told = enacted or find_turns(text) or find_signed_quotations(text, quotations)
    drafts = add_laid_out(without_repeated(drafts, enacted), told, flat=flat)
    drafts = likely_drafts(drafts, convention.least)
    if signature is not None:
        drafts = add_signed_sentences(tagging, text, drafts, signature, convention)
    drafts = in_text_order(drafts)
    wordings = word_drafts(text, drafts, tagging, lexicon)
    chances = judges.acts.predict(wordings, model.embed)
    judgements = [judge(w, row, lexicon) for w, row in zip(wordings, chances, strict=True)]
    acts = {id(one.draft): one.act for one in operative}
    judgements = [j._replace(act=acts.get(id(d), j.act)) for d, j in zip(drafts, judgements, strict=True)]
    entities = find_entities(text, find_mentions(tagging, text, names), tagging.meaning, names, lexicon)
    resolver = Resolver(text, names, lexicon, signature=signature, entities=entities)
    statements = finish_statements(text, drafts, judgements, quotations, resolver)
    if flat:
        return Found(statements=statements)
    telling = EventJudges(deeds=judges.deeds or load_deed_model(), book=judges.book)
    events = find_events(text, tagging, entities, statements, telling)
    return Found(statements=tell_details(article, statements, lexicon, load_sector_words()), events=events)
