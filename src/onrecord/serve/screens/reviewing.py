"""Review: one statement after the other, each accepted, rejected or put right with one key, and taken back with one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, NamedTuple
from urllib.parse import parse_qs, urlencode

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from msgspec import Struct
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool

from onrecord.errors import BadQuery, UnknownArticle, UsageError
from onrecord.export.lessons import lessons
from onrecord.records import Act, Reading, Span, Speaker, SpeakerBasis, Statement
from onrecord.serve.guards import name_of
from onrecord.serve.screens.frame import Asking, Frame, Wanted
from onrecord.store.corrections import Correction, Corrections, Verdict, match_corrections
from onrecord.store.flat import words_of

__all__ = ["add_review"]

USUAL = "confidence:<0.9"  # where a look is worth most
MOST_SKIPPED = 5_000  # statements that are looked through for one that nobody reviewed
MOST_NAME_CHARS = 200


class CorrectionRow(Struct, frozen=True, kw_only=True):
    """A correction as a row: what was read, and what should be."""

    number: int
    article: str
    statement: str
    verdict: Verdict
    made_at: str
    made_by: str
    undone_at: str | None
    undone_by: str | None
    reader: str
    words: str
    speaker: str | None
    act: Act
    corrected_words: str | None
    corrected_speaker: str | None
    corrected_act: Act | None


class Case(NamedTuple):
    """A statement that waits for a judgement."""

    reading: Reading
    said: Statement
    standing: Correction | None

    @property
    def row_id(self) -> str:
        """As everywhere: the article's id, a slash, the statement's."""
        return f"{self.reading.article.id}/{self.said.id}"


class Posted(NamedTuple):
    """What a form sent."""

    row: str
    verdict: str
    query: str
    speaker: str
    act: str
    start: str
    end: str
    number: str


def add_review(pages: APIRouter, frame: Frame) -> None:
    """Routes under /review."""

    @pages.get("/review", response_model=None)
    def show_case(
        q: Asking = USUAL,
        at: Annotated[str | None, Query(max_length=500)] = None,
        after: Annotated[str | None, Query(max_length=500)] = None,
        done: int | None = None,
    ) -> Response:
        try:
            case = _case_at(frame, at) if at else next(_waiting(frame, q, after), None)
        except BadQuery as error:
            return frame.render("review.html", status=400, here="/review", asked=q, case=None, wrong=str(error))
        with Corrections(frame.store_path, read_only=True) as corrections:
            last = corrections.find(done) if done else None
            counted = Counter(one.verdict.value for one in corrections.rows() if one.is_standing)
        span = _whole(case.said) if case else None
        text = case.reading.article.text if case else ""
        return frame.render(
            "review.html",
            here="/review",
            asked=q,
            case=case,
            wrong=None,
            last=last,
            counted=counted,
            span=span,
            parts=(text[: span.start], text[span.start : span.end], text[span.end :]) if span else None,
            speakers=sorted({one.speaker.name for one in case.reading.statements if one.speaker}) if case else (),
        )

    @pages.post("/review", response_model=None)
    async def judge(request: Request) -> Response:
        posted = _posted(await request.body())
        by = name_of(request.headers.get("authorization", "")) or frame.reviewer
        address = await run_in_threadpool(_judge, frame, posted, by)
        return RedirectResponse(address, status_code=303)

    _add_corrections(pages, frame)


def _add_corrections(pages: APIRouter, frame: Frame) -> None:
    @pages.get("/review/corrections", response_model=None)
    def list_corrections(how: Wanted = None) -> Response:
        with frame.open() as store, Corrections(frame.store_path, read_only=True) as corrections:
            texts: dict[str, str] = {}
            rows = []
            for one in corrections.rows():
                text = texts.setdefault(one.article, store.reading(one.article).article.text)
                rows.append(_row(one, text))
        if how:
            return frame.table(how, CorrectionRow, rows, "corrections")
        return frame.render("corrections.html", here="/review", rows=rows[::-1][:200], total=len(rows))

    @pages.get("/review/lessons", response_class=StreamingResponse)
    def give_lessons() -> Response:
        """What models can learn from: an article a line."""
        chunks = (msgspec.json.encode(one) + b"\n" for one in lessons(frame.store_path))
        headers = {"Content-Disposition": 'attachment; filename="onrecord-lessons.jsonl"'}
        return StreamingResponse(chunks, media_type="application/jsonl", headers=headers)


def _waiting(frame: Frame, query: str, after: str | None) -> Iterator[Case]:
    """What answers and nobody has reviewed: behind `after`, then from the beginning."""
    is_behind = after is None
    before: list[Case] = []
    looked_at = 0
    last_article, _, last_own = (after or "").rpartition("/")
    with frame.open() as store:
        for shown, statements in store.ask(query).spoken():
            reading, verdicts = store.reading(shown.article.id), store.shown(shown.article.id).verdicts
            places = {said.id: place for place, said in enumerate(reading.statements)}
            is_last = shown.article.id == last_article
            for said in statements:
                looked_at += 1
                if said.id in verdicts or f"{shown.article.id}/{said.id}" == after:
                    continue
                case = Case(reading, reading.statements[places[said.id]], None)
                if is_behind or (is_last and places[said.id] > places.get(last_own, -1)):
                    yield case
                elif not before:
                    before.append(case)
            is_behind = is_behind or is_last
            if looked_at > MOST_SKIPPED:
                break
    yield from before


def _case_at(frame: Frame, row: str) -> Case:
    article, _, own = row.rpartition("/")
    with frame.open() as store, Corrections(frame.store_path, read_only=True) as corrections:
        reading = store.reading(article)
        matched = match_corrections(reading, corrections.of(reading.article.id))
    said = next((one for one in reading.statements if one.id == own), None)
    if said is None:
        raise UnknownArticle(f"The article {article!r} has no statement {own!r}.")
    return Case(reading, said, matched.get(said.id))


def _posted(body: bytes) -> Posted:
    """The form, urlencoded; what is missing is empty."""
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return Posted(*(fields.get(name, [""])[0] for name in Posted._fields))


def _judge(frame: Frame, posted: Posted, by: str) -> str:
    """Keep what was said; the address of what comes next."""
    if posted.verdict == "undo":
        return _undo(frame, posted, by)
    if posted.verdict not in tuple(Verdict):
        raise UsageError(f"A verdict is one of {', '.join(Verdict)}, or undo.")
    case = _case_at(frame, posted.row)
    verdict = Verdict(posted.verdict)
    corrected = _corrected(case, posted) if verdict is Verdict.EDIT else None
    with Corrections(frame.store_path) as corrections:
        number = corrections.make(case.reading, case.said, corrected=corrected, by=by, verdict=verdict)
    return f"/review?{urlencode({'q': posted.query or USUAL, 'after': case.row_id, 'done': number})}"


def _undo(frame: Frame, posted: Posted, by: str) -> str:
    if not posted.number.isdecimal() or len(posted.number) > 18:
        raise UsageError("Nothing was named to be taken back.")
    with Corrections(frame.store_path) as corrections:
        one = corrections.find(int(posted.number))
        if one is None or not corrections.undo(one.number, by=by):
            raise UsageError("This was taken back already, or never said.")
        row = f"{one.article}/{one.judged.id}"
    return f"/review?{urlencode({'q': posted.query or USUAL, 'at': row})}"


def _corrected(case: Case, posted: Posted) -> Statement:
    """The statement with what the form says of it; what it leaves out stays as it was read."""
    said = case.said
    speaker = " ".join(posted.speaker.split())[:MOST_NAME_CHARS]
    if speaker != (said.speaker.name if said.speaker else ""):
        known = next(
            (one.speaker for one in case.reading.statements if one.speaker and one.speaker.name == speaker), None
        )
        said = replace(said, speaker=known or (_named(speaker) if speaker else None))
    if posted.act:
        if posted.act not in tuple(Act):
            raise UsageError(f"An act is one of {', '.join(Act)}.")
        said = replace(said, act=Act(posted.act))
    if posted.start.isdecimal() and posted.end.isdecimal():
        span = Span(int(posted.start[:9]), int(posted.end[:9]))
        if span != _whole(said):
            said = replace(said, content=(span,))
    return said


def _named(name: str) -> Speaker:
    return Speaker(name=name, basis=SpeakerBasis.NAME)


def _whole(said: Statement) -> Span:
    """From the first to the last character of the content."""
    return Span(said.content[0].start, max(span.end for span in said.content))


def _row(one: Correction, text: str) -> CorrectionRow:
    corrected = one.corrected
    return CorrectionRow(
        number=one.number,
        article=one.article,
        statement=one.judged.id,
        verdict=one.verdict,
        made_at=one.made_at,
        made_by=one.made_by,
        undone_at=one.undone_at,
        undone_by=one.undone_by,
        reader=one.reader,
        words=words_of(text, one.judged.content),
        speaker=one.judged.speaker.name if one.judged.speaker else None,
        act=one.judged.act,
        corrected_words=words_of(text, corrected.content) if corrected else None,
        corrected_speaker=corrected.speaker.name if corrected and corrected.speaker else None,
        corrected_act=corrected.act if corrected else None,
    )
