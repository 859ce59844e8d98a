"""What the store's tests call the places that a store may be in."""

from collections.abc import Callable
from typing import Any

from connector_host.store.connection_store import ConnectionStore

OpenStore = Callable[..., ConnectionStore]
RunSql = Callable[[str], list[Any]]


def engine_url(location: str) -> str:
    """Return the URL for SQLAlchemy of a path or of a server's URL."""
    if "://" not in location:
        return f"sqlite:///{location}"
    return location.replace("postgresql://", "postgresql+psycopg://")
