"""Where the one connection of the chaos is kept; each process opens it anew."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connector_host.store.connection_store import ConnectionStore
from connector_host.store.keys import KeyFile

NAME = "acme"
METHOD = "authorization_code"


class StoreLocation:
    """A store by its path or its server's URL, and the file of its key."""

    def __init__(self, location: str, key_path: Path) -> None:
        self.location = location
        self.key_path = key_path

    def open(self, **options: Any) -> ConnectionStore:
        return ConnectionStore(self.location, KeyFile(self.key_path), **options)

    def keep(self, settings: Mapping[str, Any], credentials: Mapping[str, Any]) -> None:
        """Make the connection, or sign in to it anew."""
        store = self.open()
        try:
            if any(connection.name == NAME for connection in store.list()):
                stored = store.get(NAME)
                with stored.lock():
                    stored.replace(settings, {}, credentials)
            else:
                store.add(
                    NAME,
                    connector="salesforce",
                    method=METHOD,
                    settings=settings,
                    secrets={},
                    credentials=credentials,
                )
        finally:
            store.close()
