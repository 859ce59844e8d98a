"""One connection's sign-in in this process: the token in use, and the steps of renewing it.

It sends nothing: `renewal` sends the request that `begin_renewal` gives, and hands the answer to
`finish_renewal`, both while it holds the connection's lock. All clients of a connection share one.
"""

import copy
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx

from salesforce_connector import error_body
from salesforce_connector.auth import read_settings, tokens
from salesforce_connector.auth.early_refresh import Foresight
from salesforce_connector.auth.tokens import Credentials
from salesforce_connector.connection import Connection
from salesforce_connector.errors import BadReply, ConnectorError, Unavailable
from salesforce_connector.http.response_cache import Kept
from salesforce_connector.policy.known_fields import SeenFields
from salesforce_connector.response import Response

# A 401 that a new token does not mend, by a part of its message (jsforce leaves these alone too).
_NOT_EXPIRY: Final = (
    "not valid for use with the REST API",
    "Connected app is not attached to Agent",
)

_ENDED: Final = "INVALID_SESSION_ID"  # in JSON and in XML

# Long enough for all who wait for one renewal, short enough to see that Setup has been changed.
_REFUSAL_HOLDS: Final = 60.0  # seconds
_OUTAGE_HOLDS: Final = 5.0  # seconds; who fails has asked for half a minute already
_ADDRESS_HOLDS: Final = 60.0  # seconds in which an address that Salesforce named is not doubted

_MOST_PAST: Final = 8  # sign-ins ago that an object of the host's may still hold


@dataclass(frozen=True, slots=True)
class _Failure:
    """A renewal that failed; it holds for the same credentials, and for a while."""

    credentials: Credentials
    error: ConnectorError
    until: float


