"""Approvals: the scopes that a user granted to an app, and their refresh tokens.

A refresh token is derived from its grant's row, its rotation and the org's secret, and not stored.
Each rotation is counted; a token of an earlier rotation was used before.

https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_refresh_token_flow.htm
"""

import sqlite3
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Final

from salesforce_emulator.identity.keys import Keys, token_text
from salesforce_emulator.identity.timestamps import from_ms, to_ms
from salesforce_emulator.org.clock import Clock

TABLES: Final = """
CREATE TABLE IF NOT EXISTS identity_grant (
  id INTEGER PRIMARY KEY AUTOINCREMENT, consumer_key TEXT NOT NULL, user_id TEXT NOT NULL,
  scopes TEXT NOT NULL, rotation INTEGER NOT NULL, granted_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS identity_grant_user ON identity_grant (user_id, consumer_key);
"""

MAX_GRANTS: Final = 5  # grants a user and app; one more takes the place of the oldest

_PREFIX: Final = "5Aep861"


@dataclass(frozen=True, slots=True)
class Grant:
    """What one user lets one app do.

    Attributes:
        rotation: How often its refresh token was rotated.
    """

    id: int
    consumer_key: str
    user_id: str
    scopes: tuple[str, ...]
    rotation: int
    granted_at: datetime
    last_used_at: datetime

    @property
    def refreshable(self) -> bool:
        """Whether a refresh token comes with it."""
        return "refresh_token" in self.scopes


class Grants:
    """The grants of one org."""

    def __init__(self, db: sqlite3.Connection, clock: Clock, keys: Keys) -> None:
        self._db = db
        self._clock = clock
        self._keys = keys

    def add(
        self, consumer_key: str, user_id: str, scopes: Collection[str]
    ) -> tuple[Grant, list[int]]:
        """Store an approval.

        Returns:
            The grant, and the ids of those that it displaced.
        """
        of_both = self.of(consumer_key, user_id)
        displaced = [grant.id for grant in of_both[: max(0, len(of_both) - MAX_GRANTS + 1)]]
        for grant_id in displaced:
            self.revoke(grant_id)
        now = self._clock.now()
        inserted = self._db.execute(
            "INSERT INTO identity_grant (consumer_key, user_id, scopes, rotation, granted_at,"
            " last_used_at) VALUES (?, ?, ?, 0, ?, ?)",
            (consumer_key, user_id, " ".join(scopes), to_ms(now), to_ms(now)),
        )
        grant_id = inserted.lastrowid or 0
        return Grant(grant_id, consumer_key, user_id, tuple(scopes), 0, now, now), displaced

    def of(self, consumer_key: str, user_id: str) -> list[Grant]:
        """Return what a user has granted to an app, the oldest first."""
        rows = self._db.execute(
            "SELECT * FROM identity_grant WHERE user_id = ? AND consumer_key = ? ORDER BY id",
            (user_id, consumer_key),
        )
        return [_grant(row) for row in rows]

    def get(self, grant_id: int) -> Grant | None:
        """Return the grant of an id; None once it is revoked."""
        row = self._db.execute("SELECT * FROM identity_grant WHERE id = ?", (grant_id,)).fetchone()
        return None if row is None else _grant(row)

    def refresh_token(self, grant: Grant) -> str:
        """Return the refresh token of a grant's current rotation: 5Aep..., ends with `==`."""
        return self._token(grant, grant.rotation)

    def find(self, refresh_token: str) -> tuple[Grant, bool] | None:
        """Return the grant of a refresh token, and whether the token is of its present rotation.

        None for a text that never was a token of a living grant.
        """
        numbers = _numbers(refresh_token)
        if numbers is None:
            return None
        grant_id, rotation = numbers
        grant = self.get(grant_id)
        if grant is None or not grant.refreshable or rotation > grant.rotation:
            return None
        if not compare_digest(self._token(grant, rotation).encode(), refresh_token.encode()):
            return None
        return grant, rotation == grant.rotation

    def use(self, grant: Grant, *, rotate: bool) -> Grant:
        """Count a use of the refresh token; `rotate` replaces it by that of the next rotation."""
        self._db.execute(
            "UPDATE identity_grant SET last_used_at = ?, rotation = ? WHERE id = ?",
            (to_ms(self._clock.now()), grant.rotation + rotate, grant.id),
        )
        used = self.get(grant.id)
        return used or grant

    def revoke(self, grant_id: int) -> None:
        """Revoke a grant; the caller ends its sessions."""
        self._db.execute("DELETE FROM identity_grant WHERE id = ?", (grant_id,))

    def _token(self, grant: Grant, rotation: int) -> str:
        numbers = grant.id.to_bytes(7, "big") + rotation.to_bytes(5, "big")
        seal = self._keys.seal("refresh", grant.id, to_ms(grant.granted_at), rotation)
        return _PREFIX + token_text(numbers + seal[:49])


def _grant(row: sqlite3.Row) -> Grant:
    return Grant(
        row["id"],
        row["consumer_key"],
        row["user_id"],
        tuple(row["scopes"].split()),
        row["rotation"],
        from_ms(row["granted_at"]),
        from_ms(row["last_used_at"]),
    )


def _numbers(refresh_token: str) -> tuple[int, int] | None:
    if not refresh_token.startswith(_PREFIX):
        return None
    try:
        data = b64decode(refresh_token[len(_PREFIX) :], altchars=b"._", validate=True)
    except (NotBase64, ValueError):
        return None
    if len(data) != 61:  # what `_token` writes
        return None
    return int.from_bytes(data[:7], "big"), int.from_bytes(data[7:12], "big")
