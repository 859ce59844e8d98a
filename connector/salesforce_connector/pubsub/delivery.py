"""Fetches events by the Pub/Sub API, with the connection's token, from a host that may have it.

The wire protocol is in `subscription`, which is imported at the first fetch: gRPC is
of the extra `pubsub`.

https://developer.salesforce.com/docs/platform/pub-sub-api/references/methods/subscribe-rpc.html
"""

import re
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from salesforce_connector.auth.my_domain import is_loopback
from salesforce_connector.auth.settings import OrgSettings
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.errors import Forbidden, Rejected
from salesforce_connector.flow import Fetch, Fetched
from salesforce_connector.http.connection_state import ConnectionState

DEFAULT_ENDPOINT: Final = "api.pubsub.salesforce.com:443"

# Salesforce's global endpoint and its regional ones, such as api.deu; both ports are documented.
_SALESFORCE: Final = re.compile(r"api(\.[a-z]{2,5})?\.pubsub\.salesforce\.com:(443|7443)", re.ASCII)

_ORG_ID: Final = re.compile(r"/id/(00D[A-Za-z0-9]{15})/", re.ASCII)

_NEEDED: Final = ("grpc", "google.protobuf", "fastavro")


def require_extra() -> None:
    """Check that the packages for the event bus are installed.

    Raises:
        Rejected: It is not.
    """
    for module in _NEEDED:
        try:
            there = find_spec(module) is not None
        except ModuleNotFoundError:  # not even the package around it
            there = False
        if not there:
            raise Rejected(
                f"The event bus is reached by gRPC and Avro, and {module} is not installed.",
                code="EXTRA_MISSING",
                remedy="Install salesforce-connector[pubsub] where the workflow engine runs.",
            )


def fetch_events(fetch: Fetch, credentials: Credentials, state: ConnectionState) -> Fetched:
    """Fetch events once; the pipeline refreshes the token and retries if that may help.

    Args:
        fetch: What to fetch.
        credentials: Whose token to use.
        state: Of the connection.

    Raises:
        Rejected: The topic, the replay id or the endpoint is not good; or the extra is missing.
        ConnectorError: Salesforce refused, or is down.
    """
    require_extra()
    from salesforce_connector.pubsub.subscription import take

    settings = state.session.settings
    is_plain = _is_plain(fetch.endpoint, settings)
    metadata = _metadata(credentials, settings)
    return take(fetch, metadata, state.event_schemas, plain=is_plain)


def _is_plain(endpoint: str, settings: OrgSettings) -> bool:
    """Return whether an endpoint is a local org's, without TLS; others must be Salesforce's.

    Raises:
        Rejected: It is neither, or not of the kind of org that the connection is to.
    """
    if settings.local_org:
        if is_loopback(urlsplit(f"//{endpoint}").hostname or ""):
            return True
        remedy = "It is to a local org: give the address that `org serve --pubsub` prints."
    else:
        if _SALESFORCE.fullmatch(endpoint):
            return False
        remedy = f"Use {DEFAULT_ENDPOINT} or api.deu.pubsub.salesforce.com:443."
    raise Rejected(
        f"A token of this connection does not go to {endpoint}.",
        code="UNTRUSTED_ENDPOINT",
        remedy=remedy,
        fields=("endpoint",),
    )


class _Metadata(tuple[tuple[str, str], ...]):
    """Headers of gRPC, with the token; their repr, which error trackers send, does not show it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<metadata with a token>"

    __str__ = __repr__


def _metadata(credentials: Credentials, settings: OrgSettings) -> _Metadata:
    match = _ORG_ID.search(credentials.id)
    if match is None or credentials.bearer is None:
        raise Forbidden(
            "The stored credentials do not name their org.",
            code="ORG_UNKNOWN",
            remedy="Refresh the connection, or sign in again: the next token response names it.",
        )
    return _Metadata(
        (
            ("accesstoken", credentials.bearer),
            ("instanceurl", credentials.instance_url or settings.base_url),
            ("tenantid", match[1]),
        )
    )
