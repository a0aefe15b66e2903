"""Turn what a labeller writes into stand-off labels, and say what cannot be placed.

    python -m training.labels.annotate PACKET.jsonl ANSWERS.txt [--out LABELS.jsonl]

A packet is JSON Lines `{corpus, id, title, date, text}`; `show` gives an article as labellers read it. Answers name an
article, then one statement a block:

    == ARTICLE-ID
    [s1] in=- p=3 act=report speaker=Korean Central News Agency
    S: the Korean Central News Agency
    Q: reported
    C: Kim had ordered [..] by the end of the year

`p` is the paragraph (from 1) in which the content begins. `S`, `Q`, `C` are source, cue, content, copied to the letter;
`[..]` stands for words left out, ` || ` parts two spans, `@4 ` before a span names another paragraph and `#2 ` the
second occurrence there. Of several places the one nearest to the content (cue) or to the cue (source) is taken.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Span = tuple[int, int]
_HEAD = re.compile(
    r"^\[(?P<id>s\d+)\]\s+in=(?P<within>-|s\d+)\s+p=(?P<p>\d+)\s+act=(?P<act>[a-z]+)\s*(?:speaker=(?P<speaker>.*))?$"
)
_WHERE = re.compile(r"^(?:@(?P<p>\d+)\s+)?(?:#(?P<n>\d+)\s+)?(?P<words>.*)$", re.DOTALL)
_ROLES = {"S": "source", "Q": "cue", "C": "content"}


class Unplaced(Exception):  # noqa: N818
    """A labelled piece that is not in the text, or in several places."""


def place_answers(articles: dict[str, dict[str, Any]], answers: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Labelled articles with offsets, and a line for each thing that is wrong."""
    labelled, wrong = [], []
    for article_id, body in _sections(answers):
        if article_id not in articles:
            wrong.append(f"{article_id}: no such article in the packet")
            continue
        article = articles[article_id]
        statements = []
        for block in _blocks(body):
            try:
                statements.append(_place(article["text"], block))
            except Unplaced as error:
                wrong.append(f"{article_id} {block[0]}: {error}")
        wrong += [f"{article_id}: {problem}" for problem in _problems(statements)]
        labelled.append(
            {
                "corpus": article["corpus"],
                "id": article_id,
                "characters": len(article["text"]),
                "sha256": hashlib.sha256(article["text"].encode()).hexdigest(),
                "statements": statements,
            }
        )
    done = {row["id"] for row in labelled}
    wrong += [f"{article_id}: not labelled" for article_id in articles if article_id not in done]
    return labelled, wrong


def _sections(answers: str) -> Iterator[tuple[str, str]]:
    parts = re.split(r"^== (\S+)[^\n]*$", answers, flags=re.MULTILINE)
    yield from zip(parts[1::2], parts[2::2], strict=True)


