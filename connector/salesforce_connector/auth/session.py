"""One connection's session in this process: the token in use, and the steps of a refresh.

It sends nothing: `http.token_refresh` sends the request that `begin_refresh` returns and passes the
response to `finish_refresh`, both while it holds the connection's lock. All clients of a connection
share one session; each call brings the host's connection object to save to.
"""

import copy
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from salesforce_connector.auth import read_settings
from salesforce_connector.auth.early_refresh import EarlyRefresh
from salesforce_connector.auth.token_check import TokenCheck
from salesforce_connector.auth.tokens import Credentials, TokenRequest
from salesforce_connector.connection import Connection
from salesforce_connector.errors import (
    BadReply,
    ConnectorError,
    SessionProblem,
    Unauthorized,
    Unavailable,
)
from salesforce_connector.response import Response

# Long enough for all calls that wait for one refresh, short enough to notice a change in Setup.
_REFUSAL_HOLDS: Final = 60.0  # seconds
_OUTAGE_HOLDS: Final = 5.0  # seconds; a caller that fails has retried for half a minute already

_READ_HOLDS: Final = 1.0  # seconds

_MAX_PAST: Final = 8  # earlier credentials that an object of the host's may still hold


class _Failure(NamedTuple):
    """A refresh that failed; it holds for the same credentials, and for a while."""

    credentials: Credentials
    error: ConnectorError
    until: float