class Session:
    """A connection's settings and the credentials last seen.

    Attributes:
        connection: The host's.
        settings: Read from it, checked.
        gate: Held by the thread that renews.
        foresight: When the token in use will end.
        kept: Answers that hold for its user for a while.
        fields: Names of fields that its user has seen.
        rotates: Whether a renewal brought a new refresh token; None before the first here.
        event_schemas: Avro schemas of events seen, by id; what an id stands for never changes.
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
        self.gate = threading.Lock()
        self.foresight = Foresight(self.settings.renew_early, clock)
        self.kept = Kept()
        self.fields = SeenFields()
        self.rotates: bool | None = None
        self.event_schemas: dict[str, str] = {}
        self._given = dict(connection.settings)
        self._credentials = Credentials.load(connection.credentials)
        self._past: deque[Credentials] = deque(maxlen=_MOST_PAST)
        self._clock = clock
        self._failed: _Failure | None = None
        self._unsaved: tuple[Credentials, Credentials] | None = None
        self._refused_at_once: tuple[Credentials, float] | None = None
        self._addressed_at = -_ADDRESS_HOLDS

    def __repr__(self) -> str:
        return f"Session({self.connection.id!r})"

    @property
    def credentials(self) -> Credentials:
        """What was seen last, another object after each renewal; others may have newer ones."""
        return self._credentials

    @property
    def token(self) -> str | None:
        """The access token, None before the first sign-in."""
        return self._credentials.bearer

    @property
    def base_url(self) -> str:
        """Where API calls go: the instance that Salesforce named, else the My Domain."""
        return self._credentials.instance_url or self.settings.base_url

    def follow(self, connection: Connection) -> bool:
        """Take over what a connection holds by now; False when it has become another one.

        Another process's tokens and a new sign-in are taken over at once; those that were renewed
        here since the host read them are not. Other settings or another user need a session anew.

        Raises:
            Unauthorized: Its credentials are not ours.
        """
        if connection.method != self.method.name or connection.settings != self._given:
            return False
        found = Credentials.load(connection.credentials)
        if found == self._credentials or found in self._past:
            return True
        if found.id and self._credentials.id and found.id != self._credentials.id:
            return False
        self._turn_to(found)
        return True

    def begin_renewal(self, seen: Credentials) -> httpx.Request | None:
        """Give the request for a new token, or None when there is one meanwhile.

        Args:
            seen: The credentials that were of no use.

        Raises:
            ConnectorError: As for the last renewal of these same credentials, when that failed
                a moment ago: Salesforce is not asked by each caller anew.
        """
        stored = Credentials.load(self.connection.credentials)
        if self._unsaved is not None and self._unsaved[0] == stored:
            self._save(*self._unsaved)
            return None
        self._unsaved = None
        if stored != self._credentials:
            self._turn_to(stored)
        found = self._credentials.access_token
        if found is not None and found != seen.access_token:
            return None
        if (failed := self._failed) and failed.credentials == stored:
            if self._clock() < failed.until:
                raise copy.copy(failed.error)
            self._failed = None
        return self.method.renewal(self.settings, self._credentials)

    def finish_renewal(self, answer: Response) -> None:
        """Save the new credentials, then use them: a rotated refresh token must not be lost.

        When they cannot be saved, they are kept to be saved by the next renewal: the old refresh
        token would be of no use to it, and could end the sign-in.

        Raises:
            ConnectorError: Salesforce refused, or is down; what is stored stays as it is.
        """
        before = self._credentials
        given = tokens.read(answer, before, self.method.name)
        try:
            fresh = tokens.trusted(given, self.settings)
        except BadReply:
            if given.refresh_token != before.refresh_token:
                self._save(before, before.model_copy(update={"refresh_token": given.refresh_token}))
            raise
        self._save(before, fresh)
        self.rotates = given.refresh_token != before.refresh_token
        self._addressed_at = self._clock()

    def remember(self, error: ConnectorError) -> None:
        """Let the callers of the next moments hear of a failed renewal, and not ask anew."""
        if self._failed and self._failed.credentials == self._credentials:
            return
        passing = isinstance(error, Unavailable | BadReply)
        if isinstance(error, Unavailable) and error.retry_after is None:
            error.retry_after = _REFUSAL_HOLDS  # longer than a call waits: it has been tried enough
        until = self._clock() + (_OUTAGE_HOLDS if passing else _REFUSAL_HOLDS)
        self._failed = _Failure(self._credentials, copy.copy(error), until)

    def forget_failure(self) -> None:
        """Ask Salesforce anew at the next renewal: somebody may have changed its settings."""
        self._failed = self._refused_at_once = None

    def is_mendable(self, seen: Credentials, met: Response | Unavailable) -> bool:
        """Whether a new token, or the address that comes with it, may mend what a call met.

        Args:
            seen: What the call went with.
            met: The answer, its body read; or that there was none.
        """
        if not isinstance(met, Unavailable) and met.is_success:
            return False
        if not isinstance(met, Unavailable) and has_ended(met):
            if self._refused_at_once is None or self._refused_at_once[0] != seen:
                return True
            return self._clock() >= self._refused_at_once[1] + _REFUSAL_HOLDS
        if self._credentials is seen and self._clock() < self._addressed_at + _ADDRESS_HOLDS:
            return False
        if not isinstance(met, Unavailable) and has_moved(met):
            return True
        # The instance may be gone while the My Domain, which renews, is there.
        home = self.settings.base_url
        return is_gone(met) and (seen.instance_url or home) != home

    def note_first_use(self, seen: Credentials, met: Response | Unavailable) -> None:
        """Take note of what a token fresh from Salesforce met: what it does not mend, none does."""
        if not isinstance(met, Unavailable) and has_ended(met):
            self._refused_at_once = (seen, self._clock())

    def _save(self, before: Credentials, fresh: Credentials) -> None:
        self._unsaved = (before, fresh)
        self.connection.save(fresh.dump())
        self._unsaved = None
        self._turn_to(fresh)

    def _turn_to(self, credentials: Credentials) -> None:
        self._past.append(self._credentials)
        self._credentials = credentials


def has_ended(answer: Response) -> bool:
    """Whether an answer says that the token is no longer good; its body has been read."""
    if answer.status_code == 401:
        if any(text in answer.text for text in _NOT_EXPIRY):
            return False
        # Apex of the org's own may answer 401 and mean something else by it.
        return _ENDED in answer.text or not error_body.is_of_apex(answer)
    # The identity service has words of its own for it.
    return answer.status_code == 403 and answer.text.strip() == "Bad_OAuth_Token"


def has_moved(answer: Response) -> bool:
    """Whether an answer says that the org has another address by now; its body has been read."""
    if answer.status_code not in (301, 302, 307, 308, 404):
        return False
    said = error_body.read(answer)
    return said.code == "URL_NOT_RESET" or "Destination URL not reset" in said.message


def is_gone(met: Response | Unavailable) -> bool:
    """Whether nobody knows the host: its name leads nowhere, or Salesforce Edge has no route."""
    if isinstance(met, Unavailable):
        return met.code == "ConnectError"
    return met.status_code == 420
