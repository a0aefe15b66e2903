"""Put API, pages and guards together, and serve them to this machine only."""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from onrecord.errors import StoreError, UnknownArticle, UsageError
from onrecord.serve.api import ApiError, json_response, make_api
from onrecord.serve.guards import LOOPBACK_NAMES, SafeHeaders
from onrecord.serve.pages import make_pages, show_error
from onrecord.serve.wording import make_environment
from onrecord.store import Store

__all__ = ["create_app", "run"]

LOOPBACK = "127.0.0.1"


class Problem(NamedTuple):
    """An error as it is told: to people in a page, to programs in JSON."""

    status: int
    code: str
    title: str
    message: str


def create_app(store_path: Path) -> FastAPI:
    """The application over the store at `store_path`, which it only reads.

    Raises:
        StoreError: there is no store, or it cannot be opened.
    """
    Store.open(store_path, read_only=True).close()
    environment = make_environment()
    app = FastAPI(title="onrecord", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(make_api(store_path))
    app.include_router(make_pages(store_path, environment))
    app.mount("/static", StaticFiles(packages=[("onrecord.serve", "static")]))

    async def answer(request: Request, error: Exception) -> Response:
        problem = _explain(error)
        if request.url.path.startswith("/api/"):
            return json_response(ApiError(code=problem.code, message=problem.message), status=problem.status)
        return show_error(environment, status=problem.status, title=problem.title, message=problem.message)

    for kind in (HTTPException, RequestValidationError, StoreError, Exception):
        app.add_exception_handler(kind, answer)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(LOOPBACK_NAMES), www_redirect=False)
    app.add_middleware(SafeHeaders)
    return app


def run(store_path: Path, *, port: int, open_browser: bool, announce: Callable[[str], None] | None = None) -> None:
    """Serve the store to this machine until interrupted.

    `announce` is told the address as soon as it answers. Port 0 takes any that is free.

    Raises:
        StoreError: there is no store, or it cannot be opened.
        UsageError: the port is taken or not allowed.
    """
    app = create_app(store_path)
    with _listen(port) as listening:
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}/"
        if announce:
            announce(address)
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
        with suppress(KeyboardInterrupt):  # how one is meant to end it
            server.run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    """A socket on the loopback that already takes connections, which wait until the server is ready."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(f"{LOOPBACK}:{port} cannot be served from: {error}. Choose another with --port.") from error
    return listening


def _explain(error: Exception) -> Problem:
    match error:
        case UnknownArticle():
            return Problem(404, error.code, "No such article", "The store holds no article with this id.")
        case StoreError():
            return Problem(503, error.code, "The store cannot be read", str(error))
        case RequestValidationError():
            told = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
            return Problem(400, "usage", "This address is not right", f"{told}.")
        case HTTPException(status_code=404):
            return Problem(404, "not-found", "Nothing here", "No page has this address.")
        case HTTPException():
            return Problem(error.status_code, "usage", "This cannot be done", f"{error.detail}.")
        case _:
            told = "This is a fault of onrecord; the terminal it was started from shows what happened."
            return Problem(500, "bug", "Something went wrong", told)
