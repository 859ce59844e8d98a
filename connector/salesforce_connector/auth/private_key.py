"""RSA private keys as people paste them: finds the key, repairs its PEM, and signs with it.

Form fields turn line breaks into spaces, environment files into a backslash and an n (once or
twice), secret managers keep the whole in base64, and openssl writes bundles of certificates and
keys; the key is found in all of it. `jwt` and `cryptography` are imported when a key is used.

https://www.rfc-editor.org/rfc/rfc7468
"""

import base64
import binascii
import re
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from salesforce_connector.auth.pasted_text import strip_quotes
from salesforce_connector.errors import Rejected

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_MIN_BITS: Final = 2048  # Salesforce refuses smaller keys

_DASHES: Final = r"[-\u2010-\u2015\u2212]{2,}"  # word processors make dashes of hyphens
_PEM: Final = re.compile(
    rf"{_DASHES}\s*BEGIN ([A-Z0-9 ]+?)\s*{_DASHES}(.*?){_DASHES}\s*END \1\s*{_DASHES}", re.DOTALL
)
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/]+")  # line breaks, marks of quoting in an email
_URL_SAFE: Final = str.maketrans("-_", "+/")
_FILE_NAME: Final = re.compile(r"[^\n]{1,250}\.(key|pem|p8|p12|pfx|der|jks|ppk)", re.IGNORECASE)
_ESCAPED_BREAK: Final = re.compile(r"\\+r|\\+n")

_DAMAGED: Final = "The private key is damaged."
_MAKE_ONE: Final = (
    "Make one with: openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem; paste "
    "key.pem here and upload cert.pem to the app."
)
_DECRYPT: Final = (
    "Remove the passphrase with: openssl pkey -in key.pem -out decrypted.pem; then paste "
    "decrypted.pem here."
)


def repair(text: str) -> str:
    """Return a pasted private key as a PEM with its line breaks.

    Raises:
        Rejected: There is no private key in it, or one that has a passphrase.
    """
    text = strip_quotes(text).replace("\N{NO-BREAK SPACE}", " ")
    blocks = _blocks(text) or _blocks(_decode(text))
    if not blocks:
        return _from_der(text)
    keys = [(label, body) for label, body in blocks if label.endswith("PRIVATE KEY")]
    if not keys:
        label = blocks[0][0].lower()
        raise _reject(f"This is a {label}, not the private key that belongs to it.")
    label, body = keys[0]
    if "ENCRYPTED" in label or "ENCRYPTED" in body:
        raise _reject("The private key is encrypted with a passphrase.", _DECRYPT)
    if label not in ("PRIVATE KEY", "RSA PRIVATE KEY"):
        raise _reject(f"The private key is of a kind that Salesforce does not accept: {label}.")
    return _armour(label, body)


def _armour(label: str, body: str) -> str:
    """Write a PEM; what is no base64 in its body is left out, and its padding written anew."""
    text = _NOT_BASE64.sub("", body)
    lines = textwrap.wrap(text + "=" * (-len(text) % 4), 64)
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def check(pem: str) -> None:
    """Make sure that a key can sign for Salesforce.

    Raises:
        Rejected: It is damaged, not RSA, too small, or the extra `jwt` is not installed.
    """
    _load(pem)


def sign(claims: Mapping[str, Any], pem: str) -> str:
    """Make a JWT signed with RS256.

    Raises:
        Rejected: As `check`.
    """
    key = _load(pem)
    try:
        import jwt
    except ImportError as exc:
        raise _not_installed("PyJWT") from exc
    return jwt.encode(dict(claims), key, algorithm="RS256")


def _load(pem: str) -> "RSAPrivateKey":
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as exc:
        raise _not_installed("cryptography") from exc
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # What went wrong may quote the key.
        raise _reject(_DAMAGED) from None
    if not isinstance(key, RSAPrivateKey):
        raise _reject("The private key is not an RSA key.")
    if key.key_size < _MIN_BITS:
        raise _reject(f"The private key has {key.key_size} bits; Salesforce requires {_MIN_BITS}.")
    return key


def _blocks(text: str) -> list[tuple[str, str]]:
    """Return label and body of each PEM block; escaped line breaks count as line breaks."""
    unescaped = _ESCAPED_BREAK.sub("\n", text)
    return [(match[1], match[2]) for match in _PEM.finditer(unescaped)]


def _from_der(text: str) -> str:
    """Return the PEM of a key whose armour is missing: the base64 of its DER alone."""
    if _FILE_NAME.fullmatch(text):
        raise _reject("This is the name of a file.", "Paste the content of the file.")
    body = _ESCAPED_BREAK.sub("", text)
    if body.startswith("MII"):
        for label in ("PRIVATE KEY", "RSA PRIVATE KEY"):
            pem = _armour(label, body.translate(_URL_SAFE))
            if _is_private_key(pem):
                return pem
    if "PRIVATE KEY" in text:
        raise _reject(
            "The private key is incomplete: its first or its last line is missing.",
            "Copy all of the file, from -----BEGIN to the line that begins with -----END.",
        )
    raise _reject("The private key is not a PEM: it has no line -----BEGIN PRIVATE KEY-----.")


def _is_private_key(pem: str) -> bool:
    try:
        _load(pem)
    except Rejected as error:
        if error.code == "NOT_INSTALLED":
            raise
        # A key that can be read, and is too small or of another kind, has an error of its own.
        return error.message != _DAMAGED
    return True


def _decode(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8-sig")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


def _not_installed(package: str) -> Rejected:
    return Rejected(
        f"Signing in with a private key needs the package {package}.",
        code="NOT_INSTALLED",
        remedy="Install it with: pip install 'salesforce-connector[jwt]'",
        fields=("private_key",),
    )


def _reject(message: str, remedy: str = _MAKE_ONE) -> Rejected:
    return Rejected(message, code="INVALID_PRIVATE_KEY", remedy=remedy, fields=("private_key",))
