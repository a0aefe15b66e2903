"""What several articles tell, through whom, and what is denied. Every text was written for these tests."""

from __future__ import annotations

from onrecord.connect.claims import find_claims, mentions_of
from onrecord.connections import ClaimKind, CopyGroup
from onrecord.models.likeness import load_likeness, load_rarity
from onrecord.records import Act, BlockRole, Event, EventType, Modality, Moment, Reading, Span
from tests.fixtures.readings import MODELS, make_article, make_page, say


def read(name: str, text: str, *, said=(), events=(), day: str | None = None, **facts) -> Reading:
    page = make_page(text, path=f"{name}.html", id_=name)
    published = Moment(value=day, basis="by hand") if day else None
    article = make_article(page, [(BlockRole.BODY, text)], published=published, **facts)
    return Reading(article=article, statements=tuple(said), events=tuple(events), models=MODELS)


def tell(text: str, id_: str, trigger: str, evidence: str, modality: Modality = Modality.ASSERTED) -> Event:
    at, start = text.index(trigger), text.index(evidence)
    return Event(
        id=id_,
        type=EventType.COERCE,
        cameo="173",
        goldstein=-5.0,
        score=-5.0,
        quad=4,
        modality=modality,
        trigger=Span(at, at + len(trigger)),
        evidence=Span(start, start + len(evidence)),
        confidence=0.9,
    )


def claims(*readings: Reading, copies=()):
    return find_claims(readings, copies, meaning=load_likeness(), rarity=load_rarity())


SELL = "Ada Brun said the harbour board would sell the eastern quay in spring."
SELL_TOO = "The board will sell the eastern quay by spring, Ada Brun told traders."
NO = "Jon Tost denied that the board would sell the eastern quay."
ARREST = "Police in Velm arrested harbour chief Jon Tost at his house on Monday."
ARREST_TOO = "The arrest of Jon Tost, the harbour chief, shook Velm on Monday."
NO_ARREST = "Harbour chief Jon Tost was not arrested in Velm on Monday, his brother wrote."


def selling(name: str = "a", **facts) -> Reading:
    content = "the harbour board would sell the eastern quay in spring"
    return read(name, SELL, said=[say(SELL, "s1", content, speaker="Ada Brun")], **facts)


def selling_too(**facts) -> Reading:
    content = "The board will sell the eastern quay by spring"
    return read("b", SELL_TOO, said=[say(SELL_TOO, "s1", content, speaker="Ada Brun")], **facts)


def denial(**facts) -> Reading:
    content = "that the board would sell the eastern quay"
    return read("c", NO, said=[say(NO, "s1", content, speaker="Jon Tost", act=Act.DENY)], **facts)


def test_a_statement_in_two_articles_is_one_claim_with_both_chains_the_earliest_first():
    found = claims(selling_too(day="2031-03-03", outlet="Gazette"), selling(day="2031-03-02", outlet="Post"))
    (claim,) = found.shared
    assert [(one.article, one.chain) for one in claim.reports] == [
        ("a", ("Ada Brun", "Post")),
        ("b", ("Ada Brun", "Gazette")),
    ]
    assert (claim.kind, claim.sources.independent) == (ClaimKind.STATEMENT, 2)


def test_a_copy_is_no_second_source_and_its_chain_runs_through_the_first():
    group = CopyGroup(id="a", articles=("a", "d"), earliest="a", agency="Northern Press")
    first = selling("a", day="2031-03-02", agency="Northern Press", outlet="Post")
    found = claims(first, selling("d", day="2031-03-03", outlet="Echo"), copies=[group])
    (claim,) = found.shared
    assert claim.sources.independent == 1
    assert (claim.reports[1].copy_of, claim.reports[1].chain) == ("a", ("Ada Brun", "Northern Press", "Post", "Echo"))


def test_other_speakers_and_other_words_are_no_corroboration():
    other = "Jon Tost said the harbour board would sell the eastern quay in spring."
    said = say(other, "s1", "the harbour board would sell the eastern quay in spring", speaker="Jon Tost")
    ferry = "Ada Brun said ferries would leave at noon."
    noon = say(ferry, "s1", "ferries would leave at noon", speaker="Ada Brun")
    assert claims(selling(), read("e", other, said=[said]), read("f", ferry, said=[noon])).shared == ()


def test_a_denial_contradicts_what_it_denies():
    (one,) = claims(selling(), denial()).contradictions
    assert (one.told.article, one.denied.article, one.denied.denies) == ("a", "c", True)


