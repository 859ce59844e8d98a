"""Seals what is secret with AES-GCM: 256-bit keys, and a binding to the place a secret belongs to.

A sealed text is `1.<key id>.<nonce and ciphertext>`, the last in URL-safe base64. The key id says
which key opens it, so that a wrong key is told from a damaged text, and keys can be changed one
row at a time. It does not know where sealed texts are kept.

https://cryptography.io/en/latest/hazmat/primitives/aead/
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from connector_host.errors import StoreDamaged, StoreUnreachable, WrongKey
from connector_host.hookspecs import Json, JsonObject

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "1"
KEY_BYTES = 32  # AES-256
NONCE_BYTES = 12  # 96 bits, as NIST SP 800-38D 8.2 recommends
KEY_VARIABLE = "CONNECTOR_HOST_KEY"


class Keyring:
    """Keys of 32 bytes, the first of which seals; every one opens what it has sealed."""

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = {_key_id(key): key for key in keys}
        self.id = _key_id(keys[0])

    def __repr__(self) -> str:
        return f"Keyring({self.id})"

    def seal(self, value: Mapping[str, Json], place: str) -> str:
        """Seal a JSON object; it opens only with the same `place`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = json.dumps(dict(value)).encode()
        sealed = nonce + _cipher(self._keys[self.id]).encrypt(nonce, text, place.encode())
        return f"{VERSION}.{self.id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def open(self, sealed: str, place: str) -> JsonObject:
        """Open what `seal` gave for this `place`.

        Raises:
            WrongKey: No key of this ring has sealed it.
            StoreDamaged: Its key does not open it: changed, or moved from another place.
        """
        from cryptography.exceptions import InvalidTag

        version, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if version != VERSION or not body:
            raise _damaged(place)
        if key_id not in self._keys:
            raise wrong_key(key_id, self.id)
        try:
            raw = base64.urlsafe_b64decode(body)
            cipher = _cipher(self._keys[key_id])
            value = json.loads(cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()))
        except (InvalidTag, ValueError) as exc:
            raise _damaged(place) from exc
        return dict(value)


class KeySource(Protocol):
    """Where the keys come from."""

    def load(self) -> Keyring | None:
        """Give the keys; None when there are none yet.

        Raises:
            WrongKey: What is there is no key.
        """

    def make(self) -> Keyring:
        """Make a key, keep it for `load`, and give it; gives the one that is there if there is."""


class KeyText:
    """Keys written out, as in an environment variable: base64, the sealing one first, commas."""

    def __init__(self, text: str, origin: str = KEY_VARIABLE) -> None:
        self._text = text
        self._origin = origin

    def load(self) -> Keyring:
        return Keyring([_parsed(text, self._origin) for text in self._text.split(",")])

    def make(self) -> Keyring:
        return self.load()


class KeyFile:
    """A file that only its owner can read, made when the first secret is sealed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Keyring | None:
        try:
            text = self.path.read_text("ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as exc:
            raise WrongKey(f"The key file {self.path} cannot be read.") from exc
        return KeyText(text, str(self.path)).load()

    def make(self) -> Keyring:
        # Written aside and linked: another process sees no key or a whole one, and one wins.
        aside = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
                new.write(new_key() + "\n")
                new.flush()
                os.fsync(new.fileno())
            try:
                os.link(aside, self.path)
            except FileExistsError:
                pass
            finally:
                aside.unlink()
        except OSError as exc:
            raise StoreUnreachable(
                f"The key file {self.path} cannot be written: {exc.strerror}.",
                f"Set {KEY_VARIABLE}, or make the folder writable.",
            ) from exc
        made = self.load()
        assert made is not None  # noqa: S101 - it was linked above, or was there
        return made


def new_key() -> str:
    """Make a key, as `KEY_VARIABLE` and key files hold it: 32 random bytes in base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def wrong_key(sealed_with: str, given: str | None) -> WrongKey:
    """Say that the store needs another key than the one given, by key id."""
    what = f"the key given is {given}" if given else "there is no key"
    return WrongKey(
        f"The store is sealed with key {sealed_with}, and {what}.",
        f"Set {KEY_VARIABLE} or the key file to the key that this store was made with.",
    )


def _parsed(text: str, origin: str) -> bytes:
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise WrongKey(
            f"What {origin} holds is not a key.", f"A key is {KEY_BYTES} random bytes in base64."
        )
    return key


def _key_id(key: bytes) -> str:
    """Name a key without telling anything of it: a hash of 32 random bytes cannot be reversed."""
    return hashlib.sha256(b"connector_host key id" + key).hexdigest()[:8]


def _cipher(key: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _damaged(place: str) -> StoreDamaged:
    return StoreDamaged(
        f"What is sealed for {place} does not open: it was changed or moved.",
        "Restore the store from a backup, or connect again.",
    )
