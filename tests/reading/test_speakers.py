import pytest

from onrecord.lexicon.speech import load_speech_lexicon
from onrecord.reading.coreference import Entity
from onrecord.reading.mentions import Mention
from onrecord.reading.names import find_names
from onrecord.reading.signed import find_signature
from onrecord.reading.speakers import Resolver, Signature
from onrecord.records import Span, Speaker, SpeakerBasis

LEXICON = load_speech_lexicon()
TEXT = (
    "VELM CITY — Velmoran leader Tarek Odun Sai vowed to rebuild the port. "
    "Odun said the Velmoran News Agency (VNA) had the plan.\n\n"
    "Mira Castell, a fellow at the Harbour Institute, said it was late. She called it costly. "
    "The Velmoran leader said he would pay. Castell said VNA was wrong. "
    "Some analysts say it will fail. The U.S. said it was watching. "
    "Mr. Odun's spokesman declined to comment."
)


HIGH = "High Commissioner for Human Rights"


def resolve(source: str, text: str = TEXT) -> tuple[str, str] | None:
    start = text.rindex(source)
    resolver = Resolver(text, find_names(text, LEXICON), LEXICON, signature=None)
    speaker = resolver.resolve([Span(start, start + len(source))], [Span(start, start + 1)], enclosing=None)
    return None if speaker is None else (speaker.name, speaker.basis.value)


@pytest.mark.parametrize(
    ("source", "speaker"),
    [
        ("Velmoran leader Tarek Odun Sai", ("Tarek Odun Sai", "name")),
        ("Mira Castell, a fellow at the Harbour Institute,", ("Mira Castell", "name")),
        ("Castell", ("Mira Castell", "short name")),
        ("She", ("Mira Castell", "pronoun")),
        ("The Velmoran leader", ("Tarek Odun Sai", "title")),
        ("Some analysts", ("analysts", "description")),
        ("The U.S.", ("United States", "short name")),
    ],
)
def test_who_a_source_is(source: str, speaker: tuple[str, str]) -> None:
    assert resolve(source) == speaker


@pytest.mark.parametrize(
    ("text", "source", "speaker"),
    [
        ("Velmora's Prime Minister, Odile Raman, said no.", "Velmora's Prime Minister, Odile Raman,", "Odile Raman"),
        ("Velmora's Prime Minister, Odile Raman, said no.", "Velmora's Prime Minister", "Odile Raman"),
        (
            "Velmoran Ambassador to the U.N. Ilka Moren-Dahl said no.",
            "Velmoran Ambassador to the U.N. Ilka Moren-Dahl",
            "Ilka Moren-Dahl",
        ),
        (
            "The Velmoran Ambassador to the United States Ilka Moren said no.",
            "The Velmoran Ambassador to the United States Ilka Moren",
            "Ilka Moren",
        ),
        ("A spokesman for Ilka Moren said no.", "A spokesman for Ilka Moren", "spokesman for Ilka Moren"),
        ("VNA News, Ilka Moren's employer, said no.", "VNA News", "VNA News"),
        ("Had the U.S. left, all were lost. Critics say the U.S. knew it.", "the U.S.", "United States"),
        ("Ilka Moren and European NATO met. She said so.", "She", "Ilka Moren"),
        ("Tarek King won. King said so.", "King", "Tarek King"),
        ("While Ilka Moren waited, Moren said so.", "Moren", "Ilka Moren"),
        ("Where Is Ilka Moren? Moren said so.", "Moren", "Ilka Moren"),
        ("So Se Pyong spoke. So said no.", "So", "So Se Pyong"),
        ("Moren spokeswoman Mira Castell said no.", "Moren spokeswoman Mira Castell", "Mira Castell"),
        ("Ilka Moren waited. Moren allies said no.", "Moren allies", "Moren allies"),
        ("Republican Rep. Ilka Moren of Velm said no.", "Republican Rep. Ilka Moren of Velm", "Ilka Moren"),
        ("Storm Hits Moren Before Dreadful Night\n\nIlka Moren hid. Moren said so.", "Moren", "Ilka Moren"),
        ("The Moren Riviera is near. Ilka Moren came. Moren said so.", "Moren", "Ilka Moren"),
        ("The respected SecretaryIlka Moren came. Moren said so.", "Moren", "Ilka Moren"),
        ("Ilka Morenvisited us. Ilka Morenwho won spoke. Moren said so.", "Moren", "Ilka Moren"),
        ("Velm Daily’s Patricia Moren wrote. Moren said so.", "Moren", "Patricia Moren"),
        ("Patricia Moren met Robert Sai. Mr. Sai left. She said so.", "She", "Patricia Moren"),
        ("Robert Sai wrote. Patricia Moren called. He said so.", "He", "Robert Sai"),
        ("Last week Velmora met the NATO-critical bloc. It said no.", "It", "Velmora"),
        ("Minister Israel Moren left. Israel decided to go.", "Israel", "Israel"),
        ("Velmoran Minister of Foreign Affairs Ilka Moren came. Moren said no.", "Moren", "Ilka Moren"),
        ("The union's Secretary-General Ilka Moren came. Moren said no.", "Moren", "Ilka Moren"),
        ("Minister of Trade Ilka Moren came. Moren said no.", "Moren", "Ilka Moren"),
        ("Velmoran Minister of Trade Ilka Moren said no.", "Velmoran Minister of Trade Ilka Moren", "Ilka Moren"),
        ("The High Commissioner for Human Rights said no.", "The High Commissioner for Human Rights", HIGH),
        ("It rained. Brave Marina Dahl sang. Marina Dahl said no.", "Marina Dahl", "Marina Dahl"),
        ("It rained. Brave Marina Dahl sang. Marina Dahl said no.", "Brave Marina Dahl", "Marina Dahl"),
        ("Fish, Ferries and Trade Velmora (FFTV) shut. FFTV said no.", "FFTV", "Fish, Ferries and Trade Velmora"),
        ("The Velmoran Revenue Service (Vrs) shut. Vrs said no.", "Vrs", "Velmoran Revenue Service"),
        ("UN Ferries shut. The UN said no.", "The UN", "United Nations"),
        ("Ilka Dal Morenvisited Velm. He said no.", "Ilka Dal Moren", "Ilka Dal Moren"),
        ("The VNA’s Keegan Moren sang. Moren said no.", "Moren", "Keegan Moren"),
        ("Velm-based Mina Books shut. Mina Books said no.", "Velm-based Mina Books", "Mina Books"),
        ("It’s Ilka Moren. Moren said no.", "Moren", "Ilka Moren"),
        ("Maria Cody Moren sang. Cody Moren said no.", "Cody Moren", "Maria Cody Moren"),
    ],
)
def test_what_stands_beside_a_name_is_no_part_of_it(text: str, source: str, speaker: str) -> None:
    found = resolve(source, text)
    assert found is not None
    assert found[0] == speaker


