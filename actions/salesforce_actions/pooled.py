"""A bounded pool by connection: the least recently used entry is dropped first."""

from collections import OrderedDict
from typing import Final, TypeVar

from salesforce_connector.connection import Connection
from salesforce_connector.http.base_client import BaseClient
from salesforce_connector.http.connection_state import ConnectionState

MAX_CLIENTS: Final = 1_000  # a client is a token and a few settings; connections are shared

ClientT = TypeVar("ClientT", bound=BaseClient)
ItemT = TypeVar("ItemT")


def find_client(clients: OrderedDict[str, ClientT], state: ConnectionState) -> ClientT | None:
    """Find the client of a connection's state; one of an older state is of no more use."""
    connection_id = state.session.connection_id
    client = clients.get(connection_id)
    if client is None or client.state is not state:
        return None
    clients.move_to_end(connection_id)
    return client


def note_use(states: OrderedDict[str, ConnectionState], connection: Connection) -> None:
    """Mark a connection as used, so that others are dropped first."""
    if connection.id in states:
        states.move_to_end(connection.id)


def keep(pooled: OrderedDict[str, ItemT], connection: Connection, item: ItemT) -> None:
    pooled[connection.id] = item
    pooled.move_to_end(connection.id)
    if len(pooled) > MAX_CLIENTS:
        pooled.popitem(last=False)
