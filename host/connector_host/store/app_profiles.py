"""App profiles: settings of one app, stored once and used by many connections.

A profile holds some of the settings of a connector's auth methods, such as the key and secret of an
app. A connection that refers to it has them in its settings, and a change of the profile applies to
the next call of each. A profile has no owner: who manages the host manages its profiles.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection as DbConnection
from sqlalchemy import select

from connector_host.errors import BadInput, StillUsed, StoreDamaged, unknown
from connector_host.hookspecs import Json, JsonObject
from connector_host.store import inserts
from connector_host.store.audit import AuditTrail
from connector_host.store.database import Database
from connector_host.store.row_seals import Opened, ReadRow, RowSeals
from connector_host.store.sealed_columns import associated_data
from connector_host.store.sealer import Seal, Sealer
from connector_host.store.tables import apps, connections
from connector_host.timestamps import now


class AppProfile:
    """One profile; secrets are unsealed when they are read, and `repr` does not show them.

    Attributes:
        hosts: Patterns of the hosts that its secrets may be sent to; empty for all but this
            machine.
    """

    def __init__(self, row_seals: RowSeals, read: ReadRow) -> None:
        row = read.row
        self._row_seals = row_seals
        self._read = read
        self.id: str = row.id
        self.name: str = row.name
        self.connector: str = row.connector
        self.plain_settings: JsonObject = _parse(row.settings, row.name, {})
        self.hosts: tuple[str, ...] = tuple(_parse(row.hosts or "[]", row.name, []))
        self.created_at: str = row.created_at
        self.changed_at: str = row.changed_at

    def __repr__(self) -> str:
        return f"App({self.name!r}, {self.connector}, id={self.id})"

    @property
    def secrets(self) -> JsonObject:
        """The secret settings."""
        return self._open()["secrets"] or {}

    @property
    def settings(self) -> Mapping[str, Json]:
        """All settings, with the secret ones."""
        return {**self.plain_settings, **self.secrets}

    def _open(self) -> Opened:
        row, read_at = self._read
        return self._row_seals.verify("apps", row._asdict(), [], read_at)


class AppProfiles:
    """All app profiles of one store."""

    def __init__(
        self, database: Database, sealer: Sealer, row_seals: RowSeals, trail: AuditTrail
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._row_seals = row_seals
        self._trail = trail

    def add(
        self,
        name: str,
        *,
        connector: str,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        hosts: Collection[str] = (),
        who: str = "",
    ) -> AppProfile:
        """Add a profile.

        Args:
            hosts: Patterns of the hosts that its secrets may be sent to, such as `acme.example.com`
                or `*.example.com`; empty for all hosts but this machine.

        Raises:
            NameTaken, BadInput: There is one of this name, or the name is not valid.
        """
        with self._sealer.writing() as (db, seal):
            inserts.add_app(
                db,
                seal,
                self._row_seals,
                name,
                connector=connector,
                settings=settings,
                secrets=secrets,
                hosts=hosts,
            )
            self._trail.add(db, who, "app_added", detail=name)
        return self.get(name)

    def get(self, name: str) -> AppProfile:
        """Return the profile of this name.

        Raises:
            UnknownName: There is none; the error suggests the nearest.
        """
        read_at = self._row_seals.versions_seen
        with self._database.reading() as db:
            row = db.execute(select(apps).where(apps.c.name == name)).one_or_none()
            names = [] if row else [*db.scalars(select(apps.c.name))]
        if row is None:
            raise unknown("app profile", name, names)
        return AppProfile(self._row_seals, ReadRow(row, read_at))

    def users_of(self, name: str) -> list[str]:
        """Return the names of the connections that use a profile."""
        app = self.get(name)
        statement = select(connections.c.name).where(connections.c.app_id == app.id)
        with self._database.reading() as db:
            return sorted(db.scalars(statement))

    def list(self) -> list[AppProfile]:
        """Return all profiles by name; unseals no secret."""
        read_at = self._row_seals.versions_seen
        with self._database.reading() as db:
            rows = db.execute(select(apps).order_by(apps.c.name)).all()
        return [AppProfile(self._row_seals, ReadRow(row, read_at)) for row in rows]

    def rotate(self, name: str, secrets: Mapping[str, Json], *, who: str = "") -> AppProfile:
        """Change secrets of a profile, for all its connections at once.

        Its connections lose the mark that they need a sign-in: the old secret may have been the
        cause.

        Raises:
            BadInput: A field is not one of the profile's secrets. The other settings identify the
                app.
        """
        app = self.get(name)
        unknown_fields = sorted(set(secrets) - set(app.secrets))
        if unknown_fields:
            raise BadInput(
                f"{', '.join(map(repr, unknown_fields))} is no secret of the app profile {name!r}.",
                f"Its secrets are: {', '.join(sorted(app.secrets)) or 'none'}. For another app, "
                "add another profile.",
                fields=unknown_fields,
            )
        with self._sealer.writing() as (db, seal):
            self._row_seals.verify_in(db, "apps", app.id, name)
            sealed = seal({**app.secrets, **secrets}, associated_data("apps", "secrets", app.id))
            row = apps.c.id == app.id
            db.execute(apps.update().where(row), {"secrets": sealed, "changed_at": now()})
            self._row_seals.write(db, seal, "apps", app.id, name)
            self._unmark_connections(db, seal, app.id)
            self._trail.add(db, who, "app_rotated", detail=name)
        return self.get(name)

    def _unmark_connections(self, db: DbConnection, seal: Seal, app_id: str) -> None:
        """Clear the mark of all connections of a profile that they need a sign-in."""
        marked = connections.c.app_id == app_id, connections.c.needs_sign_in.is_not(None)
        for row in db.execute(select(connections.c.id, connections.c.name).where(*marked)).all():
            where = ("connections", row.id, row.name)
            self._row_seals.verify_in(db, *where)
            statement = connections.update().where(connections.c.id == row.id)
            db.execute(statement, {"needs_sign_in": None})
            self._row_seals.write(db, seal, *where)

    def remove(self, name: str, *, who: str = "") -> None:
        """Remove a profile.

        Raises:
            StillUsed: Connections use it; the message names them.
        """
        app = self.get(name)
        users = self.users_of(name)
        if users:
            raise StillUsed(
                f"The app profile {name!r} is used by {', '.join(users)}.",
                "Remove these connections first.",
            )
        with self._database.writing() as db:
            db.execute(apps.delete().where(apps.c.id == app.id))
            self._trail.add(db, who, "app_removed", detail=name)


def _parse(text: Any, name: str, empty: Any) -> Any:
    """Parse a column's JSON, whose type is that of `empty`."""
    try:
        value = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        value = None
    if type(value) is not type(empty):
        raise StoreDamaged(
            f"The app profile {name!r} is damaged: a column is not JSON.",
            "Restore the store from a backup, or remove the profile and add it again.",
        )
    return value
