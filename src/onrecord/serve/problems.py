"""What went wrong, as it is told: to people in a page, to programs as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from fastapi import Response
from fastapi.exceptions import RequestValidationError
from msgspec import UNSET, Struct, UnsetType
from starlette.exceptions import HTTPException

from onrecord.errors import BadQuery, StoreError, UnknownArticle, UsageError

__all__ = ["MEDIA_TYPE", "Problem", "explain", "make_problem", "problem_response"]

MEDIA_TYPE = "application/problem+json"
_CODES = {405: "wrong-method", 413: "too-large"}
TYPE = "urn:onrecord:problem:"


class Problem(Struct, frozen=True, kw_only=True):
    """An answer that is an error. `code` is stable; it is what programs should test."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    position: int | UnsetType = UNSET  # of a bad filter: code points of the query, from 0


def make_problem(status: int, code: str, title: str, detail: str, *, position: int | UnsetType = UNSET) -> Problem:
    """A problem whose type says its code."""
    return Problem(type=TYPE + code, title=title, status=status, detail=detail, code=code, position=position)


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a program reads it."""
    body = msgspec.json.encode(problem)
    return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def explain(error: Exception) -> Problem:
    """What to tell of an error. Of a fault of ours nothing is shown but that it is one."""
    match error:
        case BadQuery():
            return make_problem(400, error.code, "This query is not right", str(error), position=error.position)
        case UsageError():
            return make_problem(400, error.code, "This address is not right", str(error))
        case UnknownArticle():
            return make_problem(404, error.code, "No such article", "The store holds no article with this id.")
        case StoreError():
            return make_problem(503, error.code, "The store cannot be read", str(error))
        case RequestValidationError() | HTTPException():
            return _explain_request(error)
        case _:
            told = "This is a fault of onrecord; the terminal it was started from shows what happened."
            return make_problem(500, "bug", "Something went wrong", told)


def _explain_request(error: RequestValidationError | HTTPException) -> Problem:
    if isinstance(error, RequestValidationError):
        told = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
        return make_problem(400, "usage", "This address is not right", f"{told}.")
    if error.status_code == 404:
        return make_problem(404, "not-found", "Nothing here", "No page has this address.")
    code = _CODES.get(error.status_code, "usage")
    return make_problem(error.status_code, code, "This cannot be done", f"{error.detail}.")
