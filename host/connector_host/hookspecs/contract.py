"""The name and version of the contract, its optional hooks, and its JSON values."""

from typing import Any, Final, TypeAlias

import pluggy

GROUP: Final = "workflow_connectors"
"""The entry-point group, and the name of the pluggy project."""


CONTRACT_VERSION: Final = 1
"""Incremented when a connector written for the previous version would no longer work."""


OPTIONAL_HOOKS: Final = (
    "check_settings",
    "connector_summary",
    "describe_action",
    "describe_auth_method",
    "list_allowed_actions",
    "list_limits",
    "poll_trigger_async",
    "receive_webhook",
    "refresh_connection",
    "stream_action",
    "stream_action_async",
    "test_connection_with_progress",
)
"""Hooks that a connector may leave out; each says what a host does without it."""


hookspec = pluggy.HookspecMarker(GROUP)


Json: TypeAlias = Any
"""A value that `json.dumps` accepts."""


JsonObject: TypeAlias = dict[str, Json]
