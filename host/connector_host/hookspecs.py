"""The contract between a workflow engine (the host) and a connector (a plugin).

A connector is an object named by an entry point of the group `workflow_connectors`:

    [project.entry-points.workflow_connectors]
    salesforce = "salesforce_actions.plugin:plugin"

The object has an integer `contract_version` equal to `CONTRACT_VERSION`, and methods marked
`pluggy.HookimplMarker("workflow_connectors")` with the names and arguments below. It imports
nothing of the host's: the names are the contract. All arguments go by keyword, and all that
crosses is JSON-compatible, except `connection` (see `Connection`), the callable and the records
that `context` may hold (see `RunContext`), the Arrow batches of a `StreamPage` and the bytes of a
`WebhookRequest`.

`connector_manifest` is called on each plugin by itself, so that one that breaks is reported by name
and leaves the others working. Every other hook is `firstresult`: a plugin returns None at once when
`connector` is not its own, and something other than None when it is. `OPTIONAL_HOOKS` lists the
hooks that a connector may leave out.

Hooks without `async` in their name may block and are called on worker threads. Hooks ending in
`_async` are called on an event loop: they read `connection.credentials`, call `save` and enter
`lock()` on a thread of their own, because a host's store may be a database or across a network.

What a hook raises for a caller to act on has the attributes of `ConnectorError`. This module
imports pluggy and nothing else outside the standard library.

https://pluggy.readthedocs.io/en/stable/
"""

# The parameters of a hook specification are its meaning; no body reads them.

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
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

SIGN_IN_LIFETIME: Final = 900.0
"""Seconds from `begin_authorization` to `finish_authorization`; both sides refuse what is older."""

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
"""Hooks that a connector may leave out; a host then does without, as each says."""


class Connection(Protocol):
    """One sign-in that the host keeps, handed to a connector for one call.

    A host may make a new object for every call, also several objects of one `id` at a time. A
    connector pools by `id`, and reads, saves and locks through the object of the call at hand.

    Attributes:
        id: Stable for one sign-in and never used for another: a new sign-in to the same account
            may keep it, another account has another.
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

        One lock for one `id`, whichever object it is taken through. It may be entered in one
        thread and left in another. It is not re-entrant.
        """
        ...


class CallBudget(Protocol):
    """The service's calls a day, shared by all processes of a host.

    A host that can share it gives its connections an attribute `call_budget`; connectors look for
    it with `getattr(connection, "call_budget", None)` and do without when there is none.
    `account` names what the quota belongs to, such as an organization's id: connections to one
    account share one quota.
    """

    def report(self, account: str, used: int, maximum: int) -> None:
        """Store what the service said last of its own quota."""

    def reserve(self, account: str, calls: int, *, floor: int = 0, lease: str = "") -> int:
        """Reserve up to `calls` calls and give how many may be made now.

        Fewer, at last 0, as soon as no more than `floor` calls would be left of the quota. All of
        them while the service has not said what its quota is.

        Args:
            account: See the class.
            calls: Wanted.
            floor: Calls that are left to others.
            lease: Names what this caller has reserved before, and gives back now: report first what
                the service said, which counts the calls made of it. What is not used within five
                minutes is not to be used.
        """
        ...

    def begin_call(self, account: str, limit: int, *, seconds: float) -> str | None:
        """Take one of `limit` slots for calls that may take long; None when none is free.

        It is free again after `end_call`, or after `seconds`, for callers that have ended. A budget
        may lack this method and `end_call`: each process then counts its own long calls.
        """
        ...

    def end_call(self, account: str, slot: str) -> None:
        """Free the slot that `begin_call` gave."""

    def long_calls(self, account: str) -> int:
        """Return how many slots are taken."""
        ...


