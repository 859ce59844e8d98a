"""Users of the org as the identity side sees them: a few columns of their rows.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_user.htm
"""

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class User:
    """Who a user is, for signing in."""

    id: str
    username: str
    name: str
    active: bool


def user_by_id(db: sqlite3.Connection, user_id: str) -> User | None:
    """Return the user of an id of 18 characters."""
    return _user(
        db.execute(
            'SELECT "Id", "Username", "Name", "IsActive" FROM "User" WHERE "Id" = ?', (user_id,)
        ).fetchone()
    )


def user_by_username(db: sqlite3.Connection, username: str) -> User | None:
    """Return the user of a username, in whatever case it is written."""
    return _user(
        db.execute(
            'SELECT "Id", "Username", "Name", "IsActive" FROM "User"'
            ' WHERE "Username" = ? COLLATE SALESFORCE',
            (username,),
        ).fetchone()
    )


def _user(row: sqlite3.Row | None) -> User | None:
    if row is None:
        return None
    return User(row["Id"], row["Username"], row["Name"] or row["Username"], bool(row["IsActive"]))
