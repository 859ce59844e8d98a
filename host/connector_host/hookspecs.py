"""The contract between a workflow engine (the host) and a connector (a plugin).

A connector is an object named by an entry point of the group `workflow_connectors`:

    [project.entry-points.workflow_connectors]
    salesforce = "salesforce_actions.plugin:plugin"

The object has an integer `contract_version` equal to `CONTRACT_VERSION`, and methods marked
`pluggy.HookimplMarker("workflow_connectors")` with the names and arguments below. It imports
nothing of the host's: the names are the contract. All arguments go by keyword, and all that
crosses is JSON-compatible, except `connection` (see `Connection`) and the two callables that
`context` may hold (see `run_action`).

`connector_manifest` is called on each plugin by itself, so that one that breaks is reported by name
and leaves the others working. Every other hook is `firstresult`: a plugin returns None at once when
`connector` is not its own, and something other than None when it is.

What a hook raises for a caller to act on has the attributes of `ConnectorError`. This module
imports pluggy and nothing else outside the standard library.

https://pluggy.readthedocs.io/en/stable/
"""

# The parameters of a hook specification are its meaning; no body reads them.

from collections.abc import Awaitable, Mapping
from contextlib import AbstractContextManager
from typing import (
    Any,
    Final,
    Literal,
    NotRequired,
    Protocol,
    TypeAlias,
    TypedDict,
    runtime_checkable,
)

import pluggy

GROUP: Final = "workflow_connectors"
"""The entry-point group, and the name of the pluggy project."""

CONTRACT_VERSION: Final = 1
"""Raised when a connector written for the version before would no longer work."""

hookspec = pluggy.HookspecMarker(GROUP)

Json: TypeAlias = Any
"""A value that `json.dumps` takes."""

JsonObject: TypeAlias = dict[str, Json]


class Connection(Protocol):
    """One sign-in that the host keeps, handed to a connector for one call.

    Attributes:
        id: Never reused, never changed; what a connector pools, it pools by this.
        method: `name` of the auth method in the manifest.
        settings: Fits that method's schema.
        credentials: What the connector saved last; empty before the first save. Inside `lock()` it
            is what was saved last by any process.
    """

    @property
    def id(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, Json]: ...
    @property
    def credentials(self) -> Mapping[str, Json]: ...

    def save(self, credentials: Mapping[str, Json]) -> None:
        """Replace the credentials; durable when this returns."""

    def lock(self) -> AbstractContextManager[object]:
        """Hold this connection alone, against threads and processes.

        It may be entered in one thread and left in another. It is not re-entrant.
        """
        ...


@runtime_checkable
class ConnectorError(Protocol):
    """What every error that a hook raises on purpose looks like; grouped by what to do next.

    Attributes:
        kind: `rejected`: fix the input. `unauthorized`: a person must sign in again. `forbidden`:
            an administrator must grant access. `retryable`: the same call may work later.
            `bad_reply`: the service answered something that the connector does not understand.
        code: The service's own error code, or the connector's; stable, for machines.
        remedy: What to do, for people; may be empty.
        status: HTTP status, or None when nothing was answered.
        retry_after: Seconds to wait before the next try, or None when not known.
        fields: Names of the fields to blame; may be empty.
        sent: False when it is certain that the call had no effect.
    """

    kind: Literal["rejected", "unauthorized", "forbidden", "retryable", "bad_reply"]
    code: str
    remedy: str
    status: int | None
    retry_after: float | None
    fields: tuple[str, ...]
    sent: bool


class Authorization(TypedDict):
    """Where to send the browser, and what to keep until it comes back.

    `pending` holds secrets (state, code verifier): the host keeps it as it keeps credentials.
    """

    url: str
    pending: JsonObject


class Check(TypedDict):
    """One step of a connection test. `remedy` is empty unless there is something to change.

    One that failed by a `ConnectorError` has its `kind` and `code`.
    """

    id: str
    status: Literal["ok", "warning", "failed", "skipped"]
    message: str
    remedy: str
    kind: NotRequired[str]
    code: NotRequired[str]


class TestReport(TypedDict):
    """What `test_connection` found; `ok` when no check failed."""

    ok: bool
    checks: list[Check]
    identity: JsonObject
    org: JsonObject
    usage: JsonObject


class ActionResult(TypedDict):
    """What an action gave. `output` fits the action's output schema.

    `usage`: `calls` that this run spent; `limit_used`, `limit_max` and `limit_left` of the
    service's own quota, None when it did not say. `warnings`: sentences for the builder.
    """

    output: Json
    usage: JsonObject
    warnings: list[str]


class Option(TypedDict):
    """One choice for a field: `value` goes into the input, `label` on the screen."""

    value: Json
    label: str


class OptionsPage(TypedDict):
    """A page of choices; `next_page` is None on the last one."""

    options: list[Option]
    next_page: str | None


class ActionSchemas(TypedDict):
    """An action's schemas for the inputs chosen so far, JSON Schema 2020-12."""

    input: JsonObject
    output: JsonObject


class TriggerBatch(TypedDict):
    """Events, oldest first, and the cursor to store once they have been handed on.

    `more` is True when another poll would give events at once. `warnings` are sentences for the
    builder, such as that events may have been missed; none without it.
    """

    events: list[Json]
    cursor: JsonObject
    more: bool
    warnings: NotRequired[list[str]]


@hookspec
def connector_manifest() -> JsonObject:  # type: ignore[empty-body]
    """Say what the connector is: name, auth methods, actions, triggers, and their schemas.

    No I/O but reading its own package data, no network library imported, a few milliseconds.

    >>> from connector_host.registry import Registry
    >>> sorted(Registry.load().manifest("salesforce"))[:3]
    ['actions', 'auth_methods', 'categories']
    """


