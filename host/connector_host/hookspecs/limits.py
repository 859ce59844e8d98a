"""Hooks that list what a connection may do: its allowed actions and the service's quotas."""

from typing import TypedDict

from .connection import Connection
from .contract import hookspec


class Limit(TypedDict):
    """One quota of the service, or one that the host sets for it.

    Attributes:
        name: Stable, for machines.
        title: For people.
        used, maximum, left: In the unit that the title names; `left` is never below 0.
        floor: How much of `left` this connection leaves for others; 0 for none.
    """

    name: str
    title: str
    used: int
    maximum: int
    left: int
    floor: int


@hookspec(firstresult=True)
def list_allowed_actions(connector: str, connection: Connection) -> list[str] | None:
    """List the names of actions and triggers that the connection's settings allow.

    It sends nothing: the permissions of the user at the service are not checked. Without this hook,
    all are allowed.

    >>> "query" in registry.hook.list_allowed_actions(
    ...     connector="salesforce", connection=connection
    ... )
    True
    """


@hookspec(firstresult=True)
def list_limits(connector: str, connection: Connection) -> list[Limit] | None:
    """Fetch the service's quotas, the most important first; may spend a call.

    >>> registry.hook.list_limits(connector="unheard-of", connection=connection) is None
    True
    """
