"""Stores connections in a secret manager: a service with versions of small secrets, by path.

Such a service (a vault, a cloud's secret manager) encrypts, backs up and audits by itself, so
nothing is sealed here. It must implement `SecretManager`: four calls, of which `write` succeeds
only if nobody else has written since. Secret managers have no locks that end with their holder, so
locks come from elsewhere: `locks.FileLocks` for one machine, `locks.AdvisoryLocks` for several.
"""

import logging
import uuid
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from typing import Protocol, TypeAlias

from connector_host.access import Access
from connector_host.errors import StoreLocked, UnknownName, unknown
from connector_host.hookspecs import Json, JsonObject
from connector_host.names import check_name, name_taken
from connector_host.store.protocol import SignInNeeded, StoredAppProfile
from connector_host.store.sealing import Keyring
from connector_host.timestamps import now

LOG = logging.getLogger("connector_host.store.audit")
LOCK_TIMEOUT = 60.0  # seconds; the holder of a lock sends at most a few calls meanwhile
TRIES = 10  # attempts at a write; each failed one means that another writer has made progress
Hold: TypeAlias = Callable[[str, float], AbstractContextManager[None]]


class VersionConflict(Exception):
    """Somebody has written since the version that a write expected."""


@dataclass(frozen=True)
class Secret:
    """The content of a path, and its version."""

    value: JsonObject
    version: int


class SecretManager(Protocol):
    """The calls that the service must support; its network errors pass through unchanged."""

    def read(self, path: str, /) -> Secret | None:
        """Return the content of a path; None when there is none."""
        ...

    def write(self, path: str, value: JsonObject, version: int, /) -> None:
        """Write a path if its version is still this one; 0 for a path without content.

        Raises:
            VersionConflict: It has another version.
        """

    def delete(self, path: str, /) -> None:
        """Delete a path and all its versions; a path without content is no error."""

    def names(self, folder: str, /) -> list[str]:
        """List the names in a folder."""
        ...


class SecretConnection:
    """One connection in a secret manager."""

    def __init__(self, store: "SecretStore", name: str, value: JsonObject) -> None:
        self._store = store
        self.name = name
        self._read(value)

    def __repr__(self) -> str:
        return f"SecretConnection({self.name!r}, {self.connector}, {self.method})"

    def verify(self) -> None:
        """Do nothing: the secret manager authenticates its content."""

    def save(self, credentials: Mapping[str, Json]) -> None:
        stored = dict(credentials)
        self._change(lambda value: {**value, "credentials": stored, "needs_sign_in": None})

    def replace(
        self,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None,  # noqa: ARG002 - a store without app profiles never has one
    ) -> None:
        new = {
            "settings": {**settings, **secrets},
            "credentials": dict(credentials),
            "needs_sign_in": None,
        }
        self._change(lambda value: {**value, **new})

    @contextmanager
    def lock(self) -> Generator["SecretConnection"]:
        with self._store.hold(self.id):
            self._read(self._store.value_of(self))
            yield self

    def mark(self, code: str, reason: str) -> None:
        needed = asdict(SignInNeeded(code, reason, now()))
        credentials_seen = self.credentials

        def with_mark(value: JsonObject) -> JsonObject:
            return (
                {**value, "needs_sign_in": needed}
                if value["credentials"] == credentials_seen
                else value
            )

        self._change(with_mark)

    def unmark(self) -> None:
        self._change(lambda value: {**value, "needs_sign_in": None})

    def _change(self, change: Callable[[JsonObject], JsonObject]) -> None:
        self._read(self._store.change_value(self, change))

    def _read(self, value: JsonObject) -> None:
        self.id: str = value["id"]
        self.connector: str = value["connector"]
        self.method: str = value["method"]
        self.settings: Mapping[str, Json] = value["settings"]
        self.credentials: Mapping[str, Json] = value["credentials"]
        self.app: str | None = None
        self.access = Access(value["owner"])
        needed = value["needs_sign_in"]
        self.needs_sign_in = SignInNeeded(**needed) if needed else None


