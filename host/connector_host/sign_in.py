"""Signs in through the browser: opens it, waits for its return, and shows the result."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connector_host.hookspecs import Json

if TYPE_CHECKING:
    from connector_host.registry import Registry
    from connector_host.runner import Runner
    from connector_host.store.protocol import StoredConnection

# `localhost`, because External Client Apps are reported to refuse a bare 127.0.0.1.
REDIRECT_URI = "http://localhost:8910/callback"
TIMEOUT = 300.0  # seconds; a person may have to look up a password and a code


@dataclass(frozen=True)
class SignInRequest:
    """The connection to sign in to.

    Attributes:
        app: Name of the app profile that holds the other settings.
        again: The connection exists, and a person signs in to it again.
    """

    name: str
    connector: str
    method: str
    settings: dict[str, Json] = field(repr=False)
    app: str | None = None
    again: bool = False


def through_browser(
    registry: "Registry",
    runner: "Runner",
    request: SignInRequest,
    *,
    open_url: Callable[[str], Any],
    redirect_uri: str = REDIRECT_URI,
    timeout: float = TIMEOUT,
) -> "StoredConnection":
    """Open the browser, wait until it returns, and store the connection.

    Args:
        open_url: Called with the URL to open, once the callback server listens.
        redirect_uri: On this machine; port 0 takes a free one.
        timeout: Seconds to wait for the browser.

    Raises:
        PortBusy, SignInUnfinished, BadInput: See `callback_server` and `Runner.begin`. Nothing was
            stored.
        ConnectorError: Consent was denied, or the exchange of the code failed.
    """
    from connector_host.callback_pages import failure_page, success_page
    from connector_host.callback_server import CallbackServer  # 30 ms: http.server

    entry = registry.manifest(request.connector)
    with CallbackServer(redirect_uri) as callback_server:
        sign_in = runner.begin(
            request.name,
            request.connector,
            request.method,
            request.settings,
            callback_server.redirect_uri,
            app=request.app,
            again=request.again,
        )
        callback_server.expect(sign_in.state)
        open_url(sign_in.url)
        callback_url = callback_server.wait(timeout)
        try:
            stored = runner.finish(sign_in.ticket, callback_url)
        except BaseException as exc:
            callback_server.answer(failure_page(entry, *_error_texts(exc)))
            raise
        callback_server.answer(success_page(entry, request.name))
        return stored


def by_pasting(
    runner: "Runner",
    request: SignInRequest,
    *,
    redirect_uri: str,
    open_url: Callable[[str], Any],
    read_url: Callable[[], str],
) -> "StoredConnection":
    """Sign in where the browser cannot return to this machine: a person pastes its final URL.

    Args:
        read_url: Returns the URL that the person pasted.
    """
    sign_in = runner.begin(
        request.name,
        request.connector,
        request.method,
        request.settings,
        redirect_uri,
        app=request.app,
        again=request.again,
    )
    open_url(sign_in.url)
    return runner.finish(sign_in.ticket, read_url().strip())


def _error_texts(exc: BaseException) -> tuple[str, str]:
    """Return the message and remedy to show for an error; those of a bug stay in the terminal."""
    if hasattr(exc, "kind"):
        return str(exc), getattr(exc, "remedy", "")
    return "The sign-in was not finished.", "See the terminal for the reason."
