"""Inserts the rows of app profiles and connections, in a transaction of the caller.

`tables` defines the columns, `sealed_columns` which of them are sealed.
"""

import json
import uuid
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection as DbConnection
from sqlalchemy import select

from connector_host.access import Access
from connector_host.errors import unknown
from connector_host.hookspecs import Json
from connector_host.names import check_name, raising_name_taken
from connector_host.store.row_seals import RowSeals
from connector_host.store.sealed_columns import associated_data
from connector_host.store.sealer import Seal
from connector_host.store.tables import apps, connections, shares
from connector_host.timestamps import now


def add_app(
    db: DbConnection,
    seal: Seal,
    row_seals: RowSeals,
    name: str,
    *,
    connector: str,
    settings: Mapping[str, Json],
    secrets: Mapping[str, Json],
    hosts: Collection[str] = (),
) -> None:
    """Insert an app profile.

    Raises:
        NameTaken, BadInput: There is one of this name, or the name is not valid.
    """
    check_name("app profile", name)
    new_id, at = uuid.uuid4().hex, now()
    values = {
        "id": new_id,
        "name": name,
        "connector": connector,
        "settings": json.dumps(dict(settings)),
        "secrets": seal(secrets, associated_data("apps", "secrets", new_id)),
        "created_at": at,
        "changed_at": at,
        "hosts": json.dumps(sorted(hosts)),
    }
    with raising_name_taken("app profile", name):
        db.execute(apps.insert(), values)
    row_seals.write(db, seal, "apps", new_id, name)


def add_connection(
    db: DbConnection,
    seal: Seal,
    row_seals: RowSeals,
    name: str,
    *,
    connector: str,
    method: str,
    settings: Mapping[str, Json],
    secrets: Mapping[str, Json],
    credentials: Mapping[str, Json],
    app: str | None = None,
    access: Access | None = None,
) -> str:
    """Insert a connection and who may use it, and return its id.

    Raises:
        NameTaken: There is one of this name.
        BadInput: The name is not valid.
        UnknownName: There is no such app profile.
    """
    check_name("connection", name)
    new_id, at = uuid.uuid4().hex, now()
    people = access or Access()
    values = {
        "id": new_id,
        "name": name,
        "connector": connector,
        "method": method,
        "settings": json.dumps(dict(settings)),
        "secrets": seal(secrets, associated_data("connections", "secrets", new_id)),
        "credentials": seal(credentials, associated_data("connections", "credentials", new_id)),
        "created_at": at,
        "changed_at": at,
        "app_id": app_id(db, app),
        "owner": people.owner,
    }
    with raising_name_taken("connection", name):
        db.execute(connections.insert(), values)
    write_people(db, new_id, people)
    row_seals.write(db, seal, "connections", new_id, name)
    return new_id


def write_people(db: DbConnection, connection_id: str, access: Access) -> None:
    """Replace the users and groups that a connection is shared with."""
    db.execute(shares.delete().where(shares.c.connection_id == connection_id))
    rows = [
        {"connection_id": connection_id, "kind": kind, "name": person}
        for kind, person in _people(access)
    ]
    if rows:
        db.execute(shares.insert(), rows)


def app_id(db: DbConnection, name: str | None) -> str | None:
    """Return the id of an app profile; None for no profile.

    Raises:
        UnknownName: There is none of this name; the error suggests the nearest.
    """
    if name is None:
        return None
    app_profile_id: str | None = db.scalar(select(apps.c.id).where(apps.c.name == name))
    if app_profile_id is None:
        raise unknown("app profile", name, db.scalars(select(apps.c.name)))
    return app_profile_id


def _people(access: Access) -> Iterable[tuple[str, str]]:
    yield from (("user", person) for person in access.users)
    yield from (("group", person) for person in access.groups)
