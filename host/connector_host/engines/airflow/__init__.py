"""Connectors in Apache Airflow 3.2 or later: connection types, one operator, one sensor.

    from connector_host.engines.airflow.operators import ActionOperator

    ActionOperator(task_id="rows", conn_id="acme", action="query", inputs={"soql": "SELECT Id ..."})

Airflow calls `get_provider_info` in every process that lists providers, so it imports nothing heavy
and raises nothing: an exception in it would stop all of Airflow.

https://airflow.apache.org/docs/apache-airflow-providers/howto/create-custom-providers.html
"""

import logging
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any, Final

CONNECTION_TYPE_SUFFIX: Final = "connector"  # Apache's own providers use the names without a prefix

_log = logging.getLogger(__name__)


def get_provider_info() -> dict[str, Any]:
    """Return the connection types for Airflow: one for each installed connector."""
    from connector_host.engines.airflow.fields import connection_type
    from connector_host.own_distribution import own_distribution
    from connector_host.registry import Registry

    own = own_distribution()
    types = []
    try:
        registry = Registry.load(validate=False)
        for name in registry.names:
            manifest = registry.manifest(name)
            types.append(connection_type(manifest, shown_name(name, manifest["title"])))
    except Exception:  # noqa: BLE001 - see the module's docstring
        _log.exception("connectors cannot be listed")
    return {
        "package-name": own.distribution,
        "name": "Workflow connectors",
        "description": "Connection types, an operator and a sensor for workflow connectors.",
        "versions": [own.version],
        "connection-types": types,
    }


def shown_name(connector: str, title: str) -> str:
    """Return the name in Airflow's list; it differs from that of Apache's own provider."""
    try:
        distribution(f"apache-airflow-providers-{connector}")
    except PackageNotFoundError:
        return title
    return f"{title} (connector)"
