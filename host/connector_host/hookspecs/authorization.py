"""Hooks that check settings, sign in, refresh credentials and close connections."""

from collections.abc import Mapping
from typing import Final, TypedDict

from .connection import Connection
from .contract import Json, JsonObject, hookspec

SIGN_IN_LIFETIME: Final = 900.0
"""Maximum seconds from `begin_authorization` to `finish_authorization`; both sides check it."""


class SettingsCheck(TypedDict):
    """The result of `check_settings`: the hosts that the settings' secrets are sent to."""

    hosts: list[str]


class Authorization(TypedDict):
    """Where to send the browser, and what to store until it returns.

    Attributes:
        url: The page where a person consents; `state` is among its query parameters.
        state: A query parameter of the callback, by which a host finds the pending authorization
            that a callback belongs to.
        pending: Holds secrets (state, code verifier): the host protects it as it protects
            credentials, and uses it once.
    """

    url: str
    state: str
    pending: JsonObject


class Refreshed(TypedDict):
    """The result of a refresh: when the new credentials expire, in seconds since 1970, if known."""

    expires_at: float | None


@hookspec(firstresult=True)
def check_settings(
    connector: str, method: str, settings: Mapping[str, Json]
) -> SettingsCheck | bool | None:
    """Check what the schema cannot; raises an error of kind `rejected` that names the field.

    A host calls it before it stores settings. It sends nothing. It returns the hosts that the
    settings' secrets are sent to, so that the host can forbid some, or True when the connector does
    not know them. A connector whose schemas check everything does not need this hook.

    >>> registry.hook.check_settings(
    ...     connector="salesforce",
    ...     method="client_credentials",
    ...     settings={
    ...         "my_domain_url": "https://login.salesforce.com",
    ...         "consumer_key": "3MVG9...",
    ...         "consumer_secret": "...",
    ...     },
    ... )
    Traceback (most recent call last):
    ...
    salesforce_connector.errors.Rejected: login.salesforce.com does not serve client credentials. \
Enter the org's own address, as Setup > My Domain shows it, for example https://acme.my.salesforce.com.
    """


@hookspec(firstresult=True)
def begin_authorization(
    connector: str, method: str, settings: Mapping[str, Json], redirect_uri: str
) -> Authorization | None:
    """Return the URL where a person consents, and what to store until `finish_authorization`.

    Only for methods whose manifest entry says `interactive`. It sends nothing. The two hooks may
    run in different processes, at most `SIGN_IN_LIFETIME` seconds apart.

    >>> begun = registry.hook.begin_authorization(
    ...     connector="salesforce",
    ...     method="authorization_code",
    ...     settings={"my_domain_url": "acme.my.salesforce.com", "consumer_key": "3MVG9..."},
    ...     redirect_uri="http://127.0.0.1:8910/callback",
    ... )
    >>> begun["url"].partition("?")[0]
    'https://acme.my.salesforce.com/services/oauth2/authorize'
    >>> f"state={begun['state']}" in begun["url"]
    True
    """


@hookspec(firstresult=True)
def finish_authorization(
    connector: str,
    method: str,
    settings: Mapping[str, Json],
    pending: Mapping[str, Json],
    callback_url: str,
) -> JsonObject | None:
    """Exchange the URL that the browser was redirected to for credentials.

    Raises an error of kind `rejected` when its state is not that of `begin_authorization`.

    >>> registry.hook.finish_authorization(
    ...     connector="salesforce",
    ...     method="authorization_code",
    ...     settings={"my_domain_url": "acme.my.salesforce.com", "consumer_key": "3MVG9..."},
    ...     pending=begun["pending"],
    ...     callback_url="http://127.0.0.1:8910/callback?code=aPrx&state=someone-elses",
    ... )
    Traceback (most recent call last):
    ...
    salesforce_connector.errors.Rejected: The state in the callback does not belong to this \
sign-in. Start the sign-in again in the same browser.
    """


@hookspec(firstresult=True)
def refresh_connection(connector: str, connection: Connection) -> Refreshed | None:
    """Get new credentials now, save them, and return when they expire.

    For engines that refresh on their own schedule. Raises a `ConnectorError` when the service
    issues none; the stored credentials then stay unchanged.

    >>> registry.hook.refresh_connection(connector="unheard-of", connection=connection) is None
    True
    """


@hookspec(firstresult=True)
def close_connection(connector: str, connection: Connection, revoke: bool) -> bool | None:
    """Free what is pooled for a connection; with `revoke`, also revoke its tokens at the service.

    Returns True when the connection belongs to this connector. Closing twice and revoking a token
    that has expired are no errors.

    >>> registry.hook.close_connection(
    ...     connector="salesforce", connection=connection, revoke=False
    ... )
    True
    """
