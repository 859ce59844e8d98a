"""An engine as small as can be: one connection in memory, and the connector behind its hooks."""

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import pluggy

from benchmarks.work.worker import Task
from connector_host import hookspecs
from salesforce_actions.plugin import SalesforceConnector


class BenchmarkConnection:
    """A connection in memory, as docs/embedding.md shows it."""

    def __init__(self, task: Task, **options: bool) -> None:
        """Make one to the stub; `options` are settings."""
        self.id = "bench"
        self.method = "client_credentials"
        self.settings: dict[str, Any] = settings(task) | options
        self.credentials: dict[str, Any] = credentials(task)
        self._lock = threading.Lock()

    def save(self, credentials: Mapping[str, Any]) -> None:
        self.credentials = dict(credentials)

    def lock(self) -> AbstractContextManager[object]:
        return self._lock


def settings(task: Task) -> dict[str, Any]:
    """Return the settings of a connection to the stub."""
    return {
        "my_domain_url": task.url,
        "consumer_key": "key",
        "consumer_secret": "secret",
        "local_org": True,
    }


def credentials(task: Task) -> dict[str, Any]:
    """Return the credentials that a sign-in has left."""
    return {"access_token": task.token, "instance_url": task.url}


def hooks(plugin: SalesforceConnector | None = None) -> Any:
    """Return the hooks of an engine that has the connector, or one that the caller will close."""
    manager = pluggy.PluginManager("workflow_connectors")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin or SalesforceConnector(), name="salesforce")
    return manager.hook
