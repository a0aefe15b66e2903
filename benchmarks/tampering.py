"""Flip bits in a store, and look whether `onrecord verify` finds each; then how fast it verifies.

    python -m benchmarks.tampering [--flips 1000] [--articles 3000] [--json OUT]

Bits are drawn evenly from the whole file: raw pages, records, rows, indexes, the file's own structure. A flip after
which every value in the file reads as before and the search indexes hold the same words at the same places (in room
that SQLite left free, in a counter or a mark of the index that nothing looks at) is no change and is drawn again; how
many there were is told. Missed: something reads otherwise, and nothing was found.

The second set flips bits in single values of articles and looks whether the finding names that article.

Speed is taken on articles of the size of news pages of 2019 (medians of 25: 38 KB of packed page, 28 KB of record,
16 statements), three times; the best is told.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import apsw
from msgspec.structs import replace

from onrecord.errors import OnrecordError
from onrecord.records import (
    Act,
    Article,
    Block,
    BlockRole,
    Models,
    Origin,
    Page,
    PageKind,
    Reading,
    Rejected,
    Span,
    Speaker,
    SpeakerBasis,
    Stage,
    Statement,
    StatementKind,
)
from onrecord.store import Store
from onrecord.store.alerts import Alerts, Item
from onrecord.store.verify import verify_store

FLIPPED_ARTICLES = 60
NAMED_FLIPS = 200
WORDS = tuple(
    re.findall(r"\w+", "the ferry minister said harbour will sail island bridge north never open budget vote told")
)
OTHERS = ("паром", "министр", "остров", "순찰선", "장관", "巡逻船", "外长")
MODELS = Models(onrecord="0", reader="stand-in", blocks="stand-in")
# Where a value lies that belongs to one article: table, column, key.
VALUES = (
    ("page", "packed", "sha256 = (SELECT sha256 FROM article WHERE number = ?1)"),
    ("reading", "record", "number = (SELECT max(number) FROM reading WHERE article = ?1)"),
    ("reading", "models", "number = (SELECT max(number) FROM reading WHERE article = ?1)"),
    ("article", "facts", "number = ?1"),
    ("article", "title", "number = ?1"),
    ("statement", "speaker", "article = ?1 AND position = 0"),
    ("passage", "body", "article = ?1 AND statement IS NULL"),
)


def invent(draw: random.Random, number: int, *, page_bytes: int, words: int) -> tuple[Page, Reading]:
    """A page of random words with so many bytes that do not pack, and a reading with a statement every 30 words."""
    vocabulary = WORDS + (OTHERS if number % 5 == 0 else ())
    text = " ".join(draw.choice(vocabulary) for _ in range(words))
    data = (text + draw.randbytes(page_bytes).hex()).encode()
    digest = hashlib.sha256(data).hexdigest()
    path = f"{number}.html"
    origin = Origin(path=path, sha256=digest, length=len(data))
    page = Page(id=digest[:16], data=data, kind=PageKind.TEXT, origin=origin)
    body = Block(role=BlockRole.BODY, source_start=0, source_end=len(text), start=0, end=len(text))
    clutter = [Block(role=BlockRole.CLUTTER, source_start=0, source_end=9, text=text[:400]) for _ in range(words // 16)]
    article = Article(id=page.id, title=text[:40], text=text, blocks=(body, *clutter), origin=origin)
    return page, Reading(article=article, statements=tuple(invent_statements(text)), models=MODELS)


def invent_statements(text: str) -> list[Statement]:
    spans = [Span(start, min(start + 90, len(text))) for start in range(0, len(text) - 100, 190)]
    return [
        Statement(
            id=f"s{number}",
            kind=StatementKind.INDIRECT,
            content=(span,),
            speaker=Speaker(name=f"Minister {number}", basis=SpeakerBasis.NAME),
            targets=(Speaker(name="Norland", basis=SpeakerBasis.NAME, country="NRL"),) if number % 3 == 0 else (),
            made_on="2031-05-02" if number % 2 == 0 else None,
            act=Act.ASSERT,
            confidence=0.5 + number / 1000,
        )
        for number, span in enumerate(spans, 1)
    ]


def make_store(path: Path, articles: int, *, page_bytes: int, words: int) -> None:
    """A store in one file, with duplicates, failures, second readings and alerts in it."""
    draw = random.Random(8)  # noqa: S311  no secrets
    with Store.open(path) as store:
        for number in range(articles):
            page, reading = invent(draw, number, page_bytes=page_bytes, words=words)
            store.add(page, reading)
            if number % 10 == 0:
                store.add(page, reading)
            if number % 20 == 0:
                store.add(page, replace(reading, models=replace(MODELS, reader="another")))
                broken = Rejected(path=f"{number}.bad", stage=Stage.CLEAN, code="no-article", reason="no running text")
                store.reject(broken, page=replace(page, data=b"bad" + page.data[:50]))
    with Alerts(path) as alerts, alerts.writing():
        for (article,) in ask(path, "SELECT id FROM article WHERE number % 10 = 1"):
            alerts.keep("threats", "{}", [Item("statement", str(article), 0, 9)], fired_at="2031-05-02", state="sent")


def contents(path: Path) -> object:
    """Every value that can be read from the file, and every place in its indexes; an error's text if it cannot."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        schema = connection.execute("SELECT * FROM sqlite_schema").fetchall()
        tables = [name for kind, name, _, _, sql in schema if kind == "table" and "VIRTUAL" not in str(sql)]
        tables = [name for name in tables if not str(name).endswith("_data")] + ["in_words", "in_trigrams"]
        for index in ("words", "trigrams"):
            connection.execute(f"CREATE VIRTUAL TABLE temp.in_{index} USING fts5vocab('main', '{index}', 'instance')")
        rows = [connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables]  # noqa: S608  our own
        version = connection.pragma("user_version"), connection.pragma("application_id")
        connection.close()
    except (apsw.Error, UnicodeDecodeError) as error:
        return str(error)
    return schema, rows, version


