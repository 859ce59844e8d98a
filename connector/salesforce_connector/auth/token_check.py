"""Decides whether a new token may fix a call's error, and how often one is tried.

Salesforce ends tokens at any time: by its session timeout, by an administrator, by a logout. A call
that meets an ended token is sent again with a new one. A token that is refused the first time it is
used has another cause (sessions that are locked to an IP address, an expired password): no
further token helps, and none is requested in the next minute.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

import threading
from collections.abc import Callable
from math import inf
from typing import Final

from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.errors import SessionProblem, Unavailable

# Tokens that one call is sent with; a call that meets more ended ones is retried with a pause.
MAX_TOKEN_ATTEMPTS: Final = 5

# Addresses of the org that one call is sent to: another process's, and one of its own.
MAX_ADDRESS_ATTEMPTS: Final = 2

# New tokens in a row that are refused before any was accepted. One may be ended by another process
# or by Salesforce before its first use; more of them in a row are no coincidence.
MAX_REFUSED_UNUSED: Final = 2

_REFUSAL_HOLDS: Final = 60.0  # seconds until a token that was refused unused is refreshed again
_ADDRESS_HOLDS: Final = 60.0  # seconds in which an address that Salesforce named is not doubted
_FRESH: Final = 60.0  # seconds; a token ends after 15 minutes at the earliest
_CLOSED_HOLDS: Final = 600.0  # seconds until a service that refused a fresh token gets another


class TokenCheck:
    """What one process has learned of a connection's tokens."""

    def __init__(self, login_host: str, clock: Callable[[], float]) -> None:
        """Begin without a history.

        Args:
            login_host: Base URL of the My Domain, where tokens are refreshed.
            clock: Returns monotonic seconds.
        """
        self._login_host = login_host
        self._clock = clock
        self._issued: Credentials | None = None
        self._issued_at = -inf
        self._accepted: Credentials | None = None
        self._accepted_at = -inf
        self._lock = threading.Lock()
        self._refused: Credentials | None = None
        self._refused_unused = 0
        self._refused_until = -inf
        self._closed_until: dict[str, float] = {}

    def note_issued(self, credentials: Credentials) -> None:
        """Record credentials that Salesforce issued to this process just now."""
        self._issued, self._issued_at = credentials, self._clock()

    def forget_refusals(self) -> None:
        """Try new tokens again: somebody may have changed Salesforce's settings."""
        self._refused_unused, self._refused_until = 0, -inf
        self._closed_until.clear()

    def needs_refresh(
        self, used: Credentials, current: Credentials, problem: SessionProblem, attempt: int
    ) -> bool:
        """Whether to send a call again with a new token, or with the address that comes with it.

        Args:
            used: What the call was sent with.
            current: The newest credentials of this process.
            problem: What the outcome of the call means for the session; empty: nothing.
            attempt: How often the call was sent, from 1.

        Raises:
            Unavailable: Tokens end faster than they can be used; the call was not carried out.
        """
        match problem:
            case "no_token":
                return False
            case "":
                if used is current:
                    self._accepted, self._accepted_at = used, self._clock()
                    self._refused_unused = 0
                return False
            case "token_expired":
                return self.was_refused(used, current, attempt)
            case "apex_refusal" | "identity_refusal":
                return self._is_worth_one_refresh(problem, used, current, attempt)
            case "address_changed" | "host_unknown":
                return attempt <= MAX_ADDRESS_ATTEMPTS and self._has_moved(problem, used, current)

    def was_refused(self, used: Credentials, current: Credentials, attempt: int) -> bool:
        """Return whether to try a new token after one was refused; see `needs_refresh`."""
        if used is current and not self._refusal_may_pass(used):
            return False
        if attempt >= MAX_TOKEN_ATTEMPTS:
            raise Unavailable(
                "Salesforce ends the connection's sessions faster than they can be used.",
                code="SESSIONS_KEEP_ENDING",
                status=401,
                remedy="Find what ends them: a logout by another program with the same user, or a "
                "limit on sessions (Setup > Session Settings).",
            )
        return True

    def _refusal_may_pass(self, used: Credentials) -> bool:
        if used is not self._issued or used is self._accepted:
            return True
        with self._lock:
            now = self._clock()
            if used is not self._refused:
                self._refused = used
                self._refused_unused += 1
                self._refused_until = now + _REFUSAL_HOLDS
            elif now >= self._refused_until:
                self._refused_unused = 1
                self._refused_until = now + _REFUSAL_HOLDS
            return self._refused_unused <= MAX_REFUSED_UNUSED

    def _is_worth_one_refresh(
        self, service: SessionProblem, used: Credentials, current: Credentials, attempt: int
    ) -> bool:
        """Judge an error of a service that returns the same one for reasons of its own.

        The identity service does for a missing scope, and Apex may pass on the error of a callout.
        """
        if used is not current:
            return attempt < MAX_TOKEN_ATTEMPTS
        now = self._clock()
        issued_now = used is self._issued and now < self._issued_at + _FRESH
        accepted_now = used is self._accepted and now < self._accepted_at + _FRESH
        if issued_now or (accepted_now and service == "identity_refusal") or attempt > 1:
            self._closed_until[service] = now + _CLOSED_HOLDS
            return False
        return now >= self._closed_until.get(service, -inf)

    def _has_moved(self, problem: SessionProblem, used: Credentials, current: Credentials) -> bool:
        named_now = used is self._issued and self._clock() < self._issued_at + _ADDRESS_HOLDS
        if used is current and named_now:
            return False
        # The instance may be gone while the My Domain, which refreshes, still exists.
        return (
            problem == "address_changed"
            or (used.instance_url or self._login_host) != self._login_host
        )
