"""Connectors in Prefect 3: a block for each auth method, a task for each action and each trigger.

    from prefect import flow
    from connector_host.engines.prefect import action_task

    query = action_task("CONNECTOR", "query")

    @flow
    def nightly() -> None:
        query("CONNECTOR-client-credentials/acme", {"soql": "SELECT Id FROM Account"})

Install the extra `prefect`. Prefect finds the blocks by the entry-point group
`prefect.collections`; `prefect block register` shows them in its UI.

https://docs.prefect.io/v3/concepts/blocks
"""

from connector_host.engines.prefect.blocks import ConnectorBlock, StoredConnection
from connector_host.engines.prefect.cursors import load_cursor, save_cursor
from connector_host.engines.prefect.tasks import ActionFailed, action_task, trigger_task

__all__ = [
    "ActionFailed",
    "ConnectorBlock",
    "StoredConnection",
    "action_task",
    "load_cursor",
    "save_cursor",
    "trigger_task",
]
