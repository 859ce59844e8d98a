"""Seals secrets with AES-GCM and 256-bit keys, each bound to the cell that it belongs to.

A sealed text is `1.<key id>.<nonce and ciphertext>`, the last part in URL-safe base64. The key id
distinguishes a wrong key from a damaged text, and lets keys be rotated row by row. `keys` provides
the keys, `sealer` knows where the sealed texts are.

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
    """Keys of 32 bytes: one seals, and each opens what it has sealed.

    Attributes:
        id: The id of the key that seals: the first one, unless `sealing_with` chose another.
    """

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = {key_id(key): key for key in keys}
        self.id = key_id(keys[0])

    def __repr__(self) -> str:
        return f"Keyring({self.id})"

    @property
    def ids(self) -> list[str]:
        """The ids of all keys."""
        return [*self._keys]

    def sealing_with(self, key: str) -> "Keyring":
        """Return the same keys, with the one of this id for sealing.

        Raises:
            WrongKey: There is no key of this id.
        """
        if key not in self._keys:
            raise wrong_key(key, self.id)
        ring = Keyring([*self._keys.values()])
        ring.id = key
        return ring

    def seal(self, value: Mapping[str, Json], associated_data: str) -> str:
        """Seal a JSON object; it can be opened only with the same `associated_data`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = json.dumps(dict(value)).encode()
        sealed = nonce + _cipher(self._keys[self.id]).encrypt(nonce, text, associated_data.encode())
        return f"{VERSION}.{self.id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, associated_data: str) -> JsonObject:
        """Open a text that `seal` returned for this `associated_data`.

        Raises:
            WrongKey: None of these keys has sealed it.
            StoreDamaged: Its key does not open it: it was changed, or moved from another cell.
        """
        from cryptography.exceptions import InvalidTag

        if not isinstance(sealed, str):  # a damaged database may contain anything
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
    """Return the error for a store that needs another key, with the ids of both."""
    what = f"the available key is {available}" if available else "there is no key"
    return WrongKey(
        f"The store is sealed with key {sealed_with}, and {what}.",
        "Set CONNECTOR_HOST_KEY or the key file to the key that this store was created with.",
    )


def key_id(key: bytes) -> str:
    """Return a key's id: a short hash, from which 32 random bytes cannot be computed."""
    return hashlib.sha256(b"connector_host key id" + key).hexdigest()[:8]


def _cipher(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _damaged_error(associated_data: str) -> StoreDamaged:
    return StoreDamaged(
        f"The sealed value of {associated_data} cannot be opened: it was changed or moved.",
        "Restore the store from a backup, or connect again.",
    )