def _blocks(body: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in body.splitlines():
        if line.startswith("[s") and block:
            yield block
            block = []
        if line.strip():
            block.append(line.strip())
    if block:
        yield block


def _place(text: str, block: list[str]) -> dict[str, Any]:
    head = _HEAD.match(block[0])
    if head is None:
        raise Unplaced("the head line is not `[s1] in=- p=1 act=assert speaker=...`")
    written = dict.fromkeys(_ROLES.values(), "")
    for line in block[1:]:
        role = _ROLES.get(line[:1]) if line[1:2] == ":" else None
        if role is None:
            raise Unplaced(f"line {line!r} begins with none of S: Q: C:")
        written[role] = line[2:].strip()
    paragraph = int(head["p"])
    content = _spans(text, written["content"], paragraph, near=None, apart=[])
    if not content:
        raise Unplaced("no content")
    cue = _spans(text, written["cue"], paragraph, near=content, apart=content)
    source = _spans(text, written["source"], paragraph, near=cue or content, apart=[*content, *cue])
    speaker = (head["speaker"] or "").strip()
    return {
        "id": head["id"],
        "within": None if head["within"] == "-" else head["within"],
        "source": source,
        "cue": cue,
        "content": content,
        "act": head["act"],
        "speaker": speaker if speaker not in {"", "-", "null", "None"} else None,
    }


def _spans(text: str, written: str, paragraph: int, *, near: list[Span] | None, apart: list[Span]) -> list[Span]:
    if written in {"", "-"}:
        return []
    return sorted(_span(text, piece.strip(), paragraph, near, apart) for piece in written.split(" || "))


def _span(text: str, piece: str, paragraph: int, near: list[Span] | None, apart: list[Span]) -> Span:
    where = _WHERE.match(piece)
    assert where is not None
    ends = [re.escape(part.strip()) for part in where["words"].split("[..]")]
    if not all(ends):
        raise Unplaced(f"{piece!r}: nothing before or after [..]")
    pattern = re.compile(
        r"(?<!\w)" + r"[^\n]*?".join(ends) + r"(?!\w)" if ends[0][0].isalnum() else r"[^\n]*?".join(ends)
    )
    start, end = _paragraph(text, int(where["p"] or paragraph))
    found = [m.span() for m in pattern.finditer(text, start, end)]
    if not found and near is not None and not where["p"]:
        found = [m.span() for m in pattern.finditer(text)]
    found = [span for span in found if not any(span[0] < e and s < span[1] for s, e in apart)]
    if not found:
        raise Unplaced(f"{piece!r} is not in paragraph {where['p'] or paragraph}")
    if where["n"]:
        if int(where["n"]) > len(found):
            raise Unplaced(f"{piece!r} occurs {len(found)} times only")
        return found[int(where["n"]) - 1]
    if near is None and len(found) > 1:
        raise Unplaced(f"{piece!r} occurs {len(found)} times; say which with #1, #2 ...")
    return min(found, key=lambda span: _distance(span, near or []))


def _distance(span: Span, others: list[Span]) -> int:
    return min((max(s - span[1], span[0] - e, 0) for s, e in others), default=0)


def _paragraph(text: str, number: int) -> Span:
    spans = [m.span() for m in re.finditer(r"[^\n]+", text)]
    if not 0 < number <= len(spans):
        raise Unplaced(f"there is no paragraph {number}; the article has {len(spans)}")
    return spans[number - 1]


def _problems(statements: list[dict[str, Any]]) -> Iterator[str]:
    by_id = {s["id"]: s for s in statements}
    if len(by_id) < len(statements):
        yield "two statements have the same id"
    for statement in statements:
        holder = statement["within"]
        if holder is None:
            continue
        if holder not in by_id:
            yield f"{statement['id']} lies in {holder}, which is not there (or could not be placed)"
        elif not _overlap(statement["content"], by_id[holder]["content"]):
            yield f"{statement['id']}: its content lies outside the content of {holder}, in which it is said to be"


def _overlap(first: list[Span], second: list[Span]) -> bool:
    return any(s < f and e < g for s, g in first for e, f in second)


def read_packet(path: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def show(article: dict[str, Any]) -> str:
    """The article with numbered paragraphs, as labellers read it."""
    lines = [f"== {article['id']}", f"TITLE: {article.get('title') or '-'}   DATE: {article.get('date') or '-'}"]
    paragraphs = re.findall(r"[^\n]+", article["text"])
    return "\n".join(lines + [f"{number}: {words}" for number, words in enumerate(paragraphs, 1)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packet", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    labelled, wrong = place_answers(read_packet(args.packet), args.answers.read_text(encoding="utf-8"))
    for line in wrong:
        print(line)
    count = sum(len(row["statements"]) for row in labelled)
    print(f"{len(labelled)} articles, {count} statements placed, {len(wrong)} problems")
    if args.out:
        args.out.write_text("".join(json.dumps(row) + "\n" for row in labelled), encoding="utf-8")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