class SharedCache(Protocol):
    """Values that a connector may look up instead of asking the service, for all its processes.

    A host that has one gives its connections an attribute `shared_cache`; connectors look for it
    with `getattr(connection, "shared_cache", None)`. It is for what can be asked for again at any
    time, such as descriptions of objects, and never for records or secrets. The host bounds it, and
    gives nothing that somebody else has changed.
    """

    def get(self, key: str) -> bytes | None:
        """Return what any process stored last under a key; None when there is nothing."""
        ...

    def put(self, key: str, value: bytes) -> None:
        """Store a value; the host may forget it at any time."""


@runtime_checkable
class ConnectorError(Protocol):
    """What every error that a hook raises on purpose looks like; grouped by what to do next.

    `str(error)` is the message followed by the remedy, each once.

    Attributes:
        kind: `rejected`: fix the input. `unauthorized`: the authorization is gone, and a person
            (or an administrator, where no person signs in) must renew it; what may pass by itself
            is never this kind. `forbidden`: an administrator must grant access. `retryable`: the
            same call may work later. `bad_reply`: the service answered something that the
            connector does not understand.
        code: The service's own error code, or the connector's; stable, for machines.
        message: What happened, for people, without the remedy.
        remedy: What to do, for people; may be empty.
        status: HTTP status, or None when nothing was answered.
        retry_after: Seconds to wait before the next try, or None when not known. It is set where
            the wait is known to be long, such as 900 for a quota of 24 hours.
        fields: Names of the fields to blame; may be empty.
        sent: False when it is certain that the call had no effect.
    """

    kind: Literal["rejected", "unauthorized", "forbidden", "retryable", "bad_reply"]
    code: str
    message: str
    remedy: str
    status: int | None
    retry_after: float | None
    fields: tuple[str, ...]
    sent: bool


class SettingsCheck(TypedDict):
    """What `check_settings` may say of settings that fit: the hosts that secrets are sent to."""

    hosts: list[str]


class Authorization(TypedDict):
    """Where to send the browser, and what to keep until it comes back.

    Attributes:
        url: The page where a person consents; `state` is among its query parameters.
        state: Comes back in the callback's query, so that a host can find the pending
            authorization that a callback belongs to.
        pending: Holds secrets (state, code verifier): the host keeps it as it keeps credentials,
            and uses it once.
    """

    url: str
    state: str
    pending: JsonObject


class Refreshed(TypedDict):
    """What a refresh gave: when the new credentials end, seconds since 1970; None: not known."""

    expires_at: float | None


class Progress(TypedDict):
    """How far long work has come.

    Attributes:
        done: Units done so far, such as records; what a unit is, `message` says.
        total: Units in all, None when not known.
        message: For people; may be empty.
        state: What a later run of the same action with the same inputs needs to take the work up
            where it is, such as ids of jobs; empty when there is nothing to take up.
    """

    done: int
    total: int | None
    message: str
    state: JsonObject


ProgressCallback: TypeAlias = Callable[[Progress], object]
"""Called between calls to the service, on the thread or the event loop that runs the action.

It must not block. Raising from it cancels the run: nothing more is sent for it, and the exception
leaves the hook unchanged. Work that the service has already accepted, such as a bulk job, goes on
there; the last `state` finds it again.
"""


RowForm: TypeAlias = Literal["records", "columns", "arrow"]


class RunContext(TypedDict, total=False):
    """What a host may say about a run; every key may be left out.

    Attributes:
        run_id: For logs.
        explain: True: send nothing; the output is the calls that would be sent.
        progress: See `ProgressCallback`.
        resume: The last `state` that a run of this action with these inputs reported before it was
            interrupted; the action takes up that work and begins nothing twice. Actions that never
            report a state ignore it.
        retry_for: Seconds that the connector may spend on retries by itself; 0 for none, for
            engines that retry on a schedule of their own. Not given: as long as it sees fit. A
            token that has expired is refreshed all the same.
        records: Records beside the inputs, for actions whose manifest entry says
            `takes_records: true`: an iterable of mappings, or Arrow (anything with
            `__arrow_c_stream__`). Read as it is needed, once, on any thread; a run that resumes
            needs the same ones.
        background: True: the run gives way to others; a connector may stop it earlier than others
            when the service's quota runs out. Not given: it does not.
        rows: In which form `stream_action` gives records; see `StreamPage`. Not given: "records".
    """

    run_id: str
    explain: bool
    progress: ProgressCallback
    resume: JsonObject
    retry_for: float
    records: Any
    background: bool
    rows: RowForm


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


