"""What one fault is: its kind, and the requests that it is for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

KINDS: Final[Mapping[str, str]] = {
    "latency": "the request waits `seconds`, then goes on",
    "slow_body": "the answer's body comes in pieces, over `seconds`",
    "truncated_body": "the connection is cut in the middle of the answer's body",
    "reset_before": "the connection is cut before anything is done",
    "reset_after": "the connection is cut when all is written: only the answer is lost",
    "wrong_content_type": "the answer says that it is HTML",
    "unknown_exception": "500 UNKNOWN_EXCEPTION",
    "bad_gateway": "502, a page of HTML",
    "bad_gateway_json": "502, JSON",
    "maintenance": "503, a page of HTML",
    "unavailable": "503 SERVER_UNAVAILABLE, JSON",
    "no_route": "420: Salesforce Edge does not know the host",
    "too_many_requests": "429, with Retry-After when `retry_after` is given",
    "total_limit": "403 REQUEST_LIMIT_EXCEEDED: no call left today",
    "concurrent_limit": "403 REQUEST_LIMIT_EXCEEDED: too many long calls at once",
    "session_expired": "the caller's session ends: 401 INVALID_SESSION_ID until it has another",
    "token_rotated": "400 invalid_grant of the token endpoint: another used the refresh token",
    "row_lock": "UNABLE_TO_LOCK_ROW for each record that is saved or deleted",
    "stale_locator": "400 INVALID_QUERY_LOCATOR",
}
"""Each kind of fault, and what the request meets."""


class BadFault(ValueError):
    """A fault that was requested and cannot be."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault. It happens to the requests that its conditions fit, all of them by default.

    Attributes:
        kind: One of `KINDS`.
        method: GET, POST ...; empty fits all.
        path: A regular expression, looked for in the path without regard to case.
        skip: How many fitting requests go by unharmed first.
        count: To how many it happens then; None: to all.
        probability: Of happening to one that fits, 0 to 1.
        seconds: How long a wait is.
        retry_after: Value of Retry-After in seconds; None sends no such header.
        happened: To how many it happened so far.
    """

    kind: str
    method: str = ""
    path: str = ""
    skip: int = 0
    count: int | None = 1
    probability: float = 1.0
    seconds: float = 0.0
    retry_after: int | None = None
    happened: int = field(default=0, init=False)
    _passed: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadFault(f"There is no fault {self.kind!r}; there are: {', '.join(KINDS)}.")
        if not 0 <= self.probability <= 1:
            raise BadFault("The probability of a fault is from 0 to 1.")
        if self.seconds < 0 or self.skip < 0 or (self.count is not None and self.count < 1):
            raise BadFault("A fault's seconds and skip are at least 0, its count at least 1.")
        try:
            re.compile(self.path)
        except re.error as exc:
            raise BadFault(f"The path of a fault is a regular expression: {exc}.") from exc
        self.method = self.method.upper()

    @classmethod
    def from_json(cls, body: object) -> "Fault":
        """Read a fault as the admin route takes it: members named as the attributes.

        Raises:
            BadFault: It is none.
        """
        if not isinstance(body, dict):
            raise BadFault("A fault is a JSON object.")
        names = {field.name for field in fields(cls) if field.init}
        unknown = sorted(set(body) - names)
        if unknown:
            raise BadFault(f"A fault has no {', '.join(unknown)}.")
        if "kind" not in body:
            raise BadFault("A fault has a kind.")
        for name, value in body.items():
            if not _fits(name, value):
                raise BadFault(f"The {name} of a fault cannot be {value!r}.")
        return cls(**body)

    def shown(self) -> dict[str, Any]:
        """Return the fault as the admin route shows it."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if not field.name.startswith("_")
        }

    def fits(self, method: str, path: str) -> bool:
        """Return whether it may happen to a request, however often it has."""
        if self.method and self.method != method:
            return False
        return re.search(self.path, path, re.IGNORECASE) is not None

    @property
    def spent(self) -> bool:
        """True when it happens no more."""
        return self.count is not None and self.happened >= self.count

    def passes(self) -> bool:
        """Count a fitting request; True when it is one of those that go by unharmed first."""
        self._passed += 1
        return self._passed <= self.skip


def _fits(name: str, value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if name in {"kind", "method", "path"}:
        return isinstance(value, str)
    if name in {"skip", "count", "retry_after"}:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole or (value is None and name != "skip")
    return number
