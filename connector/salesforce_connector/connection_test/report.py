"""The report of a connection test, step by step, as the contract has it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from salesforce_connector.errors import ConnectorError

STEPS: Final = (
    "proxy",
    "dns",
    "tls",
    "address",
    "clock",
    "sign_in",
    "api",
    "own_domain",
    "version",
    "identity",
    "organization",
    "app",
    "scopes",
    "session",
    "read",
    "objects",
    "limits",
    "calls_left",
)

# Remedies for errors that have none.
_REMEDIES: Final = {
    "proxy": "Correct the proxy's address and password in this machine's environment.",
    "dns": "Check the My Domain URL for typing errors, and this machine's name resolution.",
    "tls": "If a proxy here inspects TLS, name its certificate in SSL_CERT_FILE.",
    "address": "Copy the address from Setup > My Domain.",
    "sign_in": "Setup > Users > the user > Login History shows why.",
    "api": 'Give the user the permission "API Enabled" (Setup > Permission Sets).',
    "version": "Pin one that the org serves in the connection's settings, or none.",
    "read": "Try again. If it comes back, report it with the API version.",
}
_UNEXPECTED: Final = "Try again. If it comes back, report it with this message."

Status = Literal["ok", "warning", "failed", "skipped"]


@dataclass(slots=True)
class Report:
    """The result of a connection test.

    Attributes:
        checks: One for each of `STEPS`, in that order; one that failed by an error has its kind
            and code.
        identity: `user_id`, `username`, `name`; as far as they can be read.
        org: `id`, `name`, `edition`, `sandbox`, `instance_url`; as far as they can be read.
        on_check: Called with each check as soon as it is done; None for no callback.
    """

    checks: list[dict[str, str]] = field(default_factory=list)
    identity: dict[str, Any] = field(default_factory=dict)
    org: dict[str, Any] = field(default_factory=dict)
    on_check: Callable[[dict[str, str]], object] | None = None

    def add(self, step: str, status: Status, message: str, remedy: str = "", **cause: str) -> None:
        """Add the check of a step; `cause` has the kind and code of the error that it failed by."""
        check = {"id": step, "status": status, "message": message, "remedy": remedy, **cause}
        self.checks.append(check)
        if self.on_check is not None:
            self.on_check(check)

    def fail(self, step: str, error: ConnectorError, message: str = "") -> None:
        """Add a check that failed by an error; `message` in place of the error's own."""
        message, remedy = message or error.message, error.remedy or _REMEDIES.get(step, "")
        self.add(step, "failed", message, remedy, kind=error.kind, code=error.code)

    def fail_at(self, step: str, error: ConnectorError, reason: str) -> None:
        """Add a check that failed, skipping all others, those before it included."""
        for earlier in STEPS[len(self.checks) : STEPS.index(step)]:
            self.add(earlier, "skipped", f"Not tested, because {reason}.")
        self.fail(step, error)
        self.skip_rest(reason)

    def fail_unexpectedly(self, error: Exception) -> None:
        """Add that the next step stopped by an error that is not the connector's own.

        Its message is not shown: the host's objects may quote what they store.
        """
        if len(self.checks) == len(STEPS):
            return
        step = STEPS[len(self.checks)]
        message = f"The test stopped by an unexpected {type(error).__name__}."
        if step in ("sign_in", "api"):
            message = (
                f"The host could not read or store the connection's credentials "
                f"({type(error).__name__})."
            )
        self.add(step, "failed", message, _UNEXPECTED, kind="bad_reply", code="UNEXPECTED_ERROR")
        self.skip_rest("the test was stopped")

    def skip_rest(self, reason: str) -> None:
        """Add that the steps after the last one were not tested."""
        for step in STEPS[len(self.checks) :]:
            self.add(step, "skipped", f"Not tested, because {reason}.")

    def as_json(self, usage: dict[str, Any]) -> dict[str, Any]:
        """Return the report in the form of the contract; `usage` is from `Usage.as_json`."""
        return {
            "ok": all(check["status"] != "failed" for check in self.checks),
            "checks": self.checks,
            "identity": self.identity,
            "org": self.org,
            "usage": usage,
        }
