"""The studio's app: the host's API, the page, and the routes for sandboxes."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from connector_host.errors import NotInstalled
from connector_host.hookspecs import Json
from connector_host.own_distribution import own_distribution
from connector_host.studio import sandbox_routes
from connector_host.studio.sandboxes import Sandboxes
from connector_host.studio.session import StudioSession
from connector_host.web.app import WEBHOOKS_PATH, api_routes, browser_routes, prepare
from connector_host.web.guards import Guards
from connector_host.web.problems import answer_http_error
from connector_host.web.requests import ApiRequest, answering
from connector_host.web.services import Services

_log = logging.getLogger("connector_host.studio")

HOST: Final = "127.0.0.1"
NAMES: Final = (HOST, "localhost")
IMMUTABLE: Final = "public, max-age=31536000, immutable"  # the names of assets contain their hash


def create_studio(
    services: Services,
    session: StudioSession,
    *,
    port: int,
    sandboxes: Sandboxes | None = None,
    static: Path | None = None,
) -> Starlette:
    """Create the studio's app.

    Args:
        port: The port that it is served on; part of the host names that it accepts.
        static: Folder of the built page; None for the one in the package.

    Raises:
        NotInstalled: The page is not built.
    """
    folder = static or Path(str(resources.files("connector_host.studio"))) / "static"
    if not folder.joinpath("index.html").is_file():
        raise NotInstalled("The studio's page is not built.", "make studio-page")
    installed = sandboxes or Sandboxes()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        yield
        await run_in_threadpool(_free_connections, services)
        installed.stop()

    app = Starlette(
        routes=[
            *api_routes(),
            *sandbox_routes.routes(),
            Route("/api/session", answering(_session), methods=["GET"]),
            *browser_routes(),
            *_page_routes(folder),
        ],
        middleware=[
            Middleware(
                Guards,
                allowed_hosts=tuple(f"{name}:{port}" for name in NAMES),
                open_paths=(WEBHOOKS_PATH,),
            ),
            Middleware(session.middleware),
        ],
        exception_handlers={HTTPException: answer_http_error},
        lifespan=lifespan,
    )
    prepare(
        app,
        services,
        authenticate=session.authenticate,
        redirect_uri=None,
        public_url=None,
        after_sign_in=None,
    )
    app.state.sandboxes = installed
    return app


def _free_connections(services: Services) -> None:
    """Close what connectors pool, without revoking tokens."""
    for connection in services.store.list():
        try:
            services.registry.call_optional(
                connection.connector, "close_connection", connection=connection, revoke=False
            )
        except Exception:  # noqa: BLE001 - the others are to be closed too
            _log.exception("The connection %r could not be closed.", connection.name)


def _session(request: ApiRequest) -> Json:
    """Return the session's data that the page needs."""
    state = request.http.app.state
    own = own_distribution()
    return {
        "user": request.actor.who or None,
        "version": own.version,
        "command": own.distribution,
        "redirect_uri": state.redirect_uri(request.http),
        "sandboxes": state.sandboxes.names,
    }


def _page_routes(folder: Path) -> list[BaseRoute]:
    index = folder / "index.html"

    async def page(_request: Request) -> Response:
        # The page's router reads the path, so that every page can be bookmarked.
        return FileResponse(index, headers={"Cache-Control": "no-cache"})

    async def icon(_request: Request) -> Response:
        return FileResponse(folder / "icon.svg")

    return [
        Mount("/assets", _Assets(directory=folder / "assets")),
        Route("/icon.svg", icon),
        Route("/api/{rest:path}", _nothing),
        Route("/{rest:path}", page),
    ]


async def _nothing(_request: Request) -> Response:
    raise HTTPException(404)


class _Assets(StaticFiles):
    """Serves files whose content never changes under their name."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = IMMUTABLE
        return response
