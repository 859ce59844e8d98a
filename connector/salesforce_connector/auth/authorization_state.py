"""What is kept of a browser sign-in until it comes back, and what it is then held to.

A host keeps it sealed and uses it once; this holds whatever the host does: too old, begun for
another connection, come back already, or another sign-in's, it is refused. Secrets are compared in
constant time.

https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from salesforce_connector.errors import Rejected

LIFETIME: Final = 900.0  # seconds; a code of Salesforce's lives as long

_AHEAD: Final = 60.0  # seconds that the clock of another machine of the host's may be before ours
_AGAIN: Final = "Start the sign-in again from the same browser."


class Pending(BaseModel):
    """A sign-in whose browser is away.

    Attributes:
        state: Goes to Salesforce and comes back.
        code_verifier: Stays here until the code is exchanged.
        redirect_uri: Where the browser comes back to.
        nonce: Comes back inside the id token; empty when none was asked for.
        begun_at: Seconds since 1970.
        begun_for: Digest of where and with which app it began.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    state: str
    code_verifier: str
    redirect_uri: str
    nonce: str = ""
    begun_at: float
    begun_for: str

    @classmethod
    def begin(
        cls, *, redirect_uri: str, place: str, openid: bool, clock: Callable[[], float] = time.time
    ) -> "Pending":
        """Begin a sign-in.

        Args:
            redirect_uri: Where the browser is to come back to.
            place: Names the connection: `place_of`.
            openid: Whether an id token is asked for.
            clock: Gives seconds since 1970.
        """
        return cls(
            state=secrets.token_urlsafe(32),
            code_verifier=secrets.token_urlsafe(64),  # 86 characters; RFC 7636 allows 43 to 128
            redirect_uri=redirect_uri,
            nonce=secrets.token_urlsafe(24) if openid else "",
            begun_at=clock(),
            begun_for=place,
        )

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> "Pending":
        """Read what `dump` gave.

        Raises:
            Rejected: It is no sign-in of ours.
        """
        try:
            return cls.model_validate(dict(kept))
        except ValidationError as exc:
            raise _refused("STATE_MISMATCH", "There is no sign-in that this belongs to.") from exc

    def dump(self) -> dict[str, Any]:
        """Give all of it as plain JSON, secrets included, for the host to seal."""
        return self.model_dump()

    def check_return(self, state: str, place: str, clock: Callable[[], float] = time.time) -> None:
        """Hold what came back to what was begun.

        Raises:
            Rejected: Another sign-in's state, too late, or for another connection.
        """
        if not self.state or not _same(state, self.state):
            raise _refused(
                "STATE_MISMATCH",
                "The state in the callback is not the one this sign-in began with.",
            )
        if not -_AHEAD <= clock() - self.begun_at <= LIFETIME:
            raise _refused("SIGN_IN_EXPIRED", "The sign-in took more than 15 minutes.")
        if not _same(place, self.begun_for):
            raise _refused(
                "OTHER_CONNECTION",
                "The sign-in was begun with other settings: another app or another org.",
            )

    def check_id_token(self, id_token: object, consumer_key: str) -> None:
        """Hold an id token to this sign-in; its signature is TLS's business, as OpenID allows.

        Raises:
            Rejected: It was asked for and is not there, another sign-in's, or another app's.
        """
        if not self.nonce:
            return
        claims = _claims(id_token)
        audience = claims.get("aud")
        meant = consumer_key in audience if isinstance(audience, list) else audience == consumer_key
        if not meant or not _same(str(claims.get("nonce", "")), self.nonce):
            raise _refused("NONCE_MISMATCH", "The id token is not one of this sign-in.")


class Spent:
    """The sign-ins that have come back to this process; safe to share by threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}
        self._guard = threading.Lock()

    def spend(self, pending: Pending) -> None:
        """Use a sign-in up.

        Raises:
            Rejected: It has been.
        """
        name, now = _digest(pending.state), self._clock()
        with self._guard:
            self._until = {each: until for each, until in self._until.items() if until > now}
            if name in self._until:
                raise _refused("SIGN_IN_REPLAYED", "This sign-in has come back already.")
            self._until[name] = now + LIFETIME + _AHEAD

    def give_back(self, pending: Pending) -> None:
        """Let a sign-in come back again: Salesforce was not there to be asked."""
        with self._guard:
            self._until.pop(_digest(pending.state), None)


def place_of(*parts: str) -> str:
    """Give the digest that names a connection: method, address, consumer key."""
    return _digest("\n".join(parts))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _claims(id_token: object) -> Mapping[str, Any]:
    body = str(id_token or "").split(".")[1:2] or [""]
    try:
        claims = json.loads(base64.urlsafe_b64decode(body[0] + "=" * (-len(body[0]) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def _refused(code: str, message: str) -> Rejected:
    return Rejected(message, code=code, remedy=_AGAIN)
