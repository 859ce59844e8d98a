"""JSON Web Tokens signed with RS256, the one algorithm that Salesforce speaks.

Callers check the claims. PyJWT and cryptography are imported when a token is read or signed: most
orgs never do, and their import would be a tenth of the start.

https://www.rfc-editor.org/rfc/rfc7519
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

_ALGORITHM: Final = "RS256"
_MIN_KEY_SIZE: Final = 2048  # bits of an RSA key; Salesforce refuses smaller ones


class Malformed(ValueError):
    """The text is not a JWT of the expected form, or another key signed it."""


def base64url(data: bytes) -> str:
    """Encode bytes in base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def base64url_number(number: int) -> str:
    """Encode an integer as JSON Web Keys do."""
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def encode(claims: Mapping[str, Any], key: "RSAPrivateKey", header: Mapping[str, Any]) -> str:
    """Sign claims with RS256; `header` adds to `alg`."""
    import jwt

    return jwt.encode(dict(claims), key, _ALGORITHM, {"typ": None, **header})


def unverified_claims(token: str) -> dict[str, Any]:
    """Read the claims without verifying the signature, to find the app whose key verifies it.

    Raises:
        Malformed: The text is not an RS256 JWT with an object of claims.
    """
    import jwt

    try:
        decoded = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.InvalidTokenError, RecursionError) as exc:
        raise Malformed("not a JWT") from exc
    if decoded["header"].get("alg") != _ALGORITHM:
        raise Malformed(f"not signed with {_ALGORITHM}")
    claims: dict[str, Any] = decoded["payload"]
    return claims


def verified_claims(token: str, key: "RSAPublicKey") -> dict[str, Any]:
    """Read the claims of a token that `key` verifies; times and audience are not checked.

    Raises:
        Malformed: The text is not an RS256 JWT, or another key signed it.
    """
    import jwt

    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            [_ALGORITHM],
            {
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
                "verify_iss": False,
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except (jwt.InvalidTokenError, RecursionError) as exc:
        raise Malformed("not a JWT that this key signed") from exc
    return claims


def load_public_key(pem: str) -> "RSAPublicKey":
    """Load an RSA public key from PEM: an X.509 certificate or a bare key.

    Raises:
        ValueError: it is neither, not RSA, or smaller than 2,048 bits.
    """
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from cryptography.x509 import load_pem_x509_certificate

    data = pem.encode()
    certified = "BEGIN CERTIFICATE" in pem
    key: object = (
        load_pem_x509_certificate(data).public_key() if certified else load_pem_public_key(data)
    )
    if not isinstance(key, RSAPublicKey) or key.key_size < _MIN_KEY_SIZE:
        raise ValueError(f"an RSA key of {_MIN_KEY_SIZE} bits or more is needed")
    return key
