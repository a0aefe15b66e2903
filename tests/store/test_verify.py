"""Whatever was changed in a store behind its back is found and named; a statement can be proven without the store."""

from __future__ import annotations

from pathlib import Path

import apsw
import msgspec
import pytest
from msgspec.structs import replace

from onrecord.errors import StoreError, UsageError
from onrecord.records import Rejected, Stage
from onrecord.store import Store
from onrecord.store.alerts import Alerts, Item
from onrecord.store.check import check_store
from onrecord.store.proofs import Proof, check_proof, parse_proof, prove_statement
from onrecord.store.reports import Finding, TreeHead, parse_head
from onrecord.store.verify import verify_store
from tests.fixtures.readings import MODELS, emoji_story, kim_story, make_plain, world_stories
from tests.store.test_query import aimed_story


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        for page, reading in (kim_story(), emoji_story(), *world_stories(), kim_story()):
            store.add(page, reading)
        page, reading = emoji_story()
        store.add(page, replace(reading, models=replace(MODELS, reader="by hand 2"), statements=reading.statements[:1]))
        broken, _ = make_plain("???", path="broken.html")
        store.reject(Rejected(path="broken.html", stage=Stage.CLEAN, code="no-article", reason="no text"), page=broken)
    return path


def change(path: Path, query: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(query)
    assert connection.changes() == 1
    connection.close()


def told(findings: tuple[Finding, ...]) -> str:
    return "\n".join(f"{one.where}: {one.part}: {one.problem}" for one in findings)


def test_nothing_is_found_in_a_store_that_nobody_touched(path):
    verified = verify_store(path)
    assert (verified.findings, verified.index_compared) == ((), True)
    assert (verified.articles, verified.readings) == (6, 7)
    assert check_store(path).findings == ()


@pytest.mark.parametrize(
    ("query", "where", "part"),
    [
        (
            "UPDATE page SET packed = x'00' WHERE sha256 = (SELECT sha256 FROM article WHERE number = 1)",
            "KIM",
            "raw page",
        ),
        (
            "UPDATE reading SET record = replace(record, '\"hedged\":true', '\"hedged\":false') WHERE number = 1",
            "KIM",
            "record",
        ),
        ("UPDATE reading SET models = replace(models, 'hand', 'foot') WHERE number = 1", "KIM", "models"),
        ("UPDATE reading SET added_at = '2001-01-01T00:00:00Z' WHERE number = 1", "KIM", "time of reading"),
        ("UPDATE article SET facts = replace(facts, 'html', 'htm') WHERE number = 1", "KIM", "what the input said"),
        ("UPDATE article SET title = 'Kim pledges peace' WHERE number = 1", "KIM", "rows"),
        ("UPDATE statement SET act = 'threaten' WHERE article = 1 AND id = 's2'", "KIM", "rows"),
        ("UPDATE statement SET confidence = confidence + 1e-16 WHERE article = 1 AND id = 's2'", "KIM", "rows"),
        ("UPDATE passage SET body = 'x' WHERE article = 1 AND statement = 's2'", "KIM", "rows"),
        ("UPDATE facet SET day = '2001-01-01' WHERE article = 1 AND position = 0", "KIM", "rows"),
        ("UPDATE facet SET confidence = confidence + 1e-16 WHERE article = 1 AND position = 1", "KIM", "rows"),
        (
            "UPDATE named SET folded = ' x ' WHERE number = (SELECT max(speaker) FROM facet WHERE article = 1)",
            "KIM",
            "rows",
        ),
        ("DELETE FROM facet WHERE article = 1 AND position = 0", "KIM", "rows"),
        ("UPDATE sighting SET times = 2 WHERE article = 1", "KIM", "rows"),
        ("DELETE FROM sighting WHERE article = 1", "KIM", "rows"),
        ("UPDATE quarantine SET reason = 'other'", "quarantine 1", "rows"),
        ("UPDATE page SET packed = x'00' WHERE length = 3", "quarantine 1", "raw page"),
        ("UPDATE leaf SET parts = replace(parts, 'text', 'html') WHERE number = 1", "reading 1", "leaf"),
        ("DELETE FROM leaf WHERE number = 2", "reading 2", "leaf"),
        ("DELETE FROM reading WHERE number = 7", "reading 7", "record"),
        ("UPDATE words_docsize SET sz = x'0101' WHERE id = 1", "search index", "words"),
        ("DELETE FROM trigrams_docsize WHERE id = (SELECT max(id) FROM trigrams_docsize)", "search index", "trigrams"),
        ("UPDATE tally SET received = received + 1", "ledger", "10 inputs came in, and 9 ended"),
        (
            "UPDATE words_data SET block = substr(block, 1, 9) WHERE id = (SELECT max(id) FROM words_data)",
            "search index",
            "words",
        ),
        (
            "UPDATE trigrams_data SET block = substr(block, 1, 9) WHERE id = (SELECT max(id) FROM trigrams_data)",
            "search index",
            "trigrams",
        ),
    ],
)
def test_what_was_changed_is_named(path, query, where, part):
    change(path, query)
    findings = told(verify_store(path).findings)
    where = f"article {kim_story()[0].id}" if where == "KIM" else where
    assert any(where in line and part in line for line in findings.splitlines()), findings
    assert check_store(path).findings != ()


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_is_found_where_nothing_is_indexed_or_nothing_of_other_scripts(tmp_path, count):
    with Store.open(tmp_path / "plain.db") as store:
        for page, reading in [make_plain("Plain words.")] * count:
            store.add(page, reading)
    assert check_store(tmp_path / "plain.db").findings == ()


def test_a_root_noted_earlier_shows_that_the_store_only_grew(path):
    noted = verify_store(path).head
    with Store.open(path) as store:
        store.add(*make_plain("One more."))
    grown = verify_store(path, known=noted)
    assert (grown.findings, grown.head.size) == ((), noted.size + 1)


def test_a_store_written_anew_does_not_have_the_root_that_was_noted(path, tmp_path):
    noted = verify_store(path).head
    other = tmp_path / "other.db"
    with Store.open(other) as store:
        for page, reading in (emoji_story(), kim_story()):
            store.add(page, reading)
    assert "7 readings were noted, and 2 are there" in told(verify_store(other, known=noted).findings)
    with Store.open(other) as store:
        for text in "abcdefg":
            store.add(*make_plain(text, path=text))
    assert "not those that were noted" in told(verify_store(other, known=noted).findings)


@pytest.mark.parametrize(
    "text", ["", "abc", "3:", "3:xyz", ":" + "a" * 64, "-1:" + "a" * 64, "9" * 30 + ":" + "a" * 64]
)
def test_what_is_no_root_is_told_apart(text):
    assert parse_head(text) is None


def test_a_page_of_the_file_that_is_overwritten_is_a_finding_or_one_plain_line(path):
    connection = apsw.Connection(str(path))
    size, unused = connection.pragma("page_size"), connection.pragma("freelist_count")
    connection.close()
    whole, found = path.read_bytes(), 0
    for at in range(0, len(whole), size):
        path.write_bytes(whole[:at] + b"\xff" * size + whole[at + size :])
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        found += is_found(path)
    assert found >= len(whole) // size - unused


def is_found(path: Path) -> bool:
    try:
        return bool(verify_store(path).findings)
    except StoreError as error:
        return str(path) in str(error)


# ------------------------------------------------------------------------------------------------------ proofs


def kim(statement: str = "s2") -> str:
    return f"{kim_story()[0].id}#{statement}"


def prove(path: Path, statement: str) -> tuple[Proof, TreeHead]:
    proof = prove_statement(path, statement)
    head = parse_head(proof.root)
    assert head is not None
    return parse_proof(msgspec.json.encode(proof)), head


def test_a_proof_is_small_and_shows_the_statement_with_its_words(path):
    proof, head = prove(path, kim())
    checked = check_proof(proof, head)
    assert not isinstance(checked, str)
    said, leaf = checked
    page, reading = kim_story()
    assert said.statement == reading.statements[1]
    assert said.content == tuple(reading.article.text[span.start : span.end] for span in reading.statements[1].content)
    assert leaf.page == page.origin.sha256
    assert len(msgspec.json.encode(proof)) < 4_000


def test_the_root_of_a_proof_is_that_which_verify_prints(path):
    assert prove(path, kim())[1] == verify_store(path).head


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b'"hedged":false', b'"hedged":true', "the statement is not one of the reading"),
        (b'"kind":"text"', b'"kind":"html"', "not in a store with this root"),
        (b'"index":0,"size":7', b'"index":1,"size":7', "not in a store with this root"),
        (b'"size":7', b'"size":8', "for a store of 8 readings"),
    ],
)
def test_a_proof_in_which_anything_was_changed_proves_nothing(path, before, after, why):
    proof, head = prove(path, kim())
    data = msgspec.json.encode(proof)
    assert before in data
    checked = check_proof(parse_proof(data.replace(before, after)), head)
    assert isinstance(checked, str)
    assert why in checked


