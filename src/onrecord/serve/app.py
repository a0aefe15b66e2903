"""Put API, pages and guards together, and serve them: to this machine, or to others who have the token."""

from __future__ import annotations

import getpass
import socket
import threading
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from onrecord import __version__
from onrecord.errors import StoreError, UsageError
from onrecord.serve.api import PREFIX, make_api
from onrecord.serve.guards import Access, Gate, SafeHeaders
from onrecord.serve.kept import KeptAnswers
from onrecord.serve.openapi import describe_api
from onrecord.serve.pages import make_pages, show_error
from onrecord.serve.problems import Problem, explain, problem_response
from onrecord.serve.wording import make_environment
from onrecord.store.pool import Pool

__all__ = ["create_app", "run"]


def create_app(store_path: Path, access: Access | None = None, reviewer: str | None = None) -> FastAPI:
    """The application over the store at `store_path`; for this machine if no `access` is given.

    It writes nothing but what people say when they review: under the name they sign in with, else that of `reviewer`.

    Raises:
        StoreError: there is no store, or it cannot be opened.
    """
    access = access or Access.allow()
    stores = Pool(store_path)
    with stores.open():
        pass  # tells what is wrong before anything is served
    environment = make_environment()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=f"{PREFIX}/openapi.json")
    app.state.stores = stores
    app.include_router(make_api(stores))
    app.include_router(make_pages(stores, environment, reviewer or _account()), include_in_schema=False)
    app.mount("/static", StaticFiles(packages=[("onrecord.serve", "static")]))
    app.openapi = describe_api(app, version=__version__, needs_token=access.token is not None)  # type: ignore[method-assign]

    def tell(scope: Scope, problem: Problem, headers: Mapping[str, str]) -> Response:
        if scope["path"].startswith("/api/"):
            return problem_response(problem, headers)
        page = show_error(environment, status=problem.status, title=problem.title, message=problem.detail)
        page.headers.update(headers)
        return page

    async def answer(request: Request, error: Exception) -> Response:
        allowed = getattr(error, "headers", None) or {}
        return tell(request.scope, explain(error), allowed)

    for kind in (HTTPException, RequestValidationError, UsageError, StoreError, Exception):
        app.add_exception_handler(kind, answer)
    app.add_middleware(KeptAnswers, stores=stores)
    app.add_middleware(Gate, access=access, refuse=tell)
    app.add_middleware(SafeHeaders)
    return app


def run(
    store_path: Path,
    *,
    port: int,
    open_browser: bool,
    announce: Callable[[str], None] | None = None,
    access: Access | None = None,
    reviewer: str | None = None,
) -> None:
    """Serve the store until interrupted; to this machine if no `access` is given.

    `announce` is told the address as soon as it answers. Port 0 takes any that is free.

    Raises:
        StoreError: there is no store, or it cannot be opened.
        UsageError: the address or port is taken or not allowed.
    """
    access = access or Access.allow()
    app = create_app(store_path, access, reviewer)
    threading.Thread(target=app.state.stores.warm, daemon=True).start()
    with _listen(access.host, port) as listening:
        host = f"[{access.host}]" if ":" in access.host else access.host
        address = f"http://{host}:{listening.getsockname()[1]}/"
        if announce:
            announce(address)
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, proxy_headers=False)
        with suppress(KeyboardInterrupt):  # how one is meant to end it
            uvicorn.Server(config).run(sockets=[listening])


def _account() -> str:
    """The name of whoever runs the server."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no such account, as in some containers
        return "somebody"


def _listen(host: str, port: int) -> socket.socket:
    """A socket that already takes connections, which wait until the server is ready."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, since asyncio turns Nagle's algorithm off only for sockets that say they are TCP's: with
    # it, each answer on a connection that is kept open waits 40 ms for the client to acknowledge its head.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(f"{host}:{port} cannot be served from: {error}. Choose another with --port.") from error
    return listening