def is_found(path: Path) -> bool:
    """Whether verify, as a user runs it, says that something is wrong."""
    try:
        return bool(verify_store(path).findings)
    except OnrecordError:
        return True


def put(path: Path, data: bytes) -> None:
    for end in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    path.write_bytes(data)


def flip_file(folder: Path, flips: int) -> dict[str, float]:
    path = folder / "flipped.db"
    make_store(path, FLIPPED_ARTICLES, page_bytes=3_000, words=200)
    whole, draw = path.read_bytes(), random.Random(1)  # noqa: S311  no secrets
    before = contents(path)
    assert not verify_store(path).findings
    done = found = unchanged = 0
    while done < flips:
        at, bit = draw.randrange(len(whole)), draw.randrange(8)
        flipped = whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
        put(path, flipped)
        was_found = is_found(path)
        put(path, flipped)
        if not was_found and contents(path) == before:
            unchanged += 1
            continue
        done, found = done + 1, found + was_found
        if not was_found:
            print(f"missed: bit {bit} of byte {at}", file=sys.stderr)
        if sys.stderr.isatty():
            print(f"\r{done} of {flips}", end="", file=sys.stderr)
    put(path, whole)
    return {"flips": done, "found": found, "flips_that_change_nothing": unchanged, "file_bytes": len(whole)}


def flip_values(folder: Path) -> dict[str, float]:
    path, draw = folder / "flipped.db", random.Random(2)  # noqa: S311  no secrets
    whole, named = path.read_bytes(), 0
    for _ in range(NAMED_FLIPS):
        put(path, whole)
        table, column, key = draw.choice(VALUES)
        number = draw.randrange(FLIPPED_ARTICLES) + 1
        flip_value(path, draw, (table, column, key), number)
        ((article,),) = ask(path, "SELECT id FROM article WHERE number = ?", number)
        named += any(str(article) in finding.where for finding in verify_store(path).findings)
    put(path, whole)
    return {"value_flips": NAMED_FLIPS, "article_named": named}


def flip_value(path: Path, draw: random.Random, value: tuple[str, str, str], number: int) -> None:
    """One bit of one value, the type left as it was; of letters only the lowest bit, so that they stay letters."""
    table, column, key = value
    ((data,),) = ask(path, f"SELECT {column} FROM {table} WHERE {key}", number)  # noqa: S608  our own
    raw = bytearray(data if isinstance(data, bytes) else str(data).encode())
    places = [at for at, byte in enumerate(raw) if isinstance(data, bytes) or chr(byte).isalnum()]
    raw[draw.choice(places)] ^= 1
    new = bytes(raw) if isinstance(data, bytes) else raw.decode()
    ask(path, f"UPDATE {table} SET {column} = ?2 WHERE {key}", number, new)  # noqa: S608  our own


def ask(path: Path, query: str, *values: int | str | bytes) -> list[tuple[apsw.SQLiteValue, ...]]:
    """The rows of an answer, from a connection that is closed again."""
    with closing(apsw.Connection(str(path))) as connection:
        return connection.execute(query, values).fetchall()


def speed(folder: Path, articles: int) -> dict[str, float]:
    path = folder / "large.db"
    make_store(path, articles, page_bytes=33_000, words=500)
    query = "SELECT avg(length(packed)), (SELECT avg(length(record)) FROM reading) FROM page WHERE length > ?"
    ((packed, record),) = ask(path, query, 1_000)
    turns = []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        verified = verify_store(path)
        turns.append((time.perf_counter() - wall, time.process_time() - cpu))
        assert not verified.findings
    return {
        "articles": articles,
        "packed_page_bytes": round(float(str(packed))),
        "record_bytes": round(float(str(record))),
        "articles_per_s": articles / min(wall for wall, _ in turns),
        "articles_per_cpu_s": articles / min(cpu for _, cpu in turns),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flips", type=int, default=1_000)
    parser.add_argument("--articles", type=int, default=3_000, help="of the store whose verifying is timed; 0: none")
    parser.add_argument("--shared", type=Path, help="not needed; as all benchmarks take it")
    parser.add_argument("--json", type=Path, help="write the figures here")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = flip_file(folder, args.flips) | flip_values(folder)
        if args.articles:
            figures |= speed(folder, args.articles)
    print(json.dumps(figures, indent=1))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if figures["found"] < figures["flips"] or figures["article_named"] < figures["value_flips"] else 0)


if __name__ == "__main__":
    main()