CheckCallback: TypeAlias = Callable[[Check], object]
"""Called with each check of a connection test as soon as it is known."""


class TestReport(TypedDict):
    """The result of `test_connection`; `ok` when no check failed."""

    ok: bool
    checks: list[Check]
    identity: JsonObject
    org: JsonObject
    usage: JsonObject


class ActionResult(TypedDict):
    """The result of an action. `output` fits the action's output schema.

    `usage`: `calls` that this run spent; `limit_used`, `limit_max` and `limit_left` of the
    service's own quota, None when it did not say; `limit_floor`, where the run leaves some of what
    is left to others. `warnings`: sentences for the builder.
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


class Limit(TypedDict):
    """One quota of the service, or of the host for it.

    Attributes:
        name: Stable, for machines.
        title: For people.
        used, maximum, left: In the unit that the title tells; `left` is never below 0.
        floor: Of what is left, the part that this connection leaves to others; 0 for none.
    """

    name: str
    title: str
    used: int
    maximum: int
    left: int
    floor: int


class StreamPage(TypedDict):
    """Some records of an action that streams, in order; there may be none.

    Attributes:
        records: As the action gives them; with `rows` left out of the context, or "records".
        columns: Their values by column, with "columns"; all lists have one length, and every page
            has the same columns.
        arrow: A `pyarrow.RecordBatch`, with "arrow"; every page has the same schema.
        usage: Spent up to now; see `ActionResult`.
        warnings: Sentences for the builder that came up since the page before.

    A page that is there for its warnings alone may have no rows in any form.
    """

    records: NotRequired[list[Json]]
    columns: NotRequired[dict[str, list[Json]]]
    arrow: NotRequired[Any]
    usage: NotRequired[JsonObject]
    warnings: NotRequired[list[str]]


class WebhookRequest(TypedDict):
    """An HTTP request that a service pushed to the host.

    Attributes:
        method: In capitals.
        headers: Names in lower case.
        query: The query string, not decoded.
        body: The bytes as they came, not parsed.
    """

    method: str
    headers: dict[str, str]
    query: str
    body: bytes


class WebhookResponse(TypedDict):
    """What the host answers the service, once it has stored the events.

    Attributes:
        status: HTTP status.
        headers: Names in lower case.
        body: Text, UTF-8 on the wire.
    """

    status: int
    headers: dict[str, str]
    body: str


class WebhookBatch(TypedDict):
    """The events of a webhook request, oldest first, and how to answer it."""

    events: list[Json]
    response: WebhookResponse


@hookspec
def connector_manifest() -> JsonObject:  # type: ignore[empty-body]
    """Describe what the connector is: name, auth methods, actions, triggers, and their schemas.

    No I/O but reading its own package data, no network library imported, a few milliseconds.

    >>> from connector_host.registry import Registry
    >>> sorted(Registry.load().manifest("salesforce"))[:3]
    ['actions', 'auth_methods', 'categories']
    """


@hookspec(firstresult=True)
def connector_summary(connector: str) -> JsonObject | None:
    """Return the manifest without what only one action, trigger or auth method needs.

    It has the manifest's own keys, but of `auth_methods`, `actions` and `triggers` only `name`,
    `title`, `category` and `core` (for True), and no `option_sources`: a few kilobytes, for a host
    that lists what there is, and asks `describe_action` or `describe_auth_method` for what is
    picked. Without this hook the host shortens the manifest itself.

    >>> summary = registry.hook.connector_summary(connector="salesforce")
    >>> summary["actions"][0]
    {'name': 'query', 'title': 'Query records', 'category': 'Find', 'core': True}
    """


@hookspec(firstresult=True)
def describe_action(connector: str, action: str) -> JsonObject | None:
    """Return the manifest's entry of one action or trigger; None when there is none of that name.

    Without this hook the host takes it from the manifest.

    >>> sorted(registry.hook.describe_action(connector="salesforce", action="query")["input"])
    ['$defs', '$schema', 'additionalProperties', 'properties', 'required', 'type', 'ui:order']
    """


@hookspec(firstresult=True)
def describe_auth_method(connector: str, method: str) -> JsonObject | None:
    """Return the manifest's entry of one auth method; None when there is none of that name.

    Without this hook the host takes it from the manifest.

    >>> entry = registry.hook.describe_auth_method(connector="salesforce", method="jwt_bearer")
    >>> entry["interactive"], entry["schema"]["required"]
    (False, ['my_domain_url', 'consumer_key', 'username', 'private_key'])
    """


@hookspec(firstresult=True)
def check_settings(
    connector: str, method: str, settings: Mapping[str, Json]
) -> SettingsCheck | bool | None:
    """Check what the schema cannot: raises an error of kind `rejected` that names the field.

    A host calls it before it stores settings. Sends nothing. Gives the hosts that the settings'
    secrets are sent to, so that the host can refuse some; True from a connector that does not say.
    A connector whose schemas say all need not have this hook.

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
    salesforce_connector.errors.Rejected: login.salesforce.com does not serve client credentials. \
