"""What a connection test found, step by step, as the contract has it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from salesforce_connector.errors import ConnectorError
from salesforce_connector.http.base_client import Result

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

# Where to look when an error itself does not say.
_REMEDIES: Final = {
    "proxy": "Check the proxy's address and password in this machine's environment.",
    "dns": "Check the My Domain URL for typing mistakes, and this machine's name service.",
    "tls": "If a proxy here opens TLS, give Python its certificate: SSL_CERT_FILE.",
    "address": "Copy the address from Setup > My Domain.",
    "sign_in": "Setup > Users > the user > Login History tells why.",
    "api": 'Give the user the permission "API Enabled" (Setup > Permission Sets).',
    "version": "Pin one that the org serves in the connection's settings, or none.",
    "read": "Try again; if it stays, report this with the API version.",
}

Status = Literal["ok", "warning", "failed", "skipped"]


@dataclass(slots=True)
class Report:
    """What was found.

    Attributes:
        checks: One for each of `STEPS`, in that order; one that failed by an error has its kind
            and code.
        identity: `user_id`, `username`, `name`; what could be read of them.
        org: `id`, `name`, `edition`, `sandbox`, `instance_url`; what could be read of them.
        on_check: Called with each check as soon as it is known; None for nobody.
    """

    checks: list[dict[str, str]] = field(default_factory=list)
    identity: dict[str, Any] = field(default_factory=dict)
    org: dict[str, Any] = field(default_factory=dict)
    on_check: Callable[[dict[str, str]], object] | None = None

    def add(self, step: str, status: Status, message: str, remedy: str = "", **cause: str) -> None:
        """Write down one step; `cause` has the kind and code of the error that it failed by."""
        check = {"id": step, "status": status, "message": message, "remedy": remedy, **cause}
        self.checks.append(check)
        if self.on_check is not None:
            self.on_check(check)

    def fail(self, step: str, error: ConnectorError, message: str = "") -> None:
        """Write down a step that failed; `message` in place of the error's own."""
        message, remedy = message or error.message, error.remedy or _REMEDIES[step]
        self.add(step, "failed", message, remedy, kind=error.kind, code=error.code)

    def blame(self, step: str, message: str) -> None:
        """Write down a step that failed for a reason that the error does not know."""
        self.add(step, "failed", message, _REMEDIES[step])

    def skip_rest(self, because: str) -> None:
        """Write down that the steps after the last one were not taken."""
        for step in STEPS[len(self.checks) :]:
            self.add(step, "skipped", f"Not tried, because {because}.")

    def as_json(self, result: Result) -> dict[str, Any]:
        """Give it as the contract has it."""
        return {
            "ok": all(check["status"] != "failed" for check in self.checks),
            "checks": self.checks,
            "identity": self.identity,
            "org": self.org,
            "usage": result.usage.as_json(),
        }