class Session:
    """A connection's settings and the newest credentials that this process knows.

    Attributes:
        method: The auth method.
        settings: Read from the connection and validated.
        check: Decides whether a new token may fix a call's error.
        refresh_lock: Held by the thread that refreshes.
        early_refresh: When the token in use will expire.
        rotates: Whether a refresh brought a new refresh token; None before the first one here.
    """

    def __init__(self, connection: Connection, clock: Callable[[], float] = time.monotonic) -> None:
        """Read a connection.

        Args:
            connection: The host's.
            clock: Returns monotonic seconds.

        Raises:
            Rejected: Its method is unknown, or its settings are invalid.
            Unauthorized: Its credentials cannot be read.
        """
        self.connection_id = connection.id
        self.method, self.settings = read_settings(connection.method, connection.settings)
        self.refresh_lock = threading.Lock()
        self.early_refresh = EarlyRefresh(self.settings.refresh_early, clock)
        self.check = TokenCheck(self.settings.base_url, clock)
        self.rotates: bool | None = None
        self._raw_settings = dict(connection.settings)
        self._credentials = self.load(connection)
        self._read_from, self._read_at = connection, clock()
        self._past: deque[Credentials] = deque(maxlen=_MAX_PAST)
        self._clock = clock
        self._failure: _Failure | None = None
        self._unsaved: tuple[Credentials, Credentials] | None = None
        self._next_base: Credentials | None = None  # to build on, instead of those in use
        self._org_change = ""

    def __repr__(self) -> str:
        return f"Session({self.connection_id!r})"

    @property
    def credentials(self) -> Credentials:
        """The newest known here, another object after each refresh; others may have newer ones."""
        return self._credentials

    @property
    def token(self) -> str | None:
        """The access token, None before the first one was issued."""
        return self._credentials.bearer

    @property
    def base_url(self) -> str:
        """Where API calls go: the instance that Salesforce named, else the My Domain."""
        return self._credentials.instance_url or self.settings.base_url

    @property
    def warnings(self) -> list[str]:
        """Sentences for whoever reads the results of this connection in this process."""
        return [self._org_change] if self._org_change else []

    def load(self, connection: Connection) -> Credentials:
        """Read a connection's credentials.

        Where no person signs in, what cannot be read counts as none: a new token replaces it.

        Raises:
            Unauthorized: They cannot be read, and a person must sign in again.
        """
        try:
            return Credentials.load(connection.credentials)
        except Unauthorized:
            if self.method.interactive:
                raise
            return Credentials()

    def was_just_read(self, connection: Connection) -> bool:
        """Return whether this very object's credentials were read in the last second.

        Reading them may wait for a database, so an event loop lets a thread do it; a stream of
        calls with one object needs it once a second.
        """
        return connection is self._read_from and self._clock() < self._read_at + _READ_HOLDS

    def adopt(self, connection: Connection) -> bool:
        """Take over what a connection of the same id holds; False when a new session is needed.

        Another process's tokens and a new sign-in are adopted at once; those that were refreshed
        here since the host read them are not. Other settings or another user need a new session.

        Raises:
            Unauthorized: Its credentials cannot be read.
        """
        if connection.method != self.method.name or connection.settings != self._raw_settings:
            return False
        stored = self.load(connection)
        self._read_from, self._read_at = connection, self._clock()
        if stored == self._credentials or stored in self._past:
            return True
        if stored.id and self._credentials.id and stored.id != self._credentials.id:
            return False
        self._use(stored)
        return True

    def begin_refresh(self, stale: Credentials, connection: Connection) -> TokenRequest | None:
        """Return the request for a new token, or None when there is one by now.

        Args:
            stale: The credentials that were refused.
            connection: The host's object of the call at hand; its lock is held.

        Raises:
            ConnectorError: The last refresh of these credentials failed shortly before; Salesforce
                is not called again by each caller.
        """
        stored = self.load(connection)
        if self._unsaved is not None and self._unsaved[0] == stored:
            self._save(*self._unsaved, connection)
            return None
        self._unsaved = None
        if stored != self._credentials:
            if stored in self._past:  # the host read it before the last refresh here
                connection.save(self._credentials.dump())
            else:
                self._use(stored)
        current = self._credentials.access_token
        if current is not None and current != stale.access_token:
            return None
        if (failure := self._failure) and failure.credentials == self._credentials:
            if self._clock() < failure.until:
                raise copy.copy(failure.error)
            self._failure = None
        return self.method.refresh_request(self.settings, self._credentials)

    def other_request(self, response: Response) -> TokenRequest | None:
        """Return another request that may succeed where the first did not; None when there is none.

        Args:
            response: To the request of `begin_refresh`.
        """
        if response.status_code == 200 or self.method.other_request is None:
            return None
        from salesforce_connector.auth import token_response

        error = token_response.error_of(response, self.settings, self.method.grant)
        other = self.method.other_request(self.settings, self._credentials, error)
        if other is None:
            return None
        request, self._next_base = other
        return request

    def finish_refresh(self, response: Response, connection: Connection) -> None:
        """Save the new credentials, then use them: a rotated refresh token must not be lost.

        When they cannot be saved, the next refresh saves them: the old refresh token would be
        refused, and could end the authorization.

        Args:
            response: To the request of `begin_refresh`, or to that of `other_request`.
            connection: The host's object of the call at hand; its lock is held.

        Raises:
            ConnectorError: Salesforce refused, or is down; what is stored stays as it is.
        """
        before = self._credentials
        base, self._next_base = self._next_base or before, None
        from salesforce_connector.auth import token_response

        issued = token_response.read(response, base, self.settings, self.method.grant)
        try:
            fresh = token_response.require_trusted(issued, self.settings)
        except BadReply:
            if issued.refresh_token != before.refresh_token:
                rotated = before.model_copy(update={"refresh_token": issued.refresh_token})
                self._save(before, rotated, connection)
            raise
        self._save(before, fresh, connection)
        if fresh.former_org_id and fresh.org_id != before.org_id:
            self._org_change = (
                f"The connection now leads to another org: {fresh.org_id} instead of "
                f"{fresh.former_org_id}. A sandbox that was refreshed is a new org."
            )
        self.rotates = issued.refresh_token != before.refresh_token
        self.check.note_issued(self._credentials)

    def remember_failure(self, error: ConnectorError) -> None:
        """Let the callers of the next moments fail alike instead of asking Salesforce again."""
        if self._failure and self._failure.credentials == self._credentials:
            return
        passing = isinstance(error, Unavailable | BadReply)
        if isinstance(error, Unavailable) and error.retry_after is None:
            error.retry_after = _REFUSAL_HOLDS  # more than a call waits: it was retried enough
        until = self._clock() + (_OUTAGE_HOLDS if passing else _REFUSAL_HOLDS)
        self._failure = _Failure(self._credentials, copy.copy(error), until)

    def forget_failure(self) -> None:
        """Ask Salesforce again at the next refresh: somebody may have changed its settings."""
        self._failure = None
        self.check.forget_refusals()

    def needs_refresh(self, used: Credentials, problem: SessionProblem, attempt: int) -> bool:
        """Return whether to send a call again with a new token; see `TokenCheck.needs_refresh`."""
        return self.check.needs_refresh(used, self._credentials, problem, attempt)

    def _save(self, before: Credentials, fresh: Credentials, connection: Connection) -> None:
        self._unsaved = (before, fresh)
        connection.save(fresh.dump())
        self._unsaved = None
        self._use(fresh)

    def _use(self, credentials: Credentials) -> None:
        self._past.append(self._credentials)
        self._credentials = credentials
