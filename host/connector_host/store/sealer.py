"""Seals and opens for one store, and rotates its key.

The store holds the id of the key that seals (`key_id`). A process that writes a sealed text reads
that id in the same transaction, so that nothing more is sealed with the old key after a rotation
has begun.
"""

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection as DbConnection
from sqlalchemy import Select, select

from connector_host.errors import WrongKey
from connector_host.hookspecs import Json, JsonObject
from connector_host.store.database import Database
from connector_host.store.keys import KeySource
from connector_host.store.sealed_columns import SEALED, associated_data
from connector_host.store.sealing import Keyring, wrong_key
from connector_host.store.tables import metadata, store_info

Seal: TypeAlias = Callable[[Mapping[str, Json], str], str]


@dataclass(frozen=True)
class KeyRotation:
    """The result of a rotation of keys.

    Attributes:
        before, now: Ids of the old and the new key.
        texts: How many sealed texts there are; all are sealed with the new key.
    """

    before: str
    now: str
    texts: int


class Sealer:
    """Seals and opens values with the keys of one store."""

    def __init__(self, database: Database, keys: KeySource, *, lock_timeout: float) -> None:
        """Args:
        keys: Read when the first secret is sealed or opened, not before.
        lock_timeout: Seconds to wait for a process that creates or rotates the key.
        """
        self._database = database
        self._keys = keys
        self._lock_timeout = lock_timeout
        self._keyring: Keyring | None = None
        self._load_lock = threading.Lock()

    @property
    def key_id(self) -> str:
        """The id of the key that seals."""
        return self._get_keyring().id

    def seal(self, value: Mapping[str, Json], associated_data: str) -> str:
        """Seal a value that is stored elsewhere, such as a ticket."""
        return self._get_keyring().seal(value, associated_data)

    def open(self, sealed: str, associated_data: str) -> JsonObject:
        """Open a text that was sealed for `associated_data`.

        Raises:
            WrongKey, StoreDamaged: It cannot be opened; the message says why.
        """
        try:
            return self._get_keyring().open(sealed, associated_data)
        except WrongKey:
            self._keyring = None  # another process may have rotated the key
            return self._get_keyring().open(sealed, associated_data)

    @contextmanager
    def writing(self) -> Generator[tuple[DbConnection, Seal]]:
        """Yield a transaction, and a function that seals with the store's key during it."""
        keyring = self._get_keyring()
        with self._database.writing() as db:
            # Shared: writers do not wait for each other, and a rotation waits for them.
            now = db.scalar(_info("key_id").with_for_update(read=True))
            if now != keyring.id:
                keyring = self._keyring = self._load_with(now)
            yield db, keyring.seal

    def rotate(self, *, keep_old: bool = False) -> KeyRotation:
        """Seal everything with a new key.

        If the process is killed, the store works, and the next call continues with the same new
        key. The old key is removed when nothing needs it any more.

        Args:
            keep_old: Keep the old key, which opens earlier backups.

        Raises:
            BadInput: A person must add the new key; the remedy says how.
            WrongKey: None of the keys opens the store.
        """
        self._get_keyring()
        with self._database.hold("key", self._lock_timeout):
            before, now, keyring = self._begin()
            self._keyring = keyring.sealing_with(now)
            texts = sum(self._seal_anew(*column) for column in SEALED)
            if not keep_old:
                self._keys.retire(now)
            with self._database.writing() as db:
                db.execute(store_info.delete().where(store_info.c.name == "key_before"))
        return KeyRotation(before, now, texts)

    def _begin(self) -> tuple[str, str, Keyring]:
        """Begin a rotation: return the ids of the old and the new key, and both keys."""
        with self._database.reading() as db:
            now = str(db.scalar(_info("key_id")))
            unfinished = db.scalar(_info("key_before"))
        keyring = self._load_with(now)
        if unfinished is not None:
            return str(unfinished), now, keyring
        newest = self._keys.load()
        if newest is None or newest.id == now:
            newest = self._keys.add()
        with self._database.writing() as db:
            key = store_info.c.name == "key_id"
            db.execute(store_info.update().where(key), {"value": newest.id})
            db.execute(store_info.insert(), {"name": "key_before", "value": now})
        return now, newest.id, newest

    def _seal_anew(self, table_name: str, column_name: str) -> int:
        """Seal one column's texts with the new key, row by row, and return how many there are."""
        table = metadata.tables[table_name]
        column = table.c[column_name]
        with self._database.reading() as db:
            ids = [*db.scalars(select(table.c.id).where(column.is_not(None)))]
        for row_id in ids:
            with self.writing() as (db, seal):
                row = table.c.id == row_id
                sealed = db.scalar(select(column).where(row).with_for_update())
                if sealed is not None:  # otherwise the row was removed meanwhile
                    bound_to = associated_data(table_name, column_name, row_id)
                    resealed = seal(self.open(sealed, bound_to), bound_to)
                    db.execute(table.update().where(row), {column_name: resealed})
        return len(ids)

    def _get_keyring(self) -> Keyring:
        """Return the keys; one of them must be the key that seals this store."""
        keyring = self._keyring
        if keyring is None:
            with self._load_lock:
                keyring = self._keyring = self._load_keyring()
        return keyring

    def _load_keyring(self) -> Keyring:
        with self._database.reading() as db:
            key_id = db.scalar(_info("key_id"))
        if key_id is not None:
            return self._load_with(key_id)
        with self._database.hold("key", self._lock_timeout):
            with self._database.reading() as db:
                key_id = db.scalar(_info("key_id"))
            if key_id is not None:
                return self._load_with(key_id)
            keyring = self._keys.load() or self._keys.make()
            with self._database.writing() as db:
                db.execute(store_info.insert(), {"name": "key_id", "value": keyring.id})
            return keyring

    def _load_with(self, key_id: str | None) -> Keyring:
        keyring = self._keys.load()
        if keyring is None or key_id is None:
            raise wrong_key(str(key_id), None)
        return keyring.sealing_with(key_id)


def _info(name: str) -> Select[Any]:
    return select(store_info.c.value).where(store_info.c.name == name)
