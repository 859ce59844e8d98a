"""One sign-in through the browser, from the address to open to the page at the end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connector_host.hookspecs import Json

if TYPE_CHECKING:
    from connector_host.registry import Registry
    from connector_host.runner import Runner
    from connector_host.store.protocol import Kept

REDIRECT_URI = "http://127.0.0.1:8910/callback"
TIMEOUT = 300.0  # seconds; a person may have to look up a password and a code


@dataclass(frozen=True)
class Wanted:
    """What is to be signed in to.

    Attributes:
        app: Name of the app profile that gives the other settings.
        again: The connection exists, and is to be signed in anew.
    """

    name: str
    connector: str
    method: str
    settings: dict[str, Json]
    app: str | None = None
    again: bool = False


def through_browser(
    registry: "Registry",
    runner: "Runner",
    wanted: Wanted,
    *,
    open_url: Callable[[str], Any],
    redirect_uri: str = REDIRECT_URI,
    timeout: float = TIMEOUT,
) -> "Kept":
    """Send a browser to consent, wait for it, and keep the connection.

    Args:
        open_url: Called with the address once its way back is open.
        redirect_uri: On this machine; port 0 takes a free one.
        timeout: Seconds to wait for the browser.

    Raises:
        PortBusy, SignInUnfinished, BadInput: Nothing was kept; as `loopback` and `runner`.
        ConnectorError: Consent was denied, the callback is another's, or the exchange failed.
    """
    from connector_host.callback_server import Loopback, failure_page, success_page

    about = registry.manifest(wanted.connector)
    with Loopback(redirect_uri) as loopback:
        begun = runner.begin(
            wanted.name,
            wanted.connector,
            wanted.method,
            wanted.settings,
            loopback.redirect_uri,
            app=wanted.app,
            again=wanted.again,
        )
        open_url(begun.url)
        callback_url = loopback.wait(timeout)
        try:
            kept = runner.finish(begun.ticket, callback_url)
        except BaseException as exc:
            loopback.answer(failure_page(about, *_told(exc)))
            raise
        loopback.answer(success_page(about, wanted.name))
        return kept


def by_pasting(
    runner: "Runner",
    wanted: Wanted,
    *,
    redirect_uri: str,
    open_url: Callable[[str], Any],
    read_url: Callable[[], str],
) -> "Kept":
    """Sign in where the browser cannot come back to this machine: a person pastes its address.

    Args:
        read_url: Gives the address that the browser ended at.
    """
    begun = runner.begin(
        wanted.name,
        wanted.connector,
        wanted.method,
        wanted.settings,
        redirect_uri,
        app=wanted.app,
        again=wanted.again,
    )
    open_url(begun.url)
    return runner.finish(begun.ticket, read_url().strip())


def _told(exc: BaseException) -> tuple[str, str]:
    """Give the message and remedy of an error meant for people, of no other."""
    if hasattr(exc, "kind"):
        return str(exc), getattr(exc, "remedy", "")
    return "The sign-in was not finished.", "See the terminal for the reason."
