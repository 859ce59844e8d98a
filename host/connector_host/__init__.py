"""The reference host: finds connectors, stores connections, runs actions.

It is generic: it knows connectors by the entry-point group alone and imports none of them.

What a host's developer may import is listed here and loaded when it is first used; the contract
with connectors is `connector_host.hookspecs`. Everything else is private and may change.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from connector_host.access import Access, Principal
    from connector_host.connection_admin import ConnectionAdmin
    from connector_host.errors import HostError
    from connector_host.registry import Plugin, Registry
    from connector_host.runner import Runner
    from connector_host.runner.trigger_runner import PollResult
    from connector_host.store.connection_store import ConnectionStore
    from connector_host.store.environment_store import EnvironmentStore
    from connector_host.store.keys import KeyFile, KeyringEntry, KeySource, KeyText
    from connector_host.store.locks import AdvisoryLocks, FileLocks
    from connector_host.store.protocol import (
        ReceivingTrigger,
        Store,
        StoredConnection,
        StoredTrigger,
    )
    from connector_host.store.secret_store import (
        Secret,
        SecretManager,
        SecretStore,
        VersionConflict,
    )

__all__ = [
    "Access",
    "AdvisoryLocks",
    "ConnectionAdmin",
    "ConnectionStore",
    "EnvironmentStore",
    "FileLocks",
    "HostError",
    "KeyFile",
    "KeySource",
    "KeyText",
    "KeyringEntry",
    "Plugin",
    "PollResult",
    "Principal",
    "ReceivingTrigger",
    "Registry",
    "Runner",
    "Secret",
    "SecretManager",
    "SecretStore",
    "Store",
    "StoredConnection",
    "StoredTrigger",
    "VersionConflict",
]

_MODULES: Final = {
    "access": ("Access", "Principal"),
    "connection_admin": ("ConnectionAdmin",),
    "errors": ("HostError",),
    "registry": ("Plugin", "Registry"),
    "runner": ("Runner",),
    "store.connection_store": ("ConnectionStore",),
    "store.environment_store": ("EnvironmentStore",),
    "store.keys": ("KeyFile", "KeySource", "KeyText", "KeyringEntry"),
    "store.locks": ("AdvisoryLocks", "FileLocks"),
    "store.protocol": ("ReceivingTrigger", "Store", "StoredConnection", "StoredTrigger"),
    "store.secret_store": ("Secret", "SecretManager", "SecretStore", "VersionConflict"),
    "runner.trigger_runner": ("PollResult",),
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used (PEP 562): SQLAlchemy alone takes half a second."""
    from importlib import import_module

    for module, names in _MODULES.items():
        if name in names:
            value = getattr(import_module(f"connector_host.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'connector_host' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__]
