"""The state of a browser sign-in until its callback, and the checks of the callback.

A host stores it sealed and uses it once; whatever the host does, it is refused here when it is too
old, was started for another connection, was used already, or belongs to another sign-in. Secrets
are compared in constant time.

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

LIFETIME: Final = 900.0  # seconds; an authorization code of Salesforce's is valid as long

_CLOCK_AHEAD: Final = 60.0  # seconds by which another machine of the host's may be ahead of us
_START_AGAIN: Final = "Start the sign-in again in the same browser."


class AuthorizationState(BaseModel):
    """A sign-in that waits for its browser.

    Attributes:
        state: Sent to Salesforce and returned in the callback.
        code_verifier: Stays here until the code is exchanged.
        redirect_uri: Callback URL of the browser.
        nonce: Returned inside the ID token; empty when none is requested.
        client_id: Consumer key of the app, which the id token is for.
        begun_at: Seconds since 1970.
        begun_for: Digest of the address and the app, as `digest_of` returns it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    state: str
    code_verifier: str
    redirect_uri: str
    nonce: str = ""
    client_id: str = ""
    begun_at: float
    begun_for: str

    @classmethod
    def begin(
        cls,
        *,
        redirect_uri: str,
        begun_for: str,
        client_id: str,
        openid: bool,
        clock: Callable[[], float] = time.time,
    ) -> "AuthorizationState":
        """Begin a sign-in.

        Args:
            redirect_uri: Callback URL of the browser.
            begun_for: Digest of the address and the app.
            client_id: Consumer key of the app.
            openid: Whether an ID token is requested.
            clock: Returns seconds since 1970.
        """
        return cls(
            state=secrets.token_urlsafe(32),
            code_verifier=secrets.token_urlsafe(64),  # 86 characters; RFC 7636 allows 43 to 128
            redirect_uri=redirect_uri,
            nonce=secrets.token_urlsafe(24) if openid else "",
            begun_at=clock(),
            begun_for=begun_for,
            client_id=client_id,
        )

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "AuthorizationState":
        """Read what `dump` gave.

        Raises:
            Rejected: It is no sign-in of this connector's.
        """
        try:
            return cls.model_validate(dict(stored))
        except (ValidationError, TypeError, ValueError):
            message = "The stored state is not that of a sign-in."
            raise _reject("STATE_MISMATCH", message) from None

    def dump(self) -> dict[str, Any]:
        """Return all of it as plain JSON, secrets included, for the host to seal."""
        return self.model_dump()

    def check_return(
        self, state: str, begun_for: str, clock: Callable[[], float] = time.time
    ) -> None:
        """Check a callback against the sign-in that was started.

        Raises:
            Rejected: The state is another sign-in's, it is too late, or for another connection.
        """
        if not self.state or not _equal(state, self.state):
            raise _reject(
                "STATE_MISMATCH",
                "The state in the callback does not belong to this sign-in.",
            )
        if not -_CLOCK_AHEAD <= clock() - self.begun_at <= LIFETIME:
            raise _reject("SIGN_IN_EXPIRED", "The sign-in took more than 15 minutes.")
        if not _equal(begun_for, self.begun_for):
            raise _reject(
                "OTHER_CONNECTION",
                "The sign-in was started with other settings: another app or another org.",
            )

    def check_id_token(self, id_token: object) -> None:
        """Check that an id token belongs to this sign-in.

        TLS takes the place of its signature, as OpenID allows.

        Raises:
            Rejected: It is missing although requested, or belongs to another sign-in or app.
        """
        if not self.nonce:
            return
        claims = _claims(id_token)
        del id_token  # else it is in the frame of the error
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if self.client_id not in audiences or not _equal(str(claims.get("nonce", "")), self.nonce):
            raise _reject("NONCE_MISMATCH", "The ID token does not belong to this sign-in.")


class UsedStates:
    """The sign-ins that were completed in this process; safe to share by threads.

    Salesforce refuses a code that is used twice, and may then revoke the tokens of its first use:
    a browser that loads the callback again must not get as far as Salesforce.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used_until: dict[str, float] = {}
        self._lock = threading.Lock()

    def use(self, state: AuthorizationState) -> None:
        """Record that a sign-in is being completed.

        Raises:
            Rejected: It was completed before.
        """
        key, now = digest_of(state.state), self._clock()
        with self._lock:
            self._used_until = {
                used: until for used, until in self._used_until.items() if until > now
            }
            if key in self._used_until:
                raise Rejected(
                    "This sign-in was already completed.",
                    code="SIGN_IN_REPLAYED",
                    remedy="Start a new one.",
                )
            self._used_until[key] = now + LIFETIME + _CLOCK_AHEAD

    def release(self, state: AuthorizationState) -> None:
        """Let a sign-in be completed again, because Salesforce could not be reached."""
        with self._lock:
            self._used_until.pop(digest_of(state.state), None)


def digest_of(*parts: str) -> str:
    """Return a digest of texts: of what a sign-in is for, for example."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _equal(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _claims(id_token: object) -> Mapping[str, Any]:
    body = str(id_token or "").split(".")[1:2] or [""]
    try:
        claims = json.loads(base64.urlsafe_b64decode(body[0] + "=" * (-len(body[0]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _reject(code: str, message: str) -> Rejected:
    return Rejected(message, code=code, remedy=_START_AGAIN)
