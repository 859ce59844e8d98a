"""Seals what is secret with AES-GCM: 256-bit keys, and a binding to the place a secret belongs to.

A sealed text is `1.<key id>.<nonce and ciphertext>`, the last in URL-safe base64. The key id says
which key opens it, so that a wrong key is told from a damaged text, and keys can be changed one
row at a time. Where keys come from is `keys`' business; where sealed texts are, `sealer`'s.

https://cryptography.io/en/latest/hazmat/primitives/aead/
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from connector_host.errors import StoreDamaged, WrongKey
from connector_host.hookspecs import Json, JsonObject

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "1"
NONCE_BYTES = 12  # 96 bits, as NIST SP 800-38D 8.2 recommends


class Keyring:
    """Keys of 32 bytes, one of which seals; every one opens what it has sealed.

    Attributes:
        id: Of the key that seals; the first one's, unless `sealing_with` chose another.
    """

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = {key_id(key): key for key in keys}
        self.id = key_id(keys[0])

    def __repr__(self) -> str:
        return f"Keyring({self.id})"

    @property
    def ids(self) -> list[str]:
        """The keys there are."""
        return [*self._keys]

    def sealing_with(self, key: str) -> "Keyring":
        """Return the same keys, of which the one of this id seals.

        Raises:
            WrongKey: There is no such key here.
        """
        if key not in self._keys:
            raise wrong_key(key, self.id)
        ring = Keyring([*self._keys.values()])
        ring.id = key
        return ring

    def seal(self, value: Mapping[str, Json], associated_data: str) -> str:
        """Seal a JSON object; it opens only with the same `associated_data`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = json.dumps(dict(value)).encode()
        sealed = nonce + _cipher(self._keys[self.id]).encrypt(nonce, text, associated_data.encode())
        return f"{VERSION}.{self.id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, associated_data: str) -> JsonObject:
        """Open what `seal` gave for this `associated_data`.

        Raises:
            WrongKey: No key of this ring has sealed it.
            StoreDamaged: Its key does not open it: changed, or moved from another place.
        """
        from cryptography.exceptions import InvalidTag

        if not isinstance(sealed, str):  # a damaged database may hold anything
            raise _damaged_error(associated_data)
        version, _, rest = sealed.partition(".")
        key_used, _, body = rest.partition(".")
        if version != VERSION or not body:
            raise _damaged_error(associated_data)
        if key_used not in self._keys:
            raise wrong_key(key_used, self.id)
        try:
            raw = base64.urlsafe_b64decode(body)
            cipher = _cipher(self._keys[key_used])
            value = json.loads(
                cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], associated_data.encode())
            )
            return dict(value)
        except (InvalidTag, ValueError, TypeError) as exc:
            raise _damaged_error(associated_data) from exc


def wrong_key(sealed_with: str, available: str | None) -> WrongKey:
    """Explain that the store needs another key than the one given, by key id."""
    what = f"the key given is {available}" if available else "there is no key"
    return WrongKey(
        f"The store is sealed with key {sealed_with}, and {what}.",
        "Set CONNECTOR_HOST_KEY or the key file to the key that this store was made with.",
    )


def key_id(key: bytes) -> str:
    """Name a key without telling anything of it: a hash of 32 random bytes cannot be reversed."""
    return hashlib.sha256(b"connector_host key id" + key).hexdigest()[:8]


def _cipher(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _damaged_error(associated_data: str) -> StoreDamaged:
    return StoreDamaged(
        f"What is sealed for {associated_data} does not open: it was changed or moved.",
        "Restore the store from a backup, or connect again.",
    )