def test_a_proof_does_not_lead_to_another_root(path):
    proof, head = prove(path, kim())
    assert (
        check_proof(proof, TreeHead(size=head.size, root="ab" * 32)) == "the reading is not in a store with this root"
    )


@pytest.mark.parametrize("statement", ["", "s2", "nope#s2", kim("s99"), kim("")])
def test_what_cannot_be_proven_is_told(path, statement):
    with pytest.raises(UsageError, match=r"no such"):
        prove_statement(path, statement)


def test_a_statement_whose_record_was_changed_is_not_proven(path):
    change(path, "UPDATE reading SET record = replace(record, '\"hedged\":true', '\"hedged\":false') WHERE number = 1")
    with pytest.raises(StoreError, match=r"was changed since it was written"):
        prove_statement(path, kim())


@pytest.mark.parametrize("data", [b"", b"{}", b"not json", b'{"format": "other"}'])
def test_what_is_no_proof_is_told(data):
    with pytest.raises(UsageError, match=r"not a proof"):
        parse_proof(data)


@pytest.fixture
def alerted(path: Path) -> Path:
    with Alerts(path) as alerts:
        for number in range(3):
            with alerts.writing():
                told_of = [Item("statement", kim_story()[0].id, number, number + 5)]
                kept = alerts.keep("threats", "{}", told_of, fired_at="2031-05-02T09:00:00Z", state="new")
            assert alerts.move(kept, to="sent", among=["new"])
        with alerts.writing():
            alerts.add_items("threats", 1, [Item("threat_index 2031-05-01")])
    return path


def test_alerts_are_sealed_whatever_became_of_them(alerted):
    assert verify_store(alerted).findings == ()


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("UPDATE alert SET state = 'failed' WHERE number = 2", "alert 2"),
        ("UPDATE alert SET record = '[]' WHERE number = 1", "alert 1"),
        ("UPDATE alerted SET last = 9 WHERE alert = 3", "alert 3"),
        ("DELETE FROM alerted WHERE alert = 1 AND article = 0", "alert 1"),
        ("DELETE FROM alert WHERE number = 2", "alert 2"),
    ],
)
def test_an_alert_that_was_changed_is_named(alerted, query, where):
    change(alerted, query)
    assert where in told(verify_store(alerted).findings)


def test_what_a_statement_is_aimed_at_is_sealed_with_its_article(tmp_path):
    path = tmp_path / "store.db"
    page, reading = aimed_story()
    with Store.open(path) as store:
        store.add(page, reading)
    assert verify_store(path).findings == ()
    change(path, "UPDATE aspect SET value = 'other' WHERE field = 'category'")
    assert reading.article.id in told(verify_store(path).findings)