class SecretStore:
    """The connections of one folder of a secret manager.

    The secret manager's own policies decide who may read a path; this store knows no sharing.
    """

    def __init__(
        self, manager: SecretManager, hold: Hold, keyring: Keyring, *, folder: str = "connections"
    ) -> None:
        """Args:
        hold: Returns a lock by name and timeout in seconds, such as `FileLocks(folder).hold`.
        keyring: Seals the tickets of sign-ins, which the person's browser stores.
        """
        self._manager = manager
        self._hold = hold
        self._folder = folder
        self._used_sign_ins = f"{folder}.used-sign-ins"
        self.seal = keyring.seal
        self.open = keyring.open

    def get(self, name: str, /) -> SecretConnection:
        secret = self._manager.read(self._path(name))
        if secret is None:
            raise unknown("connection", name, self._manager.names(self._folder))
        return SecretConnection(self, name, secret.value)

    def add(
        self,
        name: str,
        /,
        *,
        connector: str,
        method: str,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        credentials: Mapping[str, Json],
        app: str | None = None,
        owner: str | None = None,
    ) -> SecretConnection:
        check_name("connection", name)
        if app is not None:
            self.app(app)
        value: JsonObject = {
            "id": uuid.uuid4().hex,
            "connector": connector,
            "method": method,
            "settings": {**settings, **secrets},
            "credentials": dict(credentials),
            "owner": owner,
            "needs_sign_in": None,
        }
        try:
            self._manager.write(self._path(name), value, 0)
        except VersionConflict as exc:
            raise name_taken("connection", name) from exc
        return SecretConnection(self, name, value)

    def check_free(self, name: str, /) -> None:
        check_name("connection", name)
        if self._manager.read(self._path(name)) is not None:
            raise name_taken("connection", name)

    def remove(self, name: str, /) -> None:
        self.get(name)
        self._manager.delete(self._path(name))

    def app(self, name: str, /) -> StoredAppProfile:
        raise UnknownName(f"There is no app profile {name!r}.", "This store has no app profiles.")

    def record(self, who: str, what: str, connection: str, detail: str = "", /) -> None:
        """Write to the log; the secret manager has its own audit trail of reads."""
        LOG.info("%s %s %s %s", who or "-", what, connection, detail)

    def claim(self, ticket_id: str, now: float, ends_at: float, /) -> bool:
        free = False

        def with_claim(secret: Secret | None) -> JsonObject:
            nonlocal free
            claims = secret.value if secret else {}
            free = ticket_id not in claims
            left = {sign_in_id: end for sign_in_id, end in claims.items() if end >= now}
            return left | ({ticket_id: ends_at} if free else {})

        self._change(self._used_sign_ins, with_claim)
        return free

    def release(self, ticket_id: str, /) -> None:
        def without_claim(secret: Secret | None) -> JsonObject:
            claims = secret.value if secret else {}
            return {
                sign_in_id: end for sign_in_id, end in claims.items() if sign_in_id != ticket_id
            }

        self._change(self._used_sign_ins, without_claim)

    # What follows is what a `SecretConnection` uses.

    def hold(self, name: str) -> AbstractContextManager[None]:
        return self._hold(name, LOCK_TIMEOUT)

    def value_of(self, connection: SecretConnection) -> JsonObject:
        return _require_same(connection, self._manager.read(self._path(connection.name)))

    def change_value(
        self, connection: SecretConnection, change: Callable[[JsonObject], JsonObject]
    ) -> JsonObject:
        """Apply a change to the current content, and return the result."""
        return self._change(
            self._path(connection.name), lambda secret: change(_require_same(connection, secret))
        )

    def _change(self, path: str, change: Callable[[Secret | None], JsonObject]) -> JsonObject:
        for _ in range(TRIES):
            secret = self._manager.read(path)
            value = change(secret)
            try:
                self._manager.write(path, value, secret.version if secret else 0)
            except VersionConflict:
                continue
            return value
        raise StoreLocked(f"Other writers changed the secret {path!r} too often.", "Try again.")

    def _path(self, name: str) -> str:
        check_name("connection", name)  # so that no name leads out of the folder
        return f"{self._folder}/{name}"


def _require_same(connection: SecretConnection, secret: Secret | None) -> JsonObject:
    """Return the content, which must be of this connection and not of another with its name."""
    if secret is None or secret.value["id"] != connection.id:
        raise UnknownName(f"The connection {connection.name!r} has been removed.")
    return secret.value
