"""A store of an older version is brought up to date on a copy first; if that fails, it is as it was."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from onrecord.errors import StoreError
from onrecord.records import Rejected, Stage
from onrecord.store import Store, upgrading
from onrecord.store.check import check_store
from onrecord.store.connection import migration_scripts, newest_version
from onrecord.store.verify import verify_store
from tests.fixtures.readings import kim_story, world_stories
from tests.store.test_query import aimed_story

SHARED = {
    "page": "sha256, length, packed",
    "article": "number, id, sha256, kind, place, version, facts, title, outlet, published, url, path, added_at",
    "sighting": 'article, page_id, path, "offset", times, last_at',
    "reading": "number, article, models, record, added_at",
    "statement": "*",
    "quarantine": 'number, path, "offset", stage, code, reason, sha256, times, last_at',
    "passage": "*",
}


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """A store as the first onrecord made it, with the same rows that the newest would have."""
    new, old = tmp_path / "new.db", tmp_path / "old.db"
    with Store.open(new) as store:
        for page, reading in (kim_story(), *world_stories(), aimed_story(), kim_story()):
            store.add(page, reading)
        store.reject(Rejected(path="x", stage=Stage.CLEAN, code="no-article", reason="no text"))
    connection = apsw.Connection(str(old))
    connection.execute(migration_scripts()[0][1])
    connection.execute("ATTACH ? AS new", (str(new),))
    for table, columns in SHARED.items():
        names = columns if columns != "*" else ", ".join(
            row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")
        )  # fmt: skip
        connection.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}")
    connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
    connection.execute(
        "INSERT INTO trigrams (rowid, heading, body) SELECT number, heading, body FROM passage WHERE other_script = 1"
    )
    connection.execute("DETACH new")
    connection.pragma("journal_mode", "wal")
    connection.pragma("user_version", 1)
    connection.pragma("application_id", 0x6F6E7263)
    connection.close()
    return old


def test_an_older_store_has_everything_afterwards_that_a_new_one_has(first_version):
    with Store.open(first_version) as store:
        assert store.reading(kim_story()[0].id) == kim_story()[1]
        assert store.search("순찰")
    assert check_store(first_version).findings == ()
    assert [one.name for one in first_version.parent.iterdir() if "upgrade" in one.name] == []


@pytest.fixture
def second_version(first_version: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same store as the onrecord before that with filters left it."""
    connection = apsw.Connection(str(first_version))
    with monkeypatch.context() as patch:
        patch.setattr(upgrading, "migration_scripts", lambda: migration_scripts()[:2])
        upgrading._take_steps(connection)
    connection.close()
    return first_version


def test_a_store_of_the_second_version_has_everything_afterwards_that_a_new_one_has(second_version):
    with Store.open(second_version) as store:
        assert store.ask("speaker:kim").count()
    assert check_store(second_version).findings == ()


def test_a_store_from_before_targets_were_filed_has_them_afterwards(first_version, monkeypatch):
    connection = apsw.Connection(str(first_version))
    with monkeypatch.context() as patch:
        patch.setattr(upgrading, "migration_scripts", lambda: migration_scripts()[:4])
        upgrading._take_steps(connection)
    connection.close()
    with Store.open(first_version) as store:
        assert [row.statement_id for _, row in store.ask("target:norland is:commitment").statements()] == ["s1"]
    assert check_store(first_version).findings == ()


@pytest.mark.parametrize(
    "query",
    [
        "UPDATE statement SET act = 'threaten' WHERE article = 1 AND id = 's2'",
        "UPDATE article SET seal = x'00' WHERE number = 1",
    ],
)
def test_what_was_changed_in_an_older_store_is_still_found_afterwards(second_version, query):
    connection = apsw.Connection(str(second_version))
    connection.execute(query)
    connection.close()
    with Store.open(second_version):
        pass
    assert [one.part for one in verify_store(second_version).findings] == ["rows"]


def test_an_older_store_that_is_only_read_is_brought_up_to_date_as_well(first_version):
    with Store.open(first_version, read_only=True) as store:
        assert store.counts().received == 8
    assert check_store(first_version).findings == ()


def test_if_the_copy_fails_the_store_is_as_it_was(first_version, monkeypatch):
    def fail(connection: apsw.Connection) -> None:
        connection.execute("INSERT INTO nowhere VALUES (1)")

    before = first_version.read_bytes()
    monkeypatch.setitem(upgrading._AFTERWARDS, newest_version(), fail)
    with pytest.raises(StoreError, match=r"from version 1 to \d+ was tried on a copy and failed .*nowhere"):
        Store.open(first_version)
    assert first_version.read_bytes() == before
    assert [one.name for one in first_version.parent.iterdir() if "upgrade" in one.name] == []


def test_if_the_copy_lost_a_row_the_store_is_as_it_was(first_version, monkeypatch):
    def lose(connection: apsw.Connection) -> None:
        connection.execute("DELETE FROM sighting")

    monkeypatch.setitem(upgrading._AFTERWARDS, newest_version(), lose)
    with pytest.raises(StoreError, match=r"0 rows of sighting for 1"):
        Store.open(first_version)