@pytest.mark.parametrize(
    ("text", "source", "speaker"),
    [
        ("The Harbour Institute's report said no.", "The Harbour Institute's report", ("Harbour Institute", "name")),
        (
            "A study by the Harbour Institute said no.",
            "A study by the Harbour Institute",
            ("Harbour Institute", "document"),
        ),
        ("The Harbour Institute released a study. The study said no.", "The study", ("Harbour Institute", "document")),
        ("A memo seen by the Harbour Institute said no.", "A memo seen by the Harbour Institute", None),
        ("The study said no.", "The study", ("study", "description")),
        (
            "Following are the main articles in Velm Daily on Monday:\n- Ilka Moren won.\n- An article said no.",
            "An article",
            ("Velm Daily", "document"),
        ),
        (
            "Articles in leading papers:\n\nVelm Daily\n- Moren won.\n\nPort Herald\n- An article said no.\n",
            "An article",
            ("Port Herald", "document"),
        ),
    ],
)
def test_a_document_speaks_for_whoever_issued_it(text: str, source: str, speaker: tuple[str, str] | None) -> None:
    found = resolve(source, text)
    assert found == speaker if speaker else found is not None and found[1] == "description"


def test_a_quotation_without_source_goes_on_with_whoever_spoke_before_it() -> None:
    text = "Ilka Moren said no.\n\n“We are late.”\n\nRain fell.\n\nSnow fell.\n\nHail fell.\n\n“We are wet.”"
    resolver = Resolver(text, find_names(text, LEXICON), LEXICON, signature=None)

    def speaker_of(content: str, source: str = "") -> Speaker | None:
        at = [Span(text.index(part), text.index(part) + len(part)) for part in (source, content)]
        return resolver.resolve(at[:1] if source else [], at[1:], enclosing=None)

    assert speaker_of("no", "Ilka Moren") is not None
    following = speaker_of("“We are late.”")
    assert following is not None
    assert (following.name, following.basis) == ("Ilka Moren", SpeakerBasis.ELIDED)
    assert speaker_of("“We are wet.”") is None


def test_a_name_in_capitals_is_the_person_of_that_name() -> None:
    text = "Mira Castell spoke to Jon Un.\nCASTELL: It is late.\nUN: We agree."
    assert resolve("CASTELL", text) == ("Mira Castell", "short name")
    assert resolve("UN", text) != ("Jon Un", "short name")


