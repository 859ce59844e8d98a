"""What one user may see and do in an org: objects, fields, reading, writing.

A field that is hidden from a profile is for its users as if it did not exist. Sharing of single
records is not modelled: who may read an object may read all its records.

https://developer.salesforce.com/docs/atlas.en-us.securityImplGuide.meta/securityImplGuide/admin_userperms.htm
"""

import functools
import sqlite3
from collections.abc import Mapping

from salesforce_emulator import errors
from salesforce_emulator.org.settings import Settings
from salesforce_emulator.schema.schema import Schema
from salesforce_emulator.schema.sobject import SObject


class Access:
    """One user's rights.

    Attributes:
        schema: The org's sobjects as this user sees them.
        profile: Name of the user's profile; empty for a user that the org does not have.
    """

    __slots__ = ("_writes", "profile", "schema", "user_id")

    def __init__(
        self, db: sqlite3.Connection, schema: Schema, settings: Settings, user_id: str
    ) -> None:
        row = db.execute(
            'SELECT "Profile"."Name" FROM "User" JOIN "Profile" ON "Profile"."Id" = "ProfileId"'
            ' WHERE "User"."Id" = ?',
            (user_id,),
        ).fetchone()
        self.user_id = user_id
        self.profile = str(row[0]) if row else ""
        self._writes = self.profile not in settings.read_only_profiles
        hidden = settings.hidden_fields.get(self.profile)
        self.schema = _narrow(schema, _freeze(hidden)) if hidden else schema

    def require_create(self, sobject: SObject) -> None:
        """Raise SalesforceError when this user may not create records of an sobject."""
        if not sobject.createable:
            raise errors.not_insertable(sobject.name)
        self._require_write()

    def require_update(self, sobject: SObject) -> None:
        """Raise SalesforceError when this user may not change records of an sobject."""
        if not sobject.updateable:
            raise errors.not_updatable(sobject.name)
        self._require_write()

    def require_delete(self, sobject: SObject) -> None:
        """Raise SalesforceError when this user may not delete records of an sobject."""
        if not sobject.deletable:
            raise errors.not_deletable(sobject.name)
        self._require_write()

    def _require_write(self) -> None:
        if not self._writes:
            raise errors.insufficient_access()


Hidden = tuple[tuple[str, tuple[str, ...]], ...]


def _freeze(hidden: Mapping[str, set[str]]) -> Hidden:
    return tuple((name, tuple(sorted(fields))) for name, fields in sorted(hidden.items()))


@functools.lru_cache(maxsize=64)  # a schema and a profile stay the same for many calls
def _narrow(schema: Schema, hidden: Hidden) -> Schema:
    removed = {name.lower(): fields for name, fields in hidden}
    foreign = [
        sobject for name, _ in hidden if (sobject := schema.get(name)) and not schema.owns(name)
    ]
    return schema.having(
        item.without(removed.get(item.name.lower(), ())) for item in (*schema, *foreign)
    )
