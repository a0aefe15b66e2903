"""The door of the stage: an article goes in, its statements come out."""

from __future__ import annotations

from onrecord.lexicon.speech import SpeechLexicon
from onrecord.models.acts import ActModel
from onrecord.models.attribution import AttributionModel
from onrecord.reading.acts import judge
from onrecord.reading.decode import decode_attributions
from onrecord.reading.layout import add_laid_out, find_signed_quotations, find_turns
from onrecord.reading.names import find_names
from onrecord.reading.quotes import find_quotations
from onrecord.reading.repair import repair_drafts
from onrecord.reading.signed import add_signed_sentences, find_signature
from onrecord.reading.speakers import Resolver
from onrecord.reading.statements import draft_statements, finish_statements, in_text_order, likely_drafts, word_drafts
from onrecord.records import Article, Statement
from onrecord.spans import dateline_end

__all__ = ["read_article"]


def read_article(
    article: Article, *, model: AttributionModel, acts: ActModel, lexicon: SpeechLexicon, flat: bool = False
) -> tuple[Statement, ...]:
    """Every attributed statement of the article's body, in text order.

    Args:
        flat: only outermost statements, as the PolNeAR corpus annotates.

    Source: attribution after Newell et al. 2018 (PolNeAR) and Pareti 2016 (PARC); the fields after
    `docs/reference/records.md`.
    """
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
    drafts = add_laid_out(drafts, find_turns(text) or find_signed_quotations(text, quotations), flat=flat)
    drafts = likely_drafts(drafts, convention.least)
    if signature is not None:
        drafts = add_signed_sentences(tagging, text, drafts, signature, convention)
    drafts = in_text_order(drafts)
    wordings = word_drafts(text, drafts, tagging, lexicon)
    chances = acts.predict(wordings, model.embed)
    judgements = [judge(w, row, lexicon) for w, row in zip(wordings, chances, strict=True)]
    resolver = Resolver(text, names, lexicon, signature=signature)
    return finish_statements(text, drafts, judgements, quotations, resolver)
