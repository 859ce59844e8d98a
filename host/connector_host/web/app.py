"""Creates the API: its routes, and the options of the application that mounts it."""

from collections.abc import Callable, Iterable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from connector_host.web import (
    actions,
    app_profiles,
    catalog,
    connections,
    openapi,
    records,
    sign_in,
    triggers,
    webhooks,
)
from connector_host.web.guards import Guards
from connector_host.web.problems import answer_http_error
from connector_host.web.requests import Authenticate, answering
from connector_host.web.services import Services

CALLBACK_PATH: Final = "/callback"
WEBHOOKS_PATH: Final = "/webhooks/"


def create_app(
    services: Services,
    *,
    authenticate: Authenticate,
    allowed_hosts: Iterable[str],
    redirect_uri: str | None = None,
    public_url: str | None = None,
    after_sign_in: str | None = None,
) -> Starlette:
    """Create the API, an ASGI app to mount at any path.

    Args:
        authenticate: Returns the user of a request: a `Principal`, or None for an unnamed user, who
            may use the connections without an owner. Raises `NotSignedIn` for a user who may not
            use the API. Nothing else authenticates requests.
        allowed_hosts: Host names that this is served under, such as `workflows.example.com`; `*`
            when the application checks them itself.
        redirect_uri: The callback URL of sign-ins, as it is registered in apps; None for
            `/callback` below the path where this is mounted.
        public_url: The URL at which services reach this app, for webhooks; None for the URL where
            it is mounted.
        after_sign_in: The page of the application to redirect browsers to after a sign-in, with
            `?connection=NAME` or `?error=CODE`. None shows a page of the API, which notifies the
            page that opened it.
    """
    app = Starlette(
        routes=[*api_routes(), *browser_routes()],
        middleware=[
            Middleware(Guards, allowed_hosts=tuple(allowed_hosts), open_paths=(WEBHOOKS_PATH,))
        ],
        exception_handlers={HTTPException: answer_http_error},
    )
    prepare(
        app,
        services,
        authenticate=authenticate,
        redirect_uri=redirect_uri,
        public_url=public_url,
        after_sign_in=after_sign_in,
    )
    return app


def prepare(
    app: Starlette,
    services: Services,
    *,
    authenticate: Authenticate,
    redirect_uri: str | None,
    public_url: str | None,
    after_sign_in: str | None,
) -> None:
    """Set the state of an app that its routes use; see `create_app`."""

    def base_url(request: Request) -> str:
        # Not `request.base_url`, which lacks the path where this is mounted.
        mounted = f"{request.url.scheme}://{request.url.netloc}{request.scope['root_path']}"
        return public_url or mounted.rstrip("/")

    def redirects_to(request: Request) -> str:
        return redirect_uri or f"{base_url(request)}{CALLBACK_PATH}"

    app.state.services = services
    app.state.authenticate = authenticate
    app.state.redirect_uri = redirects_to
    app.state.base_url = base_url
    app.state.after_sign_in = after_sign_in
    app.state.running = actions.RunningRuns()


def browser_routes() -> list[BaseRoute]:
    """Return the routes that browsers and services call directly."""
    return [
        Route(CALLBACK_PATH, sign_in.callback),
        Route(f"/{sign_in.CALLBACK_SCRIPT}", sign_in.callback_script),
        Route(f"{WEBHOOKS_PATH}{{trigger_id}}", webhooks.receive, methods=["GET", "POST"]),
        Route("/openapi.json", openapi.document),
    ]


def api_routes() -> list[BaseRoute]:
    """Return the routes below `/api`."""

    def get(path: str, handle: Callable[..., object], status: int = 200) -> Route:
        return Route(f"/api{path}", answering(handle, status), methods=["GET"], name=_name(handle))

    def change(method: str, path: str, handle: Callable[..., object], status: int = 200) -> Route:
        endpoint = answering(handle, status)
        return Route(f"/api{path}", endpoint, methods=[method], name=_name(handle))

    base = "/connections/{connection}"
    return [
        get("/connectors", catalog.list_connectors),
        get("/connectors/{connector}", catalog.get_connector),
        get("/connectors/{connector}/actions/{name}", catalog.get_action),
        get("/connectors/{connector}/triggers/{name}", catalog.get_trigger),
        get("/connectors/{connector}/methods/{method}/guide", catalog.get_guide),
        get("/connections", connections.list_connections),
        change("POST", "/connections", connections.add_connection, 201),
        get(base, connections.get_connection),
        change("DELETE", base, connections.remove_connection),
        change("PUT", f"{base}/settings", connections.change_settings),
        change("PUT", f"{base}/name", connections.rename_connection),
        change("PUT", f"{base}/access", connections.set_access),
        Route(f"/api{base}/test", actions.test, methods=["POST"], name="test"),
        get(f"{base}/limits", connections.get_limits),
        get(f"{base}/actions", actions.allowed_actions),
        change("POST", f"{base}/actions/{{action}}/schema", actions.live_schema),
        Route(f"/api{base}/actions/{{action}}/runs", actions.run, methods=["POST"], name="run"),
        change("POST", f"{base}/options/{{source}}", actions.list_options),
        change("POST", f"{base}/triggers/{{trigger}}/try", triggers.try_trigger),
        change("POST", "/sign-ins", sign_in.begin),
        get("/app-profiles", app_profiles.list_profiles),
        change("POST", "/app-profiles", app_profiles.add_profile, 201),
        change("PUT", "/app-profiles/{profile}/secrets", app_profiles.rotate_profile),
        change("DELETE", "/app-profiles/{profile}", app_profiles.remove_profile),
        get("/triggers", triggers.list_triggers),
        change("POST", "/triggers", triggers.add_trigger, 201),
        change("DELETE", "/triggers/{trigger}", triggers.remove_trigger),
        change("POST", "/triggers/{trigger}/poll", triggers.poll_trigger),
        get("/triggers/{trigger}/events", triggers.list_events),
        get("/runs", records.list_runs),
        change("DELETE", "/runs/{run}", actions.cancel),
        get("/audit", records.list_audit),
        get("/limits", records.list_limits),
    ]


def _name(handle: Callable[..., object]) -> str:
    return handle.__name__
