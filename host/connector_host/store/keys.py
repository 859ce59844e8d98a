"""Reads the store's keys from the environment, a file, or the system's keyring.

Each source holds keys as one text: base64, separated by commas, the newest first. `sealing` uses
them.

https://keyring.readthedocs.io/en/stable/
"""

import base64
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from connector_host.errors import BadInput, NotInstalled, StoreUnreachable, WrongKey
from connector_host.store.sealing import Keyring, key_id

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

KEY_BYTES = 32  # AES-256
KEY_VARIABLE = "CONNECTOR_HOST_KEY"


class KeySource(Protocol):
    """A source of keys."""

    def load(self) -> Keyring | None:
        """Return the keys, of which the newest one seals; None when there are none yet.

        Raises:
            WrongKey: The source contains something else than keys.
        """

    def make(self) -> Keyring:
        """Create a key and store it for `load`; return it, or the one that exists already."""
        ...

    def add(self) -> Keyring:
        """Create a key and put it before the existing ones.

        Raises:
            BadInput: A person must do this; the remedy says how.
        """
        ...

    def retire(self, retired_id: str) -> None:
        """Remove all keys but the one of this id, if the source can be changed from here."""


class KeyText:
    """Keys in a text, such as an environment variable."""

    def __init__(self, text: str, origin: str = KEY_VARIABLE) -> None:
        self._text = text
        self._origin = origin

    def load(self) -> Keyring:
        return Keyring([_parse_key(text, self._origin) for text in self._text.split(",")])

    def make(self) -> Keyring:
        return self.load()

    def add(self) -> Keyring:
        raise BadInput(
            f"The key in {self._origin} cannot be changed from here.",
            f"Put the output of `keys new` and a comma before the present value of {self._origin} "
            "on every machine, then run `keys rotate`.",
        )

    def retire(self, retired_id: str) -> None:
        """Do nothing: whoever set the environment variable removes the old key."""


class KeyFile:
    """A file that only its owner can read, created when the first secret is sealed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Keyring | None:
        text = self._read()
        return KeyText(text, str(self.path)).load() if text is not None else None

    def make(self) -> Keyring:
        # Written to a temporary file and linked: other processes see no key or a complete one, and
        # only one process succeeds.
        self._write(new_key(), replace=False)
        return self._load_existing()

    def add(self) -> Keyring:
        before = self._read()
        self._write(f"{new_key()},{before.strip()}" if before else new_key(), replace=True)
        return self._load_existing()

    def retire(self, retired_id: str) -> None:
        texts = (self._read() or "").strip().split(",")
        self._write(_text_of_key(texts, retired_id, str(self.path)), replace=True)

    def _load_existing(self) -> Keyring:
        ring = self.load()
        assert ring is not None  # noqa: S101 - it was written a moment ago
        return ring

    def _read(self) -> str | None:
        try:
            with self.path.open(encoding="ascii") as file:
                self._check_mode(os.fstat(file.fileno()).st_mode)
                return file.read()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as exc:
            raise WrongKey(f"The key file {self.path} cannot be read.") from exc

    def _check_mode(self, mode: int) -> None:
        """Raise an error if others can read the file, or anybody but its owner can write it.

        Its group may read it, as containers need for mounted secrets.
        """
        if os.name == "posix" and mode & 0o037:
            raise WrongKey(
                f"The key file {self.path} can be read or written by others "
                f"(mode {stat.S_IMODE(mode):04o}).",
                f"Run: chmod 600 {self.path}. If others may have read it, run `keys rotate`.",
            )

    def _write(self, text: str, *, replace: bool) -> None:
        """Write the file in one step, durably; `replace` allows that it exists."""
        temporary = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with os.fdopen(
                    os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
                ) as new:
                    new.write(text + "\n")
                    new.flush()
                    os.fsync(new.fileno())
                if replace:
                    temporary.replace(self.path)
                else:
                    os.link(temporary, self.path)
            except FileExistsError:
                pass
            finally:
                temporary.unlink(missing_ok=True)
            _make_durable(self.path.parent)
        except OSError as exc:
            raise StoreUnreachable(
                f"The key file {self.path} cannot be written: {exc.strerror}.",
                f"Set {KEY_VARIABLE}, or make the folder writable.",
            ) from exc


class KeyringEntry:
    """An entry in the keyring of the operating system; needs the package `keyring`."""

    def __init__(
        self, service: str, user: str = "key", backend: "KeyringBackend | None" = None
    ) -> None:
        """Args:
        service: The name of the service in the keyring.
        backend: The keyring's backend; None for the package's default.
        """
        self._service = service
        self._user = user
        self._backend = backend

    def load(self) -> Keyring | None:
        text = self._read()
        return KeyText(text, "the system's keyring").load() if text else None

    def make(self) -> Keyring:
        return self.load() or self._write(new_key())

    def add(self) -> Keyring:
        before = self._read()
        return self._write(f"{new_key()},{before}" if before else new_key())

    def retire(self, retired_id: str) -> None:
        self._write(
            _text_of_key((self._read() or "").split(","), retired_id, "the system's keyring")
        )

    def _read(self) -> str | None:
        backend = self._get_backend()
        from keyring.errors import KeyringError

        try:
            return backend.get_password(self._service, self._user)
        except KeyringError as exc:
            raise _no_keyring(exc) from exc

    def _write(self, text: str) -> Keyring:
        backend = self._get_backend()
        from keyring.errors import KeyringError

        try:
            backend.set_password(self._service, self._user, text)
        except KeyringError as exc:
            raise _no_keyring(exc) from exc
        return KeyText(text, "the system's keyring").load()

    def _get_backend(self) -> "KeyringBackend":
        if self._backend is not None:
            return self._backend
        try:
            import keyring
        except ModuleNotFoundError as exc:
            raise NotInstalled(
                "A key in the system's keyring needs the package keyring.",
                "Run: pip install keyring",
            ) from exc
        return keyring.get_keyring()


def new_key() -> str:
    """Return a new key in the format of all sources: 32 random bytes in base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _parse_key(text: str, origin: str) -> bytes:
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise WrongKey(
            f"The content of {origin} is not a key.",
            f"A key is {KEY_BYTES} random bytes in base64.",
        )
    return key


def _text_of_key(texts: list[str], retired_id: str, origin: str) -> str:
    """Return the text of the key with this id, out of several."""
    return next(text for text in texts if key_id(_parse_key(text, origin)) == retired_id)


def _make_durable(folder: Path) -> None:
    """Make a change of a folder's entries survive a loss of power."""
    if os.name == "posix":  # Windows cannot open a folder, and does not need this
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _no_keyring(exc: Exception) -> WrongKey:
    return WrongKey(
        f"The system's keyring cannot be used: {type(exc).__name__}.",
        f"Unlock it, or store the key in {KEY_VARIABLE} or in a file.",
    )
