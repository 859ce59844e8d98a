"""RSA private keys as people paste them: repairs what form fields do to a PEM, and signs with it.

Form fields turn line breaks into spaces, environment files into a backslash and an n, and secret
managers keep the whole in base64; all of it is read. `cryptography` is imported when a key is used.

https://www.rfc-editor.org/rfc/rfc7468
"""

import base64
import binascii
import json
import re
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from salesforce_connector.errors import Rejected

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_SMALLEST: Final = 2048  # bits; Salesforce refuses smaller ones

_PEM: Final = re.compile(r"-----BEGIN ([A-Z ]+)-----(.*?)-----END \1-----", re.DOTALL)

_MAKE_ONE: Final = (
    "Make one with: openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem; paste "
    "key.pem here and upload cert.pem to the app."
)


def repair(text: str) -> str:
    """Give a pasted private key as a PEM with its line breaks.

    Raises:
        Rejected: It is no private key, or one that needs a passphrase.
    """
    found = _PEM.search(_unescaped(text)) or _PEM.search(_unescaped(_decoded(text)))
    if found is None:
        raise _refused("The private key is not a PEM: it has no line -----BEGIN PRIVATE KEY-----.")
    label, body = found[1], found[2]
    if "PRIVATE KEY" not in label:
        raise _refused(f"This is a {label.lower()}, not the private key that belongs to it.")
    if "ENCRYPTED" in label or "ENCRYPTED" in body:
        raise _refused("The private key needs a passphrase.")
    if label not in ("PRIVATE KEY", "RSA PRIVATE KEY"):
        raise _refused(f"The private key is of a kind that Salesforce does not take: {label}.")
    lines = textwrap.wrap("".join(body.split()), 64)
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def check(pem: str) -> None:
    """See that a key can sign for Salesforce.

    Raises:
        Rejected: It is damaged, no RSA key, too small, or `cryptography` is not installed.
    """
    _load(pem)


def sign(claims: Mapping[str, Any], pem: str) -> str:
    """Write a JWT signed with RS256.

    Raises:
        Rejected: As `check`.
    """
    key = _load(pem)
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    signed = f"{_part({'alg': 'RS256'})}.{_part(claims)}"
    return f"{signed}.{_base64url(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def _load(pem: str) -> "RSAPrivateKey":
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as exc:
        raise Rejected(
            "Signing in with a private key needs the package cryptography.",
            code="NOT_INSTALLED",
            remedy="Install it with: pip install 'salesforce-connector[jwt]'",
            fields=("private_key",),
        ) from exc
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # What went wrong may quote the key.
        raise _refused("The private key is damaged.") from None
    if not isinstance(key, RSAPrivateKey):
        raise _refused("The private key is not an RSA key.")
    if key.key_size < _SMALLEST:
        raise _refused(f"The private key has {key.key_size} bits; Salesforce wants {_SMALLEST}.")
    return key


def _unescaped(text: str) -> str:
    return text.replace("\\r", "").replace("\\n", "\n")


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _part(content: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(content, separators=(",", ":")).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _refused(message: str) -> Rejected:
    return Rejected(message, code="INVALID_PRIVATE_KEY", remedy=_MAKE_ONE, fields=("private_key",))
