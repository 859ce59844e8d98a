"""The actions and triggers that a connection's own settings allow; nothing is sent to find out."""

from typing import Final

from salesforce_actions.catalog import ACTIONS
from salesforce_actions.trigger_catalog import TRIGGERS
from salesforce_connector.auth import read_settings
from salesforce_connector.connection import Connection

# Their inputs decide what they call; a read-only connection judges each call.
_DECIDED_BY_INPUT: Final = frozenset({"api_request", "graphql_query", "run_composite"})


def list_allowed(connection: Connection) -> list[str]:
    """Name them in the order of the manifest, actions first.

    Raises:
        Rejected: The connection's method is unknown, or its settings do not fit.
    """
    _, settings = read_settings(connection.method, connection.settings)
    names = [*ACTIONS, *TRIGGERS]
    if settings.read_only:
        names = [name for name in names if name not in ACTIONS or _may_read(name)]
    if settings.allowed_actions:
        names = [name for name in names if name in settings.allowed_actions]
    return names


def _may_read(name: str) -> bool:
    return ACTIONS[name].reads or name in _DECIDED_BY_INPUT
