"""Proof Key for Code Exchange: SHA-256 only, as Salesforce does it.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_pkce.htm
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from typing import Final

from salesforce_emulator.identity.errors import ErrorReason, IdentityError

# 43 to 128 in RFC 7636; Salesforce also accepts the 171 that jsforce sends.
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,256}", re.ASCII)
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # SHA-256 in base64url, no padding


def challenge_of(verifier: str) -> str:
    """Return the challenge that belongs to a verifier."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def read_challenge(challenge: str | None, method: str | None, *, required: bool) -> str | None:
    """Check the PKCE parameters of an authorization request, and return its challenge.

    A challenge without a method is S256: so the CLI and jsforce send it.

    Raises:
        IdentityError: CHALLENGE_MISSING, CHALLENGE_METHOD (plain) or CHALLENGE_MALFORMED.
    """
    if method not in (None, "", "S256"):
        raise IdentityError(ErrorReason.CHALLENGE_METHOD, method or "")
    if not challenge:
        if required or method:
            raise IdentityError(ErrorReason.CHALLENGE_MISSING)
        return None
    if _CHALLENGE.fullmatch(challenge) is None:
        raise IdentityError(ErrorReason.CHALLENGE_MALFORMED)
    return challenge


def check_verifier(challenge: str | None, verifier: str | None) -> None:
    """Check the verifier of a code exchange against the challenge of the code.

    A verifier for a code without a challenge is refused too: the challenge was stripped.

    Raises:
        IdentityError: VERIFIER_INVALID.
    """
    if challenge is None and not verifier:
        return
    if challenge is None or not verifier or _VERIFIER.fullmatch(verifier) is None:
        raise IdentityError(ErrorReason.VERIFIER_INVALID)
    if not hmac.compare_digest(challenge_of(verifier), challenge):
        raise IdentityError(ErrorReason.VERIFIER_INVALID)
