"""The contract between a workflow engine (the host) and a connector (a plugin).

A connector is an object named by an entry point of the group `workflow_connectors`:

    [project.entry-points.workflow_connectors]
    salesforce = "salesforce_actions.plugin:plugin"

The object has an integer `contract_version` equal to `CONTRACT_VERSION`, and methods marked
`pluggy.HookimplMarker("workflow_connectors")` with the names and arguments below. It imports
nothing from the host: the names are the contract. All arguments are passed by keyword, and all
values are JSON-compatible, except `connection` (see `Connection`), the callable and the records
that `context` may hold (see `RunContext`), the Arrow batches of a `StreamPage` and the bytes of a
`WebhookRequest`.

`connector_manifest` is called on each plugin separately, so that a broken plugin is reported by
name and the others still work. Every other hook is `firstresult`: a plugin returns None at once
when `connector` is not its own name, and something other than None when it is. `OPTIONAL_HOOKS`
lists the hooks that a connector may leave out.

Hooks without `async` in their name may block and are called on worker threads. Hooks ending in
`_async` are called on an event loop: they read `connection.credentials`, call `save` and enter
`lock()` on a thread of their own, because a host's store may be a database or across a network.

An error that a caller can act on has the attributes of `ConnectorError`. This package imports
pluggy and nothing else outside the standard library, and its modules import each other relatively:
an engine may copy the folder instead of depending on the host.

Each module holds the hooks of one subject and the types of their arguments and results:

    contract         name and version of the contract, JSON values
    manifest         describe a connector
    connection       what hooks receive as `connection`
    authorization    check settings, sign in, refresh, close
    connection_test  test a connection
    limits           allowed actions, quotas
    actions          run an action;  run_context: what a host says of a run
    streams          stream an action's records
    forms            schemas and options for a form
    triggers         poll, receive webhooks
    error            what errors look like

https://pluggy.readthedocs.io/en/stable/
"""

from .actions import ActionResult, run_action, run_action_async
from .authorization import (
    SIGN_IN_LIFETIME,
    Authorization,
    Refreshed,
    SettingsCheck,
    begin_authorization,
    check_settings,
    close_connection,
    finish_authorization,
    refresh_connection,
)
from .connection import CallBudget, Connection, SharedCache
from .connection_test import (
    Check,
    CheckCallback,
    TestReport,
    test_connection,
    test_connection_with_progress,
)
from .contract import CONTRACT_VERSION, GROUP, OPTIONAL_HOOKS, Json, JsonObject, hookspec
from .error import ConnectorError
from .forms import ActionSchemas, Option, OptionsPage, list_options, resolve_schema
from .limits import Limit, list_allowed_actions, list_limits
from .manifest import connector_manifest, connector_summary, describe_action, describe_auth_method
from .run_context import Progress, ProgressCallback, RowForm, RunContext
from .streams import StreamPage, stream_action, stream_action_async
from .triggers import (
    TriggerBatch,
    WebhookBatch,
    WebhookRequest,
    WebhookResponse,
    poll_trigger,
    poll_trigger_async,
    receive_webhook,
)

__all__ = [
    "CONTRACT_VERSION",
    "GROUP",
    "OPTIONAL_HOOKS",
    "SIGN_IN_LIFETIME",
    "ActionResult",
    "ActionSchemas",
    "Authorization",
    "CallBudget",
    "Check",
    "CheckCallback",
    "Connection",
    "ConnectorError",
    "Json",
    "JsonObject",
    "Limit",
    "Option",
    "OptionsPage",
    "Progress",
    "ProgressCallback",
    "Refreshed",
    "RowForm",
    "RunContext",
    "SettingsCheck",
    "SharedCache",
    "StreamPage",
    "TestReport",
    "TriggerBatch",
    "WebhookBatch",
    "WebhookRequest",
    "WebhookResponse",
    "begin_authorization",
    "check_settings",
    "close_connection",
    "connector_manifest",
    "connector_summary",
    "describe_action",
    "describe_auth_method",
    "finish_authorization",
    "hookspec",
    "list_allowed_actions",
    "list_limits",
    "list_options",
    "poll_trigger",
    "poll_trigger_async",
    "receive_webhook",
    "refresh_connection",
    "resolve_schema",
    "run_action",
    "run_action_async",
    "stream_action",
    "stream_action_async",
    "test_connection",
    "test_connection_with_progress",
]
