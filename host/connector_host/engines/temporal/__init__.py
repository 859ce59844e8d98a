"""Connectors in Temporal: actions as activities, triggers and long jobs as workflows.

    from connector_host.engines.temporal import ConnectorPlugin

    worker = Worker(client, task_queue="crm", plugins=[ConnectorPlugin(host.runner, host.registry)])

Histories contain names of connections, inputs and results; settings and credentials stay in the
store, which every worker opens. Install the extra `temporal`.

https://docs.temporal.io/develop/python
"""

from connector_host.engines.temporal.plugin import ConnectorPlugin
from connector_host.engines.temporal.requests import PollRequest, RunRequest, WatchRequest
from connector_host.engines.temporal.workflows import RunAction, WatchTrigger

__all__ = [
    "ConnectorPlugin",
    "PollRequest",
    "RunAction",
    "RunRequest",
    "WatchRequest",
    "WatchTrigger",
]
