"""The plugin that adds activities and workflows to a worker."""

from dataclasses import replace
from importlib import import_module
from typing import Any, Final

from temporalio.plugin import SimplePlugin
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from connector_host.engines.temporal.activities import ConnectorActivities
from connector_host.engines.temporal.workflows import RunAction, WatchTrigger
from connector_host.registry import Registry
from connector_host.runner import Runner

# A workflow's sandbox replaces `sys.modules` while the workflow runs. An activity in another thread
# that loads this compiled module at that moment fails with a SystemError. The store loads it at its
# first use, so it is loaded here, before the worker starts.
_COMPILED: Final = "cryptography.exceptions"
_SHARED: Final = ("connector_host", "cryptography")  # not loaded again in each sandbox


class ConnectorPlugin(SimplePlugin):
    """Adds every action of every connector to a worker, and two workflows.

    Activities: `NAME.ACTION` (connection's name, inputs) for each action, and the generic
    `connector.run`, `connector.poll` and `connector.test_connection`. Workflows:
    `connector.RunAction` and `connector.WatchTrigger`.
    """

    def __init__(self, runner: Runner, registry: Registry) -> None:
        import_module(_COMPILED)
        super().__init__(
            "ConnectorPlugin",
            activities=ConnectorActivities(runner, registry).all(),
            workflows=[RunAction, WatchTrigger],
            workflow_runner=_share_modules,
        )


def _share_modules(runner: Any) -> Any:
    """Let the sandbox of a worker's workflows share these modules instead of reloading them."""
    if not isinstance(runner, SandboxedWorkflowRunner):
        return runner
    restrictions = runner.restrictions.with_passthrough_modules(*_SHARED)
    return replace(runner, restrictions=restrictions)