@hookspec(firstresult=True)
def check_settings(connector: str, method: str, settings: Mapping[str, Json]) -> bool | None:
    """Say what the schema cannot: True, or an error of kind `rejected` that names the field.

    A host calls it before it keeps settings. Sends nothing. A connector whose schemas say all
    need not have it.

    >>> registry.hook.check_settings(
    ...     connector="salesforce",
    ...     method="client_credentials",
    ...     settings={
    ...         "my_domain_url": "https://login.salesforce.com",
    ...         "consumer_key": "3MVG9...",
    ...         "consumer_secret": "...",
    ...     },
    ... )
    Traceback (most recent call last):
    ...
    salesforce_connector.errors.Rejected: login.salesforce.com and test.salesforce.com do not \
serve client credentials. Give the org's own address, as Setup > My Domain shows it.
    """


@hookspec(firstresult=True)
def begin_authorization(
    connector: str, method: str, settings: Mapping[str, Json], redirect_uri: str
) -> Authorization | None:
    """Give the URL where a person consents, and what to keep until `finish_authorization`.

    Only for methods whose manifest says `interactive`. Sends nothing.

    >>> begun = registry.hook.begin_authorization(
    ...     connector="salesforce",
    ...     method="authorization_code",
    ...     settings={"my_domain_url": "acme.my.salesforce.com", "consumer_key": "3MVG9..."},
    ...     redirect_uri="http://127.0.0.1:8910/callback",
    ... )
    >>> begun["url"].partition("?")[0]
    'https://acme.my.salesforce.com/services/oauth2/authorize'
    """


@hookspec(firstresult=True)
def finish_authorization(
    connector: str,
    method: str,
    settings: Mapping[str, Json],
    pending: Mapping[str, Json],
    callback_url: str,
) -> JsonObject | None:
    """Exchange the URL that the browser came back to for credentials.

    Raises an error of kind `rejected` when the state is not the one begun with.

    >>> registry.hook.finish_authorization(
    ...     connector="salesforce",
    ...     method="authorization_code",
    ...     settings={"my_domain_url": "acme.my.salesforce.com", "consumer_key": "3MVG9..."},
    ...     pending=begun["pending"],
    ...     callback_url="http://127.0.0.1:8910/callback?code=aPrx&state=someone-elses",
    ... )
    Traceback (most recent call last):
    ...
    salesforce_connector.errors.Rejected: The state in the callback is not the one this sign-in \
began with. Start the sign-in again from the same browser.
    """


@hookspec(firstresult=True)
def test_connection(connector: str, connection: Connection) -> TestReport | None:
    """Test a connection on the code path of the actions; report, do not raise.

    >>> registry.hook.test_connection(connector="unheard-of", connection=connection) is None
    True
    """


@hookspec(firstresult=True)
def run_action(
    connector: str,
    action: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    context: Mapping[str, Any],
) -> ActionResult | None:
    """Run an action and give its result.

    `context` may hold: `run_id` (a string for logs); `explain` (True: send nothing, give the calls
    that would be sent as `output`); `progress` (a callable that takes a JSON object, called from
    time to time in long work).

    >>> registry.hook.run_action(
    ...     connector="salesforce",
    ...     action="delete_record",
    ...     connection=connection,
    ...     inputs={"sobject": "Account", "id": "001000000000001"},
    ...     context={"explain": True},
    ... )["output"]["calls"][0]["method"]
    'DELETE'
    """


@hookspec(firstresult=True)
def run_action_async(
    connector: str,
    action: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    context: Mapping[str, Any],
) -> Awaitable[ActionResult] | None:
    """Run an action as `run_action` does, on the caller's event loop.

    >>> import asyncio
    >>> async def main():
    ...     return await registry.hook.run_action_async(
    ...         connector="salesforce",
    ...         action="delete_record",
    ...         connection=connection,
    ...         inputs={"sobject": "Account", "id": "001000000000001"},
    ...         context={"explain": True},
    ...     )
    >>> asyncio.run(main())["output"]["calls"][0]["method"]
    'DELETE'
    """


@hookspec(firstresult=True)
def resolve_schema(
    connector: str, action: str, connection: Connection, inputs: Mapping[str, Json]
) -> ActionSchemas | None:
    """Give an action's schemas for the object and fields chosen in `inputs`.

    >>> registry.hook.resolve_schema(
    ...     connector="unheard-of", action="", connection=connection, inputs={}
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def list_options(
    connector: str,
    source: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    search: str,
    page: str | None,
) -> OptionsPage | None:
    """Give a page of choices for a field whose schema has `x-dynamic-options`.

    `source` is named there; `inputs` holds what has been chosen so far; `search` is what the
    builder has typed, empty for all; `page` is `next_page` of the page before, None for the first.

    >>> registry.hook.list_options(
    ...     connector="unheard-of",
    ...     source="",
    ...     connection=connection,
    ...     inputs={},
    ...     search="",
    ...     page=None,
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def poll_trigger(
    connector: str,
    trigger: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    cursor: Mapping[str, Json] | None,
) -> TriggerBatch | None:
    """Give the events since `cursor` (None: the first poll), and the next cursor.

    The host stores the cursor after it has handed the events on, so after a crash events may come
    twice; each has a stable `id` to tell.

    >>> registry.hook.poll_trigger(
    ...     connector="unheard-of", trigger="", connection=connection, inputs={}, cursor=None
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def close_connection(connector: str, connection: Connection, revoke: bool) -> bool | None:
    """Free what is pooled for a connection; with `revoke`, also end its tokens at the service.

    True when it was this connector's. Closing twice is no error; a token already dead is none.

    >>> registry.hook.close_connection(
    ...     connector="salesforce", connection=connection, revoke=False
    ... )
    True
    """
