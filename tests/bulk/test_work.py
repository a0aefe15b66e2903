"""Shard in, shard out: what is done is done once, and a death costs no more than a page."""

from __future__ import annotations

import json
import os

import msgspec
import pytest
from msgspec.structs import replace

from onrecord.bulk import Period, Settings, digest_tables, plan_shards, process_shard
from onrecord.bulk.journal import Journal
from onrecord.bulk.run import read_manifest
from onrecord.bulk.tables import TABLES, TableFormat, read_rows, table_files
from onrecord.bulk.work import UNFINISHED
from onrecord.collect.rejections import rejected_by
from onrecord.errors import BulkError, NoArticle
from tests.bulk.conftest import SMALL, write_lines
from tests.fixtures.workers import PlainReader, plain_tools

ONE = replace(SMALL, shard_bytes=2**20)


class DyingReader(PlainReader):
    """Lets go of everything at the page of that number, as a killed process does."""

    def __init__(self, at):
        self.left = at
        self.read_pages = []

    def read(self, article, *, flat):
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.read_pages.append(article.id)
        return super().read(article, flat=flat)


def tools_dying_at(page):
    reader = DyingReader(page)
    return replace(plain_tools(), reader=reader), reader


def only_shard(source, settings=ONE):
    (shard,) = plan_shards([str(source)], settings)
    return shard


def rows(out, table):
    return [row for path in table_files(out, table) for row in read_rows(path)]


def test_counts_add_up_and_rejections_lie_beside_the_output(process, tmp_path, out):
    source = write_lines(tmp_path / "in.jsonl", ["Okoye said yes.", "nothing here", "Olsen said no."])
    source.write_text(source.read_text() + "{broken\n")
    process(source, ONE)
    (done,) = read_manifest(out)
    counts = done.counts
    assert (counts.received, counts.read, counts.rejected, counts.statements) == (4, 2, 2, 2)
    (quarantine,) = (out / "quarantine").iterdir()
    found = [json.loads(line) for line in quarantine.read_text().splitlines()]
    assert [row["code"] for row in found] == ["no-article", "damaged-input"]


def test_every_row_of_a_page_bears_its_key_its_article_and_its_day(process, lines, out):
    process(lines, ONE)
    for table in TABLES:
        for row in rows(out, table):
            assert row["key"].endswith(f"-{int(row['article'][1:]):06d}")
            assert str(row["day"])[:5] == "2031-"


def test_tables_are_parted_by_the_date_of_publication(process, lines, tmp_path):
    for period, names in (
        (Period.MONTH, {"2031-01", "2031-02", "2031-03"}),
        (Period.YEAR, {"2031"}),
        (Period.NONE, {"all"}),
    ):
        folder = tmp_path / period
        process(lines, replace(ONE, period=period), folder)
        for table in ("articles", "statements", "events", "pages"):
            assert {path.parent.name for path in table_files(folder, table)} == {f"period={name}" for name in names}


def test_articles_without_a_date_are_parted_too(process, tmp_path, out):
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "Okoye said yes."}\n')
    process(source, ONE)
    assert [path.parent.name for path in table_files(out, "articles")] == ["period=undated"]


def test_pages_can_be_left_out(process, lines, out):
    process(lines, replace(ONE, keeps_pages=False))
    assert not table_files(out, "pages")
    assert len(rows(out, "articles")) == 30


def test_a_shard_that_is_done_is_not_done_again(lines, out):
    shard = only_shard(lines)
    first = process_shard(shard, out, ONE, tools=plain_tools())
    tools, reader = tools_dying_at(0)
    assert process_shard(shard, out, ONE, tools=tools) == first
    assert reader.read_pages == []


def test_after_a_death_reading_goes_on_with_the_page_that_was_begun(lines, out, tmp_path, process):
    shard = only_shard(lines)
    with pytest.raises(KeyboardInterrupt):
        process_shard(shard, out, ONE, tools=tools_dying_at(12)[0])
    tools, reader = tools_dying_at(-1)
    process_shard(shard, out, ONE, tools=tools)
    assert reader.read_pages == [f"n{number}" for number in range(12, 30)]
    process(lines, ONE, tmp_path / "undisturbed")
    assert digest_tables(out) == digest_tables(tmp_path / "undisturbed")


def test_the_output_is_the_same_to_the_byte_after_a_death(lines, out, tmp_path, process):
    with pytest.raises(KeyboardInterrupt):
        process_shard(only_shard(lines), out, ONE, tools=tools_dying_at(12)[0])
    process(lines, ONE)
    process(lines, ONE, tmp_path / "undisturbed")
    for path in table_files(out, "articles"):
        other = tmp_path / "undisturbed" / path.relative_to(out)
        assert path.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("lost", [1, 5, 200])
def test_a_journal_that_was_cut_short_loses_the_page_that_was_cut(lines, out, lost):
    with pytest.raises(KeyboardInterrupt):
        process_shard(only_shard(lines), out, ONE, tools=tools_dying_at(12)[0])
    (path,) = (out / UNFINISHED).iterdir()
    os.truncate(path, path.stat().st_size - lost)
    with Journal(path) as journal:
        assert 11 <= journal.count <= 12
        assert [reading.article.id for reading in journal.results()] == [f"n{n}" for n in range(journal.count)]


