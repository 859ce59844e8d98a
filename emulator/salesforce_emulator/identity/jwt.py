"""JSON Web Tokens signed with RS256, the one algorithm that Salesforce speaks.

What the claims say is for the caller to judge. Cryptography is imported when a key is used: most
orgs never sign, and its import would be a tenth of their start.

https://www.rfc-editor.org/rfc/rfc7519
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

_SMALLEST: Final = 2048  # bits of an RSA key, Salesforce refuses smaller ones


class Malformed(ValueError):
    """The text is no JWT that we read."""


def base64url(data: bytes) -> str:
    """Write bytes in base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def base64url_number(number: int) -> str:
    """Write a whole number as JSON Web Keys do."""
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def encode(claims: Mapping[str, Any], key: "RSAPrivateKey", header: Mapping[str, Any]) -> str:
    """Sign claims; `header` adds to `alg`."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    signed = ".".join(_part(part) for part in ({"alg": "RS256", **header}, claims))
    signature = key.sign(signed.encode(), PKCS1v15(), SHA256())
    return f"{signed}.{base64url(signature)}"


def unverified_claims(token: str) -> dict[str, Any]:
    """Read the claims without a look at the signature: to find out whose key to check with.

    Raises:
        Malformed: it is no RS256 JWT with an object of claims.
    """
    parts = token.split(".")
    if len(parts) != 3 or _object(parts[0]).get("alg") != "RS256":
        raise Malformed("not a JWT signed with RS256")
    return _object(parts[1])


def verified_claims(token: str, key: "RSAPublicKey") -> dict[str, Any]:
    """Read the claims of a token that `key` belongs to; times and audience are not checked.

    Raises:
        Malformed: it is no RS256 JWT, or signed with another key.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    claims = unverified_claims(token)
    signed, _, signature = token.rpartition(".")
    try:
        key.verify(_bytes(signature), signed.encode(), PKCS1v15(), SHA256())
    except InvalidSignature as exc:
        raise Malformed("signed with another key") from exc
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
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST:
        raise ValueError(f"an RSA key of {_SMALLEST} bits or more is needed")
    return key


def _part(value: Mapping[str, Any]) -> str:
    return base64url(json.dumps(value, separators=(",", ":")).encode())


def _bytes(part: str) -> bytes:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (NotBase64, ValueError) as exc:
        raise Malformed("not base64url") from exc


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes(part))
    except (ValueError, RecursionError) as exc:
        raise Malformed("not JSON") from exc
    if not isinstance(value, dict):
        raise Malformed("not an object")
    return value
