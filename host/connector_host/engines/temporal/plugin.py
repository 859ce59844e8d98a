"""What a worker is given."""

from temporalio.plugin import SimplePlugin

from connector_host.engines.temporal.activities import ConnectorActivities
from connector_host.engines.temporal.workflows import RunAction, WatchTrigger
from connector_host.registry import Registry
from connector_host.runner import Runner


class ConnectorPlugin(SimplePlugin):
    """Adds every action of every connector to a worker, and two workflows.

    Activities: `NAME.ACTION` (connection's name, inputs) for each action, and the generic
    `connector.run`, `connector.poll` and `connector.test_connection`. Workflows:
    `connector.RunAction` and `connector.WatchTrigger`.
    """

    def __init__(self, runner: Runner, registry: Registry) -> None:
        super().__init__(
            "ConnectorPlugin",
            activities=ConnectorActivities(runner, registry).all(),
            workflows=[RunAction, WatchTrigger],
        )
