"""An engine as small as can be: one connection in memory, and the connector behind its hooks."""

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import pluggy

from benchmarks.work.told import Told
from connector_host import hookspecs
from salesforce_actions.plugin import SalesforceConnector


class Kept:
    """A connection that is kept in memory, as docs/embedding.md shows it."""

    def __init__(self, told: Told) -> None:
        self.id = "bench"
        self.method = "client_credentials"
        self.settings: dict[str, Any] = settings(told)
        self.credentials: dict[str, Any] = credentials(told)
        self._lock = threading.Lock()

    def save(self, credentials: Mapping[str, Any]) -> None:
        self.credentials = dict(credentials)

    def lock(self) -> AbstractContextManager[object]:
        return self._lock


def settings(told: Told) -> dict[str, Any]:
    """Return the settings of a connection to the stub."""
    return {
        "my_domain_url": told.url,
        "consumer_key": "key",
        "consumer_secret": "secret",
        "local_org": True,
    }


def credentials(told: Told) -> dict[str, Any]:
    """Return the credentials that a sign-in has left."""
    return {"access_token": told.token, "instance_url": told.url}


def hooks(plugin: SalesforceConnector | None = None) -> Any:
    """Return the hooks of an engine that has the connector, or one that the caller will close."""
    manager = pluggy.PluginManager("workflow_connectors")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin or SalesforceConnector(), name="salesforce")
    return manager.hook
