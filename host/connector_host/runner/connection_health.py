"""Tests connections and fetches the quotas of their services."""

from typing import cast

from connector_host.authorization import Authorizer, recording_auth_failure
from connector_host.errors import BadInput
from connector_host.hookspecs import CheckCallback, JsonObject, Limit, TestReport
from connector_host.registry import Registry
from connector_host.runner.run_recorder import history_of, log_failures
from connector_host.store.protocol import Store, StoredConnection


class ConnectionHealth:
    """The connection tests and quotas of one `Runner`; its methods are the runner's too."""

    def __init__(self, registry: Registry, store: Store, authorizer: Authorizer) -> None:
        self._registry = registry
        self._store = store
        self._authorizer = authorizer

    def test(
        self, connection: str | StoredConnection, *, on_check: CheckCallback | None = None
    ) -> TestReport:
        """Test a connection; a failure is reported, not raised.

        A connection that needs a sign-in is tested too, because an administrator may have solved
        the problem at the service: a test without a failure clears that mark. A test that fails
        because a person must sign in sets it.

        Args:
            on_check: Called with each check as soon as it is done, if the connector supports it.
        """
        stored = self._authorizer.get_for_use(connection)
        self._authorizer.record("tested", stored.name)
        with recording_auth_failure(stored):
            report = self._call_test(stored, on_check)
        if history := history_of(self._store):
            with log_failures("test"):
                history.record_test(stored.id, cast("JsonObject", report))
        _mark_as_tested(stored, report)
        return report

    def limits(self, connection: str | StoredConnection) -> list[Limit]:
        """Fetch the service's quotas, the most important first; may spend a call.

        Raises:
            UnknownName: There is no such connection; the error suggests the nearest name.
            BadInput: The connector does not support this.
        """
        stored = self._authorizer.get_ready(connection)
        with recording_auth_failure(stored):
            answer = self._registry.call_optional(
                stored.connector, "list_limits", connection=stored
            )
        if answer is None:
            raise BadInput(f"The connector {stored.connector!r} does not report its limits.")
        return cast("list[Limit]", answer)

    def _call_test(self, stored: StoredConnection, on_check: CheckCallback | None) -> TestReport:
        answer = None
        if on_check is not None:
            answer = self._registry.call_optional(
                stored.connector,
                "test_connection_with_progress",
                connection=stored,
                progress=on_check,
            )
        if answer is None:
            answer = self._registry.call(stored.connector, "test_connection", connection=stored)
        return cast("TestReport", answer)


def _mark_as_tested(stored: StoredConnection, report: TestReport) -> None:
    """Set or clear the mark that a person must sign in again, as a test showed."""
    if report["ok"]:
        stored.unmark()
    for check in report["checks"]:
        if check["status"] == "failed" and check.get("kind") == "unauthorized":
            stored.mark(check.get("code", ""), f"{check['message']} {check['remedy']}".rstrip())
            return
