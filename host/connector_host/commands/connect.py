"""`connect` and `reconnect`: sign in, and store the connection."""

import sys
import webbrowser
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

import typer

from connector_host import manifest as manifests
from connector_host.access import check_change
from connector_host.commands import settings
from connector_host.commands.parameters import Connector, Settings
from connector_host.commands.run import run_test
from connector_host.errors import BadInput
from connector_host.hookspecs import JsonObject
from connector_host.host import Host
from connector_host.own_distribution import choose_connector
from connector_host.sign_in import REDIRECT_URI, TIMEOUT, SignInRequest, by_pasting

CONNECT_EXAMPLES = (
    "connect acme --method client_credentials --set FIELD=VALUE --set SECRET=@secret.txt",
    "connect acme --method authorization_code --no-browser --port 8911",
    "--as ann connect acme --method authorization_code --app our_app --set FIELD=VALUE",
)
RECONNECT_EXAMPLES = ("reconnect acme", "reconnect acme --set SECRET=@new-secret.txt")

AppProfile = Annotated[
    str | None,
    typer.Option(metavar="PROFILE", help="Name of an app profile that holds the other settings."),
]
RedirectUri = Annotated[
    str,
    typer.Option(help="The callback URL, exactly as it is registered in the app."),
]
Port = Annotated[
    int | None,
    typer.Option(min=0, max=65535, help="Another port for the callback URL; 0 takes a free one."),
]
NoBrowser = Annotated[
    bool,
    typer.Option("--no-browser", help="Print the sign-in URL on stdout instead of opening it."),
]
Timeout = Annotated[float, typer.Option(min=1, help="Seconds to wait for the browser.")]


def connect(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name for the new connection.")],
    method: Annotated[
        str | None, typer.Option(help="Name of an auth method; `manifest --summary` lists them.")
    ] = None,
    connector: Connector = None,
    pairs: Settings = None,
    app: AppProfile = None,
    redirect_uri: RedirectUri = REDIRECT_URI,
    port: Port = None,
    no_browser: NoBrowser = False,
    timeout: Timeout = TIMEOUT,
    no_test: Annotated[
        bool, typer.Option("--no-test", help="Do not test the connection afterwards.")
    ] = False,
) -> None:
    """Sign in, store the connection under a name, and test it.

    With --as, the connection belongs to that user; otherwise anyone on this machine may use it. An
    interactive method opens the browser and waits until it returns. You are prompted for required
    settings that are missing. If the test fails, the connection stays stored.
    """
    host: Host = ctx.obj
    host.store.check_free(name)
    connector_name = choose_connector(host.registry, connector)
    entry = _method(host.registry.manifest(connector_name), method)
    app_settings = host.store.app(app).settings if app else {}
    values = settings.read(
        entry["schema"], pairs or [], interactive=host.interactive, provided=app_settings
    )
    if entry["interactive"]:
        request = SignInRequest(name, connector_name, entry["name"], values, app)
        _sign_in(host, request, _with_port(redirect_uri, port), no_browser, timeout)
    else:
        host.runner.connect(name, connector_name, entry["name"], values, app=app)
    host.note(f"Stored as {name!r}.")
    if not no_test:
        run_test(host, name)


def reconnect(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a stored connection.")],
    pairs: Settings = None,
    app: AppProfile = None,
    redirect_uri: RedirectUri = REDIRECT_URI,
    port: Port = None,
    no_browser: NoBrowser = False,
    timeout: Timeout = TIMEOUT,
) -> None:
    """Sign in to a connection again; its name, id and settings do not change.

    --set changes single settings.
    """
    host: Host = ctx.obj
    stored = host.store.get(name)
    check_change(name, stored.access, host.principal)  # before a browser opens
    entry = manifests.get_part(
        host.registry.manifest(stored.connector), "auth_methods", stored.method
    )
    schema = {**entry["schema"], "required": []}  # settings that are left out do not change
    values = {**stored.own_settings, **settings.read(schema, pairs or [], interactive=False)}
    if entry["interactive"]:
        request = SignInRequest(name, stored.connector, stored.method, values, app, again=True)
        _sign_in(host, request, _with_port(redirect_uri, port), no_browser, timeout)
        host.note(f"Signed in to {name!r} again.")
    else:
        host.runner.reconnect(name, values, app=app)
        host.note(f"Changed {name!r}. To test it: {ctx.find_root().info_name} test {name}")


def _method(manifest: JsonObject, name: str | None) -> JsonObject:
    """Return the method of this name, or the only one."""
    methods: list[JsonObject] = manifest["auth_methods"]
    if name is not None:
        return manifests.get_part(manifest, "auth_methods", name)
    if len(methods) == 1:
        return methods[0]
    names = ", ".join(entry["name"] for entry in methods)
    raise BadInput("The connector has several auth methods.", f"Give --method, one of: {names}.")


def _with_port(redirect_uri: str, port: int | None) -> str:
    if port is None:
        return redirect_uri
    parts = urlsplit(redirect_uri)
    return urlunsplit(parts._replace(netloc=f"{parts.hostname}:{port}"))


def _sign_in(
    host: Host, request: SignInRequest, redirect_uri: str, no_browser: bool, timeout: float
) -> None:
    from connector_host.callback_server import NAMES

    open_url = _print_url if no_browser else _browser(host)
    if urlsplit(redirect_uri).hostname in NAMES:
        host.sign_in(
            request.name,
            connector=request.connector,
            method=request.method,
            settings=request.settings,
            open_url=open_url,
            redirect_uri=redirect_uri,
            timeout=timeout,
            app=request.app,
            again=request.again,
        )
        return

    def read_url() -> str:
        host.note(f"Paste the URL that the browser shows at the end ({redirect_uri}?...):")
        return sys.stdin.readline()

    by_pasting(
        host.runner, request, redirect_uri=redirect_uri, open_url=open_url, read_url=read_url
    )


def _browser(host: Host) -> Callable[[str], None]:
    def open_url(url: str) -> None:
        host.note(f"Opening the browser. If it does not open, go to:\n{url}")
        webbrowser.open(url)

    return open_url


def _print_url(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