def test_who_asks_in_an_interview_is_not_told() -> None:
    assert resolve("QUESTION", "Mira Castell spoke.\nQUESTION: Is it late?") is None


def test_an_acronym_is_the_name_it_was_defined_for() -> None:
    start = TEXT.index("VNA was wrong")
    resolver = Resolver(TEXT, find_names(TEXT, LEXICON), LEXICON, signature=None)
    speaker = resolver.resolve([Span(start, start + 3)], [Span(start + 4, start + 9)], enclosing=None)
    assert speaker is not None
    assert (speaker.name, speaker.basis.value) == ("Velmoran News Agency", "short name")


def test_evidence_shows_the_name() -> None:
    start = TEXT.index("She called")
    resolver = Resolver(TEXT, find_names(TEXT, LEXICON), LEXICON, signature=None)
    speaker = resolver.resolve([Span(start, start + 3)], [Span(start + 4, start + 9)], enclosing=None)
    assert speaker is not None
    assert speaker.evidence is not None
    assert TEXT[speaker.evidence.start : speaker.evidence.end] == "Mira Castell"


@pytest.mark.parametrize(
    ("title", "text", "signer"),
    [
        (
            None,
            "Port Vel, May 3 (VNA) -- Ilka Moren, vice minister, released the following press statement:\n\nWe warn.",
            "Ilka Moren",
        ),
        (None, "The Foreign Ministry issued the following statement on Monday:\n\nWe warn.", "Foreign Ministry"),
        ("Press Statement of the Chief of Staff", "We warn all.", "the Chief of Staff"),
        ("Statement by the Foreign Office on Port Vel", "We warn all.", "the Foreign Office"),
        ("Remarks by President Moren at the Port", "I warn all. President Ilka Moren left.", "Ilka Moren"),
        (
            "Ships sail",
            "Ilka Moren made a speech to sailors.\n\nThe full text of the speech is as follows:\n\nI warn all.",
            "Ilka Moren",
        ),
        ("Talks resume", "Ilka Moren released a statement. It was short.", None),
    ],
)
def test_who_signed(title: str | None, text: str, signer: str | None) -> None:
    signature = find_signature(title, text, find_names(text, LEXICON))
    assert (signature.speaker.name if signature else None) == signer


def test_somebody_else_in_a_signed_body_came_through_the_signer():
    moren = Speaker(name="Ilka Moren", basis=SpeakerBasis.SIGNED, evidence=None)
    envoy = Speaker(name="Tarek Odun", basis=SpeakerBasis.NAME, evidence=None)
    resolver = Resolver(TEXT, find_names(TEXT, LEXICON), LEXICON, signature=Signature(moren, 10))
    assert resolver.passed_on_by(20, envoy) == (moren,)
    assert resolver.passed_on_by(20, moren) == ()
    assert resolver.passed_on_by(5, envoy) == ()
    assert resolver.passed_on_by(20, None) == ()


def test_an_editors_brackets_are_no_part_of_a_name() -> None:
    assert resolve("Coastal towns]", "“[Coastal towns] think it rains,” Moren said.") == (
        "Coastal towns",
        "description",
    )


def test_an_article_without_its_noun_is_nobody() -> None:
    assert resolve("the", "It rained, the said.") is None


def test_a_pronoun_means_who_was_named_last_where_the_network_reaches_far_back() -> None:
    text = "Mary Dahl sang. It rained. It snowed. Ilka Moren said no. It hailed. She said so."
    names = find_names(text, LEXICON)
    dahl, moren = (next(m.name for m in names.mentions if m.name.text == name) for name in ("Mary Dahl", "Ilka Moren"))
    she = Span(text.index("She"), text.index("She") + 3)
    for name, spans in ((dahl, (dahl.first, she)), (moren, (moren.first, she))):
        mentions = tuple(Mention(span=span, words=(0, 0), kind="person", chance=0.9) for span in spans)
        entity = Entity(mentions=mentions, kind="person", name=name, shown=spans[0], pronouns=frozenset({she}))
        resolver = Resolver(text, names, LEXICON, signature=None, entities=[entity])
        found = resolver.resolve([she], [she], enclosing=None)
        assert found is not None
        assert found.name == "Ilka Moren"


def test_a_capital_that_only_opens_a_sentence_is_dropped() -> None:
    assert resolve("People", "Some people sang. People said no.") == ("people", "description")
    assert resolve("Velmorans", "Some people sang. Velmorans said no.") == ("Velmorans", "description")
