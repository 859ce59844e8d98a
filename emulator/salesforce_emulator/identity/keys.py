"""The org's secrets: the one that tokens are derived from, and the key that signs JWTs.

Tokens, consumer keys and secrets are derived from the org's seed, so that the same steps
yield the same values; they protect nothing but a local org. The RSA key cannot come from a seed: it
is generated on first use and stored in the org's database.
"""

import hashlib
import hmac
import sqlite3
from base64 import b64encode
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from salesforce_emulator.identity.jwt import base64url_number

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

TABLES: Final = """
CREATE TABLE IF NOT EXISTS identity_key (id INTEGER PRIMARY KEY CHECK (id = 1), pem BLOB NOT NULL);
"""


def sealed(seed: int, *parts: object) -> bytes:
    """Derive 64 bytes from a seed and a purpose."""
    label = "\0".join(str(part) for part in parts)
    return hmac.digest(f"local org {seed}".encode(), label.encode(), "sha512")


def token_text(data: bytes) -> str:
    """Write bytes in the letters of Salesforce's tokens: base64 with `.` and `_`."""
    return b64encode(data, altchars=b"._").decode()


class Keys:
    """The secrets of one org."""

    def __init__(self, db: sqlite3.Connection, org_id: str, seed: int) -> None:
        self._db = db
        self._org_id = org_id
        self._seed = seed

    def seal(self, *parts: object) -> bytes:
        """Derive 64 bytes that only this org can derive."""
        return sealed(self._seed, self._org_id, *parts)

    @cached_property
    def signing_key(self) -> "RSAPrivateKey":
        """The key that signs id tokens and JWT access tokens."""
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        row = self._db.execute("SELECT pem FROM identity_key").fetchone()
        if row is not None:
            key = serialization.load_pem_private_key(row[0], password=None)
            if not isinstance(key, rsa.RSAPrivateKey):
                raise TypeError("the signing key in the org's database is not RSA")
            return key
        created = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = created.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self._db.execute("INSERT INTO identity_key (id, pem) VALUES (1, ?)", (pem,))
        return created

    @cached_property
    def key_id(self) -> str:
        """The signing key's name in `/id/keys`."""
        modulus = self.signing_key.public_key().public_numbers().n
        return str(int.from_bytes(hashlib.sha256(str(modulus).encode()).digest()[:2], "big"))

    def published(self) -> dict[str, Any]:
        """Return the key set of `/id/keys`."""
        numbers = self.signing_key.public_key().public_numbers()
        key = {
            "kty": "RSA",
            "e": base64url_number(numbers.e),
            "use": "sig",
            "kid": self.key_id,
            "alg": "RS256",
            "n": base64url_number(numbers.n),
        }
        return {"keys": [key]}
