"""Hooks that test a connection."""

from collections.abc import Callable
from typing import Literal, NotRequired, TypeAlias, TypedDict

from .connection import Connection
from .contract import JsonObject, hookspec


class Check(TypedDict):
    """One step of a connection test. `remedy` is empty unless there is something to change.

    A check that failed with a `ConnectorError` has its `kind` and `code`.
    """

    id: str
    status: Literal["ok", "warning", "failed", "skipped"]
    message: str
    remedy: str
    kind: NotRequired[str]
    code: NotRequired[str]


CheckCallback: TypeAlias = Callable[[Check], object]
"""Called with each check of a connection test as soon as its result is known."""


class TestReport(TypedDict):
    """The result of `test_connection`; `ok` is True when no check failed."""

    ok: bool
    checks: list[Check]
    identity: JsonObject
    org: JsonObject
    usage: JsonObject


@hookspec(firstresult=True)
def test_connection(connector: str, connection: Connection) -> TestReport | None:
    """Test a connection on the code path of the actions; never raises.

    Every failure is a failed check: invalid settings, a proxy, a store that cannot save, a bug.

    >>> registry.hook.test_connection(connector="unheard-of", connection=connection) is None
    True
    """


@hookspec(firstresult=True)
def test_connection_with_progress(
    connector: str, connection: Connection, progress: CheckCallback
) -> TestReport | None:
    """Test a connection as `test_connection` does, and report each check as soon as it is done.

    `progress` is called on the thread that runs the test. Without this hook, a host calls
    `test_connection` and shows all checks at the end.

    >>> checks = []
    >>> report = registry.hook.test_connection_with_progress(
    ...     connector="salesforce", connection=connection, progress=checks.append
    ... )
    >>> [check["id"] for check in checks] == [check["id"] for check in report["checks"]]
    True
    """
