"""What all screens stand in: the store they look at, the templates they are made of, the tables they give away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

import msgspec
from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from msgspec import Struct

from onrecord.export.tables import csv_chunks
from onrecord.store import Store
from onrecord.store.pool import Pool

__all__ = ["Asking", "Frame", "PageNumber", "TableFormat", "Wanted", "with_format"]

PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]
Asking = Annotated[str, Query(max_length=1_000)]


class TableFormat(StrEnum):
    """How the rows of a view leave."""

    CSV = "csv"
    JSON = "json"


Wanted = Annotated[TableFormat | None, Query(alias="format")]


class Frame(NamedTuple):
    """A store, shown by the templates of `environment`."""

    stores: Pool
    environment: Environment
    reviewer: str = "somebody"  # who reviews without having signed in

    @property
    def store_path(self) -> Path:
        """Where it is."""
        return self.stores.path

    def open(self) -> AbstractContextManager[Store]:
        """The store, to read."""
        return self.stores.open()

    def render(self, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page of the template of that name."""
        return HTMLResponse(self.environment.get_template(name).render(status=status, **values), status_code=status)

    def table(self, how: TableFormat, kind: type[Struct], rows: Iterable[Struct], name: str) -> Response:
        """Rows of a view as a file: CSV that is safe in a spreadsheet, or a JSON list."""
        held: Sequence[Struct] = list(rows)
        headers = {"Content-Disposition": f'attachment; filename="onrecord-{name}.{how}"'}
        if how is TableFormat.CSV:
            body, media = b"".join(csv_chunks(kind, held)), "text/csv; charset=utf-8; header=present"
        else:
            body, media = msgspec.json.encode(held), "application/json"
        return Response(body, media_type=media, headers=headers)


def with_format(request: Request, how: TableFormat) -> str:
    """The address of this very view as a file."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in {"format", "page"}]
    return f"{request.url.path}?{urlencode([*kept, ('format', how.value)])}"
