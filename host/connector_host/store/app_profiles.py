"""AppProfile profiles: settings of one app, kept once and used by many connections.

A profile holds some of the fields of a connector's sign-ins, such as the key and secret of an app.
A connection that refers to it has them among its settings, and a change of the profile is there for
all at their next call. A profile has no owner: who manages the host manages its profiles.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select

from connector_host.errors import BadInput, StillUsed, unknown
from connector_host.hookspecs import Json, JsonObject
from connector_host.store import inserts
from connector_host.store.audit import AuditTrail
from connector_host.store.database import Database
from connector_host.store.sealed_columns import associated_data
from connector_host.store.sealer import Sealer
from connector_host.store.tables import apps, connections
from connector_host.timestamps import now


class AppProfile:
    """One profile; secrets are opened when they are first read, and shown nowhere."""

    def __init__(self, sealer: Sealer, row: Row[Any]) -> None:
        self._sealer = sealer
        self._secrets: str = row.secrets
        self.id: str = row.id
        self.name: str = row.name
        self.connector: str = row.connector
        self.plain_settings: JsonObject = json.loads(row.settings)
        self.created_at: str = row.created_at
        self.changed_at: str = row.changed_at

    def __repr__(self) -> str:
        return f"App({self.name!r}, {self.connector}, id={self.id})"

    @property
    def secrets(self) -> JsonObject:
        """The settings that are secret, opened."""
        return self._sealer.open(self._secrets, associated_data("apps", "secrets", self.id))

    @property
    def settings(self) -> Mapping[str, Json]:
        """All settings, opened."""
        return {**self.plain_settings, **self.secrets}


class AppProfiles:
    """All app profiles of one store."""

    def __init__(self, database: Database, sealer: Sealer, trail: AuditTrail) -> None:
        self._database = database
        self._sealer = sealer
        self._trail = trail

    def add(
        self,
        name: str,
        *,
        connector: str,
        settings: Mapping[str, Json],
        secrets: Mapping[str, Json],
        who: str = "",
    ) -> AppProfile:
        """Keep a new profile.

        Raises:
            NameTaken, BadInput: There is one of this name, or it cannot be a name.
        """
        with self._sealer.writing() as (db, seal):
            inserts.add_app(db, seal, name, connector=connector, settings=settings, secrets=secrets)
            self._trail.add(db, who, "app_added", detail=name)
        return self.get(name)

    def get(self, name: str) -> AppProfile:
        """Give the profile of this name.

        Raises:
            UnknownName: There is none; names the nearest.
        """
        with self._database.reading() as db:
            row = db.execute(select(apps).where(apps.c.name == name)).one_or_none()
            names = [] if row else [*db.scalars(select(apps.c.name))]
        if row is None:
            raise unknown("app profile", name, names)
        return AppProfile(self._sealer, row)

    def users_of(self, name: str) -> list[str]:
        """Name the connections that refer to a profile."""
        app = self.get(name)
        statement = select(connections.c.name).where(connections.c.app_id == app.id)
        with self._database.reading() as db:
            return sorted(db.scalars(statement))

    def list(self) -> list[AppProfile]:
        """Give all profiles by name; opens no secret."""
        with self._database.reading() as db:
            rows = db.execute(select(apps).order_by(apps.c.name)).all()
        return [AppProfile(self._sealer, row) for row in rows]

    def rotate(self, name: str, secrets: Mapping[str, Json], *, who: str = "") -> AppProfile:
        """Change secrets of a profile, for all its connections at once.

        A connection that needed a sign-in is tried again: the old secret may have been the reason.

        Raises:
            BadInput: A field is not among the profile's secrets. Another key is another app.
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
            sealed = seal({**app.secrets, **secrets}, associated_data("apps", "secrets", app.id))
            row = apps.c.id == app.id
            db.execute(apps.update().where(row), {"secrets": sealed, "changed_at": now()})
            of_app = connections.update().where(connections.c.app_id == app.id)
            db.execute(of_app, {"needs_sign_in": None})
            self._trail.add(db, who, "app_rotated", detail=name)
        return self.get(name)

    def remove(self, name: str, *, who: str = "") -> None:
        """Forget a profile.

        Raises:
            StillUsed: Connections refer to it; names them.
        """
        app = self.get(name)
        users = self.users_of(name)
        if users:
            raise StillUsed(
                f"The app profile {name!r} is used by {', '.join(users)}.", "Remove those first."
            )
        with self._database.writing() as db:
            db.execute(apps.delete().where(apps.c.id == app.id))
            self._trail.add(db, who, "app_removed", detail=name)
