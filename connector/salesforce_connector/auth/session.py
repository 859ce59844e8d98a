"""One connection's sign-in in this process: the token in use, and the steps of renewing it.

It sends nothing: the client sends the request that `begin_renewal` gives, and hands the answer to
`finish_renewal`, both while it holds the connection's lock.
"""

import copy
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from salesforce_connector.auth import read_settings, tokens
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import BadReply, ConnectorError, Retryable

# A 401 that a new token does not mend, by a part of its message (jsforce leaves these alone too).
_NOT_EXPIRY: Final = (
    "not valid for use with the REST API",
    "Connected app is not attached to Agent",
)

# Long enough for all who wait for one renewal, short enough to see that Setup has been changed.
_REFUSAL_HOLDS: Final = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A renewal that was refused; it holds for the same credentials, and for a minute."""

    credentials: Credentials
    error: ConnectorError
    at: float

    def holds(self, credentials: Credentials, now: float) -> bool:
        return self.credentials == credentials and now - self.at < _REFUSAL_HOLDS


class Session:
    """A connection's settings and the credentials last seen.

    Attributes:
        connection: The host's.
        settings: Read from it, checked.
    """

    def __init__(self, connection: Connection, clock: Callable[[], float] = time.monotonic) -> None:
        """Read a connection.

        Args:
            connection: The host's.
            clock: Gives seconds that never run back.

        Raises:
            Rejected: Its method is unknown, or its settings do not fit.
            Unauthorized: Its credentials are not ours.
        """
        self.connection = connection
        self.method, self.settings = read_settings(connection.method, connection.settings)
        self._credentials = Credentials.load(connection.credentials)
        self._clock = clock
        self._refused: _Refusal | None = None

    def __repr__(self) -> str:
        return f"Session({self.connection.id!r})"

    @property
    def credentials(self) -> Credentials:
        """What was seen last; another process may have newer ones."""
        return self._credentials

    @property
    def token(self) -> str | None:
        """The access token, None before the first sign-in."""
        token = self._credentials.access_token
        return token.get_secret_value() if token else None

    @property
    def base_url(self) -> str:
        """Where API calls go: the instance that Salesforce named, else the My Domain."""
        return self._credentials.instance_url or self.settings.base_url

    def begin_renewal(self, stale: str | None) -> httpx.Request | None:
        """Give the request for a new token, or None when somebody else has got one meanwhile.

        Args:
            stale: The token that was refused; None when there was none.

        Raises:
            ConnectorError: As for the last renewal of these same credentials, when that was refused
                less than a minute ago: Salesforce is not asked by each caller anew.
        """
        self._credentials = Credentials.load(self.connection.credentials)
        if self.token != stale:
            return None
        if self._refused and self._refused.holds(self._credentials, self._clock()):
            raise copy.copy(self._refused.error)
        return self.method.renewal(self.settings, self._credentials)

    def finish_renewal(self, answer: httpx.Response) -> None:
        """Save the new credentials, then use them: a rotated refresh token must not be lost.

        Raises:
            ConnectorError: Salesforce refused, or is down; what is stored stays as it is.
        """
        try:
            fresh = tokens.accept(answer, self._credentials, self.settings)
        except (Retryable, BadReply):
            raise
        except ConnectorError as error:
            self._refused = _Refusal(self._credentials, copy.copy(error), self._clock())
            raise
        self.connection.save(fresh.dump())
        self._credentials = fresh

    def forget_refusal(self) -> None:
        """Ask Salesforce anew at the next renewal: somebody may have changed its settings."""
        self._refused = None


def has_ended(answer: httpx.Response) -> bool:
    """Whether an answer says that the token is no longer good; its body has been read."""
    if answer.status_code == 401:
        return not any(text in answer.text for text in _NOT_EXPIRY)
    # The identity service has words of its own for it.
    return answer.status_code == 403 and answer.text.strip() == "Bad_OAuth_Token"


def same_place(connection: Connection, session: Session) -> bool:
    """Whether a session still stands for a connection: its settings have not been changed."""
    known: Mapping[str, Any] = session.connection.settings
    return connection.method == session.connection.method and connection.settings == known