def test_a_not_contradicts_as_well_and_does_not_corroborate():
    text = "The board will not sell the eastern quay by spring, Ada Brun told traders."
    said = say(text, "s1", "The board will not sell the eastern quay by spring", speaker="Ada Brun")
    found = claims(selling(), read("e", text, said=[said]))
    assert (found.shared, [one.denied.article for one in found.contradictions]) == ((), ["e"])


def test_a_not_about_something_else_contradicts_nothing():
    text = "“The board will sell the eastern quay by spring,” Ada Brun told traders. “This is not your quay.”"
    parts = ("“The board will sell the eastern quay by spring,”", "“This is not your quay.”")
    said = say(text, "s1", parts, speaker="Ada Brun")
    assert claims(selling(), read("e", text, said=[said])).contradictions == ()


def test_one_sentence_read_twice_is_no_contradiction():
    text = "Jon Tost denied that the board would sell the eastern quay."
    said = say(text, "s1", "that the board would sell the eastern quay", speaker="Jon Tost", act=Act.DENY)
    event = tell(text, "e1", "sell", "the board would sell the eastern quay")
    assert claims(read("e", text, said=[said], events=[event])).contradictions == ()


def test_two_speakers_in_one_article_can_be_at_odds():
    text = f"{SELL} {NO}"
    one = say(text, "s1", "the harbour board would sell the eastern quay in spring", speaker="Ada Brun")
    two = say(text, "s2", "that the board would sell the eastern quay", speaker="Jon Tost", act=Act.DENY)
    assert [one.told.id for one in claims(read("e", text, said=[one, two])).contradictions] == ["s1"]


def test_who_denies_that_it_is_not_so_denies_nothing():
    text = "Jon Tost denied that the board would never sell the eastern quay."
    said = say(text, "s1", "that the board would never sell the eastern quay", speaker="Jon Tost", act=Act.DENY)
    assert claims(selling(), read("e", text, said=[said])).contradictions == ()


def test_a_denial_of_something_else_contradicts_nothing():
    text = "Jon Tost denied that ferries had been late."
    said = say(text, "s1", "that ferries had been late", speaker="Jon Tost", act=Act.DENY)
    assert claims(selling(), read("e", text, said=[said])).contradictions == ()


def test_a_denial_does_not_contradict_its_own_words():
    text = (
        "Jon Tost denied that the board would sell the eastern quay, the board would sell the eastern quay to no one."
    )
    outer = say(text, "s1", "that the board would sell the eastern quay", speaker="Jon Tost", act=Act.DENY)
    own = say(text, "s2", "the board would sell the eastern quay to no one", speaker="Jon Tost")
    assert claims(read("e", text, said=[outer, own])).contradictions == ()


def test_an_event_in_two_articles_is_corroborated_and_one_that_did_not_happen_contradicts_it():
    happened = read("a", ARREST, events=[tell(ARREST, "e1", "arrested", "Police in Velm arrested")], outlet="Post")
    again = read("b", ARREST_TOO, events=[tell(ARREST_TOO, "e1", "arrest", "The arrest of Jon Tost")], outlet="Echo")
    event = tell(NO_ARREST, "e1", "arrested", "Jon Tost was not arrested in Velm", Modality.NEGATED)
    found = claims(happened, again, read("c", NO_ARREST, events=[event], outlet="Gazette"))
    (claim,) = found.shared
    assert (claim.kind, [one.article for one in claim.reports]) == (ClaimKind.EVENT, ["a", "b"])
    (one,) = found.contradictions
    assert (one.denied.article, one.told.denies) == ("c", False)


def test_what_might_happen_corroborates_nothing():
    maybe = tell(ARREST_TOO, "e1", "arrest", "The arrest of Jon Tost", Modality.HYPOTHETICAL)
    happened = tell(ARREST, "e1", "arrested", "Police in Velm arrested")
    assert claims(read("a", ARREST, events=[happened]), read("b", ARREST_TOO, events=[maybe])).shared == ()


def test_a_mention_is_set_into_its_sentence():
    text = f"Rain fell in Kveld. {ARREST}"
    (mention,) = mentions_of(read("a", text, events=[tell(text, "e1", "arrested", "arrested")]))
    assert mention.sentence == ARREST
    assert mention.sentence[mention.start : mention.end] == "arrested"


def test_no_articles_and_articles_without_statements():
    assert claims() == ((), ())
    assert claims(read("a", SELL), read("b", SELL_TOO)) == ((), ())
