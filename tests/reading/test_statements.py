from onrecord.reading import keep_sure
from onrecord.records import Act, Span, Statement, StatementKind


def statement(id_: str, confidence: float, within: str | None = None) -> Statement:
    return Statement(
        id=id_,
        kind=StatementKind.INDIRECT,
        source=(),
        cue=(),
        content=(Span(0, 1),),
        within=within,
        speaker=None,
        via=(),
        act=Act.ASSERT,
        hedged=False,
        conditional=False,
        negated=False,
        confidence=confidence,
    )


def kept(*statements: Statement, least: float) -> list[str]:
    return [s.id for s in keep_sure(statements, least)]


def test_what_is_less_sure_is_left_out_and_ids_stay():
    assert kept(statement("s1", 0.9), statement("s2", 0.4), statement("s3", 0.8), least=0.8) == ["s1", "s3"]
    assert kept(statement("s1", 0.1), least=0.0) == ["s1"]


def test_what_holds_a_sure_statement_stays_with_it():
    nested = (statement("s1", 0.2), statement("s2", 0.3, "s1"), statement("s3", 0.9, "s2"), statement("s4", 0.1, "s1"))
    assert kept(*nested, least=0.5) == ["s1", "s2", "s3"]