Enter the org's own address, as Setup > My Domain shows it, for example https://acme.my.salesforce.com.
    """


@hookspec(firstresult=True)
def begin_authorization(
    connector: str, method: str, settings: Mapping[str, Json], redirect_uri: str
) -> Authorization | None:
    """Return the URL where a person consents, and what to keep until `finish_authorization`.

    Only for methods whose manifest says `interactive`. Sends nothing. The two may run in different
    processes, `SIGN_IN_LIFETIME` seconds apart at most.

    >>> begun = registry.hook.begin_authorization(
    ...     connector="salesforce",
    ...     method="authorization_code",
    ...     settings={"my_domain_url": "acme.my.salesforce.com", "consumer_key": "3MVG9..."},
    ...     redirect_uri="http://127.0.0.1:8910/callback",
    ... )
    >>> begun["url"].partition("?")[0]
    'https://acme.my.salesforce.com/services/oauth2/authorize'
    >>> f"state={begun['state']}" in begun["url"]
    True
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
    salesforce_connector.errors.Rejected: The state in the callback is not the one that this \
sign-in began with. Start the sign-in again in the same browser.
    """


@hookspec(firstresult=True)
def refresh_connection(connector: str, connection: Connection) -> Refreshed | None:
    """Get new credentials now, save them, and say when they end.

    For engines that refresh on a schedule of their own. Raises a `ConnectorError` when the service
    issues none; what is stored then stays as it is.

    >>> registry.hook.refresh_connection(connector="unheard-of", connection=connection) is None
    True
    """


@hookspec(firstresult=True)
def test_connection(connector: str, connection: Connection) -> TestReport | None:
    """Test a connection on the code path of the actions; never raises.

    Whatever goes wrong is a failed check: settings that do not fit, a proxy, a store that cannot
    save, a bug.

    >>> registry.hook.test_connection(connector="unheard-of", connection=connection) is None
    True
    """


@hookspec(firstresult=True)
def test_connection_with_progress(
    connector: str, connection: Connection, progress: CheckCallback
) -> TestReport | None:
    """Test a connection as `test_connection` does, and tell each check as soon as it is known.

    `progress` is called on the thread that runs the test. Without this hook, a host calls
    `test_connection` and shows all checks at its end.

    >>> checks = []
    >>> report = registry.hook.test_connection_with_progress(
    ...     connector="salesforce", connection=connection, progress=checks.append
    ... )
    >>> [check["id"] for check in checks] == [check["id"] for check in report["checks"]]
    True
    """


@hookspec(firstresult=True)
def list_allowed_actions(connector: str, connection: Connection) -> list[str] | None:
    """Name the actions and triggers that the connection's own settings allow. Sends nothing.

    What the service itself allows its user is not asked. Without this hook, all are allowed.

    >>> "query" in registry.hook.list_allowed_actions(
    ...     connector="salesforce", connection=connection
    ... )
    True
    """


@hookspec(firstresult=True)
def list_limits(connector: str, connection: Connection) -> list[Limit] | None:
    """Ask the service for its quotas, those that matter first; may spend a call.

    >>> registry.hook.list_limits(connector="unheard-of", connection=connection) is None
    True
    """


@hookspec(firstresult=True)
def run_action(
    connector: str,
    action: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    context: RunContext | None,
) -> ActionResult | None:
    """Run an action and give its result. None for `context` stands for an empty one.

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
    context: RunContext | None,
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
def stream_action(
    connector: str,
    action: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    context: RunContext | None,
) -> Iterator[StreamPage] | None:
    """Return an action's records as they come, page by page, in bounded memory.

    For actions whose manifest entry says `streams: true`. Nothing is sent before the first page is
    asked for; closing the iterator ends the work. The connector may ask for one page ahead, and for
    no more. `progress` is called once the reader is done with a page, by asking for the next: a
    stream that takes up its last `state` begins with the page that follows.

    >>> registry.hook.stream_action(
    ...     connector="unheard-of", action="", connection=connection, inputs={}, context=None
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def stream_action_async(
    connector: str,
    action: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    context: RunContext | None,
) -> AsyncIterator[StreamPage] | None:
    """Return an action's records as `stream_action` does, on the caller's event loop.

    >>> registry.hook.stream_action_async(
    ...     connector="unheard-of", action="", connection=connection, inputs={}, context=None
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def resolve_schema(
    connector: str, action: str, connection: Connection, inputs: Mapping[str, Json]
) -> ActionSchemas | None:
    """Return an action's schemas for the object and fields chosen in `inputs`.

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
    """Return a page of choices for a field whose schema has `x-dynamic-options`.

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
    """Return the events since `cursor` (None: the first poll), and the next cursor.

    The host stores the cursor after it has handed the events on, so after a crash events may come
    twice; each has a stable `id` to tell.

    >>> registry.hook.poll_trigger(
    ...     connector="unheard-of", trigger="", connection=connection, inputs={}, cursor=None
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def poll_trigger_async(
    connector: str,
    trigger: str,
    connection: Connection,
    inputs: Mapping[str, Json],
    cursor: Mapping[str, Json] | None,
) -> Awaitable[TriggerBatch] | None:
    """Poll a trigger as `poll_trigger` does, on the caller's event loop.

    >>> registry.hook.poll_trigger_async(
    ...     connector="unheard-of", trigger="", connection=connection, inputs={}, cursor=None
    ... ) is None
    True
    """


@hookspec(firstresult=True)
def receive_webhook(
    connector: str, trigger: str, connection: Connection, request: WebhookRequest
) -> WebhookBatch | None:
    """Read a request that the service pushed: its events, and what to answer.

    For triggers whose manifest entry says `delivery: webhook`. The host stores the events before
    it sends the answer; each has a stable `id`, because a service sends again what was not
    answered. Raises an error of kind `rejected` or `forbidden` for a request that is not the
    service's or not for this connection; the host then answers 400 or 403.

    >>> request = {"method": "POST", "headers": {}, "query": "", "body": b""}
    >>> registry.hook.receive_webhook(
    ...     connector="unheard-of", trigger="", connection=connection, request=request
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