def die_over(shard, out, page, times, **how):
    """So many processes end over that page, the first of which reads those before it."""
    for number in range(times):
        tools, _ = tools_dying_at(page if number == 0 else 0)
        with pytest.raises(KeyboardInterrupt):
            process_shard(shard, out, ONE, tools=tools, is_blamed=how.get("is_blamed", False) and number > 0)


@pytest.mark.parametrize(("deaths", "is_blamed"), [(3, True), (50, False)])
def test_a_page_over_which_everybody_dies_is_rejected_and_the_rest_is_read(lines, out, deaths, is_blamed):
    shard = only_shard(lines)
    die_over(shard, out, 3, deaths, is_blamed=is_blamed)
    process_shard(shard, out, ONE, tools=plain_tools(), is_blamed=is_blamed)
    (done,) = read_manifest(out)
    assert (done.counts.read, done.counts.rejected, done.starts) == (29, 1, deaths + 1)
    (row,) = [json.loads(line) for line in next((out / "quarantine").iterdir()).read_text().splitlines()]
    assert (row["code"], row["stage"]) == ("worker-died", "read")
    assert row["sha256"]


def test_a_page_is_not_to_blame_where_processes_are_killed_from_outside(lines, out):
    shard = only_shard(lines)
    die_over(shard, out, 3, 20)
    process_shard(shard, out, ONE, tools=plain_tools())
    (done,) = read_manifest(out)
    assert (done.counts.read, done.counts.rejected) == (30, 0)


def test_deaths_over_one_page_do_not_count_for_the_next(lines, out):
    shard = only_shard(lines)
    die_over(shard, out, 3, 2)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            process_shard(shard, out, ONE, tools=tools_dying_at(1)[0], is_blamed=True)
    process_shard(shard, out, ONE, tools=plain_tools(), is_blamed=True)
    (done,) = read_manifest(out)
    assert (done.counts.read, done.counts.rejected) == (30, 0)


@pytest.mark.parametrize(("deaths", "is_blamed"), [(3, True), (50, False)])
def test_where_nobody_survives_looking_for_the_next_page_the_rest_is_given_up(lines, out, deaths, is_blamed):
    shard = only_shard(lines)
    die_over(shard, out, 3, 1)
    (path,) = (out / UNFINISHED).iterdir()
    with Journal(path) as journal:
        journal.keep(rejected_by(NoArticle(str(lines), "no running text")))  # the page that was begun
        for _ in range(deaths):
            journal.open_shard()
            if is_blamed:
                journal.blame()
    process_shard(shard, out, ONE, tools=plain_tools())
    (done,) = read_manifest(out)
    assert (done.counts.received, done.counts.read, done.counts.rejected) == (5, 3, 2)


def test_nothing_is_left_half_done(process, lines, out):
    process(lines)
    assert list((out / UNFINISHED).iterdir()) == []
    assert not list(out.rglob("*.part"))


def test_the_name_of_the_output_tells_input_models_and_settings(lines, tmp_path, process):
    names = [entry.name for entry in process(lines, ONE)]
    other = write_lines(tmp_path / "talks.jsonl", ["Okoye said that ferry 0 would go."])
    assert [entry.name for entry in process(other, ONE)] != names
    assert [entry.name for entry in process(other, replace(ONE, min_confidence=0.5), tmp_path / "o2")] != names


def test_records_of_other_models_do_not_come_into_the_folder(process, lines, out):
    process(lines)
    reader = PlainReader()
    reader.name = "plain reader 2"
    with pytest.raises(BulkError, match=r"plain reader 1.*plain reader 2.*new --out"):
        process_shard(only_shard(lines), out, ONE, tools=replace(plain_tools(), reader=reader))


def test_an_input_that_is_gone_or_has_changed_is_rejected_not_taken_for_what_it_was(lines, out):
    shard = only_shard(lines)
    lines.write_text(lines.read_text() + "\n")
    process_shard(shard, out, ONE, tools=plain_tools())
    (done,) = read_manifest(out)
    assert (done.counts.read, done.counts.rejected) == (0, 1)


@pytest.mark.parametrize("table_format", [TableFormat.JSONL, TableFormat.PARQUET])
def test_tables_hold_every_field_of_the_records(process, lines, out, table_format):
    if table_format is TableFormat.PARQUET:
        pytest.importorskip("pyarrow")
    process(lines, replace(ONE, table_format=table_format))
    for table, records in TABLES.items():
        fields = {field for record in records for field in record.__struct_encode_fields__}
        found = set().union(*(row for row in rows(out, table)))
        assert found <= fields
    row = rows(out, "statements")[0]
    assert row["speaker"]["evidence"] == [0, 5]
    assert row["content"] == [[6, len("Okoye said that ferry 0 would stay.")]]


def test_both_formats_hold_the_same_rows(process, lines, tmp_path):
    pytest.importorskip("pyarrow")
    folders = {form: tmp_path / form for form in TableFormat}
    for form, folder in folders.items():
        process(lines, replace(ONE, table_format=form), folder)
    plain = [
        sorted(
            msgspec.json.encode({name: value for name, value in row.items() if name != "key" and value is not None})
            for row in rows(folder, "statements")
        )
        for folder in folders.values()
    ]
    assert plain[0] == plain[1]


def test_a_run_is_described_by_settings_that_can_be_compared():
    assert Settings() == msgspec.json.decode(msgspec.json.encode(Settings()), type=Settings)
